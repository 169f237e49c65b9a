//! The protocol's numbers, each with its unit and its reason.
//!
//! Owns every limit that both ends of a socket must agree on. Must never hold a limit that only
//! the operator of a relay cares about (connections, rooms, disk): those are flags of the relay.

/// The largest frame, in bytes, that a relay reads from a client, and so the largest update.
///
/// A long evening's work of one table is some tens of kilobytes, and 1 MiB bounds what one frame
/// can cost. A device that has more to say, having been offline for days, says it in parts (S-15).
pub const FRAME_BYTES: usize = 1 << 20;

/// The largest document, in bytes, that a client reads in one frame from the relay, and that a
/// relay reads back from its store.
///
/// The fullest board, 5,000 cards of 4,000 characters, is 20 MB; this leaves three times that for
/// its history and for other alphabets. Above it a tablet would run out of memory first.
pub const SNAPSHOT_BYTES: usize = 64 << 20;

/// The longest document name, in bytes, in the Hocuspocus framing, session suffix included.
pub const NAME_BYTES: usize = 256;

/// The longest key or version, in bytes, in a token message.
pub const TOKEN_BYTES: usize = 1024;

/// How deep an `Any` or an embedded JSON value may nest.
///
/// yrs decodes both by recursion, and 20,000 levels overflow the stack and abort the process.
/// No card nests deeper than three.
pub const ANY_DEPTH: usize = 64;

/// Client identifiers lie below this: JavaScript's largest exact integer plus one, and the width
/// that yrs asserts.
pub const CLIENT_IDS: u64 = 1 << 53;

/// Clocks, and clock plus length, lie below this: yrs computes differences of clocks in `i32`.
pub const CLOCKS: u64 = 1 << 31;

/// What one transaction may take in of what others wrote: structs and ranges of deletions, times
/// their bytes.
///
/// yrs puts neighbours together at the end of a transaction, from the last to the first, and each
/// holds all that follows it until it is done: 150,000 letters that come one by one take gigabytes.
/// Of the dearest content this lets it hold some 1.5 MiB for a moment.
pub const TRANSACTION_WORK: usize = 128 << 10;

/// How many times its own size an update may take in memory once it is decoded.
pub const MEMORY_FACTOR: usize = 64;

/// Memory, in bytes, that any update may take whatever its size, so that a small update of many
/// small structs is never refused for its density.
pub const MEMORY_ALLOWANCE: usize = 2 << 20;

/// The longest presence state, in bytes of JSON: a name, a colour, a card and a caret are 200.
pub const PRESENCE_BYTES: usize = 2 << 10;

/// How many people one document's presence may hold: a hall of 500, each with two devices, twice.
pub const PRESENCE_CLIENTS: usize = 2_048;

/// How many client identifiers one connection may speak for. A stock client speaks for itself;
/// one that shares its presence between browser tabs speaks for a few.
pub const PRESENCE_CLIENTS_PER_OWNER: usize = 16;

/// Presence not heard of for this long, in milliseconds, is gone. The value of y-protocols.
pub const PRESENCE_EXPIRY_MS: u64 = 30_000;

/// How often presence is looked through for expiry, in milliseconds. The value of y-protocols.
pub const PRESENCE_CHECK_MS: u64 = 3_000;

/// How often an unchanged own presence is said again, in milliseconds: half the expiry, as
/// y-protocols does.
pub const PRESENCE_RENEWAL_MS: u64 = 15_000;

/// The shortest time, in milliseconds, between two announcements of own presence: 10 Hz, above
/// which presence costs a relay more than edits do and an eye sees no difference.
pub const PRESENCE_INTERVAL_MS: u64 = 100;

/// The shortest wait before a new connection, in milliseconds.
pub const BACKOFF_MIN_MS: u64 = 1_000;

/// The longest wait before a new connection, in milliseconds.
pub const BACKOFF_MAX_MS: u64 = 30_000;

/// A client that has heard nothing for this long, in milliseconds, sends a ping; after twice as
/// long it takes the connection for dead.
pub const SILENCE_MS: u64 = 15_000;

/// While a document is on its way, which comes in one frame, a client that hears nothing waits this
/// long, in milliseconds: 10 MB over a poor mobile network take a minute and a half, and no answer to
/// a ping can overtake them.
pub const LOADING_SILENCE_MS: u64 = 120_000;

/// After waking (the network came back, the page became visible) a connection has this long, in
/// milliseconds, to show that it still lives.
pub const WAKE_SILENCE_MS: u64 = 5_000;

/// How long, in milliseconds, a connection may take to open.
pub const CONNECT_MS: u64 = 20_000;
