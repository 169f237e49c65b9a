//! Kills a relay at random moments while people write, and counts what is missing afterwards.
//!
//! A real process, a real database, real sockets. Each operation adds one card of its own to a board,
//! and a relay acknowledges the operations of a session in the order in which it got them; so it is
//! known of every card whether it was acknowledged. What is killed is the process, not the computer:
//! of a loss of power this says nothing.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use sync::wire::{self, Framing, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use yrs::updates::decoder::Decode;
use yrs::{Doc, Map, Out, Transact, Update};

use crate::program::Process;

/// Nothing takes longer than this.
const LIMIT: Duration = Duration::from_mins(1);
const BOARDS: usize = 2;
const WRITERS: usize = 6;
/// How many operations of one writer may be on their way.
const WINDOW: usize = 64;
/// The most operations before the relay is killed.
const OPERATIONS: usize = 1_500;
/// The longest card, in bytes. A log of 2 MiB is made into a snapshot, so at half of this for each
/// card that happens several times before the relay is killed.
const CARD_BYTES: usize = 8 << 10;
/// After so many rounds new boards are begun, so that none grows without end.
const ROUNDS_A_BOARD: usize = 5;
/// What the relay logs when it begins a snapshot, and when it has trimmed the log.
const SNAPSHOT_BEGINS: &str = "a snapshot is being made";
const SNAPSHOT_KEPT: &str = "a snapshot was kept";

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Crashes {
    /// How often the relay was killed.
    pub rounds: usize,
    /// How many of these times it was making a snapshot or trimming a log.
    pub while_snapshotting: usize,
    /// How many operations were acknowledged.
    pub acknowledged: usize,
    /// Which of them were not there afterwards, or not as they were written.
    pub acknowledged_and_missing: Vec<String>,
    /// How many operations were sent and not acknowledged.
    pub only_sent: usize,
    /// How many of them were not there afterwards. That is no fault: nobody was told they were.
    pub only_sent_and_missing: usize,
}

/// A card, and whether the relay has said that it is saved.
struct Written {
    card: String,
    bytes: usize,
    acknowledged: bool,
}

/// When to kill.
#[derive(Clone, Copy)]
enum Moment {
    /// When so many operations have been sent.
    Sent(usize),
    /// When the relay has begun a snapshot and so many more operations have been sent.
    Snapshotting(usize),
}

/// Kills a relay `rounds` times. The same seed chooses the same moments and the same operations, as
/// far as the machine's own timing lets it.
///
/// # Panics
/// When the relay does not start, or does not keep to its wire.
pub async fn crash(program: &Path, seed: u64, rounds: usize) -> Crashes {
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut relay = Process::start(program, folder.path()).await;
    let (workshop, key) = make_workshop(relay.address).await;
    let mut crashes = Crashes {
        rounds,
        ..Crashes::default()
    };
    let mut written: Vec<Vec<Written>> = Vec::new();
    for round in 0..rounds {
        let boards: Vec<String> = (0..BOARDS)
            .map(|board| format!("{workshop}/board/b{}-{board}", round / ROUNDS_A_BOARD))
            .collect();
        if round % ROUNDS_A_BOARD == 0 {
            written = boards.iter().map(|_| Vec::new()).collect();
        }
        let moment = if round % 2 == 0 {
            Moment::Sent(random.random_range(1..OPERATIONS))
        } else {
            Moment::Snapshotting(random.random_range(0..64))
        };

        let sending = Sending::default();
        let mut joined = Vec::new();
        for number in 0..WRITERS {
            let board = number % BOARDS;
            // Everyone has joined before the first writes, and so before the relay is killed.
            let session = Session::open(relay.address, &boards[board], &key).await.0;
            joined.push((board, number, session));
        }
        let mut writers = JoinSet::new();
        for (board, number, session) in joined {
            let name = format!("r{round}-w{number}");
            let random = StdRng::seed_from_u64(random.random());
            let sending = sending.clone();
            writers.spawn(async move { (board, write(session, &name, random, &sending).await) });
        }
        let killed = kill_at(&mut relay, moment, &sending);
        let snapshotting = timeout(LIMIT, killed).await.expect("the moment comes");
        crashes.while_snapshotting += usize::from(snapshotting);
        while let Some(part) = writers.join_next().await {
            let (board, part) = part.expect("a writer ends with its socket");
            let acknowledged = part.iter().filter(|it| it.acknowledged).count();
            crashes.acknowledged += acknowledged;
            crashes.only_sent += part.len() - acknowledged;
            written[board].extend(part);
        }

        relay = Process::start(program, folder.path()).await;
        for (document, written) in boards.iter().zip(&mut written) {
            let (_, whole) = Session::open(relay.address, document, &key).await;
            take_stock(&whole, written, &mut crashes);
        }
    }
    crashes
}

