//! What an executor counts. Counts are exact; latencies are sampled.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::clock::Nanos;

/// A number only one thread at a time adds to, and any thread reads.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds without a read-modify-write: the executor is the only writer.
    #[inline]
    pub fn add(&self, n: u64) {
        self.0.store(self.0.load(Ordering::Relaxed) + n, Ordering::Relaxed);
    }

    /// The number now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets the number (gauges).
    pub fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }
}

/// Latencies in nanoseconds, two significant digits. The histogram grows with the range it sees: three of them for each of
/// a thousand executors must stay small (about 20 kB each at most).
#[derive(Debug)]
pub struct Latency(Mutex<Histogram<u32>>);

impl Default for Latency {
    fn default() -> Self {
        Latency(Mutex::new(histogram()))
    }
}

impl Latency {
    /// Records one sample.
    pub fn record(&self, nanos: Nanos) {
        // it grows as far as memory goes (`saturating_record` would not grow: it cuts the value to the present range)
        let _ = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .record(nanos.max(1));
    }

    fn add_to(&self, sum: &mut Histogram<u32>) {
        // same bounds, so nothing can be out of range
        let _ = sum.add(&*self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Everything one executor measures.
#[derive(Debug, Default)]
pub struct ExecutorMetrics {
    /// Calls of emit that were taken.
    pub emitted: Count,
    /// Deliveries: an emit counts once for each task that gets it.
    pub transferred: Count,
    /// Input tuples handled (bolts).
    pub executed: Count,
    /// Spouts: trees completed. Bolts: input tuples acked.
    pub acked: Count,
    /// Spouts: tries failed or timed out. Bolts: input tuples failed.
    pub failed: Count,
    /// Tries that ended by the message timeout (spouts; part of `failed`).
    pub timed_out: Count,
    /// Tuples given up after `max_retries` (spouts).
    pub given_up: Count,
    /// Second acks or fails of a tuple, ignored.
    pub ignored_acks: Count,
    /// Tuples failed because a feedback edge was full.
    pub feedback_full: Count,
    /// Tracked tuples now open (spouts; a gauge).
    pub pending: Count,
    /// Time in the handler (bolts).
    pub execute: Latency,
    /// From the start of the handler to the ack (bolts).
    pub process: Latency,
    /// From emit to the last ack (spouts).
    pub complete: Latency,
}

/// Figures of one latency.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LatencySnapshot {
    /// Mean, microseconds.
    pub mean: f64,
    /// Median, microseconds.
    pub p50: f64,
    /// 99th percentile, microseconds.
    pub p99: f64,
    /// Largest, microseconds.
    pub max: f64,
    /// Number of samples.
    pub samples: u64,
}

/// Latencies of a component, in microseconds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LatenciesSnapshot {
    /// Time in the handler.
    pub execute: LatencySnapshot,
    /// Handler start to ack.
    pub process: LatencySnapshot,
    /// Emit to last ack.
    pub complete: LatencySnapshot,
}

/// Sums over the executors of a component.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ComponentSnapshot {
    /// See [`ExecutorMetrics`].
    pub emitted: u64,
    /// See [`ExecutorMetrics`].
    pub transferred: u64,
    /// See [`ExecutorMetrics`].
    pub executed: u64,
    /// See [`ExecutorMetrics`].
    pub acked: u64,
    /// See [`ExecutorMetrics`].
    pub failed: u64,
    /// See [`ExecutorMetrics`].
    pub timed_out: u64,
    /// See [`ExecutorMetrics`].
    pub given_up: u64,
    /// See [`ExecutorMetrics`].
    pub ignored_acks: u64,
    /// See [`ExecutorMetrics`].
    pub feedback_full: u64,
    /// See [`ExecutorMetrics`].
    pub pending: u64,
    /// Tuples waiting in the input queues.
    pub queued: u64,
    /// Sampled latencies.
    pub latency_us: LatenciesSnapshot,
}

impl ComponentSnapshot {
    /// Sums `executors`; `queued` is left at 0.
    pub fn of<'a>(executors: impl Iterator<Item = &'a ExecutorMetrics>) -> Self {
        let mut sum = ComponentSnapshot::default();
        let (mut execute, mut process, mut complete) = (histogram(), histogram(), histogram());
        for metrics in executors {
            sum.emitted += metrics.emitted.get();
            sum.transferred += metrics.transferred.get();
            sum.executed += metrics.executed.get();
            sum.acked += metrics.acked.get();
            sum.failed += metrics.failed.get();
            sum.timed_out += metrics.timed_out.get();
            sum.given_up += metrics.given_up.get();
            sum.ignored_acks += metrics.ignored_acks.get();
            sum.feedback_full += metrics.feedback_full.get();
            sum.pending += metrics.pending.get();
            metrics.execute.add_to(&mut execute);
            metrics.process.add_to(&mut process);
            metrics.complete.add_to(&mut complete);
        }
        sum.latency_us = LatenciesSnapshot {
            execute: figures(&execute),
            process: figures(&process),
            complete: figures(&complete),
        };
        sum
    }
}

fn histogram() -> Histogram<u32> {
    Histogram::new(2).expect("2 digits are valid")
}

fn figures(histogram: &Histogram<u32>) -> LatencySnapshot {
    let micros = |nanos: u64| nanos as f64 / 1_000.0;
    LatencySnapshot {
        mean: histogram.mean() / 1_000.0,
        p50: micros(histogram.value_at_quantile(0.5)),
        p99: micros(histogram.value_at_quantile(0.99)),
        max: micros(histogram.max()),
        samples: histogram.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_the_sum_of_its_executors() {
        let executors = [ExecutorMetrics::default(), ExecutorMetrics::default()];
        executors[0].acked.add(2);
        executors[1].acked.add(3);
        executors[0].execute.record(1_000);
        executors[1].execute.record(3_000);
        let sum = ComponentSnapshot::of(executors.iter());
        assert_eq!(sum.acked, 5);
        assert_eq!(sum.latency_us.execute.samples, 2);
        assert!((sum.latency_us.execute.mean - 2.0).abs() < 0.05);
    }
}
