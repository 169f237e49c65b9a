//! The words of joining.

pub const BRIEF: &str = "Honest brief";
pub const FIXED: &str = "What is fixed";
pub const OPEN: &str = "What is open";
pub const DECIDES: &str = "Who decides";
pub const BY_WHEN: &str = "By when";
pub const RED_LINES: &str = "What cannot be crossed";
pub const LEVERS: &str = "What we can already use";
pub const REST: &str = "Read the rest";
pub const NO_BRIEF: &str = "The organisers have not filled this in yet. Ask them what can change.";
pub const WHERE: &str = "Where are you?";
pub const WHERE_NEEDED: &str = "Please choose where you are first.";
pub const ELSEWHERE: &str = "Joining from elsewhere";
pub const ELSEWHERE_ABOUT: &str = "At home, or anywhere else";
pub const NAME: &str = "First name or nickname (optional)";
pub const NAME_HINT: &str = "Shown while you are here. Never kept with what you write.";
pub const HOW: &str = "How would you like to work?";
pub const BOARD_ABOUT: &str = "Cards on a big sheet, to write and move";
pub const LIST_ABOUT: &str = "The same cards as a list; good with a screen reader";
pub const JOIN_IN: &str = "Join in";
