//! Undo and redo of what was done on this device.
//!
//! Why not yrs's `UndoManager`: undoing a creation there deletes the card with whatever others have
//! written on it, one step with no effect makes it take the next one along, and its steps cannot be
//! interleaved with our own for creations. So the history keeps, for each command, what to write to
//! take it back, in terms of what people see.
//!
//! Invariants:
//! 1. Only what was done here is ever taken back. A value that someone else has written since stays
//!    (each register carries a stamp that changes with every write to it); a card that someone else
//!    has touched since it was made or brought back here is not hidden again; words that others
//!    wrote are carried around.
//! 2. A text step always fits its card's text: every edit from elsewhere is carried through the
//!    steps, from the newest to the oldest, as in operational transformation.
//! 3. An undo that would change nothing is passed over, so a press of the button is never lost.
//!
//! It must never touch a document: it says what to write, and hears what was written.

use std::collections::HashMap;

use yrs::Any;

use super::edit::{Edit, Register, Write};
use super::inbox::Touch;
use super::index::Index;
use super::schema::card;
use crate::id::CardId;
use crate::text::{self, EditOrder, TextStep};

/// Keystrokes less than this apart, in milliseconds, are one step.
const MERGE_MS: u64 = 500;
/// The most steps that can be undone. Older ones are forgotten.
const MAX_STEPS: usize = 1_000;

/// Which way through the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Back,
    Forward,
}

/// One value that a command wrote.
#[derive(Debug, Clone)]
struct ValueChange {
    register: Register,
    before: Option<Any>,
    after: Option<Any>,
    /// The register's stamp before and after the command.
    stamp_before: u64,
    stamp_after: u64,
}

impl ValueChange {
    /// What going in a direction writes.
    fn value_at_end(&self, direction: Direction) -> Option<&Any> {
        match direction {
            Direction::Back => self.before.as_ref(),
            Direction::Forward => self.after.as_ref(),
        }
    }

    /// The register's stamp once that is written.
    fn stamp_at_end(&self, direction: Direction) -> u64 {
        match direction {
            Direction::Back => self.stamp_before,
            Direction::Forward => self.stamp_after,
        }
    }

    /// The register's stamp if nobody has written to it since the command, or since its undo.
    fn stamp_at_start(&self, direction: Direction) -> u64 {
        match direction {
            Direction::Back => self.stamp_after,
            Direction::Forward => self.stamp_before,
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Values(Vec<ValueChange>),
    /// The edit that takes a text edit back, or makes it again.
    Text {
        card: CardId,
        steps: Vec<TextStep>,
    },
}

/// What an undo or redo is about to write, and what must be remembered once it is written.
pub(super) struct Reversal {
    pub(super) edit: Edit,
    step: Step,
}

#[derive(Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The stamps of the registers that were written here; any write changes the stamp.
    stamps: HashMap<Register, u64>,
    last_stamp: u64,
    /// The cards made or brought back here, and whether someone else has touched them since.
    shown: HashMap<CardId, bool>,
    /// The card being written on, and when the last key was pressed.
    typing: Option<(CardId, u64)>,
}

impl History {
    /// Remembers a command's edit. `before` gives what each of its writes will overwrite; `index`
    /// is still as before the edit.
    pub(super) fn record(
        &mut self,
        edit: &Edit,
        before: Vec<Option<Any>>,
        index: &Index,
        now_ms: u64,
    ) {
        self.undone.clear();
        let Some((card, steps)) = &edit.text else {
            self.typing = None;
            self.record_values(edit, before);
            return;
        };
        let text = index.card(card).map_or("", |card| card.text.as_str());
        let inverse = text::invert(text, steps);
        let goes_on = self.typing.as_ref().is_some_and(|(typed_on, at_ms)| {
            typed_on == card
                && now_ms
                    .checked_sub(*at_ms)
                    .is_some_and(|pause| pause < MERGE_MS)
        });
        match self.done.last_mut() {
            Some(Step::Text { steps, .. }) if goes_on => *steps = text::compose(&inverse, steps),
            _ => self.push_done(Step::Text {
                card: card.clone(),
                steps: inverse,
            }),
        }
        self.typing = Some((card.clone(), now_ms));
    }

