//! The words of the first screen.

pub const TAGLINE: &str =
    "A shared table for planning things together, in the hall and from far away.";
pub const START: &str = "Start a workshop";
pub const START_HINT: &str = "Two minutes, no account.";
pub const SAMPLE: &str = "Open the sample";
pub const SAMPLE_HINT: &str = "A village that lost its bus. Look around; nothing can break.";
pub const OPENING: &str = "Opening…";
pub const HAVE_LINK: &str = "I have a link or code";
pub const JOIN: &str = "Join";
pub const LINK_PLACEHOLDER: &str = "Paste or type it here";
pub const NOT_A_LINK: &str = "That is not a workshop link or a code. A link has “/w/” in it and a “#” near the end; a code has nine numbers.";
pub const NO_SUCH_CODE: &str = "No workshop has this code just now. Please check the numbers.";
pub const OTHER_ADDRESS: &str = "This link belongs to another address.";
pub const GO_THERE: &str = "Go to";
pub const KNOWN: &str = "On this device";
pub const KNOWN_EMPTY: &str = "Workshops you start or join are listed here, on this device only.";
pub const FORGET_FOR_GOOD: &str = "Forget for good";
pub const FORGET: &str = "Forget";

/// What the device may do in a workshop it knows.
pub fn role(role: crate::mirror::Role) -> &'static str {
    use crate::mirror::Role;
    match role {
        Role::Facilitator => "You run it",
        Role::Participant => "You take part",
        Role::Wall => "Wall",
        Role::Report => "Report",
    }
}
