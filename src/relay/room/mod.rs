//! The room: the relay's sessions of one document, as a state machine without input or output.
//!
//! The driver (`hub/actor.rs`) calls `handle_*` for everything that happened, then
//! [`Room::flush`], then takes [`Room::poll_output`] until it is empty. One such round is a
//! **tick**: what arrived together leaves together.
//!
//! Invariants:
//! 1. An update is applied only after it passed the gate against everything applied before it.
//! 2. What is applied is passed on in the same tick and put into the journal in the same tick.
//! 3. `SyncStatus(true)` is sent only for what the journal calls durable, once for each step 2 and
//!    each update, in the order in which a session sent them.
//! 4. A failure inside the document costs the session that sent it, and nobody else. What could be
//!    applied of an update stays. If yrs panics, the replica is rebuilt from the log and the journal,
//!    and what arrives meanwhile is kept.
//! 5. A session that was closed is no member: nothing more is sent to it and its presence is gone.
//!
//! The room must never read a clock, await anything, or look inside a document.

mod effort;
mod journal;
mod people;
pub(crate) mod replica;
mod rights;
#[cfg(test)]
mod simulation;
pub(crate) mod stored;
#[cfg(test)]
mod tests;
mod updates;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sync::gate::{self, Refused};
use sync::limits::SNAPSHOT_BYTES;
use sync::presence::PresenceTable;
use sync::wire::{self, Framing, Message, close};
use yrs::StateVector;

use crate::config::Limits;
use crate::measures::Tally;
use crate::memory::Share;
use crate::refusal::Limit;
use crate::rights::{Pass, Rights};
use crate::store::{Generation, Sequence, StoredDocument};
use effort::Effort;
use journal::{Journal, Ticket};
use replica::{Admissible, Replica};

/// How much may arrive while the document is being loaded, in bytes.
const QUEUE_BYTES: usize = 16 << 20;
/// How many frames may arrive while the document is being loaded.
const QUEUE_FRAMES: usize = 8192;
/// Above this, what waits for a failing store becomes one whole document, in bytes.
const UNSAVED_BYTES: usize = 8 << 20;
/// A document above this could not be read again: by the relay once a snapshot has been made of it,
/// nor by any client (G-1). In bytes; what is left is for what has been accepted in one tick.
const DOCUMENT_BYTES: usize = SNAPSHOT_BYTES - (4 << 20);
/// How often silent sockets are looked for, in milliseconds. A stock y-websocket client gives up
/// after 30 s without a message; twice this is less than the 15 s of R-12.
const KEEPALIVE_MS: u64 = 7_000;
const DELETED: &str = "This workshop was deleted.";
const UNREADABLE: &str = "This board could not be read. Please try again later.";
/// An awareness update that says nothing.
const NO_PRESENCE: &[u8] = &[0];

/// One session: one document on one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// What a room must know of a session that joins it.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// How its connection lays out messages.
    pub framing: Framing,
    /// The name under which it knows the document, to be repeated in every frame (W-10).
    pub name: Arc<str>,
    /// What it came in with.
    pub pass: Pass,
    /// What it may do.
    pub rights: Rights,
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this frame to this session.
    Send(SessionId, Bytes),
    /// Close the session's connection. It has left the room already.
    Close(SessionId, u16, &'static str),
    /// Load the document and answer with [`Room::handle_loaded`] or [`Room::handle_load_failed`].
    Load(Generation),
    /// Append these updates and answer with [`Room::handle_committed`] or
    /// [`Room::handle_append_failed`]. There is never more than one of these under way.
    Append(Vec<Bytes>),
    /// Make a snapshot of the log and answer with [`Room::handle_compacted`].
    Compact,
}

struct Member {
    framing: Framing,
    name: Arc<str>,
    pass: Pass,
    rights: Rights,
    /// How far the first exchange has come.
    exchange: Exchange,
    /// Whether something of it was refused just because the document is locked.
    missed: bool,
    /// Whether anything was sent to it since the last look for silent sockets.
    heard: bool,
    /// The frame that says "saved", the same every time.
    saved: Bytes,
    /// What its changes have taken so far beyond what is fair.
    excess: Duration,
}

