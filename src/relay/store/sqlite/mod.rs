//! The embedded store: one `SQLite` file in write-ahead mode.
//!
//! One thread writes and one reads, each with a connection of its own, so that no task of the relay
//! ever waits for a disk. What the rooms append within a few milliseconds becomes one transaction
//! (see `writer.rs`). This file owns the SQL; nothing outside this folder may name `SQLite`.

mod rights;
mod writer;

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use tokio::sync::oneshot;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::{
    Answer, Generation, Sequence, Snapshot, Store, StoreError, StoredDocument, WorkshopRecord,
};
use crate::keys::{KeyHash, Lock, SealedKey};
use crate::rights::Role;
use writer::{Isolation, Job, Writing};

/// The schema's version, kept in the file's `user_version`.
const SCHEMA_VERSION: i64 = 1;

/// What "stored" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit reaches the disk before it is acknowledged: it survives a loss of power.
    Full,
    /// Every commit reaches the operating system before it is acknowledged: it survives the end of
    /// the process, but a loss of power may take the last moments with it.
    Normal,
}

/// Keeps everything in one `SQLite` file.
pub struct SqliteStore {
    writing: mpsc::Sender<Writing>,
    reading: mpsc::Sender<Reading>,
}

enum Reading {
    Read(Box<dyn FnOnce(&Connection) + Send>),
    Close,
}

impl SqliteStore {
    /// Opens the file at `path`, making it when it is not there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, is no database of Trestle's, or
    /// was made by a later version.
    pub fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path).map_err(unavailable)?;
        prepare(&mut connection, durability)?;
        let reader = Connection::open(path).map_err(unavailable)?;
        reader
            .pragma_update(None, "query_only", true)
            .map_err(unavailable)?;

        let (writing, jobs) = mpsc::channel();
        let (reading, reads) = mpsc::channel();
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::run(connection, &jobs))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        thread::Builder::new()
            .name("store-reader".into())
            .spawn(move || {
                while let Ok(Reading::Read(read)) = reads.recv() {
                    read(&reader);
                }
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { writing, reading })
    }

    fn write(
        &self,
        isolation: Isolation,
        act: impl FnOnce(&Connection) -> rusqlite::Result<Sequence> + Send + 'static,
    ) -> Answer<Sequence> {
        let (done, answer) = oneshot::channel();
        let job = Job {
            isolation,
            act: Box::new(act),
            done,
        };
        // When the thread is gone the job is dropped with its sender, and the answer says so.
        let _ = self.writing.send(Writing::Job(job));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }

    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<T> {
        let (done, answer) = oneshot::channel();
        let read = move |connection: &Connection| {
            let _ = done.send(read(connection).map_err(unavailable));
        };
        let _ = self.reading.send(Reading::Read(Box::new(read)));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }
}

impl Store for SqliteStore {
    fn append(&self, document: &DocumentAddress, updates: Vec<Bytes>) -> Answer<Sequence> {
        let document = document.clone();
        self.write(Isolation::Shared, move |connection| {
            append(connection, &document, &updates)
        })
    }

    fn load(&self, document: &DocumentAddress, generation: Generation) -> Answer<StoredDocument> {
        let address = document.to_string();
        self.read(move |connection| load(connection, &address, generation))
    }

    fn save_snapshot(&self, document: &DocumentAddress, snapshot: Snapshot) -> Answer<()> {
        let document = document.clone();
        let answer = self.write(Isolation::Alone, move |connection| {
            save_snapshot(connection, &document, &snapshot)
        });
        Box::pin(async move { answer.await.map(drop) })
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
        let answer = self.write(Isolation::Alone, move |connection| {
            create_workshop(connection, &workshop, &documents)
        });
        Box::pin(async move { answer.await.map(drop) })
    }

    fn workshop(&self, id: &WorkshopId) -> Answer<Option<WorkshopRecord>> {
        let id = id.clone();
        self.read(move |connection| read_workshop(connection, &id))
    }

    fn replace_keys(&self, id: &WorkshopId, lock: Lock) -> Answer<()> {
        let id = id.clone();
        let answer = self.write(Isolation::Alone, move |connection| {
            rights::replace_keys(connection, &id, &lock)
        });
        Box::pin(async move { answer.await.map(drop) })
    }

