//! Where workshops are kept, with their documents and photos.
//!
//! [`Store`] is the seam between the relay and whatever keeps its bytes. Its rules are few, so that
//! a cluster's log could stand in for `SQLite`: an append answers when it is durable and not before;
//! a read gives a snapshot and the updates after it; nothing here depends on which node serves a
//! room. A store must never look inside an update or a photo.

#[cfg(test)]
mod contract;
pub mod memory;
pub mod sqlite;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;
use workshop::photo::PhotoHash;

use crate::keys::Lock;
use crate::rights::Locked;

/// A place in a document's log. Later updates have greater numbers; the first is greater than 0.
pub type Sequence = u64;

/// What a store will answer. The future may be dropped: the work is done all the same.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

/// Why a store did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Nothing was stored, and nothing that was stored before is lost; trying again later may
    /// help. The text is for the operator.
    #[error("the store could not do this now: {0}")]
    Unavailable(String),
    /// What is stored cannot be read any more. The text is for the operator.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A workshop with this id is there already.
    #[error("a workshop with this id is there already")]
    Exists,
    /// There is no such workshop, or there is none any more. Nothing of it was stored.
    #[error("there is no such workshop")]
    NoWorkshop,
    /// The workshop has as many photos as it may have. Nothing was stored.
    #[error("the workshop has no room for another photo")]
    NoRoom,
    /// The store has been closed, or its thread has ended.
    #[error("the store is closed")]
    Closed,
}

/// Which of the two snapshots that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// The latest.
    Newest,
    /// The one before it, for when the latest cannot be read. Its log is kept as well.
    Previous,
}

/// A whole document as one update, and how much of the log it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last update that the snapshot includes.
    pub through: Sequence,
    /// The document as an update v1.
    pub update: Bytes,
}

/// A document as it is stored: apply the snapshot, then the updates in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredDocument {
    /// The snapshot asked for, if there is one.
    pub snapshot: Option<Snapshot>,
    /// The updates after the snapshot, oldest first.
    pub updates: Vec<Bytes>,
    /// The place of the last update, or of the snapshot, or 0 for an empty document.
    pub last: Sequence,
    /// Whether something of it was damaged and is missing: updates that build on that are to be passed
    /// over.
    pub damaged: bool,
}

/// A workshop as the relay knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkshopRecord {
    /// Its id, which is not a secret.
    pub id: WorkshopId,
    /// The title it was given when it was made.
    pub title: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it was last written to, in milliseconds since 1970, to the minute. 0 is not known.
    pub written_ms: u64,
    /// How many days it is kept after that; `None` leaves it to the relay.
    pub keep_days: Option<u32>,
    /// What is kept of its keys.
    pub lock: Lock,
    /// What of it is locked.
    pub locked: Locked,
}

/// The photos that a workshop may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoQuota {
    /// How many.
    pub photos: usize,
    /// Their bytes, all together.
    pub bytes: u64,
}

impl PhotoQuota {
    /// Whether a workshop that has so many photos, of so many bytes, may have this one too.
    fn has_room(&self, photos: usize, stored: u64, bytes: &[u8]) -> bool {
        photos < self.photos && stored + bytes.len() as u64 <= self.bytes
    }
}

/// Keeps workshops with their documents and photos. Every implementation passes the suite in `contract.rs`.
pub trait Store: Send + Sync + 'static {
    /// Appends updates to a document's log, all of them or none, in this order, and notes that its
    /// workshop was written to at `written_ms`. Answers the place of the last one, once they are as
    /// durable as this store was opened to make them: for SQLite with `full`, they would survive a
    /// loss of power. Of a workshop that is not there nothing is stored, whatever was under way when
    /// it was deleted: [`StoreError::NoWorkshop`].
    fn append(
        &self,
        document: &DocumentAddress,
        updates: Vec<Bytes>,
        written_ms: u64,
    ) -> Answer<Sequence>;

    /// Reads a document. A document that was never written is empty, not an error; one of a workshop
    /// that is not there is [`StoreError::NoWorkshop`].
    fn load(&self, document: &DocumentAddress, generation: Generation) -> Answer<StoredDocument>;

    /// Keeps a snapshot as the newest, the former newest as the previous, and drops what only
    /// older ones needed: earlier snapshots, and the log up to the previous snapshot. The caller
    /// has made sure that the snapshot can be read. [`StoreError::NoWorkshop`] as for an append.
    fn save_snapshot(&self, document: &DocumentAddress, snapshot: Snapshot) -> Answer<()>;

    /// How many documents of a workshop have been written.
    fn document_count(&self, workshop: &WorkshopId) -> Answer<usize>;

    /// Keeps a new workshop with its first documents, all or nothing.
    fn create_workshop(
        &self,
        workshop: WorkshopRecord,
        documents: Vec<(DocumentAddress, Bytes)>,
    ) -> Answer<()>;

    /// Reads a workshop's record.
    fn workshop(&self, id: &WorkshopId) -> Answer<Option<WorkshopRecord>>;

    /// The ids of all workshops.
    fn workshop_ids(&self) -> Answer<Vec<WorkshopId>>;

    /// Sets how many days a workshop is kept, and counts them from `written_ms`. Answers
    /// [`StoreError::NoWorkshop`] when it is not there.
    fn keep_workshop(&self, id: &WorkshopId, keep_days: Option<u32>, written_ms: u64)
    -> Answer<()>;

    /// Keeps a photo of a workshop, and notes that the workshop was written to at `written_ms`. Answers
    /// whether the photo is new, once it is as durable as an append; one that is there already is not
    /// stored again. [`StoreError::NoRoom`] when the workshop would have more than `most`, and
    /// [`StoreError::NoWorkshop`] as for an append.
    fn add_photo(
        &self,
        workshop: &WorkshopId,
        name: &PhotoHash,
        bytes: Bytes,
        most: PhotoQuota,
        written_ms: u64,
    ) -> Answer<bool>;

    /// Reads a photo, if this very workshop has it.
    fn photo(&self, workshop: &WorkshopId, name: &PhotoHash) -> Answer<Option<Bytes>>;

    /// Deletes a workshop with its keys, documents and photos. From then on nothing can be stored of it.
    /// Answers [`StoreError::NoWorkshop`] when it is not there.
    fn delete_workshop(&self, id: &WorkshopId) -> Answer<()>;

    /// Answers when not a byte of what was deleted is left, and the space is given back. May take its
    /// time, and let others who ask meanwhile wait for the same answer.
    fn scrub(&self) -> Answer<()>;

    /// Whether an append would be kept: writes something that changes nothing, as durably as an
    /// append.
    fn check(&self) -> Answer<()>;

    /// Puts other keys in the place of a workshop's, all that is kept of them or nothing.
    fn replace_keys(&self, id: &WorkshopId, lock: Lock) -> Answer<()>;

    /// Keeps what of a workshop is locked from now on.
    fn replace_locked(&self, id: &WorkshopId, locked: Locked) -> Answer<()>;

    /// Finishes all that was asked before, then lets go of files and threads. Whatever is asked
    /// afterwards fails with [`StoreError::Closed`].
    fn close(&self) -> Answer<()>;
}
