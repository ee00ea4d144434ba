//! What is checked of emitted values beyond their number.
//!
//! Without `--strict`: the first 1,000 tuples of each stream are looked at, and the first value that could not leave the
//! process is warned of once. With it: every value is frozen deeply and replaced by what the codec makes of it, and one that
//! cannot travel is an error.

use rb_sys::VALUE;

use crate::convert;
use crate::emit::Refusal;
use crate::value::{elements, is_array};

/// Tuples of a stream that are looked at.
const LOOK_AT: u32 = 1_000;

/// Checks of one stream in one executor.
#[derive(Debug)]
pub struct Strictness {
    strict: bool,
    left: u32,
    scratch: Vec<u8>,
    message: String,
    warned: bool,
}

impl Strictness {
    /// As `--strict` says.
    pub fn new(strict: bool) -> Self {
        Strictness {
            strict,
            left: LOOK_AT,
            scratch: Vec::new(),
            message: String::new(),
            warned: false,
        }
    }

    /// Whether nothing has to be looked at any more: the fast path.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.left == 0
    }

    /// What was wrong with the last refused value.
    pub fn message(&self) -> String {
        self.message.clone()
    }

    /// A warning that has not been given yet.
    pub fn take_warning(&mut self) -> Option<String> {
        (!self.warned && !self.strict && !self.message.is_empty()).then(|| {
            self.warned = true;
            self.message.clone()
        })
    }

    /// The codec bytes of a row, a String.
    pub unsafe fn encode(&mut self, position: usize, row: VALUE) -> Result<VALUE, Refusal> {
        // a buffer of its own: where a Time calls Ruby another thread may come in here
        let mut bytes = Vec::new();
        // SAFETY: VM lock (the caller's contract).
        match unsafe { convert::write_value(row, &mut bytes) } {
            Ok(()) => Ok(unsafe { rb_sys::rb_str_new(bytes.as_ptr().cast(), bytes.len() as _) }),
            Err(unsupported) => {
                self.message = unsupported.message();
                Err(Refusal::Unsupported(position))
            }
        }
    }

    /// Looks at a row; gives the row to emit.
    pub unsafe fn check(&mut self, position: usize, row: VALUE) -> Result<VALUE, Refusal> {
        // taken out: where a Time calls Ruby another thread may come in here
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        // SAFETY: VM lock (the caller's contract).
        let result = unsafe { convert::write_value(row, &mut bytes) };
        let result = match result {
            _ if !self.strict => {
                self.left = self.left.saturating_sub(1);
                if let Err(unsupported) = result {
                    self.message = unsupported.message();
                    self.left = 0;
                }
                Ok(row)
            }
            Ok(()) => unsafe { replace(row, &bytes) },
            Err(unsupported) => Err(unsupported.message()),
        };
        self.scratch = bytes;
        result.map_err(|message| {
            self.message = message;
            Refusal::Unsupported(position)
        })
    }
}

/// Freezes a row deeply and gives what the codec makes of its bytes, frozen as deeply.
unsafe fn replace(row: VALUE, bytes: &[u8]) -> Result<VALUE, String> {
    let mut builder = convert::Builder::default();
    let mut rest = bytes;
    redgale_codec::read(&mut rest, &mut builder).map_err(|_| "it was changed while it was emitted".to_owned())?;
    let copy = builder.finish()?;
    unsafe {
        deep_freeze(row, 0);
        deep_freeze(copy, 0);
        if is_array(copy) {
            Ok(copy)
        } else {
            Err("it was changed while it was emitted".to_owned())
        }
    }
}

unsafe fn deep_freeze(value: VALUE, depth: usize) {
    unsafe {
        if depth > redgale_codec::MAX_DEPTH {
            return;
        }
        if is_array(value) {
            for element in elements(value) {
                deep_freeze(*element, depth + 1);
            }
        } else if rb_sys::RB_TYPE_P(value, rb_sys::ruby_value_type::RUBY_T_HASH) {
            let pairs = rb_sys::rb_funcallv(value, crate::meta::id("to_a"), 0, std::ptr::null());
            deep_freeze(pairs, depth + 1);
        }
        rb_sys::rb_obj_freeze(value);
    }
}
