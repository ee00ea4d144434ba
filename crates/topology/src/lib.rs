//! The model of a topology: components, streams, groupings, configuration, validation and the plan to run it.
//! Pure data: no IO, no host language.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod config;
pub mod graph;
pub mod model;
pub mod plan;
pub mod validate;
