//! Who is there: the table of presence of one document (rules P-1 to P-8).
//!
//! Owns the awareness protocol of `y-protocols` 1.0 and the ownership of states that a relay needs
//! beside it. Must never look into a state beyond asking whether it is JSON, and never be kept
//! anywhere but in memory: presence is about people, documents are not.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::gate::json_depth;
use crate::lib0::{Broken, Reader, write_var_string, write_var_uint};
use crate::limits;

/// The awareness update that says nothing: something to send to a client that takes silence for
/// a broken connection.
pub const NOTHING: &[u8] = &[0];

/// A client's id, clock and JSON, or `None` where it is gone.
type Entry<'a> = (u64, u32, Option<&'a str>);

const GONE: &str = "null";

/// Why an awareness update was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPresence {
    /// The bytes are no awareness update.
    #[error("the presence cannot be read")]
    Unreadable,
    /// A state is longer than [`limits::PRESENCE_BYTES`].
    #[error("a presence state is too long")]
    TooLong,
    /// A state is not JSON, or nests too deep.
    #[error("a presence state is not JSON")]
    NotJson,
    /// More clients than the table or the connection may hold.
    #[error("too many clients are present")]
    TooMany,
}

/// What came of an awareness update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What was news, as an awareness update for everyone.
    pub changed: Option<Vec<u8>>,
    /// An awareness update for the sender alone, who uses a clock under which it was removed (P-5).
    pub reply: Option<Vec<u8>>,
}

/// One client, there or lately gone.
struct Client<Owner> {
    clock: u32,
    /// JSON; `None` once the client is gone. The clock is kept for a while, so that a late message
    /// does not bring the client back.
    state: Option<String>,
    owner: Option<Owner>,
    heard_ms: u64,
}

/// What a connection has to do with the table.
struct Connection {
    /// The first client it announced, taken for its own.
    first: u64,
    /// How many clients it owns.
    owns: usize,
}

/// The presence of one document. `Owner` names a connection; a client, which has only one, takes
/// `()`.
pub struct PresenceTable<Owner> {
    clients: BTreeMap<u64, Client<Owner>>,
    connections: BTreeMap<Owner, Connection>,
    present: usize,
    checked_ms: u64,
}

impl<Owner> Default for PresenceTable<Owner> {
    fn default() -> Self {
        Self {
            clients: BTreeMap::new(),
            connections: BTreeMap::new(),
            present: 0,
            checked_ms: 0,
        }
    }
}

impl<Owner: Copy + Ord> PresenceTable<Owner> {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many clients are there.
    pub fn len(&self) -> usize {
        self.present
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.present == 0
    }

