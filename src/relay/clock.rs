//! The one place where the relay reads a clock. Everything below takes the time as an argument.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Milliseconds since this clock was made; never runs backwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    pub(crate) fn instant(&self, at_ms: u64) -> Instant {
        self.start + Duration::from_millis(at_ms)
    }
}

/// A day, in milliseconds.
pub(crate) const DAY_MS: u64 = 86_400_000;

/// The first moment of 2025, in milliseconds since 1970. A computer without a battery for its clock
/// begins in 1970 until a network tells it the time; what it says before this moment is no date.
pub(crate) const EARLIEST_MS: u64 = 1_735_689_600_000;

/// Milliseconds since 1970: relay time, which timers in a plan refer to.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}
