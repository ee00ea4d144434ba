//! Reading bytes as a series of events, so that a host language can build its own values without a tree in between.
//!
//! The bytes may come from anywhere: lengths are checked against what is left before anything is made of them, nesting is
//! limited, and nothing panics.

use rmp::Marker;

use crate::MAX_DEPTH;
use crate::OBJECT_DEPTH;
use crate::extension::{BIG_INT, OBJECT, SYMBOL, TEXT, TIME, UTC};
use crate::value::Value;

/// What is wrong with the bytes. Offsets count from the start of the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The input ends within a value.
    #[error("the input ends at byte {offset}, within {what}")]
    Truncated {
        /// Where.
        offset: usize,
        /// What was being read.
        what: &'static str,
    },
    /// Bytes that no value begins with, or an unknown extension type.
    #[error("byte {offset}: {found} is not part of the format")]
    Unknown {
        /// Where.
        offset: usize,
        /// What was found.
        found: String,
    },
    /// A value whose content breaks its own rules.
    #[error("byte {offset}: {what}")]
    Malformed {
        /// Where.
        offset: usize,
        /// Which rule.
        what: &'static str,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("byte {offset}: nested deeper than {MAX_DEPTH}")]
    TooDeep {
        /// Where.
        offset: usize,
    },
}

/// Takes the events of a value. An Array or Hash is its header followed by the events of its elements (of a Hash: key,
/// value, key, value ...).
pub trait Sink {
    /// nil.
    fn nil(&mut self);
    /// true or false.
    fn bool(&mut self, value: bool);
    /// An Integer within i64.
    fn int(&mut self, value: i64);
    /// Another Integer.
    fn big_int(&mut self, negative: bool, magnitude: &[u8]);
    /// A Float.
    fn float(&mut self, value: f64);
    /// A UTF-8 String.
    fn str(&mut self, value: &str);
    /// A binary String.
    fn bin(&mut self, bytes: &[u8]);
    /// A String in another encoding.
    fn text(&mut self, encoding: &str, bytes: &[u8]);
    /// A Symbol.
    fn sym(&mut self, name: &str);
    /// An Array begins. `len` is at most the bytes left.
    fn array(&mut self, len: usize);
    /// A Hash begins. `len` (pairs) is at most half the bytes left.
    fn map(&mut self, len: usize);
    /// A Time.
    fn time(&mut self, seconds: i64, nanos: u32, offset: Option<i32>);
    /// An object begins; the value it was dumped to follows.
    fn object(&mut self, name: &str);
    /// The last Array, Hash or object that began has all its elements.
    fn end(&mut self);
}

/// Reads one value from the front of `input`, which is moved past it.
pub fn read(input: &mut &[u8], sink: &mut impl Sink) -> Result<(), Error> {
    let mut reader = Reader {
        rest: input,
        total: input.len(),
    };
    let result = reader.value(sink, 0);
    *input = reader.rest;
    result
}

/// Reads one value from the front of `input`, which is moved past it.
pub fn decode(input: &mut &[u8]) -> Result<Value, Error> {
    let mut tree = Tree::default();
    read(input, &mut tree)?;
    Ok(tree.done.expect("a value that was read has been built"))
}

struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    fn offset(&self) -> usize {
        self.total - self.rest.len()
    }

    fn take(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], Error> {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(Error::Truncated {
                offset: self.total,
                what,
            }),
        }
    }

    fn number<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Error> {
        Ok(self.take(N, what)?.try_into().expect("take gives N bytes"))
    }

    fn value(&mut self, sink: &mut impl Sink, depth: usize) -> Result<(), Error> {
        let at = self.offset();
        let marker = Marker::from_u8(self.take(1, "a value")?[0]);
        match marker {
            Marker::Null => sink.nil(),
            Marker::False => sink.bool(false),
            Marker::True => sink.bool(true),
            Marker::FixPos(value) => sink.int(i64::from(value)),
            Marker::FixNeg(value) => sink.int(i64::from(value)),
            Marker::U8 => sink.int(i64::from(u8::from_be_bytes(self.number("an Integer")?))),
            Marker::U16 => sink.int(i64::from(u16::from_be_bytes(self.number("an Integer")?))),
            Marker::U32 => sink.int(i64::from(u32::from_be_bytes(self.number("an Integer")?))),
            Marker::U64 => {
                let value = u64::from_be_bytes(self.number("an Integer")?);
                match i64::try_from(value) {
                    Ok(value) => sink.int(value),
                    Err(_) => sink.big_int(false, &value.to_be_bytes()),
                }
            }
            Marker::I8 => sink.int(i64::from(i8::from_be_bytes(self.number("an Integer")?))),
            Marker::I16 => sink.int(i64::from(i16::from_be_bytes(self.number("an Integer")?))),
            Marker::I32 => sink.int(i64::from(i32::from_be_bytes(self.number("an Integer")?))),
            Marker::I64 => sink.int(i64::from_be_bytes(self.number("an Integer")?)),
            Marker::F32 => sink.float(f64::from(f32::from_be_bytes(self.number("a Float")?))),
            Marker::F64 => sink.float(f64::from_bits(u64::from_be_bytes(self.number("a Float")?))),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                let len = self.length(marker)?;
                let bytes = self.take(len, "a String")?;
                sink.str(self.utf8(bytes, at)?);
            }
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                let len = self.length(marker)?;
                sink.bin(self.take(len, "a binary String")?);
            }
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let len = self.length(marker)?;
                self.elements(sink, len, depth, at, false)?;
            }
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let len = self.length(marker)?;
                self.elements(sink, len, depth, at, true)?;
            }
            Marker::FixExt1 | Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 | Marker::FixExt16 => {
                let len = self.length(marker)?;
                self.extension(sink, len, depth, at)?;
            }
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => {
                let len = self.length(marker)?;
                self.extension(sink, len, depth, at)?;
            }
            Marker::Reserved => {
                return Err(Error::Unknown {
                    offset: at,
                    found: "0xc1".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The length that follows (or lies in) a marker.
    fn length(&mut self, marker: Marker) -> Result<usize, Error> {
        Ok(match marker {
            Marker::FixStr(len) | Marker::FixArray(len) | Marker::FixMap(len) => usize::from(len),
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Str8 | Marker::Bin8 | Marker::Ext8 => usize::from(self.number::<1>("a length")?[0]),
            Marker::Str16 | Marker::Bin16 | Marker::Array16 | Marker::Map16 | Marker::Ext16 => {
                usize::from(u16::from_be_bytes(self.number("a length")?))
            }
            _ => u32::from_be_bytes(self.number("a length")?) as usize,
        })
    }

    fn elements(&mut self, sink: &mut impl Sink, len: usize, depth: usize, at: usize, map: bool) -> Result<(), Error> {
        if depth >= MAX_DEPTH {
            return Err(Error::TooDeep { offset: at });
        }
        let count = if map { len.saturating_mul(2) } else { len };
        // every element takes at least a byte: a length beyond that is refused before anything is allocated for it
        if count > self.rest.len() {
            return Err(Error::Truncated {
                offset: self.total,
                what: if map { "a Hash" } else { "an Array" },
            });
        }
        if map {
            sink.map(len)
        } else {
            sink.array(len)
        }
        for _ in 0..count {
            self.value(sink, depth + 1)?;
        }
        sink.end();
        Ok(())
    }

    fn utf8(&self, bytes: &'a [u8], at: usize) -> Result<&'a str, Error> {
        std::str::from_utf8(bytes).map_err(|_| Error::Malformed {
            offset: at,
            what: "a String is not valid UTF-8",
        })
    }

    fn extension(&mut self, sink: &mut impl Sink, len: usize, depth: usize, at: usize) -> Result<(), Error> {
        let kind = self.number::<1>("an extension type")?[0] as i8;
        let bytes = self.take(len, "an extension")?;
        let malformed = |what| Error::Malformed { offset: at, what };
        match kind {
            SYMBOL => sink.sym(self.utf8(bytes, at)?),
            BIG_INT => match bytes {
                [sign @ (0 | 1), magnitude @ ..] if magnitude.first().is_some_and(|first| *first != 0) => {
                    sink.big_int(*sign == 1, magnitude);
                }
                _ => {
                    return Err(malformed(
                        "a large Integer needs a sign and a magnitude without leading zeros",
                    ));
                }
            },
            TEXT => {
                let (name, bytes) = bytes
                    .split_first()
                    .and_then(|(len, rest)| rest.split_at_checked(usize::from(*len)))
                    .ok_or_else(|| malformed("a String with encoding is shorter than its encoding's name"))?;
                sink.text(self.utf8(name, at)?, bytes);
            }
            TIME => {
                let bytes: [u8; 16] = bytes.try_into().map_err(|_| malformed("a Time has 16 bytes"))?;
                let (seconds, rest) = bytes.split_first_chunk::<8>().expect("16 bytes");
                let (nanos, offset) = rest.split_first_chunk::<4>().expect("8 bytes");
                let nanos = u32::from_be_bytes(*nanos);
                if nanos >= 1_000_000_000 {
                    return Err(malformed("a Time has fewer than 1,000,000,000 nanoseconds"));
                }
                let offset = i32::from_be_bytes(offset.try_into().expect("4 bytes"));
                sink.time(i64::from_be_bytes(*seconds), nanos, (offset != UTC).then_some(offset));
            }
            OBJECT => {
                if depth >= MAX_DEPTH {
                    return Err(Error::TooDeep { offset: at });
                }
                // counts its offsets from the same start
                let mut inner = Reader {
                    rest: bytes,
                    total: self.offset(),
                };
                inner.object(sink, depth, at)?;
            }
            other => {
                return Err(Error::Unknown {
                    offset: at,
                    found: format!("extension type {other}"),
                });
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The payload of an object, which must be all there is.
    fn object(&mut self, sink: &mut impl Sink, depth: usize, at: usize) -> Result<(), Error> {
        let malformed = |what| Error::Malformed { offset: at, what };
        let marker = Marker::from_u8(self.take(1, "an object")?[0]);
        if !matches!(marker, Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32) {
            return Err(malformed("an object begins with its name"));
        }
        let len = self.length(marker)?;
        let name = self.take(len, "an object's name")?;
        sink.object(self.utf8(name, at)?);
        self.value(sink, depth + OBJECT_DEPTH)?;
        if !self.rest.is_empty() {
            return Err(malformed("an object has a name and one value"));
        }
        sink.end();
        Ok(())
    }
}

/// What a [`Tree`] is in the midst of.
enum Open {
    Array(Vec<Value>),
    Map(Vec<Value>),
    Object(String, Option<Value>),
}

/// Builds a [`Value`].
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    done: Option<Value>,
}

impl Tree {
    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(Open::Array(elements) | Open::Map(elements)) => elements.push(value),
            Some(Open::Object(_, dump)) => *dump = Some(value),
            None => self.done = Some(value),
        }
    }
}

impl Sink for Tree {
    fn nil(&mut self) {
        self.put(Value::Nil);
    }

    fn bool(&mut self, value: bool) {
        self.put(Value::Bool(value));
    }

    fn int(&mut self, value: i64) {
        self.put(Value::Int(value));
    }

    fn big_int(&mut self, negative: bool, magnitude: &[u8]) {
        self.put(Value::BigInt {
            negative,
            magnitude: magnitude.to_vec(),
        });
    }

    fn float(&mut self, value: f64) {
        self.put(Value::Float(value));
    }

    fn str(&mut self, value: &str) {
        self.put(Value::Str(value.to_owned()));
    }

    fn bin(&mut self, bytes: &[u8]) {
        self.put(Value::Bin(bytes.to_vec()));
    }

    fn text(&mut self, encoding: &str, bytes: &[u8]) {
        self.put(Value::Text {
            encoding: encoding.to_owned(),
            bytes: bytes.to_vec(),
        });
    }

    fn sym(&mut self, name: &str) {
        self.put(Value::Sym(name.to_owned()));
    }

    fn array(&mut self, len: usize) {
        // a nested header could claim as much as is left on every level: grow with what really comes
        self.open.push(Open::Array(Vec::with_capacity(len.min(64))));
    }

    fn map(&mut self, len: usize) {
        self.open.push(Open::Map(Vec::with_capacity(len.min(32) * 2)));
    }

    fn time(&mut self, seconds: i64, nanos: u32, offset: Option<i32>) {
        self.put(Value::Time { seconds, nanos, offset });
    }

    fn object(&mut self, name: &str) {
        self.open.push(Open::Object(name.to_owned(), None));
    }

    fn end(&mut self) {
        let value = match self.open.pop() {
            None => return,
            Some(Open::Array(elements)) => Value::Array(elements),
            Some(Open::Map(elements)) => {
                let mut elements = elements.into_iter();
                let mut pairs = Vec::with_capacity(elements.len() / 2);
                while let (Some(key), Some(value)) = (elements.next(), elements.next()) {
                    pairs.push((key, value));
                }
                Value::Map(pairs)
            }
            Some(Open::Object(name, dump)) => Value::Object {
                name,
                dump: Box::new(dump.unwrap_or(Value::Nil)),
            },
        };
        self.put(value);
    }
}
