//! The board document: one activity at one table, or shared by all.
//!
//! Commands go in, are checked in full, and become one transaction each; whatever changes the
//! document, from here or from elsewhere, comes out as the same plain [`Change`]s. Nothing of yrs is
//! seen from outside.

mod caret;
mod command;
mod document;
mod edit;
mod form;
mod history;
mod inbox;
mod index;
mod schema;
mod settle;
mod snapshot;
mod writing;

use std::collections::VecDeque;

pub use caret::Caret;
pub use command::{Command, MAX_CARDS, MAX_CARDS_EVER, MAX_TEXT_UNITS, NewCard, Refusal};
pub use snapshot::{BoardSnapshot, Card, FieldValue, Group, Link, Point, Seat};

use crate::id::{CardId, GroupId, LinkId};
use crate::replica::{BrokenUpdate, ClientId, Origin, Replica};
use crate::text::TextStep;
use document::Roots;
use edit::Edit;
use history::{Direction, History};
use inbox::Inbox;
use index::Index;

/// What happened to a board, as plain data. Local and remote edits come out the same way.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A card appeared, came back, or something of it is different; the whole card as it is now.
    Card(Card),
    /// A card is gone: deleted, or its creation undone.
    CardGone(CardId),
    /// How a card's text became what it is. Precedes the [`Change::Card`] with the same text.
    /// What keeps carets in place.
    Text {
        /// Whose text.
        card: CardId,
        /// The edit, from the start of the text.
        steps: Vec<TextStep>,
        /// Made here or elsewhere.
        origin: Origin,
    },
    /// A group appeared or has another title.
    Group(Group),
    /// A group is gone.
    GroupGone(GroupId),
    /// A link appeared.
    Link(Link),
    /// A link is gone.
    LinkGone(LinkId),
    /// The board's method was set or changed.
    Method(String),
}

/// One replica of a board.
pub struct Board {
    replica: Replica,
    roots: Roots,
    inbox: Inbox,
    index: Index,
    history: History,
    changes: VecDeque<Change>,
}

impl Board {
    /// An empty board.
    pub fn new(client: ClientId) -> Self {
        let replica = Replica::new(client);
        let roots = Roots::new(replica.doc());
        let inbox = Inbox::observe(&roots);
        Self {
            replica,
            roots,
            inbox,
            index: Index::default(),
            history: History::default(),
            changes: VecDeque::new(),
        }
    }

    /// Carries out a command in one transaction.
    ///
    /// `now_ms` is the time in milliseconds from any beginning; keystrokes less than 500 ms apart
    /// are undone together. A clock that jumps back only ends the current run of keystrokes.
    ///
    /// # Errors
    /// A [`Refusal`] that says why not; then nothing has changed.
    pub fn run(&mut self, command: Command, now_ms: u64) -> Result<(), Refusal> {
        self.check_schema()?;
        let edit = edit::edit_for(command, &self.index)?;
        let before = {
            let txn = self.replica.read();
            if edit
                .cards
                .iter()
                .any(|card| self.roots.holds_card(&txn, &card.id))
                || edit
                    .links
                    .iter()
                    .any(|link| self.roots.holds_link(&txn, &link.id))
            {
                return Err(Refusal::IdTaken);
            }
            edit.writes
                .iter()
                .map(|write| self.roots.value(&txn, &write.register))
                .collect()
        };
        if !edit.is_empty() {
            self.history.record(&edit, before, &self.index, now_ms);
            self.write(&edit, Origin::Local);
        }
        Ok(())
    }

    /// Takes back the last thing done here that can still be taken back. Says whether anything
    /// changed. Ends the current run of keystrokes, whatever the time.
    pub fn undo(&mut self, _now_ms: u64) -> bool {
        self.go(Direction::Back)
    }

    /// Does again what was undone last. Says whether anything changed. Ends the current run of
    /// keystrokes, whatever the time.
    pub fn redo(&mut self, _now_ms: u64) -> bool {
        self.go(Direction::Forward)
    }

    /// Whether an undo would change something.
    pub fn can_undo(&self) -> bool {
        self.check_schema().is_ok() && self.history.can_go(Direction::Back, &self.index)
    }

    /// Whether a redo would change something.
    pub fn can_redo(&self) -> bool {
        self.check_schema().is_ok() && self.history.can_go(Direction::Forward, &self.index)
    }

    /// Takes in an update from elsewhere, or from the device's own store: an update in the v1
    /// encoding that has passed the gate.
    ///
    /// # Errors
    /// [`BrokenUpdate`] when the bytes are not an update; what could be read of it may be applied.
    pub fn apply(&mut self, update: &[u8]) -> Result<(), BrokenUpdate> {
        let result = self.replica.apply(update);
        self.settle(Origin::Remote);
        result
    }

    /// The next thing that happened. To be drained after every run, undo, redo and apply.
    pub fn poll_change(&mut self) -> Option<Change> {
        self.changes.pop_front()
    }

    /// The next update made here, v1, to be stored and sent.
    pub fn poll_update(&mut self) -> Option<Vec<u8>> {
        self.replica.poll_update()
    }

    /// What this replica knows, as a state vector v1.
    pub fn state_vector(&self) -> Vec<u8> {
        self.replica.state_vector()
    }

    /// What a replica with this state vector lacks, as an update v1.
    ///
    /// # Errors
    /// [`BrokenUpdate`] when the bytes are not a state vector.
    pub fn diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, BrokenUpdate> {
        self.replica.diff(state_vector)
    }

    /// The whole document as an update v1.
    pub fn encode(&self) -> Vec<u8> {
        self.replica.encode()
    }

    /// Everything on the board.
    pub fn snapshot(&self) -> BoardSnapshot {
        self.index.snapshot()
    }

    /// A card, if it is there.
    pub fn card(&self, id: &CardId) -> Option<Card> {
        self.index.card(id).cloned()
    }

    /// How many cards there are, deleted ones not counted.
    pub fn card_count(&self) -> usize {
        self.index.live_count()
    }

    /// The deleted cards that [`Command::Restore`] can bring back, by id.
    pub fn deleted(&self) -> Vec<Card> {
        let mut deleted: Vec<Card> = self.index.deleted().cloned().collect();
        deleted.sort_by(|a, b| a.id.cmp(&b.id));
        deleted
    }

    /// Pins a caret at a UTF-16 offset of a card's text, so that it can be found again after edits.
    pub fn pin(&self, card: &CardId, index: u32) -> Option<Caret> {
        Caret::pin(&self.replica, &self.roots, card, index)
    }

    /// Where a pinned caret is now, as a UTF-16 offset; `None` when its text is gone.
    pub fn caret(&self, card: &CardId, caret: &Caret) -> Option<u32> {
        caret.offset(&self.replica, &self.roots, card)
    }

    fn check_schema(&self) -> Result<(), Refusal> {
        if self.index.schema > schema::VERSION {
            return Err(Refusal::NewerSchema(self.index.schema));
        }
        Ok(())
    }

    fn go(&mut self, direction: Direction) -> bool {
        if self.check_schema().is_err() {
            return false;
        }
        let Some(reversal) = self.history.next(direction, &self.index) else {
            return false;
        };
        self.write(&reversal.edit, Origin::History);
        self.history.remember(reversal, direction);
        true
    }

    fn write(&mut self, edit: &Edit, origin: Origin) {
        let roots = &self.roots;
        self.replica.edit(origin, |txn| roots.write(txn, edit));
        self.settle(origin);
    }
}

#[cfg(test)]
mod tests;
