//! The words of the table: board, list and card.

use workshop::board::{Refusal, Seat};

pub const TOOLS: &str = "Board tools";
pub const ADD_CARD: &str = "Add card";
pub const MOVE: &str = "Move";
pub const UNDO: &str = "Undo";
pub const REDO: &str = "Redo";
pub const ZOOM_IN: &str = "Zoom in";
pub const ZOOM_OUT: &str = "Zoom out";
pub const FIT: &str = "Fit";
pub const ZOOM_TOOLS: &str = "Size of the board";
pub const VIEW: &str = "How to work";
pub const LIST_NAME: &str = "List";
pub const CARD_TEXT: &str = "Card text";
pub const WRITE_HERE: &str = "Write here";
pub const CARD: &str = "Card";
pub const SHEET: &str = "Card";
pub const MORE: &str = "More";
pub const EDIT: &str = "Edit";
pub const MOVE_TO: &str = "Move to";
pub const MOVE_TO_ZONE: &str = "Move to a part of the board";
pub const MOVE_UP: &str = "Move up";
pub const MOVE_DOWN: &str = "Move down";
pub const COLOUR: &str = "Colour";
pub const YOUR_COLOUR: &str = "Your colour";
pub const KIND: &str = "What is it?";
pub const GROUP: &str = "Group";
pub const GROUP_TITLE: &str = "Title of the group";
pub const GROUP_THEM: &str = "Group them";
pub const GROUP_WITH: &str = "Which cards belong with it?";
pub const LEAVE_GROUP: &str = "Take it out of the group";
pub const GROUP_WITHOUT_TITLE: &str = "Group";
pub const LINKS: &str = "Links";
pub const LINK_TO: &str = "Link to…";
pub const LINKED_TO: &str = "linked to";
pub const LINKED_FROM: &str = "linked from";
pub const LINK_BY_TAP: &str = "Link by tapping a card";
pub const UNLINK: &str = "Take the link away";
pub const LINK_FROM_WHICH: &str = "Which card should it be linked to?";
pub const DUPLICATE: &str = "Duplicate";
pub const DELETE: &str = "Delete";
pub const RESTORE: &str = "Bring back";
pub const DELETED_CARDS: &str = "Deleted cards";
pub const YES: &str = "Yes";
pub const NOT_SET: &str = "Not said";
pub const TAP_CARDS: &str = "Tap the cards to move, then tap where they should go.";
pub const TAP_PLACE: &str = "Now tap where it should go, or tap more cards.";
pub const TAP_LINKED: &str = "Tap the card to link it to.";
pub const CHANGE_TABLE: &str = "Change table";
pub const STORY: &str = "The story";
pub const PROMPT: &str = "Read on";
pub const UNKNOWN_METHOD: &str = "This activity needs a newer Trestle. Reload the page to get it.";
pub const WAITING: &str = "Waiting for the next activity";
pub const WAITING_HINT: &str = "The facilitator starts the next activity. It opens here by itself.";
pub const EMPTY_BOARD: &str = "Tap “Add card” to write the first one.";
pub const BOARD_TO_COME: &str = "What others wrote here has not arrived yet. Write all the same: it \
                                 comes together later.";
pub const EMPTY_ZONE: &str = "No cards yet.";
pub const CARD_GONE: &str =
    "Someone has deleted the card you were writing in. The list shows deleted cards.";
pub const BOARD_LOCKED: &str = "The facilitator has locked this board.";
pub const WORDS_KEPT: &str = "What you wrote is kept.";
pub const WORDS_WAIT: &str =
    "Your last words are kept on this device, and shared when it is unlocked.";
pub const UNLOCKED: &str = "The board is unlocked. You can write again.";
pub const UNLOCKED_AND_SHARED: &str = "The board is unlocked. What you wrote is being shared now.";
pub const ACTIVITY_ENDED: &str = "This activity has ended. Finish your sentence first.";
pub const NEW_ACTIVITY: &str = "The next activity has started.";
pub const FOLLOW_ACTIVITY: &str = "Go there";
pub const BACK_TO_TABLES: &str = "All tables";

/// "Now: Ideas Farm".
pub fn now_on(title: &str) -> String {
    format!("Now: {title}")
}

/// "Meet at the hall, Idea, 3 of 7 in What could we do?".
pub fn card_name(text: &str, kind: &str, place: usize, of: usize, zone: &str) -> String {
    let text = text.trim();
    let text = if text.is_empty() { "Empty card" } else { text };
    let kind = if kind.is_empty() { CARD } else { kind };
    format!("{text}, {kind}, {place} of {of} in {zone}")
}

/// "Add card to What helps?".
pub fn add_card_to(zone: &str) -> String {
    format!("{ADD_CARD} to {zone}")
}

/// "Asha is writing", "2 people are writing".
pub fn writing(names: &[String]) -> String {
    match names {
        [name] if !name.is_empty() => format!("{name} is writing"),
        [_] => "Someone is writing".to_owned(),
        _ => format!("{} people are writing", names.len()),
    }
}

/// "Card deleted. “Undo” brings it back.".
pub fn deleted(count: usize) -> String {
    match count {
        1 => "Card deleted. “Undo” brings it back.".to_owned(),
        _ => format!("{count} cards deleted. “Undo” brings them back."),
    }
}

/// "3 new cards at this table".
pub fn new_cards(count: usize) -> String {
    format!(
        "{} new {} at this table",
        count,
        if count == 1 { "card" } else { "cards" }
    )
}

/// "2 cards picked".
pub fn picked(count: usize) -> String {
    format!("{} picked", super::cards(count))
}

/// A seat's name: its colour.
pub fn seat(seat: Seat) -> &'static str {
    match seat {
        Seat::Yellow => "Yellow",
        Seat::Green => "Green",
        Seat::Blue => "Blue",
        Seat::Pink => "Pink",
        Seat::Orange => "Orange",
        Seat::Violet => "Violet",
    }
}

/// Why nothing was done, and what to do instead.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TextTooLong(_) => {
            "That is too much for one card: 4,000 characters fit. Nothing was added."
        }
        Refusal::BoardFull => "This board is full: it holds 5,000 cards.",
        Refusal::CardGone(_) => "Someone has deleted that card meanwhile.",
        Refusal::GroupGone(_) => "That group is gone meanwhile.",
        Refusal::LinkGone(_) => "That link is gone meanwhile.",
        Refusal::NoPhoto => "Someone has taken that photo off meanwhile.",
        Refusal::NewerSchema(_) => "This board needs a newer Trestle. Reload the page to get it.",
        Refusal::NotAPlace | Refusal::EditDoesNotFit | Refusal::IdTaken | Refusal::Nothing => {
            "That did not work. Please try again."
        }
    }
    .to_owned()
}
