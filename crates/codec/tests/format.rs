//! The format against itself, against random bytes and against what earlier releases wrote.

use proptest::prelude::*;
use redgale_codec::{Value, decode, encode, fields_hash};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-200..70_000i64).prop_map(Value::Int),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        ".{0,40}".prop_map(Value::Str),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bin),
        ("[A-Z0-9-]{1,12}", prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(encoding, bytes)| Value::Text { encoding, bytes }),
        "[a-z_?]{1,12}".prop_map(Value::Sym),
        (any::<bool>(), 1..=255u8, prop::collection::vec(any::<u8>(), 8..20)).prop_map(
            |(negative, first, mut rest)| {
                rest.insert(0, first);
                Value::BigInt {
                    negative,
                    magnitude: rest,
                }
            }
        ),
        (any::<i64>(), 0..1_000_000_000u32, prop::option::of(-86_400..86_400i32))
            .prop_map(|(seconds, nanos, offset)| Value::Time { seconds, nanos, offset }),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((inner.clone(), inner.clone()), 0..4).prop_map(Value::Map),
            ("[A-Z][a-z:]{0,40}", inner).prop_map(|(name, dump)| Value::Object {
                name,
                dump: Box::new(dump)
            }),
        ]
    })
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out);
    out
}

proptest! {
    #[test]
    fn every_value_comes_back(value in value()) {
        let bytes = bytes(&value);
        let mut rest = &bytes[..];
        prop_assert_eq!(decode(&mut rest).unwrap(), value);
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn random_bytes_never_panic(input in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut rest = &input[..];
        while !rest.is_empty() && decode(&mut rest).is_ok() {}
    }

    #[test]
    fn a_cut_value_is_an_error(value in value(), cut in any::<prop::sample::Index>()) {
        let bytes = bytes(&value);
        let mut rest = &bytes[..cut.index(bytes.len())];
        prop_assert!(decode(&mut rest).is_err());
    }
}

#[test]
fn nesting_is_limited_and_lengths_are_not_trusted() {
    let deep = vec![0x91; 10_000];
    assert!(
        decode(&mut &deep[..])
            .unwrap_err()
            .to_string()
            .contains("nested deeper")
    );
    assert!(
        decode(&mut &[0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0][..])
            .unwrap_err()
            .to_string()
            .contains("ends")
    );
    assert!(decode(&mut &[0xc1][..]).is_err());
    assert!(
        decode(&mut &[0xd4, 0x63, 0x00][..])
            .unwrap_err()
            .to_string()
            .contains("extension type 99")
    );
}

#[test]
fn an_object_is_a_name_and_one_value() {
    let cases: [(&[u8], &str); 4] = [
        (&[0xc7, 0, 5], "ends"),
        (&[0xd4, 5, 0x01], "begins with its name"),
        (&[0xd5, 5, 0xa1, b'A'], "ends"),
        (&[0xd6, 5, 0xa1, b'A', 0x01, 0x02], "a name and one value"),
    ];
    for (bytes, words) in cases {
        let error = decode(&mut &bytes[..]).unwrap_err().to_string();
        assert!(error.contains(words), "{bytes:02x?}: {error}");
    }
    let mut deep = vec![0xc0];
    for _ in 0..600 {
        let mut object = Vec::new();
        redgale_codec::write::object(&mut object, "A", &deep);
        deep = object;
    }
    let error = decode(&mut &deep[..]).unwrap_err().to_string();
    assert!(error.contains("nested deeper"), "{error}");
}

/// Every line: what it is, its bytes in hex, its fields hash. Lines may be added, never changed: they are what other lanes,
/// workers and releases rely on.
#[test]
fn the_bytes_and_hashes_of_earlier_releases_stand() {
    let map = Value::Map(vec![
        (Value::Sym("a".into()), Value::Int(1)),
        (Value::Str("b".into()), Value::Nil),
    ]);
    let values = [
        ("nil", Value::Nil),
        ("true", Value::Bool(true)),
        ("1", Value::Int(1)),
        ("1.0", Value::Float(1.0)),
        ("-1", Value::Int(-1)),
        ("300", Value::Int(300)),
        ("-70000", Value::Int(-70_000)),
        (
            "2**64",
            Value::BigInt {
                negative: false,
                magnitude: vec![1, 0, 0, 0, 0, 0, 0, 0, 0],
            },
        ),
        (
            "-(2**64)",
            Value::BigInt {
                negative: true,
                magnitude: vec![1, 0, 0, 0, 0, 0, 0, 0, 0],
            },
        ),
        ("-0.0", Value::Float(-0.0)),
        ("word", Value::Str("word".into())),
        ("empty string", Value::Str(String::new())),
        ("grün", Value::Str("grün".into())),
        ("40 x", Value::Str("x".repeat(40))),
        ("binary ff", Value::Bin(vec![0xff])),
        (
            "latin1 e4",
            Value::Text {
                encoding: "ISO-8859-1".into(),
                bytes: vec![0xe4],
            },
        ),
        (":word", Value::Sym("word".into())),
        (
            "[1, [2]]",
            Value::Array(vec![Value::Int(1), Value::Array(vec![Value::Int(2)])]),
        ),
        ("{a: 1, \"b\" => nil}", map),
        (
            "time utc",
            Value::Time {
                seconds: 1_700_000_000,
                nanos: 5,
                offset: None,
            },
        ),
        (
            "time +02:00",
            Value::Time {
                seconds: 1_700_000_000,
                nanos: 5,
                offset: Some(7_200),
            },
        ),
        (
            "an object named Point, dumped to [1, 2]",
            Value::Object {
                name: "Point".into(),
                dump: Box::new(Value::Array(vec![Value::Int(1), Value::Int(2)])),
            },
        ),
    ];
    let lines = values.iter().map(|(name, value)| {
        let bytes = bytes(value);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{name}\t{hex}\t{:016x}\n", fields_hash(&bytes))
    });
    let now: String = lines.collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/format-1.tsv");
    if std::env::var_os("REDGALE_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), now);
}
