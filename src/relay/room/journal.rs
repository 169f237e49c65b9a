//! What a room has accepted and how much of it is durable.
//!
//! Invariants:
//! 1. At most one append is under way, so what is stored is always a prefix of what was accepted,
//!    and a crash never leaves a hole in a log.
//! 2. An update is kept here until it is durable; a failed append is tried again with everything
//!    that was accepted since.
//! 3. A ticket is durable only when all updates accepted up to it are.

use bytes::Bytes;

use super::stored::Size;
use crate::store::{Sequence, StoredDocument};

/// How long to wait before trying again, in milliseconds: doubled with each failure.
const RETRY_MIN_MS: u64 = 500;
const RETRY_MAX_MS: u64 = 10_000;

/// A log this long is made into a snapshot, in updates or in bytes since the last one.
const LONG_UPDATES: usize = 2_000;
const LONG_BYTES: usize = 2 << 20;

/// Stands for all that was accepted up to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Ticket(u64);

#[derive(Debug, Default)]
pub(super) struct Journal {
    accepted: Ticket,
    durable: Ticket,
    waiting: Vec<Bytes>,
    appending: Vec<Bytes>,
    appending_through: Ticket,
    failures: u32,
    retry_at_ms: Option<u64>,
    updates_since_snapshot: usize,
    bytes_since_snapshot: usize,
    compacting: bool,
    /// What the document takes at most: its snapshot, and everything accepted since.
    document_bytes: usize,
    /// What all that was accepted takes at most, and that of it which is durable.
    accepted_size: Size,
    appending_size: Size,
    durable_size: Size,
    /// What was durable when the snapshot under way was asked for: that at least will be in it.
    size_before_snapshot: Size,
}

impl Journal {
    /// Takes the length of the log as it was loaded, and what the document takes at most, with all that
    /// is not durable yet.
    pub(super) fn loaded(&mut self, stored: &StoredDocument, document_bytes: usize) {
        self.updates_since_snapshot = stored.updates.len();
        self.bytes_since_snapshot = stored.updates.iter().map(Bytes::len).sum();
        self.document_bytes = document_bytes;
    }

    /// Takes an update, and what the document grows by at most.
    pub(super) fn accept(&mut self, update: Bytes, size: Size) {
        self.accepted.0 += 1;
        self.accepted_size = self.accepted_size + size;
        self.document_bytes += size.bytes;
        self.waiting.push(update);
    }

    /// What the document takes at most, in bytes.
    pub(super) fn document_bytes(&self) -> usize {
        self.document_bytes
    }

    /// All that was accepted so far.
    pub(super) fn accepted(&self) -> Ticket {
        self.accepted
    }

    pub(super) fn is_durable(&self, ticket: Ticket) -> bool {
        ticket <= self.durable
    }

    /// Whether everything accepted is durable.
    pub(super) fn is_settled(&self) -> bool {
        self.durable == self.accepted && !self.compacting
    }

    /// The updates that are not known to be durable, oldest first.
    pub(super) fn unsaved(&self) -> impl Iterator<Item = &Bytes> {
        self.appending.iter().chain(&self.waiting)
    }

    /// How many bytes wait for the store.
    pub(super) fn unsaved_bytes(&self) -> usize {
        self.unsaved().map(Bytes::len).sum()
    }

    /// Puts one update in the place of all that wait, when it holds them all.
    pub(super) fn replace_waiting(&mut self, whole: Bytes) {
        self.waiting = vec![whole];
    }

    pub(super) fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// What to append now, if anything.
    pub(super) fn poll_append(&mut self, now_ms: u64) -> Option<Vec<Bytes>> {
        let resting = self.retry_at_ms.is_some_and(|at| now_ms < at);
        if resting || self.waiting.is_empty() || !self.appending.is_empty() {
            return None;
        }
        self.retry_at_ms = None;
        self.appending = std::mem::take(&mut self.waiting);
        self.appending_through = self.accepted;
        self.appending_size = self.accepted_size;
        Some(self.appending.clone())
    }

