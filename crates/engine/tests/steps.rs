//! A spout and two bolts in a row, driven step by step on a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use redgale_codec::Value;
use redgale_engine::anchor::{Anchor, Anchors, Root};
use redgale_engine::batch::{BATCH_TUPLES, NativeRows, Payload, Row};
use redgale_engine::bolt::BoltCore;
use redgale_engine::clock::Clock;
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::Mail;
use redgale_engine::native::RowKeys;
use redgale_engine::outbox::Single;
use redgale_engine::pending::Outcome;
use redgale_engine::spout::SpoutCore;
use redgale_topology::model::Model;
use serde_json::json;

const FIRST: usize = 0;
const SECOND: usize = 1;
const SPOUT: usize = 2;
/// Task of the spout.
const TASK: u32 = 3;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Within this a timeout fires: 1.1 times.
const LATE: Duration = Duration::from_secs(11);

struct Steps {
    shared: Arc<Shared>,
    spout: SpoutCore<NativeRows>,
    bolt: BoltCore<NativeRows>,
}

impl Steps {
    fn new() -> Self {
        let component = |id: &str, kind: &str| {
            json!({"id": id, "kind": kind, "implementation": {"ruby": {"class": "X"}}, "executors": 1, "tasks": 1,
                "at": "t.rb:1", "streams": [{"name": "default", "fields": ["a"], "at": "t.rb:1"}]})
        };
        let reads = |mut bolt: serde_json::Value, from: &str| {
            bolt["sources"] =
                json!([{"component": from, "stream": "default", "grouping": {"type": "shuffle"}, "at": "t.rb:1"}]);
            bolt
        };
        let (first, second) = (reads(component("b", "bolt"), "s"), reads(component("c", "bolt"), "b"));
        let model: Model = serde_json::from_value(json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1",
            "config": {"topology.message.timeout.secs": TIMEOUT.as_secs(), "topology.executor.receive.buffer.size": 1},
            "components": [component("s", "spout"), first, second]}))
        .unwrap();
        let shared = Arc::new(Shared::new(&model, Clock::manual()));
        Steps {
            spout: SpoutCore::new(Arc::clone(&shared), SPOUT, |_| NativeRows::default()),
            bolt: BoltCore::new(Arc::clone(&shared), FIRST, |_| NativeRows::default()),
            shared,
        }
    }

    fn emit(&mut self) -> u32 {
        let row: Row = [Value::Int(1)].into();
        self.spout.refresh();
        let slot = self.spout.emit(0, TASK, 0, None, &row, 0, &mut RowKeys::new(&row));
        assert!(self.spout.flush().is_none());
        slot.expect("the bolt reads it")
    }

    /// The anchors of all tuples that the bolt finds in its queue.
    fn receive(&mut self) -> Vec<Anchor> {
        let mut mail = Mail::default();
        self.shared.mailboxes[FIRST].take(&mut mail);
        let mut anchors = Vec::new();
        for batch in &mail.batches {
            (0..batch.len()).for_each(|index| batch.anchors(index).for_each(|anchor| anchors.push(anchor)));
            self.bolt.handled(batch.len());
        }
        anchors
    }

    fn ack(&mut self, anchor: Anchor) {
        self.bolt.ack(Anchors::One(anchor), 0);
        assert!(self.bolt.flush().is_none());
    }

    /// What the spout learns; `mail`: whether it looks into its queue.
    fn outcomes(&mut self, mail: bool) -> Vec<(u32, Outcome)> {
        let (mut found, mut outcomes) = (Mail::default(), Vec::new());
        if mail {
            self.shared.mailboxes[SPOUT].take(&mut found);
        }
        self.spout.outcomes(&mut found.completions, &mut outcomes);
        outcomes.iter().for_each(|(_, outcome)| self.spout.count(*outcome));
        outcomes
    }
}

#[test]
fn a_tuple_that_is_not_acked_times_out_once_within_its_bounds() {
    let mut steps = Steps::new();
    let slot = steps.emit();
    steps.shared.clock.advance(TIMEOUT - Duration::from_nanos(1));
    assert_eq!(steps.outcomes(true), []);
    steps.shared.clock.advance(LATE - TIMEOUT);
    assert_eq!(steps.outcomes(true), [(slot, Outcome::TimedOut)]);
    steps.shared.clock.advance(LATE);
    assert_eq!(steps.outcomes(true), []);
    assert_eq!(
        (
            steps.spout.metrics().failed.get(),
            steps.spout.metrics().timed_out.get()
        ),
        (1, 1)
    );
}

#[test]
fn an_ack_after_the_timeout_is_ignored_even_when_the_slot_is_used_again() {
    let mut steps = Steps::new();
    let slot = steps.emit();
    let late = steps.receive()[0];
    steps.shared.clock.advance(LATE);
    assert_eq!(steps.outcomes(true), [(slot, Outcome::TimedOut)]);
    steps.ack(late);
    assert_eq!(steps.outcomes(true), []);
    steps.spout.pending.close(slot);
    assert_eq!(steps.emit(), slot);
    steps.ack(late);
    assert_eq!(steps.outcomes(true), []);
    let present = steps.receive()[0];
    steps.ack(present);
    assert_eq!(steps.outcomes(true), [(slot, Outcome::Acked)]);
}

