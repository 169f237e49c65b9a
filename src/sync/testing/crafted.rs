//! Updates written by hand, struct by struct; the relay's tests write theirs with it too.
//!
//! Owns the layout of an update as an attacker would write it. Must never ask whether it makes sense.

use yrs::encoding::write::Write;

/// Builds updates by hand, struct by struct.
pub(crate) struct Crafted {
    structs: Vec<u8>,
    count: u64,
    client: u64,
    clock: u64,
}

impl Crafted {
    pub(crate) fn by(client: u64) -> Self {
        Self {
            structs: Vec::new(),
            count: 0,
            client,
            clock: 0,
        }
    }

    pub(crate) fn at_clock(mut self, clock: u64) -> Self {
        self.clock = clock;
        self
    }

    /// A struct given byte for byte.
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.structs.extend_from_slice(bytes);
        self.count += 1;
        self
    }

    /// An item of the root "r" with this content.
    pub(crate) fn root_item(self, kind: u8, content: &[u8]) -> Self {
        self.in_root("r", kind, content)
    }

    /// An item of a root with this content.
    pub(crate) fn in_root(self, root: &str, kind: u8, content: &[u8]) -> Self {
        let bytes = [&[kind, 1][..], &text(root), content].concat();
        self.raw(&bytes)
    }

    /// An item in the type at `clock` of `client`.
    pub(crate) fn item_in(self, client: u64, clock: u64, kind: u8, content: &[u8]) -> Self {
        let mut bytes = vec![kind, 0];
        bytes.write_var(client);
        bytes.write_var(clock);
        bytes.extend_from_slice(content);
        self.raw(&bytes)
    }

    /// An item that precedes the struct of `client` at `clock`, and follows none.
    pub(crate) fn item_before(self, client: u64, clock: u64, kind: u8, content: &[u8]) -> Self {
        let mut bytes = vec![kind | 0x40];
        bytes.write_var(client);
        bytes.write_var(clock);
        bytes.extend_from_slice(content);
        self.raw(&bytes)
    }

    /// An item that follows the struct of `client` at `clock`.
    pub(crate) fn item_after(self, client: u64, clock: u64, kind: u8, content: &[u8]) -> Self {
        let mut bytes = vec![kind | 0x80];
        bytes.write_var(client);
        bytes.write_var(clock);
        bytes.extend_from_slice(content);
        self.raw(&bytes)
    }

    /// How many structs there are.
    pub(crate) fn structs(&self) -> u64 {
        self.count
    }

    /// How many bytes the structs take.
    pub(crate) fn bytes(&self) -> usize {
        self.structs.len()
    }

    pub(crate) fn section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.write_var(self.count);
        bytes.write_var(self.client);
        bytes.write_var(self.clock);
        bytes.extend_from_slice(&self.structs);
        bytes
    }

    pub(crate) fn update(&self) -> Vec<u8> {
        update_of(&[self.section()], &[0])
    }
}

pub(crate) fn update_of(sections: &[Vec<u8>], deletions: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.write_var(sections.len() as u64);
    bytes.extend(sections.iter().flatten());
    bytes.extend_from_slice(deletions);
    bytes
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.write_string(content);
    bytes
}
