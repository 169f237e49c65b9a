//! After a transaction: reading again what it touched, and saying what changed.
//!
//! The one way in which the index and the history hear of the document, whoever wrote to it.

use std::collections::BTreeSet;

use super::document::Stored;
use super::edit::Register;
use super::inbox::Touch;
use super::schema::{card, group, link, meta};
use super::{Board, Card, Change};
use crate::id::{CardId, GroupId, LinkId};
use crate::replica::Origin;
use crate::text::{self, TextStep};

impl Board {
    /// Takes in all that the observers noted. `origin` says whose the transaction was.
    pub(super) fn settle(&mut self, origin: Origin) {
        let touched = self.inbox.take();
        let mut groups = BTreeSet::new();
        let mut links = BTreeSet::new();

        for (id, touch) in &touched.cards {
            if let Ok(id) = CardId::parse(id) {
                self.settle_card(&id, touch, origin, &mut groups, &mut links);
            }
        }
        for (id, touch) in &touched.groups {
            if let Ok(id) = GroupId::parse(id) {
                let title = self.roots.group_title(&self.replica.read(), &id);
                self.index.put_title(&id, title);
                if origin == Origin::Remote && (touch.whole || touch.keys.contains(group::TITLE)) {
                    self.history
                        .value_written(&Register::GroupTitle(id.clone()));
                }
                groups.insert(id);
            }
        }
        for (id, touch) in &touched.links {
            if let Ok(id) = LinkId::parse(id) {
                self.settle_link(&id, touch, origin);
                links.insert(id);
            }
        }
        let news = groups
            .iter()
            .filter_map(|id| self.index.see_group(id))
            .collect::<Vec<_>>();
        self.changes.extend(news);
        let news = links
            .iter()
            .filter_map(|id| self.index.see_link(id))
            .collect::<Vec<_>>();
        self.changes.extend(news);
        if !touched.meta.is_empty() {
            self.settle_meta(touched.meta.contains(meta::METHOD), origin);
        }
    }

    fn settle_card(
        &mut self,
        id: &CardId,
        touch: &Touch,
        origin: Origin,
        groups: &mut BTreeSet<GroupId>,
        links: &mut BTreeSet<LinkId>,
    ) {
        let new = self.roots.card(&self.replica.read(), id);
        let now = new
            .as_ref()
            .filter(|stored| !stored.gone)
            .map(|stored| stored.value.clone());
        let words = new
            .as_ref()
            .map(|stored| stored.value.text.clone())
            .unwrap_or_default();
        let old = self.index.put_card(id, new);
        let edit = old.as_ref().and_then(|old| text_edit(old, &words, touch));
        if origin == Origin::Remote {
            self.history.card_touched(id, touch);
            // A group that someone else has put a card in keeps the title they saw.
            if let Some(group) = now.as_ref().and_then(|card| card.group.clone())
                && (touch.whole || touch.keys.contains(card::GROUP))
            {
                self.history.value_written(&Register::GroupTitle(group));
            }
            if let Some(steps) = &edit {
                self.history.text_edited(id, steps);
            }
        }

        let before = old.filter(|stored| !stored.gone).map(|stored| stored.value);
        if now == before {
            return;
        }
        let group = |card: &Option<Card>| card.as_ref().and_then(|card| card.group.clone());
        groups.extend(group(&now));
        groups.extend(group(&before));
        if now.is_some() != before.is_some() {
            links.extend(self.index.links_of(id).cloned());
        }
        match (now, before) {
            (Some(card), before) => {
                if let (Some(_), Some(steps)) = (before, edit) {
                    self.changes.push_back(Change::Text {
                        card: id.clone(),
                        steps,
                        origin,
                    });
                }
                self.changes.push_back(Change::Card(card));
            }
            (None, _) => self.changes.push_back(Change::CardGone(id.clone())),
        }
    }

    fn settle_link(&mut self, id: &LinkId, touch: &Touch, origin: Origin) {
        let new = self.roots.link(&self.replica.read(), id);
        if origin == Origin::Remote {
            if touch.whole || touch.keys.contains(link::GONE) {
                self.history.value_written(&Register::LinkGone(id.clone()));
            }
            if let Some(link) = new.as_ref().map(|stored| &stored.value) {
                self.history.card_linked(&link.from);
                self.history.card_linked(&link.to);
            }
        }
        self.index.put_link(id, new);
    }

    fn settle_meta(&mut self, method_written: bool, origin: Origin) {
        let txn = self.replica.read();
        self.index.schema = self.roots.schema(&txn);
        let method = self.roots.method(&txn);
        drop(txn);
        if origin == Origin::Remote && method_written {
            self.history.value_written(&Register::Method);
        }
        if self.index.method != method {
            self.changes
                .push_back(Change::Method(method.clone().unwrap_or_default()));
            self.index.method = method;
        }
    }
}

/// How a card's text became what it is now, or `None` if it did not change. As the document tells
/// it; where it cannot (the text was replaced as a whole), as the two differ.
fn text_edit(old: &Stored<Card>, new: &str, touch: &Touch) -> Option<Vec<TextStep>> {
    let old = &old.value.text;
    if old == new {
        return None;
    }
    let told = touch
        .text
        .as_ref()
        .filter(|steps| text::apply(old, steps).as_deref() == Some(new));
    Some(
        told.cloned()
            .unwrap_or_else(|| text::steps(old, new, text::length(new))),
    )
}
