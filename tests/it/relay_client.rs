//! A client for tests that does exactly what it is told, rules or no rules, over real sockets.
//!
//! Owns the ways in: a relay in this process, plain HTTP, and a WebSocket in either framing with a
//! document of its own. Must never wait for a time, only for an event, with a limit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use sync::wire::{self, Framing, Message};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Socket;
use tokio_tungstenite::{WebSocketStream, client_async};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, Map, ReadTxn, StateVector, Text, TextPrelim, Transact, Update};

/// No test waits longer than this for anything.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// What a request or a socket goes through: TCP, or TLS over it.
pub(crate) trait Pipe: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Pipe for T {}

/// A workshop on a relay, with its four keys.
pub(crate) struct Workshop {
    pub(crate) address: SocketAddr,
    pub(crate) id: String,
    keys: BTreeMap<String, String>,
}

impl Workshop {
    /// Makes a workshop from a starting point.
    pub(crate) async fn make(address: SocketAddr) -> Self {
        let body = r#"{"title":"Getting about","question":"How?","start":"community"}"#;
        let made = http(address, "POST", "/api/workshops", &[], body).await;
        Self::made(address, &made)
    }

    /// The workshop of an answer to `POST /api/workshops`.
    pub(crate) fn made(address: SocketAddr, made: &Answer) -> Self {
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        let keys = made["keys"].as_object().unwrap().iter();
        Self {
            address,
            id: made["id"].as_str().unwrap().to_owned(),
            keys: keys
                .map(|(role, key)| (role.clone(), key.as_str().unwrap().to_owned()))
                .collect(),
        }
    }

