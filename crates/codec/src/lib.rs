//! Values to bytes and back, and the hash of grouping fields. No IO, no host language.
//!
//! The bytes are MessagePack, so other languages can read them, with these extension types for what Ruby has beside it:
//!
//! | type | value | payload |
//! | --- | --- | --- |
//! | 1 | Symbol | UTF-8 name |
//! | 2 | Integer outside i64 | sign byte (0 or 1 = negative), magnitude big-endian without leading zeros |
//! | 3 | String in another encoding, or invalid in its own | length of the name (u8), name, bytes |
//! | 4 | Time | seconds (i64), nanoseconds (u32), offset in seconds (i32; the smallest = UTC), all big-endian |
//! | 5 | object of a class that the program serializes | its name (a String), then the value it was dumped to |
//!
//! A value has exactly one encoding: the shortest of each family. The fields hash depends on it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod read;
pub mod value;
pub mod write;

pub use read::{Error, Sink, decode, read};
pub use value::Value;
pub use write::encode;

/// Number of this format; it stands in every stored record and frame.
pub const FORMAT: u8 = 1;

/// Deepest nesting of Arrays and Hashes that is read or written: far above real data, far below what overflows a stack.
pub const MAX_DEPTH: usize = 512;

/// Levels of nesting that an object counts for: reading one takes more of the stack.
pub const OBJECT_DEPTH: usize = 4;

/// Hash of the codec bytes of grouping fields: xxh3 with 64 bits and seed 0. The same in every lane, worker and release;
/// 1 and 1.0 differ.
#[inline]
pub fn fields_hash(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// Extension type numbers of the table above.
pub(crate) mod extension {
    pub const SYMBOL: i8 = 1;
    pub const BIG_INT: i8 = 2;
    pub const TEXT: i8 = 3;
    pub const TIME: i8 = 4;
    pub const OBJECT: i8 = 5;
    /// Offset that stands for UTC.
    pub const UTC: i32 = i32::MIN;
}
