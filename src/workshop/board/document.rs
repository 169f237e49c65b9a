//! The board's yrs document: its root types, and reading it leniently.
//!
//! What is missing or of another type reads as absent, and nothing here ever fails: a document may
//! come from any Yjs client. It must never write.

use std::collections::BTreeMap;

use yrs::{Any, Doc, GetString, Map, MapRef, Out, ReadTxn, Text, TextRef};

use super::edit::Register;
use super::form::{as_field, as_point, as_size, seat_named};
use super::schema::{self, card, group, link, meta};
use super::{Card, FieldValue, Link};
use crate::id::{CardId, GroupId, LinkId};
use crate::photo::{Photo, PhotoHash};
use crate::{order, text, value};

/// What stands for a thing in a text that is not text (a foreign client's picture, say): one unit,
/// as Yjs counts it, so that offsets mean the same to everyone.
pub(super) const EMBED: &str = "\u{FFFC}";

/// The size of a photo of which none is said: as most cameras take them.
const UNKNOWN_SIZE: (u32, u32) = (4, 3);

/// The root types of a board.
pub(super) struct Roots {
    pub(super) cards: MapRef,
    pub(super) groups: MapRef,
    pub(super) links: MapRef,
    pub(super) meta: MapRef,
}

/// A card or link as it is in the document, and whether it is marked as deleted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored<T> {
    pub(super) value: T,
    pub(super) gone: bool,
}

impl Roots {
    /// Makes the roots, all of them, before anything else happens: making one opens a transaction.
    pub(super) fn new(doc: &Doc) -> Self {
        let _ = (
            doc.get_or_insert_map(schema::VOTES),
            doc.get_or_insert_map(schema::COMMENTS),
        );
        Self {
            cards: doc.get_or_insert_map(schema::CARDS),
            groups: doc.get_or_insert_map(schema::GROUPS),
            links: doc.get_or_insert_map(schema::LINKS),
            meta: doc.get_or_insert_map(schema::META),
        }
    }

    pub(super) fn schema<T: ReadTxn>(&self, txn: &T) -> u32 {
        value::whole(&self.meta, txn, meta::SCHEMA)
            .map_or(0, |version| u32::try_from(version).unwrap_or(u32::MAX))
    }

    pub(super) fn method<T: ReadTxn>(&self, txn: &T) -> Option<String> {
        value::string(&self.meta, txn, meta::METHOD)
    }

    pub(super) fn card<T: ReadTxn>(&self, txn: &T, id: &CardId) -> Option<Stored<Card>> {
        let map = value::map(&self.cards, txn, id.as_str())?;
        let name = |key| value::string(&map, txn, key);
        let value = Card {
            id: id.clone(),
            kind: name(card::KIND).unwrap_or_default(),
            text: read_text(&map, txn),
            fields: read_fields(&map, txn),
            zone: name(card::ZONE).unwrap_or_default(),
            at: value::any(&map, txn, card::AT)
                .as_ref()
                .and_then(as_point)
                .unwrap_or_default(),
            order: name(card::ORDER)
                .filter(|order| is_plain(order))
                .unwrap_or_default(),
            seat: name(card::SEAT)
                .and_then(|name| seat_named(&name))
                .unwrap_or_default(),
            group: name(card::GROUP).and_then(|id| GroupId::parse(&id).ok()),
            from: name(card::FROM).and_then(|id| CardId::parse(&id).ok()),
            photo: read_photo(&map, txn),
        };
        Some(Stored {
            value,
            gone: is_gone(&map, txn, card::GONE),
        })
    }

    pub(super) fn link<T: ReadTxn>(&self, txn: &T, id: &LinkId) -> Option<Stored<Link>> {
        let map = value::map(&self.links, txn, id.as_str())?;
        let card = |key| CardId::parse(&value::string(&map, txn, key)?).ok();
        let value = Link {
            id: id.clone(),
            from: card(link::FROM)?,
            to: card(link::TO)?,
            kind: value::string(&map, txn, link::KIND).unwrap_or_default(),
        };
        Some(Stored {
            value,
            gone: is_gone(&map, txn, link::GONE),
        })
    }

    pub(super) fn group_title<T: ReadTxn>(&self, txn: &T, id: &GroupId) -> Option<String> {
        let map = value::map(&self.groups, txn, id.as_str())?;
        value::string(&map, txn, group::TITLE)
    }

