//! How fast one connection may send: whoever sends faster is read more slowly, and only whoever goes
//! on for long is closed.
//!
//! A frame costs time: its share of a second at so many frames a second, or at so many bytes, if that
//! is more. A connection at rest saves time up, a minute's worth by default, so that pasting,
//! bringing what was written offline, or filling a whole board is never slowed down. Reading more
//! slowly harms nothing: what is not read waits at the sender.
//!
//! This is the algorithm that `governor` has, in one number; there it would be two limiters with a
//! clock of their own. This file must never read a clock.

use crate::config::Limits;

/// What to do after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Read on.
    ReadOn,
    /// Read on after so many milliseconds.
    Wait(u64),
    /// It has gone on for too long.
    Close,
}

/// The pace of one connection. Times are microseconds inside and milliseconds outside.
#[derive(Debug)]
pub(super) struct Pace {
    us_per_frame: u64,
    bytes_per_second: u64,
    burst_us: u64,
    /// When all that was saved up is there again.
    full_at_us: u64,
    /// Since when frames have been coming faster than they may, without a rest.
    too_fast_since_us: Option<u64>,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            us_per_frame: 1_000_000 / u64::from(limits.frames_per_second.max(1)),
            bytes_per_second: u64::from(limits.bytes_per_second.max(1)),
            burst_us: limits.burst_ms * 1_000,
            full_at_us: 0,
            too_fast_since_us: None,
        }
    }

    /// One frame has come.
    pub(super) fn handle_frame(&mut self, now_ms: u64, bytes: usize) -> Verdict {
        let now_us = now_ms * 1_000;
        let us_of_bytes = bytes as u64 * 1_000_000 / self.bytes_per_second;
        let cost_us = us_of_bytes.max(self.us_per_frame);
        self.full_at_us = self.full_at_us.max(now_us) + cost_us;
        let wait_us = self.full_at_us.saturating_sub(now_us + self.burst_us);
        if wait_us == 0 {
            self.too_fast_since_us = None;
            return Verdict::ReadOn;
        }
        let since_us = *self.too_fast_since_us.get_or_insert(now_us);
        if now_us - since_us > self.burst_us {
            Verdict::Close
        } else {
            Verdict::Wait(wait_us.div_ceil(1_000))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: u64 = 60_000;

    fn pace() -> Pace {
        Pace::new(&Limits::default())
    }

    /// Sends frames as fast as they are read, and gives how many were read, when the last one was
    /// and what came of it.
    fn send(pace: &mut Pace, mut now_ms: u64, bytes: usize, frames: u64) -> (u64, u64, Verdict) {
        for frame in 1..=frames {
            match pace.handle_frame(now_ms, bytes) {
                Verdict::ReadOn => {}
                Verdict::Wait(wait_ms) if frame < frames => now_ms += wait_ms,
                verdict => return (frame, now_ms, verdict),
            }
        }
        (frames, now_ms, Verdict::ReadOn)
    }

    #[test]
    fn what_honest_clients_send_at_once_is_never_slowed_down() {
        let table = [
            ("a board of 5,000 cards, one by one", 300, 10_000),
            ("a day offline, in parts", 1 << 20, 50),
            ("five hundred cards pasted", 300, 1_000),
        ];
        for (what, bytes, frames) in table {
            let sent = send(&mut pace(), 1_000, bytes, frames);
            assert_eq!(sent, (frames, 1_000, Verdict::ReadOn), "{what}");
        }
    }

    #[test]
    fn the_largest_document_takes_a_while_and_is_not_refused() {
        let (frames, now_ms, verdict) = send(&mut pace(), 0, 1 << 20, 64);
        assert_eq!(frames, 64);
        assert!(!matches!(verdict, Verdict::Close) && now_ms < 10_000);
    }

    #[test]
    fn what_is_too_fast_is_read_at_the_pace_that_is_allowed() {
        let mut pace = pace();
        send(&mut pace, 0, 0, 12_000);
        // All that was saved up is spent: 200 frames a second from now on.
        let (_, now_ms, _) = send(&mut pace, 0, 0, 2_001);
        assert!((9_900..=10_100).contains(&now_ms), "{now_ms}");
    }

    #[test]
    fn whoever_goes_on_for_another_minute_is_closed() {
        let mut pace = pace();
        let (frames, now_ms, verdict) = send(&mut pace, 0, 0, 100_000);
        assert_eq!(verdict, Verdict::Close);
        assert!((24_000..=24_300).contains(&frames), "{frames}");
        assert!(
            (MINUTE_MS..=MINUTE_MS + 10).contains(&now_ms),
            "{now_ms} ms"
        );
    }

    #[test]
    fn a_rest_is_a_new_beginning() {
        let mut pace = pace();
        send(&mut pace, 0, 0, 12_100);
        let rested_ms = 2 * MINUTE_MS;
        let sent = send(&mut pace, rested_ms, 0, 12_000);
        assert_eq!(sent, (12_000, rested_ms, Verdict::ReadOn));
    }
}
