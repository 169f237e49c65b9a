//! What an update will cost in memory once yrs has decoded it (rule G-8).
//!
//! Owns the estimates, taken from the sizes of yrs's own types. Must never underestimate by much:
//! four bytes that become half a kilobyte are how a small frame fills a large machine.

use std::mem::size_of;

use super::Refused;
use crate::limits;

/// A struct: the boxed item and its place in the list of its client.
const ITEM: usize = size_of::<yrs::block::Item>() + 24;
/// A range of garbage or a skip, which takes a place in the list and nothing else.
const RANGE: usize = 24;
/// A shared type: the boxed branch.
const TYPE: usize = size_of::<yrs::branch::Branch>();
/// A client with structs: its list, and its place in a hash map.
const CLIENT: usize = 128;
/// Any value: its place in a vector.
const VALUE: usize = size_of::<yrs::Any>();
/// What a value on the heap costs beside its content: two counters and the allocator's header.
const HEAP: usize = 32;
/// A map: the hash map itself and its first four places.
const MAP: usize = 320;
/// A further entry of a map: key, value and the share of empty places.
const ENTRY: usize = 112;
/// An entry of a shared map: its key and place in the branch.
const KEY: usize = 96;
/// Embedded JSON, a byte: `{"":0}` is the dearest.
const JSON_BYTE: usize = 56;

/// The estimate so far, in bytes.
#[derive(Default)]
pub(crate) struct Budget {
    bytes: usize,
}

impl Budget {
    #[inline]
    fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn client(&mut self) {
        self.add(CLIENT);
    }

    pub(super) fn item(&mut self) {
        self.add(ITEM);
    }

    pub(super) fn range(&mut self) {
        self.add(RANGE);
    }

    pub(super) fn shared_type(&mut self) {
        self.add(TYPE);
    }

    pub(super) fn key(&mut self, length: usize) {
        self.add(KEY + length);
    }

    pub(super) fn bytes(&mut self, length: usize) {
        self.add(HEAP + length);
    }

    pub(super) fn value(&mut self) {
        self.add(VALUE);
    }

    pub(super) fn array(&mut self) {
        self.add(HEAP);
    }

    pub(super) fn map(&mut self, entries: usize) {
        self.add(MAP + entries.saturating_mul(ENTRY));
    }

    pub(super) fn json(&mut self, length: usize) {
        self.add(HEAP + length.saturating_mul(JSON_BYTE));
    }

    /// Holds the estimate against the update's size.
    pub(super) fn settle(&self, update_bytes: usize) -> Result<(), Refused> {
        let most = (update_bytes * limits::MEMORY_FACTOR).max(limits::MEMORY_ALLOWANCE);
        if self.bytes > most {
            return Err(Refused::TooDense { bytes: self.bytes });
        }
        Ok(())
    }
}
