//! How long to wait before connecting again (rules B-1 to B-3).
//!
//! Owns the ceiling that grows with each failure and the small generator that draws below it. Must
//! never decide whether to connect at all: the session does.

use crate::limits::{BACKOFF_MAX_MS, BACKOFF_MIN_MS};

/// Waits between attempts to connect, with full jitter.
///
/// After a relay's restart every tablet of a hall loses its connection in the same instant. Drawn
/// evenly below a growing ceiling, their returns spread out instead of arriving in waves
/// ("Exponential Backoff and Jitter", Brooker, 2015).
#[derive(Clone, Debug)]
pub struct Backoff {
    random: u64,
    failures: u32,
}

impl Backoff {
    /// `seed` should differ from device to device: the same seed draws the same waits.
    pub fn new(seed: u64) -> Self {
        Self {
            random: seed,
            failures: 0,
        }
    }

    /// The wait before the next attempt in milliseconds, 1,000 to 30,000.
    pub fn next_delay_ms(&mut self) -> u64 {
        self.failures = self.failures.saturating_add(1);
        let ceiling = BACKOFF_MIN_MS
            .checked_shl(self.failures.min(16))
            .map_or(BACKOFF_MAX_MS, |ceiling| ceiling.min(BACKOFF_MAX_MS));
        BACKOFF_MIN_MS + split_mix(&mut self.random) % (ceiling - BACKOFF_MIN_MS + 1)
    }

    /// The connection works: the next failure is the first again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// The next number of the `SplitMix64` generator (Steele, Lea and Flood, 2014), which needs no
/// more than a word of state and is even enough for waiting.
pub(crate) fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b1_waits_are_drawn_between_one_second_and_a_growing_ceiling() {
        for attempt in 0..8 {
            let ceiling = (2_000 << attempt).min(30_000);
            let mut waits: Vec<u64> = (0..2_000)
                .map(|seed| {
                    let mut backoff = Backoff::new(seed);
                    (0..attempt).for_each(|_| {
                        backoff.next_delay_ms();
                    });
                    backoff.next_delay_ms()
                })
                .collect();
            waits.sort_unstable();
            assert!(
                waits[0] >= 1_000 && waits[1_999] <= ceiling,
                "attempt {attempt}"
            );
            // Evenly: the middle one lies near the middle.
            let middle = u64::midpoint(1_000, ceiling);
            assert!(
                waits[1_000].abs_diff(middle) < ceiling / 20,
                "attempt {attempt}"
            );
        }
    }

    #[test]
    fn b1_a_thousand_failures_still_wait_at_most_thirty_seconds() {
        let mut backoff = Backoff::new(3);
        assert!((0..1_000).all(|_| backoff.next_delay_ms() <= 30_000));
    }

    #[test]
    fn b2_after_a_success_the_ceiling_is_two_seconds_again() {
        let mut backoff = Backoff::new(5);
        (0..9).for_each(|_| {
            backoff.next_delay_ms();
        });
        backoff.reset();
        assert!(backoff.next_delay_ms() <= 2_000);
    }

    #[test]
    fn b3_seeds_decide_the_waits() {
        let waits = |seed| {
            let mut backoff = Backoff::new(seed);
            [(); 6].map(|()| backoff.next_delay_ms())
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
