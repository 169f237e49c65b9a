//! Sessions and a relay under virtual time, with connections that break, a relay that crashes and
//! a store that is late. Whatever happens, *Saved* must be true, and in the end all are equal.
//!
//! The relay here is the least that keeps the rules; the real one is held to the same
//! by the tests of `relay`.

use std::collections::VecDeque;

use yrs::ClientID;
use yrs::updates::encoder::Encode;

use super::replica::{Device, Replica};
use super::*;
use crate::gate;
use crate::testing::Dice;

const DOCUMENT: &str = "w/board/1";

/// One device, its session, and the socket between it and the relay.
struct Client {
    id: u64,
    session: Session,
    device: Device,
    socket: Socket,
    /// How many sockets there have been: a status is for the socket its update came by.
    sockets: u32,
    writes: u32,
}

/// What is on the way in a socket.
#[derive(Default)]
enum Socket {
    #[default]
    None,
    Opening,
    Open {
        to_relay: VecDeque<Vec<u8>>,
        to_client: VecDeque<Vec<u8>>,
        is_granted: bool,
    },
}

struct World {
    dice: Dice,
    now_ms: u64,
    clients: Vec<Client>,
    /// What the relay has in memory.
    live: Replica,
    /// What the relay has in its store.
    log: Vec<Vec<u8>>,
    /// Applied, not durable yet: the update, whose it is, and by which of its sockets it came.
    uncommitted: Vec<(Vec<u8>, usize, u32)>,
    crashes: u32,
}

impl World {
    fn new(seed: u64, clients: u64) -> Self {
        let clients = (0..clients)
            .map(|index| {
                let id = 100 + index;
                let mut session = Session::new("key".to_owned(), seed + index);
                session.open(0, DOCUMENT, id);
                let device = Device([(DOCUMENT.to_owned(), Replica::new(id))].into());
                Client {
                    id,
                    session,
                    device,
                    socket: Socket::None,
                    sockets: 0,
                    writes: 0,
                }
            })
            .collect();
        Self {
            dice: Dice::new(seed),
            now_ms: 0,
            clients,
            live: Replica::new(1),
            log: Vec::new(),
            uncommitted: Vec::new(),
            crashes: 0,
        }
    }

    /// Carries what a session wants to its socket and back.
    fn drive(&mut self, index: usize) {
        let Client {
            session, socket, ..
        } = &mut self.clients[index];
        while let Some(frame) = session.poll_transmit() {
            if let Socket::Open { to_relay, .. } = socket {
                to_relay.push_back(frame);
            }
        }
        while let Some(event) = session.poll_event() {
            match event {
                Event::Connect => *socket = Socket::Opening,
                Event::Disconnect => *socket = Socket::None,
                Event::Refused { .. } => panic!("nobody is refused here"),
                Event::Status { .. } | Event::Presence { .. } | Event::Told { .. } => {}
            }
        }
    }

    fn step(&mut self) {
        let index = self.dice.below(self.clients.len());
        match self.dice.below(100) {
            0..15 => self.write(index),
            15..20 => self.open_socket(index),
            20..55 => self.deliver_to_relay(index),
            55..85 => self.deliver_to_client(index),
            85..92 => self.commit(),
            92..93 => self.break_socket(index),
            93 if self.dice.below(20) == 0 => self.crash(),
            94 => self.clients[index].session.handle_wake(self.now_ms),
            _ => self.pass(),
        }
        self.drive(index);
        self.check();
    }

    fn write(&mut self, index: usize) {
        let client = &mut self.clients[index];
        client.writes += 1;
        let words = format!("[{} {}]", client.id, client.writes);
        let update = client.device.0[DOCUMENT].write(&words);
        client.session.handle_edit(self.now_ms, DOCUMENT, update);
    }

    fn open_socket(&mut self, index: usize) {
        let Client {
            session,
            device,
            socket,
            sockets,
            ..
        } = &mut self.clients[index];
        if matches!(socket, Socket::Opening) {
            let (to_relay, to_client) = (VecDeque::new(), VecDeque::new());
            *socket = Socket::Open {
                to_relay,
                to_client,
                is_granted: false,
            };
            *sockets += 1;
            session.handle_connected(self.now_ms, device);
        }
    }

    fn break_socket(&mut self, index: usize) {
        let Client {
            session, socket, ..
        } = &mut self.clients[index];
        if !matches!(std::mem::take(socket), Socket::None) {
            let code = [close::ABNORMAL, close::COME_BACK_LATER][self.dice.below(2)];
            session.handle_closed(self.now_ms, code);
        }
    }

    /// The relay loses what is not durable.
    fn crash(&mut self) {
        self.crashes += 1;
        self.uncommitted.clear();
        self.live = Replica::new(1);
        for update in &self.log {
            self.live.apply(update).expect("the log can be applied");
        }
        for index in 0..self.clients.len() {
            self.break_socket(index);
            self.drive(index);
        }
    }

    fn pass(&mut self) {
        self.now_ms += self.dice.below(400) as u64;
        for index in 0..self.clients.len() {
            let session = &mut self.clients[index].session;
            if session
                .poll_timeout()
                .is_some_and(|next_ms| next_ms <= self.now_ms)
            {
                session.handle_timeout(self.now_ms);
            }
            self.drive(index);
        }
    }

