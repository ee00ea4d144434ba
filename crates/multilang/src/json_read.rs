//! JSON text to values. Lenient where Python's and Ruby's generators are: NaN, Infinity and -Infinity are numbers, and a
//! whole number may have any size.
//!
//! The text comes from somebody else's program: nothing panics, nesting and lengths of numbers are limited.

use std::borrow::Cow;

use redgale_codec::{MAX_DEPTH, Value};

/// Digits a whole number may have: reading one takes time that grows with their square.
pub const MAX_DIGITS: usize = 9_800;

/// What is wrong with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {what}")]
pub struct Error {
    /// Offset from the start of the text.
    pub at: usize,
    /// What was expected or is too much.
    pub what: &'static str,
}

type Result<T> = std::result::Result<T, Error>;

/// Reads one JSON text from its start.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// At the start of `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Reader { text, at: 0, depth: 0 }
    }

    fn fail<T>(&self, what: &'static str) -> Result<T> {
        Err(Error { at: self.at, what })
    }

    /// The next byte that is no white space, which stays where it is.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// # Errors
    /// If anything but white space is left.
    pub fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fail("there is more after the end of the message"),
        }
    }

    /// Whatever comes next.
    ///
    /// # Errors
    /// Text that is no JSON, or above a limit.
    pub fn value(&mut self) -> Result<Value> {
        match self.peek() {
            Some(b'"') => Ok(Value::Str(self.string()?.into_owned())),
            Some(b'[') => {
                let mut list = Vec::new();
                self.array(|reader| {
                    list.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::Array(list))
            }
            Some(b'{') => {
                let mut map: Vec<(Value, Value)> = Vec::new();
                let mut places = std::collections::HashMap::new();
                self.object(|reader, key| {
                    let value = reader.value()?;
                    // of a key that comes twice the last value counts, as everywhere
                    match places.get(&key) {
                        Some(place) => map[*place as usize].1 = value,
                        None => {
                            map.push((Value::Str(key.clone().into_owned()), value));
                            places.insert(key, map.len() as u32 - 1);
                        }
                    }
                    Ok(())
                })?;
                Ok(Value::Map(map))
            }
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Nil),
            Some(b'N') => self.word("NaN", Value::Float(f64::NAN)),
            Some(b'I') => self.word("Infinity", Value::Float(f64::INFINITY)),
            Some(b'-') if self.text.get(self.at + 1) == Some(&b'I') => {
                self.word("-Infinity", Value::Float(f64::NEG_INFINITY))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.fail("no JSON value begins like this"),
            None => self.fail("the text ends where a value should be"),
        }
    }

    fn word(&mut self, word: &'static str, value: Value) -> Result<Value> {
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return self.fail("no JSON value begins like this");
        }
        self.at += word.len();
        Ok(value)
    }

    /// An array; `each` reads one element.
    ///
    /// # Errors
    /// Another value, or what `each` gives.
    pub fn array(&mut self, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.open(b'[', "an array is needed here")?;
        if self.peek() != Some(b']') {
            loop {
                each(self)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return self.fail("`,` or `]` is missing"),
                }
            }
        }
        self.close()
    }

    /// An object; `each` gets a key and reads its value.
    ///
    /// # Errors
    /// Another value, or what `each` gives.
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, Cow<'a, str>) -> Result<()>) -> Result<()> {
        self.open(b'{', "an object is needed here")?;
        if self.peek() != Some(b'}') {
            loop {
                self.peek();
                let key = self.string()?;
                if self.peek() != Some(b':') {
                    return self.fail("`:` is missing");
                }
                self.at += 1;
                each(self, key)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return self.fail("`,` or `}` is missing"),
                }
            }
        }
        self.close()
    }

    fn open(&mut self, bracket: u8, what: &'static str) -> Result<()> {
        if self.peek() != Some(bracket) {
            return self.fail(what);
        }
        if self.depth == MAX_DEPTH {
            return self.fail("it is nested too deep");
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        self.depth -= 1;
        self.at += 1;
        Ok(())
    }

    /// A string.
    ///
    /// # Errors
    /// Another value, text that is not UTF-8, an escape that stands for no character.
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        if self.text.get(self.at) != Some(&b'"') {
            return self.fail("a string is needed here");
        }
        self.at += 1;
        let start = self.at;
        match self.plain()? {
            b'"' => {
                let plain = self.utf8(start, self.at);
                self.at += 1;
                Ok(plain)
            }
            _ => self.escaped(start).map(Cow::Owned),
        }
    }

    /// Skips to the next quote or backslash and gives it.
    fn plain(&mut self) -> Result<u8> {
        loop {
            match self.text.get(self.at) {
                Some(byte @ (b'"' | b'\\')) => return Ok(*byte),
                Some(0..=0x1f) => return self.fail("a control character stands in a string"),
                Some(_) => self.at += 1,
                None => return self.fail("the text ends within a string"),
            }
        }
    }

    /// Text; bytes that are not UTF-8 become replacement characters, as in Storm.
    fn utf8(&self, start: usize, end: usize) -> Cow<'a, str> {
        String::from_utf8_lossy(&self.text[start..end])
    }

    fn escaped(&mut self, start: usize) -> Result<String> {
        let mut string = self.utf8(start, self.at).into_owned();
        loop {
            let from = self.at;
            if self.plain()? == b'"' {
                string.push_str(&self.utf8(from, self.at));
                self.at += 1;
                return Ok(string);
            }
            string.push_str(&self.utf8(from, self.at));
            self.at += 1;
            let letter = self.text.get(self.at).copied();
            self.at += 1;
            string.push(match letter {
                Some(b'n') => '\n',
                Some(b't') => '\t',
                Some(b'r') => '\r',
                Some(b'b') => '\u{8}',
                Some(b'f') => '\u{c}',
                Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
                Some(b'u') => self.unicode()?,
                _ => {
                    self.at = self.at.min(self.text.len());
                    return self.fail("there is no such escape");
                }
            });
        }
    }

    /// The character of `\u`; half of a surrogate pair, which programs write that cut their texts by code units, becomes the
    /// replacement character.
    fn unicode(&mut self) -> Result<char> {
        let first = self.hex()?;
        let is_high = (0xd800..0xdc00).contains(&first);
        if is_high && self.text[self.at..].starts_with(b"\\u") {
            let after = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00));
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = after;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            match char::from(*digit).to_digit(16) {
                Some(digit) => code = code << 4 | digit,
                None => return self.fail("\\u needs four hexadecimal digits"),
            }
        }
        if digits.len() < 4 {
            return self.fail("\\u needs four hexadecimal digits");
        }
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<Value> {
        let start = self.at;
        let negative = self.text[self.at] == b'-';
        self.at += usize::from(negative);
        let first = self.at;
        self.digits()?;
        if self.text[first] == b'0' && self.at > first + 1 {
            self.at = first;
            return self.fail("a number does not begin with 0");
        }
        let whole = self.at;
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.utf8(start, self.at);
        if self.at > whole {
            return match text.parse() {
                Ok(float) => Ok(Value::Float(float)),
                Err(_) => self.fail("this is no number"),
            };
        }
        match text.parse() {
            Ok(int) => Ok(Value::Int(int)),
            Err(_) if whole - first > MAX_DIGITS => self.fail("a number has too many digits"),
            Err(_) => Ok(Value::BigInt {
                negative,
                magnitude: magnitude(&self.text[first..whole]),
            }),
        }
    }

    fn digits(&mut self) -> Result<()> {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.text.get(self.at) {
            self.at += 1;
        }
        if self.at == from {
            return self.fail("a digit is missing");
        }
        Ok(())
    }
}

