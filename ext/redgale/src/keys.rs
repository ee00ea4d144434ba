//! What groupings ask about a Ruby tuple.

use rb_sys::VALUE;
use redgale_codec::fields_hash;
use redgale_engine::route::Keys;

use crate::convert;
use crate::emit::Row;
use crate::value::{NIL, bytes, elements};

/// [`Keys`] of a Ruby Array of values. Nothing here calls Ruby: another thread could emit meanwhile. `scratch` and `chosen`
/// belong to the executor.
#[derive(Debug)]
pub struct RubyKeys<'a> {
    /// The tuple.
    pub row: &'a Row,
    /// Where codec bytes are written.
    pub scratch: &'a mut Vec<u8>,
    /// Task ids that each custom grouping (by number) chose for this tuple.
    pub chosen: &'a [Vec<u32>],
}

impl Keys for RubyKeys<'_> {
    #[inline]
    fn hash(&mut self, fields: &[usize]) -> u64 {
        self.scratch.clear();
        for field in fields {
            // SAFETY: VM lock; the values are alive (their emitter holds them) and frozen.
            unsafe {
                let value = elements(self.row.values)[*field];
                if convert::is_simple(value) {
                    convert::write_key(value, self.scratch);
                } else {
                    let written = rb_sys::rb_ary_entry(self.row.keys, *field as i64);
                    self.scratch.extend_from_slice(bytes(written));
                }
            }
        }
        fields_hash(self.scratch)
    }

    fn chosen(&self, number: usize) -> &[u32] {
        self.chosen.get(number).map_or(&[], Vec::as_slice)
    }
}

/// Codec bytes of those `fields` whose writing may call Ruby, as Strings in an Array by field; nil where there are none.
/// What has no codec bytes counts by its class: such a value is refused where it would have to travel.
#[inline]
pub unsafe fn bytes_of(fields: &[usize], values: VALUE) -> VALUE {
    let simple = |field: &usize| convert::is_simple(unsafe { elements(values) }[*field]);
    if fields.iter().all(simple) {
        NIL
    } else {
        unsafe { write_fields(fields, values) }
    }
}

#[cold]
unsafe fn write_fields(fields: &[usize], values: VALUE) -> VALUE {
    unsafe {
        let written = rb_sys::rb_ary_new();
        for field in fields
            .iter()
            .filter(|field| !convert::is_simple(elements(values)[**field]))
        {
            let mut buffer = Vec::new();
            convert::write_key(rb_sys::rb_ary_entry(values, *field as i64), &mut buffer);
            let string = rb_sys::rb_str_new(buffer.as_ptr().cast(), buffer.len() as _);
            rb_sys::rb_ary_store(written, *field as i64, string);
        }
        written
    }
}
