//! The relay's copy of one document, and the only file of this crate that calls yrs.
//!
//! Every call into yrs that foreign bytes can reach runs under `catch_unwind`. A replica in which
//! something failed may have applied half of an update or hold a lock for ever: it answers nothing
//! more and is thrown away. This file must never look at what a document holds.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::Bytes;
use sync::gate::{Admitted, SPLIT_BYTES};
use sync::limits::TRANSACTION_WORK;
use yrs::branch::BranchPtr;
use yrs::encoding::write::Write as _;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{
    BranchID, Doc, ID, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _,
    TransactionMut, Update, WriteTxn as _,
};

use super::effort::Effort;
use super::stored::Log;
#[cfg(test)]
use super::tests;

/// How deep shared types may be in each other. yrs deletes a type with all that is in it by recursion;
/// no document here is deeper than four.
const MOST_DEPTH: usize = 64;
/// What one update may take beyond what is fair, before what is left of it has to come again.
const MOST_EXCESS: Duration = Duration::from_millis(50);

/// Something failed inside a document: its bytes are damaged, or yrs panicked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document is broken: {0}")]
pub(crate) struct Broken(pub(super) String);

/// An update that has passed the gate.
#[derive(Debug, Clone)]
pub(crate) struct Admissible {
    pub(crate) update: Bytes,
    /// How many structs and ranges of deletions it holds.
    pub(crate) pieces: usize,
    /// What its structs may take in memory by themselves, in bytes.
    pub(crate) memory: usize,
    /// In how many places they may split others in two.
    pub(crate) splits: usize,
    /// How many ranges of deletions it holds.
    pub(crate) deletions: usize,
}

impl Admissible {
    pub(crate) fn new(update: Bytes, admitted: &Admitted) -> Self {
        Self {
            update,
            pieces: admitted.pieces(),
            memory: admitted.memory,
            splits: admitted.splits,
            deletions: admitted.deletions,
        }
    }

    /// What it takes in the document at most, what its deletions split not counted.
    pub(crate) fn bytes(&self) -> usize {
        self.update.len() + self.splits * SPLIT_BYTES
    }

