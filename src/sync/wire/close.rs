//! Close codes of the WebSocket and what they tell a client to do.
//!
//! Owns the codes the relay closes with and the one function that reads them. Must never hold
//! words for people: views have their own.

/// The connection ended as it should.
pub const NORMAL: u16 = 1000;
/// No close frame came; browsers report this for a connection that broke.
pub const ABNORMAL: u16 = 1006;
/// A frame was larger than the relay reads.
pub const TOO_BIG: u16 = 1009;
/// The relay has too much to do, is restarting, or the client read too slowly: come back later.
pub const COME_BACK_LATER: u16 = 1013;
/// The client sent what no honest client sends: a frame, update or presence that cannot be read.
pub const BAD_MESSAGE: u16 = 4400;
/// The key is unknown or has been revoked.
pub const KEY_REVOKED: u16 = 4401;
/// The key does not allow what the client did.
pub const NOT_ALLOWED: u16 = 4403;
/// The workshop or document does not exist, or has been deleted.
pub const DELETED: u16 = 4404;

/// Whether a client should connect again after this code.
///
/// 4400–4499 mirror HTTP's 4xx: a decision that coming back cannot change (y-websocket 3.1 reads
/// them the same way). A frame that was too big will be too big again.
pub fn allows_return(code: u16) -> bool {
    code != TOO_BIG && !(4400..4500).contains(&code)
}
