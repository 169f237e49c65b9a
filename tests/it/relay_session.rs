//! Trestle's own session against a relay over real sockets: what the two do together that neither
//! shows alone. Must never wait for a time, only for an event, with a limit.

use futures_util::{SinkExt, StreamExt};
use relay::config::Config;
use sync::limits::FRAME_BYTES;
use sync::session::{Event, Replicas, Session, Status};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Socket;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
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

/// A device with one document open.
struct Device {
    session: Session,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    document: String,
    replica: Replica,
}

impl Device {
    async fn open(workshop: &Workshop, document: &str, replica: Replica) -> Self {
        let mut session = Session::new(workshop.key("participant").to_owned(), 1);
        session.open(0, document, replica.0.client_id().get());
        assert_eq!(session.poll_event(), Some(Event::Connect));
        let address = format!("ws://{}/sync", workshop.address);
        let (socket, _) = connect_async(address).await.unwrap();
        session.handle_connected(0, &replica);
        Self {
            session,
            socket,
            document: document.to_owned(),
            replica,
        }
    }

    /// Writes a card; the session may or may not send it.
    fn write(&mut self, card: &str) {
        let cards = self.replica.0.get_or_insert_map("cards");
        let update = {
            let mut transaction = self.replica.0.transact_mut();
            cards.insert(&mut transaction, card, 1);
            transaction.encode_update_v1()
        };
        self.session.handle_edit(0, &self.document, update);
    }

    fn has(&self, card: &str) -> bool {
        let cards = self.replica.0.get_or_insert_map("cards");
        cards.contains_key(&self.replica.0.transact(), card)
    }

    /// Sends what is to be sent, and takes in one frame.
    async fn step(&mut self) {
        while let Some(frame) = self.session.poll_transmit() {
            self.socket
                .send(Socket::Binary(frame.into()))
                .await
                .unwrap();
        }
        let received = timeout(LIMIT, self.socket.next()).await;
        match received.expect("the relay sends something within the limit") {
            Some(Ok(Socket::Binary(frame))) => {
                self.session.handle_frame(0, &frame, &mut self.replica);
            }
            other => panic!("the relay sent {other:?}"),
        }
        while let Some(event) = self.session.poll_event() {
            assert_ne!(event, Event::Disconnect);
        }
    }

    /// Runs until the document has this status.
    async fn until(&mut self, status: Status) {
        while self.session.status(&self.document) != status {
            self.step().await;
        }
    }

    /// Runs until a card is there.
    async fn see(&mut self, card: &str) {
        while !self.has(card) {
            self.step().await;
        }
    }
}

#[tokio::test]
async fn s15_a_board_of_ten_megabytes_goes_up_in_parts_and_comes_down_whole() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let offline = Replica(Doc::new());
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
    let mut offline = Device::open(&workshop, &board, offline).await;
    offline.until(Status::Saved).await;

    let mut fresh = Device::open(&workshop, &board, Replica(Doc::new())).await;
    fresh.until(Status::Saved).await;
    assert_eq!(
        fresh.replica.0.transact().snapshot(),
        offline.replica.0.transact().snapshot()
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn s18_what_is_written_while_a_board_is_locked_is_kept_and_arrives_when_it_is_unlocked() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = Device::open(&workshop, &board, Replica(Doc::new())).await;
    table.until(Status::Saved).await;
    // On its way when the lock comes: taken or not, it must not be lost.
    table.write("under way");
    workshop.set_lock(r#"{"workshop":true}"#).await;
    table.until(Status::ReadOnly).await;
    table.write("meanwhile");
    // Another device was offline, and comes back to a locked board.
    let offline = Replica(Doc::new());
    offline.0.get_or_insert_map("cards");
    let mut late = Device::open(&workshop, &board, offline).await;
    late.write("offline");
    late.until(Status::ReadOnly).await;
    let mut facilitator = workshop.join("facilitator", &board).await;
    facilitator.write("hers", "x").await;
    assert!(facilitator.receive_status().await);
    table.see("hers").await;
    for card in ["meanwhile", "offline"] {
        assert_eq!(facilitator.card(card), None, "{card}");
    }

    workshop.set_lock(r#"{"workshop":false}"#).await;
    table.until(Status::Saved).await;
    late.until(Status::Saved).await;
    for card in ["under way", "meanwhile", "offline", "hers"] {
        table.see(card).await;
        late.see(card).await;
    }
    relay.shutdown().await;
}
