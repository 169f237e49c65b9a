//! Changes of documents made into signals that views read. Views never touch a document: they read
//! these and send commands.
//!
//! A card is a reactive store of its own rather than a keyed field of one store of all: the keyed
//! fields of `reactive_stores` tell every child when the collection gains or loses one, so that a
//! single new card would run the effects of all others.

mod album;
mod board;
mod locks;
mod presence;
mod workshop;

pub use album::Sending;
pub use board::{BoardMirror, CardState, CardStateStoreFields};
pub use presence::Person;
pub use workshop::{Access, Keeping, Links, Role, Sitting, Workshop};
