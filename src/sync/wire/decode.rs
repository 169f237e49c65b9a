//! Reading a frame.
//!
//! Owns the way from bytes to [`Message`], borrowing all it can. Must never panic and never guess:
//! a frame that does not end where its message ends is refused.

use super::{
    AUTH, AUTH_DENIED, AUTH_GRANTED, AUTH_TOKEN, AWARENESS, CLOSE, Frame, Framing, Message, PING,
    PONG, QUERY_AWARENESS, READ_ONLY, READ_WRITE, STATELESS, STEP_1, STEP_2, SYNC, SYNC_REPLY,
    SYNC_STATUS, UPDATE, WireError, YWEBSOCKET_DENIED,
};
use crate::lib0::{Broken, Reader};
use crate::limits;

/// Reads one frame.
///
/// # Errors
/// When the frame is not exactly one message of this framing.
pub fn decode(framing: Framing, frame: &[u8]) -> Result<Frame<'_>, WireError> {
    let mut reader = Reader::new(frame);
    let read = match framing {
        Framing::YWebsocket => Frame {
            document: None,
            message: ywebsocket_message(&mut reader)?,
        },
        Framing::Hocuspocus => match frame {
            // One bare byte: a name of 9 or 10 bytes would be followed by that name.
            [PING] => {
                return Ok(Frame {
                    document: None,
                    message: Message::Ping,
                });
            }
            [PONG] => {
                return Ok(Frame {
                    document: None,
                    message: Message::Pong,
                });
            }
            _ => {
                let document = reader.var_string()?;
                if document.is_empty() {
                    return Err(WireError::NoName);
                }
                if document.len() > limits::NAME_BYTES {
                    return Err(WireError::TooLarge);
                }
                Frame {
                    document: Some(document),
                    message: hocuspocus_message(&mut reader)?,
                }
            }
        },
    };
    if reader.is_empty() {
        Ok(read)
    } else {
        Err(WireError::TrailingBytes)
    }
}

fn ywebsocket_message<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, WireError> {
    match reader.var_uint()? {
        SYNC => sync_message(reader),
        AWARENESS => Ok(Message::Awareness(reader.var_bytes()?)),
        AUTH => match reader.var_uint()? {
            YWEBSOCKET_DENIED => Ok(Message::Denied(reader.var_string()?)),
            other => Err(WireError::UnknownMessage(other)),
        },
        QUERY_AWARENESS => Ok(Message::QueryAwareness),
        other => Err(WireError::UnknownMessage(other)),
    }
}

fn hocuspocus_message<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, WireError> {
    match reader.var_uint()? {
        SYNC | SYNC_REPLY => sync_message(reader),
        AWARENESS => Ok(Message::Awareness(reader.var_bytes()?)),
        AUTH => match reader.var_uint()? {
            AUTH_TOKEN => {
                let token = token_string(reader)?;
                let version = if reader.is_empty() {
                    None
                } else {
                    Some(token_string(reader)?)
                };
                Ok(Message::Token { token, version })
            }
            AUTH_DENIED => Ok(Message::Denied(reader.var_string()?)),
            AUTH_GRANTED => match reader.var_string()? {
                READ_WRITE => Ok(Message::Granted { read_only: false }),
                READ_ONLY => Ok(Message::Granted { read_only: true }),
                _ => Err(WireError::UnknownMessage(AUTH_GRANTED)),
            },
            other => Err(WireError::UnknownMessage(other)),
        },
        QUERY_AWARENESS => Ok(Message::QueryAwareness),
        STATELESS => Ok(Message::Stateless(reader.var_string()?)),
        // The stock client closes a document without a reason.
        CLOSE if reader.is_empty() => Ok(Message::Close("")),
        CLOSE => Ok(Message::Close(reader.var_string()?)),
        SYNC_STATUS => match reader.var_uint()? {
            0 => Ok(Message::SyncStatus(false)),
            1 => Ok(Message::SyncStatus(true)),
            other => Err(WireError::UnknownMessage(other)),
        },
        other => Err(WireError::UnknownMessage(other)),
    }
}

fn sync_message<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, WireError> {
    match reader.var_uint()? {
        STEP_1 => Ok(Message::SyncStep1(reader.var_bytes()?)),
        STEP_2 => Ok(Message::SyncStep2(reader.var_bytes()?)),
        UPDATE => Ok(Message::Update(reader.var_bytes()?)),
        other => Err(WireError::UnknownMessage(other)),
    }
}

fn token_string<'a>(reader: &mut Reader<'a>) -> Result<&'a str, WireError> {
    let text = reader.var_string()?;
    if text.len() > limits::TOKEN_BYTES {
        Err(WireError::TooLarge)
    } else {
        Ok(text)
    }
}

impl From<Broken> for WireError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Truncated => Self::Truncated,
            Broken::Overflow => Self::TooLarge,
            Broken::NotText => Self::NotText,
        }
    }
}
