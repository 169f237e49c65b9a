//! Many tablets, one room, a network that fails and a store that crashes, in virtual time.
//!
//! In the manner of quinn's `Pair`: real [`Session`]s and a real [`Room`], everything else made up
//! and driven by one seed. What is checked: what a tablet was told is saved is in the store from
//! then on, whatever happens; and once the storm is over all replicas are equal and nothing that
//! anyone wrote is missing.

mod tablet;

use std::collections::{BTreeSet, VecDeque};

use sync::session::{Event, Replicas, Session, Status};

use workshop::id::WorkshopId;

use super::stored::compact;
use super::*;
use crate::keys::KeyHash;
use crate::memory::Memory;
use crate::rights::Role;
use tablet::{Dice, Replica};

const DOCUMENT: &str = "w/board/b";

#[derive(Default)]
struct Wire {
    /// Frames on their way, in order, with the time at which each arrives.
    up: VecDeque<(u64, Vec<u8>)>,
    down: VecDeque<(u64, Bytes)>,
    /// The session in the room, once the token has arrived.
    seat: Option<SessionId>,
}

struct Tablet {
    session: Session,
    replica: Replica,
    /// When the socket that was asked for opens.
    opens_at_ms: Option<u64>,
    wire: Option<Wire>,
    written: BTreeSet<String>,
    /// What it was told is saved.
    saved: BTreeSet<String>,
}

struct World {
    dice: Dice,
    now_ms: u64,
    room: Room,
    tablets: Vec<Tablet>,
    next_session: u64,
    snapshot: Option<crate::store::Snapshot>,
    log: Vec<(Sequence, Bytes)>,
    last: Sequence,
    appending: Option<(u64, Vec<Bytes>)>,
    loading: Option<(u64, Generation)>,
    compacting: Option<u64>,
    stormy: bool,
    locked: bool,
    locks: usize,
    crashes: usize,
    drops: usize,
    snapshots: usize,
}

fn room(now_ms: u64) -> Room {
    let limits = Limits::default();
    let memory = Memory::new(limits.memory_bytes);
    let share = memory.share(&WorkshopId::parse("w").unwrap());
    Room::new(now_ms, DOCUMENT, &limits, share)
}

impl World {
    fn new(seed: u64, tablets: u64) -> Self {
        let mut world = Self {
            dice: Dice(seed),
            now_ms: 1_000,
            room: room(1_000),
            tablets: Vec::new(),
            next_session: 0,
            snapshot: None,
            log: Vec::new(),
            last: 0,
            appending: None,
            loading: None,
            compacting: None,
            stormy: true,
            locked: false,
            locks: 0,
            crashes: 0,
            drops: 0,
            snapshots: 0,
        };
        for at in 0..tablets {
            let client = at + 1;
            let mut session = Session::new("key".into(), seed ^ at);
            session.open(world.now_ms, DOCUMENT, client);
            world.tablets.push(Tablet {
                session,
                replica: Replica::new(client),
                opens_at_ms: None,
                wire: None,
                written: BTreeSet::new(),
                saved: BTreeSet::new(),
            });
        }
        world
    }

    fn stored(&self) -> StoredDocument {
        let through = self.snapshot.as_ref().map_or(0, |it| it.through);
        let after = self.log.iter().filter(|(at, _)| *at > through);
        StoredDocument {
            snapshot: self.snapshot.clone(),
            updates: after.map(|(_, update)| update.clone()).collect(),
            last: self.last,
            damaged: false,
        }
    }

    fn stored_replica(&self) -> Replica {
        let mut replica = Replica::new(99);
        let stored = self.stored();
        let snapshot = stored.snapshot.iter().map(|it| &it.update);
        for update in snapshot.chain(&stored.updates) {
            replica.apply(DOCUMENT, update).unwrap();
        }
        replica
    }

    /// One step of everything that is due now.
    fn step(&mut self) {
        for at in 0..self.tablets.len() {
            self.step_tablet(at);
        }
        self.step_store();
        if self.room.poll_timeout() <= self.now_ms {
            self.room.handle_timeout(self.now_ms);
        }
        self.room.flush(self.now_ms);
        self.carry_out();
        for at in 0..self.tablets.len() {
            self.note_saved(at);
        }
        self.now_ms += 1 + self.dice.below(20);
    }

    fn step_tablet(&mut self, at: usize) {
        let now_ms = self.now_ms;
        let tablet = &mut self.tablets[at];
        if tablet
            .session
            .poll_timeout()
            .is_some_and(|due| due <= now_ms)
        {
            tablet.session.handle_timeout(now_ms);
        }
        if tablet.opens_at_ms.is_some_and(|due| due <= now_ms) {
            tablet.opens_at_ms = None;
            tablet.wire = Some(Wire::default());
            tablet.session.handle_connected(now_ms, &tablet.replica);
        }
        while let Some(wire) = &mut tablet.wire
            && wire.down.front().is_some_and(|(due, _)| *due <= now_ms)
        {
            let (_, frame) = wire.down.pop_front().unwrap();
            tablet
                .session
                .handle_frame(now_ms, &frame, &mut tablet.replica);
        }
        self.drain_session(at);
        while let Some(frame) = self.due_up(at) {
            self.arrive(at, frame);
        }
    }