    /// The clients that are there, each with its JSON, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        self.clients
            .iter()
            .filter_map(|(&id, client)| Some((id, client.state.as_deref()?)))
    }

    /// An awareness update with everyone who is there, or `None` if nobody is.
    pub fn encode_all(&self) -> Option<Vec<u8>> {
        let entries = self
            .clients
            .iter()
            .filter_map(|(&id, client)| Some((id, client.clock, Some(client.state.as_deref()?))));
        encode(entries)
    }

    /// Takes in an awareness update that came from `owner`.
    ///
    /// # Errors
    /// When any of it is not acceptable; then nothing of it was taken.
    pub fn handle_update(
        &mut self,
        now_ms: u64,
        owner: Owner,
        update: &[u8],
    ) -> Result<Heard, BadPresence> {
        let entries = read(update)?;
        self.make_room(owner, &entries)?;
        if self.present == 0 {
            // Nobody was looked for while nobody was there.
            self.checked_ms = now_ms;
        }
        let mut changed = Vec::new();
        let mut reply = Vec::new();
        for &(id, clock, state) in &entries {
            match self.hear(now_ms, owner, id, clock, state) {
                News::Changed => changed.push((id, clock, state)),
                News::MustTakeNewClock => reply.push((id, clock, None)),
                News::None => {}
            }
        }
        Ok(Heard {
            changed: encode(changed.into_iter()),
            reply: encode(reply.into_iter()),
        })
    }

    /// Removes who has been silent for [`limits::PRESENCE_EXPIRY_MS`] and gives the awareness
    /// update that says so.
    pub fn handle_timeout(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        // A clock that was set back must not stop the checks for as long as it was set back.
        if now_ms >= self.checked_ms && now_ms - self.checked_ms < limits::PRESENCE_CHECK_MS {
            return None;
        }
        self.checked_ms = now_ms;
        let silent = |client: &Client<Owner>| {
            now_ms.saturating_sub(client.heard_ms) >= limits::PRESENCE_EXPIRY_MS
        };
        self.clients
            .retain(|_, client| client.state.is_some() || !silent(client));
        let expired: Vec<u64> = self
            .clients
            .iter()
            .filter(|(_, client)| client.state.is_some() && silent(client))
            .map(|(&id, _)| id)
            .collect();
        self.remove(&expired)
    }

    /// When [`PresenceTable::handle_timeout`] wants to be called, if anyone is there.
    pub fn poll_timeout(&self) -> Option<u64> {
        (self.present > 0).then(|| self.checked_ms + limits::PRESENCE_CHECK_MS)
    }

    /// The connection has ended: removes what it still owns and gives the awareness update that
    /// says so.
    pub fn handle_closed(&mut self, owner: Owner) -> Option<Vec<u8>> {
        self.connections.remove(&owner)?;
        let owned: Vec<u64> = self
            .clients
            .iter()
            .filter(|(_, client)| client.owner == Some(owner))
            .map(|(&id, _)| id)
            .collect();
        self.remove(&owned)
    }

    /// Forgets everyone. Says whether anyone was there.
    pub fn clear(&mut self) -> bool {
        let anyone = self.present > 0;
        *self = Self::default();
        anyone
    }

    fn hear(
        &mut self,
        now_ms: u64,
        owner: Owner,
        id: u64,
        clock: u32,
        state: Option<&str>,
    ) -> News {
        let Some(client) = self.clients.get_mut(&id) else {
            if let Some(state) = state {
                let client = Client {
                    clock,
                    state: Some(state.to_owned()),
                    owner: None,
                    heard_ms: now_ms,
                };
                self.clients.insert(id, client);
                self.present += 1;
                self.give(id, Some(owner));
                return News::Changed;
            }
            return News::None;
        };
        match clock.cmp(&client.clock) {
            std::cmp::Ordering::Less => News::None,
            std::cmp::Ordering::Greater => {
                self.present -= usize::from(client.state.is_some());
                self.present += usize::from(state.is_some());
                client.clock = clock;
                client.heard_ms = now_ms;
                match (&mut client.state, state) {
                    // A renewal, which most messages are.
                    (Some(known), Some(state)) if known == state => {}
                    (known, state) => *known = state.map(str::to_owned),
                }
                self.give(id, state.map(|_| owner));
                News::Changed
            }
            std::cmp::Ordering::Equal => match (client.state.as_deref(), state) {
                (Some(_), None) if client.owner == Some(owner) => {
                    client.state = None;
                    client.heard_ms = now_ms;
                    self.present -= 1;
                    self.give(id, None);
                    News::Changed
                }
                (Some(known), Some(state)) if known == state => {
                    let speaks_for_itself = self
                        .connections
                        .get(&owner)
                        .is_none_or(|known| known.first == id);
                    if speaks_for_itself {
                        client.heard_ms = now_ms;
                        self.give(id, Some(owner));
                    }
                    News::None
                }
                (None, Some(_)) => News::MustTakeNewClock,
                _ => News::None,
            },
        }
    }

    /// Makes `owner` the owner of the client.
    fn give(&mut self, id: u64, owner: Option<Owner>) {
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        if client.owner == owner {
            return;
        }
        let before = std::mem::replace(&mut client.owner, owner);
        if let Some(connection) = before.and_then(|before| self.connections.get_mut(&before)) {
            connection.owns = connection.owns.saturating_sub(1);
        }
        if let Some(owner) = owner {
            let new = Connection { first: id, owns: 0 };
            self.connections.entry(owner).or_insert(new).owns += 1;
        }
    }

    fn remove(&mut self, ids: &[u64]) -> Option<Vec<u8>> {
        let mut gone = Vec::with_capacity(ids.len());
        for &id in ids {
            self.give(id, None);
            if let Some(client) = self.clients.get_mut(&id)
                && client.state.take().is_some()
            {
                self.present -= 1;
                gone.push((id, client.clock, None));
            }
        }
        encode(gone.into_iter())
    }

    /// Sees to it that the table may take in all of `entries` (P-7).
    fn make_room(&mut self, owner: Owner, entries: &[Entry<'_>]) -> Result<(), BadPresence> {
        let is_new = |(id, _, state): &&Entry<'_>| {
            state.is_some()
                && self
                    .clients
                    .get(id)
                    .is_none_or(|client| client.owner != Some(owner))
        };
        let new = entries.iter().filter(is_new).count();
        let owns = self
            .connections
            .get(&owner)
            .map_or(0, |connection| connection.owns);
        let unknown = entries
            .iter()
            .filter(|(id, ..)| !self.clients.contains_key(id))
            .count();
        // An echo of others' states, as y-websocket makes it, brings nothing unknown.
        if unknown > 0 && owns + new.min(unknown) > limits::PRESENCE_CLIENTS_PER_OWNER {
            return Err(BadPresence::TooMany);
        }
        if self.clients.len() + unknown > limits::PRESENCE_CLIENTS {
            self.clients.retain(|_, client| client.state.is_some());
        }
        if self.clients.len() + unknown > limits::PRESENCE_CLIENTS {
            return Err(BadPresence::TooMany);
        }
        Ok(())
    }
}

/// What one entry of an awareness update changed.
enum News {
    None,
    Changed,
    MustTakeNewClock,
}

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

fn encode<'a>(entries: impl Iterator<Item = Entry<'a>> + Clone) -> Option<Vec<u8>> {
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

/// Reads and checks a whole awareness update.
fn read(update: &[u8]) -> Result<Vec<Entry<'_>>, BadPresence> {
    let mut reader = Reader::new(update);
    // An id, a clock and a string that is at least `1` with its length.
    let count = reader.count(4)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let id = reader.var_uint()?;
        let clock = u32::try_from(reader.var_uint()?).map_err(|_| BadPresence::Unreadable)?;
        let state = reader.var_string()?;
        check_state(state)?;
        entries.push((id, clock, (state.trim() != GONE).then_some(state)));
    }
    if reader.is_empty() {
        Ok(entries)
    } else {
        Err(BadPresence::Unreadable)
    }
}

impl From<Broken> for BadPresence {
    fn from(_: Broken) -> Self {
        Self::Unreadable
    }
}