    /// Whether it is so little work that a document can take it in at once.
    pub(crate) fn is_light(&self, work: usize) -> bool {
        self.pieces.saturating_mul(self.update.len()) <= work
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
    /// Where it ended before the end, if it did. What came of it until then stays: it is sound by itself.
    pub(crate) end: Option<End>,
}

/// Why updates were not applied to their end.
#[derive(Debug)]
pub(crate) struct End {
    /// The place of the update that is the cause. Those after it were not looked at.
    pub(crate) at: usize,
    pub(crate) cause: Cause,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// What is left of the update can never be applied.
    Unsound(String),
    /// What is left of it is for another time.
    TakesTooLong,
}

/// What came of one transaction.
struct Done<T> {
    /// What was made of it, if it changed anything.
    made: Option<T>,
    end: Option<End>,
    too_deep: Option<TooDeep>,
}

/// Types that are too deep in others.
struct TooDeep {
    /// The outermost of them.
    types: Vec<ID>,
    /// What was known before the transaction in which they were found.
    before: StateVector,
}

/// How many updates, from the first on, go into one transaction: as many as are so little work
/// together, and one at least.
pub(crate) fn together<'a>(work: usize, updates: impl Iterator<Item = &'a Admissible>) -> usize {
    let (mut pieces, mut bytes) = (0_usize, 0_usize);
    let light = updates.take_while(|it| {
        pieces += it.pieces;
        bytes += it.update.len();
        pieces.saturating_mul(bytes) <= work
    });
    light.count().max(1)
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

    /// The document that was stored, and how many ranges were deleted since its snapshot.
    ///
    /// # Errors
    /// [`Broken`] when yrs cannot apply what the gate has let pass.
    pub(crate) fn of(log: &Log) -> Result<(Self, usize), Broken> {
        let mut replica = Self::new();
        let (snapshot, updates) = log.updates();
        replica.restore(snapshot)?;
        let deleted = replica.restore(updates)?;
        Ok((replica, deleted))
    }

    /// Applies what was stored, and gives how many ranges it deleted.
    fn restore(&mut self, mut updates: &[Admissible]) -> Result<usize, Broken> {
        let mut deleted = 0;
        // What is stored was light when it came, or what was made of it by a replica.
        while !updates.is_empty() {
            let (group, later) = updates.split_at(together(TRANSACTION_WORK, updates.iter()));
            let done = self.transact(group.iter().map(|it| &it.update[..]), deletions)?;
            if let Some(end) = done.end {
                return Err(Broken(format!("{:?}", end.cause)));
            }
            deleted += done.made.unwrap_or_default();
            updates = later;
        }
        Ok(deleted)
    }

    /// Applies updates that are so little work [`together`], or a single one that is more.
    ///
    /// # Errors
    /// [`Broken`], after which the replica must be thrown away.
    pub(crate) fn apply<'a>(
        &mut self,
        work: usize,
        updates: impl Iterator<Item = &'a Admissible> + Clone,
    ) -> Result<Applied, Broken> {
        let effort = Effort::begin();
        let bytes = updates.clone().map(|it| it.update.len()).sum();
        let heavy = updates.clone().find(|it| !it.is_light(work));
        let applied = match heavy {
            Some(heavy) => self.apply_in_parts(work, heavy, &effort)?,
            None => self.apply_together(updates.map(|it| &it.update[..]))?,
        };
        Ok(Applied {
            excess: effort.excess(bytes),
            ..applied
        })
    }

    fn apply_together<'a>(
        &mut self,
        updates: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Result<Applied, Broken> {
        let is_one = updates.clone().nth(1).is_none();
        let done = self.transact(updates, |done| (done.encode_update_v1(), deletions(done)))?;
        let (mut changed, deleted) = done.made.unzip();
        let (mut deleted, mut end) = (deleted.unwrap_or_default(), done.end);
        if let Some(too_deep) = done.too_deep {
            deleted += self.delete(&too_deep.types)?;
            changed = Some(self.diff(&too_deep.before)?);
            // Of several nobody knows whose it was, and it is gone.
            end = end.or_else(|| is_one.then(End::too_deep));
        }
        Ok(Applied {
            changed: changed.map(Bytes::from),
            deleted,
            excess: Duration::ZERO,
            end,
        })
    }

    /// Applies one update in as many transactions as keep each of them to so little work.
    fn apply_in_parts(
        &mut self,
        work: usize,
        heavy: &Admissible,
        effort: &Effort,
    ) -> Result<Applied, Broken> {
        let before = self.state_vector();
        let update = &heavy.update;
        let (parts, mut end) = match sync::in_parts(work, update) {
            Ok(parts) => (parts, None),
            Err(refused) => (Vec::new(), Some(End::unsound(0, refused.to_string()))),
        };
        let mut changed = None;
        for (number, part) in parts.iter().enumerate() {
            if number > 0 && effort.excess(update.len()) > MOST_EXCESS {
                end = Some(End {
                    at: 0,
                    cause: Cause::TakesTooLong,
                });
                break;
            }
            let done = self.transact([&part[..]].into_iter(), deletions)?;
            if let Some(more) = done.made {
                *changed.get_or_insert(0) += more;
            }
            end = done.end;
            if let Some(too_deep) = done.too_deep {
                *changed.get_or_insert(0) += self.delete(&too_deep.types)?;
                end = Some(End::too_deep());
            }
            if end.is_some() {
                break;
            }
        }
        let deleted = changed.unwrap_or_default();
        let changed = match changed {
            None => None,
            // What only deletes goes on as it came as well: put together, it would bring along every
            // deletion that was ever made.
            Some(_)
                if end.is_none()
                    && (heavy.is_light(TRANSACTION_WORK) || before == self.state_vector()) =>
            {
                Some(update.clone())
            }
            // Not as it came: what arrived in pieces is put together by now, and so is light.
            Some(_) => Some(Bytes::from(self.diff(&before)?)),
        };
        Ok(Applied {
            changed,
            deleted,
            excess: Duration::ZERO,
            end,
        })
    }

    /// Deletes types with all that is in them, and gives how many ranges that are.
    fn delete(&mut self, types: &[ID]) -> Result<usize, Broken> {
        let updates: Vec<Vec<u8>> = types.iter().map(deletion_of).collect();
        let done = self.transact(updates.iter().map(Vec::as_slice), deletions)?;
        Ok(done.made.unwrap_or_default())
    }

    /// Applies updates in one transaction, and gives what `then` makes of it if it changed anything.
    fn transact<'a, T>(
        &mut self,
        updates: impl Iterator<Item = &'a [u8]>,
        then: impl FnOnce(&TransactionMut<'_>) -> T,
    ) -> Result<Done<T>, Broken> {
        assert!(!self.broken, "a broken replica is thrown away");
        // A transaction commits when it is dropped. After a panic that could panic again, which
        // would end the process; so then it is leaked, and the whole document with it.
        let mut transaction = ManuallyDrop::new(self.doc.transact_mut());
        let mut has_panicked = true;
        let outcome = guard(|| {
            let end = apply_all(&mut transaction, updates);
            let types = too_deep(transaction.changed_parent_types());
            let done = Done {
                made: transaction.has_changes().then(|| then(&transaction)),
                end,
                too_deep: (!types.is_empty()).then(|| TooDeep {
                    types,
                    before: transaction.before_state().clone(),
                }),
            };
            has_panicked = false;
            done
        });
        if !has_panicked {
            let dropped = guard(|| drop(ManuallyDrop::into_inner(transaction)));
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
        guard(|| self.doc.transact().encode_diff_v1(state_vector))
    }
}

