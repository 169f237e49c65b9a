//! What is made of cards: new ones, words, groups, links, copies, deletions.

use std::collections::{BTreeMap, HashMap};

use leptos::prelude::*;
use leptos::task::spawn_local;
use methods::{Area, CARD, Follow};
use workshop::board::{Command, FieldValue, NewCard, Point, Seat};
use workshop::id::{CardId, GroupId, LinkId};
use workshop::photo::Photo;

use super::{Made, Scene};
use crate::browser::dom;
use crate::mirror::CardStateStoreFields;
use crate::ports::Later;
use crate::provider::SaveState;
use crate::words::{photo, table as words};

/// How often a card made here makes room for one that was made elsewhere in the same moment: several
/// people may have to sort themselves out.
const MAKES_ROOM: u8 = 4;

impl Scene {
    /// Makes a card in view, on a free place, and puts the caret in it.
    pub fn add_card(self) {
        let (zone, at) = self.free_spot_in_view();
        self.create(zone, at, None, String::new(), None);
    }

    /// Makes a card of a photo that was chosen, and sends the photo. The card is there as soon as the
    /// photo is ready, whether or not it can be sent just now.
    pub fn add_photo(self, file: Later<Option<Vec<u8>>>) {
        self.take_in_photo(file, move |photo| {
            let (zone, at) = self.free_spot_in_view();
            self.create(zone, at, None, String::new(), Some(photo));
        });
    }

    /// Puts a photo that was chosen on a card, and sends it.
    pub fn add_photo_to(self, card: CardId, file: Later<Option<Vec<u8>>>) {
        self.take_in_photo(file, move |photo| {
            self.run(Command::SetPhoto(card, Some(photo)));
        });
    }

    fn take_in_photo(self, file: Later<Option<Vec<u8>>>, then: impl FnOnce(Photo) + 'static) {
        self.choosing.set(true);
        spawn_local(async move {
            let photo = match file.await {
                Some(file) => self.workshop.album.take_in(file).await,
                None => None,
            };
            // The next activity may have begun meanwhile, or the board been locked.
            let may_write = self.held.try_get_untracked() == Some(false);
            match photo {
                Some(photo) if may_write => then(photo),
                Some(_) => self.workshop.notice(photo::NOT_ADDED.to_owned()),
                None => self.workshop.notice(photo::UNREADABLE.to_owned()),
            }
            // Only now: the card that was made has the caret, and with it this board.
            let _ = self.choosing.try_set(false);
        });
    }

    fn free_spot_in_view(self) -> (String, Point) {
        let (width, height) = self.size.get_untracked();
        let view = self.camera.get_untracked().view(width, height);
        let middle = Point {
            x: view.x + view.width / 2.0,
            y: view.y + view.height / 2.0,
        };
        let zone = self
            .ground
            .with_untracked(|ground| ground.zone_at(middle).0.to_owned());
        let taken = self.taken(&zone);
        let at = self
            .ground
            .with_untracked(|g| g.free_spot_in_view(&zone, &taken, view));
        (zone, at)
    }

    /// Makes a card in a zone, on its first free place, and puts the caret in it.
    pub fn add_card_to(self, zone: &str) {
        let at = self.free_spot(zone);
        self.create(zone.to_owned(), at, None, String::new(), None);
    }

    /// Makes a card with its middle at a place on the board, and puts the caret in it.
    pub fn add_card_at(self, middle: Point) {
        let corner = Point {
            x: middle.x - CARD / 2.0,
            y: middle.y - CARD / 2.0,
        };
        let (zone, at) = self.ground.with_untracked(|ground| {
            let (zone, at) = ground.drop_at(corner, CARD, CARD);
            (zone.to_owned(), at)
        });
        self.create(zone, at, None, String::new(), None);
    }

    /// Makes the card that follows from another, as the method says, linked to it.
    pub fn follow(self, from: &CardId, follow: &Follow) {
        let Some((zone, _)) = self.lying(from) else {
            return;
        };
        let offered = |zone: &str| {
            self.method
                .kinds_in(zone)
                .iter()
                .any(|k| k.id == follow.kind)
        };
        let elsewhere = || self.method.zones.iter().find(|zone| offered(&zone.id));
        let zone = if offered(&zone) {
            zone
        } else {
            elsewhere().map_or(zone, |z| z.id.clone())
        };
        let at = self.free_spot_beside(&zone, from);
        let Some(card) = self.create(zone, at, Some(from.clone()), follow.kind.clone(), None)
        else {
            return;
        };
        let link = LinkId::from_random(self.device.fresh());
        let kind = follow.link.clone();
        self.run(Command::Link {
            link,
            from: from.clone(),
            to: card,
            kind,
        });
    }

    fn create(
        self,
        zone: String,
        at: Point,
        from: Option<CardId>,
        kind: String,
        photo: Option<Photo>,
    ) -> Option<CardId> {
        let id = CardId::from_random(self.device.fresh());
        let usual = self
            .method
            .kinds_in(&zone)
            .first()
            .map(|kind| kind.id.clone());
        let kind = if kind.is_empty() {
            usual.unwrap_or_default()
        } else {
            kind
        };
        let card = NewCard {
            id: id.clone(),
            kind,
            text: String::new(),
            fields: BTreeMap::new(),
            zone,
            at,
            seat: self.workshop.seat.get_untracked(),
            from,
            photo,
        };
        if !self.run(Command::Create(card)) {
            return None;
        }
        self.write_in(&id);
        self.fresh.set_value(Some(id.clone()));
        let made = Made {
            card: id.clone(),
            times: MAKES_ROOM,
            unseeing: matches!(
                self.workshop.status.get_untracked(),
                SaveState::Connecting | SaveState::Offline { .. }
            ),
        };
        self.made.update_value(|all| all.push(made));
        Some(id)
    }

