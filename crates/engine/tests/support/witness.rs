//! What user code of a run saw, kept beside the engine's own account of it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redgale_codec::Value;
use redgale_engine::batch::Row;
use redgale_engine::engine::Shared;
use redgale_engine::metrics::ComponentSnapshot;
use redgale_topology::plan::{Plan, PlannedGrouping};

/// One try of one spout tuple: spout task, id, number of the try.
pub type Tree = (u32, i64, i64);

/// What the values of every tuple say about it.
#[derive(Debug)]
pub struct Stamp {
    /// What it descends from.
    pub tree: Tree,
    /// Edges from the spout.
    pub depth: i64,
    key: i64,
    /// Task that emitted it.
    pub from: u32,
    number: i64,
}

impl Stamp {
    /// Names of the values.
    pub const FIELDS: [&str; 7] = ["spout", "id", "attempt", "depth", "key", "from", "number"];

    /// Of the values of a tuple.
    pub fn read(values: &[Value]) -> Self {
        let int = |at: usize| match values[at] {
            Value::Int(number) => number,
            ref other => panic!("{} is {other:?}", Self::FIELDS[at]),
        };
        Stamp {
            tree: (int(0) as u32, int(1), int(2)),
            depth: int(3),
            key: int(4),
            from: int(5) as u32,
            number: int(6),
        }
    }

    fn row(&self) -> Row {
        let (spout, id, attempt) = self.tree;
        [
            i64::from(spout),
            id,
            attempt,
            self.depth,
            self.key,
            i64::from(self.from),
            self.number,
        ]
        .map(Value::Int)
        .into()
    }
}

#[derive(Debug, Default)]
struct Account {
    delivered: u64,
    executed: u64,
    failed: u64,
    acked: Option<bool>,
}

/// What the tasks of one component did.
#[derive(Clone, Debug, Default, PartialEq)]
struct Work {
    emitted: u64,
    transferred: u64,
    executed: u64,
    acked: u64,
    failed: u64,
    /// Tuples sent to it.
    sent: u64,
}

#[derive(Debug, Default)]
struct Seen {
    trees: HashMap<Tree, Account>,
    /// By plan index.
    work: Vec<Work>,
    /// Last number a task gave on a plan-wide stream.
    emitted: HashMap<(u32, u32), i64>,
    /// Last number that came: (to, from, stream).
    arrived: HashMap<(u32, u32, u32), i64>,
    /// Where a key goes: (component, stream, key).
    owners: HashMap<(usize, u32, i64), Vec<u32>>,
}

/// Watches a run from inside its spouts and bolts.
#[derive(Debug)]
pub struct Witness {
    components: Vec<(Range<u32>, usize)>,
    /// For each plan-wide stream: (consumer, its tasks, grouping).
    streams: Vec<Vec<(usize, u64, PlannedGrouping)>>,
    seen: Mutex<Seen>,
}

