//! What a spout executor keeps of its pending tuples, by ledger slot: the values to replay, or the id to give back.
//!
//! Kept in Ruby Arrays of 1,024: a minor GC looks through every Array that was written to since the last one (8.6 ms for one
//! Array of a million slots, 0.28 ms with chunks).

use std::sync::Arc;

use rb_sys::{VALUE, rb_ary_entry, rb_ary_new_capa, rb_ary_store};

use crate::roots::Roots;
use crate::value::NIL;

const CHUNK: usize = 1_024;

/// What is kept for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The values; the engine emits them again.
    Values,
    /// The values; the spout owns the replay.
    OwnValues,
    /// The id given to emit; the spout owns the replay.
    Id,
}

/// Kept values of one executor. Needs the VM lock.
#[derive(Debug)]
pub struct Kept {
    roots: Arc<Roots>,
    chunks: Vec<VALUE>,
    what: Vec<What>,
}

impl Kept {
    /// Kept alive by `roots`.
    pub fn new(roots: Arc<Roots>) -> Self {
        Kept {
            roots,
            chunks: Vec::new(),
            what: Vec::new(),
        }
    }

    /// Keeps a value for a slot.
    #[inline]
    pub fn put(&mut self, slot: u32, what: What, value: VALUE) {
        let slot = slot as usize;
        while slot / CHUNK >= self.chunks.len() {
            // SAFETY: VM lock; rooted at once.
            let chunk = unsafe { rb_ary_new_capa(CHUNK as i64) };
            self.roots.hold(chunk);
            self.chunks.push(chunk);
            self.what.resize(self.chunks.len() * CHUNK, What::Values);
        }
        self.what[slot] = what;
        // SAFETY: VM lock.
        unsafe { rb_ary_store(self.chunks[slot / CHUNK], (slot % CHUNK) as i64, value) };
    }

    /// What is kept for a slot.
    #[inline]
    pub fn get(&self, slot: u32) -> (What, VALUE) {
        let slot = slot as usize;
        // SAFETY: VM lock.
        (self.what[slot], unsafe {
            rb_ary_entry(self.chunks[slot / CHUNK], (slot % CHUNK) as i64)
        })
    }

    /// Takes what is kept for a slot. The caller holds the value on its stack.
    #[inline]
    pub fn take(&mut self, slot: u32) -> (What, VALUE) {
        let kept = self.get(slot);
        // SAFETY: VM lock. Cleared so that an idle slot does not hold on to a large value.
        unsafe { rb_ary_store(self.chunks[slot as usize / CHUNK], (slot as usize % CHUNK) as i64, NIL) };
        kept
    }
}
