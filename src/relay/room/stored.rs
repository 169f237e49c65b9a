//! What was stored of a document: read by the gate, checked, and made into snapshots.
//!
//! Must never give a snapshot that does not read back as what it was made of.

use std::ops::{Add, Sub};

use bytes::Bytes;
use sync::gate;
use yrs::StateVector;

use super::replica::{Admissible, Broken, Replica};
use crate::store::{Snapshot, StoredDocument};

/// What was stored of a document, read by the gate and not decoded yet.
pub(crate) struct Log {
    updates: Vec<Admissible>,
    /// How many of these are snapshots: none, or the first.
    snapshots: usize,
    size: Size,
}

impl Log {
    /// Reads what was stored, and `unsaved`, which is not yet stored.
    pub(crate) fn read(stored: &StoredDocument, unsaved: &[Bytes]) -> Result<Self, Broken> {
        let snapshot = stored.snapshot.iter().map(|snapshot| &snapshot.update);
        let mut log = Self {
            updates: Vec::with_capacity(stored.updates.len() + unsaved.len() + 1),
            snapshots: 0,
            size: Size::default(),
        };
        let mut known = StateVector::default();
        for update in snapshot.chain(&stored.updates).chain(unsaved) {
            debug_assert!(!update.is_empty());
            match gate::check_snapshot(update, &known) {
                Ok(admitted) => {
                    admitted.advance(&mut known);
                    // A snapshot holds in pieces what was split.
                    let is_snapshot = stored.snapshot.is_some() && log.updates.is_empty();
                    let splits = if is_snapshot { 0 } else { admitted.splits };
                    log.snapshots += usize::from(is_snapshot);
                    let itself = Size {
                        bytes: update.len(),
                        memory: admitted.memory,
                    };
                    log.size = log.size + itself + Size::of_splits(splits);
                    log.updates.push(Admissible::new(update.clone(), &admitted));
                }
                // It builds on something that was lost. A device that still has both brings both back,
                // as an update that comes later.
                Err(_) if stored.damaged => {}
                Err(refused) => return Err(Broken(refused.to_string())),
            }
        }
        Ok(log)
    }

    /// The snapshot that was read, if there is one, and the updates after it, oldest first.
    pub(super) fn updates(&self) -> (&[Admissible], &[Admissible]) {
        self.updates.split_at(self.snapshots)
    }

    /// How large the document is at most, what deletions have split since the snapshot not counted: only
    /// the document knows, and what was stored may say many times what was deleted.
    pub(super) fn size(&self) -> Size {
        self.size
    }
}

/// Checks that an update is a sound document on its own.
///
/// # Errors
/// [`Broken`] when it does not pass the gate or cannot be applied to an empty document.
pub(crate) fn check_whole(update: &Bytes) -> Result<(), Broken> {
    let alone = StoredDocument {
        updates: vec![update.clone()],
        ..StoredDocument::default()
    };
    Replica::of(&Log::read(&alone, &[])?).map(drop)
}

/// How large a document is at most, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// As it is stored.
    pub bytes: usize,
    /// What it may take in memory.
    pub memory: usize,
}

impl Add for Size {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            bytes: self.bytes + more.bytes,
            memory: self.memory + more.memory,
        }
    }
}

impl Sub for Size {
    type Output = Self;

    fn sub(self, less: Self) -> Self {
        Self {
            bytes: self.bytes - less.bytes,
            memory: self.memory - less.memory,
        }
    }
}

impl Size {
    /// What so many structs take that others were split into.
    pub(super) fn of_splits(splits: usize) -> Self {
        Self {
            bytes: splits * gate::SPLIT_BYTES,
            memory: splits * gate::SPLIT_MEMORY,
        }
    }
}

/// Makes a snapshot of a stored document: built from the log alone, in a fresh document, encoded,
/// then decoded again and compared. Only what passes may stand in for the log. There is never
/// more than one of these documents in memory.
///
/// # Errors
/// [`Broken`] when the snapshot does not read back as what it was made of.
pub(crate) fn compact(stored: &StoredDocument) -> Result<(Snapshot, Size), Broken> {
    // Deletions are in no state vector. Encoding is deterministic up to the order of clients, so
    // what both give to someone who has every struct, which is their deletions, has one length.
    let clocks_and_deletions = |replica: &Replica| {
        let clocks = replica.state_vector();
        let deletions = replica.diff(&clocks)?.len();
        Ok((clocks, deletions))
    };
    let (whole, _) = Replica::of(&Log::read(stored, &[])?)?;
    let before = clocks_and_deletions(&whole)?;
    let update = Bytes::from(whole.diff(&StateVector::default())?);
    drop(whole);
    let snapshot = Snapshot {
        through: stored.last,
        update: update.clone(),
    };
    let again = StoredDocument {
        snapshot: Some(snapshot.clone()),
        last: stored.last,
        ..StoredDocument::default()
    };
    let log = Log::read(&again, &[])?;
    let size = log.size();
    let after = clocks_and_deletions(&Replica::of(&log)?.0)?;
    if after.0 != before.0 {
        return Err(Broken("its snapshot reads back with other clocks".into()));
    }
    if after.1 != before.1 {
        return Err(Broken(
            "its snapshot reads back with other deletions".into(),
        ));
    }
    Ok((snapshot, size))
}
