//! Full boards, written as a tablet writes them: card by card, each an update of its own.
//!
//! Made here and sent to every server over its own protocol, so that all hold the same bytes.

use std::collections::BTreeMap;

use sync::wire::Message;
use tokio_tungstenite::tungstenite::Bytes;
use workshop::ClientId;
use workshop::board::{Board, Command, NewCard, Point, Seat};
use workshop::id::CardId;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Map, Transact, Update};

use crate::client::{Client, Door, Received};

/// The updates of a board with so many cards, with so many characters on each.
pub(crate) fn board(cards: usize, characters: usize) -> Vec<Vec<u8>> {
    let mut board = Board::new(ClientId(1_000_001));
    let mut updates = Vec::with_capacity(cards);
    for number in 0..cards {
        let idea = format!("Idea {number}: a bench half way, with a view of the river. ");
        let card = NewCard {
            id: CardId::parse(&format!("card-{number}")).expect("an id"),
            kind: "idea".to_owned(),
            text: idea.chars().cycle().take(characters).collect(),
            fields: BTreeMap::new(),
            zone: "canvas".to_owned(),
            at: Point {
                x: (number % 70) as f64 * 216.0,
                y: (number / 70) as f64 * 216.0,
            },
            seat: Seat::ALL[number % Seat::ALL.len()],
            from: None,
            photo: None,
        };
        board
            .run(Command::Create(card), number as u64)
            .expect("the board has room");
        updates.extend(std::iter::from_fn(|| board.poll_update()));
    }
    updates
}

/// Writes a board to a server and waits until the server has all of it. Gives the writer, who is
/// still there, and the whole document as the server sends it.
pub(crate) async fn write(door: &Door, updates: &[Vec<u8>]) -> (Client, Bytes) {
    let mut client = door.open().await.client;
    let mut taken = 0;
    for update in updates {
        client.send(&Message::Update(update)).await;
        // What comes back is read, so that the server need not keep it.
        while let Some(received) = client.receive_now() {
            taken += count(&received);
        }
    }
    while client.is_told() && taken < updates.len() {
        taken += count(&client.receive().await);
    }
    // Messages of one socket are answered in order, so this is asked after all of it was read.
    client.send(&Message::SyncStep1(&[0])).await;
    loop {
        match client.receive().await {
            Received::Step2(whole) => return (client, whole),
            Received::Closed => panic!("the server closed the socket of the board's writer"),
            _ => {}
        }
    }
}

fn count(received: &Received) -> usize {
    match received {
        Received::Acknowledged => 1,
        Received::Closed => panic!("the server closed the socket of the board's writer"),
        _ => 0,
    }
}

/// How many cards are on a board that came as one update.
pub(crate) fn cards(whole: &[u8]) -> usize {
    let doc = Doc::new();
    let cards = doc.get_or_insert_map("cards");
    let update = Update::decode_v1(whole).expect("a server sends updates");
    let mut txn = doc.transact_mut();
    txn.apply_update(update)
        .expect("a server sends whole updates");
    cards.len(&txn) as usize
}
