//! Values to JSON text, as Python's and Ruby's parsers read it.
//!
//! | value | text |
//! | --- | --- |
//! | Symbol, binary String of valid UTF-8 | a string |
//! | Integer of any size | a number |
//! | NaN, infinities | `NaN`, `Infinity`, `-Infinity` |
//! | Time | a string as in RFC 3339, with as many digits of the second as it has |
//! | key of a Hash that is a Symbol, an Integer, true, false or nil | a string |
//!
//! Other bytes have no text: a tuple with such a value cannot be sent.

use std::io::Write as _;

use redgale_codec::Value;

/// Bytes of a whole number that is written: more take time that grows with their square, and no parser reads them.
const MAX_MAGNITUDE: usize = 4_096;

/// Why a value has no JSON text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Bytes that are not UTF-8.
    #[error("a binary String of {0} bytes that are not UTF-8 has no JSON text")]
    Binary(usize),
    /// A String in another encoding.
    #[error("a String in {0} has no JSON text: encode it as UTF-8")]
    Encoding(String),
    /// A Hash key that is no text.
    #[error("a Hash with {0} as key has no JSON text")]
    Key(&'static str),
    /// A whole number beyond reason.
    #[error("an Integer of {0} bytes is too large")]
    Integer(usize),
}

/// Appends the text of `value`. When it fails, part of it was appended.
///
/// # Errors
/// A value without JSON text.
pub fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), Unsupported> {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Int(value) => print(out, format_args!("{value}")),
        Value::BigInt { negative, magnitude } => big_int(*negative, magnitude, out)?,
        Value::Float(value) if value.is_finite() => print(out, format_args!("{value:?}")),
        Value::Float(value) if value.is_nan() => out.extend_from_slice(b"NaN"),
        Value::Float(value) => out.extend_from_slice(if *value > 0.0 { b"Infinity" } else { b"-Infinity" }),
        Value::Str(text) | Value::Sym(text) => string(text, out),
        Value::Bin(bytes) => string(
            std::str::from_utf8(bytes).map_err(|_| Unsupported::Binary(bytes.len()))?,
            out,
        ),
        Value::Text { encoding, bytes } => text(encoding, bytes, out)?,
        Value::Array(list) => {
            out.push(b'[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(element, out)?;
            }
            out.push(b']');
        }
        Value::Map(map) => {
            out.push(b'{');
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self::key(key, out)?;
                out.push(b':');
                write(value, out)?;
            }
            out.push(b'}');
        }
        Value::Time { seconds, nanos, offset } => time(*seconds, *nanos, *offset, out),
        // the program knows no classes: it gets what the object was dumped to
        Value::Object { dump, .. } => write(dump, out)?,
    }
    Ok(())
}

