//! The words for how long a workshop is kept, and for its end.

pub const HEADING: &str = "How long it is kept";
pub const CHANGE: &str = "Change or delete";
pub const HOW_LONG: &str = "How long after someone last wrote in it?";
pub const DELETE: &str = "Delete it now";
pub const DELETE_HINT: &str = "Every board, card, photo and link is gone at once, for everyone, and nothing brings them back.";
pub const DELETE_NOW: &str = "Delete this workshop now";
pub const DELETE_FOR_GOOD: &str = "Yes, delete everything for good";

/// "Kept until 22 February 2027".
pub fn kept_until(day: &str) -> String {
    format!("Kept until {day}")
}

/// "30 days".
pub fn days(days: u32) -> String {
    super::counted(days as usize, "day", "days")
}
