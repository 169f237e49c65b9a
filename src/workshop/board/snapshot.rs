//! Plain structs of everything on a board, for tests, lists and exports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{CardId, GroupId, LinkId};
use crate::photo::Photo;

/// A place in a zone, in logical pixels from the zone's top left corner. Always finite.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// The colour seat a card was written from: a paper colour with a shape, never a person.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Seat {
    #[default]
    Yellow,
    Green,
    Blue,
    Pink,
    Orange,
    Violet,
}

impl Seat {
    /// All seats, in the order in which they are offered.
    pub const ALL: [Seat; 6] = [
        Seat::Yellow,
        Seat::Green,
        Seat::Blue,
        Seat::Pink,
        Seat::Orange,
        Seat::Violet,
    ];
}

/// What a method's field of a card holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words, or the chosen option's id.
    Text(String),
}

/// A card as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its identifier.
    pub id: CardId,
    /// Its kind, as the method names it; empty for a plain card.
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// The method's fields that are filled in.
    pub fields: BTreeMap<String, FieldValue>,
    /// The zone it lies in, as the method names it; empty where the method has none.
    pub zone: String,
    /// Where it lies in its zone.
    pub at: Point,
    /// Its place in reading order within its zone: a fractional index, compared as text.
    pub order: String,
    /// The colour seat it was written from.
    pub seat: Seat,
    /// The group it belongs to.
    pub group: Option<GroupId>,
    /// The card that it was made from: a duplicate's original, a deeper reason's parent.
    pub from: Option<CardId>,
    /// The photo on it.
    pub photo: Option<Photo>,
}

/// A named cluster of cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its identifier.
    pub id: GroupId,
    /// Its title; may be empty.
    pub title: String,
}

/// A link from one card to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its identifier.
    pub id: LinkId,
    /// The card it starts at.
    pub from: CardId,
    /// The card it points to.
    pub to: CardId,
    /// Its kind, as the method names it; empty for a plain link.
    pub kind: String,
}

/// Everything on a board.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BoardSnapshot {
    /// The version of the document's shape; 0 for a board nobody has written on.
    pub schema: u32,
    /// The method it follows, if it was said.
    pub method: Option<String>,
    /// The cards, by zone, then order, then id.
    pub cards: Vec<Card>,
    /// The groups that have at least one card, by id.
    pub groups: Vec<Group>,
    /// The links whose two cards are there, by id.
    pub links: Vec<Link>,
}
