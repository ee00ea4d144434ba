//! Why tracked tuples failed last, for `on_give_up`.

use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::sync::Arc;

use rb_sys::VALUE;
use redgale_engine::anchor::{Anchor, Root};

use crate::roots::Roots;

/// Exceptions kept at a time; beyond that the old ones are forgotten (`on_give_up` then gets a general error).
const MOST: usize = 10_000;

/// Last exception of each failed root. Kept only while some spout limits its retries.
#[derive(Debug)]
pub struct Reasons {
    roots: Arc<Roots>,
    kept: UnsafeCell<HashMap<Root, u32>>,
}

// SAFETY: only touched with the VM lock held.
unsafe impl Send for Reasons {}
unsafe impl Sync for Reasons {}

impl Reasons {
    /// Kept alive by `roots`.
    pub fn new(roots: Arc<Roots>) -> Self {
        Reasons {
            roots,
            kept: UnsafeCell::default(),
        }
    }

    /// Notes that these trees failed by `exception`.
    pub fn note(&self, anchors: &[Anchor], exception: VALUE) {
        // SAFETY: VM lock.
        let kept = unsafe { &mut *self.kept.get() };
        for anchor in anchors {
            if kept.len() == MOST {
                // reasons of tries that ended otherwise (a timeout) are never taken
                kept.drain().for_each(|(_, token)| self.roots.release(token));
            }
            kept.entry(anchor.root).or_insert_with(|| self.roots.hold(exception));
        }
    }

    /// Takes the exception of a tree.
    pub fn take(&self, root: Root) -> Option<VALUE> {
        // SAFETY: VM lock.
        let token = unsafe { &mut *self.kept.get() }.remove(&root)?;
        let exception = self.roots.get(token);
        self.roots.release(token);
        Some(exception)
    }
}