    fn close(&self) -> Answer<()> {
        let (done, answer) = oneshot::channel();
        let _ = self.writing.send(Writing::Close(done));
        let _ = self.reading.send(Reading::Close);
        Box::pin(async move { answer.await.map_err(|_| StoreError::Closed) })
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
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// Sets the file up, or checks that it is one of ours.
fn prepare(connection: &mut Connection, durability: Durability) -> Result<(), StoreError> {
    let set_up = |connection: &mut Connection| -> rusqlite::Result<i64> {
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        // Must come before the first table: lets a later version give space back.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        let version =
            connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
        if version == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.commit()?;
            return Ok(SCHEMA_VERSION);
        }
        Ok(version)
    };
    let version = set_up(connection).map_err(unavailable)?;
    if version != SCHEMA_VERSION {
        return Err(StoreError::Unavailable(format!(
            "the data was written by another version of Trestle (its format is {version}, \
             this program reads {SCHEMA_VERSION})"
        )));
    }
    Ok(())
}

fn document_id(connection: &Connection, document: &DocumentAddress) -> rusqlite::Result<i64> {
    let address = document.to_string();
    let known = connection
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([&address], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO documents (address, workshop) VALUES (?1, ?2)")?
        .insert([&address, document.workshop.as_str()])
}

fn append(
    connection: &Connection,
    document: &DocumentAddress,
    updates: &[Bytes],
) -> rusqlite::Result<Sequence> {
    let id = document_id(connection, document)?;
    let mut insert =
        connection.prepare_cached("INSERT INTO log (document, bytes) VALUES (?1, ?2)")?;
    let mut last = 0;
    for update in updates {
        last = insert.insert(params![id, &update[..]])? as Sequence;
    }
    Ok(last)
}

fn load(
    connection: &Connection,
    address: &str,
    generation: Generation,
) -> rusqlite::Result<StoredDocument> {
    // One transaction, so that a trim between the two queries cannot open a gap.
    let transaction = connection.unchecked_transaction()?;
    let id: Option<i64> = transaction
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([address], |row| row.get(0))
        .optional()?;
    let Some(id) = id else {
        return Ok(StoredDocument::default());
    };
    let skip = match generation {
        Generation::Newest => 0,
        Generation::Previous => 1,
    };
    let snapshot = transaction
        .prepare_cached(
            "SELECT through, bytes FROM snapshots WHERE document = ?1
             ORDER BY through DESC LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![id, skip], |row| {
            Ok(Snapshot {
                through: row.get::<_, i64>(0)? as Sequence,
                update: blob(row, 1)?,
            })
        })
        .optional()?;
    let through = snapshot.as_ref().map_or(0, |snapshot| snapshot.through);
    let mut last = through;
    let mut updates = Vec::new();
    let mut query = transaction.prepare_cached(
        "SELECT sequence, bytes FROM log WHERE document = ?1 AND sequence > ?2 ORDER BY sequence",
    )?;
    let mut rows = query.query(params![id, through.cast_signed()])?;
    while let Some(row) = rows.next()? {
        last = row.get::<_, i64>(0)? as Sequence;
        updates.push(blob(row, 1)?);
    }
    Ok(StoredDocument {
        snapshot,
        updates,
        last,
    })
}

fn blob(row: &Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(row.get::<_, Vec<u8>>(column)?.into())
}

fn save_snapshot(
    connection: &Connection,
    document: &DocumentAddress,
    snapshot: &Snapshot,
) -> rusqlite::Result<Sequence> {
    let id = document_id(connection, document)?;
    let through = snapshot.through.cast_signed();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO snapshots (document, through, bytes) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![id, through, &snapshot.update[..]])?;
    let previous: Option<i64> = connection
        .prepare_cached(
            "SELECT through FROM snapshots WHERE document = ?1
             ORDER BY through DESC LIMIT 1 OFFSET 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if let Some(previous) = previous {
        connection
            .prepare_cached("DELETE FROM snapshots WHERE document = ?1 AND through < ?2")?
            .execute([id, previous])?;
        connection
            .prepare_cached("DELETE FROM log WHERE document = ?1 AND sequence <= ?2")?
            .execute([id, previous])?;
    }
    Ok(snapshot.through)
}

fn create_workshop(
    connection: &Connection,
    workshop: &WorkshopRecord,
    documents: &[(DocumentAddress, Bytes)],
) -> rusqlite::Result<Sequence> {
    let id = workshop.id.as_str();
    connection
        .prepare_cached("INSERT INTO workshops (id, title, created_ms) VALUES (?1, ?2, ?3)")?
        .execute(params![
            id,
            workshop.title,
            workshop.created_ms.cast_signed()
        ])?;
    rights::insert_keys(connection, &workshop.id, &workshop.lock)?;
    let mut last = 0;
    for (document, update) in documents {
        last = append(connection, document, std::slice::from_ref(update))?;
    }
    Ok(last)
}

fn read_workshop(
    connection: &Connection,
    id: &WorkshopId,
) -> rusqlite::Result<Option<WorkshopRecord>> {
    let transaction = connection.unchecked_transaction()?;
    let found: Option<(String, i64)> = transaction
        .prepare_cached("SELECT title, created_ms FROM workshops WHERE id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((title, created_ms)) = found else {
        return Ok(None);
    };
    let mut hashes = [KeyHash([0; 32]); 4];
    let mut query =
        transaction.prepare_cached("SELECT role, hash FROM keys WHERE workshop = ?1")?;
    let mut rows = query.query([id.as_str()])?;
    while let Some(row) = rows.next()? {
        hashes[role(row, 0)? as usize] = KeyHash(row.get(1)?);
    }
    let mut sealed: Vec<SealedKey> = transaction
        .prepare_cached("SELECT holder, target, masked FROM sealed_keys WHERE workshop = ?1")?
        .query_map([id.as_str()], |row| {
            Ok(SealedKey {
                holder: role(row, 0)?,
                target: role(row, 1)?,
                masked: row.get(2)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    sealed.sort_by_key(|seal| (seal.holder, seal.target));
    Ok(Some(WorkshopRecord {
        id: id.clone(),
        title,
        created_ms: created_ms as u64,
        lock: Lock { hashes, sealed },
    }))
}

fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    let name: String = row.get(column)?;
    Role::from_name(&name).ok_or_else(|| {
        let unknown = format!("{name:?} is not a role").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, unknown)
    })
}