/// Big-endian bytes, without leading zeros, of decimal digits.
fn magnitude(digits: &[u8]) -> Vec<u8> {
    // little-endian parts of 32 bits
    let mut parts: Vec<u32> = Vec::new();
    for group in digits.chunks(9) {
        let scale = 10u64.pow(group.len() as u32);
        let mut carry = group
            .iter()
            .fold(0u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        for part in &mut parts {
            carry += u64::from(*part) * scale;
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            parts.push(carry as u32);
        }
    }
    let bytes = parts.iter().rev().flat_map(|part| part.to_be_bytes());
    bytes.skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value> {
        let mut reader = Reader::new(text.as_bytes());
        let value = reader.value()?;
        reader.end()?;
        Ok(value)
    }

    fn list(values: &[Value]) -> Value {
        Value::Array(values.to_vec())
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let cases = [
            ("null", Value::Nil),
            (" true ", Value::Bool(true)),
            ("-0", Value::Int(0)),
            ("9223372036854775807", Value::Int(i64::MAX)),
            ("-1.5e3", Value::Float(-1500.0)),
            ("1.0", Value::Float(1.0)),
            ("NaN", Value::Float(f64::NAN)),
            ("-Infinity", Value::Float(f64::NEG_INFINITY)),
            ("[Infinity]", list(&[Value::Float(f64::INFINITY)])),
            (r#""a\"\\\/\n\u00e9\ud83d\ude00é""#, Value::Str("a\"\\/\né😀é".into())),
            (
                "18446744073709551616",
                Value::BigInt {
                    negative: false,
                    magnitude: vec![1, 0, 0, 0, 0, 0, 0, 0, 0],
                },
            ),
            (
                "-9223372036854775809",
                Value::BigInt {
                    negative: true,
                    magnitude: vec![0x80, 0, 0, 0, 0, 0, 0, 1],
                },
            ),
            ("[ ]", list(&[])),
            ("[[1],\n2]", list(&[list(&[Value::Int(1)]), Value::Int(2)])),
            (
                r#"{"a":1,"b":{},"a":2}"#,
                Value::Map(vec![
                    (Value::Str("a".into()), Value::Int(2)),
                    (Value::Str("b".into()), Value::Map(vec![])),
                ]),
            ),
        ];
        for (text, value) in cases {
            assert_eq!(read(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("hello", 0),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("01", 0),
            ("1.", 2),
            ("-", 1),
            ("\"a", 2),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 3),
            ("\"\\u12\"", 3),
            ("1 1", 2),
            ("nul", 0),
        ] {
            assert_eq!(read(text).map_err(|error| error.at), Err(at), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_becomes_replacement_characters() {
        for (text, wanted) in [
            (&b"\"a\xff\""[..], "a\u{fffd}"),
            (b"\"\\ud800\"", "\u{fffd}"),
            (b"\"\\udc00x\"", "\u{fffd}x"),
            (b"\"\\ud83d\\u0041\"", "\u{fffd}A"),
            (b"\"\\ud83d\\ud83d\\ude00\"", "\u{fffd}\u{1f600}"),
        ] {
            assert_eq!(
                Reader::new(text).value(),
                Ok(Value::Str(wanted.into())),
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn depth_and_length_of_numbers_are_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)).unwrap_err().what, "it is nested too deep");
        assert!(read(&"9".repeat(MAX_DIGITS)).is_ok());
        assert!(read(&"9".repeat(MAX_DIGITS + 1)).is_err());
    }
}
