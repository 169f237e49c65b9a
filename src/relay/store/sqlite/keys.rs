//! The keys of a workshop in the database, as hashes and seals.

use rusqlite::{Connection, params};
use workshop::id::WorkshopId;

use super::Failure;
use super::workshops::is_there;
use crate::keys::Lock;
use crate::rights::Role;
use crate::store::{Sequence, StoreError};

/// Writes down what is kept of the keys of a workshop that has none.
pub(super) fn insert_keys(
    connection: &Connection,
    id: &WorkshopId,
    lock: &Lock,
) -> rusqlite::Result<()> {
    for role in Role::ALL {
        let hash = &lock.hashes[role as usize].0[..];
        connection
            .prepare_cached("INSERT INTO keys (workshop, role, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![id.as_str(), role.name(), hash])?;
    }
    for seal in &lock.sealed {
        connection
            .prepare_cached(
                "INSERT INTO sealed_keys (workshop, holder, target, masked)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                id.as_str(),
                seal.holder.name(),
                seal.target.name(),
                &seal.masked[..]
            ])?;
    }
    Ok(())
}

pub(super) fn replace_keys(
    connection: &Connection,
    id: &WorkshopId,
    lock: &Lock,
) -> Result<Sequence, Failure> {
    if !is_there(connection, id)? {
        return Err(Failure::Refused(StoreError::NoWorkshop));
    }
    for delete in [
        "DELETE FROM keys WHERE workshop = ?1",
        "DELETE FROM sealed_keys WHERE workshop = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([id.as_str()])?;
    }
    insert_keys(connection, id, lock)?;
    Ok(0)
}
