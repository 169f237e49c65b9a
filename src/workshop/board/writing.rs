//! Writing an [`Edit`] into a board's document.
//!
//! The only place that writes to one. It must never decide whether something may be done: that has
//! been decided when an edit arrives.

use std::collections::BTreeMap;

use yrs::{Any, Map, MapPrelim, MapRef, Out, Text, TextPrelim, TransactionMut};

use super::Card;
use super::document::{Roots, read_text, words_of};
use super::edit::{Edit, Register, Write};
use super::form::{from_field, from_point, from_size, seat_name};
use super::schema::{self, card, group, link, meta};
use crate::id::CardId;
use crate::text::{self, TextStep};
use crate::{migrate, value};

impl Roots {
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
        if let Some(photo) = &new.photo {
            map.insert(txn, card::PHOTO, photo.hash.as_str());
            map.insert(txn, card::PHOTO_SIZE, from_size(photo));
            map.insert(txn, card::PHOTO_ALT, photo.alt.as_str());
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
