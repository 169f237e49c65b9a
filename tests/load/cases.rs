//! What is measured: one busy room, idle clients, a large board after a restart.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use workshop::ClientId;
use workshop::board::{Board, Command, NewCard, Point, Seat};
use workshop::id::CardId;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Map, Transact, Update};

use crate::client::{Client, Pen, Received, operations};
use crate::process::Relay;

/// Of how many clients one writes.
const WRITER_EACH: usize = 10;
/// Operations a second of each writer.
const RATE: u32 = 10;
const BUSY: Duration = Duration::from_secs(8);
/// How long after the last operation one may still arrive.
const DRAIN: Duration = Duration::from_secs(2);

const IDLE_CLIENTS: usize = 1_000;
const IDLE_A_ROOM: usize = 20;

const CARDS: usize = 5_000;

/// One measurement: figures by name, the unit in the name.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) figures: BTreeMap<&'static str, f64>,
}

/// Everyone in one room, a tenth of them writing.
pub(crate) async fn one_room(program: &Path, clients: usize) -> Measured {
    let relay = Relay::start(program).await;
    let workshop = relay.create_workshop().await;
    let document = format!("{}/board/load", workshop.id);

    let mut sockets = Vec::new();
    for _ in 0..clients {
        sockets.push(
            Client::open(relay.address, &document, &workshop.key)
                .await
                .0,
        );
    }
    let cpu_before = relay.cpu_ns();
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for (number, client) in sockets.into_iter().enumerate() {
        let pen = (number % WRITER_EACH == 0).then(|| Pen::new(number));
        tasks.spawn(take_part(client, number, pen, stopped.clone()));
    }
    tokio::time::sleep(BUSY + DRAIN).await;
    let cpu = relay.cpu_ns() - cpu_before;
    stop.send(true).expect("the clients are there");

    let mut sent = 0;
    let mut durable = Vec::new();
    let mut seen = Vec::new();
    for part in tasks.join_all().await {
        sent += part.sent;
        durable.extend(part.durable);
        seen.extend(part.seen);
    }
    let expected = sent * (clients - 1);
    Measured {
        name: format!("{clients} clients in one room"),
        figures: BTreeMap::from([
            (
                "CPU per delivered operation, µs",
                cpu as f64 / 1e3 / seen.len() as f64,
            ),
            (
                "operations not delivered",
                expected as f64 - seen.len() as f64,
            ),
            ("seen by another, p50, ms", percentile(&mut seen, 0.50)),
            ("seen by another, p95, ms", percentile(&mut seen, 0.95)),
            ("seen by another, p99, ms", percentile(&mut seen, 0.99)),
            (
                "acknowledged durable, p50, ms",
                percentile(&mut durable, 0.50),
            ),
            (
                "acknowledged durable, p99, ms",
                percentile(&mut durable, 0.99),
            ),
        ]),
    }
}

/// What one client did and saw; times in microseconds.
#[derive(Default)]
struct Part {
    sent: usize,
    durable: Vec<u64>,
    seen: Vec<u64>,
}

