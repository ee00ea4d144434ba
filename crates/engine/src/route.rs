//! Which tasks get a tuple: the groupings of one executor's streams.

use fastrand::Rng;
use redgale_topology::plan::{Plan, PlannedGrouping};

/// A task that may get a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Index of its executor among the destinations of the outbox.
    pub destination: u32,
    /// Position within that executor.
    pub to: u32,
    /// Task id.
    pub task: u32,
}

/// How one subscription chooses among its tasks.
#[derive(Debug)]
enum Pick {
    /// Walks the (once shuffled) tasks in turn: even to within one tuple.
    Turn(usize),
    /// Any, independently each time.
    Random,
    /// The hash of some fields.
    Fields(Box<[usize]>),
    /// Of two tasks given by the hash, the one this executor used less.
    PartialKey(Box<[usize]>, Box<[u64]>),
    /// Always the first (lowest id).
    First,
    /// Every task.
    All,
    /// Only what the emitter names.
    Direct,
    /// What the grouping object of this number returned.
    Custom(usize),
}

/// One consumer of a stream.
#[derive(Debug)]
pub struct Route {
    targets: Box<[Target]>,
    pick: Pick,
}

/// What a grouping may ask about the tuple.
pub trait Keys {
    /// xxh3 over the codec bytes of these fields (positions).
    fn hash(&mut self, fields: &[usize]) -> u64;
    /// The task ids that custom grouping `number` chose.
    fn chosen(&self, number: usize) -> &[u32];
    /// The tuple goes to this task; for emitters that ask where it went.
    #[inline]
    fn reaches(&mut self, task: u32) {
        let _ = task;
    }
}

impl Route {
    /// Calls `deliver` for every task that gets the tuple. `to`: the task named by the emitter, for direct streams.
    #[inline]
    pub fn select(
        &mut self,
        keys: &mut impl Keys,
        to: Option<u32>,
        rng: &mut Rng,
        mut deliver: impl FnMut(&mut Rng, Target),
    ) {
        let targets = &*self.targets;
        let count = targets.len();
        let mut deliver = |keys: &mut _, rng: &mut Rng, target: Target| {
            Keys::reaches(keys, target.task);
            deliver(rng, target);
        };
        match &mut self.pick {
            Pick::Turn(next) => {
                let now = *next;
                *next = if now + 1 == count { 0 } else { now + 1 };
                deliver(keys, rng, targets[now]);
            }
            Pick::Fields(_) | Pick::First if count == 1 => deliver(keys, rng, targets[0]),
            Pick::Fields(fields) => {
                let index = reduce(keys.hash(fields), count);
                deliver(keys, rng, targets[index]);
            }
            Pick::Random => {
                let index = rng.usize(..count);
                deliver(keys, rng, targets[index]);
            }
            Pick::PartialKey(fields, used) => {
                let (one, other) = candidates(keys.hash(fields), count);
                let index = if used[one] <= used[other] { one } else { other };
                used[index] += 1;
                deliver(keys, rng, targets[index]);
            }
            Pick::First => deliver(keys, rng, targets[0]),
            Pick::All => targets.iter().for_each(|target| deliver(keys, rng, *target)),
            Pick::Direct => {
                if let Some(target) = targets.iter().find(|target| Some(target.task) == to) {
                    deliver(keys, rng, *target);
                }
            }
            Pick::Custom(number) => {
                for position in 0..keys.chosen(*number).len() {
                    let task = keys.chosen(*number)[position];
                    if let Some(target) = targets.iter().find(|target| target.task == task) {
                        deliver(keys, rng, *target);
                    }
                }
            }
        }
    }

    /// Positions of the fields whose hash it asks for.
    pub fn hashed(&self) -> &[usize] {
        match &self.pick {
            Pick::Fields(_) if self.targets.len() == 1 => &[],
            Pick::Fields(fields) | Pick::PartialKey(fields, _) => fields,
            _ => &[],
        }
    }

    /// The number of its custom grouping, if it has one.
    pub fn custom(&self) -> Option<usize> {
        match self.pick {
            Pick::Custom(number) => Some(number),
            _ => None,
        }
    }

    /// Task ids it can reach, in ascending order.
    pub fn tasks(&self) -> Vec<u32> {
        let mut tasks: Vec<u32> = self.targets.iter().map(|target| target.task).collect();
        tasks.sort_unstable();
        tasks
    }
}

/// Maps a hash to 0..count without a division (Lemire). The mapping is part of the format: the same key must reach the same
/// task from every lane, worker and release.
#[inline]
fn reduce(hash: u64, count: usize) -> usize {
    ((u128::from(hash) * count as u128) >> 64) as usize
}

/// Two different tasks for a key (the same one twice if there is only one).
fn candidates(hash: u64, count: usize) -> (usize, usize) {
    let one = reduce(hash, count);
    if count == 1 {
        return (one, one);
    }
    // other bits of the hash choose among the rest
    let other = reduce(hash.rotate_left(32).wrapping_mul(0x9e37_79b9_7f4a_7c15), count - 1);
    (one, if other >= one { other + 1 } else { other })
}

