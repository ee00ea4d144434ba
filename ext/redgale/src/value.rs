//! Reading Ruby values without a method call. Everything here needs the VM lock and a live value; nothing here can raise
//! unless it says so.

use rb_sys::{RARRAY_CONST_PTR, RARRAY_LEN, RSTRING_LEN, RSTRING_PTR, VALUE, ruby_value_type};

/// Ruby's nil.
pub const NIL: VALUE = rb_sys::Qnil as VALUE;
/// Ruby's false.
pub const FALSE: VALUE = rb_sys::Qfalse as VALUE;
/// Ruby's true.
pub const TRUE: VALUE = rb_sys::Qtrue as VALUE;
/// Ruby's undef, never visible to Ruby code.
pub const UNDEF: VALUE = rb_sys::Qundef as VALUE;

/// Whether a value is nil or false.
#[inline]
pub fn is_falsy(value: VALUE) -> bool {
    value == NIL || value == FALSE
}

/// Whether a value is an Array (or of a subclass).
#[inline]
pub unsafe fn is_array(value: VALUE) -> bool {
    unsafe { rb_sys::RB_TYPE_P(value, ruby_value_type::RUBY_T_ARRAY) }
}

/// Whether a value is a String (or of a subclass).
#[inline]
pub unsafe fn is_string(value: VALUE) -> bool {
    unsafe { rb_sys::RB_TYPE_P(value, ruby_value_type::RUBY_T_STRING) }
}

/// The elements of an Array; valid until Ruby code runs.
#[inline]
pub unsafe fn elements<'a>(array: VALUE) -> &'a [VALUE] {
    unsafe { std::slice::from_raw_parts(RARRAY_CONST_PTR(array), RARRAY_LEN(array) as usize) }
}

/// The bytes of a String; valid until Ruby code runs.
#[inline]
pub unsafe fn bytes<'a>(string: VALUE) -> &'a [u8] {
    unsafe { std::slice::from_raw_parts(RSTRING_PTR(string).cast(), RSTRING_LEN(string) as usize) }
}

/// Sum of the lengths of the Strings directly in `row`: what is known of the size of Ruby values without walking them.
#[inline]
pub unsafe fn string_bytes(row: VALUE) -> usize {
    let mut sum = 0;
    for value in unsafe { elements(row) } {
        if unsafe { is_string(*value) } {
            sum += unsafe { RSTRING_LEN(*value) } as usize;
        }
    }
    sum
}

/// Freezes an Array that belongs to the engine from now on, by setting its flag as `OBJ_FREEZE` does.
#[inline]
pub unsafe fn freeze(array: VALUE) {
    // SAFETY: a heap object starts with RBasic; no other thread runs Ruby while we hold the lock.
    unsafe { (*(array as *mut rb_sys::RBasic)).flags |= rb_sys::ruby_fl_type::RUBY_FL_FREEZE as VALUE };
}
