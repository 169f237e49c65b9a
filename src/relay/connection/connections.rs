//! All open connections of a relay: how many there are, and how they are sent away at its end.
//!
//! Most clients come back as soon as they are closed, some in the very same moment: so they are closed
//! a few at a time, and return spread out. The lock here is taken when a connection comes or goes,
//! never for a frame.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::outbox::{Closing, Outbox};

/// How many are closed at once, unless there are so many that it would take too long.
const GROUP: usize = 10;
/// How long the next group waits.
const PAUSE: Duration = Duration::from_millis(40);
/// The most groups, which bounds the whole to two seconds.
const GROUPS: usize = 50;

#[derive(Default)]
pub(crate) struct Connections(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// By number, so that the oldest come first.
    outboxes: BTreeMap<u64, Outbox>,
    next: u64,
    is_over: bool,
}

/// The place of one connection among all; given up when dropped.
pub(crate) struct Place {
    connections: Arc<Connections>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().outboxes.remove(&self.number);
    }
}

impl Connections {
    /// Takes in a connection. One that comes after all were sent away is sent away too.
    pub(crate) fn enter(self: &Arc<Self>, outbox: Outbox) -> Place {
        let mut open = self.open();
        if open.is_over {
            send_away(&outbox);
        }
        let number = open.next;
        open.next += 1;
        open.outboxes.insert(number, outbox);
        drop(open);
        Place {
            connections: self.clone(),
            number,
        }
    }

    /// Closes all connections, in small groups. Whoever is not closed yet goes on as if nothing were.
    pub(crate) async fn send_all_away(&self) {
        let outboxes: Vec<Outbox> = self.open().outboxes.values().cloned().collect();
        let group = outboxes.len().div_ceil(GROUPS).max(GROUP);
        for (number, group) in outboxes.chunks(group).enumerate() {
            if number > 0 {
                sleep(PAUSE).await;
            }
            group.iter().for_each(send_away);
        }
        let mut open = self.open();
        open.is_over = true;
        // Those who came meanwhile; the others keep the reason they were told first.
        open.outboxes.values().for_each(send_away);
    }

    /// What waits to be written to each connection, in bytes.
    pub(crate) fn waiting_bytes(&self) -> Vec<usize> {
        self.open()
            .outboxes
            .values()
            .map(Outbox::queued_bytes)
            .collect()
    }

    /// Nothing is left half done while this is held, so a panic elsewhere is no reason to stop.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn send_away(outbox: &Outbox) {
    let Closing { code, reason } = Closing::GOING_AWAY;
    outbox.close(code, reason);
}

#[cfg(test)]
mod tests {
    use sync::backoff::Backoff;
    use tokio::time::Instant;

    use super::super::outbox::tests::Paper;
    use super::*;

    /// When each of so many connections is told to go, in milliseconds after the first.
    async fn told_at_ms(count: usize) -> Vec<u64> {
        let connections = Arc::new(Connections::default());
        let begun = Instant::now();
        let clients = (0..count).map(|_| {
            let (outbox, _) = Paper::outbox(0, 1024);
            let place = connections.enter(outbox.clone());
            tokio::spawn(async move {
                assert_eq!(outbox.closed().await, Closing::GOING_AWAY);
                drop(place);
                begun.elapsed().as_millis() as u64
            })
        });
        let clients: Vec<_> = clients.collect();
        connections.send_all_away().await;
        let mut told = Vec::new();
        for client in clients {
            told.push(client.await.unwrap());
        }
        told
    }

    /// The most that fall within any 50 ms.
    fn most_in_50_ms(mut at_ms: Vec<u64>) -> usize {
        at_ms.sort_unstable();
        let windows = at_ms.iter().map(|from| {
            let within = *from..from + 50;
            at_ms.iter().filter(|at| within.contains(at)).count()
        });
        windows.max().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_hall_of_400_does_not_come_back_in_one_moment() {
        let told = told_at_ms(400).await;
        // Stock y-websocket returns 100 ms after it was closed, stock Hocuspocus at once: both by the
        // same wait for everyone, so that only the closing can spread them.
        assert!(most_in_50_ms(told.clone()) <= 20);
        // Trestle's own draws its wait.
        let drawn = (0..).map(|device| Backoff::new(device).next_delay_ms());
        let own = told.iter().zip(drawn).map(|(told, wait)| told + wait);
        assert!(most_in_50_ms(own.collect()) <= 20);
    }

    #[tokio::test(start_paused = true)]
    async fn it_takes_two_seconds_at_most_and_no_time_for_a_few() {
        for (count, most_ms) in [(1, 0), (10, 0), (11, 40), (400, 1_600), (5_000, 2_000)] {
            let told = told_at_ms(count).await;
            let last = told.iter().max().unwrap();
            // A timer is a millisecond late at most.
            assert!(*last <= most_ms + 60, "{count} clients: {last} ms");
        }
    }

    #[tokio::test]
    async fn who_comes_afterwards_is_sent_away_too() {
        let connections = Arc::new(Connections::default());
        connections.send_all_away().await;
        let (outbox, _) = Paper::outbox(0, 1024);
        let _place = connections.enter(outbox.clone());
        assert_eq!(outbox.closed().await, Closing::GOING_AWAY);
    }
}
