//! Time as the session sees it: it never runs backwards.
//!
//! Owns the correction of a clock that was set back. Must never read a clock.

/// Turns the times that are handed in into times that never decrease.
#[derive(Default)]
pub(super) struct Clock {
    last_ms: u64,
    /// How much the clock has been set back in all.
    lost_ms: u64,
}

impl Clock {
    /// The session's time for the caller's time. A jump back is read as no time passing, and from
    /// there time goes on, so that no timer waits for the lost hour to come round again.
    pub(super) fn read(&mut self, now_ms: u64) -> u64 {
        self.lost_ms += self.last_ms.saturating_sub(now_ms);
        self.last_ms = now_ms;
        now_ms + self.lost_ms
    }

    /// The caller's time for the session's time.
    pub(super) fn outside(&self, session_ms: u64) -> u64 {
        session_ms.saturating_sub(self.lost_ms)
    }
}