/// One stream of an executor.
#[derive(Debug)]
pub struct StreamRoutes {
    /// Plan-wide number.
    pub stream: u32,
    /// Values a tuple of it must have.
    pub arity: usize,
    /// Whether the emitter names the task.
    pub direct: bool,
    /// Its consumers.
    pub routes: Vec<Route>,
}

/// The streams of `executor`, and the executors they lead to (with: is it reached over a feedback edge).
pub fn routes_of(plan: &Plan, executor: usize, rng: &mut Rng) -> (Vec<StreamRoutes>, Vec<(usize, bool)>) {
    let component = &plan.components[plan.executors[executor].component];
    let mut destinations: Vec<(usize, bool)> = Vec::new();
    let mut target = |task: u32, feedback: bool| {
        let (index, to) = plan.place_of(task);
        let destination = destinations
            .iter()
            .position(|(known, _)| *known == index)
            .unwrap_or_else(|| {
                destinations.push((index, feedback));
                destinations.len() - 1
            });
        Target {
            destination: destination as u32,
            to: to as u32,
            task,
        }
    };
    let streams = component.streams.clone().map(|number| {
        let stream = &plan.streams[number];
        let routes = stream.subscriptions.iter().map(|subscription| {
            let tasks = plan.components[subscription.component].tasks.clone();
            let mut targets: Vec<Target> = tasks.map(|task| target(task, subscription.feedback)).collect();
            let pick = match &subscription.grouping {
                PlannedGrouping::Shuffle | PlannedGrouping::LocalOrShuffle => {
                    rng.shuffle(&mut targets);
                    Pick::Turn(0)
                }
                PlannedGrouping::Global => Pick::First,
                PlannedGrouping::All => Pick::All,
                PlannedGrouping::None => Pick::Random,
                PlannedGrouping::Direct => Pick::Direct,
                PlannedGrouping::Fields(fields) => Pick::Fields(fields.clone().into()),
                PlannedGrouping::PartialKey(fields) => {
                    Pick::PartialKey(fields.clone().into(), vec![0; targets.len()].into())
                }
                PlannedGrouping::Custom(number) => Pick::Custom(*number),
            };
            Route {
                targets: targets.into(),
                pick,
            }
        });
        let routes = routes.collect();
        StreamRoutes {
            stream: number as u32,
            arity: stream.fields.len(),
            direct: stream.direct,
            routes,
        }
    });
    (streams.collect(), destinations)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Fixed(u64, Vec<u32>);

    impl Keys for Fixed {
        fn hash(&mut self, _: &[usize]) -> u64 {
            self.0
        }

        fn chosen(&self, _: usize) -> &[u32] {
            &self.1
        }
    }

    fn route(tasks: usize, pick: Pick) -> Route {
        let target = |i: usize| Target {
            destination: i as u32,
            to: 0,
            task: i as u32 + 10,
        };
        Route {
            targets: (0..tasks).map(target).collect(),
            pick,
        }
    }

    fn select(route: &mut Route, keys: &mut Fixed, to: Option<u32>) -> Vec<u32> {
        let mut tasks = Vec::new();
        route.select(keys, to, &mut fastrand::Rng::with_seed(1), |_, target| {
            tasks.push(target.task)
        });
        tasks
    }

    proptest! {
        #[test]
        fn a_key_always_reaches_the_same_task(hash: u64, tasks in 1..50usize) {
            let mut route = route(tasks, Pick::Fields(Box::from([0])));
            let first = select(&mut route, &mut Fixed(hash, vec![]), None);
            prop_assert_eq!(first.len(), 1);
            prop_assert_eq!(first, select(&mut route, &mut Fixed(hash, vec![]), None));
        }

        #[test]
        fn shuffle_is_even_to_within_one(tasks in 1..20usize, tuples in 0..300usize) {
            let mut route = route(tasks, Pick::Turn(0));
            let mut counts = vec![0; tasks];
            for _ in 0..tuples {
                for task in select(&mut route, &mut Fixed(0, vec![]), None) {
                    counts[task as usize - 10] += 1;
                }
            }
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        }

        #[test]
        fn a_partial_key_uses_two_tasks_evenly(hash: u64, tasks in 2..20usize) {
            let mut route = route(tasks, Pick::PartialKey(Box::from([0]), vec![0; tasks].into()));
            let mut counts = vec![0; tasks];
            for _ in 0..100 {
                for task in select(&mut route, &mut Fixed(hash, vec![]), None) {
                    counts[task as usize - 10] += 1;
                }
            }
            counts.sort_unstable();
            prop_assert_eq!(&counts[tasks - 2..], [50, 50]);
        }
    }

    #[test]
    fn the_other_groupings_reach_whom_they_name() {
        let keys = &mut Fixed(0, vec![12, 10]);
        assert_eq!(select(&mut route(3, Pick::First), keys, None), [10]);
        assert_eq!(select(&mut route(3, Pick::All), keys, None), [10, 11, 12]);
        assert_eq!(select(&mut route(3, Pick::Direct), keys, Some(11)), [11]);
        assert_eq!(select(&mut route(3, Pick::Direct), keys, None), [] as [u32; 0]);
        assert_eq!(select(&mut route(3, Pick::Custom(0)), keys, None), [12, 10]);
        assert_eq!(select(&mut route(3, Pick::Random), keys, None).len(), 1);
    }
}