impl Witness {
    /// Of a run of this plan.
    pub fn new(plan: &Plan) -> Self {
        let tasks =
            |component: usize| u64::from(plan.components[component].tasks.end - plan.components[component].tasks.start);
        let readers = |stream: &redgale_topology::plan::PlannedStream| {
            stream
                .subscriptions
                .iter()
                .map(|reader| (reader.component, tasks(reader.component), reader.grouping.clone()))
                .collect()
        };
        Witness {
            components: plan
                .components
                .iter()
                .map(|component| (component.tasks.clone(), component.streams.start))
                .collect(),
            streams: plan.streams.iter().map(readers).collect(),
            seen: Mutex::new(Seen {
                work: vec![Work::default(); plan.components.len()],
                ..Seen::default()
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn component_of(&self, task: u32) -> usize {
        self.components
            .iter()
            .position(|(tasks, _)| tasks.contains(&task))
            .unwrap()
    }

    /// Notes that `task` emits on its stream number `stream`, and gives the values.
    pub fn emit(&self, task: u32, stream: usize, tree: Tree, depth: i64) -> Row {
        let component = self.component_of(task);
        let stream = self.components[component].1 + stream;
        let mut seen = self.lock();
        for (reader, tasks, grouping) in &self.streams[stream] {
            let deliveries = if *grouping == PlannedGrouping::All { *tasks } else { 1 };
            seen.work[component].transferred += deliveries;
            seen.work[*reader].sent += deliveries;
            seen.trees.entry(tree).or_default().delivered += deliveries;
        }
        seen.trees.entry(tree).or_default();
        seen.work[component].emitted += 1;
        let number = seen.emitted.entry((task, stream as u32)).or_default();
        *number += 1;
        let key = (tree.1 + depth) % 5;
        Stamp {
            tree,
            depth,
            key,
            from: task,
            number: *number,
        }
        .row()
    }

    /// A tuple reached `task`: order and grouping are as promised.
    pub fn arrived(&self, task: u32, stream: u32, stamp: &Stamp) {
        let component = self.component_of(task);
        let mut seen = self.lock();
        let last = seen.arrived.entry((task, stamp.from, stream)).or_default();
        assert!(
            stamp.number > *last,
            "{stamp:?} came to task {task} after number {last}"
        );
        *last = stamp.number;
        let (_, _, grouping) = self.streams[stream as usize]
            .iter()
            .find(|(reader, ..)| *reader == component)
            .expect("only a reader gets a tuple");
        let most = match grouping {
            PlannedGrouping::Fields(_) => 1,
            PlannedGrouping::PartialKey(_) => 2,
            PlannedGrouping::Global => {
                assert_eq!(task, self.components[component].0.start, "the global task");
                return;
            }
            _ => return,
        };
        let owners = seen.owners.entry((component, stream, stamp.key)).or_default();
        if !owners.contains(&task) {
            owners.push(task);
        }
        assert!(owners.len() <= most, "key {} went to {owners:?}", stamp.key);
    }

    /// `task` is done with a tuple.
    pub fn executed(&self, task: u32, tree: Tree, ok: bool) {
        let component = self.component_of(task);
        let mut seen = self.lock();
        let work = &mut seen.work[component];
        work.executed += 1;
        work.acked += u64::from(ok);
        work.failed += u64::from(!ok);
        let account = seen.trees.get_mut(&tree).unwrap();
        account.executed += 1;
        account.failed += u64::from(!ok);
    }

    /// The spout was told that the try is done: then all of it is.
    pub fn acked(&self, tree: Tree) {
        let mut seen = self.lock();
        let account = seen.trees.get_mut(&tree).unwrap();
        assert_eq!(account.acked, None, "{tree:?} was decided before");
        assert_eq!(account.failed, 0, "{tree:?} was failed: {account:?}");
        assert_eq!(
            account.executed, account.delivered,
            "{tree:?} has live edges: {account:?}"
        );
        account.acked = Some(true);
        let component = self.component_of(tree.0);
        seen.work[component].acked += 1;
    }

    /// The spout was told that the try failed.
    pub fn failed(&self, tree: Tree) {
        let mut seen = self.lock();
        let account = seen.trees.get_mut(&tree).unwrap();
        assert_eq!(account.acked, None, "{tree:?} was decided before");
        account.acked = Some(false);
        let component = self.component_of(tree.0);
        seen.work[component].failed += 1;
    }

    /// After a run that came to its end by itself, in which every spout task had `ids` tuples.
    pub fn check(&self, shared: &Shared, ids: i64) {
        assert_eq!((shared.in_flight.get(), shared.pending()), (0, 0), "in flight, pending");
        assert!(shared.mailboxes.iter().all(|mailbox| mailbox.depth() == 0));
        let seen = self.lock();
        for (index, component) in shared.plan.components.iter().enumerate() {
            if shared.plan.is_spout(index) {
                for task in component.tasks.clone() {
                    for id in 0..ids {
                        let acks = (0..).map_while(|attempt| seen.trees.get(&(task, id, attempt)));
                        let acks: Vec<Option<bool>> = acks.map(|account| account.acked).collect();
                        let (last, before) = acks.split_last().expect("every id was emitted");
                        assert_eq!(*last, Some(true), "id {id} of task {task}");
                        assert!(
                            before.iter().all(|acked| *acked == Some(false)),
                            "id {id} of task {task}"
                        );
                    }
                }
            }
        }
        let mut refused = 0;
        for (index, work) in seen.work.iter().enumerate() {
            let measured = shared.snapshot(index);
            let measured_work = Work {
                emitted: measured.emitted,
                transferred: measured.transferred,
                executed: measured.executed,
                acked: measured.acked,
                failed: measured.failed,
                sent: work.sent,
            };
            assert_eq!(&measured_work, work, "{}", shared.plan.components[index].id);
            refused += measured.feedback_full;
        }
        let sum = |of: fn(&Work) -> u64| seen.work.iter().map(of).sum::<u64>();
        assert_eq!(sum(|work| work.transferred), sum(|work| work.executed) + refused);
        if refused == 0 {
            assert!(seen.work.iter().all(|work| work.sent == work.executed));
        }
    }

    /// The engine's account of all components together.
    pub fn sum(&self, shared: &Shared) -> ComponentSnapshot {
        ComponentSnapshot::of(shared.metrics.iter())
    }

    /// Tries that were acked.
    pub fn acks(&self) -> usize {
        self.count(true)
    }

    /// Tries that failed.
    pub fn fails(&self) -> usize {
        self.count(false)
    }

    fn count(&self, acked: bool) -> usize {
        let seen = self.lock();
        seen.trees
            .values()
            .filter(|account| account.acked == Some(acked))
            .count()
    }

    /// Whether each try of id 0 was acked, in order.
    pub fn tries_of_first(&self) -> Vec<bool> {
        let seen = self.lock();
        let mut tries: Vec<(Tree, bool)> = seen
            .trees
            .iter()
            .filter(|(tree, _)| tree.1 == 0)
            .map(|(tree, account)| (*tree, account.acked == Some(true)))
            .collect();
        tries.sort_unstable();
        tries.into_iter().map(|(_, acked)| acked).collect()
    }

    /// What is open, for a report.
    pub fn state(&self) -> String {
        let seen = self.lock();
        let mut open: Vec<_> = seen
            .trees
            .iter()
            .filter(|(_, account)| account.acked.is_none())
            .collect();
        open.sort_by_key(|(tree, _)| **tree);
        format!(
            "{} open tries: {:?}\n{:?}",
            open.len(),
            &open[..open.len().min(20)],
            seen.work
        )
    }
}