    fn due_up(&mut self, at: usize) -> Option<Vec<u8>> {
        let up = &mut self.tablets[at].wire.as_mut()?.up;
        if up.front()?.0 > self.now_ms {
            return None;
        }
        Some(up.pop_front()?.1)
    }

    /// A frame arrives at the relay, whose connection looks after tokens.
    fn arrive(&mut self, at: usize, frame: Vec<u8>) {
        let message = wire::decode(Framing::Hocuspocus, &frame).unwrap().message;
        match message {
            Message::Token { .. } => {
                let granted = Message::Granted {
                    read_only: self.locked,
                };
                let granted = wire::encode(Framing::Hocuspocus, DOCUMENT, &granted);
                self.next_session += 1;
                let session = SessionId(self.next_session);
                self.tablets[at].wire.as_mut().unwrap().seat = Some(session);
                self.send_down(session, granted.into());
                let member = NewMember {
                    framing: Framing::Hocuspocus,
                    name: DOCUMENT.into(),
                    pass: Pass {
                        role: Role::Participant,
                        key: KeyHash([0; 32]),
                    },
                    rights: self.rights(),
                };
                self.room.handle_join(session, member);
            }
            Message::Ping => {
                if let Some(seat) = self.tablets[at].wire.as_ref().unwrap().seat {
                    let pong = wire::encode(Framing::Hocuspocus, "", &Message::Pong);
                    self.send_down(seat, pong.into());
                }
            }
            _ => {
                if let Some(seat) = self.tablets[at].wire.as_ref().unwrap().seat {
                    self.room.handle_frame(self.now_ms, seat, frame.into());
                }
            }
        }
    }

    fn send_down(&mut self, to: SessionId, frame: Bytes) {
        let delay_ms = self.dice.below(150);
        let wires = self.tablets.iter_mut().filter_map(|it| it.wire.as_mut());
        let Some(wire) = wires.into_iter().find(|wire| wire.seat == Some(to)) else {
            return;
        };
        // A socket keeps its order, however long each frame takes.
        let after = wire.down.back().map_or(0, |(due, _)| *due);
        wire.down
            .push_back(((self.now_ms + delay_ms).max(after), frame));
    }

    fn drain_session(&mut self, at: usize) {
        let now_ms = self.now_ms;
        while let Some(event) = self.tablets[at].session.poll_event() {
            match event {
                Event::Connect => {
                    let delay_ms = self.dice.below(300);
                    self.tablets[at].opens_at_ms = Some(now_ms + delay_ms);
                }
                Event::Disconnect => self.cut(at),
                Event::Refused { code, reason } => panic!("refused: {code} {reason}"),
                Event::Status { .. } | Event::Presence { .. } | Event::Told { .. } => {}
            }
        }
        while let Some(frame) = self.tablets[at].session.poll_transmit() {
            let delay_ms = self.dice.below(150);
            if let Some(wire) = &mut self.tablets[at].wire {
                let after = wire.up.back().map_or(0, |(due, _)| *due);
                wire.up.push_back(((now_ms + delay_ms).max(after), frame));
            }
        }
    }

    /// The connection is gone, with all that was on its way.
    fn cut(&mut self, at: usize) {
        self.tablets[at].opens_at_ms = None;
        if let Some(seat) = self.tablets[at].wire.take().and_then(|wire| wire.seat) {
            self.room.handle_leave(self.now_ms, seat);
        }
    }