    fn send(&mut self, index: usize, message: &Message<'_>) {
        if let Socket::Open { to_client, .. } = &mut self.clients[index].socket {
            to_client.push_back(wire::encode(Framing::Hocuspocus, DOCUMENT, message));
        }
    }

    fn deliver_to_client(&mut self, index: usize) {
        let Client {
            session,
            device,
            socket,
            ..
        } = &mut self.clients[index];
        if let Socket::Open { to_client, .. } = socket
            && let Some(frame) = to_client.pop_front()
        {
            session.handle_frame(self.now_ms, &frame, device);
        }
    }

    fn deliver_to_relay(&mut self, index: usize) {
        let Socket::Open {
            to_relay,
            is_granted,
            ..
        } = &mut self.clients[index].socket
        else {
            return;
        };
        let Some(frame) = to_relay.pop_front() else {
            return;
        };
        match wire::decode(Framing::Hocuspocus, &frame)
            .expect("sessions send frames")
            .message
        {
            Message::Token { .. } => {
                *is_granted = true;
                self.send(index, &Message::Granted { read_only: false });
            }
            Message::SyncStep1(state_vector) => {
                let state_vector = gate::read_state_vector(state_vector).expect("a state vector");
                let update = self.live.diff(&state_vector);
                self.send(index, &Message::SyncStep2(&update));
                let own = self.live.state_vector().encode_v1();
                self.send(index, &Message::SyncStep1(&own));
            }
            Message::SyncStep2(update) => self.take(index, update),
            Message::Update(update) => {
                let refused = gate::check(update, &self.live.state_vector()).err();
                if refused.is_some_and(|refused| refused.is_hole()) {
                    let own = self.live.state_vector().encode_v1();
                    self.send(index, &Message::SyncStep1(&own));
                } else {
                    self.take(index, update);
                }
            }
            Message::Ping => {
                if let Socket::Open { to_client, .. } = &mut self.clients[index].socket {
                    to_client.push_back(vec![10]);
                }
            }
            other => panic!("sessions do not send {other:?}"),
        }
    }

    fn take(&mut self, index: usize, update: &[u8]) {
        gate::check(update, &self.live.state_vector()).expect("sessions send what passes");
        self.live.apply(update).expect("what passes can be applied");
        let socket = self.clients[index].sockets;
        self.uncommitted.push((update.to_owned(), index, socket));
        for other in (0..self.clients.len()).filter(|other| *other != index) {
            if matches!(
                self.clients[other].socket,
                Socket::Open {
                    is_granted: true,
                    ..
                }
            ) {
                self.send(other, &Message::Update(update));
            }
        }
    }

    fn commit(&mut self) {
        for (update, index, socket) in std::mem::take(&mut self.uncommitted) {
            self.log.push(update);
            if self.clients[index].sockets == socket {
                self.send(index, &Message::SyncStatus(true));
            }
        }
    }

    /// Whoever is told *Saved* has nothing that the store has not.
    fn check(&self) {
        for client in &self.clients {
            if client.session.status(DOCUMENT) == Status::Saved {
                let own = client.device.0[DOCUMENT].text();
                let stored = Replica::new(2);
                self.log
                    .iter()
                    .for_each(|update| stored.apply(update).expect("a sound log"));
                let id = ClientID::new(client.id);
                let written = client.device.0[DOCUMENT].state_vector().get(&id);
                assert!(
                    stored.state_vector().get(&id) >= written,
                    "{} was told that {own} is saved; stored is {}",
                    client.id,
                    stored.text()
                );
            }
        }
    }

    /// Lets everything come to rest.
    fn settle(&mut self) {
        for _ in 0..3_000 {
            for index in 0..self.clients.len() {
                self.open_socket(index);
                self.drive(index);
                self.deliver_to_relay(index);
                self.deliver_to_client(index);
                self.drive(index);
            }
            self.commit();
            self.pass();
        }
    }
}

fn run(seed: u64, clients: u64, steps: usize) -> u32 {
    let mut world = World::new(seed, clients);
    for index in 0..world.clients.len() {
        world.drive(index);
    }
    for _ in 0..steps {
        world.step();
    }
    world.settle();
    world.check();
    for client in &world.clients {
        assert_eq!(
            client.session.status(DOCUMENT),
            Status::Saved,
            "seed {seed}"
        );
        let text = client.device.0[DOCUMENT].text();
        assert_eq!(text, world.live.text(), "seed {seed}");
        for write in 1..=client.writes {
            assert!(
                text.contains(&format!("[{} {write}]", client.id)),
                "seed {seed}"
            );
        }
    }
    world.crashes
}

#[test]
fn s5_saved_is_true_whatever_breaks() {
    let crashes: u32 = (0..30).map(|seed| run(seed, 4, 2_000)).sum();
    assert!(crashes > 3, "too few crashes to show anything: {crashes}");
}

#[test]
fn s6_devices_that_wrote_offline_come_to_the_same_document() {
    let mut world = World::new(99, 3);
    for _ in 0..20 {
        (0..3).for_each(|index| world.write(index));
    }
    (0..3).for_each(|index| world.drive(index));
    world.settle();
    let texts: Vec<_> = world
        .clients
        .iter()
        .map(|client| client.device.0[DOCUMENT].text())
        .collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
    assert_eq!(texts[0].matches('[').count(), 60);
}
