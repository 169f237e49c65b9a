//! The board's yrs document: reading it leniently, and writing an [`Edit`] into it.
//!
//! The only place that knows how a board lies in its document. It must never decide whether
//! something may be done; that has been decided when an [`Edit`] arrives.

use std::collections::BTreeMap;

use yrs::TransactionMut;
use yrs::{Any, Doc, GetString, Map, MapPrelim, MapRef, Out, ReadTxn, Text, TextPrelim, TextRef};

use super::edit::{Edit, Register, Write};
use super::schema::{self, card, group, link, meta};
use super::{Card, FieldValue, Link, Point, Seat};
use crate::id::{CardId, GroupId, LinkId};
use crate::text::{self, TextStep};
use crate::{migrate, order, value};

/// What stands for a thing in a text that is not text (a foreign client's picture, say): one unit,
/// as Yjs counts it, so that offsets mean the same to everyone.
pub(super) const EMBED: &str = "\u{FFFC}";

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

    /// Writes an edit. Its cards and links are there, and its text steps fit.
    pub(super) fn write(&self, txn: &mut TransactionMut<'_>, edit: &Edit) {
        let schema = self.schema(txn);
        if schema < schema::VERSION {
            migrate::run(migrate::BOARD, txn, schema);
            self.meta.insert(
                txn,
                meta::SCHEMA,
                value::from_number(f64::from(schema::VERSION)),
            );
        }
        for card in &edit.cards {
            self.write_card(txn, card);
        }
        for link in &edit.links {
            let map = self
                .links
                .insert(txn, link.id.as_str(), MapPrelim::default());
            map.insert(txn, link::FROM, link.from.as_str());
            map.insert(txn, link::TO, link.to.as_str());
            map.insert(txn, link::KIND, link.kind.as_str());
        }
        for write in &edit.writes {
            self.write_register(txn, write);
        }
        if let Some((card, steps)) = &edit.text {
            self.write_text(txn, card, steps);
        }
    }

    /// Writes a new card, key by key in a fixed order: the same card gives the same bytes.
    fn write_card(&self, txn: &mut TransactionMut<'_>, new: &Card) {
        let map = self
            .cards
            .insert(txn, new.id.as_str(), MapPrelim::default());
        map.insert(txn, card::KIND, new.kind.as_str());
        map.insert(txn, card::TEXT, TextPrelim::new(new.text.as_str()));
        let fields = map.insert(txn, card::FIELDS, MapPrelim::default());
        for (key, field) in &new.fields {
            fields.insert(txn, key.as_str(), from_field(field));
        }
        map.insert(txn, card::ZONE, new.zone.as_str());
        map.insert(txn, card::AT, from_point(new.at));
        map.insert(txn, card::ORDER, new.order.as_str());
        map.insert(txn, card::SEAT, seat_name(new.seat));
        if let Some(group) = &new.group {
            map.insert(txn, card::GROUP, group.as_str());
        }
        if let Some(from) = &new.from {
            map.insert(txn, card::FROM, from.as_str());
        }
    }

    fn write_register(&self, txn: &mut TransactionMut<'_>, write: &Write) {
        let (map, key) = match &write.register {
            Register::Card(id, key) => (value::map(&self.cards, txn, id.as_str()), *key),
            Register::Field(id, key) => {
                let card = value::map(&self.cards, txn, id.as_str());
                (card.map(|card| fields_of(txn, &card)), key.as_str())
            }
            Register::GroupTitle(id) => {
                let map = value::map(&self.groups, txn, id.as_str())
                    .unwrap_or_else(|| self.groups.insert(txn, id.as_str(), MapPrelim::default()));
                (Some(map), group::TITLE)
            }
            Register::LinkGone(id) => (value::map(&self.links, txn, id.as_str()), link::GONE),
            Register::Method => (Some(self.meta.clone()), meta::METHOD),
        };
        let Some(map) = map else { return };
        match &write.value {
            Some(value) => {
                map.insert(txn, key, value.clone());
            }
            None => {
                map.remove(txn, key);
            }
        }
    }

    fn write_text(&self, txn: &mut TransactionMut<'_>, id: &CardId, steps: &[TextStep]) {
        let Some(card) = value::map(&self.cards, txn, id.as_str()) else {
            return;
        };
        let text = match card.get(txn, card::TEXT) {
            Some(Out::YText(text)) if text.len(txn) == text::length(&words_of(&text, txn)) => text,
            // A foreign client wrote a plain string, nothing, or a text whose offsets cannot be
            // told: it becomes a text of the words that can be read.
            _ => {
                let written = read_text(&card, txn);
                card.insert(txn, card::TEXT, TextPrelim::new(written))
            }
        };
        let mut index = 0;
        for step in steps {
            match step {
                TextStep::Keep(units) => index += units,
                TextStep::Insert(inserted) if inserted.is_empty() => {}
                TextStep::Insert(inserted) => {
                    text.insert(txn, index, inserted);
                    index += text::length(inserted);
                }
                TextStep::Delete(0) => {}
                TextStep::Delete(units) => text.remove_range(txn, index, *units),
            }
        }
    }

    /// A card's text as the shared type that carets can be pinned to.
    pub(super) fn text<T: ReadTxn>(&self, txn: &T, id: &CardId) -> Option<TextRef> {
        match value::map(&self.cards, txn, id.as_str())?.get(txn, card::TEXT)? {
            Out::YText(text) => Some(text),
            _ => None,
        }
    }
}

