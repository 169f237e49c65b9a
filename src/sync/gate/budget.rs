//! What an update will cost in memory once yrs has decoded and applied it (rule G-8).
//!
//! Owns the estimates, taken from the sizes of yrs's own types and from what it was seen to take.
//! Must never underestimate by much: four bytes that become half a kilobyte are how a small frame
//! fills a large machine.

use std::mem::size_of;

use super::Refused;

/// A block in the list of its client, which doubles when it is full.
const BLOCK: usize = 3 * 24;
/// A struct: the boxed item and its place.
const ITEM: usize = size_of::<yrs::block::Item>() + BLOCK;
/// A range of deletions, in a list that doubles.
const RANGE: usize = 24;
/// A shared type: the boxed branch.
const TYPE: usize = size_of::<yrs::branch::Branch>();
/// A shared type at the root: that, its name in three places, and what changed in it.
const ROOT: usize = TYPE + 480;
/// A client with structs: its lists, and its places in half a dozen maps.
const CLIENT: usize = 400;
/// Any value: its place in a vector.
const VALUE: usize = size_of::<yrs::Any>();
/// What a value on the heap costs beside its content: two counters and the allocator's header.
const HEAP: usize = 32;
/// A map with nothing in it.
const EMPTY_MAP: usize = 64;
/// A map: the hash map itself and its first four places.
const MAP: usize = 320;
/// A further entry of a map: key, value and the share of empty places.
const ENTRY: usize = 112;
/// An entry of a shared map: its key and place in the branch.
const KEY: usize = 96;
/// Embedded JSON, a byte: `{"":0}` is the dearest.
const JSON_BYTE: usize = 56;

/// What there may be more in memory when a struct is split in two, in bytes.
pub const SPLIT_MEMORY: usize = ITEM + HEAP;
/// The same of its document as it is stored: a first byte, two neighbours by client and clock, and the
/// length of its content.
pub const SPLIT_BYTES: usize = 1 + 2 * (8 + 5) + 2;

/// The estimate so far, in bytes.
#[derive(Default)]
pub(crate) struct Budget<'a> {
    bytes: usize,
    cuts: usize,
    known_clients: usize,
    last_root: Option<&'a str>,
}

impl<'a> Budget<'a> {
    #[inline]
    fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn client(&mut self) {
        self.add(CLIENT);
    }

    /// The client just counted has structs in the document already, and so its lists and places.
    pub(super) fn known_client(&mut self) {
        self.known_clients += 1;
    }

    pub(super) fn block(&mut self) {
        self.add(BLOCK);
    }

    pub(super) fn item(&mut self) {
        self.add(ITEM);
    }

    /// A reference into another struct, which may have to be cut in two there.
    pub(super) fn cut(&mut self) {
        self.add(ITEM);
        self.cuts += 1;
    }

    pub(super) fn range(&mut self) {
        self.add(RANGE);
    }

    pub(super) fn shared_type(&mut self) {
        self.add(TYPE);
    }

    /// A root that an item names; structs of one root mostly come together.
    pub(super) fn root(&mut self, name: &'a str) {
        if self.last_root.replace(name) != Some(name) {
            self.add(ROOT + 3 * name.len());
        }
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

    /// An array within a value is moved once it has been read, and is there twice for a moment.
    pub(super) fn array(&mut self, values: usize) {
        self.add(HEAP + values.saturating_mul(VALUE));
    }

    pub(super) fn map(&mut self, entries: usize) {
        self.add(match entries {
            0 => EMPTY_MAP,
            _ => MAP + entries.saturating_mul(ENTRY),
        });
    }

    pub(super) fn json(&mut self, length: usize) {
        self.add(HEAP + length.saturating_mul(JSON_BYTE));
    }

    /// What the document grows by, as far as this is read, without what is cut; and how often something
    /// is.
    pub(super) fn of_structs(&self) -> (usize, usize) {
        let elsewhere = self.cuts * ITEM + self.known_clients * CLIENT;
        (self.bytes.saturating_sub(elsewhere), self.cuts)
    }

    /// Holds the estimate against what the update may take.
    pub(super) fn settle(&self, most: usize) -> Result<(), Refused> {
        if self.bytes > most {
            return Err(Refused::TooDense { bytes: self.bytes });
        }
        Ok(())
    }
}
