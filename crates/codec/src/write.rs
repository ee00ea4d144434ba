//! Writing values straight into bytes, without a tree in between.

use rmp::encode as mp;

use crate::extension::{BIG_INT, OBJECT, SYMBOL, TEXT, TIME, UTC};
use crate::value::Value;

/// Writing to memory cannot fail.
const MEMORY: &str = "writing to memory does not fail";

/// nil.
#[inline]
pub fn nil(out: &mut Vec<u8>) {
    out.push(0xc0);
}

/// true or false.
#[inline]
pub fn bool(out: &mut Vec<u8>, value: bool) {
    out.push(if value { 0xc3 } else { 0xc2 });
}

/// An Integer within i64, in the shortest form.
#[inline]
pub fn int(out: &mut Vec<u8>, value: i64) {
    if (0..128).contains(&value) {
        out.push(value as u8);
    } else {
        mp::write_sint(out, value).expect(MEMORY);
    }
}

/// An Integer outside i64: its sign and big-endian magnitude without leading zeros.
pub fn big_int(out: &mut Vec<u8>, negative: bool, magnitude: &[u8]) {
    mp::write_ext_meta(out, (magnitude.len() + 1) as u32, BIG_INT).expect(MEMORY);
    out.push(u8::from(negative));
    out.extend_from_slice(magnitude);
}

/// A Float.
#[inline]
pub fn float(out: &mut Vec<u8>, value: f64) {
    out.push(0xcb);
    out.extend_from_slice(&value.to_bits().to_be_bytes());
}

/// Bytes of a String that are valid UTF-8 (the caller has made sure).
#[inline]
pub fn utf8(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.len() < 32 {
        out.push(0xa0 | bytes.len() as u8);
    } else {
        mp::write_str_len(out, bytes.len() as u32).expect(MEMORY);
    }
    out.extend_from_slice(bytes);
}

/// A String of valid UTF-8.
#[inline]
pub fn str(out: &mut Vec<u8>, value: &str) {
    utf8(out, value.as_bytes());
}

/// A binary String.
pub fn bin(out: &mut Vec<u8>, bytes: &[u8]) {
    mp::write_bin(out, bytes).expect(MEMORY);
}

/// A String in another encoding, or invalid in its own. `encoding`: at most 255 bytes.
pub fn text(out: &mut Vec<u8>, encoding: &str, bytes: &[u8]) {
    let name = &encoding.as_bytes()[..encoding.len().min(255)];
    mp::write_ext_meta(out, (1 + name.len() + bytes.len()) as u32, TEXT).expect(MEMORY);
    out.push(name.len() as u8);
    out.extend_from_slice(name);
    out.extend_from_slice(bytes);
}

/// A Symbol.
pub fn sym(out: &mut Vec<u8>, name: &str) {
    mp::write_ext_meta(out, name.len() as u32, SYMBOL).expect(MEMORY);
    out.extend_from_slice(name.as_bytes());
}

/// What precedes the elements of an Array.
pub fn array_header(out: &mut Vec<u8>, len: usize) {
    mp::write_array_len(out, len as u32).expect(MEMORY);
}

/// What precedes the keys and values of a Hash.
pub fn map_header(out: &mut Vec<u8>, len: usize) {
    mp::write_map_len(out, len as u32).expect(MEMORY);
}

/// A Time; `offset` in seconds east of UTC, None = UTC.
pub fn time(out: &mut Vec<u8>, seconds: i64, nanos: u32, offset: Option<i32>) {
    mp::write_ext_meta(out, 16, TIME).expect(MEMORY);
    out.extend_from_slice(&seconds.to_be_bytes());
    out.extend_from_slice(&nanos.to_be_bytes());
    out.extend_from_slice(&offset.unwrap_or(UTC).to_be_bytes());
}

/// An object: its name and the codec bytes of what it was dumped to.
pub fn object(out: &mut Vec<u8>, name: &str, dump: &[u8]) {
    let mut header = Vec::with_capacity(name.len() + 5);
    str(&mut header, name);
    mp::write_ext_meta(out, (header.len() + dump.len()) as u32, OBJECT).expect(MEMORY);
    out.extend_from_slice(&header);
    out.extend_from_slice(dump);
}

/// Appends the bytes of `value`.
pub fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Nil => nil(out),
        Value::Bool(value) => bool(out, *value),
        Value::Int(value) => int(out, *value),
        Value::BigInt { negative, magnitude } => big_int(out, *negative, magnitude),
        Value::Float(value) => float(out, *value),
        Value::Str(value) => str(out, value),
        Value::Bin(bytes) => bin(out, bytes),
        Value::Text { encoding, bytes } => text(out, encoding, bytes),
        Value::Sym(name) => sym(out, name),
        Value::Array(values) => {
            array_header(out, values.len());
            values.iter().for_each(|value| encode(value, out));
        }
        Value::Map(pairs) => {
            map_header(out, pairs.len());
            for (key, value) in pairs {
                encode(key, out);
                encode(value, out);
            }
        }
        Value::Time { seconds, nanos, offset } => time(out, *seconds, *nanos, *offset),
        Value::Object { name, dump } => {
            let mut bytes = Vec::new();
            encode(dump, &mut bytes);
            object(out, name, &bytes);
        }
    }
}
