//! Ruby values to codec bytes and back. Needs the VM lock.
//!
//! Writing walks the values without calling their methods, but for Time, whose `utc?` and `utc_offset` are called: then another
//! thread may run, so nothing that threads share is borrowed meanwhile;
//! a value that has no bytes is reported by its path and class.

use std::fmt::Write as _;

use magnus::rb_sys::{AsRawValue, FromRawValue, protect};
use magnus::{Error, RArray, Ruby, Value};
use rb_sys::{VALUE, ruby_value_type};
use redgale_codec::{MAX_DEPTH, OBJECT_DEPTH, Sink, Value as Codec, write};
use redgale_engine::batch::Row;

use crate::errors::{self, Class};
use crate::protect::call;
use crate::value::{FALSE, NIL, TRUE, bytes, elements};

/// Index of the binary encoding, fixed in Ruby (`RUBY_ENCINDEX_ASCII_8BIT`).
const BINARY: i32 = 0;
/// Index of UTF-8 (`RUBY_ENCINDEX_UTF_8`).
const UTF_8: i32 = 1;

/// Why a value has no codec bytes: the path to it and its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// As `[1][:key]`.
    pub path: String,
    /// Name of its class, or what is wrong with it.
    pub class: String,
}

/// Appends the codec bytes of a value.
///
/// # Errors
/// A value that cannot travel; what was written so far stays in `out`.
pub unsafe fn write_value(value: VALUE, out: &mut Vec<u8>) -> Result<(), Unsupported> {
    unsafe { walk(value, out, 0) }
}

/// Appends bytes for a grouping field. A value without codec bytes counts by its class name: it could not leave the process,
/// but shuffling it within is still possible.
#[inline]
pub unsafe fn write_key(value: VALUE, out: &mut Vec<u8>) {
    unsafe {
        if let Err(unsupported) = walk(value, out, 0) {
            write::str(out, &unsupported.class);
        }
    }
}

fn encoding_index(string: VALUE) -> i32 {
    // SAFETY: VM lock, a live String or Symbol.
    unsafe { rb_sys::rb_enc_get_index(string) }
}

unsafe fn write_string(value: VALUE, out: &mut Vec<u8>) {
    let content = unsafe { bytes(value) };
    match encoding_index(value) {
        UTF_8 if std::str::from_utf8(content).is_ok() => write::utf8(out, content),
        BINARY => write::bin(out, content),
        index => {
            // SAFETY: the index comes from a live String.
            let name = unsafe { std::ffi::CStr::from_ptr((*rb_sys::rb_enc_from_index(index)).name) };
            write::text(out, &name.to_string_lossy(), content);
        }
    }
}

#[inline]
unsafe fn walk(value: VALUE, out: &mut Vec<u8>, depth: usize) -> Result<(), Unsupported> {
    unsafe {
        if rb_sys::FIXNUM_P(value) {
            write::int(out, rb_sys::FIX2LONG(value));
            return Ok(());
        }
        match value {
            NIL => {
                write::nil(out);
                return Ok(());
            }
            TRUE | FALSE => {
                write::bool(out, value == TRUE);
                return Ok(());
            }
            _ => {}
        }
        if rb_sys::RB_TYPE_P(value, ruby_value_type::RUBY_T_STRING) {
            write_string(value, out);
            return Ok(());
        }
        walk_rest(value, out, depth)
    }
}

unsafe fn walk_rest(value: VALUE, out: &mut Vec<u8>, depth: usize) -> Result<(), Unsupported> {
    unsafe {
        if depth >= MAX_DEPTH {
            return Err(Unsupported {
                path: String::new(),
                class: format!("nesting deeper than {MAX_DEPTH}"),
            });
        }
        match rb_sys::RB_TYPE(value) {
            ruby_value_type::RUBY_T_FLOAT => write::float(out, rb_sys::rb_float_value(value)),
            ruby_value_type::RUBY_T_SYMBOL => {
                let name = rb_sys::rb_sym2str(value);
                match std::str::from_utf8(bytes(name)) {
                    Ok(name) => write::sym(out, name),
                    Err(_) => {
                        return Err(Unsupported {
                            path: String::new(),
                            class: "Symbol that is not UTF-8".into(),
                        });
                    }
                }
            }
            ruby_value_type::RUBY_T_BIGNUM => write_big(value, out),
            ruby_value_type::RUBY_T_ARRAY if is_plain(value, rb_sys::rb_cArray) => {
                write::array_header(out, rb_sys::RARRAY_LEN(value) as usize);
                // by index: a Time in it calls Ruby, and who changes an emitted Array meanwhile gets an error, not a crash
                for index in 0..rb_sys::RARRAY_LEN(value) {
                    let element = rb_sys::rb_ary_entry(value, index);
                    walk(element, out, depth + 1).map_err(|error| error.within(&format!("[{index}]")))?;
                }
            }
            ruby_value_type::RUBY_T_HASH if is_plain(value, rb_sys::rb_cHash) => {
                write::map_header(out, rb_sys::RHASH_SIZE(value) as usize);
                let mut pairs = Pairs {
                    out,
                    depth: depth + 1,
                    result: Ok(()),
                };
                rb_sys::rb_hash_foreach(value, Some(write_pair), (&raw mut pairs) as VALUE);
                pairs.result?;
            }
            _ if rb_sys::rb_obj_class(value) == rb_sys::rb_cTime => write_time(value, out),
            _ => write_object(value, out, depth)?,
        }
        Ok(())
    }
}

