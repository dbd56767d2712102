//! Spans of time as people write them.

pub mod format;
pub mod parse;
pub mod units;
