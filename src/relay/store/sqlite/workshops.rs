//! Workshops in the database: their records, keys and locks, how long they are kept, and their end.

use std::path::Path;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::documents::append;
use super::keys::insert_keys;
use super::locks::{insert_locked, read_locked};
use super::{Failure, aside, schema, unavailable};
use crate::keys::{KeyHash, Lock, SealedKey};
use crate::rights::Role;
use crate::store::{Sequence, StoreError, WorkshopRecord};

/// Writings closer together than this are noted as one: nobody counts days by the minute, and it
/// spares most commits a page.
const WRITTEN_EVERY_MS: u64 = 60_000;

pub(super) fn create_workshop(
    connection: &Connection,
    workshop: &WorkshopRecord,
    documents: &[(DocumentAddress, Bytes)],
) -> Result<Sequence, Failure> {
    let id = workshop.id.as_str();
    connection
        .prepare_cached(
            "INSERT INTO workshops (id, title, created_ms, written_ms, keep_days)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            id,
            workshop.title,
            workshop.created_ms.cast_signed(),
            workshop.written_ms.cast_signed(),
            workshop.keep_days
        ])?;
    insert_keys(connection, &workshop.id, &workshop.lock)?;
    insert_locked(connection, &workshop.id, &workshop.locked)?;
    let mut last = 0;
    for (document, update) in documents {
        let update = std::slice::from_ref(update);
        last = append(connection, document, update, workshop.written_ms)?;
    }
    Ok(last)
}

pub(super) fn is_there(connection: &Connection, id: &WorkshopId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM workshops WHERE id = ?1")?
        .exists([id.as_str()])
}

pub(super) fn read_workshop(
    connection: &Connection,
    id: &WorkshopId,
) -> Result<Option<WorkshopRecord>, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let found = transaction
        .prepare_cached(
            "SELECT title, created_ms, written_ms, keep_days FROM workshops WHERE id = ?1",
        )?
        .query_row([id.as_str()], |row| {
            let (title, created_ms): (String, i64) = (row.get(0)?, row.get(1)?);
            let (written_ms, keep_days): (i64, Option<u32>) = (row.get(2)?, row.get(3)?);
            Ok((title, created_ms, written_ms, keep_days))
        })
        .optional()?;
    let Some((title, created_ms, written_ms, keep_days)) = found else {
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
        written_ms: written_ms as u64,
        keep_days,
        lock: Lock { hashes, sealed },
        locked: read_locked(&transaction, id)?,
    }))
}

fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    let name: String = row.get(column)?;
    Role::from_name(&name).ok_or_else(|| {
        let unknown = format!("{name:?} is not a role").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, unknown)
    })
}

pub(super) fn workshop_ids(connection: &Connection) -> Result<Vec<WorkshopId>, Failure> {
    let mut query = connection.prepare_cached("SELECT id FROM workshops")?;
    let mut rows = query.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        // An id that is none was not written by Trestle, and no link can lead to it.
        ids.extend(WorkshopId::parse(&id));
    }
    Ok(ids)
}

/// Notes that a workshop was written to.
pub(super) fn note_writing(
    connection: &Connection,
    id: &WorkshopId,
    written_ms: u64,
) -> rusqlite::Result<()> {
    let noted_before_ms = written_ms.saturating_sub(WRITTEN_EVERY_MS);
    connection
        .prepare_cached("UPDATE workshops SET written_ms = ?2 WHERE id = ?1 AND written_ms < ?3")?
        .execute(params![
            id.as_str(),
            written_ms.cast_signed(),
            noted_before_ms.cast_signed()
        ])?;
    Ok(())
}

pub(super) fn keep_workshop(
    connection: &Connection,
    id: &WorkshopId,
    keep_days: Option<u32>,
    written_ms: u64,
) -> Result<Sequence, Failure> {
    let changed = connection
        .prepare_cached("UPDATE workshops SET keep_days = ?2, written_ms = ?3 WHERE id = ?1")?
        .execute(params![id.as_str(), keep_days, written_ms.cast_signed()])?;
    match changed {
        0 => Err(Failure::Refused(StoreError::NoWorkshop)),
        _ => Ok(0),
    }
}

/// Deletes a workshop, its keys, locks, photos and documents, and notes that the file is to be scrubbed.
pub(super) fn delete_workshop(
    connection: &Connection,
    id: &WorkshopId,
) -> Result<Sequence, Failure> {
    if !is_there(connection, id)? {
        return Err(Failure::Refused(StoreError::NoWorkshop));
    }
    for delete in [
        "DELETE FROM documents WHERE workshop = ?1",
        "DELETE FROM workshops WHERE id = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([id.as_str()])?;
    }
    connection.execute("INSERT OR IGNORE INTO chores (name) VALUES ('scrub')", [])?;
    Ok(0)
}

/// A workshop as its operator sees it.
pub struct WorkshopUse {
    /// Its id.
    pub id: String,
    /// The title it was given when it was made.
    pub title: String,
    /// When it was made, in this computer's time.
    pub made: String,
    /// When it was last written to; empty when that is not known.
    pub used: String,
    /// How many documents it has.
    pub documents: u64,
    /// How many photos it has.
    pub photos: u64,
    /// How much its documents and photos take, in bytes.
    pub bytes: u64,
}

/// All workshops of a database, the last used first. Changes nothing, and works while a relay uses it.
///
/// # Errors
/// As for opening a store; a database of an older version is not read.
pub fn uses(database: &Path) -> Result<Vec<WorkshopUse>, StoreError> {
    let connection = aside::open_untouched(database).map_err(unavailable)?;
    if schema::known_version(&connection)? != schema::LATEST {
        let reason = "it was last used by an older Trestle; start this one on it first";
        return Err(StoreError::Unavailable(reason.into()));
    }
    read_uses(&connection).map_err(unavailable)
}

fn read_uses(connection: &Connection) -> rusqlite::Result<Vec<WorkshopUse>> {
    let mut query = connection.prepare(
        "WITH sizes AS (
             SELECT workshop,
                 (SELECT ifnull(sum(length(bytes)), 0) FROM log WHERE document = documents.id)
                 + (SELECT ifnull(sum(length(bytes)), 0) FROM snapshots WHERE document = documents.id)
                 AS bytes
             FROM documents
         ), totals AS (
             SELECT workshop, count(*) AS documents, sum(bytes) AS bytes FROM sizes GROUP BY workshop
         ), albums AS (
             SELECT workshop, count(*) AS photos, sum(length(bytes)) AS photo_bytes
             FROM photos GROUP BY workshop
         )
         SELECT id, title,
             strftime('%Y-%m-%d %H:%M', created_ms / 1000, 'unixepoch', 'localtime'),
             iif(written_ms = 0, '',
                 strftime('%Y-%m-%d %H:%M', written_ms / 1000, 'unixepoch', 'localtime')),
             ifnull(documents, 0), ifnull(photos, 0), ifnull(bytes, 0) + ifnull(photo_bytes, 0)
         FROM workshops
         LEFT JOIN totals ON totals.workshop = id
         LEFT JOIN albums ON albums.workshop = id
         ORDER BY written_ms DESC, id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(WorkshopUse {
            id: row.get(0)?,
            title: row.get(1)?,
            made: row.get(2)?,
            used: row.get(3)?,
            documents: row.get::<_, i64>(4)? as u64,
            photos: row.get::<_, i64>(5)? as u64,
            bytes: row.get::<_, i64>(6)? as u64,
        })
    })?;
    rows.collect()
}
