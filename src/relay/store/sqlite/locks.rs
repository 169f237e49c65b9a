//! The locks of a workshop in the database: which boards all but facilitators may only read.

use rusqlite::Connection;
use workshop::id::{BoardId, WorkshopId};

use super::Failure;
use super::workshops::is_there;
use crate::rights::Locked;
use crate::store::{Sequence, StoreError};

/// Stands in the place of a board for the whole workshop. No board has such an id.
const WHOLE_WORKSHOP: &str = "";

/// Writes down the locks of a workshop that has none.
pub(super) fn insert_locked(
    connection: &Connection,
    id: &WorkshopId,
    locked: &Locked,
) -> rusqlite::Result<()> {
    let whole = locked.workshop.then_some(WHOLE_WORKSHOP);
    let boards = locked.boards.iter().map(BoardId::as_str);
    for board in whole.into_iter().chain(boards) {
        connection
            .prepare_cached("INSERT INTO locks (workshop, board) VALUES (?1, ?2)")?
            .execute([id.as_str(), board])?;
    }
    Ok(())
}

pub(super) fn replace_locked(
    connection: &Connection,
    id: &WorkshopId,
    locked: &Locked,
) -> Result<Sequence, Failure> {
    if !is_there(connection, id)? {
        return Err(Failure::Refused(StoreError::NoWorkshop));
    }
    connection
        .prepare_cached("DELETE FROM locks WHERE workshop = ?1")?
        .execute([id.as_str()])?;
    insert_locked(connection, id, locked)?;
    Ok(0)
}

pub(super) fn read_locked(connection: &Connection, id: &WorkshopId) -> rusqlite::Result<Locked> {
    let mut query = connection.prepare_cached("SELECT board FROM locks WHERE workshop = ?1")?;
    let mut rows = query.query([id.as_str()])?;
    let mut locked = Locked::default();
    while let Some(row) = rows.next()? {
        let board: String = row.get(0)?;
        if board == WHOLE_WORKSHOP {
            locked.workshop = true;
        }
        // An id that is none was not written by Trestle, and no board has it.
        locked.boards.extend(BoardId::parse(&board));
    }
    Ok(locked)
}
