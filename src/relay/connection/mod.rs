//! One WebSocket: a task that reads and a task that writes.
//!
//! The reader tells the framing by the first byte, then hands frames to `sessions.rs`, no faster than
//! `pace.rs` allows. The writer
//! takes what rooms put in the outbox, as many frames as wait in one write. Neither knows what a
//! document is. A connection never waits for another one.

mod connections;
pub(crate) mod outbox;
mod pace;
pub(crate) mod places;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message as Socket, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use sync::limits::FRAME_BYTES;
use sync::wire::close;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::access::Door;
use crate::clock::Clock;
use crate::config::Limits;
use crate::hub::Hub;
use crate::measures::Measures;
use crate::refusal::Limit;
pub(crate) use connections::Connections;
use outbox::{Closing, Outbox, Outgoing};
use pace::{Pace, Verdict};
use places::{Place, Places};
use sessions::Sessions;

/// The largest WebSocket message read: a frame of the protocol with the largest update, and room
/// for the document's name.
pub(crate) const SOCKET_FRAME_BYTES: usize = FRAME_BYTES + 1024;

/// How long the last words of a connection may take.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How many frames are put together into one write.
const FRAMES_AT_ONCE: usize = 64;

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

/// Serves one socket until it ends. `named` is what its path says, if it names a document; `place` is
/// held until then.
pub(crate) async fn serve(
    socket: WebSocket,
    context: Arc<Context>,
    named: Option<Named>,
    place: Place,
) {
    let measures = context.hub.measures.clone();
    let (outbox, outgoing) = Outbox::new(context.limits.outgoing_bytes, measures.clone());
    let _place = context.connections.enter(outbox.clone());
    let (sink, mut stream) = socket.split();
    let writer = tokio::spawn(write(sink, outgoing, outbox.clone(), measures));
    let mut sessions = Sessions::new(context.clone(), outbox.clone(), named);
    let ending = read(&mut stream, &context, &outbox, &mut sessions).await;
    sessions.leave_all().await;
    // Nobody pushes any more; let the writer say why it ends, and end.
    outbox.close(ending.code, ending.reason);
    let _ = writer.await;
    // A socket dropped with bytes unread is reset, and a reset overtakes the close frame. So read
    // on, and throw away, until the client has closed as well.
    let farewell = async { while let Some(Ok(_)) = stream.next().await {} };
    let _ = timeout(LAST_WORDS, farewell).await;
    drop(place);
}

/// Reads until the socket or the connection ends; says what to close with.
async fn read(
    stream: &mut SplitStream<WebSocket>,
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
            () = &mut closed => return Closing::NORMAL,
            received = stream.next() => received,
            () = &mut deadline, if !sessions.is_authenticated() => {
                return Limit::UnauthenticatedTime.closing(measures);
            }
        };
        let bytes = match received {
            Some(Ok(Socket::Binary(frame))) => {
                let bytes = frame.len();
                measures.bytes_received.inc_by(bytes as u64);
                if let Err(closing) = sessions.handle_frame(frame).await {
                    return closing;
                }
                bytes
            }
            Some(Ok(Socket::Ping(ping) | Socket::Pong(ping))) => ping.len(),
            Some(Ok(Socket::Text(_))) => return Closing::BAD_MESSAGE,
            Some(Err(error)) if is_too_big(&error) => return Limit::FrameBytes.closing(measures),
            Some(Ok(Socket::Close(_)) | Err(_)) | None => return Closing::NORMAL,
        };
        match pace.handle_frame(clock.now_ms(), bytes) {
            Verdict::ReadOn => {}
            Verdict::Close => return Limit::Pace.closing(measures),
            Verdict::Wait(wait_ms) => tokio::select! {
                biased;
                () = &mut closed => return Closing::NORMAL,
                () = sleep(Duration::from_millis(wait_ms)) => {}
            },
        }
    }
}

/// Whether reading failed because a message is larger than this end reads. The socket's own error
/// type belongs to a crate that axum does not pass on, so its words have to tell; a test sends such
/// a message.
fn is_too_big(error: &axum::Error) -> bool {
    error.to_string().contains("too long")
}

/// Writes until the connection is to end, then says why.
async fn write(
    mut sink: SplitSink<WebSocket, Socket>,
    outgoing: Outgoing,
    outbox: Outbox,
    measures: Arc<Measures>,
) {
    let Outgoing {
        mut frames,
        mut closing,
    } = outgoing;
    let mut batch = Vec::with_capacity(8);
    let ending = loop {
        let write = async {
            let count = frames.recv_many(&mut batch, FRAMES_AT_ONCE).await;
            let bytes: usize = batch.iter().map(Bytes::len).sum();
            let weight = batch.iter().map(|frame| outbox.weight(frame)).sum();
            for frame in batch.drain(..) {
                sink.feed(Socket::Binary(frame)).await?;
            }
            sink.flush().await?;
            outbox.written(weight);
            measures.bytes_sent.inc_by(bytes as u64);
            Ok::<usize, axum::Error>(count)
        };
        tokio::select! {
            biased;
            wrote = write => {
                if wrote.is_err() {
                    // The socket is gone; let the reader and the rooms know.
                    outbox.close(close::ABNORMAL, "");
                    return;
                }
            }
            ending = closing.wait_for(Option::is_some) => {
                break ending.ok().and_then(|ending| *ending).unwrap_or(Closing::NORMAL);
            }
        }
    };
    let last_words = async {
        // What was queued before the end was decided, such as the reason why a key was refused,
        // still goes out; but not to a reader who is closed for being slow.
        if ending.code == close::COME_BACK_LATER {
            drop(frames);
        } else {
            while let Ok(frame) = frames.try_recv() {
                sink.feed(Socket::Binary(frame)).await?;
            }
        }
        let close = CloseFrame {
            code: ending.code,
            reason: ending.reason.into(),
        };
        sink.send(Socket::Close(Some(close))).await?;
        sink.close().await
    };
    let _ = timeout(LAST_WORDS, last_words).await;
}
