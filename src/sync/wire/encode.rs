//! Writing a frame.
//!
//! Owns the way from [`Message`] to bytes. Must never write a message that the stock client of
//! the framing cannot read.

use super::{
    AUTH, AUTH_DENIED, AUTH_GRANTED, AUTH_TOKEN, AWARENESS, CLOSE, Framing, Message, PING, PONG,
    QUERY_AWARENESS, READ_ONLY, READ_WRITE, STATELESS, STEP_1, STEP_2, SYNC, SYNC_STATUS, UPDATE,
    YWEBSOCKET_DENIED,
};
use crate::lib0::{write_var_bytes, write_var_string, write_var_uint};

/// Writes one frame. In y-websocket framing `document` is not written.
///
/// The result is empty for a message that the framing does not have: y-websocket knows no tokens,
/// grants, statuses, stateless messages, closes or pings. An empty frame is not to be sent (W-9).
pub fn encode(framing: Framing, document: &str, message: &Message<'_>) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(document.len() + payload_length(message) + 16);
    encode_into(&mut buffer, framing, document, message);
    buffer
}

/// Appends one frame to `buffer`, as [`encode`] writes it.
pub fn encode_into(buffer: &mut Vec<u8>, framing: Framing, document: &str, message: &Message<'_>) {
    match framing {
        Framing::YWebsocket => ywebsocket_message(buffer, message),
        Framing::Hocuspocus => match message {
            Message::Ping => buffer.push(PING),
            Message::Pong => buffer.push(PONG),
            _ => {
                write_var_string(buffer, document);
                hocuspocus_message(buffer, message);
            }
        },
    }
}

fn ywebsocket_message(buffer: &mut Vec<u8>, message: &Message<'_>) {
    match message {
        Message::Denied(reason) => {
            write_var_uint(buffer, AUTH);
            write_var_uint(buffer, YWEBSOCKET_DENIED);
            write_var_string(buffer, reason);
        }
        Message::SyncStep1(_)
        | Message::SyncStep2(_)
        | Message::Update(_)
        | Message::Awareness(_)
        | Message::QueryAwareness => shared_message(buffer, message),
        Message::Token { .. }
        | Message::Granted { .. }
        | Message::SyncStatus(_)
        | Message::Stateless(_)
        | Message::Close(_)
        | Message::Ping
        | Message::Pong => {}
    }
}

fn hocuspocus_message(buffer: &mut Vec<u8>, message: &Message<'_>) {
    match message {
        Message::Token { token, version } => {
            write_var_uint(buffer, AUTH);
            write_var_uint(buffer, AUTH_TOKEN);
            write_var_string(buffer, token);
            if let Some(version) = version {
                write_var_string(buffer, version);
            }
        }
        Message::Granted { read_only } => {
            write_var_uint(buffer, AUTH);
            write_var_uint(buffer, AUTH_GRANTED);
            write_var_string(buffer, if *read_only { READ_ONLY } else { READ_WRITE });
        }
        Message::Denied(reason) => {
            write_var_uint(buffer, AUTH);
            write_var_uint(buffer, AUTH_DENIED);
            write_var_string(buffer, reason);
        }
        Message::SyncStatus(durable) => {
            write_var_uint(buffer, SYNC_STATUS);
            // The stock client reads a signed integer here; 0 and 1 are the same byte in both.
            write_var_uint(buffer, u64::from(*durable));
        }
        Message::Stateless(payload) => {
            write_var_uint(buffer, STATELESS);
            write_var_string(buffer, payload);
        }
        Message::Close(reason) => {
            write_var_uint(buffer, CLOSE);
            write_var_string(buffer, reason);
        }
        _ => shared_message(buffer, message),
    }
}

/// The messages that both framings write alike.
fn shared_message(buffer: &mut Vec<u8>, message: &Message<'_>) {
    let (kind, bytes) = match message {
        Message::SyncStep1(state_vector) => (STEP_1, state_vector),
        Message::SyncStep2(update) => (STEP_2, update),
        Message::Update(update) => (UPDATE, update),
        Message::Awareness(update) => {
            write_var_uint(buffer, AWARENESS);
            write_var_bytes(buffer, update);
            return;
        }
        _ => {
            write_var_uint(buffer, QUERY_AWARENESS);
            return;
        }
    };
    write_var_uint(buffer, SYNC);
    write_var_uint(buffer, kind);
    write_var_bytes(buffer, bytes);
}

fn payload_length(message: &Message<'_>) -> usize {
    match message {
        Message::SyncStep1(bytes)
        | Message::SyncStep2(bytes)
        | Message::Update(bytes)
        | Message::Awareness(bytes) => bytes.len(),
        Message::Token { token, version } => token.len() + version.map_or(0, str::len),
        Message::Denied(text) | Message::Stateless(text) | Message::Close(text) => text.len(),
        _ => 12,
    }
}