/// Counts what is missing. What was not acknowledged and is missing is then forgotten, since no round
/// can bring it back; what is there must stay.
fn take_stock(whole: &[u8], written: &mut Vec<Written>, crashes: &mut Crashes) {
    let doc = Doc::new();
    let cards = doc.get_or_insert_map("cards");
    let update = Update::decode_v1(whole).expect("the relay sends updates");
    let applied = doc.transact_mut().apply_update(update);
    applied.expect("the relay sends whole updates");
    let transaction = doc.transact();
    written.retain_mut(|it| {
        let found = cards.get(&transaction, &it.card);
        let there =
            matches!(found, Some(Out::Any(yrs::Any::String(text))) if *text == *text_of(it));
        match (there, it.acknowledged) {
            // Whoever reads it now may count on it from now on.
            (true, _) => it.acknowledged = true,
            (false, true) => crashes.acknowledged_and_missing.push(it.card.clone()),
            (false, false) => crashes.only_sent_and_missing += 1,
        }
        there
    });
}

fn text_of(written: &Written) -> String {
    let mut text = written.card.repeat(written.bytes / written.card.len() + 1);
    text.truncate(written.bytes);
    text
}

/// What all writers of a round have sent.
#[derive(Clone, Default)]
struct Sending(Arc<(AtomicUsize, Notify)>);

impl Sending {
    fn note(&self) {
        let (count, more) = &*self.0;
        count.fetch_add(1, Ordering::SeqCst);
        more.notify_one();
    }

