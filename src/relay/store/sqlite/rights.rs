//! Who may do what, in the database: the keys of a workshop.

use rusqlite::{Connection, params};
use workshop::id::WorkshopId;

use crate::keys::Lock;
use crate::rights::Role;
use crate::store::Sequence;

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
) -> rusqlite::Result<Sequence> {
    exists(connection, id)?;
    for delete in [
        "DELETE FROM keys WHERE workshop = ?1",
        "DELETE FROM sealed_keys WHERE workshop = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([id.as_str()])?;
    }
    insert_keys(connection, id, lock)?;
    Ok(0)
}

/// Fails with [`rusqlite::Error::QueryReturnedNoRows`], which stands for "no such workshop".
fn exists(connection: &Connection, id: &WorkshopId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("SELECT 1 FROM workshops WHERE id = ?1")?
        .query_row([id.as_str()], |_| Ok(()))
}
