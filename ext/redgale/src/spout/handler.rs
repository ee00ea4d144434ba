//! What Ruby said about a spout.

use magnus::{Error, RHash, Ruby};
use rb_sys::ID;

use crate::executor::{method_name, option};

/// What Ruby said about the spout.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    pub(super) method: ID,
    pub(super) emit: bool,
    /// `on_send(reliable: true)`: the first element of what is returned is the id.
    pub(super) id_first: bool,
    /// Tuples are tracked.
    pub(super) tracked: bool,
    /// Of those, only what is emitted with an id.
    pub(super) by_id: bool,
    /// The spout defines on_fail: it owns its replay.
    pub(super) own_replay: bool,
    pub(super) ack: Option<ID>,
    pub(super) fail: Option<ID>,
    pub(super) give_up: Option<ID>,
    pub(super) max_retries: Option<u32>,
}

impl Handler {
    /// From the handler Hash of the component's definition.
    ///
    /// # Errors
    /// KeyError or TypeError.
    pub fn new(ruby: &Ruby, options: RHash) -> Result<Self, Error> {
        let replay: magnus::Symbol = option(ruby, options, "replay")?;
        Ok(Handler {
            method: method_name(ruby, options, "method")?.unwrap_or_else(|| crate::meta::id("next_tuple")),
            emit: option(ruby, options, "emit")?,
            id_first: option(ruby, options, "id_first")?,
            tracked: option(ruby, options, "reliable")?,
            by_id: option::<Option<bool>>(ruby, options, "by_id")?.unwrap_or(false),
            own_replay: &*replay.name()? == "own",
            ack: method_name(ruby, options, "ack")?,
            fail: method_name(ruby, options, "fail")?,
            give_up: method_name(ruby, options, "give_up")?,
            max_retries: option(ruby, options, "max_retries")?,
        })
    }
}