#[test]
fn a_verdict_that_is_on_its_way_wins_over_the_timeout() {
    let mut steps = Steps::new();
    let slot = steps.emit();
    let anchor = steps.receive()[0];
    steps.ack(anchor);
    steps.shared.clock.advance(LATE);
    assert_eq!(steps.outcomes(false), [], "the ledger has decided");
    assert_eq!(steps.outcomes(true), [(slot, Outcome::Acked)]);
    assert_eq!(
        (steps.spout.metrics().acked.get(), steps.spout.metrics().failed.get()),
        (1, 0)
    );
}

#[test]
fn a_run_is_quiet_only_when_nothing_is_pending_and_nothing_under_way() {
    let mut steps = Steps::new();
    assert!(steps.shared.is_quiet());
    let slot = steps.emit();
    assert_eq!((steps.shared.pending(), steps.shared.in_flight.get()), (1, 1));
    let anchor = steps.receive()[0];
    assert_eq!(steps.shared.in_flight.get(), 1, "taken, but not dealt with");
    steps.ack(anchor);
    assert_eq!((steps.shared.pending(), steps.shared.in_flight.get()), (1, 0));
    assert!(!steps.shared.is_quiet());
    assert_eq!(steps.outcomes(true), [(slot, Outcome::Acked)]);
    steps.spout.pending.close(slot);
    assert!(steps.spout.flush().is_none());
    assert!(steps.shared.is_quiet());
}

#[test]
fn a_run_is_not_quiet_while_an_untracked_tuple_is_under_way() {
    let mut steps = Steps::new();
    let row: Row = [Value::Int(1)].into();
    steps
        .spout
        .emit_untracked(TASK, 0, None, &row, 0, &mut RowKeys::new(&row));
    assert!(steps.spout.flush().is_none());
    assert_eq!(steps.shared.pending(), 0);
    assert!(!steps.shared.is_quiet());
    assert!(steps.receive().is_empty());
    assert!(steps.bolt.flush().is_none());
    assert!(steps.shared.is_quiet());
}

#[test]
fn a_tuple_that_was_never_handed_on_times_out_too() {
    let mut steps = Steps::new();
    let row: Row = [Value::Int(1)].into();
    steps.spout.refresh();
    let slot = steps.spout.emit(0, TASK, 0, None, &row, 0, &mut RowKeys::new(&row));
    steps.shared.clock.advance(LATE);
    assert_eq!(steps.outcomes(true), [(slot.unwrap(), Outcome::TimedOut)]);
}

#[test]
fn latencies_far_beyond_a_microsecond_are_kept() {
    let mut steps = Steps::new();
    let slot = steps.emit();
    let anchor = steps.receive()[0];
    steps.shared.clock.advance(Duration::from_secs(3));
    steps.ack(anchor);
    assert_eq!(steps.outcomes(true), [(slot, Outcome::Acked)]);
    let complete = steps.shared.snapshot(SPOUT).latency_us.complete;
    assert_eq!(complete.samples, 1);
    assert!((complete.mean / 3e6 - 1.0).abs() < 0.01, "{complete:?}");
}

#[test]
fn what_a_bolt_handled_counts_as_under_way_until_its_output_is_handed_on() {
    let mut steps = Steps::new();
    steps.emit();
    steps.receive();
    let row: Row = [Value::Int(1)].into();
    for queue_is_full in [false, true] {
        let mut tree = Single {
            root: Root::UNTRACKED,
            out: 0,
        };
        let keys = &mut RowKeys::new(&row);
        steps.bolt.outbox.emit(0, 1, None, &row, 0, keys, &mut tree);
        if !queue_is_full {
            let mut refused = Vec::new();
            assert!(steps.bolt.outbox.flush(&steps.shared, &mut refused).is_none());
        }
    }
    assert!(steps.bolt.flush().is_some(), "the second bolt has a full queue");
    steps.shared.mailboxes[SECOND].take(&mut Mail::default());
    steps.shared.in_flight.remove(1);
    assert_eq!(steps.shared.in_flight.get(), 1, "the first bolt still holds a tuple");
    assert!(steps.bolt.flush().is_none());
    assert_eq!(steps.shared.in_flight.get(), 1, "it is in the queue now");
}

#[test]
fn more_tuples_than_a_batch_holds_keep_their_order_behind_a_full_queue() {
    const TUPLES: i64 = 3 * BATCH_TUPLES as i64 + 7;
    let mut steps = Steps::new();
    for number in 0..TUPLES {
        let row: Row = [Value::Int(number)].into();
        steps
            .spout
            .emit_untracked(TASK, 0, None, &row, 0, &mut RowKeys::new(&row));
        assert_eq!(steps.spout.outbox.is_full(), number + 1 >= BATCH_TUPLES as i64);
    }
    let mut next = 0;
    while steps.spout.flush().is_some() || next < TUPLES {
        let mut mail = Mail::default();
        steps.shared.mailboxes[FIRST].take(&mut mail);
        assert_eq!(mail.batches.len(), 1);
        let Payload::Native(rows) = &mail.batches[0].payload else {
            unreachable!("the lane is native")
        };
        assert!(rows.len() <= BATCH_TUPLES);
        for row in rows {
            assert_eq!(row[0], Value::Int(next));
            next += 1;
        }
    }
    assert_eq!(next, TUPLES);
    assert!(steps.spout.is_clean() && !steps.spout.outbox.is_full());
}