    /// Puts the caret in a card and brings it into view. While the board is locked its sheet is opened
    /// instead, to read what does not fit on it.
    pub fn write_in(self, card: &CardId) {
        if self.held.get_untracked() {
            self.sheet.set(Some(card.clone()));
            return;
        }
        if self
            .editing
            .with_untracked(|editing| editing.as_ref() == Some(card))
        {
            return;
        }
        self.stop_writing();
        self.picked.set(Vec::new());
        self.show(card);
        self.show_end(card);
        self.focused.set(Some(card.clone()));
        self.editing.set(Some(card.clone()));
    }

    /// Takes the caret out of the card. A card that was just made and left empty goes away again.
    pub fn stop_writing(self) {
        let Some(card) = self.editing.get_untracked() else {
            return;
        };
        self.editing.set(None);
        self.part_from_others();
        if self.fresh.get_value().as_ref() == Some(&card) {
            self.fresh.set_value(None);
            let empty = self.board.card(&card).is_some_and(|state| {
                state.text().with_untracked(|text| text.trim().is_empty())
                    && state.photo().with_untracked(Option::is_none)
            });
            if empty {
                self.run(Command::Delete(vec![card]));
            }
        }
    }

    /// Makes a group of cards, or adds them to the group that one of them is in.
    pub fn group(self, cards: Vec<CardId>, title: Option<String>) -> Option<GroupId> {
        let known = cards
            .iter()
            .find_map(|card| self.board.card(card)?.group().get_untracked());
        let group = known.unwrap_or_else(|| GroupId::from_random(self.device.fresh()));
        let command = Command::Group {
            group: group.clone(),
            title,
            cards,
        };
        self.run(command).then_some(group)
    }

    /// Links one card to another, with the first kind of link the method offers for the two.
    pub fn link(self, from: &CardId, to: &CardId) {
        let kind_of = |card: &CardId| {
            self.board
                .card(card)
                .map(|state| state.kind().get_untracked())
        };
        let (Some(from_kind), Some(to_kind)) = (kind_of(from), kind_of(to)) else {
            return;
        };
        let kind = self
            .method
            .links_between(&from_kind, &to_kind)
            .first()
            .map(|k| k.id.clone());
        let link = LinkId::from_random(self.device.fresh());
        let (from, to) = (from.clone(), to.clone());
        self.run(Command::Link {
            link,
            from,
            to,
            kind: kind.unwrap_or_default(),
        });
    }

    /// Deletes cards; they can be brought back.
    pub fn delete(self, cards: Vec<CardId>) {
        if cards.is_empty() {
            return;
        }
        let count = cards.len();
        let next = self.card_beside(&cards);
        if self
            .editing
            .with_untracked(|e| e.as_ref().is_some_and(|card| cards.contains(card)))
        {
            self.fresh.set_value(None);
            self.editing.set(None);
        }
        self.sheet.set(None);
        self.picked.set(Vec::new());
        if self.run(Command::Delete(cards)) {
            self.workshop.notice(words::deleted(count));
            if let Some(next) = next {
                dom::before_paint(move || dom::focus_card(&next));
            }
        }
    }

    /// The card after these in reading order that is none of them, or the one before.
    fn card_beside(self, cards: &[CardId]) -> Option<CardId> {
        let all = self.board.cards.get_untracked();
        let first = all.iter().position(|card| cards.contains(card))?;
        let after = all[first..].iter().find(|card| !cards.contains(card));
        let before = all[..first].last();
        after.or(before).cloned()
    }

    /// Copies cards to free places of their zones and picks the copies.
    pub fn duplicate(self, cards: &[CardId]) {
        let mut copies = Vec::new();
        let mut taken: HashMap<String, Vec<Area>> = HashMap::new();
        for card in cards {
            let Some((zone, area)) = self.lying(card) else {
                continue;
            };
            let taken = taken
                .entry(zone.clone())
                .or_insert_with(|| self.taken(&zone));
            let at = self
                .ground
                .with_untracked(|ground| ground.free_spot(&zone, taken));
            taken.push(Area {
                x: at.x,
                y: at.y,
                ..area
            });
            copies.push((card.clone(), CardId::from_random(self.device.fresh()), at));
        }
        let made: Vec<CardId> = copies.iter().map(|(_, copy, _)| copy.clone()).collect();
        if !copies.is_empty() && self.run(Command::Duplicate(copies)) {
            if let Some(last) = made.last() {
                self.show(last);
            }
            self.picked.set(made);
        }
    }

    /// Chooses the colour seat of cards.
    pub fn recolour(self, cards: Vec<CardId>, seat: Seat) {
        self.run(Command::Recolour(cards, seat));
    }

    /// Fills in a field of a card, or clears it.
    pub fn set_field(self, card: &CardId, field: &str, value: Option<FieldValue>) {
        self.run(Command::SetField(card.clone(), field.to_owned(), value));
    }
}
