//! The replicated documents of a workshop and their rules: commands go in, changes come out, plain
//! snapshots are there to be read.
//!
//! This crate owns the shape of the documents (see `SCHEMA.md`). It must never name a web type, a
//! signal, a socket, a clock or a random source: time and randomness are arguments.

pub mod address;
pub mod board;
pub mod id;
pub mod photo;
pub mod plan;
pub mod text;

// The generator of random commands is shared by the tests and the `states` example, which names the
// crate as everyone outside does.
#[cfg(test)]
extern crate self as workshop;

mod migrate;
mod order;
mod replica;
mod value;

pub use replica::{BrokenUpdate, ClientId, Origin};
