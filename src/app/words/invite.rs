//! The words of the invitation: links, codes and table signs.

pub const INVITE: &str = "Invite";
pub const LEAD: &str = "No accounts, no app. Scan a code or open a link.";
pub const TABLES: &str = "Tables";
pub const TABLES_HINT: &str = "For the tablets in the hall. Each sign opens at its own table.";
pub const ELSEWHERE: &str = "From elsewhere";
pub const ELSEWHERE_HINT: &str = "Send this to people who cannot be in the room.";
pub const WALL: &str = "Wall";
pub const WALL_HINT: &str = "Open this on the projector. It follows what you choose to show.";
pub const YOURS: &str = "Your own link";
pub const YOURS_HINT: &str =
    "Opens this screen on another laptop. Keep it to yourself: whoever has it runs the workshop.";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const PRINT: &str = "Print table signs";
pub const SIGN_STEPS: &str = "Point the tablet’s camera at the code, then tap “Join in”.";
pub const CODE_HINT: &str = "Open this address, then type the code:";
pub const REPLACE: &str = "Stop this link";
pub const REPLACE_TABLES: &str = "The link, the code and the printed signs of all tables and of people elsewhere stop working. Everyone who came by them is out at once.";
pub const REPLACE_WALL: &str = "The wall stops until its new link is opened there.";
pub const REPLACE_OWN: &str = "Anyone else who runs the workshop with this link is out. This screen goes on with the new one.";
pub const REPLACE_NOW: &str = "Make a new link";
pub const REPLACE_FOR_GOOD: &str = "Yes, stop the old link now";
pub const REPLACED: &str = "The old link is stopped. Here is the new one.";
pub const NO_LINK: &str = "This link has not arrived yet.";
pub const SHARED_WIFI: &str =
    "Links with a number address work only on the same Wi-Fi as the laptop that runs Trestle.";

/// The accessible name of a code.
pub fn code_for(what: &str) -> String {
    format!("QR code: {what}")
}

/// The accessible name of the field with a link.
pub fn link_for(what: &str) -> String {
    format!("Link: {what}")
}
