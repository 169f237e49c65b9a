//! One of a busy room stops reading: what the others feel, what the server does, and whether the
//! one who comes back has everything.
//!
//! Much is written over again and again, so that much has to be sent while the document stays small.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, Map, MapRef, ReadTxn, Transact, Update};

use super::busy::{Part, take_part};
use super::{Figures, mib, percentile};
use crate::client::{Client, Door, Received};
use crate::mark::{Hand, SHEET};
use crate::pace::Pace;
use crate::server::{Kind, Programs, Server};

const MEMBERS: usize = 20;
const WRITERS: usize = 2;
/// Ten of these a second from each writer.
const OPERATION_BYTES: usize = 128 << 10;
const BEAT: Duration = Duration::from_millis(100);
/// In this time a socket is owed 30 MB, which is more than any server should keep for it.
const TIMES_AS_LONG: u32 = 2;

/// How long the one who came back may take to have everything.
const PATIENCE: Duration = Duration::from_secs(20);

/// What became of the room.
struct Outcome {
    p99_ms: Option<f64>,
    memory: u64,
    back: Option<Back>,
}

/// What became of the one who stalled.
struct Back {
    was_closed: bool,
    converged: Option<Duration>,
}

pub(super) async fn stalled(kind: Kind, programs: &Programs, pace: &Pace) -> Figures {
    let without = room(kind, programs, pace, false).await;
    let with = room(kind, programs, pace, true).await;
    let mut figures = Figures::default();
    figures.add("seen by the others without it, p99, ms", without.p99_ms);
    figures.add("seen by the others with it, p99, ms", with.p99_ms);
    figures.add("RSS without it, MiB", mib(without.memory));
    figures.add("RSS with it, MiB", mib(with.memory));
    if let Some(back) = with.back {
        let yes = |yes: bool| f64::from(u8::from(yes));
        let closed = "the one who stalled is closed, 1 = yes";
        figures.add(closed, yes(back.was_closed));
        let whole = "has everything after coming back, 1 = yes";
        figures.add(whole, yes(back.converged.is_some()));
        let converged = back.converged.map(|time| time.as_secs_f64() * 1e3);
        figures.add("time to have everything, ms", converged);
    }
    figures
}

async fn room(kind: Kind, programs: &Programs, pace: &Pace, stalls: bool) -> Outcome {
    let server = Server::start(kind, programs).await;
    let door = server.door("stalled");
    let (stop, stopped) = watch::channel(false);
    let busy = pace.busy * TIMES_AS_LONG;
    let mut clients = Vec::new();
    for _ in 0..MEMBERS {
        clients.push(door.open().await.client);
    }
    let last = door.open_to_stall().await.client;
    let end = Instant::now() + busy;
    let mut tasks = JoinSet::new();
    for (number, client) in clients.into_iter().enumerate() {
        let hand = (number < WRITERS).then(|| Hand::overwriting(number, OPERATION_BYTES));
        tasks.spawn(take_part(client, hand, BEAT, end, stopped.clone()));
    }
    let mut stalled = None;
    if stalls {
        stalled = Some(last);
    } else {
        tasks.spawn(take_part(last, None, BEAT, end, stopped.clone()));
    }
    sleep(busy + pace.settle).await;
    let memory = server.memory();
    stop.send_replace(true);
    let mut part = Part::default();
    for one in tasks.join_all().await {
        part.add(one);
    }
    let back = match stalled {
        Some(client) => Some(come_back(client, &door).await),
        None => None,
    };
    Outcome {
        p99_ms: percentile(&mut part.ages_us, 0.99),
        memory,
        back,
    }
}

/// Reads on, comes back if it was closed, and is there when it has what someone new is given.
async fn come_back(mut client: Client, door: &Door) -> Back {
    let everything = Sheet::default();
    everything.apply(&door.open().await.whole);
    let everything = everything.values();
    let begun = Instant::now();
    let sheet = Sheet::default();
    let mut was_closed = false;
    let caught_up = async {
        while sheet.values() != everything {
            match client.receive().await {
                Received::Update(update) | Received::Step2(update) => sheet.apply(&update),
                Received::Closed => {
                    was_closed = true;
                    let opened = door.reopen(&sheet.state_vector()).await;
                    sheet.apply(&opened.whole);
                    client = opened.client;
                }
                _ => {}
            }
        }
    };
    let caught_up = timeout(PATIENCE, caught_up).await;
    Back {
        was_closed,
        converged: caught_up.is_ok().then(|| begun.elapsed()),
    }
}

/// The document as the one who stalled has it.
struct Sheet {
    doc: Doc,
    map: MapRef,
}

impl Default for Sheet {
    fn default() -> Self {
        let doc = Doc::new();
        let map = doc.get_or_insert_map(SHEET);
        Self { doc, map }
    }
}

impl Sheet {
    fn apply(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("a server sends updates");
        let applied = self.doc.transact_mut().apply_update(update);
        applied.expect("a server sends updates that can be applied");
    }

    fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// What each writer wrote last.
    fn values(&self) -> BTreeMap<String, String> {
        let txn = self.doc.transact();
        let entries = self.map.iter(&txn);
        entries
            .map(|(writer, value)| (writer.to_owned(), value.to_string(&txn)))
            .collect()
    }
}
