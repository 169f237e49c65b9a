//! The plan document: what the workshop is, its agenda, its tables and what is on now.
//!
//! Small and written by facilitators only, so it is simpler than a board: every part is a
//! last-writer-wins value, changes name the part that is different, and the reader takes a snapshot.

mod command;
mod document;
mod snapshot;

use std::collections::VecDeque;

pub use command::{ActivityEdit, BriefPart, NewActivity, PlanCommand, PlanRefusal};
pub use snapshot::{Activity, Brief, Now, PlanSnapshot, SessionKind, Sharing, Table, WallView};

use crate::replica::{BrokenUpdate, ClientId, Origin, Replica};
use crate::{order, text};
use document::{Activities, Roots, Tables, Write};

/// The most activities, and the most tables, that a plan holds.
pub const MAX_ROWS: usize = 200;
/// The longest text of a plan, in UTF-16 units.
pub const MAX_TEXT_UNITS: u32 = 4_000;

/// Which part of a plan is different now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanChange {
    /// The title, the question, the kind of session or the language.
    Details,
    /// The honest brief.
    Brief,
    /// The activities or their order.
    Agenda,
    /// The tables, their names or their order.
    Tables,
    /// What is on: activity, timer or wall.
    Now,
}

/// One replica of a plan.
pub struct Plan {
    replica: Replica,
    roots: Roots,
    snapshot: PlanSnapshot,
    activities: Activities,
    tables: Tables,
    changes: VecDeque<PlanChange>,
}

impl Plan {
    /// An empty plan.
    pub fn new(client: ClientId) -> Self {
        let replica = Replica::new(client);
        let roots = Roots::new(replica.doc());
        let mut plan = Self {
            replica,
            roots,
            snapshot: PlanSnapshot::default(),
            activities: Activities::new(),
            tables: Tables::new(),
            changes: VecDeque::new(),
        };
        plan.settle();
        plan.changes.clear();
        plan
    }

    /// Carries out a command in one transaction.
    ///
    /// # Errors
    /// A [`PlanRefusal`] that says why not; then nothing has changed.
    pub fn run(&mut self, command: PlanCommand) -> Result<(), PlanRefusal> {
        if self.snapshot.schema > document::VERSION {
            return Err(PlanRefusal::NewerSchema(self.snapshot.schema));
        }
        let writes = self.writes_for(command)?;
        if !writes.is_empty() {
            let roots = &self.roots;
            self.replica
                .edit(Origin::Local, |txn| roots.write(txn, &writes));
            self.settle();
        }
        Ok(())
    }

    /// Takes in an update from elsewhere, or from the device's own store: an update in the v1
    /// encoding that has passed the gate.
    ///
    /// # Errors
    /// [`BrokenUpdate`] when the bytes are not an update; what could be read of it may be applied.
    pub fn apply(&mut self, update: &[u8]) -> Result<(), BrokenUpdate> {
        let result = self.replica.apply(update);
        self.settle();
        result
    }