/// What the program's serialization makes of an object.
unsafe fn write_object(value: VALUE, out: &mut Vec<u8>, depth: usize) -> Result<(), Unsupported> {
    let unsupported = |class: String| Unsupported {
        path: String::new(),
        class,
    };
    // SAFETY: VM lock (the caller's contract).
    unsafe {
        let class = class_name(value);
        let pair = match call(crate::serialization::module(), crate::meta::id("dump"), &[value]) {
            Ok(NIL) => return Err(unsupported(class)),
            Ok(pair) => pair,
            Err(error) => {
                let error = errors::describe(&error);
                return Err(unsupported(format!("{class} (its dump raised {error})")));
            }
        };
        let name = String::from_utf8_lossy(bytes(rb_sys::rb_ary_entry(pair, 0))).into_owned();
        let mut dump = Vec::new();
        walk(rb_sys::rb_ary_entry(pair, 1), &mut dump, depth + OBJECT_DEPTH).map_err(|error| error.within(".dump"))?;
        write::object(out, &name, &dump);
        std::hint::black_box(pair);
        Ok(())
    }
}

/// Name of a value's class, without a method call.
unsafe fn class_name(value: VALUE) -> String {
    // SAFETY: a NUL-terminated name that lives as long as the class.
    let name = unsafe { std::ffi::CStr::from_ptr(rb_sys::rb_obj_classname(value)) };
    name.to_string_lossy().into_owned()
}

/// A Hash on its way into bytes.
struct Pairs<'a> {
    out: &'a mut Vec<u8>,
    depth: usize,
    result: Result<(), Unsupported>,
}

