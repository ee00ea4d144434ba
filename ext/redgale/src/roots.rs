//! Keeps Ruby values alive while Rust holds them: places in one table, named by tokens, marked by the run.
//!
//! A batch on its way is one Ruby Array of rows; its place is the token the engine carries ([`Payload::Host`]). One place for
//! a batch, never one for a value; all of it needs the VM lock.
//!
//! The table is not a Ruby Array: such an Array grows old, and the GC makes old at once whatever an old object refers to.
//! Rows that live a few milliseconds then fill the old generation (14 instead of 3 major collections while 3 million words
//! are counted). What the run marks itself ages as everything else does.

use std::cell::UnsafeCell;
use std::sync::Arc;

use rb_sys::{VALUE, rb_ary_new_capa, rb_ary_push, rb_gc_mark};
use redgale_engine::batch::{NativeRows, Payload, Row, Rows};
use redgale_engine::engine::Shared;

use crate::value::NIL;

/// Rooted values of one run.
#[derive(Debug, Default)]
pub struct Roots {
    inner: UnsafeCell<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    values: Vec<VALUE>,
    free: Vec<u32>,
}

// SAFETY: every access needs the VM lock (the contract of this module), which makes it exclusive. The GC, which may start
// whenever Ruby allocates, reads through `mark`; nothing here allocates from Ruby while it changes the table.
unsafe impl Send for Roots {}
unsafe impl Sync for Roots {}

impl Roots {
    /// Roots a value. Needs the VM lock.
    pub fn hold(&self, value: VALUE) -> u32 {
        // SAFETY: VM lock.
        let inner = unsafe { &mut *self.inner.get() };
        match inner.free.pop() {
            Some(token) => {
                inner.values[token as usize] = value;
                token
            }
            None => {
                inner.values.push(value);
                (inner.values.len() - 1) as u32
            }
        }
    }

    /// The value of a token. Needs the VM lock.
    #[inline]
    pub fn get(&self, token: u32) -> VALUE {
        // SAFETY: VM lock.
        unsafe { (&*self.inner.get()).values[token as usize] }
    }

    /// Puts another value in a token's place and gives the old one, which the caller holds on its stack. Needs the VM lock.
    pub fn replace(&self, token: u32, value: VALUE) -> VALUE {
        // SAFETY: VM lock.
        let inner = unsafe { &mut *self.inner.get() };
        std::mem::replace(&mut inner.values[token as usize], value)
    }

    /// Ends the life of a token. Needs the VM lock.
    pub fn release(&self, token: u32) {
        // SAFETY: VM lock.
        let inner = unsafe { &mut *self.inner.get() };
        inner.values[token as usize] = NIL;
        inner.free.push(token);
    }

    /// Marks what is rooted. Called by the GC alone.
    pub fn mark(&self) {
        // SAFETY: the GC runs with the VM lock.
        unsafe { (&*self.inner.get()).values.iter().for_each(|value| rb_gc_mark(*value)) };
    }
}

/// The values of one tuple, in the forms of the lanes it may take.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    /// A Ruby Array.
    pub row: VALUE,
    /// A Ruby String of the row's codec bytes; nil if no native executor can get the tuple.
    pub encoded: VALUE,
}

/// The rows of an open batch. On the lane from Ruby to Ruby: one Array, rooted from its first row on; to a native executor:
/// Rust values.
#[derive(Debug)]
pub struct RubyRows {
    roots: Arc<Roots>,
    open: Option<(u32, VALUE)>,
    /// Rows of the last batch: the next is mostly as large.
    last: usize,
    native: Option<NativeRows>,
}

impl RubyRows {
    /// Rows for a Ruby executor, rooted in `roots`.
    pub fn new(roots: Arc<Roots>) -> Self {
        RubyRows {
            roots,
            open: None,
            last: 16,
            native: None,
        }
    }

    /// Rows for executor `destination` of a run.
    pub fn to(shared: &Shared, roots: &Arc<Roots>, destination: usize) -> Self {
        RubyRows {
            native: shared.plan.is_native(destination).then(NativeRows::default),
            ..RubyRows::new(Arc::clone(roots))
        }
    }
}

/// The row that was encoded when the tuple was prepared. Calls no Ruby.
fn decode(encoded: VALUE) -> Row {
    // SAFETY: VM lock; the emitter holds the String.
    match redgale_codec::decode(&mut unsafe { crate::value::bytes(encoded) }) {
        Ok(redgale_codec::Value::Array(values)) => values.into(),
        other => unreachable!("a row encoded in this process: {other:?}"),
    }
}

impl Rows for RubyRows {
    type Value = Values;

    #[inline]
    fn push(&mut self, values: Values) {
        if let Some(native) = &mut self.native {
            return native.push(decode(values.encoded));
        }
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
        unsafe { rb_ary_push(array, values.row) };
    }

    fn seal(&mut self) -> Payload {
        if let Some(native) = &mut self.native {
            return native.seal();
        }
        let (token, array) = self.open.take().expect("a batch is sealed only with rows in it");
        // SAFETY: VM lock.
        self.last = unsafe { rb_sys::RARRAY_LEN(array) } as usize;
        Payload::Host(u64::from(token))
    }

    fn discard(&mut self, payload: Payload) {
        if let Payload::Host(token) = payload {
            self.roots.release(token as u32);
        }
    }
}