impl End {
    fn unsound(at: usize, why: String) -> Self {
        Self {
            at,
            cause: Cause::Unsound(why),
        }
    }

    fn too_deep() -> Self {
        Self::unsound(0, "its types are too deep in each other".into())
    }
}

/// Applies updates as far as they can be, and commits what came of them.
fn apply_all<'a>(
    transaction: &mut TransactionMut<'_>,
    updates: impl Iterator<Item = &'a [u8]>,
) -> Option<End> {
    let applied = updates.map(|update| apply_one(transaction, update));
    let end = applied
        .enumerate()
        .find_map(|(at, applied)| Some(End::unsound(at, applied.err()?)));
    transaction.commit();
    end
}

/// Applies an update, or those of its structs that come before one that yrs cannot place.
fn apply_one(transaction: &mut TransactionMut<'_>, update: &[u8]) -> Result<(), String> {
    #[cfg(test)]
    assert!(!update.ends_with(tests::PANIC), "a panic made for a test");
    let update = Update::decode_v1(update).map_err(|error| error.to_string())?;
    transaction
        .apply_update(update)
        .map_err(|error| error.to_string())?;
    if transaction.has_missing_updates() {
        transaction.prune_pending();
        return Err("it waits for what cannot come".into());
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

/// Those of these that are too deep in others, the outermost of each. A type that changed and was there
/// before is followed by those that it is in, up to its root.
fn too_deep(changed: &[BranchPtr]) -> Vec<ID> {
    let up_to_their_roots = changed.split_inclusive(|it| matches!(it.id(), BranchID::Root(_)));
    let outermost = up_to_their_roots.filter_map(|path| {
        let too_many = path.len().checked_sub(MOST_DEPTH + 1)?;
        match path[too_many].id() {
            BranchID::Nested(id) => Some(id),
            BranchID::Root(_) => None,
        }
    });
    outermost.collect()
}

/// An update that deletes one type.
fn deletion_of(id: &ID) -> Vec<u8> {
    let mut update = vec![0, 1];
    update.write_var(id.client.get());
    update.write_var(1_u32);
    update.write_var(id.clock);
    update.write_var(1_u32);
    update
}

/// A state vector as it stands on the wire.
pub(crate) fn encode_state_vector(state_vector: &StateVector) -> Vec<u8> {
    state_vector.encode_v1()
}

fn guard<T>(act: impl FnOnce() -> T) -> Result<T, Broken> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Broken(text.unwrap_or_else(|| "yrs panicked".into()))
    })
}
