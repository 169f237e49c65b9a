//! The words of the wall.

pub const JOIN: &str = "Scan to join";
pub const WAITING_FOR_CARDS: &str = "No cards yet";

/// What the wall calls itself for a screen reader.
pub const NAME: &str = "Wall";

/// Which part of a long column is shown: "· 1 of 3".
pub fn part(part: i32, of: i32) -> String {
    format!(" · {part} of {of}")
}
pub const MORE_PARTS: &str = "Other parts";
