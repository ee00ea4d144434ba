//! A spout and a bolt driven step by step on a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use redgale_codec::Value;
use redgale_engine::anchor::{Anchor, Anchors};
use redgale_engine::batch::{NativeRows, Row};
use redgale_engine::bolt::BoltCore;
use redgale_engine::clock::Clock;
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::Mail;
use redgale_engine::native::RowKeys;
use redgale_engine::pending::Outcome;
use redgale_engine::spout::SpoutCore;
use redgale_topology::model::Model;
use serde_json::json;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Within this a timeout fires: 1.1 times.
const LATE: Duration = Duration::from_secs(11);

struct Pair {
    shared: Arc<Shared>,
    spout: SpoutCore<NativeRows>,
    bolt: BoltCore<NativeRows>,
}

impl Pair {
    fn new() -> Self {
        let component = |id: &str, kind: &str| {
            json!({"id": id, "kind": kind, "implementation": {"ruby": {"class": "X"}}, "executors": 1, "tasks": 1,
                "at": "t.rb:1", "streams": [{"name": "default", "fields": ["a"], "at": "t.rb:1"}]})
        };
        let mut bolt = component("b", "bolt");
        bolt["sources"] =
            json!([{"component": "s", "stream": "default", "grouping": {"type": "shuffle"}, "at": "t.rb:1"}]);
        let model: Model = serde_json::from_value(json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1",
            "config": {"topology.message.timeout.secs": TIMEOUT.as_secs()}, "components": [component("s", "spout"), bolt]}))
        .unwrap();
        let shared = Arc::new(Shared::new(&model, Clock::manual()));
        Pair {
            spout: SpoutCore::new(Arc::clone(&shared), 1, |_| NativeRows::default()),
            bolt: BoltCore::new(Arc::clone(&shared), 0, |_| NativeRows::default()),
            shared,
        }
    }

    fn emit(&mut self) -> u32 {
        let row: Row = [Value::Int(1)].into();
        self.spout.refresh();
        let slot = self.spout.emit(0, 2, 0, None, &row, 0, &mut RowKeys::new(&row));
        assert!(self.spout.flush().is_none());
        slot.expect("the bolt reads it")
    }

    /// The anchors of all tuples that the bolt finds in its queue.
    fn receive(&mut self) -> Vec<Anchor> {
        let mut mail = Mail::default();
        self.shared.mailboxes[0].take(&mut mail);
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
            self.shared.mailboxes[1].take(&mut found);
        }
        self.spout.outcomes(&mut found.completions, &mut outcomes);
        outcomes
    }
}

#[test]
fn a_tuple_that_is_not_acked_times_out_once_within_its_bounds() {
    let mut pair = Pair::new();
    let slot = pair.emit();
    pair.shared.clock.advance(TIMEOUT - Duration::from_nanos(1));
    assert_eq!(pair.outcomes(true), []);
    pair.shared.clock.advance(LATE - TIMEOUT);
    assert_eq!(pair.outcomes(true), [(slot, Outcome::TimedOut)]);
    pair.shared.clock.advance(LATE);
    assert_eq!(pair.outcomes(true), []);
    assert_eq!(
        (pair.spout.metrics().failed.get(), pair.spout.metrics().timed_out.get()),
        (1, 1)
    );
}

#[test]
fn an_ack_after_the_timeout_is_ignored_even_when_the_slot_is_used_again() {
    let mut pair = Pair::new();
    let slot = pair.emit();
    let late = pair.receive()[0];
    pair.shared.clock.advance(LATE);
    assert_eq!(pair.outcomes(true), [(slot, Outcome::TimedOut)]);
    pair.ack(late);
    assert_eq!(pair.outcomes(true), []);
    pair.spout.pending.close(slot);
    assert_eq!(pair.emit(), slot);
    pair.ack(late);
    assert_eq!(pair.outcomes(true), []);
    let present = pair.receive()[0];
    pair.ack(present);
    assert_eq!(pair.outcomes(true), [(slot, Outcome::Acked)]);
}

#[test]
fn a_verdict_that_is_on_its_way_wins_over_the_timeout() {
    let mut pair = Pair::new();
    let slot = pair.emit();
    let anchor = pair.receive()[0];
    pair.ack(anchor);
    pair.shared.clock.advance(LATE);
    assert_eq!(pair.outcomes(false), [], "the ledger has decided");
    assert_eq!(pair.outcomes(true), [(slot, Outcome::Acked)]);
    assert_eq!(
        (pair.spout.metrics().acked.get(), pair.spout.metrics().failed.get()),
        (1, 0)
    );
}

#[test]
fn a_run_is_quiet_only_when_nothing_is_pending_and_nothing_under_way() {
    let mut pair = Pair::new();
    assert!(pair.shared.is_quiet());
    let slot = pair.emit();
    assert_eq!((pair.shared.pending(), pair.shared.in_flight.get()), (1, 1));
    let anchor = pair.receive()[0];
    assert_eq!(pair.shared.in_flight.get(), 1, "taken, but not dealt with");
    pair.ack(anchor);
    assert_eq!((pair.shared.pending(), pair.shared.in_flight.get()), (1, 0));
    assert!(!pair.shared.is_quiet());
    assert_eq!(pair.outcomes(true), [(slot, Outcome::Acked)]);
    pair.spout.pending.close(slot);
    assert!(pair.spout.flush().is_none());
    assert!(pair.shared.is_quiet());
}

#[test]
fn latencies_far_beyond_a_microsecond_are_kept() {
    let mut pair = Pair::new();
    let slot = pair.emit();
    let anchor = pair.receive()[0];
    pair.shared.clock.advance(Duration::from_secs(3));
    pair.ack(anchor);
    assert_eq!(pair.outcomes(true), [(slot, Outcome::Acked)]);
    let complete = pair.shared.snapshot(1).latency_us.complete;
    assert_eq!(complete.samples, 1);
    assert!((complete.mean / 3e6 - 1.0).abs() < 0.01, "{complete:?}");
}
