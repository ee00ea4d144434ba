//! The ack ledger and the fold against a model that keeps every edge by its number instead of the XOR of all.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use fastrand::Rng;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence;
use redgale_engine::anchor::{Anchor, Anchors, Root};
use redgale_engine::batch::{Batch, NativeRows, OpenBatch, Row};
use redgale_engine::fold::Fold;
use redgale_engine::ledger::{Begin, Completion, Ledger, Update, Verdict};
use redgale_engine::outbox::{Edges, Joint, JointInput, Single, Tree};

const LEDGERS: u16 = 3;
/// Slots that spouts use; the numbers behind them are unknown to the ledgers.
const SLOTS: u32 = 4;
/// Executors that fold their updates; the one behind them applies each update by itself.
const FOLDING: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Emit {
        ledger: u16,
        slot: u32,
        copies: usize,
    },
    Handle {
        inputs: Vec<Index>,
        children: usize,
        by: usize,
    },
    Fail {
        input: Index,
        by: usize,
    },
    Settle {
        by: usize,
        which: Index,
    },
    Expire {
        ledger: u16,
        slots: Vec<(u32, u32)>,
    },
    Stale {
        ledger: u16,
        slot: u32,
        age: u32,
        edge: u64,
        fail: bool,
        by: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (ledger, by, index) = (|| 0..LEDGERS, || 0..=FOLDING, any::<Index>);
    prop_oneof![
        4 => (ledger(), 0..SLOTS, 1..4usize).prop_map(|(ledger, slot, copies)| Step::Emit { ledger, slot, copies }),
        10 => (prop::collection::vec(index(), 1..4), 0..3usize, by())
            .prop_map(|(inputs, children, by)| Step::Handle { inputs, children, by }),
        1 => (index(), by()).prop_map(|(input, by)| Step::Fail { input, by }),
        5 => (by(), index()).prop_map(|(by, which)| Step::Settle { by, which }),
        1 => (ledger(), prop::collection::vec((0..SLOTS + 2, 0..3u32), 1..4))
            .prop_map(|(ledger, slots)| Step::Expire { ledger, slots }),
        2 => (ledger(), 0..SLOTS + 2, 0..3u32, any::<u64>(), any::<bool>(), by())
            .prop_map(|(ledger, slot, age, edge, fail, by)| Step::Stale { ledger, slot, age, edge, fail, by }),
    ]
}

/// A tuple in some queue, and the edges it hangs on one by one (its anchors hold their XOR).
struct Tuple {
    batch: Rc<Batch>,
    index: usize,
    edges: HashMap<Root, Vec<u64>>,
}

impl Tuple {
    fn anchors(&self) -> Anchors<'_> {
        self.batch.anchors(self.index)
    }
}

/// What an executor owes to the ledger.
struct Note {
    root: Root,
    edges: Vec<u64>,
    fail: bool,
}

/// How a tree ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Told(Verdict),
    Expired,
}

#[derive(Default)]
struct TreeModel {
    /// How often each edge came: once when it was made, once when it was acked.
    seen: HashMap<u64, u32>,
    end: Option<End>,
}

#[derive(Default)]
struct Model {
    trees: HashMap<Root, TreeModel>,
}

impl Model {
    /// The trees that `notes` decide.
    fn apply(&mut self, notes: &[Note]) -> Vec<(Root, Verdict)> {
        let mut decided = Vec::new();
        for note in notes {
            let Some(tree) = self.trees.get_mut(&note.root).filter(|tree| tree.end.is_none()) else {
                continue;
            };
            note.edges
                .iter()
                .for_each(|edge| *tree.seen.entry(*edge).or_default() += 1);
            assert!(tree.seen.values().all(|count| *count <= 2), "the test itself is wrong");
            if note.fail {
                tree.end = Some(End::Told(Verdict::Failed));
                decided.push((note.root, Verdict::Failed));
            } else if tree.seen.values().all(|count| *count == 2) {
                tree.end = Some(End::Told(Verdict::Acked));
                decided.push((note.root, Verdict::Acked));
            }
        }
        decided
    }

    fn is_open(&self, root: Root) -> bool {
        self.trees.get(&root).is_some_and(|tree| tree.end.is_none())
    }
}

/// Spouts, queues and bolts reduced to what the ledger sees of them.
struct World {
    ledgers: Vec<Ledger>,
    folds: Vec<Fold>,
    notes: Vec<Vec<Note>>,
    queue: Vec<Tuple>,
    generations: HashMap<(u16, u32), u32>,
    told: HashSet<Root>,
    model: Model,
    rng: Rng,
}