/// One pair. `rb_hash_foreach` calls no Ruby code and checks no interrupts between pairs.
unsafe extern "C" fn write_pair(key: VALUE, value: VALUE, pairs: VALUE) -> std::ffi::c_int {
    // SAFETY: `walk_rest` passes its Pairs, which outlives the iteration.
    let pairs = unsafe { &mut *(pairs as *mut Pairs<'_>) };
    let write = |value, out: &mut Vec<u8>| unsafe { walk(value, out, pairs.depth) };
    pairs.result = write(key, pairs.out)
        .map_err(|error| error.within(&format!(" key [{}]", unsafe { label(key) })))
        .and_then(|()| write(value, pairs.out).map_err(|error| error.within(&format!("[{}]", unsafe { label(key) }))));
    // ST_CONTINUE or ST_STOP of ruby/st.h
    i32::from(pairs.result.is_err())
}

/// A key in the words of an error, without a method call.
unsafe fn label(key: VALUE) -> String {
    unsafe {
        if rb_sys::FIXNUM_P(key) {
            return rb_sys::FIX2LONG(key).to_string();
        }
        match key {
            NIL => return "nil".into(),
            TRUE => return "true".into(),
            FALSE => return "false".into(),
            _ => {}
        }
        match rb_sys::RB_TYPE(key) {
            ruby_value_type::RUBY_T_STRING => format!("{:?}", String::from_utf8_lossy(bytes(key))),
            ruby_value_type::RUBY_T_SYMBOL => format!(":{}", String::from_utf8_lossy(bytes(rb_sys::rb_sym2str(key)))),
            _ => class_name(key),
        }
    }
}

/// Whether writing a value calls no Ruby method, so that no other thread can run meanwhile.
pub fn is_simple(value: VALUE) -> bool {
    // SAFETY: VM lock, a live value.
    rb_sys::SPECIAL_CONST_P(value)
        || matches!(
            unsafe { rb_sys::RB_BUILTIN_TYPE(value) },
            ruby_value_type::RUBY_T_STRING
                | ruby_value_type::RUBY_T_SYMBOL
                | ruby_value_type::RUBY_T_FLOAT
                | ruby_value_type::RUBY_T_BIGNUM
        )
}

/// Whether a value is of exactly this class: a subclass would come back as the base class.
unsafe fn is_plain(value: VALUE, class: VALUE) -> bool {
    unsafe { rb_sys::rb_obj_class(value) == class }
}

unsafe fn write_big(value: VALUE, out: &mut Vec<u8>) {
    unsafe {
        let size = rb_sys::rb_absint_size(value, std::ptr::null_mut());
        let mut magnitude = vec![0u8; size as usize];
        let pack = rb_sys::INTEGER_PACK_BIG_ENDIAN as i32;
        let sign = rb_sys::rb_integer_pack(value, magnitude.as_mut_ptr().cast(), size, 1, 0, pack);
        let mut small = [0u8; 8];
        if size <= 8 {
            small[8 - size as usize..].copy_from_slice(&magnitude);
            let absolute = i128::from(u64::from_be_bytes(small));
            if let Ok(value) = i64::try_from(if sign < 0 { -absolute } else { absolute }) {
                write::int(out, value);
                return;
            }
        }
        write::big_int(out, sign < 0, &magnitude);
    }
}

unsafe fn write_time(value: VALUE, out: &mut Vec<u8>) {
    unsafe {
        let spec = rb_sys::rb_time_timespec(value);
        let utc = rb_sys::rb_funcallv(value, crate::meta::id("utc?"), 0, std::ptr::null());
        let offset = rb_sys::rb_funcallv(value, crate::meta::id("utc_offset"), 0, std::ptr::null());
        let offset = if utc == TRUE {
            None
        } else {
            // a Rational if the offset is a fraction of a second: cut
            let offset = rb_sys::rb_funcallv(offset, crate::meta::id("to_i"), 0, std::ptr::null());
            Some(rb_sys::FIX2LONG(offset) as i32)
        };
        write::time(out, spec.tv_sec, spec.tv_nsec as u32, offset);
    }
}

impl Unsupported {
    fn within(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }

    /// As a sentence about a tuple's value.
    pub fn message(&self) -> String {
        let mut message = String::new();
        let _ = write!(
            message,
            "value{} is {} {}, which cannot leave the process; what can: nil, true, false, Integer, Float, String, Symbol, \
             Array, Hash, Time, and objects of classes named by `serializes`",
            self.path,
            if self.class.contains(' ') { "a" } else { "of class" },
            self.class
        );
        message
    }
}

/// Builds Ruby values from codec events. Everything under construction hangs on one Array, so the GC sees it.
pub struct Builder {
    stack: VALUE,
    open: Vec<Open>,
    error: Option<String>,
}

/// What a [`Builder`] is in the midst of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Array,
    Map,
    /// Its name is the first element of its Array.
    Object,
}

impl Default for Builder {
    fn default() -> Self {
        // SAFETY: VM lock. The Array lies in this struct on the machine stack, which the GC scans.
        Builder {
            stack: unsafe { rb_sys::rb_ary_new() },
            open: Vec::new(),
            error: None,
        }
    }
}

impl Builder {
    /// The value that was built.
    ///
    /// # Errors
    /// What was wrong with the first object that could not be loaded.
    pub fn finish(self) -> Result<VALUE, String> {
        match self.error {
            Some(error) => Err(error),
            // SAFETY: VM lock.
            None => Ok(unsafe { rb_sys::rb_ary_pop(self.stack) }),
        }
    }

    fn put(&mut self, value: VALUE) {
        // SAFETY: VM lock; while a container is open it is the last element of the stack.
        unsafe {
            match self.open.last() {
                None => rb_sys::rb_ary_push(self.stack, value),
                Some(_) => rb_sys::rb_ary_push(rb_sys::rb_ary_entry(self.stack, -1), value),
            };
        }
    }

    fn begin(&mut self, open: Open) {
        // SAFETY: VM lock.
        unsafe { rb_sys::rb_ary_push(self.stack, rb_sys::rb_ary_new()) };
        self.open.push(open);
    }

    /// The object that `[name, dump]` stands for; nil, and the error noted, if the program cannot load it.
    fn load(&mut self, pair: VALUE) -> VALUE {
        // SAFETY: VM lock; `pair` was made here.
        let (name, dump) = unsafe { (rb_sys::rb_ary_entry(pair, 0), rb_sys::rb_ary_entry(pair, 1)) };
        match call(crate::serialization::module(), crate::meta::id("load"), &[name, dump]) {
            Ok(value) => value,
            Err(error) => {
                self.error.get_or_insert_with(|| errors::describe(&error));
                NIL
            }
        }
    }
}

impl Sink for Builder {
    fn nil(&mut self) {
        self.put(NIL);
    }

    fn bool(&mut self, value: bool) {
        self.put(if value { TRUE } else { FALSE });
    }

    fn int(&mut self, value: i64) {
        // SAFETY: VM lock (all of these).
        self.put(unsafe { rb_sys::rb_ll2inum(value) });
    }

    fn big_int(&mut self, negative: bool, magnitude: &[u8]) {
        let pack = rb_sys::INTEGER_PACK_BIG_ENDIAN | if negative { rb_sys::INTEGER_PACK_NEGATIVE } else { 0 };
        self.put(unsafe {
            rb_sys::rb_integer_unpack(magnitude.as_ptr().cast(), magnitude.len() as _, 1, 0, pack as i32)
        });
    }

    fn float(&mut self, value: f64) {
        self.put(unsafe { rb_sys::rb_float_new(value) });
    }

    fn str(&mut self, value: &str) {
        self.put(unsafe { rb_sys::rb_utf8_str_new(value.as_ptr().cast(), value.len() as _) });
    }

    fn bin(&mut self, bytes: &[u8]) {
        self.put(unsafe { rb_sys::rb_str_new(bytes.as_ptr().cast(), bytes.len() as _) });
    }

    fn text(&mut self, encoding: &str, bytes: &[u8]) {
        let value = unsafe {
            let string = rb_sys::rb_str_new(bytes.as_ptr().cast(), bytes.len() as _);
            let name = std::ffi::CString::new(encoding).unwrap_or_default();
            let index = rb_sys::rb_enc_find_index(name.as_ptr());
            // an encoding this Ruby does not know leaves the bytes binary
            if index >= 0 {
                rb_sys::rb_enc_associate_index(string, index);
            }
            string
        };
        self.put(value);
    }

    fn sym(&mut self, name: &str) {
        let value = unsafe {
            let string = rb_sys::rb_utf8_str_new(name.as_ptr().cast(), name.len() as _);
            rb_sys::rb_str_intern(string)
        };
        self.put(value);
    }

    fn array(&mut self, _: usize) {
        self.begin(Open::Array);
    }

    fn map(&mut self, _: usize) {
        self.begin(Open::Map);
    }

    fn time(&mut self, seconds: i64, nanos: u32, offset: Option<i32>) {
        let value = unsafe {
            let spec = rb_sys::timespec {
                tv_sec: seconds,
                tv_nsec: i64::from(nanos),
            };
            // ruby/internal/intern/time.h: i32::MAX = local time, i32::MAX - 1 = UTC
            rb_sys::rb_time_timespec_new(&spec, offset.unwrap_or(i32::MAX - 1))
        };
        self.put(value);
    }

    fn object(&mut self, name: &str) {
        self.begin(Open::Object);
        self.str(name);
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = unsafe {
            let list = rb_sys::rb_ary_pop(self.stack);
            let value = match open {
                Open::Array => list,
                Open::Object => self.load(list),
                Open::Map => {
                    let hash = rb_sys::rb_hash_new();
                    for pair in elements(list).chunks_exact(2) {
                        rb_sys::rb_hash_aset(hash, pair[0], pair[1]);
                    }
                    hash
                }
            };
            std::hint::black_box(list);
            value
        };
        self.put(value);
    }
}

/// A Ruby Array of row Arrays for rows of the native lane.
///
/// # Errors
/// What Ruby raises while the values are made (NoMemoryError).
pub fn rows(ruby: &Ruby, rows: &[Row]) -> Result<RArray, Error> {
    let list = ruby.ary_new_capa(rows.len());
    let mut bytes = Vec::new();
    for row in rows {
        bytes.clear();
        redgale_codec::encode(&Codec::Array(row.to_vec()), &mut bytes);
        list.push(read(&bytes)?)?;
    }
    Ok(list)
}

/// The Ruby value of codec bytes that this process wrote.
///
/// # Errors
/// What Ruby raises while the value is made (NoMemoryError).
pub fn read(bytes: &[u8]) -> Result<Value, Error> {
    let mut failed = None;
    let raw = protect(|| {
        let mut builder = Builder::default();
        let mut rest = bytes;
        // bytes written by `write_value` are readable
        if redgale_codec::read(&mut rest, &mut builder).is_err() {
            return NIL;
        }
        builder.finish().unwrap_or_else(|error| {
            failed = Some(error);
            NIL
        })
    })?;
    if let Some(error) = failed {
        // SAFETY: VM lock.
        let ruby = unsafe { Ruby::get_unchecked() };
        return Err(Class::UnsupportedValue.error(&ruby, error));
    }
    // SAFETY: just made.
    Ok(unsafe { Value::from_raw(raw) })
}

/// Whether two rows hold the same object (used by specs of the lanes).
pub fn same(a: Value, b: Value) -> bool {
    a.as_raw() == b.as_raw()
}
