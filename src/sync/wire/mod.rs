//! The two framings: how a message becomes a frame and a frame a message (rules W-1 to W-11).
//!
//! Owns the message types of y-websocket and Hocuspocus and nothing of their meaning. Decoding
//! borrows from the frame and never panics. Must never decode what a message carries: updates go
//! through the gate, presence through its table, and a state vector through
//! [`crate::gate::read_state_vector`].
//!
//! Sources: `y-websocket` 3.1.0 and `y-protocols` 1.0 (`sync.js`, `auth.js`), `@hocuspocus/provider`
//! and `@hocuspocus/common` 4.8.0 (`types.ts`, `MessageReceiver.ts`, `auth.ts`).

pub mod close;

mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::{encode, encode_into};

/// How messages are laid out in the frames of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One document a socket, named by the address; a frame is a message.
    YWebsocket,
    /// Many documents a socket; each frame begins with the document's name.
    Hocuspocus,
}

impl Framing {
    /// Tells the framing by the first frame of a connection (W-1), or `None` for an empty frame,
    /// which belongs to neither.
    ///
    /// The stock y-websocket client opens with a sync message, whose type is 0, and a name of
    /// length 0 is no name.
    pub fn detect(first_frame: &[u8]) -> Option<Self> {
        first_frame.first().map(|first| match first {
            0 => Self::YWebsocket,
            _ => Self::Hocuspocus,
        })
    }
}

/// One frame, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The document's name as the frame has it; `None` in y-websocket framing, where the address
    /// says it, and for [`Message::Ping`] and [`Message::Pong`], which concern the socket.
    ///
    /// An answer bears the name exactly as it came; [`room_name`] says which document it means.
    pub document: Option<&'a str>,
    /// What it says.
    pub message: Message<'a>,
}

/// What one end says to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// "This is what I have": a state vector, version 1. Wants a step 2.
    SyncStep1(&'a [u8]),
    /// "This is what you lack": an update, version 1, possibly empty.
    SyncStep2(&'a [u8]),
    /// "This is new": an update, version 1.
    Update(&'a [u8]),
    /// Presence, see [`crate::presence`].
    Awareness(&'a [u8]),
    /// "Tell me everyone's presence."
    QueryAwareness,
    /// The key with which a client opens a document.
    Token {
        /// The key.
        token: &'a str,
        /// The version of the client's program, where it says one.
        version: Option<&'a str>,
    },
    /// The document is open to this client.
    Granted {
        /// Whether the client may only read.
        read_only: bool,
    },
    /// The document is closed to this client; a sentence says why.
    Denied(&'a str),
    /// Whether a step 2 or update was taken and is durable (`true`), or was refused (`false`).
    SyncStatus(bool),
    /// A message outside the document.
    Stateless(&'a str),
    /// This document is done on this socket; the socket stays. The reason may be empty.
    Close(&'a str),
    /// "Are you there?"
    Ping,
    /// "I am."
    Pong,
}

/// Why a frame could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The frame ends too early, or a length in it is larger than what remains.
    #[error("the frame ends before its message does")]
    Truncated,
    /// An integer is too large, or a string or name is longer than allowed.
    #[error("the frame holds a number or name that is too large")]
    TooLarge,
    /// A string is not UTF-8.
    #[error("the frame holds text that is not UTF-8")]
    NotText,
    /// The frame does not say which document it is about.
    #[error("the frame names no document")]
    NoName,
    /// No such message in this framing.
    #[error("the frame holds a message of unknown type {0}")]
    UnknownMessage(u64),
    /// Bytes follow the message; one frame holds one message.
    #[error("bytes follow the message")]
    TrailingBytes,
}

/// The document a Hocuspocus name means: the part before a NUL (W-10).
///
/// A provider with `sessionAwareness` names its documents `name NUL session`, so that several of
/// them can share a socket, and expects that longer name in every answer.
pub fn room_name(name: &str) -> &str {
    name.split_once('\0').map_or(name, |(room, _)| room)
}

// Message types of the y-websocket framing, which the Hocuspocus framing continues.
const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const SYNC_REPLY: u64 = 4;
const STATELESS: u64 = 5;
const CLOSE: u64 = 7;
const SYNC_STATUS: u64 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

// Kinds of sync message.
const STEP_1: u64 = 0;
const STEP_2: u64 = 1;
const UPDATE: u64 = 2;

// Kinds of Hocuspocus auth message. In y-websocket framing 0 is the denial, and the only one.
const AUTH_TOKEN: u64 = 0;
const AUTH_DENIED: u64 = 1;
const AUTH_GRANTED: u64 = 2;
const YWEBSOCKET_DENIED: u64 = 0;

const READ_WRITE: &str = "read-write";
const READ_ONLY: &str = "readonly";
