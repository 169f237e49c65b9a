//! What transactions touched, as the observers of the document note it down.
//!
//! Observers run while the document is locked: they copy what they see into an inbox and do nothing
//! else. What it means is worked out afterwards, from a reading of the document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use yrs::types::{Delta, Event, Events, PathSegment};
use yrs::{Any, DeepObservable, Out, TransactionMut};

use super::document::{EMBED, Roots};
use super::schema::card;
use crate::text::TextStep;

/// What was touched of one card, group or link.
#[derive(Debug, Default)]
pub(super) struct Touch {
    /// Its whole map was put there, replaced or taken away.
    pub(super) whole: bool,
    /// The keys of its map that were written.
    pub(super) keys: BTreeSet<Arc<str>>,
    /// The keys of its `fields` that were written.
    pub(super) fields: BTreeSet<Arc<str>>,
    /// How its text was edited, where that is known.
    pub(super) text: Option<Vec<TextStep>>,
}

/// What was touched, by the identifiers as they stand in the document.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) cards: BTreeMap<Arc<str>, Touch>,
    pub(super) groups: BTreeMap<Arc<str>, Touch>,
    pub(super) links: BTreeMap<Arc<str>, Touch>,
    pub(super) meta: BTreeSet<Arc<str>>,
}

/// Where the observers put what they see.
#[derive(Clone, Default)]
pub(super) struct Inbox(Arc<Mutex<Touched>>);

impl Inbox {
    /// Starts observing the roots of a board.
    pub(super) fn observe(roots: &Roots) -> Self {
        let inbox = Self::default();
        let notes = inbox.clone();
        roots.cards.observe_deep("inbox", move |txn, events| {
            notes.with(|touched| note(&mut touched.cards, txn, events));
        });
        let notes = inbox.clone();
        roots.groups.observe_deep("inbox", move |txn, events| {
            notes.with(|touched| note(&mut touched.groups, txn, events));
        });
        let notes = inbox.clone();
        roots.links.observe_deep("inbox", move |txn, events| {
            notes.with(|touched| note(&mut touched.links, txn, events));
        });
        let notes = inbox.clone();
        roots.meta.observe_deep("inbox", move |txn, events| {
            for event in events.iter() {
                if let Event::Map(event) = event {
                    notes.with(|touched| touched.meta.extend(event.keys(txn).keys().cloned()));
                }
            }
        });
        inbox
    }

    /// Takes what was noted since the last time.
    pub(super) fn take(&self) -> Touched {
        self.with(std::mem::take)
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Touched) -> T) -> T {
        // Notes are only ever added; a panic elsewhere cannot leave them half written.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn note(touches: &mut BTreeMap<Arc<str>, Touch>, txn: &TransactionMut<'_>, events: &Events<'_>) {
    for event in events.iter() {
        let path = event.path();
        let Some(PathSegment::Key(id)) = path.front() else {
            if let Event::Map(event) = event {
                for id in event.keys(txn).keys() {
                    touches.entry(id.clone()).or_default().whole = true;
                }
            }
            continue;
        };
        let touch = touches.entry(id.clone()).or_default();
        let within = match path.get(1) {
            Some(PathSegment::Key(key)) => Some(key.as_ref()),
            _ => None,
        };
        match (event, within, path.len()) {
            (Event::Map(event), None, 1) => touch.keys.extend(event.keys(txn).keys().cloned()),
            (Event::Map(event), Some(card::FIELDS), 2) => {
                touch.fields.extend(event.keys(txn).keys().cloned());
            }
            (Event::Text(event), Some(card::TEXT), 2) => {
                touch.text = Some(event.delta(txn).iter().map(step).collect());
            }
            _ => {}
        }
    }
}

fn step(delta: &Delta) -> TextStep {
    match delta {
        Delta::Inserted(Out::Any(Any::String(words)), _) => {
            TextStep::Insert(words.as_ref().to_owned())
        }
        Delta::Inserted(..) => TextStep::Insert(EMBED.to_owned()),
        Delta::Deleted(units) => TextStep::Delete(*units),
        Delta::Retain(units, _) => TextStep::Keep(*units),
    }
}