    fn break_connection(&mut self, at: usize, code: u16) {
        if self.tablets[at].wire.is_some() || self.tablets[at].opens_at_ms.is_some() {
            self.cut(at);
            let now_ms = self.now_ms;
            self.tablets[at].session.handle_closed(now_ms, code);
            self.drops += 1;
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Send(to, frame) => self.send_down(to, frame),
                Output::Close(to, code, _) => {
                    let held =
                        |it: &Tablet| it.wire.as_ref().and_then(|wire| wire.seat) == Some(to);
                    if let Some(at) = self.tablets.iter().position(held) {
                        self.break_connection(at, code);
                    }
                }
                Output::Append(updates) => {
                    assert!(self.appending.is_none(), "one append at a time");
                    self.appending = Some((self.now_ms + self.dice.below(100), updates));
                }
                Output::Load(generation) => {
                    self.loading = Some((self.now_ms + self.dice.below(50), generation));
                }
                Output::Compact => {
                    self.compacting = Some(self.now_ms + self.dice.below(200));
                }
            }
        }
    }

    fn step_store(&mut self) {
        let now_ms = self.now_ms;
        if let Some((_, updates)) = self.appending.take_if(|(due, _)| *due <= now_ms) {
            if self.stormy && self.dice.chance(10) {
                self.room.handle_append_failed(now_ms);
            } else {
                self.append(updates);
                self.room.handle_committed(self.last);
            }
        }
        if let Some((_, generation)) = self.loading.take_if(|(due, _)| *due <= now_ms) {
            let stored = self.stored();
            self.room.handle_loaded(now_ms, generation, &stored);
        }
        if self.compacting.take_if(|due| *due <= now_ms).is_some() {
            let (snapshot, size) = compact(&self.stored()).unwrap();
            self.log.retain(|(at, _)| *at > snapshot.through);
            self.snapshot = Some(snapshot);
            self.snapshots += 1;
            self.room.handle_compacted(Some(size));
        }
    }

    fn append(&mut self, updates: Vec<Bytes>) {
        for update in updates {
            self.last += 1;
            self.log.push((self.last, update));
        }
    }

    /// The relay is killed. An append under way may or may not have reached the disk; either way
    /// nobody was told.
    fn crash(&mut self) {
        self.crashes += 1;
        if let Some((_, updates)) = self.appending.take()
            && self.dice.chance(50)
        {
            self.append(updates);
        }
        self.loading = None;
        self.compacting = None;
        self.room = room(self.now_ms);
        for at in 0..self.tablets.len() {
            self.break_connection(at, 1006);
        }
        self.check_saved();
    }

    fn note_saved(&mut self, at: usize) {
        let tablet = &mut self.tablets[at];
        if tablet.session.status(DOCUMENT) == Status::Saved {
            tablet.saved = tablet.written.clone();
        }
    }

    fn check_saved(&self) {
        let stored = self.stored_replica().keys();
        for (at, tablet) in self.tablets.iter().enumerate() {
            let lost: Vec<_> = tablet.saved.difference(&stored).collect();
            assert!(
                lost.is_empty(),
                "tablet {at} was told these are saved: {lost:?}"
            );
        }
    }

    fn write(&mut self, at: usize) {
        let tablet = &mut self.tablets[at];
        let key = format!("{at}-{}", tablet.written.len());
        let (update, wrote) = tablet.replica.write(&mut self.dice, &key);
        if wrote {
            tablet.written.insert(key);
        }
        let now_ms = self.now_ms;
        tablet.session.handle_edit(now_ms, DOCUMENT, update);
    }

    fn rights(&self) -> Rights {
        Rights {
            may_write: !self.locked,
            is_locked: self.locked,
            may_announce: true,
        }
    }

    /// The facilitator locks the board, or unlocks it. People go on writing all the same: a tablet
    /// hears of it later, or is offline.
    fn set_lock(&mut self, locked: bool) {
        self.locks += usize::from(locked && !self.locked);
        self.locked = locked;
        let rights = self.rights();
        self.room.handle_rights(|_| Some(rights));
    }

    /// Something that people, networks and machines do.
    fn happen(&mut self) {
        let at = self.dice.below(self.tablets.len() as u64) as usize;
        match self.dice.below(1_000) {
            0..700 => self.write(at),
            700..730 => self.break_connection(at, 1006),
            730..735 => self.crash(),
            735..800 => {
                let now_ms = self.now_ms;
                self.tablets[at].session.handle_wake(now_ms);
            }
            800..850 => {
                let state = format!(r#"{{"at":{}}}"#, self.dice.below(100));
                let now_ms = self.now_ms;
                self.tablets[at]
                    .session
                    .handle_presence(now_ms, DOCUMENT, Some(state));
            }
            // Someone looks out of the window.
            850..860 => self.now_ms += self.dice.below(40_000),
            // The log need not be long to be compacted; the room would only ask later.
            860..870 if self.compacting.is_none() => {
                self.compacting = Some(self.now_ms + self.dice.below(200));
            }
            870..890 => self.set_lock(!self.locked),
            _ => {}
        }
    }

    fn is_calm(&self) -> bool {
        let all_saved = self
            .tablets
            .iter()
            .all(|tablet| tablet.session.status(DOCUMENT) == Status::Saved);
        let nothing_on_its_way = self.tablets.iter().all(|tablet| {
            tablet
                .wire
                .as_ref()
                .is_some_and(|wire| wire.up.is_empty() && wire.down.is_empty())
        });
        all_saved && nothing_on_its_way && self.room.is_settled()
    }
}

fn check(seed: u64, tablets: u64, happenings: usize) {
    println!("seed {seed}");
    let mut world = World::new(seed, tablets);
    for _ in 0..happenings {
        world.happen();
        world.step();
    }
    world.stormy = false;
    world.set_lock(false);
    let until = world.now_ms + 300_000;
    while !world.is_calm() {
        assert!(world.now_ms < until, "seed {seed}: it never calms down");
        world.step();
    }
    world.check_saved();
    let stored = world.stored_replica();
    let keys = stored.keys();
    for tablet in &world.tablets {
        assert!(
            tablet.written.is_subset(&keys),
            "seed {seed}: something was lost"
        );
        assert_eq!(
            tablet.replica.content(),
            stored.content(),
            "seed {seed}: replicas differ"
        );
    }
    assert!(
        world.crashes > 0 && world.drops > 0 && world.snapshots > 0 && world.locks > 0,
        "seed {seed}: the weather was fine"
    );
}

#[test]
fn in_any_weather_nothing_saved_is_lost_and_all_replicas_meet() {
    for seed in 0..12 {
        check(seed, 2 + seed % 5, 1_500);
    }
}