    /// Whether the document has anything under this identifier, readable or not.
    pub(super) fn holds_card<T: ReadTxn>(&self, txn: &T, id: &CardId) -> bool {
        self.cards.contains_key(txn, id.as_str())
    }

    /// Whether the document has anything under this identifier, readable or not.
    pub(super) fn holds_link<T: ReadTxn>(&self, txn: &T, id: &LinkId) -> bool {
        self.links.contains_key(txn, id.as_str())
    }

    /// The plain value in a register, to be put back by an undo.
    pub(super) fn value<T: ReadTxn>(&self, txn: &T, register: &Register) -> Option<Any> {
        let (map, key) = match register {
            Register::Card(id, key) => (value::map(&self.cards, txn, id.as_str())?, *key),
            Register::Field(id, key) => {
                let card = value::map(&self.cards, txn, id.as_str())?;
                return match card.get(txn, card::FIELDS)? {
                    Out::YMap(fields) => value::any(&fields, txn, key),
                    Out::Any(Any::Map(fields)) => fields.get(key).cloned(),
                    _ => None,
                };
            }
            Register::GroupTitle(id) => (value::map(&self.groups, txn, id.as_str())?, group::TITLE),
            Register::LinkGone(id) => (value::map(&self.links, txn, id.as_str())?, link::GONE),
            Register::Method => (self.meta.clone(), meta::METHOD),
        };
        value::any(&map, txn, key)
    }

    /// A card's text as the shared type that carets can be pinned to.
    pub(super) fn text<T: ReadTxn>(&self, txn: &T, id: &CardId) -> Option<TextRef> {
        match value::map(&self.cards, txn, id.as_str())?.get(txn, card::TEXT)? {
            Out::YText(text) => Some(text),
            _ => None,
        }
    }
}

pub(super) fn read_text<T: ReadTxn>(map: &MapRef, txn: &T) -> String {
    match map.get(txn, card::TEXT) {
        Some(Out::YText(text)) => words_of(&text, txn),
        Some(Out::Any(Any::String(words))) => words.as_ref().to_owned(),
        _ => String::new(),
    }
}

/// A shared text's words, with a stand-in for each thing in it that is not text. Only where such a
/// thing is itself a string, which yrs does not tell from words, is it as long as Yjs says it isn't.
pub(super) fn words_of<T: ReadTxn>(text: &TextRef, txn: &T) -> String {
    let words = text.get_string(txn);
    if text.len(txn) == text::length(&words) {
        return words;
    }
    text.diff(txn, |_| ())
        .into_iter()
        .map(|piece: yrs::types::text::Diff<()>| match piece.insert {
            Out::Any(Any::String(words)) => words.as_ref().to_owned(),
            _ => EMBED.to_owned(),
        })
        .collect()
}

fn read_fields<T: ReadTxn>(map: &MapRef, txn: &T) -> BTreeMap<String, FieldValue> {
    match map.get(txn, card::FIELDS) {
        Some(Out::YMap(fields)) => fields
            .iter(txn)
            .filter_map(|(key, value)| match value {
                Out::Any(value) => Some((key.to_owned(), as_field(&value)?)),
                _ => None,
            })
            .collect(),
        Some(Out::Any(Any::Map(fields))) => fields
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), as_field(value)?)))
            .collect(),
        _ => BTreeMap::new(),
    }
}

fn read_photo<T: ReadTxn>(map: &MapRef, txn: &T) -> Option<Photo> {
    let hash = PhotoHash::parse(&value::string(map, txn, card::PHOTO)?).ok()?;
    let size = value::any(map, txn, card::PHOTO_SIZE);
    let (width, height) = size.as_ref().and_then(as_size).unwrap_or(UNKNOWN_SIZE);
    Some(Photo {
        hash,
        width,
        height,
        alt: value::string(map, txn, card::PHOTO_ALT).unwrap_or_default(),
    })
}

fn is_gone<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> bool {
    value::any(map, txn, key) == Some(Any::Bool(true))
}

/// Orders are compared as text, in programs that hold text in different ways; only ASCII compares
/// alike in all of them.
fn is_plain(order: &str) -> bool {
    order.len() <= order::MAX_LENGTH && order.bytes().all(|byte| byte.is_ascii_graphic())
}
