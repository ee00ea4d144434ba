//! Keeps the Arrays of batches alive while the engine holds them: one rooted Ruby Array, integer tokens in Rust.
//!
//! A batch on its way is one Ruby Array of rows; its place in the rooted Array is the token the engine carries
//! ([`Payload::Host`]). One root for a batch, never one for a value; all of it needs the VM lock.

use std::cell::UnsafeCell;
use std::sync::Arc;

use rb_sys::{VALUE, rb_ary_entry, rb_ary_new_capa, rb_ary_push, rb_ary_store};
use redgale_engine::batch::{Payload, Rows};

use crate::value::NIL;

/// Rooted Arrays of one run.
#[derive(Debug)]
pub struct Roots {
    inner: UnsafeCell<Inner>,
}

#[derive(Debug)]
struct Inner {
    array: VALUE,
    free: Vec<u32>,
    used: u32,
}

// SAFETY: every access needs the VM lock (the contract of this module), which makes it exclusive.
unsafe impl Send for Roots {}
unsafe impl Sync for Roots {}

impl Roots {
    /// Over a Ruby Array that the caller keeps alive as long as the run.
    pub fn new(array: VALUE) -> Self {
        Roots {
            inner: UnsafeCell::new(Inner {
                array,
                free: Vec::new(),
                used: 0,
            }),
        }
    }

    /// Roots a value. Needs the VM lock.
    pub fn hold(&self, value: VALUE) -> u32 {
        // SAFETY: VM lock; rb_ary_store does not run Ruby code.
        unsafe {
            let inner = &mut *self.inner.get();
            let token = inner.free.pop().unwrap_or_else(|| {
                inner.used += 1;
                inner.used - 1
            });
            rb_ary_store(inner.array, i64::from(token), value);
            token
        }
    }

    /// The value of a token. Needs the VM lock.
    pub fn get(&self, token: u32) -> VALUE {
        // SAFETY: VM lock.
        unsafe { rb_ary_entry((*self.inner.get()).array, i64::from(token)) }
    }

    /// Ends the life of a token. Needs the VM lock.
    pub fn release(&self, token: u32) {
        // SAFETY: VM lock; storing nil allocates nothing.
        unsafe {
            let inner = &mut *self.inner.get();
            rb_ary_store(inner.array, i64::from(token), NIL);
            inner.free.push(token);
        }
    }
}

/// The rows of an open batch on the lane from Ruby to Ruby: one Array, rooted from its first row on.
#[derive(Debug)]
pub struct RubyRows {
    roots: Arc<Roots>,
    open: Option<(u32, VALUE)>,
    /// Rows of the last batch: the next is mostly as large.
    last: usize,
}

impl RubyRows {
    /// Rows rooted in `roots`.
    pub fn new(roots: Arc<Roots>) -> Self {
        RubyRows {
            roots,
            open: None,
            last: 16,
        }
    }
}

impl Rows for RubyRows {
    /// A Ruby Array with the tuple's values.
    type Value = VALUE;

    #[inline]
    fn push(&mut self, row: VALUE) {
        let array = match self.open {
            Some((_, array)) => array,
            None => {
                // SAFETY: VM lock; rooted before anything else is allocated.
                let array = unsafe { rb_ary_new_capa(self.last as i64) };
                self.open = Some((self.roots.hold(array), array));
                array
            }
        };
        // SAFETY: VM lock; the array is rooted and ours.
        unsafe { rb_ary_push(array, row) };
    }

    fn seal(&mut self) -> Payload {
        let (token, array) = self.open.take().expect("a batch is sealed only with rows in it");
        // SAFETY: VM lock.
        self.last = unsafe { rb_sys::RARRAY_LEN(array) } as usize;
        Payload::Host(u64::from(token))
    }
}
