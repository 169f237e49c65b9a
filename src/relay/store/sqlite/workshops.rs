//! Workshops in the database: their records and keys.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::documents::append;
use crate::keys::{KeyHash, Lock, SealedKey};
use crate::rights::Role;
use crate::store::{Sequence, WorkshopRecord};

pub(super) fn create_workshop(
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
    for role in Role::ALL {
        let hash = &workshop.lock.hashes[role as usize].0[..];
        connection
            .prepare_cached("INSERT INTO keys (workshop, role, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![id, role.name(), hash])?;
    }
    for seal in &workshop.lock.sealed {
        connection
            .prepare_cached(
                "INSERT INTO sealed_keys (workshop, holder, target, masked)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                id,
                seal.holder.name(),
                seal.target.name(),
                &seal.masked[..]
            ])?;
    }
    let mut last = 0;
    for (document, update) in documents {
        last = append(connection, document, std::slice::from_ref(update))?;
    }
    Ok(last)
}

pub(super) fn read_workshop(
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
