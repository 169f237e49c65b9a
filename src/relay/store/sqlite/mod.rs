//! The embedded store: one `SQLite` file in write-ahead mode.
//!
//! One thread writes and one reads, each with a connection of its own, so that no task of the relay
//! ever waits for a disk. What the rooms append within a few milliseconds becomes one transaction
//! (see `writer.rs`). This folder owns the SQL; nothing outside it may name `SQLite`.

mod aside;
mod copies;
#[cfg(test)]
mod damage_tests;
mod documents;
mod health;
mod keys;
mod mend;
mod receipts;
mod schema;
mod scrub;
#[cfg(test)]
mod tests;
mod workshops;
mod writer;

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::{
    Answer, Generation, Sequence, Snapshot, Store, StoreError, StoredDocument, WorkshopRecord,
};
use crate::keys::Lock;
pub use copies::{back_up, restore};
use documents::{append, load, save_snapshot};
use receipts::Receipts;
pub use workshops::{WorkshopUse, uses};
use workshops::{create_workshop, delete_workshop, keep_workshop, read_workshop, workshop_ids};
use writer::{Isolation, Job, Writing};

/// What "stored" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit reaches the disk before it is acknowledged: it survives a loss of power.
    Full,
    /// Every commit reaches the operating system before it is acknowledged: it survives the end of
    /// the process, but a loss of power may take the last moments with it.
    Normal,
}

/// How a file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What "stored" means.
    pub durability: Durability,
    /// The most that the database may take, in bytes, rounded down to whole pages; its write-ahead
    /// log comes on top. What does not fit fails as on a full disk. `None` leaves it to the disk.
    pub most_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            most_bytes: None,
        }
    }
}

/// Keeps everything in one `SQLite` file.
pub struct SqliteStore {
    writing: mpsc::Sender<Writing>,
    reading: mpsc::Sender<Reading>,
    findings: Vec<String>,
}

/// How long one connection waits for another.
const BUSY: Duration = Duration::from_secs(5);

enum Reading {
    Read(Box<dyn FnOnce(&Connection) + Send>),
    Close(oneshot::Sender<()>),
}

impl SqliteStore {
    /// Opens the file at `path`, making it when it is not there. A damaged file is set aside and
    /// mended first, as far as that is possible; [`Self::findings`] then says so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, is no database of Trestle's, or
    /// was made by a later version; [`StoreError::Damaged`] when nothing of it can be read. It is left
    /// as it is then.
    pub fn open(path: &Path, options: Options) -> Result<Self, StoreError> {
        let findings = health::look_after(path)?;
        let mut connection = Connection::open(path).map_err(unavailable)?;
        schema::prepare(&mut connection, options)?;
        if let Err(error) = scrub::scrub(&connection) {
            tracing::warn!(%error, "what was deleted may have left traces; it is tried again");
        }
        aside::flush_folder_of(path);
        let receipts = Receipts::begin(path);
        let reader = Connection::open(path).map_err(unavailable)?;
        reader
            .pragma_update(None, "query_only", true)
            .map_err(unavailable)?;

        let (writing, jobs) = mpsc::channel();
        let (reading, reads) = mpsc::channel();
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::run(connection, receipts, &jobs))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        thread::Builder::new()
            .name("store-reader".into())
            .spawn(move || read_on(reader, &reads))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self {
            writing,
            reading,
            findings,
        })
    }

    /// What was wrong with the file and what was done about it, in sentences for whoever started the
    /// program. Empty when it was sound.
    pub fn findings(&self) -> &[String] {
        &self.findings
    }

    fn write(
        &self,
        isolation: Isolation,
        adds_to: Option<WorkshopId>,
        act: impl FnOnce(&Connection) -> Result<Sequence, Failure> + Send + 'static,
    ) -> Answer<Sequence> {
        let (done, answer) = oneshot::channel();
        let job = Job {
            isolation,
            adds_to,
            act: Box::new(act),
            done,
        };
        // When the thread is gone the job is dropped with its sender, and the answer says so.
        let _ = self.writing.send(Writing::Job(job));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }

    /// A write of which only matters whether it was done.
    fn change(
        &self,
        act: impl FnOnce(&Connection) -> Result<Sequence, Failure> + Send + 'static,
    ) -> Answer<()> {
        let answer = self.write(Isolation::Alone, None, act);
        Box::pin(async move { answer.await.map(drop) })
    }

    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Answer<T> {
        let (done, answer) = oneshot::channel();
        let read = move |connection: &Connection| {
            let _ = done.send(read(connection).map_err(StoreError::from));
        };
        let _ = self.reading.send(Reading::Read(Box::new(read)));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }
}

