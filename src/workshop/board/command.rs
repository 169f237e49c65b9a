//! What can be done to a board. One command is one transaction.

use std::collections::BTreeMap;

use super::snapshot::{FieldValue, Point, Seat};
use crate::id::{CardId, GroupId, LinkId};
use crate::photo::Photo;
use crate::text::TextStep;

/// The longest text of a card, in UTF-16 units.
pub const MAX_TEXT_UNITS: u32 = 4_000;
/// The most cards a board holds, deleted ones not counted.
pub const MAX_CARDS: usize = 5_000;
/// The most cards a board ever holds, deleted ones counted: they stay in the document with their
/// words, so a board that is emptied and filled again and again would grow without end.
pub const MAX_CARDS_EVER: usize = 20_000;

/// A card to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCard {
    /// Its identifier, fresh.
    pub id: CardId,
    /// Its kind, as the method names it.
    pub kind: String,
    /// What is written on it to begin with.
    pub text: String,
    /// The method's fields to begin with.
    pub fields: BTreeMap<String, FieldValue>,
    /// The zone it lies in.
    pub zone: String,
    /// Where in the zone.
    pub at: Point,
    /// The colour seat.
    pub seat: Seat,
    /// The card that it is made from.
    pub from: Option<CardId>,
    /// The photo on it.
    pub photo: Option<Photo>,
}

/// What can be done to a board.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Makes a card; it comes last in its zone's reading order.
    Create(NewCard),
    /// Edits a card's text.
    EditText {
        /// Whose text.
        card: CardId,
        /// The edit, from the start of the text.
        steps: Vec<TextStep>,
    },
    /// Moves cards to a zone and a place, all at once. A card that changes zone comes last there.
    Move(Vec<(CardId, String, Point)>),
    /// Puts a card right after another one of its zone in reading order, or first.
    Reorder {
        /// The card to move.
        card: CardId,
        /// The card to come after; `None` to be first.
        after: Option<CardId>,
    },
    /// Gives cards another colour seat.
    Recolour(Vec<CardId>, Seat),
    /// Sets a card's kind.
    SetKind(CardId, String),
    /// Fills in a field of a card, or clears it.
    SetField(CardId, String, Option<FieldValue>),
    /// Puts a photo on a card in the place of the one that is there, or takes it off.
    SetPhoto(CardId, Option<Photo>),
    /// Says in words what a card's photo shows.
    DescribePhoto(CardId, String),
    /// Makes a group of cards; those that were in another group change over.
    Group {
        /// The group's identifier: fresh, or of a group to add the cards to.
        group: GroupId,
        /// Its title; `None` leaves the title of an existing group as it is.
        title: Option<String>,
        /// The cards.
        cards: Vec<CardId>,
    },
    /// Takes cards out of their groups.
    Ungroup(Vec<CardId>),
    /// Gives a group another title.
    RenameGroup(GroupId, String),
    /// Links one card to another.
    Link {
        /// The link's identifier, fresh.
        link: LinkId,
        /// The card it starts at.
        from: CardId,
        /// The card it points to.
        to: CardId,
        /// Its kind, as the method names it.
        kind: String,
    },
    /// Takes a link away.
    Unlink(LinkId),
    /// Deletes cards. Their words stay in the document, so that they can be restored.
    Delete(Vec<CardId>),
    /// Brings deleted cards back.
    Restore(Vec<CardId>),
    /// Copies cards: the original, the copy's fresh identifier, the copy's place in its zone.
    Duplicate(Vec<(CardId, CardId, Point)>),
    /// Says which method the board follows.
    SetMethod(String),
}

/// Why a command was not carried out. Nothing of it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// A text, name or title would be longer than [`MAX_TEXT_UNITS`].
    #[error("the text would have {0} characters; a card holds at most 4,000")]
    TextTooLong(u32),
    /// The board would have more than [`MAX_CARDS`], or has seen [`MAX_CARDS_EVER`].
    #[error("this board is full: it holds at most 5,000 cards")]
    BoardFull,
    /// A place, or a field's number, that is not finite.
    #[error("that is no number a board can hold")]
    NotAPlace,
    /// The card is gone, or was never here.
    #[error("that card is no longer there")]
    CardGone(CardId),
    /// The group is gone, or was never here.
    #[error("that group is no longer there")]
    GroupGone(GroupId),
    /// The link is gone, or was never here.
    #[error("that link is no longer there")]
    LinkGone(LinkId),
    /// There is no photo on the card.
    #[error("there is no photo on that card any more")]
    NoPhoto,
    /// The edit reaches past the end of the text, or cuts a character in two.
    #[error("the edit does not fit the text")]
    EditDoesNotFit,
    /// A card, group or link with this identifier is there already.
    #[error("there is one with that identifier already")]
    IdTaken,
    /// The command asks for nothing (no cards, a link of a card to itself, a card put after one of
    /// another zone). A command that asks for what is so already is not refused; nothing happens.
    #[error("there is nothing to do")]
    Nothing,
    /// The document was written by a newer Trestle.
    #[error("this board was written by a newer Trestle; reload to get it")]
    NewerSchema(u32),
}
