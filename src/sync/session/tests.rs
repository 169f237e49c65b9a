//! Tests of the session's rules, by number. This file owns the play that they are parts of: a session
//! with its device, and a relay played by hand.

mod connection;
mod exchange;
mod locks;
mod parts;
mod presence;

use yrs::Update;
use yrs::updates::encoder::Encode;

use super::replica::{Device, Replica};
use super::*;
use crate::presence::encode_one;
use crate::wire::Frame;

const PLAN: &str = "w/plan";
const BOARD: &str = "w/board/1";
const OWN: u64 = 7;

/// A session with its device, and the relay's replica to answer from.
struct Play {
    session: Session,
    device: Device,
    relay: Replica,
    now_ms: u64,
}

impl Play {
    fn new() -> Self {
        let documents = [PLAN, BOARD].map(|name| (name.to_owned(), Replica::new(OWN)));
        Self {
            session: Session::new("key".to_owned(), 1),
            device: Device(documents.into()),
            relay: Replica::new(1),
            now_ms: 1_000,
        }
    }

    /// A session whose plan is open on an open connection; nothing has been answered yet.
    fn connected() -> Self {
        let mut play = Self::new();
        play.session.open(play.now_ms, PLAN, OWN);
        assert_eq!(play.events(), [Event::Connect, status(Status::Connecting)]);
        play.session.handle_connected(play.now_ms, &play.device);
        play
    }

    /// A session whose plan is saved.
    fn saved() -> Self {
        let mut play = Self::connected();
        play.sent();
        play.grant();
        play.exchange();
        play.sent();
        play.hear(&Message::SyncStatus(true));
        assert_eq!(play.session.status(PLAN), Status::Saved);
        play.events();
        play
    }

    fn grant(&mut self) {
        self.hear(&Message::Granted { read_only: false });
    }

    /// The relay answers step 1 and asks in its turn.
    fn exchange(&mut self) {
        let state_vector = self.device.0[PLAN].state_vector();
        self.hear(&Message::SyncStep2(&self.relay.diff(&state_vector)));
        self.hear(&Message::SyncStep1(&self.relay.state_vector().encode_v1()));
    }

    fn hear(&mut self, message: &Message<'_>) {
        let frame = wire::encode(Framing::Hocuspocus, PLAN, message);
        self.session
            .handle_frame(self.now_ms, &frame, &mut self.device);
    }

    fn write(&mut self, words: &str) {
        let update = self.device.0[PLAN].write(words);
        self.session.handle_edit(self.now_ms, PLAN, update);
    }

    fn frames(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.session.poll_transmit()).collect()
    }

    /// What is sent, in short words.
    fn sent(&mut self) -> Vec<String> {
        self.frames().iter().map(|frame| in_words(frame)).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    /// Lets time pass, calling at every timeout, until `until_ms`.
    fn pass(&mut self, until_ms: u64) -> Vec<(u64, String)> {
        let mut sent = Vec::new();
        while let Some(next_ms) = self.session.poll_timeout().filter(|next| *next <= until_ms) {
            self.now_ms = self.now_ms.max(next_ms);
            self.session.handle_timeout(self.now_ms);
            assert!(
                self.session.poll_timeout() > Some(self.now_ms),
                "a timer that never ends"
            );
            sent.extend(self.sent().into_iter().map(|words| (self.now_ms, words)));
        }
        self.now_ms = until_ms;
        sent
    }
}

fn in_words(frame: &[u8]) -> String {
    let Frame { document, message } = wire::decode(Framing::Hocuspocus, frame).unwrap();
    let what = match message {
        Message::SyncStep1(_) => "step 1".to_owned(),
        Message::SyncStep2(update) if update == Update::EMPTY_V1 => "empty step 2".to_owned(),
        Message::SyncStep2(_) => "step 2".to_owned(),
        Message::Update(_) => "update".to_owned(),
        Message::Awareness(update) => format!("awareness {}", presence_in_words(update)),
        Message::Token { token, .. } => format!("token {token}"),
        other => format!("{other:?}"),
    };
    document.map_or(what.clone(), |document| format!("{document}: {what}"))
}

fn presence_in_words(update: &[u8]) -> String {
    for clock in 0..1_000 {
        for state in [None, Some("{}"), Some("1"), Some("2"), Some("3")] {
            if encode_one(OWN, clock, state) == update {
                return format!("{clock} {}", state.unwrap_or("gone"));
            }
        }
    }
    "of others".to_owned()
}

fn status(status: Status) -> Event {
    Event::Status {
        document: PLAN.to_owned(),
        status,
    }
}

fn presence_event() -> Event {
    Event::Presence {
        document: PLAN.to_owned(),
    }
}

/// Takes what was sent as a relay does, and says of each part what it was sent as.
fn take_all(play: &mut Play) -> Vec<&'static str> {
    let frames = play.frames();
    let taken = frames.iter().map(|frame| {
        let message = wire::decode(Framing::Hocuspocus, frame).unwrap().message;
        let (update, kind) = match message {
            Message::SyncStep2(update) => (update, "step 2"),
            Message::Update(update) => (update, "update"),
            other => panic!("{other:?}"),
        };
        crate::gate::check(update, &play.relay.state_vector()).expect("what is sent passes");
        play.relay.apply(update).unwrap();
        kind
    });
    taken.collect()
}

/// Writes over 2 MiB in the way of a device that was offline for days: many edits, and a client id
/// for each time the document was opened.
fn write_long(replica: &Replica) {
    let reopened = Replica::new(OWN + 1);
    for _ in 0..20 {
        for (writer, reader) in [(replica, &reopened), (&reopened, replica)] {
            writer.write(&"Bring back the bus. ".repeat(3_000));
            let lacks = writer.diff(&reader.state_vector());
            reader.apply(&lacks).unwrap();
        }
    }
}