enum State {
    /// Waiting for the log.
    Loading(Loading),
    Serving(Replica),
    /// The room is at its end: every session is closed with this code and this reason.
    Ended(u16, &'static str),
}

#[derive(Default)]
struct Loading {
    /// What had been applied but was not durable when the room failed; to be applied again.
    replay: Vec<Bytes>,
    /// Updates of the tick that failed, to be tried one by one.
    suspects: VecDeque<Accepted>,
    /// What arrived meanwhile.
    frames: VecDeque<(SessionId, Bytes)>,
    frame_bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Step2,
    Update,
}

#[derive(Clone)]
struct Accepted {
    from: SessionId,
    kind: Kind,
    admissible: Admissible,
}

/// How far a session and the room have told each other what they have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exchange {
    /// Nothing was said yet.
    New,
    /// It has been answered step 2, and so wants updates.
    Synced,
    /// It was also asked for what it has.
    Asked,
}

/// A "saved" that is owed to a session.
struct Owed {
    to: SessionId,
    after: Ticket,
}

/// One document's room.
pub struct Room {
    document: Arc<str>,
    state: State,
    /// What the document knows once this tick's updates are applied.
    known: StateVector,
    members: HashMap<SessionId, Member>,
    presence: PresenceTable<SessionId>,
    journal: Journal,
    /// What is owed, in the order of the messages that it answers.
    owed: VecDeque<Owed>,
    tick: Vec<Accepted>,
    tick_owed: Vec<SessionId>,
    /// What was heard of people and is to be passed on, oldest first.
    presence_news: Vec<Vec<u8>>,
    /// When it may be.
    presence_at_ms: u64,
    presence_interval_ms: u64,
    /// The step 2 that everyone gets who has nothing yet, until the document changes.
    whole: Vec<(Framing, Arc<str>, Bytes)>,
    outputs: VecDeque<Output>,
    keepalive_at_ms: u64,
    idle_since_ms: Option<u64>,
    idle_ms: u64,
    most_bytes: usize,
    memory: Share,
    most_excess: Duration,
    is_slow: bool,
    tally: Tally,
}

impl Room {
    /// A room of `document` that wants its log, and takes what memory it needs for that.
    pub fn new(now_ms: u64, document: &str, limits: &Limits, memory: Share) -> Self {
        Self {
            document: document.into(),
            state: State::Loading(Loading::default()),
            known: StateVector::default(),
            members: HashMap::new(),
            presence: PresenceTable::default(),
            journal: Journal::default(),
            owed: VecDeque::new(),
            tick: Vec::new(),
            tick_owed: Vec::new(),
            presence_news: Vec::new(),
            presence_at_ms: now_ms,
            presence_interval_ms: limits.presence_interval_ms,
            whole: Vec::new(),
            outputs: VecDeque::from([Output::Load(Generation::Newest)]),
            keepalive_at_ms: now_ms + KEEPALIVE_MS,
            idle_since_ms: Some(now_ms),
            idle_ms: limits.idle_room_ms,
            most_bytes: limits.document_bytes.min(DOCUMENT_BYTES),
            memory,
            most_excess: Duration::from_millis(limits.excess_ms),
            is_slow: false,
            tally: Tally::default(),
        }
    }

    /// A session whose key was found good joins. It is sent the presence of everyone there.
    pub fn handle_join(&mut self, session: SessionId, member: NewMember) {
        if let State::Ended(code, reason) = self.state {
            self.outputs.push_back(Output::Close(session, code, reason));
            return;
        }
        let NewMember {
            framing,
            name,
            pass,
            rights,
        } = member;
        // One shared name wherever possible, so that frames can be shared by comparing pointers.
        let name = if name == self.document {
            self.document.clone()
        } else {
            name
        };
        let saved = wire::encode(framing, &name, &Message::SyncStatus(true)).into();
        let member = Member {
            framing,
            name,
            pass,
            rights,
            exchange: Exchange::New,
            missed: false,
            heard: false,
            saved,
            excess: Duration::ZERO,
        };
        self.members.insert(session, member);
        self.idle_since_ms = None;
        self.send_everyones_presence(session);
    }

