//! Every word on screen, in plain English (reading age about nine), one file a view.
//!
//! Owns wording and plurals only. It must never hold state or markup: a translation replaces this
//! folder and nothing else.

pub mod facilitator;
pub mod help;
pub mod home;
pub mod invite;
pub mod join;
pub mod keeping;
pub mod photo;
pub mod plan;
pub mod start;
pub mod table;
pub mod wall;

use workshop::plan::SessionKind;
use workshop::text::is_blank;

use crate::device::Unanswered;

pub const BROKEN: &str =
    "Something in Trestle broke. What you wrote is kept. Please load the page again.";
pub const RELOAD: &str = "Load the page again";
pub const TRESTLE: &str = "Trestle";
pub const COMING: &str = "This is still on its way. It comes as soon as the connection lets it.";
pub const CLOSE: &str = "Close";
pub const CANCEL: &str = "Cancel";
pub const KEEP_IT: &str = "No, keep it";
pub const HELP: &str = "Help";
pub const LIST: &str = "List";
pub const BOARD: &str = "Board";
pub const LOCKED: &str = "Locked";
pub const BACK_HOME: &str = "Go to the start page";
pub const NO_TITLE: &str = "Workshop without a title";

/// A workshop's title, or the words for one that has none.
pub fn title_or_none(title: &str) -> String {
    if is_blank(title) {
        NO_TITLE.to_owned()
    } else {
        title.trim().to_owned()
    }
}

/// "1 card", "3 cards".
pub fn cards(count: usize) -> String {
    counted(count, "card", "cards")
}

/// "Nobody here", "1 person here", "4 people here".
pub fn people_here(count: usize) -> String {
    match count {
        0 => "Nobody here".to_owned(),
        _ => format!("{} here", counted(count, "person", "people")),
    }
}

/// "10 minutes", "1 minute", "No time limit".
pub fn minutes(minutes: u32) -> String {
    match minutes {
        0 => "No time limit".to_owned(),
        _ => counted(minutes as usize, "minute", "minutes"),
    }
}

/// Why the relay did not do what was asked, and what to do.
pub fn unanswered(unanswered: Unanswered) -> String {
    match unanswered {
        Unanswered::Refused(_, sentence) if !sentence.is_empty() => sentence,
        Unanswered::Refused(..) => "That did not work. Please try again.".to_owned(),
        Unanswered::Unreachable => {
            "The laptop that runs Trestle cannot be reached. Check the Wi-Fi, then try again."
                .to_owned()
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The name of a kind of session.
pub fn session_name(session: SessionKind) -> &'static str {
    match session {
        SessionKind::Consultation => "Consultation",
        SessionKind::CoDesign => "Co-design",
        SessionKind::CoProduction => "Co-production",
    }
}

/// What a kind of session means for the people's say, in one plain sentence.
pub fn session_meaning(session: SessionKind) -> &'static str {
    match session {
        SessionKind::Consultation => "People say what they think. The organisers decide.",
        SessionKind::CoDesign => "Everyone works out the plan together. The organisers agree it.",
        SessionKind::CoProduction => "Everyone plans it, decides it and makes it happen together.",
    }
}

/// What is said while a workshop is fetched, and when it cannot be.
pub mod stop {
    pub const GETTING: &str = "Getting the workshop…";
    pub const GETTING_HINT: &str = "If this takes long, check that this device is on the Wi-Fi.";
    pub const ASK: &str = "Ask the person who runs the workshop for a new link or QR code.";
    pub const CHECK: &str = "Check the link, or scan the QR code again.";

    /// One sentence for why the relay will not have this link, by its close code.
    pub fn sentence(code: u16) -> &'static str {
        match code {
            4401 => "This link no longer opens the workshop.",
            4403 => "This link is not allowed to do that.",
            4404 => "There is no workshop here.",
            _ => "The workshop cannot be opened just now.",
        }
    }

    pub const NO_KEY: &str = "This link is not complete.";
    pub const NO_KEY_HINT: &str = "Its last part, from the # on, is missing. Open the link again from where you got it, or scan the QR code.";

    pub const DELETED: &str = "This workshop was deleted.";
    pub const DELETED_HINT: &str = "Whoever runs it has deleted it. “Forget” on the start page takes what this device kept of it.";

    /// What to do about it.
    pub fn advice(code: u16) -> &'static str {
        match code {
            4404 => CHECK,
            4401 | 4403 => ASK,
            _ => "Wait a minute, then open the link again.",
        }
    }
}

/// Whether what was written here is safe.
pub mod saving {
    pub const CONNECTING: &str = "Connecting…";
    pub const SAVING: &str = "Saving…";
    pub const SAVED: &str = "Saved";
    pub const OFFLINE_KEPT: &str = "Offline, kept on this device";
    pub const OFFLINE: &str = "Offline, not saved yet";
    pub const REFUSED_KEPT: &str = "Not shared, kept on this device";
    pub const REFUSED: &str = "Not shared, not saved";
    pub const HELD_KEPT: &str = "Locked, kept on this device";
    pub const HELD: &str = "Locked, not saved yet";
    pub const WATCHING: &str = "Watching";
}
