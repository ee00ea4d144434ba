//! Runs a plan: executors, queues, batches, ack ledger, timers, back pressure, metrics.
//!
//! The crate knows neither Ruby nor the network. An executor is driven by its own thread (a Ruby thread for Ruby
//! components, a native one otherwise) through two small cores, [`bolt::BoltCore`] and [`spout::SpoutCore`]; the values
//! themselves are opaque to it ([`batch::Rows`]).
//!
//! How a tuple moves: an executor emits into its [`outbox::Outbox`], which keeps one open batch per destination executor;
//! a flush writes the roots of new spout tuples into the [`ledger::Ledger`], hands the batches to the destinations'
//! [`mailbox::Mailbox`]es and applies the folded ledger updates. The order of these three steps is what keeps
//! at-least-once: a tuple is visible to others only after its root is in the ledger.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod anchor;
pub mod batch;
pub mod bolt;
pub mod clock;
pub mod engine;
pub mod fold;
pub mod ledger;
pub mod mailbox;
pub mod metrics;
pub mod native;
pub mod outbox;
pub mod pending;
pub mod phase;
pub mod route;
pub mod spout;
pub mod wheel;
