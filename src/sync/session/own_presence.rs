//! What this device says about its own person in one document (rule S-11).
//!
//! Owns the clock of the own presence and the times at which it is said. Must never let the clock
//! go back or stand still between two announcements: tables would not listen.

use crate::limits::{PRESENCE_INTERVAL_MS, PRESENCE_RENEWAL_MS};
use crate::presence;

/// The own presence in one document.
pub(super) struct OwnPresence {
    client: u64,
    clock: u32,
    state: Option<String>,
    /// Whether the state has changed since it was last said.
    is_news: bool,
    said_ms: Option<u64>,
}

impl OwnPresence {
    pub(super) fn new(client: u64) -> Self {
        Self {
            client,
            clock: 0,
            state: None,
            is_news: false,
            said_ms: None,
        }
    }

    /// Sets the state. What every table would refuse is as good as no state.
    pub(super) fn set(&mut self, state: Option<String>) {
        let state = state.filter(|state| presence::check_state(state).is_ok());
        if self.state != state {
            self.state = state;
            self.is_news = true;
        }
    }

    /// Says the state again as soon as may be, if there is one.
    pub(super) fn insist(&mut self) {
        self.is_news |= self.state.is_some();
    }

    pub(super) fn client(&self) -> u64 {
        self.client
    }

    /// The state, to be said first thing on a new connection.
    pub(super) fn introduce(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        self.said_ms = None;
        self.is_news = false;
        self.state.is_some().then(|| self.say(now_ms))
    }

    /// The state, if it is time to say it.
    pub(super) fn due(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        let due_ms = self.timeout()?;
        (now_ms >= due_ms).then(|| self.say(now_ms))
    }

    /// When the state is to be said next, if it is.
    pub(super) fn timeout(&self) -> Option<u64> {
        match (self.is_news, self.said_ms) {
            (true, None) => Some(0),
            (true, Some(said_ms)) => Some(said_ms + PRESENCE_INTERVAL_MS),
            (false, Some(said_ms)) if self.state.is_some() => Some(said_ms + PRESENCE_RENEWAL_MS),
            (false, _) => None,
        }
    }

    /// The state as it is now, as the answer to a query.
    pub(super) fn say(&mut self, now_ms: u64) -> Vec<u8> {
        self.clock += 1;
        self.is_news = false;
        self.said_ms = Some(now_ms);
        presence::encode_one(self.client, self.clock, self.state.as_deref())
    }

    /// Takes leave. Nothing to say if nothing was said.
    pub(super) fn leave(&mut self) -> Option<Vec<u8>> {
        let was_there = self.said_ms.take().is_some() && self.state.is_some();
        self.state = None;
        self.is_news = false;
        was_there.then(|| {
            self.clock += 1;
            presence::encode_one(self.client, self.clock, None)
        })
    }
}
