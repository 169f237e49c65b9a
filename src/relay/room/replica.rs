//! The relay's copy of one document, and the only file of this crate that calls yrs.
//!
//! Every call into yrs that foreign bytes can reach runs under `catch_unwind`. A replica in which
//! something failed may have applied half of an update or hold a lock for ever: it answers nothing
//! more and is thrown away. This file must never look at what a document holds.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::Bytes;
use sync::{gate, limits};
use yrs::branch::BranchPtr;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{
    BranchID, Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, TransactionMut,
    Update,
};

use super::effort::Effort;
use crate::store::{Snapshot, StoredDocument};

/// How deep shared types may be in each other. yrs deletes a type with all that is in it by recursion;
/// no document here is deeper than four.
const MOST_DEPTH: usize = 64;
/// What one update may take beyond what is fair, before it is given up.
const MOST_EXCESS: Duration = Duration::from_millis(50);

/// Something failed inside a document: its bytes are damaged, or yrs does not bear them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document is broken: {0}")]
pub(crate) struct Broken(String);

/// An update that has passed the gate.
#[derive(Debug, Clone)]
pub(crate) struct Admissible {
    pub(crate) update: Bytes,
    /// How many structs and ranges of deletions it holds.
    pub(crate) pieces: usize,
}

impl Admissible {
    /// Whether a document can take it in at once.
    pub(crate) fn is_light(&self) -> bool {
        self.pieces.saturating_mul(self.update.len()) <= limits::TRANSACTION_WORK
    }
}

/// What became of updates that were applied.
pub(crate) struct Applied {
    /// What they changed, as one update, if they changed anything.
    pub(crate) changed: Option<Bytes>,
    /// How many ranges they deleted that were there before.
    pub(crate) deleted: usize,
    /// What that took beyond what is fair.
    pub(crate) excess: Duration,
}

/// How many updates, from the first on, go into one transaction: as many as are light enough together
/// ([`limits::TRANSACTION_WORK`]), and one at least.
pub(crate) fn together<'a>(updates: impl Iterator<Item = &'a Admissible>) -> usize {
    let (mut pieces, mut bytes) = (0_usize, 0_usize);
    let light = updates.take_while(|it| {
        pieces += it.pieces;
        bytes += it.update.len();
        pieces.saturating_mul(bytes) <= limits::TRANSACTION_WORK
    });
    light.count().max(1)
}

/// What was stored of a document, read by the gate and not decoded yet.
pub(crate) struct Log {
    updates: Vec<Admissible>,
    memory: usize,
}

impl Log {
    /// Reads what was stored, and `unsaved`, which is not yet stored.
    pub(crate) fn read(stored: &StoredDocument, unsaved: &[Bytes]) -> Result<Self, Broken> {
        let snapshot = stored.snapshot.iter().map(|snapshot| &snapshot.update);
        let mut log = Self {
            updates: Vec::with_capacity(stored.updates.len() + unsaved.len() + 1),
            memory: 0,
        };
        let mut known = StateVector::default();
        for update in snapshot.chain(&stored.updates).chain(unsaved) {
            debug_assert!(!update.is_empty());
            match gate::check_snapshot(update, &known) {
                Ok(admitted) => {
                    admitted.advance(&mut known);
                    log.updates.push(Admissible {
                        update: update.clone(),
                        pieces: admitted.pieces(),
                    });
                    log.memory += admitted.memory;
                    // A snapshot holds in pieces what its deletions have cut.
                    if log.updates.len() > 1 || stored.snapshot.is_none() {
                        log.memory += admitted.deletions * gate::CUT_BYTES;
                    }
                }
                // It builds on something that was lost. A device that still has both brings both back,
                // as an update that comes later.
                Err(_) if stored.damaged => {}
                Err(refused) => return Err(Broken(refused.to_string())),
            }
        }
        Ok(log)
    }

    /// What the document may take in memory, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }
}

/// A document in memory.
pub(crate) struct Replica {
    doc: Doc,
    broken: bool,
}

impl Replica {
    pub(crate) fn new() -> Self {
        let options = Options {
            offset_kind: OffsetKind::Utf16,
            cleanup_formatting: false,
            ..Options::default()
        };
        Self {
            doc: Doc::with_options(options),
            broken: false,
        }
    }

    /// The document that was stored.
    pub(crate) fn of(log: &Log) -> Result<Self, Broken> {
        let mut replica = Self::new();
        // What is stored was light when it came, or what was made of it by a replica.
        let mut rest = &log.updates[..];
        while !rest.is_empty() {
            let (group, later) = rest.split_at(together(rest.iter()));
            replica.transact(group.iter().map(|it| &it.update[..]), |_| ())?;
            rest = later;
        }
        Ok(replica)
    }

