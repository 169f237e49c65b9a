//! The reader of the files in `catalog/` and `starts/` (see `FORMAT.md`).
//!
//! The build script runs it over what ships; with the feature `source` it reads methods that come
//! from elsewhere. It must never ship in the web app, which needs the results only.

mod check;
mod fields;
mod file;
mod method;
mod place;
// The build script and the tests read starting points; a program that reads methods does not.
#[allow(dead_code)]
mod start;

#[cfg(test)]
pub(crate) mod tests;

pub use method::read;
pub use place::BadFile;
#[allow(unused_imports)]
pub(crate) use start::read_start;