    /// The next part that changed. To be drained after every run and apply.
    pub fn poll_change(&mut self) -> Option<PlanChange> {
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

    /// Everything in the plan.
    pub fn snapshot(&self) -> PlanSnapshot {
        self.snapshot.clone()
    }

    /// What a command comes to, checked in full before anything is written.
    fn writes_for(&self, command: PlanCommand) -> Result<Vec<Write>, PlanRefusal> {
        let mut writes = Vec::new();
        match command {
            PlanCommand::SetTitle(title) => writes.push(Write::Title(checked(title)?)),
            PlanCommand::SetQuestion(question) => writes.push(Write::Question(checked(question)?)),
            PlanCommand::SetSession(session) => writes.push(Write::Session(session)),
            PlanCommand::SetBrief(part, words) => writes.push(Write::Brief(part, checked(words)?)),
            PlanCommand::SetLanguage(language) => writes.push(Write::Language(checked(language)?)),
            PlanCommand::AddActivity(new) => {
                for words in [&new.method, &new.title, &new.prompt, &new.story] {
                    check(words)?;
                }
                if self.activities.contains(&new.id) {
                    return Err(PlanRefusal::IdTaken);
                }
                if self.activities.len() >= MAX_ROWS {
                    return Err(PlanRefusal::PlanFull);
                }
                let order = self.activities.order_at_end();
                writes.push(Write::NewActivity(new, order));
            }
            PlanCommand::EditActivity(id, edit) => {
                self.check_activity(&id)?;
                if let ActivityEdit::Title(words)
                | ActivityEdit::Prompt(words)
                | ActivityEdit::Story(words) = &edit
                {
                    check(words)?;
                }
                writes.push(Write::Activity(id, edit));
            }
            PlanCommand::MoveActivity { activity, after } => {
                self.check_activity(&activity)?;
                if let Some(after) = &after {
                    self.check_activity(after)?;
                }
                if after.as_ref() == Some(&activity) {
                    return Ok(writes);
                }
                for (id, order) in self.activities.place_after(&activity, after.as_ref()) {
                    writes.push(Write::ActivityOrder(id, order));
                }
            }
            PlanCommand::RemoveActivity(id) => {
                self.check_activity(&id)?;
                writes.push(Write::RemoveActivity(id));
            }
            PlanCommand::AddTable(id, name) => {
                check(&name)?;
                if id == crate::id::TableId::elsewhere() || self.tables.contains(&id) {
                    return Err(PlanRefusal::IdTaken);
                }
                if self.tables.len() >= MAX_ROWS {
                    return Err(PlanRefusal::PlanFull);
                }
                let order = self.tables.order_at_end();
                writes.push(Write::NewTable(id, name, order));
            }
            PlanCommand::RenameTable(id, name) => {
                check(&name)?;
                if id != crate::id::TableId::elsewhere() && !self.tables.contains(&id) {
                    return Err(PlanRefusal::TableGone(id));
                }
                writes.push(Write::TableName(id, name));
            }
            PlanCommand::RemoveTable(id) => {
                // Nobody can take away the table of those who joined from elsewhere.
                if id == crate::id::TableId::elsewhere() || !self.tables.contains(&id) {
                    return Err(PlanRefusal::TableGone(id));
                }
                writes.push(Write::RemoveTable(id));
            }
            PlanCommand::StartActivity(id, timer_ends_ms) => {
                self.check_activity(&id)?;
                // People look up when something starts. Later, whoever put the title and the QR code
                // back for latecomers keeps them.
                let now = &self.snapshot.now;
                if now.activity.is_none() && now.wall == WallView::Welcome {
                    writes.push(Write::Wall(WallView::Activity));
                }
                writes.push(Write::Now(Some(id), timer_ends_ms));
            }
            PlanCommand::StopActivity => writes.push(Write::Now(None, None)),
            PlanCommand::ShowOnWall(view) => {
                if let WallView::Table(id) = &view
                    && *id != crate::id::TableId::elsewhere()
                    && !self.tables.contains(id)
                {
                    return Err(PlanRefusal::TableGone(id.clone()));
                }
                writes.push(Write::Wall(view));
            }
        }
        writes.retain(|write| !write.is_so_already(&self.snapshot));
        Ok(writes)
    }

    fn check_activity(&self, id: &crate::id::ActivityId) -> Result<(), PlanRefusal> {
        if self.activities.contains(id) {
            Ok(())
        } else {
            Err(PlanRefusal::ActivityGone(id.clone()))
        }
    }

    /// Reads the plan again and notes which parts are different. It is small: some hundred values.
    fn settle(&mut self) {
        let txn = self.replica.read();
        let (new, activities, tables) = self.roots.read(&txn);
        drop(txn);
        let old = std::mem::replace(&mut self.snapshot, new);
        let new = &self.snapshot;
        self.activities = activities;
        self.tables = tables;
        let details = |plan: &PlanSnapshot| {
            (
                plan.schema,
                plan.title.clone(),
                plan.question.clone(),
                plan.session,
                plan.language.clone(),
            )
        };
        let parts = [
            (PlanChange::Details, details(&old) != details(new)),
            (PlanChange::Brief, old.brief != new.brief),
            (PlanChange::Agenda, old.activities != new.activities),
            (PlanChange::Tables, old.tables != new.tables),
            (PlanChange::Now, old.now != new.now),
        ];
        self.changes.extend(
            parts
                .into_iter()
                .filter(|(_, differs)| *differs)
                .map(|(part, _)| part),
        );
    }
}

fn check(words: &str) -> Result<(), PlanRefusal> {
    let length = text::length(words);
    if length > MAX_TEXT_UNITS {
        Err(PlanRefusal::TextTooLong(length))
    } else {
        Ok(())
    }
}

fn checked(words: String) -> Result<String, PlanRefusal> {
    check(&words)?;
    Ok(words)
}

/// Ids in the order of their texts, as rows of an agenda or of the tables.
#[derive(Debug, Default)]
pub(crate) struct Rows<Id>(Vec<(String, Id)>);

impl<Id: Clone + Ord> Rows<Id> {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn from_unordered(mut rows: Vec<(String, Id)>) -> Self {
        rows.sort();
        Self(rows)
    }

    fn ids(&self) -> impl Iterator<Item = &Id> {
        self.0.iter().map(|(_, id)| id)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn contains(&self, id: &Id) -> bool {
        self.ids().any(|other| other == id)
    }

    fn order_at_end(&self) -> String {
        let last = self.0.last().map(|(order, _)| order.as_str());
        order::make_room(last, &[]).remove(0)
    }

    /// The new orders that put a row right after another one, or first.
    fn place_after(&self, id: &Id, after: Option<&Id>) -> Vec<(Id, String)> {
        let others: Vec<&(String, Id)> = self.0.iter().filter(|(_, other)| other != id).collect();
        let before = after
            .and_then(|after| others.iter().position(|(_, other)| other == after))
            .map_or(0, |position| position + 1);
        if self.0.get(before).is_some_and(|(_, other)| other == id) {
            return Vec::new();
        }
        let lower = before.checked_sub(1).map(|i| others[i].0.as_str());
        let following: Vec<&str> = others[before..]
            .iter()
            .map(|(order, _)| order.as_str())
            .collect();
        let ids = std::iter::once(id).chain(others[before..].iter().map(|(_, id)| id));
        ids.cloned()
            .zip(order::make_room(lower, &following))
            .collect()
    }
}

#[cfg(test)]
mod tests;