    pub(super) fn handle_committed(&mut self, _last: Sequence) {
        debug_assert!(!self.appending.is_empty(), "an append was under way");
        self.durable = self.appending_through;
        self.durable_size = self.appending_size;
        self.failures = 0;
        self.updates_since_snapshot += self.appending.len();
        self.bytes_since_snapshot += self.appending.iter().map(Bytes::len).sum::<usize>();
        self.appending.clear();
    }

    pub(super) fn handle_append_failed(&mut self, now_ms: u64) {
        let mut updates = std::mem::take(&mut self.appending);
        updates.append(&mut self.waiting);
        self.waiting = updates;
        let wait_ms = (RETRY_MIN_MS << self.failures.min(8)).min(RETRY_MAX_MS);
        self.failures += 1;
        self.retry_at_ms = Some(now_ms + wait_ms);
    }

    /// When a failed append is to be tried again.
    pub(super) fn poll_timeout(&self) -> Option<u64> {
        self.retry_at_ms
    }

    /// Whether to make a snapshot now. Says so once until [`Self::handle_compacted`].
    pub(super) fn poll_compact(&mut self) -> bool {
        let long =
            self.updates_since_snapshot >= LONG_UPDATES || self.bytes_since_snapshot >= LONG_BYTES;
        let now = long && !self.compacting && !self.is_failing();
        if now {
            self.compacting = true;
            self.size_before_snapshot = self.durable_size;
        }
        now
    }

    /// A snapshot of this size was made, or none could be made. Either way the next is due only after
    /// the log has grown by as much again: a document that cannot be compacted must not be tried every
    /// moment. Gives how large the document is at most, if that is known better now.
    pub(super) fn handle_compacted(&mut self, snapshot: Option<Size>) -> Option<Size> {
        let grown = self.accepted_size - self.size_before_snapshot;
        let document = snapshot.map(|snapshot| snapshot + grown);
        self.compacting = false;
        if let Some(document) = document {
            self.document_bytes = document.bytes;
        }
        self.updates_since_snapshot = 0;
        self.bytes_since_snapshot = 0;
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_append_at_a_time_takes_all_that_waits() {
        let mut journal = Journal::default();
        journal.accept("a".into(), Size::default());
        assert_eq!(journal.poll_append(0), Some(vec!["a".into()]));
        journal.accept("b".into(), Size::default());
        journal.accept("c".into(), Size::default());
        assert_eq!(journal.poll_append(0), None);
        let through_a = Ticket(1);
        assert!(!journal.is_durable(through_a));
        journal.handle_committed(1);
        assert!(journal.is_durable(through_a) && !journal.is_settled());
        assert_eq!(journal.poll_append(0), Some(vec!["b".into(), "c".into()]));
        journal.handle_committed(3);
        assert!(journal.is_settled());
    }

    #[test]
    fn a_failed_append_is_tried_again_later_with_what_came_since_and_in_order() {
        let mut journal = Journal::default();
        journal.accept("a".into(), Size::default());
        journal.poll_append(0).unwrap();
        journal.accept("b".into(), Size::default());
        journal.handle_append_failed(100);
        assert_eq!(journal.poll_append(100), None);
        let at = journal.poll_timeout().unwrap();
        assert_eq!(journal.poll_append(at), Some(vec!["a".into(), "b".into()]));
        assert!(!journal.is_durable(Ticket(1)));
    }
    #[test]
    fn what_was_not_durable_when_a_snapshot_was_begun_is_counted_beside_it() {
        let size = |bytes| Size {
            bytes,
            memory: 2 * bytes,
        };
        let mut journal = Journal::default();
        journal.accept(vec![0; LONG_BYTES].into(), size(10));
        journal.poll_append(0).unwrap();
        journal.accept("waits".into(), size(20));
        journal.handle_committed(1);
        assert!(journal.poll_compact());
        journal.accept("later".into(), size(40));
        assert_eq!(journal.handle_compacted(Some(size(5))), Some(size(65)));
        assert_eq!(journal.document_bytes(), 65);
    }
}
