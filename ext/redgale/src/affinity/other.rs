//! Systems that cannot bind a thread to a core: nobody shares one.

use redgale_engine::clock::Nanos;

/// A thread; there is no use for one here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thread {}

impl Thread {
    /// None.
    pub fn current() -> Option<Self> {
        None
    }

    /// None.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::empty()
    }

    /// Not called: there is no value of this type.
    pub fn time(self) -> Nanos {
        match self {}
    }

    /// Not called.
    pub fn last_core(self) -> Option<usize> {
        match self {}
    }
}

/// A set of cores: none.
#[derive(Clone, Copy, Debug)]
pub struct Mask;

impl Mask {
    /// Without a core.
    pub fn one(_: usize) -> Self {
        Mask
    }

    /// Without a core.
    pub fn of_process() -> Self {
        Mask
    }

    /// Not called.
    pub fn of(thread: Thread) -> Option<Self> {
        match thread {}
    }

    /// Not called.
    pub fn set(&self, thread: Thread) {
        match thread {}
    }

    /// None: nothing can be shared.
    pub fn several(&self) -> Option<&Self> {
        None
    }

    /// No.
    pub fn is_only(&self, _: usize) -> bool {
        false
    }

    /// Not known.
    pub fn here(&self) -> usize {
        0
    }
}
