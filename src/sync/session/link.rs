//! The connection under the session: whether there is one, and whether it still lives.
//!
//! Owns the times at which something must happen to the connection. Must never know what is said
//! over it.

use crate::limits::{CONNECT_MS, LOADING_SILENCE_MS, SILENCE_MS, WAKE_SILENCE_MS};

/// The state of the one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Nothing is open, so none is wanted.
    Idle,
    /// Wanted; the next attempt is at this time.
    Waiting { until_ms: u64 },
    /// An attempt is under way and is given up at this time.
    Connecting { until_ms: u64 },
    /// Open.
    Open(Life),
    /// The relay said to stay away.
    Stopped,
}

/// When an open connection must show that it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    /// When to ask; `None` once asked.
    ping_ms: Option<u64>,
    /// When to take the connection for dead.
    dead_ms: u64,
}

impl Life {
    /// Something has just been heard; what comes next may be a whole document.
    pub(super) fn heard(now_ms: u64, is_loading: bool) -> Self {
        let patience_ms = if is_loading {
            LOADING_SILENCE_MS
        } else {
            2 * SILENCE_MS
        };
        Self {
            ping_ms: Some(now_ms + SILENCE_MS),
            dead_ms: now_ms + patience_ms,
        }
    }

    /// The device has woken: ask at once, and do not wait long for the answer.
    pub(super) fn woken(self, now_ms: u64) -> Self {
        Self {
            ping_ms: Some(now_ms),
            dead_ms: self.dead_ms.min(now_ms + WAKE_SILENCE_MS),
        }
    }

    pub(super) fn is_dead(self, now_ms: u64) -> bool {
        now_ms >= self.dead_ms
    }

    /// Whether to ask now. Asks once.
    pub(super) fn asks(&mut self, now_ms: u64) -> bool {
        let due = self.ping_ms.is_some_and(|ping_ms| now_ms >= ping_ms);
        if due {
            self.ping_ms = None;
        }
        due
    }
}

impl Link {
    pub(super) fn connecting(now_ms: u64) -> Self {
        Self::Connecting {
            until_ms: now_ms + CONNECT_MS,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// When the connection wants the next `handle_timeout`.
    pub(super) fn timeout(&self) -> Option<u64> {
        match self {
            Self::Idle | Self::Stopped => None,
            Self::Waiting { until_ms } | Self::Connecting { until_ms } => Some(*until_ms),
            Self::Open(life) => Some(life.ping_ms.unwrap_or(life.dead_ms)),
        }
    }
}
