//! What groupings ask about a Ruby tuple.

use rb_sys::VALUE;
use redgale_codec::fields_hash;
use redgale_engine::route::Keys;

use crate::convert;
use crate::value::elements;

/// [`Keys`] of a Ruby Array of values. `scratch` and `chosen` belong to the executor: nothing here owns memory, so a jump
/// over it leaks nothing.
#[derive(Debug)]
pub struct RubyKeys<'a> {
    /// The values.
    pub row: VALUE,
    /// Where codec bytes are written.
    pub scratch: &'a mut Vec<u8>,
    /// Task ids that each custom grouping (by number) chose for this tuple.
    pub chosen: &'a [Vec<u32>],
}

impl Keys for RubyKeys<'_> {
    #[inline]
    fn hash(&mut self, fields: &[usize]) -> u64 {
        // SAFETY: VM lock; the row is alive (its emitter holds it) and frozen.
        let values = unsafe { elements(self.row) };
        // another thread that emits may run while other values are written
        let mut own = Vec::new();
        let scratch = if fields.iter().all(|field| convert::is_simple(values[*field])) {
            self.scratch.clear();
            &mut *self.scratch
        } else {
            &mut own
        };
        for field in fields {
            // what has no codec bytes hashes by its class: such a value is refused where it would have to travel
            unsafe { convert::write_key(values[*field], scratch) };
        }
        fields_hash(scratch)
    }

    fn chosen(&self, number: usize) -> &[u32] {
        self.chosen.get(number).map_or(&[], Vec::as_slice)
    }
}
