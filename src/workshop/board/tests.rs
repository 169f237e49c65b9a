//! What a board does, from outside: commands, refusals, undo, meeting of replicas.

mod kit;

mod carets;
mod commands;
mod foreign;
mod limits;
mod photos;
mod random;
mod scribble;
mod undo;

#[path = "../examples/wander/mod.rs"]
mod wander;
