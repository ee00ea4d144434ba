//! The native extension: `Redgale::Native` and `Redgale::Tuple`. Glue between Ruby and the engine, nothing else.
//!
//! # Rules
//! - Ruby is called only from threads that Ruby created, with the VM lock held. Native threads (pulse, watchdog) never call it.
//! - All waiting goes through [`gvl::detach`].
//! - Values that Rust keeps are places in rooted Arrays ([`roots`]), never boxed one by one.
//! - Nothing starts at `require`. A run belongs to the process that made it ([`fork`]).
//! - A loop that calls user code runs under `rb_protect` ([`protect`]) and owns nothing that an exception could leak.
//! - Whatever magnus looks up once is looked up at load ([`look_up`]).
//! - Panics become Ruby `fatal` (by magnus) or go on after the C frames are left; they never cross C.
#![warn(missing_docs)]
// The hot loops are `unsafe fn`s whose contract is stated once, in `executor`: the VM lock is held.
#![allow(clippy::missing_safety_doc)]

pub mod affinity;
pub mod bell;
pub mod bolt;
pub mod convert;
pub mod custom;
pub mod drive;
pub mod emit;
pub mod errors;
pub mod executor;
pub mod fork;
pub mod gvl;
pub mod kept;
pub mod keys;
mod log;
pub mod meta;
mod model;
pub mod programs;
pub mod protect;
pub mod pulse;
pub mod reasons;
pub mod roots;
pub mod run;
pub mod serialization;
pub mod signals;
pub mod simulation;
pub mod spout;
pub mod strict;
pub mod task;
pub mod tuple;
pub mod value;

use magnus::rb_sys::AsRawValue;
use magnus::{Error, Module, RClass, RModule, Ruby, Value};

/// `Redgale`.
///
/// # Errors
/// What Ruby raises.
pub fn module(ruby: &Ruby) -> Result<RModule, Error> {
    ruby.define_module("Redgale")
}

/// `Redgale::Native`.
///
/// # Errors
/// What Ruby raises.
pub fn native(ruby: &Ruby) -> Result<RModule, Error> {
    module(ruby)?.define_module("Native")
}

/// `Redgale::Tuple`.
///
/// # Errors
/// What Ruby raises.
pub fn tuple_class(ruby: &Ruby) -> Result<RClass, Error> {
    module(ruby)?.const_get("Tuple")
}

/// `Redgale::CURRENT`, which stands for an argument that was not given.
///
/// # Errors
/// What Ruby raises.
pub fn current(ruby: &Ruby) -> Result<rb_sys::VALUE, Error> {
    let module = module(ruby)?;
    module.const_get::<_, Value>("CURRENT").map(|value| value.as_raw())
}

/// Looks a wrapped class up now, on the thread that loads the extension. magnus keeps it in a `std::sync::Once` that calls
/// Ruby: two executor threads at it would deadlock, one waiting for the lock inside of the `Once`, one for the `Once` with the
/// lock.
fn look_up<T: magnus::TypedData>(ruby: &Ruby) {
    let _ = T::class(ruby);
}

mod entry {
    //! The symbol that Ruby calls when it loads the extension.
    #![allow(missing_docs)]

    use magnus::{Error, Module, Ruby};

    #[magnus::init(name = "redgale")]
    fn init(ruby: &Ruby) -> Result<(), Error> {
        let native = crate::native(ruby)?;
        native.const_set("VERSION", env!("CARGO_PKG_VERSION"))?;
        crate::serialization::init(ruby)?;
        crate::model::init(ruby)?;
        crate::log::init(ruby)?;
        crate::tuple::init(ruby)?;
        crate::task::init(ruby)?;
        crate::run::init(ruby)?;
        crate::simulation::init(ruby)
    }
}
