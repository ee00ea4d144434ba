//! What a spout executor keeps of its pending tuples, by ledger slot: the values to replay, or the id to give back.
//!
//! The GC must see them at every collection. Chunks of slots that are in use now are marked by the run itself, so that their
//! values age as everything else does (see [`crate::roots`]). A chunk that was not written for some collections while many
//! are in use goes cold: a Ruby Array holds its values, which grows old and is then passed over by minor collections. So
//! neither a quick topology nor one with a million pending tuples (8.6 ms for each minor collection in one Array) pays.

use rb_sys::{VALUE, rb_ary_entry, rb_ary_new_from_values, rb_ary_store, rb_gc_count, rb_gc_mark};

use crate::value::{NIL, elements};

/// Slots of a chunk.
const CHUNK: usize = 1_024;
/// Chunks that may stay hot however long they are not written: marking them takes about 0.1 ms.
const MOST_IDLE: usize = 16;
/// Collections without a write after which a chunk goes cold; an Array is old after three.
const COLLECTIONS: usize = 4;

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

#[derive(Debug)]
struct Chunk {
    values: Box<[VALUE; CHUNK]>,
    what: Box<[What; CHUNK]>,
    /// While the chunk is cold: the Array that has the values, which may move there (`values` is then out of date). nil while
    /// it is hot.
    cold: VALUE,
    /// The collection before which it was last written.
    written: usize,
}

impl Chunk {
    #[inline]
    fn value(&self, place: usize) -> VALUE {
        match self.cold {
            NIL => self.values[place],
            // SAFETY: VM lock.
            cold => unsafe { rb_ary_entry(cold, place as i64) },
        }
    }

    #[cold]
    fn warm(&mut self) {
        // SAFETY: VM lock; the Array has CHUNK elements and is alive: the run marks it.
        self.values.copy_from_slice(unsafe { elements(self.cold) });
        self.cold = NIL;
    }
}

/// Kept values of one executor. Needs the VM lock; nothing here allocates from Ruby while it changes a chunk.
#[derive(Debug, Default)]
pub struct Kept {
    chunks: Vec<Chunk>,
    /// Chunks that are marked directly.
    hot: Vec<u32>,
    collections: usize,
}

impl Kept {
    /// Keeps a value for a slot.
    #[inline]
    pub fn put(&mut self, slot: u32, what: What, value: VALUE) {
        let (index, place) = (slot as usize / CHUNK, slot as usize % CHUNK);
        if index >= self.chunks.len() {
            self.grow(index);
        }
        let chunk = &mut self.chunks[index];
        if chunk.cold != NIL {
            chunk.warm();
            self.hot.push(index as u32);
        }
        chunk.written = self.collections;
        chunk.what[place] = what;
        chunk.values[place] = value;
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        while self.chunks.len() <= index {
            self.hot.push(self.chunks.len() as u32);
            self.chunks.push(Chunk {
                values: Box::new([NIL; CHUNK]),
                what: Box::new([What::Values; CHUNK]),
                cold: NIL,
                written: self.collections,
            });
        }
    }

    /// What is kept for a slot.
    #[inline]
    pub fn get(&self, slot: u32) -> (What, VALUE) {
        let (chunk, place) = (&self.chunks[slot as usize / CHUNK], slot as usize % CHUNK);
        (chunk.what[place], chunk.value(place))
    }

    /// Takes what is kept for a slot. The caller holds the value on its stack.
    #[inline]
    pub fn take(&mut self, slot: u32) -> (What, VALUE) {
        let (chunk, place) = (&mut self.chunks[slot as usize / CHUNK], slot as usize % CHUNK);
        let value = chunk.value(place);
        // cleared so that an idle slot does not hold on to a large value
        if chunk.cold == NIL {
            chunk.values[place] = NIL;
        } else {
            // SAFETY: VM lock; the Array has a place for each slot: storing nil allocates nothing.
            unsafe { rb_ary_store(chunk.cold, place as i64, NIL) };
        }
        (chunk.what[place], value)
    }

    /// Lets chunks go cold, if a collection has passed since the last call.
    #[inline]
    pub fn settle(&mut self) {
        // SAFETY: VM lock.
        let collections = unsafe { rb_gc_count() } as usize;
        if collections != self.collections {
            self.collections = collections;
            if self.hot.len() > MOST_IDLE {
                self.cool();
            }
        }
    }

    #[cold]
    fn cool(&mut self) {
        let Kept {
            chunks,
            hot,
            collections,
        } = self;
        hot.retain(|index| {
            let index = *index as usize;
            if chunks[index].written + COLLECTIONS > *collections {
                return true;
            }
            // SAFETY: VM lock. May collect: until the store below the values are marked as those of a hot chunk.
            chunks[index].cold = unsafe { rb_ary_new_from_values(CHUNK as i64, chunks[index].values.as_ptr()) };
            false
        });
    }

    /// Marks what is kept. Called by the GC alone.
    pub fn mark(&self) {
        // SAFETY: the GC runs with the VM lock.
        let mark = |value: &VALUE| unsafe { rb_gc_mark(*value) };
        for chunk in &self.chunks {
            match chunk.cold {
                NIL => chunk.values.iter().filter(|value| **value != NIL).for_each(mark),
                cold => mark(&cold),
            }
        }
    }
}
