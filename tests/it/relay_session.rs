//! Trestle's own session against a relay over real sockets: what the two do together that neither
//! shows alone. Must never wait for a time, only for an event, with a limit.

use futures_util::{SinkExt, StreamExt};
use relay::config::Config;
use sync::limits::FRAME_BYTES;
use sync::session::{Event, Replicas, Session, Status};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Socket;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, Map, ReadTxn, StateVector, TextPrelim, Transact, Update};

use crate::relay_client::{LIMIT, Workshop};

/// One document of a device.
struct Replica(Doc);

impl Replicas for Replica {
    fn state_vector(&self, _: &str) -> Option<Vec<u8>> {
        Some(self.0.transact().state_vector().encode_v1())
    }

    fn diff(&self, _: &str, state_vector: &[u8]) -> Option<Vec<u8>> {
        let state_vector = StateVector::decode_v1(state_vector).ok()?;
        Some(self.0.transact().encode_diff_v1(&state_vector))
    }

    fn apply(&mut self, _: &str, update: &[u8]) -> Result<(), String> {
        let update = Update::decode_v1(update).map_err(|error| error.to_string())?;
        let mut transaction = self.0.transact_mut();
        transaction
            .apply_update(update)
            .map_err(|error| error.to_string())
    }
}

/// Opens a document in a session and lets it run until everything is saved.
async fn save(workshop: &Workshop, document: &str, replica: &mut Replica) {
    let mut session = Session::new(workshop.key("participant").to_owned(), 1);
    session.open(0, document, replica.0.client_id().get());
    assert_eq!(session.poll_event(), Some(Event::Connect));
    let address = format!("ws://{}/sync", workshop.address);
    let (mut socket, _) = connect_async(address).await.unwrap();
    session.handle_connected(0, replica);
    while session.status(document) != Status::Saved {
        while let Some(frame) = session.poll_transmit() {
            socket.send(Socket::Binary(frame.into())).await.unwrap();
        }
        let received = timeout(LIMIT, socket.next()).await;
        match received.expect("the relay sends something within the limit") {
            Some(Ok(Socket::Binary(frame))) => session.handle_frame(0, &frame, replica),
            other => panic!("the relay sent {other:?}"),
        }
        while let Some(event) = session.poll_event() {
            assert_ne!(event, Event::Disconnect);
        }
    }
}

#[tokio::test]
async fn s15_a_board_of_ten_megabytes_goes_up_in_parts_and_comes_down_whole() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut offline = Replica(Doc::new());
    let cards = offline.0.get_or_insert_map("cards");
    let words = "Bring back the bus. ".repeat(200);
    for card in 0..2_600 {
        let mut transaction = offline.0.transact_mut();
        cards.insert(
            &mut transaction,
            format!("card{card}"),
            TextPrelim::new(&words),
        );
    }
    let bytes = offline.diff(&board, &[0]).unwrap().len();
    assert!(bytes > 9 * FRAME_BYTES, "{bytes} bytes");
    save(&workshop, &board, &mut offline).await;

    let mut fresh = Replica(Doc::new());
    save(&workshop, &board, &mut fresh).await;
    assert_eq!(
        fresh.0.transact().snapshot(),
        offline.0.transact().snapshot()
    );
    relay.shutdown().await;
}
