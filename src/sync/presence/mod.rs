//! Who is there: the table of presence of one document (rules P-1 to P-8).
//!
//! Owns the awareness protocol of `y-protocols` 1.0 and the ownership of states that a relay needs
//! beside it. Must never look into a state beyond asking whether it is JSON, and never be kept
//! anywhere but in memory: presence is about people, documents are not.

mod codec;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::limits;
use codec::{Entry, encode, read};
pub use codec::{check_state, encode_one, merge};

/// The awareness update that says nothing: something to send to a client that takes silence for
/// a broken connection.
pub const NOTHING: &[u8] = &[0];

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
    /// The clients who came, went or say something else than before: what a screen shows anew.
    pub altered: Vec<u64>,
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
/// `()`. Times are milliseconds of any epoch.
pub struct PresenceTable<Owner> {
    clients: BTreeMap<u64, Client<Owner>>,
    connections: BTreeMap<Owner, Connection>,
    present: usize,
    checked_ms: u64,
    most_per_owner: usize,
}

impl<Owner: Copy + Ord> Default for PresenceTable<Owner> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Owner: Copy + Ord> PresenceTable<Owner> {
    /// An empty table for a relay, which hears each connection speak for itself.
    pub fn new() -> Self {
        Self::with_most_per_owner(limits::PRESENCE_CLIENTS_PER_OWNER)
    }

    /// An empty table for a client, which hears of everyone from the one relay.
    pub fn of_one_source() -> Self {
        Self::with_most_per_owner(limits::PRESENCE_CLIENTS)
    }

    fn with_most_per_owner(most_per_owner: usize) -> Self {
        Self {
            clients: BTreeMap::new(),
            connections: BTreeMap::new(),
            present: 0,
            checked_ms: 0,
            most_per_owner,
        }
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

    /// Whether this client is there.
    pub fn contains(&self, client: u64) -> bool {
        self.clients
            .get(&client)
            .is_some_and(|client| client.state.is_some())
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
        let mut altered = Vec::new();
        for &(id, clock, state) in &entries {
            match self.hear(now_ms, owner, (id, clock, state)) {
                News::None => {}
                News::Renewed => changed.push((id, clock, state)),
                News::Altered => {
                    changed.push((id, clock, state));
                    altered.push(id);
                }
                News::MustTakeNewClock => reply.push((id, clock, None)),
            }
        }
        let (changed, reply) = (encode(changed.into_iter()), encode(reply.into_iter()));
        Ok(Heard {
            changed,
            reply,
            altered,
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
        *self = Self::with_most_per_owner(self.most_per_owner);
        anyone
    }

    /// Takes in one entry (P-1, P-3 to P-5).
    fn hear(&mut self, now_ms: u64, owner: Owner, (id, clock, state): Entry<'_>) -> News {
        let Some(client) = self.clients.get_mut(&id) else {
            let Some(state) = state else {
                return News::None;
            };
            let state = Some(state.to_owned());
            self.clients.insert(
                id,
                Client {
                    clock,
                    state,
                    owner: None,
                    heard_ms: now_ms,
                },
            );
            self.present += 1;
            self.give(id, Some(owner));
            return News::Altered;
        };
        let speaks_for_itself = self
            .connections
            .get(&owner)
            .is_none_or(|known| known.first == id);
        let is_same = client.state.as_deref() == state;
        match clock.cmp(&client.clock) {
            Ordering::Greater => {
                client.clock = clock;
                client.heard_ms = now_ms;
                if !is_same {
                    self.present -= usize::from(client.state.is_some());
                    self.present += usize::from(state.is_some());
                    client.state = state.map(str::to_owned);
                }
                self.give(id, state.map(|_| owner));
                if is_same {
                    News::Renewed
                } else {
                    News::Altered
                }
            }
            Ordering::Equal if is_same => {
                if state.is_some() && speaks_for_itself {
                    client.heard_ms = now_ms;
                    self.give(id, Some(owner));
                }
                News::None
            }
            Ordering::Equal if state.is_none() && client.owner == Some(owner) => {
                client.state = None;
                self.present -= 1;
                self.give(id, None);
                News::Altered
            }
            Ordering::Equal if client.state.is_none() => News::MustTakeNewClock,
            Ordering::Equal | Ordering::Less => News::None,
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
        // An echo of others' states, as y-websocket makes it, brings nothing new.
        let is_new =
            |(id, _, state): &&Entry<'_>| state.is_some() && !self.clients.contains_key(id);
        let new = entries.iter().filter(is_new).count();
        let owns = self
            .connections
            .get(&owner)
            .map_or(0, |connection| connection.owns);
        if new > 0 && owns + new > self.most_per_owner {
            return Err(BadPresence::TooMany);
        }
        if self.clients.len() + new > limits::PRESENCE_CLIENTS {
            self.clients.retain(|_, client| client.state.is_some());
        }
        if self.clients.len() + new > limits::PRESENCE_CLIENTS {
            return Err(BadPresence::TooMany);
        }
        Ok(())
    }
}

/// What one entry of an awareness update changed.
enum News {
    /// Nothing.
    None,
    /// The same state with a newer clock: others must hear that the client is still there.
    Renewed,
    /// What is shown of the client.
    Altered,
    /// Nothing, since the client was removed under this clock (P-5).
    MustTakeNewClock,
}
