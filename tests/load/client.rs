//! One client: a socket that has opened one document in Hocuspocus framing.
//!
//! An operation is the insertion of a mark into a text: `@`, who wrote it, and the microseconds since
//! the generator began. A receiver counts marks in the raw frame: it need not decode, and merging
//! loses none.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use sync::wire::{self, Framing, Message};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use yrs::{Doc, GetString, Text, TextRef, Transact};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Digits of the writer and of the time in a mark.
const WRITER: usize = 4;
const TIME: usize = 12;

pub(crate) struct Client {
    document: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came in one frame.
pub(crate) enum Received {
    /// An update or step 2: its bytes.
    Update(Vec<u8>),
    /// A step 2 or update of this client's is durable.
    Durable,
    /// Anything else.
    Other,
}

impl Client {
    /// Connects, shows its key and asks for the document; returns with what the relay holds.
    pub(crate) async fn open(address: SocketAddr, document: &str, key: &str) -> (Self, Vec<u8>) {
        LazyLock::force(&START);
        let url = format!("ws://{address}/sync");
        let (socket, _) = connect_async_with_config(url, None, true)
            .await
            .expect("the relay takes a socket");
        let mut client = Self {
            document: document.to_owned(),
            socket,
        };
        client
            .send(&Message::Token {
                token: key,
                version: None,
            })
            .await;
        client.send(&Message::SyncStep1(&[0])).await;
        loop {
            if let Received::Update(update) = client.receive().await {
                return (client, update);
            }
        }
    }

    pub(crate) async fn send(&mut self, message: &Message<'_>) {
        let frame = wire::encode(Framing::Hocuspocus, &self.document, message);
        self.socket
            .send(Frame::Binary(frame.into()))
            .await
            .expect("the relay reads");
    }

    /// Waits for one frame.
    pub(crate) async fn receive(&mut self) -> Received {
        let frame = self
            .socket
            .next()
            .await
            .expect("the relay keeps the socket open");
        let Frame::Binary(bytes) = frame.expect("the relay sends frames") else {
            return Received::Other;
        };
        match wire::decode(Framing::Hocuspocus, &bytes)
            .expect("the relay keeps to its wire")
            .message
        {
            Message::SyncStep2(update) | Message::Update(update) => {
                Received::Update(update.to_vec())
            }
            Message::SyncStatus(durable) => {
                assert!(durable, "the relay refused an update");
                Received::Durable
            }
            Message::SyncStep1(_) => {
                // Nothing to offer: the empty update.
                self.send(&Message::SyncStep2(&[0, 0])).await;
                Received::Other
            }
            Message::Denied(reason) => panic!("the relay refused the key: {reason}"),
            _ => Received::Other,
        }
    }
}

/// A text that marks are appended to.
pub(crate) struct Pen {
    number: usize,
    doc: Doc,
    text: TextRef,
}

impl Pen {
    pub(crate) fn new(number: usize) -> Self {
        let doc = Doc::with_client_id(number as u64 + 1);
        let text = doc.get_or_insert_text(format!("load-{number}"));
        Self { number, doc, text }
    }

    /// One operation, bearing the time, as an update.
    pub(crate) fn stroke(&self) -> Vec<u8> {
        let mut txn = self.doc.transact_mut();
        let end = self.text.len(&txn);
        let (writer, time) = (self.number, START.elapsed().as_micros());
        self.text
            .insert(&mut txn, end, &format!("@{writer:0WRITER$}{time:0TIME$}"));
        txn.encode_update_v1()
    }

    /// How many operations were made.
    pub(crate) fn strokes(&self) -> usize {
        self.text.get_string(&self.doc.transact()).len() / (1 + WRITER + TIME)
    }
}

/// The writer and the age, in microseconds, of every operation in an update.
pub(crate) fn operations(update: &[u8], mut operation: impl FnMut(usize, u64)) {
    let now = START.elapsed().as_micros() as u64;
    let mut rest = update;
    while let Some(at) = rest.iter().position(|byte| *byte == b'@') {
        rest = &rest[at + 1..];
        let mark = rest.split_at_checked(WRITER + TIME);
        let Some((mark, after)) = mark.filter(|(mark, _)| mark.iter().all(u8::is_ascii_digit))
        else {
            continue;
        };
        let number = |digits: &[u8]| {
            digits
                .iter()
                .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
        };
        let (writer, time) = mark.split_at(WRITER);
        operation(number(writer) as usize, now.saturating_sub(number(time)));
        rest = after;
    }
}
