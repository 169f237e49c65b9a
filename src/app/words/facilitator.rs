//! The words of the facilitator's screen.

pub const AGENDA: &str = "Agenda";
pub const START: &str = "Start";
pub const STOP: &str = "Stop";
pub const ON_NOW: &str = "On now";
pub const TABLES: &str = "Tables";
pub const OPEN: &str = "Open";
pub const SHOW: &str = "Show";
pub const ON_THE_WALL_TAIL: &str = "on the wall";
pub const ON_THE_WALL: &str = "On the wall";
pub const OPEN_WALL: &str = "Open the wall in a new tab";
pub const TITLE_AND_QR: &str = "Title and QR";
pub const ACTIVITY: &str = "Activity";
pub const NOW: &str = "Now";
pub const TIME_LEFT: &str = "Time left";
pub const TIME_UP: &str = "Time is up";
pub const ONE_MORE: &str = "+1 minute";
pub const FIVE_MORE: &str = "+5 minutes";
pub const STOP_TIMER: &str = "Stop the timer";
pub const NEXT: &str = "Next";
pub const NOTHING_ON: &str = "Nothing is on yet";
pub const NOTHING_ON_HINT: &str =
    "When people have joined, start the first activity. Their boards open by themselves.";
pub const AGENDA_EMPTY: &str = "The agenda is empty. Add an activity to begin.";
pub const SHARED_BOARD: &str = "All tables share this board.";
pub const HAND_UP: &str = "Hand raised";
pub const LOCK: &str = "Lock";
pub const UNLOCK: &str = "Unlock";
pub const EVERY_BOARD: &str = "every board";
pub const ALL_LOCKED: &str = "Every board is locked. Only facilitators can write.";
pub const THE_SHARED_BOARD: &str = "the shared board";
pub const WHO_IS_NOT_KNOWN: &str = "Offline: who is here cannot be seen";
pub const NOT_KNOWN: &str = "Not known";
pub const NO_BOARD_YET: &str = "The board appears when an activity starts.";

/// "2 of 3 tables have someone": who has arrived, for the line under the title.
pub fn arrived(people: usize) -> String {
    match people {
        0 => "Nobody has joined yet".to_owned(),
        1 => "1 person has joined".to_owned(),
        _ => format!("{people} people have joined"),
    }
}