    /// Applies updates that are light [`together`], or a single one that is not.
    ///
    /// # Errors
    /// [`Broken`], after which the replica must be thrown away.
    pub(crate) fn apply<'a>(
        &mut self,
        updates: impl Iterator<Item = &'a Admissible> + Clone,
    ) -> Result<Applied, Broken> {
        let effort = Effort::begin();
        let bytes = updates.clone().map(|it| it.update.len()).sum();
        let done = if let Some(heavy) = updates.clone().find(|it| !it.is_light()) {
            let before = self.state_vector();
            let deleted = self.apply_in_parts(&heavy.update, &effort)?;
            // Not as it came: what arrived in pieces is put together by now, and so is light.
            let changed = deleted.map(|_| self.diff(&before)).transpose()?;
            changed.zip(deleted)
        } else {
            let updates = updates.map(|it| &it.update[..]);
            self.transact(updates, |done| (done.encode_update_v1(), deletions(done)))?
        };
        let (changed, deleted) = done.unzip();
        let excess = effort.excess(bytes);
        if excess > MOST_EXCESS {
            return Err(self.broken_by("it takes too long"));
        }
        Ok(Applied {
            changed: changed.map(Bytes::from),
            deleted: deleted.unwrap_or_default(),
            excess,
        })
    }

    /// Applies one update in as many transactions as keep each of them light. Gives how many ranges it
    /// deleted, or nothing when it changed nothing.
    fn apply_in_parts(&mut self, update: &[u8], effort: &Effort) -> Result<Option<usize>, Broken> {
        let parts = sync::in_parts(update).map_err(|refused| Broken(refused.to_string()))?;
        let mut deleted = None;
        for part in &parts {
            if let Some(more) = self.transact([&part[..]].into_iter(), deletions)? {
                *deleted.get_or_insert(0) += more;
            }
            if effort.excess(update.len()) > MOST_EXCESS {
                return Err(self.broken_by("it takes too long"));
            }
        }
        Ok(deleted)
    }

    fn broken_by(&mut self, what: &str) -> Broken {
        self.broken = true;
        Broken(what.to_owned())
    }

    /// Applies updates in one transaction, and gives what `then` makes of it, or nothing when it
    /// changed nothing.
    fn transact<'a, T>(
        &mut self,
        updates: impl Iterator<Item = &'a [u8]>,
        then: impl FnOnce(&TransactionMut<'_>) -> T,
    ) -> Result<Option<T>, Broken> {
        assert!(!self.broken, "a broken replica is thrown away");
        // A transaction commits when it is dropped. After a panic that could panic again, which
        // would end the process; so then it is leaked, and the whole document with it.
        let mut transaction = ManuallyDrop::new(self.doc.transact_mut());
        let mut has_panicked = true;
        let outcome = guard(|| {
            let result = apply_all(&mut transaction, updates);
            has_panicked = false;
            result?;
            Ok(transaction.has_changes().then(|| then(&transaction)))
        });
        if !has_panicked {
            let dropped = guard(|| {
                drop(ManuallyDrop::into_inner(transaction));
                Ok(())
            });
            self.broken |= dropped.is_err();
        }
        self.broken |= outcome.is_err();
        outcome
    }

    /// What is known, by client.
    pub(crate) fn state_vector(&self) -> StateVector {
        self.doc.transact().state_vector()
    }

    /// What someone lacks who has what `state_vector` says: an update v1, possibly an empty one.
    pub(crate) fn diff(&self, state_vector: &StateVector) -> Result<Vec<u8>, Broken> {
        guard(|| Ok(self.doc.transact().encode_diff_v1(state_vector)))
    }
}

/// Applies updates, and looks whether what came of it may stay.
fn apply_all<'a>(
    transaction: &mut TransactionMut<'_>,
    updates: impl Iterator<Item = &'a [u8]>,
) -> Result<(), String> {
    for update in updates {
        let update = Update::decode_v1(update).map_err(|error| error.to_string())?;
        transaction
            .apply_update(update)
            .map_err(|error| error.to_string())?;
    }
    if transaction.has_missing_updates() {
        return Err("an update waits for what cannot come".into());
    }
    transaction.commit();
    if depth(transaction.changed_parent_types()) > MOST_DEPTH {
        return Err("its types are too deep in each other".into());
    }
    Ok(())
}

/// How many ranges a transaction deleted.
fn deletions(done: &TransactionMut<'_>) -> usize {
    done.delete_set()
        .iter()
        .map(|(_, ranges)| ranges.len())
        .sum()
}

/// How deep the deepest of these is. Each type that changed and was there before is followed by those
/// that it is in, up to its root.
fn depth(changed: &[BranchPtr]) -> usize {
    let up_to_their_roots = changed.split_inclusive(|it| matches!(it.id(), BranchID::Root(_)));
    up_to_their_roots.map(<[BranchPtr]>::len).max().unwrap_or(0)
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

/// How large a document is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// As it is stored.
    pub bytes: usize,
    /// What it may take in memory.
    pub memory: usize,
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
    let whole = Replica::of(&Log::read(stored, &[])?)?;
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
    let size = Size {
        bytes: update.len(),
        memory: log.memory(),
    };
    let after = clocks_and_deletions(&Replica::of(&log)?)?;
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

/// A state vector as it stands on the wire.
pub(crate) fn encode_state_vector(state_vector: &StateVector) -> Vec<u8> {
    state_vector.encode_v1()
}

fn guard<T>(act: impl FnOnce() -> Result<T, String>) -> Result<T, Broken> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(result) => result.map_err(Broken),
        Err(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Broken(text.unwrap_or_else(|| "yrs panicked".into())))
        }
    }
}
