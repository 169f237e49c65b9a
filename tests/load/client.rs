//! One client: a socket that has one document open, in either framing.
//!
//! It answers what must be answered and hands on the rest as bytes. Must never apply an update: what
//! a client does with one is not a server's work, and would take the server's CPU.

use std::net::SocketAddr;
use std::time::Instant;

use futures_util::{FutureExt, SinkExt, StreamExt};
use sync::wire::{self, Framing, Message};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message as Frame};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// Bytes read at once.
const READ_BYTES: usize = 16 << 10;

/// The kernel's buffer of a reader who is going to stall: small, so that what is not read soon
/// waits at the server and not here.
const SHORT_BYTES: u32 = 16 << 10;

/// The update that holds nothing.
const NOTHING: &[u8] = &[0, 0];

/// How to get at a document of a server.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) framing: Framing,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) token: String,
}

pub(crate) struct Client {
    framing: Framing,
    name: String,
    socket: WebSocketStream<TcpStream>,
}

/// A client that is in step with its server.
pub(crate) struct Opened {
    pub(crate) client: Client,
    /// The whole document, as an update.
    pub(crate) whole: Bytes,
    /// When it had come.
    pub(crate) whole_at: Instant,
}

/// What came in one frame.
pub(crate) enum Received {
    /// What this client lacked.
    Step2(Bytes),
    /// Someone's edits.
    Update(Bytes),
    /// Someone's presence.
    Presence(Bytes),
    /// An update or step 2 of this client's was taken. From Trestle: and is durable.
    Acknowledged,
    /// Anything else.
    Other,
    /// The server has closed the socket.
    Closed,
}

impl Door {
    /// Connects, opens the document and waits until both ends have what the other had.
    pub(crate) async fn open(&self) -> Opened {
        self.open_from(&[0], socket()).await
    }

    /// The same, for a reader who is going to stall.
    pub(crate) async fn open_to_stall(&self) -> Opened {
        let socket = socket();
        socket
            .set_recv_buffer_size(SHORT_BYTES)
            .expect("a buffer can be smaller");
        self.open_from(&[0], socket).await
    }

    /// The same, for a client who comes back with what `state_vector` says.
    pub(crate) async fn reopen(&self, state_vector: &[u8]) -> Opened {
        self.open_from(state_vector, socket()).await
    }

    async fn open_from(&self, state_vector: &[u8], socket: TcpSocket) -> Opened {
        let stream = socket.connect(self.address).await;
        let stream = stream.expect("the server takes connections");
        stream
            .set_nodelay(true)
            .expect("a socket need not wait for more to send");
        let url = format!("ws://{}{}", self.address, self.path);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .max_frame_size(None)
            .max_message_size(None);
        let (socket, _) = client_async_with_config(url, stream, Some(config))
            .await
            .expect("the server speaks WebSocket");
        let mut client = Client {
            framing: self.framing,
            name: self.name.clone(),
            socket,
        };
        let token = Message::Token {
            token: &self.token,
            version: None,
        };
        client.send(&token).await;
        client.send(&Message::SyncStep1(state_vector)).await;
        let mut acknowledged = self.framing == Framing::YWebsocket;
        let mut whole = None;
        loop {
            match client.receive().await {
                Received::Step2(update) => whole = Some((update, Instant::now())),
                Received::Acknowledged => acknowledged = true,
                Received::Closed => panic!("the server closed a socket that was being opened"),
                _ => {}
            }
            if acknowledged && let Some((whole, whole_at)) = whole.take() {
                return Opened {
                    client,
                    whole,
                    whole_at,
                };
            }
        }
    }
}

fn socket() -> TcpSocket {
    TcpSocket::new_v4().expect("there are sockets left")
}

impl Client {
    /// Whether the server says that it has taken an update.
    pub(crate) fn is_told(&self) -> bool {
        self.framing == Framing::Hocuspocus
    }

    pub(crate) async fn send(&mut self, message: &Message<'_>) {
        let frame = wire::encode(self.framing, &self.name, message);
        if frame.is_empty() {
            return;
        }
        // Whether the server has closed is told by reading.
        let _ = self.socket.send(Frame::Binary(frame.into())).await;
    }

    /// Waits for one frame.
    pub(crate) async fn receive(&mut self) -> Received {
        let bytes = match self.socket.next().await {
            Some(Ok(Frame::Binary(bytes))) => bytes,
            Some(Ok(Frame::Close(_)) | Err(_)) | None => return Received::Closed,
            Some(Ok(_)) => return Received::Other,
        };
        let read = wire::decode(self.framing, &bytes).expect("the server keeps to its wire");
        match read.message {
            Message::SyncStep2(update) => Received::Step2(bytes.slice_ref(update)),
            Message::Update(update) => Received::Update(bytes.slice_ref(update)),
            Message::Awareness(update) => Received::Presence(bytes.slice_ref(update)),
            Message::SyncStatus(taken) => {
                assert!(taken, "the server refused an update");
                Received::Acknowledged
            }
            Message::SyncStep1(_) => {
                self.send(&Message::SyncStep2(NOTHING)).await;
                Received::Other
            }
            Message::Denied(reason) => panic!("the server refused the key: {reason}"),
            _ => Received::Other,
        }
    }

    /// What has come already, if anything.
    pub(crate) fn receive_now(&mut self) -> Option<Received> {
        self.receive().now_or_never()
    }
}
