//! Chance for tests: a small seeded generator, so that a failure can be had again, documents that it
//! edits, and what must hold of them.

#[allow(dead_code, reason = "the tests of the relay use the rest")]
pub(crate) mod crafted;
pub(crate) mod editor;
pub(crate) mod foreign;
pub(crate) mod sound;

/// The `SplitMix64` generator of Steele, Lea and Flood.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        crate::backoff::split_mix(&mut self.0)
    }

    /// An even number below `end`, which is above 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
