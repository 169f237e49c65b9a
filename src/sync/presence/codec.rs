//! The bytes of an awareness update.
//!
//! Owns their reading, checking and writing. Must never take in part of an update of which any
//! part is bad.

use std::collections::BTreeMap;

use super::{BadPresence, NOTHING};
use crate::gate::json_depth;
use crate::lib0::{Broken, Reader, write_var_string, write_var_uint};
use crate::limits;

/// A client's id, clock and JSON, or `None` where it is gone.
pub(super) type Entry<'a> = (u64, u32, Option<&'a str>);

const GONE: &str = "null";

/// The fewest bytes of an entry: an id, a clock, and a string that is at least `1` with its length.
const ENTRY_BYTES: usize = 4;

/// The awareness update of one client: its state, or `None` to say that it is gone.
pub fn encode_one(client: u64, clock: u32, state: Option<&str>) -> Vec<u8> {
    encode(std::iter::once((client, clock, state))).unwrap_or_default()
}

/// Whether a state may be announced: JSON, not too long, not too deep.
///
/// # Errors
/// The reason why every table would refuse it.
pub fn check_state(state: &str) -> Result<(), BadPresence> {
    if state.len() > limits::PRESENCE_BYTES {
        return Err(BadPresence::TooLong);
    }
    if json_depth(state) > limits::ANY_DEPTH {
        return Err(BadPresence::NotJson);
    }
    // `IgnoredAny` is read without recursion and without keeping anything.
    match serde_json::from_str::<serde::de::IgnoredAny>(state) {
        Ok(_) => Ok(()),
        Err(_) => Err(BadPresence::NotJson),
    }
}

/// An awareness update of these entries, or `None` if there are none.
pub(super) fn encode<'a>(entries: impl Iterator<Item = Entry<'a>> + Clone) -> Option<Vec<u8>> {
    let count = entries.clone().count();
    if count == 0 {
        return None;
    }
    let mut bytes = Vec::new();
    write_var_uint(&mut bytes, count as u64);
    for (id, clock, state) in entries {
        write_var_uint(&mut bytes, id);
        write_var_uint(&mut bytes, u64::from(clock));
        write_var_string(&mut bytes, state.unwrap_or(GONE));
    }
    Some(bytes)
}

/// Several awareness updates in one: of each client what was said last. They are such as a table has
/// written; one that cannot be read is left out.
pub fn merge(updates: &[Vec<u8>]) -> Vec<u8> {
    let mut latest = BTreeMap::new();
    for update in updates {
        let mut reader = Reader::new(update);
        let Ok(count) = reader.count(ENTRY_BYTES) else {
            continue;
        };
        for _ in 0..count {
            let Ok((id, clock, state)) = read_entry(&mut reader) else {
                break;
            };
            latest.insert(id, (clock, state));
        }
    }
    let entries = latest
        .iter()
        .map(|(&id, &(clock, state))| (id, clock, Some(state)));
    encode(entries).unwrap_or_else(|| NOTHING.to_vec())
}

/// Reads and checks a whole awareness update.
pub(super) fn read(update: &[u8]) -> Result<Vec<Entry<'_>>, BadPresence> {
    let mut reader = Reader::new(update);
    let count = reader.count(ENTRY_BYTES)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let (id, clock, state) = read_entry(&mut reader)?;
        check_state(state)?;
        entries.push((id, clock, (state.trim() != GONE).then_some(state)));
    }
    if reader.is_empty() {
        Ok(entries)
    } else {
        Err(BadPresence::Unreadable)
    }
}

fn read_entry<'a>(reader: &mut Reader<'a>) -> Result<(u64, u32, &'a str), BadPresence> {
    let id = reader.var_uint()?;
    let clock = u32::try_from(reader.var_uint()?).map_err(|_| BadPresence::Unreadable)?;
    Ok((id, clock, reader.var_string()?))
}

impl From<Broken> for BadPresence {
    fn from(_: Broken) -> Self {
        Self::Unreadable
    }
}
