//! The words of the wall.

pub const JOIN: &str = "Scan to join";
pub const OR_OPEN: &str = "or open";
pub const NOTHING_ON: &str = "We begin in a moment";
pub const TABLE_GONE: &str = "That table is no longer there";
pub const WAITING_FOR_CARDS: &str = "No cards yet";

/// What the wall calls itself for a screen reader.
pub const NAME: &str = "Wall";
