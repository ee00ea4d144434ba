//! Components that are programs: any that speaks Storm's multilang protocol.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod frame;
pub mod json_read;
pub mod json_write;
pub mod protocol;
