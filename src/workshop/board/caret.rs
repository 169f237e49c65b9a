//! Carets that stay where they are in a text while others edit it.

use yrs::{Assoc, IndexedSequence, StickyIndex, Text};

use super::document::Roots;
use crate::id::CardId;
use crate::replica::Replica;

/// A place in a card's text that holds on to the character before it. Opaque, and of use only with
/// the board that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caret(StickyIndex);

impl Caret {
    /// Pins a UTF-16 offset; `None` past the end of the text, or where there is no text.
    pub(super) fn pin(replica: &Replica, roots: &Roots, card: &CardId, index: u32) -> Option<Self> {
        let txn = replica.read();
        let text = roots.text(&txn, card)?;
        // Holding on to the character before, not after: what others put exactly at the caret comes
        // behind it, and at the end of a text there is nothing after to hold on to.
        if index > text.len(&txn) {
            return None;
        }
        text.sticky_index(&txn, index, Assoc::Before).map(Self)
    }

    /// Where the caret is now, as a UTF-16 offset; `None` when its text is gone.
    pub(super) fn offset(&self, replica: &Replica, roots: &Roots, card: &CardId) -> Option<u32> {
        let txn = replica.read();
        let text = roots.text(&txn, card)?;
        let offset = self.0.get_offset(&txn)?;
        let here: &yrs::branch::Branch = text.as_ref();
        (offset.branch.id() == here.id()).then_some(offset.index)
    }
}
