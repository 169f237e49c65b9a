//! Everything on a board as plain data, kept in step with its document card by card: what commands
//! are checked against and snapshots are taken from, without reading the document again.
//!
//! It must always equal what a fresh reading of the document would give (a test holds it to that).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::document::Stored;
use super::{BoardSnapshot, Card, Change, Group, Link, Refusal};
use crate::id::{CardId, GroupId, LinkId};

/// A zone's cards in reading order: order, then id.
type Zone = BTreeSet<(String, CardId)>;

#[derive(Default)]
pub(super) struct Index {
    pub(super) schema: u32,
    pub(super) method: Option<String>,
    cards: HashMap<CardId, Stored<Card>>,
    live: usize,
    zones: BTreeMap<String, Zone>,
    titles: HashMap<GroupId, String>,
    members: HashMap<GroupId, usize>,
    links: HashMap<LinkId, Stored<Link>>,
    links_of: HashMap<CardId, BTreeSet<LinkId>>,
    /// The groups and links that are to be seen.
    seen_groups: BTreeMap<GroupId, Group>,
    seen_links: BTreeMap<LinkId, Link>,
}

impl Index {
    pub(super) fn stored(&self, id: &CardId) -> Option<&Stored<Card>> {
        self.cards.get(id)
    }

    pub(super) fn card(&self, id: &CardId) -> Option<&Card> {
        self.cards
            .get(id)
            .filter(|stored| !stored.gone)
            .map(|stored| &stored.value)
    }

    /// The card, or the refusal that says it is gone.
    pub(super) fn live(&self, id: &CardId) -> Result<&Card, Refusal> {
        self.card(id).ok_or_else(|| Refusal::CardGone(id.clone()))
    }

    pub(super) fn live_count(&self) -> usize {
        self.live
    }

    pub(super) fn stored_count(&self) -> usize {
        self.cards.len()
    }

    pub(super) fn deleted(&self) -> impl Iterator<Item = &Card> {
        self.cards
            .values()
            .filter(|stored| stored.gone)
            .map(|stored| &stored.value)
    }

    pub(super) fn zone(&self, zone: &str) -> impl DoubleEndedIterator<Item = &(String, CardId)> {
        self.zones.get(zone).into_iter().flatten()
    }

    pub(super) fn groups(&self) -> &BTreeMap<GroupId, Group> {
        &self.seen_groups
    }

    pub(super) fn group_title(&self, id: &GroupId) -> Option<&str> {
        self.titles.get(id).map(String::as_str)
    }

    pub(super) fn links(&self) -> &BTreeMap<LinkId, Link> {
        &self.seen_links
    }

    pub(super) fn stored_link(&self, id: &LinkId) -> Option<&Link> {
        self.links.get(id).map(|stored| &stored.value)
    }

    pub(super) fn links_of(&self, id: &CardId) -> impl Iterator<Item = &LinkId> {
        self.links_of.get(id).into_iter().flatten()
    }

    pub(super) fn snapshot(&self) -> BoardSnapshot {
        let in_order = self.zones.values().flatten();
        BoardSnapshot {
            schema: self.schema,
            method: self.method.clone(),
            cards: in_order
                .filter_map(|(_, id)| self.card(id))
                .cloned()
                .collect(),
            groups: self.seen_groups.values().cloned().collect(),
            links: self.seen_links.values().cloned().collect(),
        }
    }

    /// Takes in what the document now says of a card, and gives what it said before.
    pub(super) fn put_card(
        &mut self,
        id: &CardId,
        new: Option<Stored<Card>>,
    ) -> Option<Stored<Card>> {
        if let Some(card) = new
            .as_ref()
            .filter(|stored| !stored.gone)
            .map(|stored| &stored.value)
        {
            self.live += 1;
            let zone = self.zones.entry(card.zone.clone()).or_default();
            zone.insert((card.order.clone(), id.clone()));
            if let Some(group) = &card.group {
                *self.members.entry(group.clone()).or_default() += 1;
            }
        }
        let old = match new {
            Some(new) => self.cards.insert(id.clone(), new),
            None => self.cards.remove(id),
        };
        if let Some(card) = old
            .as_ref()
            .filter(|stored| !stored.gone)
            .map(|stored| &stored.value)
        {
            self.live -= 1;
            self.forget_place(card);
            if let Some(group) = &card.group
                && let Some(members) = self.members.get_mut(group)
            {
                *members -= 1;
            }
        }
        old
    }

    /// Takes a card's former place out of its zone, unless it is its place still.
    fn forget_place(&mut self, old: &Card) {
        if self
            .card(&old.id)
            .is_some_and(|new| new.zone == old.zone && new.order == old.order)
        {
            return;
        }
        if let Some(zone) = self.zones.get_mut(&old.zone) {
            zone.remove(&(old.order.clone(), old.id.clone()));
            if zone.is_empty() {
                self.zones.remove(&old.zone);
            }
        }
    }

    pub(super) fn put_title(&mut self, id: &GroupId, title: Option<String>) {
        match title {
            Some(title) => self.titles.insert(id.clone(), title),
            None => self.titles.remove(id),
        };
    }

    pub(super) fn put_link(&mut self, id: &LinkId, new: Option<Stored<Link>>) {
        if let Some(old) = self.links.remove(id) {
            for card in [&old.value.from, &old.value.to] {
                if let Some(links) = self.links_of.get_mut(card) {
                    links.remove(id);
                    if links.is_empty() {
                        self.links_of.remove(card);
                    }
                }
            }
        }
        if let Some(new) = new {
            for card in [&new.value.from, &new.value.to] {
                self.links_of
                    .entry(card.clone())
                    .or_default()
                    .insert(id.clone());
            }
            self.links.insert(id.clone(), new);
        }
    }

    /// Decides anew whether a group is to be seen, and how: when at least one live card points to
    /// it. Gives the change, if there is one.
    pub(super) fn see_group(&mut self, id: &GroupId) -> Option<Change> {
        if self.members.get(id) == Some(&0) {
            self.members.remove(id);
        }
        if !self.members.contains_key(id) {
            return self
                .seen_groups
                .remove(id)
                .map(|_| Change::GroupGone(id.clone()));
        }
        let title = self.titles.get(id).cloned().unwrap_or_default();
        let group = Group {
            id: id.clone(),
            title,
        };
        let before = self.seen_groups.insert(id.clone(), group.clone());
        (before.as_ref() != Some(&group)).then_some(Change::Group(group))
    }

    /// Decides anew whether a link is to be seen: when it is there and both its cards are. Gives
    /// the change, if there is one.
    pub(super) fn see_link(&mut self, id: &LinkId) -> Option<Change> {
        let link = self
            .links
            .get(id)
            .filter(|stored| !stored.gone)
            .map(|stored| &stored.value)
            .filter(|link| self.card(&link.from).is_some() && self.card(&link.to).is_some())
            .cloned();
        let Some(link) = link else {
            return self
                .seen_links
                .remove(id)
                .map(|_| Change::LinkGone(id.clone()));
        };
        let before = self.seen_links.insert(id.clone(), link.clone());
        (before.as_ref() != Some(&link)).then_some(Change::Link(link))
    }
}