    /// A session has ended, in whatever way.
    pub fn handle_leave(&mut self, now_ms: u64, session: SessionId) {
        self.remove(session);
        if self.members.is_empty() && self.idle_since_ms.is_none() {
            self.idle_since_ms = Some(now_ms);
        }
    }

    /// One frame from a session. Frames of sessions that are no members are nobody's.
    pub fn handle_frame(&mut self, now_ms: u64, from: SessionId, frame: Bytes) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        if let State::Loading(loading) = &mut self.state {
            loading.frame_bytes += frame.len();
            let full = loading.frame_bytes > QUEUE_BYTES || loading.frames.len() >= QUEUE_FRAMES;
            if full {
                self.turn_away(from, Limit::LoadingBytes);
            } else {
                loading.frames.push_back((from, frame));
            }
            return;
        }
        let Ok(read) = wire::decode(member.framing, &frame) else {
            self.close(from, close::BAD_MESSAGE, "A message could not be read.");
            return;
        };
        match read.message {
            Message::SyncStep1(state_vector) => self.handle_step_1(from, state_vector),
            Message::SyncStep2(update) => {
                self.handle_update(from, Kind::Step2, frame.slice_ref(update));
            }
            Message::Update(update) => {
                self.handle_update(from, Kind::Update, frame.slice_ref(update));
            }
            Message::Awareness(update) => self.handle_presence(now_ms, from, update),
            Message::QueryAwareness => self.send_everyones_presence(from),
            // Tokens, closes and pings are the connection's; the rest is only ever sent by relays.
            Message::Token { .. }
            | Message::Granted { .. }
            | Message::Denied(_)
            | Message::SyncStatus(_)
            | Message::Stateless(_)
            | Message::Close(_)
            | Message::Ping
            | Message::Pong => {}
        }
    }

    fn handle_step_1(&mut self, from: SessionId, state_vector: &[u8]) {
        let State::Serving(replica) = &self.state else {
            return;
        };
        let Some(member) = self.members.get_mut(&from) else {
            return;
        };
        let Ok(theirs) = gate::read_state_vector(state_vector) else {
            self.close(from, close::BAD_MESSAGE, "A message could not be read.");
            return;
        };
        let (framing, name) = (member.framing, member.name.clone());
        // A y-websocket client that may only read would be thrown out for its answer.
        let may_answer = member.rights.may_write || framing == Framing::Hocuspocus;
        let ask = may_answer && member.exchange != Exchange::Asked;
        if member.exchange == Exchange::New {
            member.exchange = Exchange::Synced;
        }
        let whole = theirs.is_empty().then(|| find(&self.whole, framing, &name));
        let mut excess = Duration::ZERO;
        let frame = if let Some(Some(frame)) = whole {
            frame
        } else {
            let effort = Effort::begin();
            let diff = replica.diff(&theirs);
            let bytes = diff.as_ref().map_or(0, Vec::len);
            excess = effort.excess(bytes);
            let Ok(diff) = diff else {
                self.close(from, close::BAD_MESSAGE, "A message could not be read.");
                return;
            };
            let message = Message::SyncStep2(&diff);
            let frame: Bytes = wire::encode(framing, &name, &message).into();
            if whole.is_some() {
                self.whole.push((framing, name, frame.clone()));
            }
            frame
        };
        self.send(from, frame);
        if ask {
            self.ask_all(from);
        }
        self.charge(from, excess);
    }

    /// Asks a session for all that it has, which is done once.
    fn ask_all(&mut self, to: SessionId) {
        if let Some(member) = self.members.get_mut(&to) {
            member.exchange = Exchange::Asked;
        }
        self.ask(to);
    }

    /// Sends step 1: "this is what I have; what do I lack?"
    fn ask(&mut self, to: SessionId) {
        let ours = replica::encode_state_vector(&self.known);
        if let Some(member) = self.members.get(&to) {
            let message = Message::SyncStep1(&ours);
            let frame = wire::encode(member.framing, &member.name, &message);
            self.send(to, frame.into());
        }
    }

    /// Time has come to [`Self::poll_timeout`].
    pub fn handle_timeout(&mut self, now_ms: u64) {
        self.expire_presence(now_ms);
        if now_ms >= self.keepalive_at_ms {
            self.keepalive_at_ms = now_ms + KEEPALIVE_MS;
            self.break_silence();
        }
    }

    /// Ends the tick: applies and passes on what was accepted, and pays the statuses that are due.
    pub fn flush(&mut self, now_ms: u64) {
        if !self.tick.is_empty() {
            self.apply_tick();
        }
        self.flush_presence(now_ms);
        self.flush_journal(now_ms);
    }

    /// What to do next, until `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`] and [`Self::flush`], in the time of all arguments.
    pub fn poll_timeout(&self) -> u64 {
        let idle = self.idle_since_ms.filter(|_| self.is_settled());
        let idle = idle.map(|since| since + self.idle_ms);
        [idle, self.journal.poll_timeout(), self.presence_timeout()]
            .into_iter()
            .flatten()
            .fold(self.keepalive_at_ms, u64::min)
    }

    /// Whether the room may be forgotten: at its end, or empty with everything durable, for a while or
    /// when memory is scarce.
    pub fn is_done(&self, now_ms: u64) -> bool {
        let idle = self
            .idle_since_ms
            .is_some_and(|since| now_ms >= since + self.idle_ms || self.memory.is_scarce());
        matches!(self.state, State::Ended(..)) || (idle && self.is_settled())
    }

    /// Whether everything that was accepted is durable.
    pub fn is_settled(&self) -> bool {
        self.tick.is_empty() && self.journal.is_settled()
    }

    /// What has been counted since this was last called.
    pub(crate) fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }

    /// Whether what was written here has ever taken much longer than its size explains.
    pub fn is_slow(&self) -> bool {
        self.is_slow
    }

    /// How many sessions are here.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    fn send(&mut self, to: SessionId, frame: Bytes) {
        if let Some(member) = self.members.get_mut(&to) {
            member.heard = true;
            self.outputs.push_back(Output::Send(to, frame));
        }
    }

    /// Sends a message to every member that `wants` it, encoded once for all who share a name. Gives
    /// how many do.
    fn broadcast(
        &mut self,
        message: &Message<'_>,
        wants: impl Fn(SessionId, &Member) -> bool,
    ) -> usize {
        let before = self.outputs.len();
        let mut frames: Vec<(Framing, Arc<str>, Bytes)> = Vec::with_capacity(2);
        for (&session, member) in &mut self.members {
            if !wants(session, member) {
                continue;
            }
            let frame = find(&frames, member.framing, &member.name).unwrap_or_else(|| {
                let frame: Bytes = wire::encode(member.framing, &member.name, message).into();
                frames.push((member.framing, member.name.clone(), frame.clone()));
                frame
            });
            member.heard = true;
            self.outputs.push_back(Output::Send(session, frame));
        }
        self.outputs.len() - before
    }

    fn close(&mut self, session: SessionId, code: u16, reason: &'static str) {
        if self.remove(session) {
            self.outputs.push_back(Output::Close(session, code, reason));
        }
    }

    fn turn_away(&mut self, session: SessionId, limit: Limit) {
        self.tally.turned_away.push(limit);
        self.close(session, limit.code(), limit.sentence());
    }

    fn remove(&mut self, session: SessionId) -> bool {
        let was_here = self.members.remove(&session).is_some();
        if was_here {
            self.forget_presence(session);
        }
        was_here
    }
}

/// The frame of this framing and name.
fn find(frames: &[(Framing, Arc<str>, Bytes)], framing: Framing, name: &Arc<str>) -> Option<Bytes> {
    let same = |(its_framing, its_name, _): &&(Framing, Arc<str>, Bytes)| {
        let same_name = Arc::ptr_eq(its_name, name) || its_name == name;
        *its_framing == framing && (same_name || framing == Framing::YWebsocket)
    };
    frames.iter().find(same).map(|(_, _, frame)| frame.clone())
}
