//! What comes in on one socket: whole messages, read by tungstenite from the bare stream.
//!
//! tungstenite keeps the rules of WebSocket: fragments, masks, pings, the closing handshake. What it
//! wants to say goes into the outbox like everything else, so that nothing is written past it. This
//! file must never wait for a socket to take anything.

use std::io::{self, Read, Write};
use std::mem;

use sync::limits::FRAME_BYTES;
use tokio::task::coop::consume_budget;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Message, Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Result};

use super::outbox::{Closing, Outbox};

/// The largest WebSocket message read: a frame of the protocol with the largest update, and room
/// for the document's name.
const MESSAGE_BYTES: usize = FRAME_BYTES + 1024;

/// Bytes of buffer that a socket holds: small, since most sockets of a hall are idle most of the
/// time, and larger messages are read in pieces.
const BUFFER_BYTES: usize = 2048;

pub(super) struct Reader {
    socket: WebSocket<Wire>,
    /// Whether something could not be read; what follows it cannot be either.
    is_lost: bool,
}

impl Reader {
    /// Reads from the outbox's stream. `early` is what was read with the handshake already.
    pub(super) fn new(outbox: Outbox, early: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .max_message_size(Some(MESSAGE_BYTES))
            .max_frame_size(Some(MESSAGE_BYTES));
        let wire = Wire {
            outbox,
            said: Vec::new(),
        };
        Self {
            socket: WebSocket::from_partially_read(wire, early, Role::Server, Some(config)),
            is_lost: false,
        }
    }

    /// Waits for the next message. Nothing is lost when this is given up.
    ///
    /// # Errors
    /// When there will be none.
    pub(super) async fn next(&mut self) -> Result<Message> {
        // One who never stops sending must not keep others from their turn.
        consume_budget().await;
        while !self.is_lost {
            let read = self.socket.read();
            let Wire { outbox, said } = self.socket.get_mut();
            if !said.is_empty() {
                outbox.send_control(mem::take(said));
            }
            match read {
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    outbox.readable().await?;
                }
                read => {
                    self.is_lost = read.is_err();
                    return read;
                }
            }
        }
        Err(Error::AlreadyClosed)
    }

    /// Says why the connection ends, or answers the client who said so first.
    pub(super) fn close(&mut self, closing: Closing) {
        let frame = CloseFrame {
            code: CloseCode::from(closing.code),
            reason: closing.reason.into(),
        };
        // Fails when the closing handshake is done, and then nothing is left to say.
        let _ = self.socket.close(Some(frame));
        let Wire { outbox, said } = self.socket.get_mut();
        outbox.send_last(mem::take(said));
    }
}

/// The stream as tungstenite sees it.
struct Wire {
    outbox: Outbox,
    /// What tungstenite has said and is not in the outbox yet.
    said: Vec<u8>,
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.outbox.try_read(buffer)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.said.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
