//! One WebSocket: a task that reads, and writes what could not be written at once.
//!
//! The reader tells the framing by the first byte, then hands frames to `sessions.rs`, no faster than
//! `pace.rs` allows. Rooms write for themselves (`outbox.rs`); the task only goes on where a socket
//! took no more. It does not know what a document is, and never waits for another connection.

mod connections;
pub(crate) mod outbox;
mod pace;
pub(crate) mod places;
mod queue;
mod reader;
mod sessions;
pub(crate) mod stream;

use std::sync::Arc;
use std::time::Duration;

use sync::wire::close;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tungstenite::{Error, Message};

use crate::access::Door;
use crate::clock::Clock;
use crate::config::Limits;
use crate::hub::Hub;
use crate::refusal::Limit;
pub(crate) use connections::Connections;
use outbox::{Closing, Outbox};
use pace::{Pace, Verdict};
use places::{Place, Places};
use reader::Reader;
use sessions::Sessions;
use stream::Stream;

/// How long the last words of a connection may take.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What a connection works with.
pub(crate) struct Context {
    pub(crate) hub: Arc<Hub>,
    pub(crate) door: Door,
    pub(crate) limits: Limits,
    pub(crate) places: Places,
    pub(crate) connections: Arc<Connections>,
    pub(crate) phase: watch::Receiver<Phase>,
}

/// What the relay is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Serving,
    /// Open connections are being closed, and no new ones begin; requests are still answered.
    Ending,
    /// Nothing is accepted any more.
    Over,
}

/// The one document that the path of a y-websocket connection names, and its key.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) document: String,
    pub(crate) key: String,
}

/// Serves one socket, whose handshake is done, until it ends. `early` is what the client has said
/// already; `named` is what the path says, if it names a document; `place` is held until then.
pub(crate) async fn serve(
    stream: Box<dyn Stream>,
    early: Vec<u8>,
    context: Arc<Context>,
    named: Option<Named>,
    place: Place,
) {
    let measures = context.hub.measures.clone();
    let outbox = Outbox::new(stream, context.limits.outgoing_bytes, measures);
    let _place = context.connections.enter(outbox.clone());
    let mut reader = Reader::new(outbox.clone(), early);
    let mut sessions = Sessions::new(context.clone(), outbox.clone(), named);
    let visit = async {
        let ending = read(&mut reader, &context, &outbox, &mut sessions).await;
        sessions.leave_all().await;
        ending
    };
    // Whatever the reader waits for, what is written goes on.
    let ending = tokio::select! {
        biased;
        never = outbox.go_on_writing() => match never {},
        ending = visit => ending,
    };
    // Nobody pushes any more.
    outbox.close(ending.code, ending.reason);
    let _ = timeout(LAST_WORDS, say_goodbye(&mut reader, &outbox)).await;
    drop(place);
}

/// Reads until the socket or the connection ends; says what to close with.
async fn read(
    reader: &mut Reader,
    context: &Context,
    outbox: &Outbox,
    sessions: &mut Sessions,
) -> Closing {
    let deadline = Duration::from_millis(context.limits.unauthenticated_ms);
    let deadline = sleep(deadline);
    let closed = outbox.closed();
    tokio::pin!(deadline, closed);
    let clock = Clock::new();
    let mut pace = Pace::new(&context.limits);
    let measures = &context.hub.measures;
    loop {
        let received = tokio::select! {
            biased;
            ending = &mut closed => return ending,
            received = reader.next() => received,
            () = &mut deadline, if !sessions.is_authenticated() => {
                return Limit::UnauthenticatedTime.closing(measures);
            }
        };
        let bytes = match received {
            Ok(Message::Binary(frame)) => {
                let bytes = frame.len();
                measures.bytes_received.inc_by(bytes as u64);
                if let Err(closing) = sessions.handle_frame(frame).await {
                    return closing;
                }
                bytes
            }
            Ok(Message::Ping(ping) | Message::Pong(ping)) => ping.len(),
            Ok(Message::Text(_)) => return Closing::BAD_MESSAGE,
            Err(Error::Capacity(_)) => return Limit::FrameBytes.closing(measures),
            Ok(Message::Close(_) | Message::Frame(_)) | Err(_) => return Closing::NORMAL,
        };
        match pace.handle_frame(clock.now_ms(), bytes) {
            Verdict::ReadOn => {}
            Verdict::Close => return Limit::Pace.closing(measures),
            Verdict::Wait(wait_ms) => tokio::select! {
                biased;
                ending = &mut closed => return ending,
                () = sleep(Duration::from_millis(wait_ms)) => {}
            },
        }
    }
}

/// Says why the connection ends. What was queued before that was decided, such as the reason why a key
/// was refused, still goes out; but not to a reader who is closed for being slow.
async fn say_goodbye(reader: &mut Reader, outbox: &Outbox) {
    let ending = outbox.closed().await;
    if ending.code == close::COME_BACK_LATER {
        outbox.forget_waiting();
    }
    reader.close(ending);
    outbox.drain().await;
    // A socket dropped with bytes unread is reset, and a reset overtakes the close frame. So read
    // on, and throw away, until the client has closed as well.
    while reader.next().await.is_ok() {}
}
