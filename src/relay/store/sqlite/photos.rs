//! Photos in the database. They go with their workshop, as its keys do.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use workshop::id::WorkshopId;
use workshop::photo::PhotoHash;

use super::Failure;
use super::documents::{blob, checksum};
use super::workshops::{is_there, note_writing};
use crate::store::{PhotoQuota, Sequence, StoreError};

/// Answers how many photos were added: none if this one is there already.
pub(super) fn add_photo(
    connection: &Connection,
    workshop: &WorkshopId,
    name: &PhotoHash,
    bytes: &[u8],
    most: PhotoQuota,
    written_ms: u64,
) -> Result<Sequence, Failure> {
    let is_known = connection
        .prepare_cached("SELECT 1 FROM photos WHERE workshop = ?1 AND name = ?2")?
        .exists([workshop.as_str(), name.as_str()])?;
    if is_known {
        return Ok(0);
    }
    if !is_there(connection, workshop)? {
        return Err(Failure::Refused(StoreError::NoWorkshop));
    }
    let (photos, stored): (i64, i64) = connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM photos WHERE workshop = ?1",
        )?
        .query_row([workshop.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !most.has_room(photos as usize, stored as u64, bytes) {
        return Err(Failure::Refused(StoreError::NoRoom));
    }
    connection
        .prepare_cached(
            "INSERT INTO photos (workshop, name, bytes, checksum) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            workshop.as_str(),
            name.as_str(),
            bytes,
            checksum(bytes)
        ])?;
    note_writing(connection, workshop, written_ms)?;
    Ok(1)
}

pub(super) fn read_photo(
    connection: &Connection,
    workshop: &WorkshopId,
    name: &PhotoHash,
) -> Result<Option<Bytes>, Failure> {
    let found = connection
        .prepare_cached(
            "SELECT name, bytes, checksum FROM photos WHERE workshop = ?1 AND name = ?2",
        )?
        .query_row([workshop.as_str(), name.as_str()], blob)
        .optional()?;
    found.transpose()
}
