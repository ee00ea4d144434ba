//! A value as native components see it.

/// What can travel in a tuple.
#[derive(Clone, Debug)]
pub enum Value {
    /// nil.
    Nil,
    /// true or false.
    Bool(bool),
    /// An Integer within i64.
    Int(i64),
    /// An Integer outside i64.
    BigInt {
        /// Below zero.
        negative: bool,
        /// Big-endian, without leading zeros.
        magnitude: Vec<u8>,
    },
    /// A Float, any bit pattern.
    Float(f64),
    /// A String of valid UTF-8.
    Str(String),
    /// A binary String.
    Bin(Vec<u8>),
    /// A String in another encoding, or one that is not valid in its own.
    Text {
        /// Ruby's name of the encoding.
        encoding: String,
        /// Unchanged bytes.
        bytes: Vec<u8>,
    },
    /// A Symbol.
    Sym(String),
    /// An Array.
    Array(Vec<Value>),
    /// A Hash, in its order.
    Map(Vec<(Value, Value)>),
    /// A Time.
    Time {
        /// Since the epoch.
        seconds: i64,
        /// Within the second.
        nanos: u32,
        /// Seconds east of UTC; None: UTC itself.
        offset: Option<i32>,
    },
    /// An object of a class that the program serializes.
    Object {
        /// Under which name.
        name: String,
        /// What it was dumped to.
        dump: Box<Value>,
    },
}

impl PartialEq for Value {
    /// Equal if the codec bytes are: 1 and 1.0 differ, NaN equals itself, 0.0 and -0.0 differ.
    fn eq(&self, other: &Self) -> bool {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        crate::encode(self, &mut a);
        crate::encode(other, &mut b);
        a == b
    }
}
