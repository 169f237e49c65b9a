//! What both documents are made of: a yrs document with its queues of updates to send.

use serde::{Deserialize, Serialize};

/// The identity of one replica of one document in one run of a program: a fresh random number each
/// time, never reused, below 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClientId(pub u64);

/// Where an edit came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A command run here.
    Local,
    /// An undo or redo here.
    History,
    /// An update from elsewhere, or from this device's own store.
    Remote,
}
