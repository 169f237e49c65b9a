//! The client's end of the protocol: one socket, many documents (rules S-1 to S-18).
//!
//! Owns the conversation with the relay, the decision when to connect, and what *Saved* means.
//! Must never touch a socket, a clock, a document's content or a random source: frames and times
//! come in through `handle_*`, frames, events and the next timeout go out through `poll_*`, and
//! documents are reached through [`Replicas`].
//!
//! Invariants:
//! 1. `Link::Idle` exactly while no document is open and the relay has not said to stay away.
//! 2. `transmits` is empty unless the link is open: nothing of one connection reaches the next.
//! 3. A document's `exchange` is as new unless the link is open.
//! 4. An update is sent only after a grant to write and the answer to the relay's first step 1;
//!    whatever is older is in that answer.
//! 5. `awaited` counts the statuses that the relay still owes, and nothing lowers it but a status,
//!    or the step 1 that comes instead of one. *Saved* follows from it in `Document::status` alone.
//! 6. `told` is the last status that went out as an event, for every document.
//!
//! 1 to 3 are upheld by the functions that change the link, 6 by `Session::settle`, which ends
//! every input.

mod clock;
mod document;
mod frames;
mod link;
mod own_presence;
#[cfg(test)]
mod replica;
#[cfg(test)]
mod simulation_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use crate::backoff::Backoff;
use crate::wire::{self, Framing, Message, close};
use clock::Clock;
use document::{Document, Exchange};
use frames::First;
use link::{Life, Link};

/// The documents as the session needs them: as bytes.
pub trait Replicas {
    /// The state vector of a document, version 1; `None` if it is not there.
    fn state_vector(&self, document: &str) -> Option<Vec<u8>>;

    /// What a replica with this state vector lacks, as an update, version 1; `None` if the document
    /// is not there.
    fn diff(&self, document: &str, state_vector: &[u8]) -> Option<Vec<u8>>;

    /// Applies an update that has passed the gate.
    ///
    /// # Errors
    /// When the document does not take it. The session then takes the connection for broken.
    fn apply(&mut self, document: &str, update: &[u8]) -> Result<(), String>;
}

/// What the driver of a session has to do or may want to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Open a socket to `/sync`, then call [`Session::handle_connected`] or
    /// [`Session::handle_closed`].
    Connect,
    /// Drop the socket, open or opening, and report nothing more of it.
    Disconnect,
    /// The status of a document has changed.
    Status {
        /// Which document.
        document: String,
        /// Its status now.
        status: Status,
    },
    /// Who else is at a document has changed.
    Presence {
        /// Which document.
        document: String,
    },
    /// The relay told something about a document that is none of its content.
    Told {
        /// Which document.
        document: String,
        /// What it said, as it came.
        payload: String,
    },
    /// The relay said to stay away. The session does not connect again.
    Refused {
        /// The close code, see [`close`].
        code: u16,
        /// What the relay said, possibly nothing.
        reason: String,
    },
}

/// How well a document is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// No connection: kept on this device.
    Offline,
    /// On the way to the first exchange with the relay.
    Connecting,
    /// The relay has not acknowledged everything written here.
    Saving,
    /// Everything written here is durable at the relay, and everything there is here.
    Saved,
    /// Everything at the relay is here; this key may not write, or not now. What was written here all
    /// the same is sent once it may be; [`Session::is_acknowledged`] says whether there is anything
    /// (S-18).
    ReadOnly,
    /// The relay does not take this document or what was written here.
    Refused,
}

/// What may be sent of a document on this connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Access {
    /// Nothing yet.
    #[default]
    Asked,
    ReadWrite,
    ReadOnly,
    Denied,
    /// The relay's word is not the matter: what is here cannot be sent, since no relay would read it.
    Unsendable,
}