/// Appends `text` in quotes.
pub fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            continue;
        }
        out.extend_from_slice(&bytes[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => print(out, format_args!("\\u{byte:04x}")),
        }
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

fn print(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // a Vec takes whatever is written
    let _ = out.write_fmt(text);
}

fn key(key: &Value, out: &mut Vec<u8>) -> Result<(), Unsupported> {
    match key {
        Value::Str(_) | Value::Sym(_) | Value::Bin(_) | Value::Text { .. } | Value::Time { .. } => write(key, out),
        Value::Int(_) | Value::BigInt { .. } | Value::Bool(_) => {
            out.push(b'"');
            write(key, out)?;
            out.push(b'"');
            Ok(())
        }
        Value::Nil => {
            out.extend_from_slice(b"\"\"");
            Ok(())
        }
        Value::Float(_) => Err(Unsupported::Key("a Float")),
        Value::Array(_) => Err(Unsupported::Key("an Array")),
        Value::Map(_) => Err(Unsupported::Key("a Hash")),
        Value::Object { dump, .. } => self::key(dump, out),
    }
}

/// Latin-1 has a character for each byte; of other encodings ASCII is what all that matter share, UTF-16 and UTF-32 apart.
fn text(encoding: &str, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Unsupported> {
    let latin = encoding.eq_ignore_ascii_case("ISO-8859-1");
    if latin || (bytes.is_ascii() && !encoding.starts_with("UTF-")) {
        string(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>(), out);
        return Ok(());
    }
    Err(Unsupported::Encoding(match encoding {
        "UTF-8" => "UTF-8 with invalid bytes".to_owned(),
        other => other.to_owned(),
    }))
}

fn big_int(negative: bool, magnitude: &[u8], out: &mut Vec<u8>) -> Result<(), Unsupported> {
    if magnitude.len() > MAX_MAGNITUDE {
        return Err(Unsupported::Integer(magnitude.len()));
    }
    // little-endian groups of nine digits
    let mut groups: Vec<u32> = Vec::new();
    for byte in magnitude {
        let mut carry = u64::from(*byte);
        for group in &mut groups {
            carry += u64::from(*group) << 8;
            *group = (carry % 1_000_000_000) as u32;
            carry /= 1_000_000_000;
        }
        if carry > 0 {
            groups.push(carry as u32);
        }
    }
    if negative {
        out.push(b'-');
    }
    let mut groups = groups.iter().rev();
    print(out, format_args!("{}", groups.next().unwrap_or(&0)));
    groups.for_each(|group| print(out, format_args!("{group:09}")));
    Ok(())
}

fn time(seconds: i64, nanos: u32, offset: Option<i32>, out: &mut Vec<u8>) {
    // ISO 8601 has no seconds of offset: such a time is given in UTC
    let offset = offset.filter(|offset| offset % 60 == 0);
    let local = i128::from(seconds) + i128::from(offset.unwrap_or(0));
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    print(
        out,
        format_args!(
            "\"{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            second / 3_600,
            second / 60 % 60,
            second % 60
        ),
    );
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        print(out, format_args!(".{}", digits.trim_end_matches('0')));
    }
    match offset {
        None => out.extend_from_slice(b"Z\""),
        Some(offset) => {
            let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
            print(out, format_args!("{sign}{:02}:{:02}\"", minutes / 60, minutes % 60));
        }
    }
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar.
fn civil(days: i128) -> (i128, i128, i128) {
    // days since 0000-03-01, so that the leap day ends a year; 146,097 days are 400 years
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (from_march, month) = (month, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + i128::from(month <= 2);
    (year, month, day - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json_read::Reader;

    fn text(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn at(seconds: i64, nanos: u32, offset: Option<i32>) -> Value {
        Value::Time { seconds, nanos, offset }
    }

    #[test]
    fn what_json_lacks_becomes_the_nearest() {
        let cases = [
            (Value::Sym("a\"b".into()), r#""a\"b""#),
            (Value::Bin("é".into()), "\"é\""),
            (
                Value::Text {
                    encoding: "ISO-8859-1".into(),
                    bytes: vec![b'a', 0xe9],
                },
                "\"aé\"",
            ),
            (
                Value::Text {
                    encoding: "Shift_JIS".into(),
                    bytes: b"abc".into(),
                },
                "\"abc\"",
            ),
            (Value::Float(1.0), "1.0"),
            (Value::Float(1e300), "1e300"),
            (Value::Float(f64::NAN), "NaN"),
            (Value::Float(f64::NEG_INFINITY), "-Infinity"),
            (
                Value::BigInt {
                    negative: true,
                    magnitude: vec![1, 0, 0, 0, 0, 0, 0, 0, 0],
                },
                "-18446744073709551616",
            ),
            (
                Value::Map(vec![(Value::Int(1), Value::Nil), (Value::Nil, Value::Bool(false))]),
                r#"{"1":null,"":false}"#,
            ),
            (Value::Str("\u{1}\n".into()), r#""\u0001\n""#),
            (at(0, 0, None), "\"1970-01-01T00:00:00Z\""),
            (at(951_782_399, 500_000_000, None), "\"2000-02-28T23:59:59.5Z\""),
            (at(951_782_400, 0, Some(-5_400)), "\"2000-02-28T22:30:00-01:30\""),
            (
                at(4_107_542_400, 1, Some(7_200)),
                "\"2100-03-01T02:00:00.000000001+02:00\"",
            ),
            (at(-1, 0, None), "\"1969-12-31T23:59:59Z\""),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn bytes_without_text_are_refused_by_name() {
        let refused = |value: Value| write(&value, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(
            refused(Value::Array(vec![Value::Bin(vec![0xff, 0xfe])])),
            "a binary String of 2 bytes that are not UTF-8 has no JSON text"
        );
        let text = |encoding: &str| {
            refused(Value::Text {
                encoding: encoding.into(),
                bytes: vec![0xff],
            })
        };
        assert_eq!(
            text("Shift_JIS"),
            "a String in Shift_JIS has no JSON text: encode it as UTF-8"
        );
        assert_eq!(
            text("UTF-8"),
            "a String in UTF-8 with invalid bytes has no JSON text: encode it as UTF-8"
        );
        assert_eq!(
            refused(Value::Map(vec![(Value::Float(1.0), Value::Nil)])),
            "a Hash with a Float as key has no JSON text"
        );
    }

    /// Values that JSON has: everything else is tested above.
    fn plain() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Nil),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<f64>()
                .prop_filter("one NaN", |float| !float.is_nan())
                .prop_map(Value::Float),
            any::<String>().prop_map(Value::Str),
            (any::<bool>(), 1..=255u8, prop::collection::vec(any::<u8>(), 8..40)).prop_map(
                |(negative, first, rest)| {
                    Value::BigInt {
                        negative,
                        magnitude: [vec![first], rest].concat(),
                    }
                }
            ),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Map(map.into_iter().map(|(key, value)| (Value::Str(key), value)).collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(value in plain()) {
            let text = text(&value);
            let mut reader = Reader::new(text.as_bytes());
            prop_assert_eq!(reader.value().unwrap(), value);
            reader.end().unwrap();
            // nobody else's message ends in a text of ours
            prop_assert!(!text.contains('\n'));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "[\\[\\]{}\",:0-9eE.\\-\\\\untrf ]{0,40}") {
            for bytes in [&bytes[..], text.as_bytes()] {
                let mut reader = Reader::new(bytes);
                if let Ok(ours) = reader.value().and_then(|value| reader.end().map(|()| value)) {
                    // a parser that is strict may refuse NaN, infinite and huge numbers; what it takes is the same
                    if let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(bytes) {
                        let again: serde_json::Value = serde_json::from_str(&self::text(&ours)).unwrap_or_default();
                        prop_assert!(again == theirs || format!("{theirs}").contains('e'), "{ours:?} {theirs}");
                    }
                } else {
                    prop_assert!(serde_json::from_slice::<serde_json::Value>(bytes).is_err());
                }
            }
        }
    }
}
