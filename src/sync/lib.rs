//! The wire, the gate and the client session of Trestle, without input or output of their own.
//!
//! Owns what crosses the socket: the two framings ([`wire`]), the numbers both ends agree on
//! ([`limits`]), the [`gate`] that every foreign update passes before a document may decode it,
//! the table of [`presence`], the [`backoff`] and the client's [`session`], which sends what is too
//! large in parts; [`in_parts`] makes them for a document as well. `SPEC.md` beside this file lists the rules; each has a test that bears its number.
//!
//! Must never see a card, touch a socket, read a clock or draw a random number: bytes, times and
//! seeds are arguments.

pub mod limits;
pub mod wire;

pub mod gate;

pub mod backoff;
pub mod presence;
pub mod session;

pub use split::in_parts;

mod lib0;
mod split;

// What tests share with the fuzz targets names this crate as they do.
#[cfg(test)]
extern crate self as sync;
#[cfg(test)]
mod spec_tests;
#[cfg(test)]
mod testing;
