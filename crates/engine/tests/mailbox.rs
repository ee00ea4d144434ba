//! Random schedules of many producers and one consumer on a mailbox.

mod support {
    pub mod hang;
}

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fastrand::Rng;
use redgale_engine::anchor::{Anchor, Root};
use redgale_engine::batch::{Batch, NativeRows, OpenBatch, Row};
use redgale_engine::clock::Clock;
use redgale_engine::ledger::{Completion, Verdict};
use redgale_engine::mailbox::{Mail, Mailbox, Waiter};

use support::hang;

/// Ends the tuples of a producer, and the completions.
const END: u32 = u32::MAX;

/// What may wake a thread beside mail and room. The more, the better a lost wake-up hides.
#[derive(Clone, Copy, PartialEq)]
enum Disturbance {
    None,
    Completions,
    /// Completions, deadlines, nudges and interrupts.
    All,
}

/// Everything the threads of one run share.
struct Run {
    mailbox: Mailbox,
    clock: Clock,
    max_tuples: usize,
    max_bytes: usize,
    producers: u32,
    batches: usize,
    disturbance: Disturbance,
    takes: AtomicU64,
    nudges: AtomicU64,
    completions: AtomicU64,
    interrupts: AtomicU64,
    over: AtomicBool,
}

impl Run {
    fn new(rng: &mut Rng) -> Self {
        let (max_tuples, max_bytes) = (rng.usize(1..20), rng.usize(1..200));
        Run {
            mailbox: Mailbox::new(max_tuples, max_bytes),
            clock: Clock::real(),
            max_tuples,
            max_bytes,
            producers: rng.u32(1..5),
            batches: rng.usize(1..150),
            disturbance: [Disturbance::None, Disturbance::Completions, Disturbance::All][rng.usize(..3)],
            takes: AtomicU64::new(0),
            nudges: AtomicU64::new(0),
            completions: AtomicU64::new(0),
            interrupts: AtomicU64::new(0),
            over: AtomicBool::new(false),
        }
    }
}

fn pause(rng: &mut Rng) {
    match rng.u32(..40) {
        0 => thread::sleep(Duration::from_micros(rng.u64(..200))),
        1..10 => thread::yield_now(),
        _ => {}
    }
}

/// Tuples numbered from `first` on.
fn batch(from: u32, first: u32, tuples: u32, bytes: usize) -> Batch {
    let mut open = OpenBatch::new(NativeRows::default());
    let (root, edge) = (Root::UNTRACKED, 0);
    for number in (0..tuples).map(|offset| first + offset) {
        open.push(Row::from([]), bytes, Anchor { root, edge }, 0, from, number);
    }
    open.seal()
}

/// Sends its batches in order, then the end; gives the number of its tuples and of refusals.
fn produce(run: &Run, waiter: &Waiter, from: u32, mut rng: Rng) -> (u32, u64) {
    let (mut sent, mut refused) = (0, 0);
    for number in 0..=run.batches {
        pause(&mut rng);
        let tuples = rng.u32(1..run.max_tuples as u32 + 3);
        let mut rest = Some(if number == run.batches {
            batch(from, END, 1, 0)
        } else {
            batch(from, sent, tuples, rng.usize(..20))
        });
        sent += if number == run.batches { 0 } else { tuples };
        while let Some(batch) = rest.take() {
            rest = run.mailbox.offer(batch).err();
            if rest.is_some() {
                refused += 1;
                pause(&mut rng);
                run.mailbox.wait_room(waiter);
                waiter.clear();
            }
        }
    }
    (sent, refused)
}

/// What the consumer got.
#[derive(Default)]
struct Got {
    /// Next number of each producer.
    next: Vec<u32>,
    slots: HashSet<u32>,
    empty: u64,
    deadlines: u64,
}

fn consume(run: &Run, waiter: &Waiter, mut rng: Rng) -> Got {
    let mut got = Got {
        next: vec![0; run.producers as usize],
        ..Got::default()
    };
    let mut mail = Mail::default();
    let mut open = run.producers + 1;
    while open > 0 {
        pause(&mut rng);
        let deadline =
            (run.disturbance == Disturbance::All && rng.bool()).then(|| run.clock.now() + rng.u64(..300_000));
        got.deadlines += u64::from(deadline.is_some());
        run.mailbox.wait(waiter, &run.clock, deadline);
        waiter.clear();
        run.mailbox.take(&mut mail);
        run.takes.fetch_add(1, Ordering::SeqCst);
        let tuples: usize = mail.batches.iter().map(Batch::len).sum();
        let bytes: usize = mail.batches.iter().map(|batch| batch.bytes).sum();
        let bounded = tuples <= run.max_tuples && bytes <= run.max_bytes;
        assert!(
            bounded || mail.batches.len() == 1,
            "{tuples} tuples, {bytes} bytes in {} batches",
            mail.batches.len()
        );
        got.empty += u64::from(mail.is_empty());
        for batch in mail.batches.drain(..) {
            for header in &batch.headers {
                if header.stream == END {
                    open -= 1;
                    continue;
                }
                let next = &mut got.next[header.from as usize];
                assert_eq!(header.stream, *next, "order of producer {}", header.from);
                *next += 1;
            }
        }
        for completion in mail.completions.drain(..) {
            if completion.slot == END {
                open -= 1;
                continue;
            }
            assert!(
                got.slots.insert(completion.slot),
                "completion {} twice",
                completion.slot
            );
        }
    }
    got
}

