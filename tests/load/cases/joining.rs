//! Full boards: many who ask for one at the same moment, and the first who asks after a restart.

use std::time::Instant;

use tokio::task::JoinSet;

use super::{Figures, mib};
use crate::board;
use crate::server::{Kind, Programs, Server};

/// Characters on a card that people write in a workshop.
const CHARACTERS: usize = 60;

pub(super) async fn join(kind: Kind, programs: &Programs, clients: usize, cards: usize) -> Figures {
    let server = Server::start(kind, programs).await;
    let door = server.door("full");
    // The writer stays, so that the board is in the server's memory.
    let (_writer, whole) = board::write(&door, &board::board(cards, CHARACTERS)).await;
    assert_eq!(board::cards(&whole), cards, "every card is there");

    server.forget_peak();
    let before = server.cpu();
    let begun = Instant::now();
    let mut joining = JoinSet::new();
    for _ in 0..clients {
        let door = door.clone();
        joining.spawn(async move { door.open().await });
    }
    let joined = joining.join_all().await;
    let cpu = server.cpu().since(&before);
    let last = joined.iter().map(|opened| opened.whole_at).max();
    let last = last.map_or(0.0, |last| (last - begun).as_secs_f64() * 1e3);
    for opened in &joined {
        // Nobody has written since, so it is the same document if it is as long.
        assert_eq!(opened.whole.len(), whole.len(), "everyone has all of it");
    }
    let mut figures = Figures::default();
    figures.add("until the last has the whole board, ms", last);
    figures.add("CPU, ms", cpu.as_secs_f64() * 1e3);
    figures.add("peak RSS, MiB", mib(server.peak_memory()));
    figures.add("size of the board, MiB", mib(whole.len() as u64));
    figures
}

pub(super) async fn cold_load(
    kind: Kind,
    programs: &Programs,
    (cards, characters): (usize, usize),
) -> Figures {
    let mut server = Server::start(kind, programs).await;
    let door = server.door("large");
    let (writer, _) = board::write(&door, &board::board(cards, characters)).await;
    drop(writer);

    server.restart().await;
    server.forget_peak();
    let begun = Instant::now();
    let opened = door.open().await;
    let arrived = opened.whole_at - begun;
    assert_eq!(board::cards(&opened.whole), cards, "every card is there");
    let arrived_ms = arrived.as_secs_f64() * 1e3;
    let mut figures = Figures::default();
    figures.add("connect to whole board received, ms", arrived_ms);
    figures.add("peak RSS, MiB", mib(server.peak_memory()));
    figures.add("size of the board, MiB", mib(opened.whole.len() as u64));
    figures
}