/// The client's end of one socket.
pub struct Session {
    key: String,
    clock: Clock,
    backoff: Backoff,
    link: Link,
    /// Whether the last connection, or attempt, has failed.
    has_failed: bool,
    documents: BTreeMap<String, Document>,
    /// The presence clocks of documents that were closed, so that they go on when reopened.
    closed: BTreeMap<String, own_presence::OwnPresence>,
    /// What the relay last said about a denial.
    denial: String,
    transmits: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Session {
    /// A session that opens its documents with this key. `seed` decides the waits between
    /// attempts to connect and should differ from device to device.
    pub fn new(key: String, seed: u64) -> Self {
        Self {
            key,
            clock: Clock::default(),
            backoff: Backoff::new(seed),
            link: Link::Idle,
            has_failed: false,
            documents: BTreeMap::new(),
            closed: BTreeMap::new(),
            denial: String::new(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Takes in a document, written by this client id. One that is open stays as it is.
    ///
    /// The replica should hold what the device has stored before this is called.
    pub fn open(&mut self, now_ms: u64, document: &str, client: u64) {
        let now = self.clock.read(now_ms);
        if self.documents.contains_key(document) {
            return;
        }
        let mut opened = Document::new(client);
        if let Some(own_presence) = self.closed.remove(document)
            && own_presence.client() == client
        {
            opened.own_presence = own_presence;
        }
        self.documents.insert(document.to_owned(), opened);
        match self.link {
            Link::Idle => self.connect(now),
            // Step 1 needs the replica, which comes with the relay's grant.
            Link::Open(_) => self.send_token(document),
            Link::Waiting { .. } | Link::Connecting { .. } | Link::Stopped => {}
        }
        self.settle();
    }

    /// Lets go of a document. The last one takes the connection with it.
    pub fn close(&mut self, now_ms: u64, document: &str) {
        self.clock.read(now_ms);
        let Some(mut closed) = self.documents.remove(document) else {
            return;
        };
        if let Some(farewell) = closed.own_presence.leave() {
            self.send(document, &Message::Awareness(&farewell));
        }
        self.send(document, &Message::Close(""));
        self.closed.insert(document.to_owned(), closed.own_presence);
        if self.documents.is_empty() && self.link != Link::Stopped {
            if !matches!(self.link, Link::Idle | Link::Waiting { .. }) {
                self.events.push_back(Event::Disconnect);
            }
            self.end_connection();
            self.link = Link::Idle;
        }
        self.settle();
    }

    /// The socket that [`Event::Connect`] asked for is open.
    pub fn handle_connected(&mut self, now_ms: u64, replicas: &dyn Replicas) {
        let now = self.clock.read(now_ms);
        if !matches!(self.link, Link::Connecting { .. }) {
            return;
        }
        self.link = Link::Open(Life::heard(now, false));
        for document in self.names() {
            self.send_token(&document);
            self.begin(now, &document, replicas);
        }
        self.settle();
    }

    /// A frame came over the socket. Updates in it pass the gate before a replica sees them.
    pub fn handle_frame(&mut self, now_ms: u64, frame: &[u8], replicas: &mut dyn Replicas) {
        let now = self.clock.read(now_ms);
        if !self.link.is_open() {
            return;
        }
        match self.read_frame(now, frame, replicas) {
            Ok(()) => self.link = Link::Open(Life::heard(now, self.is_loading())),
            Err(_) => self.break_connection(now),
        }
        self.settle();
    }

    /// The socket has closed, or could not be opened; 1006 if the code is not known.
    ///
    /// Not to be called for a socket that was dropped for [`Event::Disconnect`].
    pub fn handle_closed(&mut self, now_ms: u64, code: u16) {
        let now = self.clock.read(now_ms);
        if !matches!(self.link, Link::Connecting { .. } | Link::Open(_)) {
            return;
        }
        self.end_connection();
        if close::allows_return(code) {
            self.wait(now);
        } else {
            self.link = Link::Stopped;
            let reason = std::mem::take(&mut self.denial);
            self.events.push_back(Event::Refused { code, reason });
        }
        self.settle();
    }

    /// The network has come back, or the page has become visible: connect at once, or see whether
    /// the connection has outlived the sleep.
    pub fn handle_wake(&mut self, now_ms: u64) {
        let now = self.clock.read(now_ms);
        match self.link {
            Link::Waiting { .. } => self.connect(now),
            Link::Open(_) if self.is_loading() => {}
            Link::Open(life) => {
                self.link = Link::Open(life.woken(now));
                self.keep_alive(now);
            }
            Link::Idle | Link::Connecting { .. } | Link::Stopped => {}
        }
        self.settle();
    }

    /// The time that [`Session::poll_timeout`] named has come. Calling at other times is harmless.
    pub fn handle_timeout(&mut self, now_ms: u64) {
        let now = self.clock.read(now_ms);
        match self.link {
            Link::Waiting { until_ms } if now >= until_ms => self.connect(now),
            Link::Connecting { until_ms } if now >= until_ms => self.break_connection(now),
            Link::Open(life) if life.is_dead(now) => self.break_connection(now),
            Link::Open(_) => self.keep_alive(now),
            _ => {}
        }
        for name in self.names() {
            let Some(document) = self.documents.get_mut(&name) else {
                continue;
            };
            if document.others.handle_timeout(now).is_some() {
                self.tell_presence(&name);
            }
            self.say_presence(now, &name);
        }
        self.settle();
    }

    /// An update was made here. The replica already holds it.
    pub fn handle_edit(&mut self, now_ms: u64, document: &str, update: Vec<u8>) {
        self.clock.read(now_ms);
        let Some(open) = self.documents.get_mut(document) else {
            return;
        };
        open.exchange.note_edit();
        if self.link.is_open() && open.may_send() {
            self.send_update(document, &update, First::Update);
        }
        self.settle();
    }

    /// The own presence in a document is now this JSON, or `None` to be there unseen.
    ///
    /// A state that is not JSON or longer than [`crate::limits::PRESENCE_BYTES`] is as good as
    /// `None`.
    pub fn handle_presence(&mut self, now_ms: u64, document: &str, state: Option<String>) {
        let now = self.clock.read(now_ms);
        let Some(open) = self.documents.get_mut(document) else {
            return;
        };
        open.own_presence.set(state);
        self.say_presence(now, document);
        self.settle();
    }

    /// The next frame to send, in order.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmits.pop_front()
    }

    /// The next event, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Session::handle_timeout`] wants to be called, on the clock of the last input.
    pub fn poll_timeout(&self) -> Option<u64> {
        let mut next = self.link.timeout();
        if self.link.is_open() {
            let introduced = |document: &&Document| document.exchange.is_introduced;
            for document in self.documents.values().filter(introduced) {
                let timeouts = [
                    document.own_presence.timeout(),
                    document.others.poll_timeout(),
                ];
                for timeout in timeouts.into_iter().flatten() {
                    next = Some(next.map_or(timeout, |next| next.min(timeout)));
                }
            }
        }
        next.map(|next| self.clock.outside(next))
    }

    /// How well a document is kept; offline if it is not open.
    pub fn status(&self, document: &str) -> Status {
        self.documents
            .get(document)
            .map_or(Status::Offline, |document| document.told)
    }

    /// Whether the relay has acknowledged everything that was written here, whatever may be written
    /// now (S-18).
    pub fn is_acknowledged(&self, document: &str) -> bool {
        let open = self.documents.get(document);
        self.link.is_open() && open.is_some_and(|open| open.exchange.is_acknowledged())
    }

    /// Who else is at a document: client ids and their JSON.
    pub fn presence(&self, document: &str) -> impl Iterator<Item = (u64, &str)> {
        let document = self.documents.get(document);
        let own = document.map(|document| document.own_presence.client());
        document
            .into_iter()
            .flat_map(|document| document.others.iter())
            .filter(move |(client, _)| Some(*client) != own)
    }

    fn names(&self) -> Vec<String> {
        self.documents.keys().cloned().collect()
    }

    /// Whether a document is on its way.
    fn is_loading(&self) -> bool {
        self.documents
            .values()
            .any(|document| document.exchange.is_loading())
    }

    fn connect(&mut self, now: u64) {
        self.link = Link::connecting(now);
        self.events.push_back(Event::Connect);
    }

    /// This end gives the connection up.
    fn break_connection(&mut self, now: u64) {
        self.events.push_back(Event::Disconnect);
        self.end_connection();
        self.wait(now);
    }

    fn wait(&mut self, now: u64) {
        self.has_failed = true;
        self.link = Link::Waiting {
            until_ms: now + self.backoff.next_delay_ms(),
        };
    }

    /// Forgets all that belonged to the connection (invariants 2 and 3).
    fn end_connection(&mut self) {
        self.transmits.clear();
        for name in self.names() {
            let Some(document) = self.documents.get_mut(&name) else {
                continue;
            };
            document.exchange = Exchange::default();
            if document.others.clear() {
                self.tell_presence(&name);
            }
        }
    }

    fn keep_alive(&mut self, now: u64) {
        if let Link::Open(life) = &mut self.link
            && life.asks(now)
        {
            self.send("", &Message::Ping);
        }
    }

    fn send_token(&mut self, document: &str) {
        let token = self.key.clone();
        let version = Some(env!("CARGO_PKG_VERSION"));
        self.send(
            document,
            &Message::Token {
                token: &token,
                version,
            },
        );
    }

    /// Says the own presence if it is time to.
    fn say_presence(&mut self, now: u64, document: &str) {
        let Some(open) = self.documents.get_mut(document) else {
            return;
        };
        if self.link.is_open()
            && open.exchange.is_introduced
            && let Some(update) = open.own_presence.due(now)
        {
            self.send(document, &Message::Awareness(&update));
        }
    }

    fn tell_presence(&mut self, document: &str) {
        let event = Event::Presence {
            document: document.to_owned(),
        };
        if self.events.back() != Some(&event) {
            self.events.push_back(event);
        }
    }

    fn send(&mut self, document: &str, message: &Message<'_>) {
        if self.link.is_open() {
            self.transmits
                .push_back(wire::encode(Framing::Hocuspocus, document, message));
        }
    }

    /// Tells every status that has changed (invariant 6).
    fn settle(&mut self) {
        for (name, document) in &mut self.documents {
            let status = document.status(&self.link, self.has_failed);
            if status != document.told {
                document.told = status;
                self.events.push_back(Event::Status {
                    document: name.clone(),
                    status,
                });
            }
        }
    }
}
