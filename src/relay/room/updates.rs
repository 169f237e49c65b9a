//! Updates in the room: gate, apply, pass on, journal, status.

use std::collections::VecDeque;

use sync::gate::{Admitted, SPLIT_BYTES, SPLIT_MEMORY};
use sync::limits::TRANSACTION_WORK;

use super::replica::{Applied, Cause, together};
use super::stored::{Log, Size};
use super::{
    Accepted, Admissible, Bytes, DELETED, DOCUMENT_BYTES, Duration, Exchange, Framing, Generation,
    Journal, Kind, Limit, Loading, Message, Output, Owed, Refused, Replica, Room, Sequence,
    SessionId, State, StateVector, StoredDocument, UNREADABLE, UNSAVED_BYTES, close, gate,
};

/// A room in which something took so long beyond what is fair does its work beside others, and little
/// by little.
const SLOW: Duration = Duration::from_millis(10);
const NOT_TAKEN_IN: &str = "A change could not be taken in.";
const READS_ONLY: &str = "This link may read here but not write.";

impl Room {
    pub(super) fn handle_update(&mut self, from: SessionId, kind: Kind, update: Bytes) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        let may_write = member.rights.may_write;
        let checked = gate::check(&update, &self.known);
        if let Err(refused) = checked {
            self.tally.refused.push(refused);
        }
        match checked {
            Ok(admitted) if may_write && !self.has_room_for(&update, &admitted) => {
                let limit = Limit::DocumentBytes;
                self.tally.turned_away.push(limit);
                self.refuse(from, limit.sentence());
            }
            Ok(admitted) if may_write => {
                let splits = admitted.splits * SPLIT_MEMORY;
                if !self.memory.grow(admitted.memory + splits) {
                    self.turn_away(from, Limit::Memory);
                    return;
                }
                admitted.advance(&mut self.known);
                self.tick_owed.push(from);
                if !admitted.is_empty() {
                    let admissible = Admissible::new(update, &admitted);
                    self.tick.push(Accepted {
                        from,
                        kind,
                        admissible,
                    });
                }
            }
            // The answer of a reader that has nothing new: there is nothing to refuse.
            Ok(admitted) if kind == Kind::Step2 && !admitted.adds => {
                self.tick_owed.push(from);
            }
            Err(Refused::Hole { .. }) if may_write && kind == Kind::Update => self.fill_hole(from),
            Ok(_) | Err(Refused::Hole { .. }) => {
                self.refuse(from, READS_ONLY);
            }
            Err(refused) => {
                tracing::debug!(document = %self.document, %refused, "an update was refused");
                match refused {
                    Refused::TooLarge { .. } => self.turn_away(from, Limit::FrameBytes),
                    _ => self.close(from, close::BAD_MESSAGE, "A change could not be read."),
                }
            }
        }
    }

    /// Asks for what an update that cannot be applied builds on. Whoever was locked out and has
    /// not been asked since will be asked for everything anyway: its update is refused, so that no
    /// client must tell that question from this one.
    fn fill_hole(&mut self, from: SessionId) {
        let exchange = self.members.get(&from).map(|member| member.exchange);
        if exchange == Some(Exchange::Synced) {
            self.refuse(from, READS_ONLY);
            self.ask_all(from);
        } else {
            self.ask(from);
        }
    }

    /// Whether the document may grow by this update. What only deletes is taken for an eighth
    /// longer, so that a full document can be tidied.
    fn has_room_for(&self, update: &Bytes, admitted: &Admitted) -> bool {
        let tick = self.tick.iter().map(|it| it.admissible.bytes());
        let own = update.len() + admitted.splits * SPLIT_BYTES;
        let bytes = self.journal.document_bytes() + tick.sum::<usize>() + own;
        let most = if admitted.adds {
            self.most_bytes
        } else {
            self.most_bytes_to_delete()
        };
        bytes <= most
    }

    fn most_bytes_to_delete(&self) -> usize {
        (self.most_bytes / 8 * 9).min(DOCUMENT_BYTES)
    }

    /// Takes what deletions may split. How much that is in truth only the document knows, and most of a
    /// step 2 is often deleted already; so this is looked at just before, not when it comes.
    fn take_room_to_delete(&mut self, group: &[Accepted]) -> Option<Limit> {
        let deletions: usize = group.iter().map(|it| it.admissible.deletions).sum();
        let bytes: usize = group.iter().map(|it| it.admissible.bytes()).sum();
        let bytes = self.journal.document_bytes() + bytes + 2 * deletions * SPLIT_BYTES;
        if deletions > 0 && bytes > self.most_bytes_to_delete() {
            Some(Limit::DocumentBytes)
        } else if !self.memory.grow(2 * deletions * SPLIT_MEMORY) {
            Some(Limit::Memory)
        } else {
            None
        }
    }

    /// Does not take an update that was admitted already.
    fn send_back(&mut self, accepted: &Accepted, limit: Limit) {
        let from = accepted.from;
        if limit == Limit::Memory {
            self.turn_away(from, limit);
            return;
        }
        self.tally.turned_away.push(limit);
        if let Some(at) = self.tick_owed.iter().position(|it| *it == from) {
            self.tick_owed.remove(at);
        }
        self.refuse(from, limit.sentence());
    }

    /// Tells a session at once that its message was not taken.
    fn refuse(&mut self, from: SessionId, reason: &'static str) {
        let Some(member) = self.members.get_mut(&from) else {
            return;
        };
        let is_locked = member.rights.is_locked;
        member.missed |= is_locked;
        match member.framing {
            Framing::Hocuspocus => self.send_message(from, &Message::SyncStatus(false)),
            // There is no message for it. What a lock keeps out is asked for when it is over.
            Framing::YWebsocket if is_locked => {}
            Framing::YWebsocket => self.close(from, close::NOT_ALLOWED, reason),
        }
    }

    /// Applies this tick's updates, those that are light together in one transaction. When yrs panics
    /// they become suspects, to be tried one by one on a rebuilt replica; one that fails alone is the
    /// culprit.
    pub(super) fn apply_tick(&mut self) {
        let mut tick = std::mem::take(&mut self.tick);
        while !tick.is_empty() {
            if !matches!(self.state, State::Serving(_)) {
                return;
            }
            // Where one piece may take long, it is looked after each.
            let work = if self.is_slow { 0 } else { TRANSACTION_WORK };
            let later = tick.split_off(together(work, tick.iter().map(|it| &it.admissible)));
            let mut group = std::mem::replace(&mut tick, later);
            if let Some(limit) = self.take_room_to_delete(&group) {
                if let [only] = &group[..] {
                    self.send_back(only, limit);
                    group.clear();
                }
                group.append(&mut tick);
                self.look_anew(group.into());
                return;
            }
            let State::Serving(replica) = &mut self.state else {
                return;
            };
            match replica.apply(work, group.iter().map(|it| &it.admissible)) {
                Ok(applied) => {
                    if let Some(end) = &applied.end {
                        tick.splice(..0, group.drain(end.at + 1..));
                    }
                    if self.settle(&group, applied) {
                        // The rest of theirs is passed over.
                        self.look_anew(std::mem::take(&mut tick).into());
                    }
                }
                Err(broken) => {
                    self.is_slow = true;
                    tracing::warn!(document = %self.document, %broken, "the room is rebuilt");
                    if let [culprit] = &group[..] {
                        self.close(culprit.from, close::BAD_MESSAGE, NOT_TAKEN_IN);
                        group.clear();
                    }
                    group.append(&mut tick);
                    self.quarantine(group.into());
                }
            }
        }
    }

    /// Looks anew at updates that were admitted, since some before them were not applied after all.
    fn look_anew(&mut self, updates: VecDeque<Accepted>) {
        if let State::Serving(replica) = &self.state {
            self.known = replica.state_vector();
            self.try_suspects(updates);
        }
    }

    /// Passes on what came of updates, and holds against their senders what they cost. Gives whether
    /// any of them was closed.
    fn settle(&mut self, group: &[Accepted], applied: Applied) -> bool {
        let deletions: usize = group.iter().map(|it| it.admissible.deletions).sum();
        let (taken, grown) = (2 * deletions, 2 * applied.deleted);
        self.memory
            .settle(taken * SPLIT_MEMORY, grown * SPLIT_MEMORY);
        if let Some(changed) = applied.changed {
            let update = match group {
                // What one client wrote goes on as it came, if it is light: nothing to encode again.
                [only]
                    if applied.end.is_none()
                        && only.kind == Kind::Update
                        && only.admissible.is_light(TRANSACTION_WORK) =>
                {
                    only.admissible.update.clone()
                }
                _ => changed,
            };
            self.pass_on(group, update, applied.deleted);
        }
        self.is_slow |= applied.excess > SLOW;
        let share = applied.excess / u32::try_from(group.len()).unwrap_or(u32::MAX);
        let mut was_closed = false;
        for accepted in group {
            was_closed |= self.charge(accepted.from, share);
        }
        if let Some(end) = applied.end {
            let from = group[end.at].from;
            match end.cause {
                Cause::Unsound(why) => {
                    tracing::debug!(document = %self.document, %why, "an update was refused");
                    self.close(from, close::BAD_MESSAGE, NOT_TAKEN_IN);
                }
                // All that it may take: it comes again with what is left.
                Cause::TakesTooLong => {
                    self.charge(from, self.most_excess);
                }
            }
            was_closed = true;
        }
        was_closed
    }

    /// Holds against a session what it cost beyond what is fair. Gives whether that was too much
    /// in the end, and it was closed.
    pub(super) fn charge(&mut self, session: SessionId, excess: Duration) -> bool {
        let Some(member) = self.members.get_mut(&session) else {
            return false;
        };
        self.is_slow |= excess > SLOW;
        member.excess += excess;
        let is_too_much = member.excess > self.most_excess;
        if is_too_much {
            self.turn_away(session, Limit::Excess);
        }
        is_too_much
    }

    fn pass_on(&mut self, tick: &[Accepted], update: Bytes, deleted: usize) {
        let writer = tick[0].from;
        let alone = tick.iter().all(|accepted| accepted.from == writer);
        let receivers = self.broadcast(&Message::Update(&update), |session, member| {
            member.exchange != Exchange::New && !(alone && session == writer)
        });
        self.tally.received += tick.len() as u64;
        self.tally.delivered += (tick.len() * receivers) as u64;
        let splits: usize = tick.iter().map(|it| it.admissible.splits).sum();
        let itself = Size {
            bytes: update.len(),
            memory: tick.iter().map(|it| it.admissible.memory).sum(),
        };
        let size = itself + Size::of_splits(splits + 2 * deleted);
        self.journal.accept(update, size);
        self.whole.clear();
    }

    fn quarantine(&mut self, suspects: VecDeque<Accepted>) {
        self.state = State::Loading(Loading {
            replay: self.journal.unsaved().cloned().collect(),
            suspects,
            ..Loading::default()
        });
        self.outputs.push_back(Output::Load(Generation::Newest));
    }

    /// The log has been read, in the generation that was asked for.
    pub fn handle_loaded(&mut self, now_ms: u64, generation: Generation, stored: &StoredDocument) {
        let State::Loading(loading) = &mut self.state else {
            return;
        };
        let log = Log::read(stored, &loading.replay);
        if let Ok(log) = &log
            && !self.memory.load(log.size().memory)
        {
            self.end_for(Limit::Memory);
            return;
        }
        match log.and_then(|log| Ok((Replica::of(&log)?, log.size()))) {
            Ok(((replica, deleted), size)) => {
                let size = size + Size::of_splits(2 * deleted);
                self.memory.set(size.memory);
                let Loading {
                    suspects, frames, ..
                } = std::mem::take(loading);
                self.known = replica.state_vector();
                self.state = State::Serving(replica);
                self.journal.loaded(stored, size.bytes);
                self.whole.clear();
                self.try_suspects(suspects);
                if let State::Loading(loading) = &mut self.state {
                    loading.frame_bytes = frames.iter().map(|(_, frame)| frame.len()).sum();
                    loading.frames = frames;
                    return;
                }
                for (from, frame) in frames {
                    self.handle_frame(now_ms, from, frame);
                }
            }
            Err(broken) => {
                tracing::error!(document = %self.document, %broken, ?generation, "cannot be read");
                if generation == Generation::Newest && stored.snapshot.is_some() {
                    self.outputs.push_back(Output::Load(Generation::Previous));
                } else {
                    self.give_up(close::COME_BACK_LATER, UNREADABLE);
                }
            }
        }
    }

    /// Tries updates one by one. Where one is the culprit, the others wait until the room is rebuilt.
    fn try_suspects(&mut self, mut suspects: VecDeque<Accepted>) {
        while let Some(suspect) = suspects.pop_front() {
            self.try_suspect(suspect);
            if let State::Loading(loading) = &mut self.state {
                loading.suspects.append(&mut suspects);
            }
        }
    }

    fn try_suspect(&mut self, suspect: Accepted) {
        // Whoever is not here any more was closed for another one, or has not been told that this one
        // is saved and sends it again.
        if !self.members.contains_key(&suspect.from) {
            return;
        }
        match gate::check(&suspect.admissible.update, &self.known) {
            Ok(admitted) => {
                admitted.advance(&mut self.known);
                self.tick.push(suspect);
                self.apply_tick();
            }
            // It built on something that turned out to be broken. Its status is owed already, so
            // the only honest answer left is to start again.
            Err(_) => self.close(suspect.from, close::COME_BACK_LATER, "Please try again."),
        }
    }

    /// Something of what was asked for is damaged. The generation before may be whole.
    pub fn handle_damaged(&mut self, generation: Generation) {
        match generation {
            Generation::Newest => {
                self.outputs.push_back(Output::Load(Generation::Previous));
            }
            Generation::Previous => self.handle_load_failed(),
        }
    }

    /// The store could not give the log. Nobody can be served; coming back starts afresh.
    pub fn handle_load_failed(&mut self) {
        self.give_up(close::COME_BACK_LATER, UNREADABLE);
    }

    /// The document is new, and its workshop may have no more of them.
    pub fn handle_one_too_many(&mut self) {
        self.end_for(Limit::DocumentsPerWorkshop);
    }

    fn end_for(&mut self, limit: Limit) {
        self.tally.turned_away.push(limit);
        self.give_up(limit.code(), limit.sentence());
    }

    /// The workshop was deleted, or is found not to be there any more. Nothing of it is stored again
    ///
    pub fn handle_deleted(&mut self) {
        self.journal = Journal::default();
        self.tick.clear();
        self.tick_owed.clear();
        self.owed.clear();
        self.give_up(close::DELETED, DELETED);
    }

    fn give_up(&mut self, code: u16, reason: &'static str) {
        self.state = State::Ended(code, reason);
        let sessions: Vec<SessionId> = self.members.keys().copied().collect();
        for session in sessions {
            self.close(session, code, reason);
        }
    }

    /// The append under way is durable.
    pub fn handle_committed(&mut self, last: Sequence) {
        self.journal.handle_committed(last);
    }

    /// The append under way was not stored. Nothing of it is acknowledged; people go on working,
    /// and it is tried again together with what they write meanwhile.
    pub fn handle_append_failed(&mut self, now_ms: u64) {
        self.journal.handle_append_failed(now_ms);
        if self.journal.unsaved_bytes() > UNSAVED_BYTES
            && let State::Serving(replica) = &self.state
            && let Ok(whole) = replica.diff(&StateVector::default())
        {
            self.journal.replace_waiting(whole.into());
        }
    }

    /// The snapshot asked for was made, or could not be.
    pub fn handle_compacted(&mut self, made: Option<Size>) {
        if let Some(document) = self.journal.handle_compacted(made) {
            self.memory.set(document.memory);
        }
    }

    pub(super) fn flush_journal(&mut self, now_ms: u64) {
        if let Some(updates) = self.journal.poll_append(now_ms) {
            self.outputs.push_back(Output::Append(updates));
        }
        if self.journal.poll_compact() {
            self.outputs.push_back(Output::Compact);
        }
        // While a failed tick is waiting to be tried again nobody knows what it will amount to.
        if matches!(self.state, State::Serving(_)) {
            let after = self.journal.accepted();
            let owed = self.tick_owed.drain(..).map(|to| Owed { to, after });
            self.owed.extend(owed);
        }
        while let Some(owed) = self.owed.front() {
            if !self.journal.is_durable(owed.after) {
                break;
            }
            let to = owed.to;
            self.owed.pop_front();
            self.send_saved(to);
        }
    }

    fn send_saved(&mut self, to: SessionId) {
        if let Some(member) = self.members.get(&to)
            && !member.saved.is_empty()
        {
            let saved = member.saved.clone();
            self.send(to, saved);
        }
    }
}