    /// The same workshop on a relay that has been started again.
    pub(crate) fn moved_to(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    pub(crate) fn key(&self, role: &str) -> &str {
        &self.keys[role]
    }

    /// A request about this workshop with the key of a role.
    pub(crate) async fn ask(&self, role: &str, method: &str, what: &str, body: &str) -> Answer {
        let path = format!("/api/workshops/{}{what}", self.id);
        let bearer = format!("Bearer {}", self.key(role));
        let headers = [("authorization", &bearer[..])];
        http(self.address, method, &path, &headers, body).await
    }

    /// Replaces the key of a role, and takes the new one for its own; gives the old one.
    pub(crate) async fn replace_key(&mut self, role: &str) -> String {
        let body = format!(r#"{{"role":"{role}"}}"#);
        let answer = self.ask("facilitator", "POST", "/keys", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        let key = answer["key"].as_str().unwrap().to_owned();
        assert_eq!(answer["role"], role);
        assert_eq!(answer["link"], format!("/w/{}#{key}", self.id));
        self.keys.insert(role.to_owned(), key).unwrap()
    }

    /// Locks or unlocks; gives what is locked then.
    pub(crate) async fn set_lock(&self, wanted: &str) -> Value {
        let answer = self.ask("facilitator", "PUT", "/lock", wanted).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub(crate) fn plan(&self) -> String {
        format!("{}/plan", self.id)
    }

    pub(crate) fn board(&self, name: &str) -> String {
        format!("{}/board/{name}", self.id)
    }

    /// A client that has joined a document in Hocuspocus framing and is synced.
    pub(crate) async fn join(&self, role: &str, document: &str) -> Client {
        let mut client = Client::hocuspocus(self.address, document, self.key(role)).await;
        client.sync().await;
        client
    }
}

/// What came back from a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// One request, one answer, one connection.
pub(crate) async fn http(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    let host = address.to_string();
    http_over(stream, &host, method, path, headers, body.as_ref()).await
}

/// The same through a connection that is open already, to the host of this name.
pub(crate) async fn http_over(
    mut stream: impl Pipe,
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    request += "\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    read_answer(stream).await
}

/// Reads an answer that ends with its connection.
pub(crate) async fn read_answer(mut stream: impl Pipe) -> Answer {
    let mut answer = Vec::new();
    timeout(LIMIT, stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .unwrap();
    Answer::read(&answer)
}

impl Answer {
    /// Reads an answer as it came.
    pub(crate) fn read(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        Answer {
            status: status.parse().unwrap(),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: answer[end + 4..].to_vec(),
        }
    }
}

/// What a client can receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    Step1(Vec<u8>),
    Step2(Vec<u8>),
    Update(Vec<u8>),
    Awareness(Vec<u8>),
    Granted { read_only: bool },
    Denied(String),
    Status(bool),
    Told(String),
    Pong,
    Other,
    Closed { code: u16, reason: String },
}

/// One document on one socket.
pub(crate) struct Client {
    pub(crate) doc: Doc,
    document: String,
    framing: Framing,
    socket: WebSocketStream<Box<dyn Pipe>>,
}

impl Client {
    pub(crate) async fn hocuspocus(address: SocketAddr, document: &str, key: &str) -> Self {
        let mut client = Self::connect(address, "/sync", document, Framing::Hocuspocus).await;
        let version = Some("test");
        client
            .send(&Message::Token {
                token: key,
                version,
            })
            .await;
        client
    }

    pub(crate) async fn ywebsocket(address: SocketAddr, document: &str, key: &str) -> Self {
        let path = format!("/sync/{document}?key={key}");
        Self::connect(address, &path, document, Framing::YWebsocket).await
    }

    pub(crate) async fn connect(
        address: SocketAddr,
        path: &str,
        document: &str,
        framing: Framing,
    ) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}{path}");
        Self::over(Box::new(stream), &url, document, framing).await
    }

    /// The same through a connection that is open already.
    pub(crate) async fn over(
        stream: Box<dyn Pipe>,
        url: &str,
        document: &str,
        framing: Framing,
    ) -> Self {
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self {
            doc: Doc::new(),
            document: document.to_owned(),
            framing,
            socket,
        }
    }

    pub(crate) async fn send(&mut self, message: &Message<'_>) {
        let frame = wire::encode(self.framing, &self.document, message);
        self.send_bytes(frame).await;
    }

    /// Sends a message about another document on the same socket.
    pub(crate) async fn send_to(&mut self, document: &str, message: &Message<'_>) {
        let frame = wire::encode(self.framing, document, message);
        self.send_bytes(frame).await;
    }

    pub(crate) async fn send_bytes(&mut self, frame: Vec<u8>) {
        // A relay that has closed meanwhile is found out by the next receive.
        let _ = self.socket.send(Socket::Binary(frame.into())).await;
    }

    /// The next message. Updates and answers to step 1 are applied to the client's document.
    pub(crate) async fn receive(&mut self) -> Received {
        let received = timeout(LIMIT, self.receive_raw()).await;
        let received = received.expect("the relay sends something within the limit");
        if let Received::Step2(update) | Received::Update(update) = &received {
            self.apply(update);
        }
        received
    }

    async fn receive_raw(&mut self) -> Received {
        loop {
            let frame = match self.socket.next().await {
                Some(Ok(Socket::Binary(frame))) => frame,
                Some(Ok(Socket::Close(Some(close)))) => {
                    return Received::Closed {
                        code: close.code.into(),
                        reason: close.reason.to_string(),
                    };
                }
                Some(Ok(Socket::Close(None)) | Err(_)) | None => {
                    return Received::Closed {
                        code: 1006,
                        reason: String::new(),
                    };
                }
                Some(Ok(_)) => continue,
            };
            return match wire::decode(self.framing, &frame).unwrap().message {
                Message::SyncStep1(it) => Received::Step1(it.to_vec()),
                Message::SyncStep2(it) => Received::Step2(it.to_vec()),
                Message::Update(it) => Received::Update(it.to_vec()),
                Message::Awareness(it) => Received::Awareness(it.to_vec()),
                Message::Granted { read_only } => Received::Granted { read_only },
                Message::Denied(reason) => Received::Denied(reason.to_owned()),
                Message::SyncStatus(saved) => Received::Status(saved),
                Message::Stateless(told) => Received::Told(told.to_owned()),
                Message::Pong => Received::Pong,
                _ => Received::Other,
            };
        }
    }

    /// Receives until something is as wanted, and gives it.
    pub(crate) async fn receive_until(&mut self, wanted: impl Fn(&Received) -> bool) -> Received {
        loop {
            let received = self.receive().await;
            if wanted(&received) {
                return received;
            }
            if let Received::Closed { .. } = received {
                panic!("closed instead: {received:?}");
            }
        }
    }

    /// Receives until the connection is closed, and gives the code and reason.
    pub(crate) async fn receive_close(&mut self) -> (u16, String) {
        let closed = self
            .receive_until(|it| matches!(it, Received::Closed { .. }))
            .await;
        match closed {
            Received::Closed { code, reason } => (code, reason),
            _ => unreachable!("the line above waits for it"),
        }
    }

    pub(crate) async fn receive_status(&mut self) -> bool {
        self.receive_until(|it| matches!(it, Received::Status(_)))
            .await
            == Received::Status(true)
    }

    /// Asks for what is missing and gets it; then answers what the relay asks, if it asks.
    pub(crate) async fn sync(&mut self) {
        let have = self.doc.transact().state_vector().encode_v1();
        self.send(&Message::SyncStep1(&have)).await;
        self.receive_until(|it| matches!(it, Received::Step2(_)))
            .await;
    }

    /// Begins to speak, whether or not there will be an answer.
    pub(crate) async fn speak(&mut self) {
        self.send(&Message::SyncStep1(&[0])).await;
    }

    /// Answers the relay's step 1, which follows its step 2.
    pub(crate) async fn answer_step_1(&mut self) {
        let asked = self
            .receive_until(|it| matches!(it, Received::Step1(_)))
            .await;
        let Received::Step1(state_vector) = asked else {
            unreachable!("the line above waits for it");
        };
        let state_vector = StateVector::decode_v1(&state_vector).unwrap();
        let lacks = self.doc.transact().encode_diff_v1(&state_vector);
        self.send(&Message::SyncStep2(&lacks)).await;
    }

    pub(crate) fn apply(&mut self, update: &[u8]) {
        let update = Update::decode_v1(update).unwrap();
        self.doc.transact_mut().apply_update(update).unwrap();
    }

    /// Writes a card, as any Yjs client would; gives the update without sending it.
    pub(crate) fn edit(&mut self, card: &str, text: &str) -> Vec<u8> {
        let cards = self.doc.get_or_insert_map("cards");
        let mut transaction = self.doc.transact_mut();
        let inserted = cards.insert(&mut transaction, card, TextPrelim::new(""));
        inserted.insert(&mut transaction, 0, text);
        transaction.encode_update_v1()
    }

    /// Writes a card and sends it.
    pub(crate) async fn write(&mut self, card: &str, text: &str) {
        let update = self.edit(card, text);
        self.send(&Message::Update(&update)).await;
    }

    /// The text of a card, if it is there.
    pub(crate) fn card(&self, card: &str) -> Option<String> {
        let cards = self.doc.get_or_insert_map("cards");
        let transaction = self.doc.transact();
        let text: yrs::TextRef = cards.get(&transaction, card)?.cast().ok()?;
        Some(text.get_string(&transaction))
    }

    /// Receives until a card is there, and gives its text.
    pub(crate) async fn see(&mut self, card: &str) -> String {
        loop {
            if let Some(text) = self.card(card) {
                return text;
            }
            if let Received::Closed { code, reason } = self.receive().await {
                panic!("closed with {code} ({reason}) instead of seeing {card}");
            }
        }
    }

    /// Ends the connection without a word, as a broken network does.
    pub(crate) fn vanish(self) -> Doc {
        self.doc
    }
}