impl World {
    fn new() -> Self {
        World {
            ledgers: (0..LEDGERS).map(|_| Ledger::new()).collect(),
            folds: (0..FOLDING).map(|_| Fold::default()).collect(),
            notes: (0..=FOLDING).map(|_| Vec::new()).collect(),
            queue: Vec::new(),
            generations: HashMap::new(),
            told: HashSet::new(),
            model: Model::default(),
            rng: Rng::with_seed(7),
        }
    }

    fn root(&self, ledger: u16, slot: u32) -> Root {
        let generation = self.generations.get(&(ledger, slot)).copied().unwrap_or(0);
        Root::new(0, ledger, slot, generation)
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Emit { ledger, slot, copies } => self.emit(ledger, slot, copies),
            Step::Handle { inputs, children, by } => self.handle(&inputs, children, by),
            Step::Fail { input, by } => self.fail(input, by),
            Step::Settle { by, which } => self.settle(by, which),
            Step::Expire { ledger, slots } => self.expire(ledger, &slots),
            Step::Stale {
                ledger,
                slot,
                age,
                edge,
                fail,
                by,
            } => {
                let now = self.root(ledger, slot);
                let root = Root {
                    generation: now.generation.saturating_sub(age),
                    ..now
                };
                if !self.model.is_open(root) {
                    let edges = if fail { vec![] } else { vec![edge] };
                    self.note(by, root, edges, fail);
                }
            }
        }
    }

    fn emit(&mut self, ledger: u16, slot: u32, copies: usize) {
        if self.model.is_open(self.root(ledger, slot)) {
            return;
        }
        *self.generations.entry((ledger, slot)).or_insert(0) += 1;
        let root = self.root(ledger, slot);
        let mut tree = Single { root, out: 0 };
        let mut open = OpenBatch::new(NativeRows::default());
        let mut edges = Vec::new();
        for _ in 0..copies {
            let Edges::One(anchor) = tree.edges(&mut self.rng) else {
                unreachable!("a spout tuple has one root")
            };
            open.push(Row::from([]), 0, anchor, 0, 1, 0);
            edges.push(HashMap::from([(root, vec![anchor.edge])]));
        }
        self.ledgers[usize::from(ledger)].begin(&[Begin {
            slot,
            generation: root.generation,
            xor: tree.out,
        }]);
        let seen = edges.iter().map(|edges| (edges[&root][0], 1)).collect();
        self.model.trees.insert(root, TreeModel { seen, end: None });
        self.enqueue(&mut open, edges);
    }

    fn enqueue(&mut self, open: &mut OpenBatch<NativeRows>, edges: Vec<HashMap<Root, Vec<u64>>>) {
        let batch = Rc::new(open.seal());
        for (index, edges) in edges.into_iter().enumerate() {
            let batch = Rc::clone(&batch);
            self.queue.push(Tuple { batch, index, edges });
        }
    }

    fn dequeue(&mut self, index: Index) -> Option<Tuple> {
        (!self.queue.is_empty()).then(|| self.queue.swap_remove(index.index(self.queue.len())))
    }

    fn handle(&mut self, inputs: &[Index], children: usize, by: usize) {
        let taken: Vec<Tuple> = inputs.iter().filter_map(|index| self.dequeue(*index)).collect();
        let mut inputs: Vec<JointInput> = taken.iter().map(|tuple| JointInput::new(tuple.anchors())).collect();
        let mut made: Vec<Vec<u64>> = vec![Vec::new(); taken.len()];
        let mut open = OpenBatch::new(NativeRows::default());
        let mut all_edges = Vec::new();
        for _ in 0..if taken.is_empty() { 0 } else { children } {
            let before: Vec<u64> = inputs.iter().map(|input| input.out).collect();
            match Joint(&mut inputs).edges(&mut self.rng) {
                Edges::One(anchor) => open.push(Row::from([]), 0, anchor, 0, 1, 0),
                Edges::Several(anchors) => open.push_several(Row::from([]), 0, anchors, 0, 1, 0),
            }
            let mut edges: HashMap<Root, Vec<u64>> = HashMap::new();
            for (at, tuple) in taken.iter().enumerate() {
                let edge = before[at] ^ inputs[at].out;
                made[at].push(edge);
                tuple
                    .edges
                    .keys()
                    .for_each(|root| edges.entry(*root).or_default().push(edge));
            }
            all_edges.push(edges);
        }
        self.enqueue(&mut open, all_edges);
        for ((tuple, input), made) in taken.iter().zip(&inputs).zip(&made) {
            tuple.anchors().for_each(|Anchor { root, edge }| {
                if let Some(fold) = self.folds.get_mut(by) {
                    fold.ack(Anchor { root, edge }, input.out);
                }
                let edges = tuple.edges[&root].iter().chain(made).copied().collect();
                let fail = false;
                self.notes[by].push(Note { root, edges, fail });
            });
        }
    }

    fn fail(&mut self, input: Index, by: usize) {
        if let Some(tuple) = self.dequeue(input) {
            tuple
                .anchors()
                .for_each(|anchor| self.note(by, anchor.root, vec![], true));
        }
    }

    fn note(&mut self, by: usize, root: Root, edges: Vec<u64>, fail: bool) {
        if let Some(fold) = self.folds.get_mut(by) {
            edges.iter().for_each(|edge| fold.xor(root, *edge));
            if fail {
                fold.fail(root);
            }
        }
        self.notes[by].push(Note { root, edges, fail });
    }

    /// A fold applies all it has; the executor without one applies any one of its updates.
    fn settle(&mut self, by: usize, which: Index) {
        let mut told = Vec::new();
        let notes = if let Some(fold) = self.folds.get_mut(by) {
            let mut seen = HashSet::new();
            fold.apply(&self.ledgers, |ledger, completions| {
                assert!(seen.insert(ledger), "one call for each ledger");
                told.extend(completions.into_iter().map(|completion| (ledger, completion)));
            });
            assert!(fold.is_empty());
            std::mem::take(&mut self.notes[by])
        } else if self.notes[by].is_empty() {
            return;
        } else {
            let at = which.index(self.notes[by].len());
            let note = self.notes[by].swap_remove(at);
            let update = Update {
                slot: note.root.slot(),
                generation: note.root.generation,
                xor: note.edges.iter().fold(0, |xor, edge| xor ^ edge),
                fail: note.fail,
            };
            let mut completions = Vec::new();
            self.ledgers[note.root.ledger()].apply([update].into_iter(), &mut completions);
            told.extend(
                completions
                    .into_iter()
                    .map(|completion| (note.root.ledger(), completion)),
            );
            vec![note]
        };
        self.check(&notes, told);
    }

    fn check(&mut self, notes: &[Note], told: Vec<(usize, Completion)>) {
        let mut expected = self.model.apply(notes);
        let root = |(ledger, told): &(usize, Completion)| {
            (Root::new(0, *ledger as u16, told.slot, told.generation), told.verdict)
        };
        let mut told: Vec<(Root, Verdict)> = told.iter().map(root).collect();
        let order = |(root, _): &(Root, Verdict)| (root.address, root.generation);
        expected.sort_by_key(order);
        told.sort_by_key(order);
        assert_eq!(told, expected);
        for (root, verdict) in told {
            assert!(self.told.insert(root), "{root:?} was decided twice");
            if verdict == Verdict::Acked {
                assert!(
                    !self.queue.iter().any(|tuple| tuple.edges.contains_key(&root)),
                    "{root:?} completed with a live edge"
                );
                assert!(
                    !self.notes.iter().flatten().any(|note| note.root == root),
                    "{root:?} completed before all of its updates were applied"
                );
            }
        }
    }

    fn expire(&mut self, ledger: u16, slots: &[(u32, u32)]) {
        let mut due: Vec<(u32, u32)> = slots
            .iter()
            .map(|(slot, age)| (*slot, self.root(ledger, *slot).generation.saturating_sub(*age)))
            .collect();
        let mut expected = Vec::new();
        for (slot, generation) in &due {
            let tree = self.model.trees.get_mut(&Root::new(0, ledger, *slot, *generation));
            if let Some(tree) = tree.filter(|tree| tree.end.is_none()) {
                tree.end = Some(End::Expired);
                expected.push((*slot, *generation));
            }
        }
        self.ledgers[usize::from(ledger)].expire(&mut due);
        assert_eq!(due, expected);
    }

    /// Acks what is still in the queues and applies what is still owed: then every tree has ended.
    fn finish(mut self, which: Index) {
        while !self.queue.is_empty() {
            self.handle(&[which], 0, self.queue.len() % (FOLDING + 1));
        }
        for by in 0..=FOLDING {
            while !self.notes[by].is_empty() {
                self.settle(by, which);
            }
        }
        for (root, tree) in &self.model.trees {
            match tree.end {
                None => panic!("{root:?} never ended"),
                Some(End::Expired) => assert!(!self.told.contains(root), "{root:?} expired and completed"),
                Some(End::Told(_)) => assert!(self.told.contains(root)),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::with_cases(400)
    })]

    #[test]
    fn every_tree_ends_once_and_none_completes_with_a_live_edge(steps in prop::collection::vec(step(), 1..120), last: Index) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.run(step));
        world.finish(last);
    }
}