    fn record_values(&mut self, edit: &Edit, before: Vec<Option<Any>>) {
        let mut changes = Vec::new();
        for new in &edit.cards {
            self.shown.insert(new.id.clone(), false);
            let gone = Register::Card(new.id.clone(), card::GONE);
            changes.push(self.change(gone, Some(Any::Bool(true)), None));
        }
        for link in &edit.links {
            let gone = Register::LinkGone(link.id.clone());
            changes.push(self.change(gone, Some(Any::Bool(true)), None));
        }
        for (write, before) in edit.writes.iter().zip(before) {
            self.note_shown(write);
            changes.push(self.change(write.register.clone(), before, write.value.clone()));
        }
        self.push_done(Step::Values(changes));
    }

    /// Notes that a write brings a card back.
    fn note_shown(&mut self, write: &Write) {
        if let Register::Card(id, card::GONE) = &write.register
            && write.value.is_none()
        {
            self.shown.insert(id.clone(), false);
        }
    }

    fn change(
        &mut self,
        register: Register,
        before: Option<Any>,
        after: Option<Any>,
    ) -> ValueChange {
        let stamp_after = self.next_stamp();
        let stamp_before = self
            .stamps
            .insert(register.clone(), stamp_after)
            .unwrap_or_default();
        ValueChange {
            register,
            before,
            after,
            stamp_before,
            stamp_after,
        }
    }

    fn next_stamp(&mut self) -> u64 {
        self.last_stamp += 1;
        self.last_stamp
    }

    fn push_done(&mut self, step: Step) {
        if self.done.len() == MAX_STEPS {
            self.done.remove(0);
        }
        self.done.push(step);
    }

    /// Whether there is anything to be done in this direction.
    pub(super) fn can_go(&self, direction: Direction, index: &Index) -> bool {
        let steps = match direction {
            Direction::Back => &self.done,
            Direction::Forward => &self.undone,
        };
        steps.iter().rev().any(|step| match step {
            Step::Values(changes) => changes
                .iter()
                .any(|change| self.is_possible(change, direction, index)),
            Step::Text { card, steps } => text_edit(card, steps, index).is_some(),
        })
    }

    /// Takes the next step in this direction that still has an effect off its stack. The caller
    /// writes its edit and hands it back to [`History::remember`].
    pub(super) fn next(&mut self, direction: Direction, index: &Index) -> Option<Reversal> {
        self.typing = None;
        loop {
            let stack = match direction {
                Direction::Back => &mut self.done,
                Direction::Forward => &mut self.undone,
            };
            let reversal = match stack.pop()? {
                Step::Values(changes) => self.reverse_values(changes, direction, index),
                Step::Text { card, steps } => reverse_text(card, steps, index),
            };
            if reversal.is_some() {
                return reversal;
            }
        }
    }

    /// Puts a step that was written on the other stack.
    pub(super) fn remember(&mut self, reversal: Reversal, direction: Direction) {
        for write in &reversal.edit.writes {
            self.note_shown(write);
        }
        if let Step::Values(changes) = &reversal.step {
            for change in changes {
                self.stamps
                    .insert(change.register.clone(), change.stamp_at_end(direction));
            }
        }
        match direction {
            Direction::Back => self.undone.push(reversal.step),
            Direction::Forward => self.done.push(reversal.step),
        }
    }

    fn reverse_values(
        &self,
        changes: Vec<ValueChange>,
        direction: Direction,
        index: &Index,
    ) -> Option<Reversal> {
        let possible: Vec<ValueChange> = changes
            .into_iter()
            .filter(|change| self.is_possible(change, direction, index))
            .collect();
        let write = |change: &ValueChange| Write {
            register: change.register.clone(),
            value: change.value_at_end(direction).cloned(),
        };
        let edit = Edit {
            writes: possible.iter().map(write).collect(),
            ..Edit::default()
        };
        (!edit.is_empty()).then_some(Reversal {
            edit,
            step: Step::Values(possible),
        })
    }

