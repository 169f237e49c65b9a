//! The room against the rules of `sync/SPEC.md`; each test bears the number of its rule.
//!
//! This file owns the bench that the tests stand on: a room with a log, driven by hand.

mod coming;
mod cost;
#[path = "../../../sync/testing/crafted.rs"]
mod crafted;
mod failures;
mod memory;
mod rights;
mod scarce;
mod updates;

use std::collections::HashMap;

use bytes::Bytes;
use sync::presence::encode_one;
use workshop::id::WorkshopId;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Map, ReadTxn, StateVector, Transact, Update};

use self::crafted::{Crafted, text};
use super::*;
use crate::keys::KeyHash;
use crate::memory::Memory;
use crate::rights::Role;

/// How long a room stays when it is empty.
const IDLE_MS: u64 = 30_000;
const WRITES: Rights = Rights {
    may_write: true,
    is_locked: false,
    may_announce: true,
};
const READS: Rights = Rights {
    may_write: false,
    is_locked: false,
    may_announce: false,
};
use Framing::{Hocuspocus, YWebsocket};

/// Each session of these tests has a key of its own.
fn pass_of(session: SessionId) -> Pass {
    Pass {
        role: Role::Participant,
        key: KeyHash([session.0 as u8; 32]),
    }
}

/// What a session was told, in words that compare.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    Step1,
    Step2(Vec<u8>),
    Update(Vec<u8>),
    Awareness(Vec<u8>),
    Status(bool),
    Denied(String),
    Granted { read_only: bool },
    Closed(u16),
}

/// A room with a log of its own, driven by hand.
struct Bench {
    room: Room,
    now_ms: u64,
    log: Vec<Bytes>,
    framings: HashMap<SessionId, Framing>,
    told: HashMap<SessionId, Vec<Told>>,
    appending: Option<Vec<Bytes>>,
    compactions: usize,
    /// How often the log was asked for.
    loads: usize,
}

impl Bench {
    /// A room whose log is still to be given.
    fn unloaded() -> Self {
        Self::with(&Limits::default())
    }

    fn with(limits: &Limits) -> Self {
        Self::sharing(&Memory::new(limits.memory_bytes), limits)
    }

    /// A room that shares memory with others.
    fn sharing(memory: &Arc<Memory>, limits: &Limits) -> Self {
        let workshop = WorkshopId::parse("w").unwrap();
        Self {
            room: Room::new(0, "w/board/b", limits, memory.share(&workshop)),
            now_ms: 0,
            log: Vec::new(),
            framings: HashMap::new(),
            told: HashMap::new(),
            appending: None,
            compactions: 0,
            loads: 0,
        }
    }

    fn new() -> Self {
        let mut bench = Self::unloaded();
        bench.tick();
        bench.load();
        bench
    }

    fn join(&mut self, framing: Framing, rights: Rights) -> SessionId {
        let session = SessionId(self.framings.len() as u64 + 1);
        self.framings.insert(session, framing);
        let name = match framing {
            Hocuspocus => "w/board/b".into(),
            YWebsocket => "".into(),
        };
        let member = NewMember {
            framing,
            name,
            pass: pass_of(session),
            rights,
        };
        self.room.handle_join(session, member);
        session
    }

    /// Joins, is synced, and has answered the relay's step 1.
    fn joined(&mut self, framing: Framing, rights: Rights) -> SessionId {
        let session = self.join(framing, rights);
        self.send(session, &Message::SyncStep1(&[0]));
        self.tick();
        self.told(session);
        session
    }

    fn send(&mut self, from: SessionId, message: &Message<'_>) {
        let frame = wire::encode(self.framings[&from], "w/board/b", message);
        self.room.handle_frame(self.now_ms, from, frame.into());
    }

