//! Running code that may raise, so that neither a jump nor a panic leaves it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use magnus::Error;
use magnus::rb_sys::protect;
use rb_sys::VALUE;

use crate::value::NIL;

/// Runs `body` under rb_protect and gives its result. `body` and what it calls must own nothing while Ruby code runs: a raise
/// jumps over their frames.
///
/// # Errors
/// The exception or jump. A panic goes on after the C frames are left.
pub fn protected<T: Copy>(body: impl FnOnce() -> T) -> Result<T, Error> {
    let mut result = None;
    protect(|| {
        result = Some(catch_unwind(AssertUnwindSafe(body)));
        NIL
    })?;
    match result.expect("rb_protect ran the closure") {
        Ok(value) => Ok(value),
        Err(panic) => resume_unwind(panic),
    }
}

/// Calls a method under rb_protect.
///
/// # Errors
/// What it raises.
pub fn call(receiver: VALUE, method: rb_sys::ID, arguments: &[VALUE]) -> Result<VALUE, Error> {
    // SAFETY: VM lock (callers); the arguments live on the caller's stack.
    protect(|| unsafe { rb_sys::rb_funcallv(receiver, method, arguments.len() as i32, arguments.as_ptr()) })
}
