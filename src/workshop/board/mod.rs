//! The board document: one activity at one table, or shared by all.

mod command;
mod snapshot;

pub use command::{Command, NewCard, Refusal, MAX_CARDS, MAX_TEXT_UNITS};
pub use snapshot::{BoardSnapshot, Card, FieldValue, Group, Link, Point, Seat};

use crate::id::{CardId, GroupId, LinkId};
use crate::replica::Origin;
use crate::text::TextStep;

/// What happened to a board, as plain data. Local and remote edits come out the same way.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A card appeared, came back, or something of it is different; the whole card as it is now.
    Card(Card),
    /// A card is gone: deleted, or its creation undone.
    CardGone(CardId),
    /// How a card's text became what it is. Precedes the [`Change::Card`] with the same text.
    /// What keeps carets in place.
    Text {
        /// Whose text.
        card: CardId,
        /// The edit, from the start of the text.
        steps: Vec<TextStep>,
        /// Made here or elsewhere.
        origin: Origin,
    },
    /// A group appeared or has another title.
    Group(Group),
    /// A group is gone.
    GroupGone(GroupId),
    /// A link appeared.
    Link(Link),
    /// A link is gone.
    LinkGone(LinkId),
    /// The board's method was set or changed.
    Method(String),
}