    fn count(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    async fn reach(&self, wanted: usize) {
        while self.count() < wanted {
            self.0.1.notified().await;
        }
    }
}

/// Waits for the moment and kills; says whether a snapshot was being made then.
async fn kill_at(relay: &mut Process, moment: Moment, sending: &Sending) -> bool {
    match moment {
        Moment::Sent(count) => sending.reach(count).await,
        Moment::Snapshotting(more) => {
            while !relay
                .logged()
                .await
                .expect("the relay runs")
                .contains(SNAPSHOT_BEGINS)
            {}
            sending.reach(sending.count() + more).await;
        }
    }
    relay.kill().await;
    let mut under_way = usize::from(matches!(moment, Moment::Snapshotting(_)));
    while let Some(line) = relay.logged().await {
        under_way += usize::from(line.contains(SNAPSHOT_BEGINS));
        under_way -= usize::from(line.contains(SNAPSHOT_KEPT));
    }
    under_way > 0
}

/// Writes until the socket ends, and gives all that was sent.
async fn write(
    mut session: Session,
    name: &str,
    mut random: StdRng,
    sending: &Sending,
) -> Vec<Written> {
    let doc = Doc::new();
    let cards = doc.get_or_insert_map("cards");
    let mut written: Vec<Written> = Vec::new();
    let mut acknowledged = 0;
    loop {
        if written.len() - acknowledged < WINDOW {
            let one = Written {
                card: format!("{name}-{}", written.len()),
                bytes: random.random_range(1..CARD_BYTES),
                acknowledged: false,
            };
            let update = {
                let mut transaction = doc.transact_mut();
                cards.insert(&mut transaction, one.card.clone(), text_of(&one));
                transaction.encode_update_v1()
            };
            written.push(one);
            sending.note();
            if session.send(&Message::Update(&update)).await.is_err() {
                break;
            }
        }
        // Takes what has come; waits for it only when as much is on its way as may be.
        let full = written.len() - acknowledged >= WINDOW;
        match session.receive(full).await {
            Ok(Some(Received::Saved)) => {
                written[acknowledged].acknowledged = true;
                acknowledged += 1;
            }
            Ok(_) => {}
            Err(Ended) => break,
        }
    }
    // What had come before the end was told as well.
    while let Ok(Some(received)) = session.receive(true).await {
        if let Received::Saved = received {
            written[acknowledged].acknowledged = true;
            acknowledged += 1;
        }
    }
    written
}

/// One document on one socket, in Hocuspocus framing.
struct Session {
    document: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

enum Received {
    Whole(Vec<u8>),
    Asked,
    Saved,
    Other,
}

/// The socket is at its end.
#[derive(Debug)]
struct Ended;

impl Session {
    /// Joins a document; gives what the relay holds. Whatever is acknowledged from then on is an
    /// update of this session's own.
    async fn open(address: SocketAddr, document: &str, key: &str) -> (Self, Vec<u8>) {
        let opened = timeout(LIMIT, async {
            let (socket, _) = connect_async(format!("ws://{address}/sync"))
                .await
                .expect("the relay takes a socket");
            let document = document.to_owned();
            let mut session = Self { document, socket };
            let token = Message::Token {
                token: key,
                version: None,
            };
            for message in [token, Message::SyncStep1(&[0])] {
                session.send(&message).await.expect("the relay reads");
            }
            let mut whole = Vec::new();
            loop {
                match session.receive(true).await.expect("the relay stays") {
                    Some(Received::Whole(update)) => whole = update,
                    Some(Received::Asked) => {
                        let nothing = Message::SyncStep2(&[0, 0]);
                        session.send(&nothing).await.expect("the relay reads");
                    }
                    Some(Received::Saved) => return (session, whole),
                    Some(Received::Other) | None => {}
                }
            }
        });
        opened.await.expect("the relay answers within the limit")
    }

    async fn send(&mut self, message: &Message<'_>) -> Result<(), Ended> {
        let frame = wire::encode(Framing::Hocuspocus, &self.document, message);
        let sent = self.socket.send(Frame::Binary(frame.into())).await;
        sent.map_err(|_| Ended)
    }

    /// The next frame; `None` when there is none yet and it is not to wait.
    async fn receive(&mut self, wait: bool) -> Result<Option<Received>, Ended> {
        let next = self.socket.next();
        let frame = if wait {
            next.await
        } else {
            tokio::select! {
                biased;
                frame = next => frame,
                () = std::future::ready(()) => return Ok(None),
            }
        };
        let Some(Ok(Frame::Binary(frame))) = frame else {
            return Err(Ended);
        };
        let read = wire::decode(Framing::Hocuspocus, &frame).expect("the relay keeps to its wire");
        Ok(Some(match read.message {
            Message::SyncStep2(update) => Received::Whole(update.to_vec()),
            Message::SyncStep1(_) => Received::Asked,
            Message::SyncStatus(saved) => {
                assert!(saved, "the relay refused an operation");
                Received::Saved
            }
            _ => Received::Other,
        }))
    }
}

async fn make_workshop(address: SocketAddr) -> (String, String) {
    let body = r#"{"title":"Crash","question":"What is left?","start":"community"}"#;
    let length = body.len();
    let request = format!(
        "POST /api/workshops HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    let mut socket = TcpStream::connect(address)
        .await
        .expect("the relay answers");
    let sent = socket.write_all(request.as_bytes()).await;
    sent.expect("the relay reads");
    let mut answer = String::new();
    let read = socket.read_to_string(&mut answer).await;
    read.expect("the relay answers");
    let (_, json) = answer.split_once("\r\n\r\n").expect("an answer has a body");
    let made: Value = serde_json::from_str(json).expect("the relay answers with JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["id"]), text(&made["keys"]["participant"]))
}