async fn take_part(
    mut client: Client,
    number: usize,
    pen: Option<Pen>,
    mut stop: watch::Receiver<bool>,
) -> Part {
    let mut part = Part::default();
    let begun = Instant::now();
    // Writers begin at different moments of the first tenth of a second.
    let phase = Duration::from_micros(rand::random_range(0..1_000_000 / u64::from(RATE)));
    tokio::time::sleep(phase).await;
    let mut beat = interval(Duration::from_secs(1) / RATE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end = begun + BUSY;
    let mut waiting = std::collections::VecDeque::new();
    loop {
        tokio::select! {
            received = client.receive() => match received {
                // A merged frame may bring a writer's own operations back; they are not counted.
                Received::Update(update) => operations(&update, |writer, age| {
                    if writer != number {
                        part.seen.push(age);
                    }
                }),
                Received::Durable => {
                    // The first acknowledgement may be of the answer to step 1.
                    if let Some(sent) = waiting.pop_front() {
                        let sent: Instant = sent;
                        part.durable.push(sent.elapsed().as_micros() as u64);
                    }
                }
                Received::Other => {}
            },
            _ = beat.tick(), if pen.is_some() && Instant::now() < end => {
                let update = pen.as_ref().expect("only writers tick").stroke();
                waiting.push_back(Instant::now());
                client.send(&sync::wire::Message::Update(&update)).await;
            }
            _ = stop.changed() => break,
        }
    }
    part.sent = pen.map_or(0, |pen| pen.strokes());
    part
}

/// What a client costs that only listens, twenty to a room.
pub(crate) async fn idle(program: &Path) -> Measured {
    let relay = Relay::start(program).await;
    let workshop = relay.create_workshop().await;
    let before = relay.memory();
    let mut clients = Vec::new();
    for number in 0..IDLE_CLIENTS {
        let document = format!("{}/board/idle-{}", workshop.id, number / IDLE_A_ROOM);
        clients.push(
            Client::open(relay.address, &document, &workshop.key)
                .await
                .0,
        );
    }
    let memory = relay.memory() - before;
    Measured {
        name: format!("{IDLE_CLIENTS} idle clients, {IDLE_A_ROOM} a room"),
        figures: BTreeMap::from([("memory per client, KiB", kib(memory) / clients.len() as f64)]),
    }
}

/// A full board, asked for by the first client after a restart.
pub(crate) async fn cold_load(program: &Path) -> Measured {
    let mut relay = Relay::start(program).await;
    let workshop = relay.create_workshop().await;
    let document = format!("{}/board/large", workshop.id);
    fill(&relay, &document, &workshop.key).await;

    relay.restart().await;
    let start = Instant::now();
    let (_client, update) = Client::open(relay.address, &document, &workshop.key).await;
    let arrived = start.elapsed();
    let doc = Doc::new();
    let cards = doc.get_or_insert_map("cards");
    let decoded = Update::decode_v1(&update).expect("the relay sends updates");
    doc.transact_mut()
        .apply_update(decoded)
        .expect("the relay sends whole updates");
    assert_eq!(
        cards.len(&doc.transact()) as usize,
        CARDS,
        "every card is there"
    );
    Measured {
        name: format!("cold load of {CARDS} cards"),
        figures: BTreeMap::from([
            (
                "connect to whole board received, ms",
                arrived.as_secs_f64() * 1e3,
            ),
            (
                "connect to whole board applied, ms",
                start.elapsed().as_secs_f64() * 1e3,
            ),
            ("size on the wire, KiB", kib(update.len() as u64)),
        ]),
    }
}

/// Writes the board as a tablet would, card by card, and waits until all of it is durable.
async fn fill(relay: &Relay, document: &str, key: &str) {
    let mut client = Client::open(relay.address, document, key).await.0;
    let mut board = Board::new(ClientId(1_000_001));
    let mut unacknowledged = 0_usize;
    for number in 0..CARDS {
        let card = NewCard {
            id: CardId::parse(&format!("card-{number}")).expect("an id"),
            kind: "idea".to_owned(),
            text: format!("Idea {number}: a bench half way, with a view of the river"),
            fields: BTreeMap::new(),
            zone: "canvas".to_owned(),
            at: Point {
                x: (number % 70) as f64 * 216.0,
                y: (number / 70) as f64 * 216.0,
            },
            seat: Seat::ALL[number % Seat::ALL.len()],
            from: None,
        };
        board
            .run(Command::Create(card), number as u64)
            .expect("the board has room");
        while let Some(update) = board.poll_update() {
            client.send(&sync::wire::Message::Update(&update)).await;
            unacknowledged += 1;
        }
        // A window of what is under way, as a socket's own buffers would give.
        while unacknowledged > 64 {
            if let Received::Durable = client.receive().await {
                unacknowledged -= 1;
            }
        }
    }
    while unacknowledged > 0 {
        if let Received::Durable = client.receive().await {
            unacknowledged -= 1;
        }
    }
}

fn percentile(samples: &mut [u64], part: f64) -> f64 {
    samples.sort_unstable();
    let last = samples.len().saturating_sub(1);
    samples
        .get((last as f64 * part).round() as usize)
        .map_or(f64::NAN, |us| *us as f64 / 1e3)
}

fn kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}