    /// Whether a value is still as it was left here, and to be seen.
    fn is_possible(&self, change: &ValueChange, direction: Direction, index: &Index) -> bool {
        let seen = match &change.register {
            Register::Card(id, card::GONE) => {
                let hides = change.value_at_end(direction).is_some();
                let touched = self.shown.get(id).copied().unwrap_or_default();
                index.stored(id).is_some() && !(hides && touched)
            }
            Register::Card(id, _) | Register::Field(id, _) => index.card(id).is_some(),
            Register::LinkGone(id) => index.stored_link(id).is_some(),
            Register::GroupTitle(_) | Register::Method => true,
        };
        seen && self.stamps.get(&change.register) == Some(&change.stamp_at_start(direction))
    }

    /// Hears that someone else touched a card.
    pub(super) fn card_touched(&mut self, id: &CardId, touch: &Touch) {
        if let Some(touched) = self.shown.get_mut(id) {
            *touched = true;
        }
        if touch.whole || touch.keys.contains(card::FIELDS) {
            let replaced = |register: &&Register| match register {
                Register::Card(card, _) => touch.whole && card == id,
                Register::Field(card, _) => card == id,
                _ => false,
            };
            let replaced: Vec<Register> = self.stamps.keys().filter(replaced).cloned().collect();
            for register in &replaced {
                self.value_written(register);
            }
        }
        for key in CARD_REGISTERS
            .iter()
            .filter(|key| touch.keys.contains(**key))
        {
            self.value_written(&Register::Card(id.clone(), key));
        }
        for key in &touch.fields {
            self.value_written(&Register::Field(id.clone(), key.as_ref().to_owned()));
        }
    }

    /// Hears that someone else linked something to a card.
    pub(super) fn card_linked(&mut self, id: &CardId) {
        if let Some(touched) = self.shown.get_mut(id) {
            *touched = true;
        }
    }

    /// Hears that someone else wrote a value.
    pub(super) fn value_written(&mut self, register: &Register) {
        let stamp = self.next_stamp();
        if let Some(known) = self.stamps.get_mut(register) {
            *known = stamp;
        }
    }

    /// Hears that someone else edited a card's text, and carries the edit through the steps.
    pub(super) fn text_edited(&mut self, id: &CardId, theirs: &[TextStep]) {
        for stack in [&mut self.done, &mut self.undone] {
            let mut theirs = theirs.to_vec();
            for step in stack.iter_mut().rev() {
                if let Step::Text { card, steps } = step
                    && card == id
                {
                    let carried = text::rebase(steps, &theirs, EditOrder::CarriedFirst);
                    theirs = text::rebase(&theirs, steps, EditOrder::OtherFirst);
                    *steps = carried;
                }
            }
        }
    }
}

/// The card keys that commands write as registers.
const CARD_REGISTERS: [&str; 10] = [
    card::KIND,
    card::ZONE,
    card::AT,
    card::ORDER,
    card::SEAT,
    card::GROUP,
    card::PHOTO,
    card::PHOTO_SIZE,
    card::PHOTO_ALT,
    card::GONE,
];

/// The text that a step would leave, if it still does something.
fn text_edit(card: &CardId, steps: &[TextStep], index: &Index) -> Option<String> {
    let text = &index.card(card)?.text;
    text::apply(text, steps).filter(|edited| edited != text)
}

fn reverse_text(card: CardId, steps: Vec<TextStep>, index: &Index) -> Option<Reversal> {
    text_edit(&card, &steps, index)?;
    let inverse = text::invert(&index.card(&card)?.text, &steps);
    let edit = Edit {
        text: Some((card.clone(), steps)),
        ..Edit::default()
    };
    Some(Reversal {
        edit,
        step: Step::Text {
            card,
            steps: inverse,
        },
    })
}