    /// Ends the tick and carries out what the room wants, except appends, loads and snapshots.
    fn tick(&mut self) {
        self.room.flush(self.now_ms);
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Send(to, frame) => {
                    let message = wire::decode(self.framings[&to], &frame).unwrap().message;
                    let told = match message {
                        Message::SyncStep1(_) => Told::Step1,
                        Message::SyncStep2(it) => Told::Step2(it.to_vec()),
                        Message::Update(it) => Told::Update(it.to_vec()),
                        Message::Awareness(it) => Told::Awareness(it.to_vec()),
                        Message::SyncStatus(it) => Told::Status(it),
                        Message::Denied(reason) => Told::Denied(reason.into()),
                        Message::Granted { read_only } => Told::Granted { read_only },
                        other => panic!("a room does not say {other:?}"),
                    };
                    self.told.entry(to).or_default().push(told);
                }
                Output::Close(to, code, reason) => {
                    assert!(reason.len() < 120, "a close reason fits into its frame");
                    self.told.entry(to).or_default().push(Told::Closed(code));
                }
                Output::Append(updates) => {
                    assert_eq!(self.appending, None, "one append at a time");
                    self.appending = Some(updates);
                }
                Output::Load(generation) => {
                    assert_eq!(generation, Generation::Newest);
                    self.loads += 1;
                }
                Output::Compact => self.compactions += 1,
            }
        }
    }

    fn stored(&self) -> StoredDocument {
        StoredDocument {
            snapshot: None,
            updates: self.log.clone(),
            last: self.log.len() as u64,
            damaged: false,
        }
    }

    fn load(&mut self) {
        let stored = self.stored();
        self.room
            .handle_loaded(self.now_ms, Generation::Newest, &stored);
        self.tick();
    }

    /// Makes the append under way durable.
    fn commit(&mut self) {
        let updates = self.appending.take().expect("an append is under way");
        self.log.extend(updates);
        self.room.handle_committed(self.log.len() as u64);
        self.tick();
    }

    fn fail(&mut self) {
        self.appending.take().expect("an append is under way");
        self.room.handle_append_failed(self.now_ms);
        self.tick();
    }

    fn wait(&mut self, time_ms: u64) {
        self.now_ms += time_ms;
        self.room.handle_timeout(self.now_ms);
        self.tick();
    }

    /// What a session was told since it was last asked.
    fn told(&mut self, session: SessionId) -> Vec<Told> {
        self.told.remove(&session).unwrap_or_default()
    }
}

/// The document that was stored.
fn rebuild(stored: &StoredDocument) -> Result<Replica, replica::Broken> {
    Ok(Replica::of(&stored::Log::read(stored, &[])?)?.0)
}

/// A writer's document, whose edits come out as updates.
struct Writer(Doc);

impl Writer {
    fn new(client: u64) -> Self {
        Self(Doc::with_client_id(client))
    }

    fn edit(&mut self, key: &str) -> Vec<u8> {
        self.write(key, "")
    }

    fn write(&mut self, key: &str, text: &str) -> Vec<u8> {
        let cards = self.0.get_or_insert_map("cards");
        let mut transaction = self.0.transact_mut();
        cards.insert(&mut transaction, key, text);
        transaction.encode_update_v1()
    }
}

fn keys(updates: &[impl AsRef<[u8]>]) -> Vec<String> {
    let doc = Doc::new();
    let cards = doc.get_or_insert_map("cards");
    for update in updates {
        let update = Update::decode_v1(update.as_ref()).unwrap();
        doc.transact_mut().apply_update(update).unwrap();
    }
    let transaction = doc.transact();
    assert!(!transaction.has_missing_updates());
    let mut keys: Vec<String> = cards.keys(&transaction).map(ToString::to_string).collect();
    keys.sort_unstable();
    keys
}

/// What the end of an update is, in tests, on which every replica panics: nothing that the gate lets
/// pass is known to make yrs panic.
pub(super) const PANIC: &[u8] = b"panic\0";

/// An update that ends like that.
fn panics() -> Vec<u8> {
    Crafted::by(99).root_item(4, &text("panic")).update()
}

/// Two structs, each of which has the other as its origin: the gate cannot see it, yrs waits for
/// ever.
const CIRCLE: &[u8] = &[
    2, 1, 1, 0, 0x84, 2, 0, 1, b'a', 1, 2, 0, 0x84, 1, 0, 1, b'b', 0,
];