fn disturb(run: &Run, waiters: &[Arc<Waiter>], mut rng: Rng) {
    let decide = |slot| {
        let (generation, verdict) = (1, Verdict::Acked);
        run.mailbox.decide(vec![Completion {
            slot,
            generation,
            verdict,
        }]);
    };
    while run.disturbance != Disturbance::None && !run.over.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_micros(rng.u64(..300)));
        match rng.u32(..3) {
            0 if run.disturbance == Disturbance::All => {
                run.nudges.fetch_add(1, Ordering::SeqCst);
                run.mailbox.nudge();
            }
            1 if run.disturbance == Disturbance::All => {
                run.interrupts.fetch_add(1, Ordering::SeqCst);
                waiters[rng.usize(..waiters.len())].interrupt();
            }
            _ => decide(run.completions.fetch_add(1, Ordering::SeqCst) as u32),
        }
    }
    decide(END);
}

/// A thread and its waiter, which only the thread itself can make.
fn spawn<T: Send + 'static>(body: impl FnOnce(&Waiter) -> T + Send + 'static) -> (JoinHandle<T>, Arc<Waiter>) {
    let (tell, told) = std::sync::mpsc::channel();
    let thread = thread::spawn(move || {
        let waiter = Arc::new(Waiter::current());
        tell.send(Arc::clone(&waiter)).unwrap();
        body(&waiter)
    });
    (thread, told.recv().unwrap())
}

fn schedule(run: &Arc<Run>, mut rng: Rng) {
    let consumer = {
        let (run, rng) = (Arc::clone(run), rng.fork());
        spawn(move |waiter| consume(&run, waiter, rng))
    };
    let producers: Vec<_> = (0..run.producers)
        .map(|from| {
            let (run, rng) = (Arc::clone(run), rng.fork());
            spawn(move |waiter| produce(&run, waiter, from, rng))
        })
        .collect();
    let waiters: Vec<Arc<Waiter>> = producers
        .iter()
        .map(|(_, waiter)| waiter)
        .chain([&consumer.1])
        .cloned()
        .collect();
    let disturber = {
        let (run, rng) = (Arc::clone(run), rng.fork());
        thread::spawn(move || disturb(&run, &waiters, rng))
    };
    let sent: Vec<(u32, u64)> = producers
        .into_iter()
        .map(|(thread, _)| thread.join().unwrap())
        .collect();
    run.over.store(true, Ordering::SeqCst);
    disturber.join().unwrap();
    let got = consumer.0.join().unwrap();

    let count = |number: &AtomicU64| number.load(Ordering::SeqCst);
    let tuples: Vec<u32> = sent.iter().map(|(tuples, _)| *tuples).collect();
    assert_eq!(got.next, tuples, "tuples of each producer");
    assert_eq!(got.slots.len() as u64, count(&run.completions), "completions");
    let causes = count(&run.nudges) + 2 * count(&run.interrupts) + got.deadlines;
    assert!(got.empty <= causes, "{} waits ended for nothing", got.empty);
    for (_, refused) in sent {
        // a take lets a producer go at most twice: from its sleep, and because the queue is empty just then
        let most = 2 * (count(&run.takes) + count(&run.interrupts)) + 1;
        assert!(
            refused <= most,
            "a producer spins: {refused} refusals for {most} reasons"
        );
    }
}

#[test]
fn nothing_is_lost_doubled_reordered_or_left_asleep_whatever_the_schedule() {
    for seed in hang::seeds(200) {
        let mut rng = Rng::with_seed(seed);
        let run = Arc::new(Run::new(&mut rng));
        let state = Arc::clone(&run);
        hang::bounded(
            seed,
            move || format!("{} takes, {:?}", state.takes.load(Ordering::SeqCst), state.mailbox),
            move || schedule(&run, rng),
        );
    }
}

#[test]
fn closing_lets_everyone_go_at_whatever_moment_it_comes() {
    for seed in hang::seeds(200) {
        let mut rng = Rng::with_seed(seed);
        let mailbox = Arc::new(Mailbox::new(1, 1));
        let state = Arc::clone(&mailbox);
        let body = move || {
            let closed = Arc::new(AtomicBool::new(false));
            mailbox.offer(batch(0, 0, 1, 1)).unwrap();
            let idle = Arc::new(Mailbox::new(1, 1));
            let consumer = {
                let (mailbox, closed) = (Arc::clone(&idle), Arc::clone(&closed));
                spawn(move |waiter| {
                    while !closed.load(Ordering::SeqCst) {
                        mailbox.wait(waiter, &Clock::real(), None);
                    }
                })
            };
            let producers = [(); 2].map(|()| {
                let (mailbox, closed, mut rng) = (Arc::clone(&mailbox), Arc::clone(&closed), rng.fork());
                spawn(move |waiter| {
                    while !closed.load(Ordering::SeqCst) {
                        pause(&mut rng);
                        mailbox.wait_room(waiter);
                    }
                })
            });
            pause(&mut rng);
            closed.store(true, Ordering::SeqCst);
            mailbox.close();
            idle.close();
            for (thread, _) in producers.into_iter().chain([consumer]) {
                thread.join().unwrap();
            }
        };
        hang::bounded(seed, move || format!("{state:?}"), body);
    }
}