impl Store for SqliteStore {
    fn append(
        &self,
        document: &DocumentAddress,
        updates: Vec<Bytes>,
        written_ms: u64,
    ) -> Answer<Sequence> {
        let document = document.clone();
        let adds_to = Some(document.workshop.clone());
        self.write(Isolation::Shared, adds_to, move |connection| {
            append(connection, &document, &updates, written_ms)
        })
    }

    fn load(&self, document: &DocumentAddress, generation: Generation) -> Answer<StoredDocument> {
        let document = document.clone();
        self.read(move |connection| load(connection, &document, generation))
    }

    fn save_snapshot(&self, document: &DocumentAddress, snapshot: Snapshot) -> Answer<()> {
        let document = document.clone();
        self.change(move |connection| save_snapshot(connection, &document, &snapshot))
    }

    fn document_count(&self, workshop: &WorkshopId) -> Answer<usize> {
        let workshop = workshop.clone();
        self.read(move |connection| {
            let count: i64 = connection
                .prepare_cached("SELECT count(*) FROM documents WHERE workshop = ?1")?
                .query_row([workshop.as_str()], |row| row.get(0))?;
            Ok(count as usize)
        })
    }

    fn create_workshop(
        &self,
        workshop: WorkshopRecord,
        documents: Vec<(DocumentAddress, Bytes)>,
    ) -> Answer<()> {
        let adds_to = Some(workshop.id.clone());
        let answer = self.write(Isolation::Alone, adds_to, move |connection| {
            create_workshop(connection, &workshop, &documents)
        });
        Box::pin(async move { answer.await.map(drop) })
    }

    fn workshop(&self, id: &WorkshopId) -> Answer<Option<WorkshopRecord>> {
        let id = id.clone();
        self.read(move |connection| read_workshop(connection, &id))
    }

    fn workshop_ids(&self) -> Answer<Vec<WorkshopId>> {
        self.read(workshop_ids)
    }

    fn keep_workshop(
        &self,
        id: &WorkshopId,
        keep_days: Option<u32>,
        written_ms: u64,
    ) -> Answer<()> {
        let id = id.clone();
        self.change(move |connection| keep_workshop(connection, &id, keep_days, written_ms))
    }

    fn delete_workshop(&self, id: &WorkshopId) -> Answer<()> {
        let id = id.clone();
        self.change(move |connection| delete_workshop(connection, &id))
    }

    fn replace_keys(&self, id: &WorkshopId, lock: Lock) -> Answer<()> {
        let id = id.clone();
        self.change(move |connection| keys::replace_keys(connection, &id, &lock))
    }

    fn scrub(&self) -> Answer<()> {
        let (done, answer) = oneshot::channel();
        let _ = self.writing.send(Writing::Scrub(done));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }

    fn check(&self) -> Answer<()> {
        // The number is the same, but the page that holds it is written all the same.
        self.change(|connection| {
            let version: u32 =
                connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            connection.pragma_update(None, "user_version", version)?;
            Ok(0)
        })
    }

    fn close(&self) -> Answer<()> {
        let (done, read) = oneshot::channel();
        let _ = self.reading.send(Reading::Close(done));
        let writing = self.writing.clone();
        // The last connection to be closed brings the log into the database. Were both closed at once,
        // each might take the other for the last.
        Box::pin(async move {
            let read = read.await;
            let (done, written) = oneshot::channel();
            let _ = writing.send(Writing::Close(done));
            read.and(written.await).map_err(|_| StoreError::Closed)
        })
    }
}

/// Reads until the store is closed or dropped.
fn read_on(connection: Connection, reads: &mpsc::Receiver<Reading>) {
    let closing = loop {
        match reads.recv() {
            Ok(Reading::Read(read)) => read(&connection),
            Ok(Reading::Close(done)) => break done,
            Err(_) => return,
        }
    };
    drop(connection);
    let _ = closing.send(());
}

/// Why something was not read or written.
enum Failure {
    /// What was asked for cannot be done, which was found out before anything was written.
    Refused(StoreError),
    /// SQLite did not do it.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Sqlite(error) => unavailable(error),
        }
    }
}

fn unavailable(error: rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    if error == rusqlite::Error::QueryReturnedNoRows {
        return StoreError::NoWorkshop;
    }
    match error.sqlite_error() {
        Some(cause)
            if matches!(
                cause.extended_code,
                SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE
            ) =>
        {
            StoreError::Exists
        }
        Some(cause)
            if matches!(
                cause.code,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase
            ) =>
        {
            StoreError::Damaged(error.to_string())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}
