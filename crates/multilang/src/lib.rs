//! Components that are programs: any that speaks Storm's multilang protocol.
//!
//! [`host::Host`] runs the shell executors of a run, each on a native thread of its own ([`bolt`], [`spout`]), one program for
//! each task ([`keeper`], [`child`]). A program that exits, hangs or does not keep to the protocol is ended, its tuples fail
//! at once, and it is started again after a while; whatever else runs goes on.
//!
//! Pure parts: messages ([`protocol`], [`json_read`], [`json_write`]), the bytes between them ([`frame`], [`outgoing`]), the
//! log ([`chatter`]).
//!
//! Programs do not outlive the process: each is told at the end ([`closing`]), and the kernel kills it when the thread that
//! started it ends in any other way.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod bell;
pub mod bolt;
pub mod chatter;
pub mod child;
pub mod closing;
pub mod frame;
pub mod handshake;
pub mod host;
pub mod in_flight;
pub mod journal;
pub mod json_read;
pub mod json_write;
pub mod keeper;
pub mod nap;
pub mod outgoing;
pub mod protocol;
pub mod rows;
pub mod spout;
pub mod sys;
