//! Rooms in which a part of the members write or announce themselves, and all of them listen.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Figures, mib, percentile};
use crate::client::{Client, Received};
use crate::mark::{Hand, marks};
use crate::pace::Pace;
use crate::server::{Kind, Programs, Server};

/// What the active members of a room do.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Write,
    Announce,
}

/// So many rooms with so many members each, of whom some act so many times a second.
pub(crate) struct Busy {
    pub(crate) rooms: usize,
    pub(crate) members: usize,
    pub(crate) active: usize,
    pub(crate) rate: u32,
    pub(crate) act: Act,
}

/// Before anything is measured, so that a just-in-time compiler has met the code that is hot.
const WARM_UP: Busy = Busy {
    rooms: 1,
    members: 10,
    active: 4,
    rate: 100,
    act: Act::Write,
};
const WARM_UP_TIME: Duration = Duration::from_secs(2);

impl Busy {
    pub(super) fn name(&self) -> String {
        let Self {
            rooms,
            members,
            active,
            rate,
            ..
        } = self;
        match self.act {
            Act::Announce => format!("presence at {rate} Hz in a room of {members}"),
            Act::Write if *rooms == 1 => {
                format!("one room of {members}, {active} write {rate} a second")
            }
            Act::Write => {
                format!("{rooms} rooms of {members}, {active} in each write {rate} a second")
            }
        }
    }

    fn hand(&self, number: usize) -> Option<Hand> {
        (number < self.active).then(|| match self.act {
            Act::Write => Hand::appending(number),
            Act::Announce => Hand::announcing(number),
        })
    }

    pub(super) async fn measure(&self, kind: Kind, programs: &Programs, pace: &Pace) -> Figures {
        let server = Server::start(kind, programs).await;
        WARM_UP
            .run(&server, "warm", WARM_UP_TIME, Duration::ZERO)
            .await;
        let (cpu, mut part) = self.run(&server, "load", pace.busy, pace.settle).await;
        let memory = server.memory();

        let expected = u64::from(part.done) * (self.members as u64 - 1);
        let delivered = part.ages_us.len() as u64;
        let mut figures = Figures::default();
        let cpu_us = cpu.as_secs_f64() * 1e6;
        figures.add("CPU per delivered operation, µs", cpu_us / delivered as f64);
        let ages = &mut part.ages_us;
        figures.add("seen by another, p50, ms", percentile(ages, 0.50));
        figures.add("seen by another, p95, ms", percentile(ages, 0.95));
        figures.add("seen by another, p99, ms", percentile(ages, 0.99));
        let taken = &mut part.taken_us;
        figures.add("acknowledged, p50, ms", percentile(taken, 0.50));
        figures.add("acknowledged, p95, ms", percentile(taken, 0.95));
        figures.add("acknowledged, p99, ms", percentile(taken, 0.99));
        let missing = expected - delivered;
        figures.add("operations not delivered", missing as f64);
        figures.add("RSS, MiB", mib(memory));
        figures
    }

    /// Fills the rooms, lets them be busy, and gives the server's CPU time and what was seen.
    async fn run(
        &self,
        server: &Server<'_>,
        prefix: &str,
        busy: Duration,
        settle: Duration,
    ) -> (Duration, Part) {
        let mut clients = Vec::with_capacity(self.rooms * self.members);
        for room in 0..self.rooms {
            let door = server.door(&format!("{prefix}-{room}"));
            for number in 0..self.members {
                clients.push((door.open().await.client, self.hand(number)));
            }
        }
        let before = server.cpu();
        let (stop, stopped) = watch::channel(false);
        let end = Instant::now() + busy;
        let mut tasks = JoinSet::new();
        for (client, hand) in clients {
            let beat = Duration::from_secs(1) / self.rate;
            tasks.spawn(take_part(client, hand, beat, end, stopped.clone()));
        }
        sleep(busy + settle).await;
        let cpu = server.cpu().since(&before);
        stop.send_replace(true);
        let mut whole = Part::default();
        for part in tasks.join_all().await {
            whole.add(part);
        }
        (cpu, whole)
    }
}

/// What one client did and saw, times in microseconds.
#[derive(Default)]
pub(super) struct Part {
    done: u32,
    /// The age of every operation of others at the moment at which it was seen first.
    pub(super) ages_us: Vec<u32>,
    /// The age of each of its own operations when it was acknowledged.
    taken_us: Vec<u32>,
    /// The number of the operation expected next, by writer.
    next: Vec<u32>,
}

impl Part {
    pub(super) fn add(&mut self, other: Self) {
        self.done += other.done;
        self.ages_us.extend(other.ages_us);
        self.taken_us.extend(other.taken_us);
    }

    /// Notes the operations in a frame. Each counts once, whether or not a server repeats it.
    fn see(&mut self, bytes: &[u8], own: Option<usize>) {
        marks(bytes, |mark| {
            if self.next.len() <= mark.writer {
                self.next.resize(mark.writer + 1, 0);
            }
            let next = &mut self.next[mark.writer];
            if own != Some(mark.writer) && mark.number >= *next {
                *next = mark.number + 1;
                self.ages_us.push(mark.age_us);
            }
        });
    }
}

/// Acts until `end`, if it has a hand, and listens until told to stop.
pub(super) async fn take_part(
    mut client: Client,
    mut hand: Option<Hand>,
    beat: Duration,
    end: Instant,
    mut stop: watch::Receiver<bool>,
) -> Part {
    let mut part = Part::default();
    let own = hand.as_ref().map(Hand::writer);
    let mut waiting = VecDeque::new();
    // People do not act in step.
    let phase = beat.mul_f64(rand::random_range(0.0..1.0));
    let mut beats = interval(beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats.reset_after(phase);
    loop {
        tokio::select! {
            received = client.receive() => match received {
                Received::Update(bytes) | Received::Presence(bytes) => part.see(&bytes, own),
                Received::Acknowledged => {
                    let sent: Option<Instant> = waiting.pop_front();
                    part.taken_us.extend(sent.map(|sent| sent.elapsed().as_micros() as u32));
                }
                Received::Closed => panic!("the server closed the socket of someone who reads"),
                Received::Step2(_) | Received::Other => {}
            },
            _ = beats.tick(), if hand.is_some() => {
                if Instant::now() >= end {
                    part.done = hand.take().map_or(0, |hand| hand.done());
                    continue;
                }
                if let Some(hand) = &mut hand {
                    waiting.push_back(Instant::now());
                    client.send(&hand.act().message()).await;
                }
            }
            _ = stop.changed() => {
                part.done += hand.map_or(0, |hand| hand.done());
                return part;
            }
        }
    }
}