/// A card's fields to write to. A foreign client's plain object becomes a map.
fn fields_of(txn: &mut TransactionMut<'_>, card: &MapRef) -> MapRef {
    match card.get(txn, card::FIELDS) {
        Some(Out::YMap(fields)) => fields,
        other => {
            let fields = card.insert(txn, card::FIELDS, MapPrelim::default());
            if let Some(Out::Any(Any::Map(plain))) = other {
                for (key, value) in plain.iter().collect::<BTreeMap<_, _>>() {
                    fields.insert(txn, key.as_str(), value.clone());
                }
            }
            fields
        }
    }
}

fn read_text<T: ReadTxn>(map: &MapRef, txn: &T) -> String {
    match map.get(txn, card::TEXT) {
        Some(Out::YText(text)) => words_of(&text, txn),
        Some(Out::Any(Any::String(words))) => words.as_ref().to_owned(),
        _ => String::new(),
    }
}

/// A shared text's words, with a stand-in for each thing in it that is not text. Only where such a
/// thing is itself a string, which yrs does not tell from words, is it as long as Yjs says it isn't.
fn words_of<T: ReadTxn>(text: &TextRef, txn: &T) -> String {
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

fn is_gone<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> bool {
    value::any(map, txn, key) == Some(Any::Bool(true))
}

/// Orders are compared as text, in programs that hold text in different ways; only ASCII compares
/// alike in all of them.
fn is_plain(order: &str) -> bool {
    order.len() <= order::MAX_LENGTH && order.bytes().all(|byte| byte.is_ascii_graphic())
}

fn as_field(value: &Any) -> Option<FieldValue> {
    match value {
        Any::Bool(flag) => Some(FieldValue::Flag(*flag)),
        Any::String(words) => Some(FieldValue::Text(words.as_ref().to_owned())),
        other => value::as_number(other).map(FieldValue::Number),
    }
}

/// A field's value as the document holds it.
pub(super) fn from_field(field: &FieldValue) -> Any {
    match field {
        FieldValue::Flag(flag) => Any::Bool(*flag),
        FieldValue::Number(number) => value::from_number(*number),
        FieldValue::Text(words) => value::from_str(words),
    }
}

fn as_point(value: &Any) -> Option<Point> {
    match value {
        Any::Array(pair) => match pair.as_ref() {
            [x, y] => Some(Point {
                x: value::as_number(x)?,
                y: value::as_number(y)?,
            }),
            _ => None,
        },
        _ => None,
    }
}

/// A place as the document holds it: both numbers in one value, so that two people who move a card
/// at once never leave it where neither put it.
pub(super) fn from_point(at: Point) -> Any {
    Any::Array([value::from_number(at.x), value::from_number(at.y)].into())
}

fn seat_named(name: &str) -> Option<Seat> {
    Seat::ALL.into_iter().find(|seat| seat_name(*seat) == name)
}

/// A seat's name in the document.
pub(super) fn seat_name(seat: Seat) -> &'static str {
    match seat {
        Seat::Yellow => "yellow",
        Seat::Green => "green",
        Seat::Blue => "blue",
        Seat::Pink => "pink",
        Seat::Orange => "orange",
        Seat::Violet => "violet",
    }
}
