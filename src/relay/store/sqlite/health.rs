//! Whether a database is sound, and what is done when it is not.
//!
//! Before anything is written, the file is read from end to end: its structure by SQLite
//! (`integrity_check`), the bytes of every row by its checksum, its end by the receipts. What SQLite
//! itself does with a damaged file:
//!
//! - *Garbage in a page*: it says so when it comes to that page and cannot make sense of it, and serves
//!   all other pages. Garbage in the middle of a row's bytes it gives back as if nothing had happened.
//!   Writing goes on, and may make it worse.
//! - *Garbage in the header*: it takes the file for no database, and reads nothing.
//! - *A log that ends in the middle*: it takes what came before, and says nothing.
//!
//! So a damaged file is set aside and what can be read of it is put into a new one (`mend.rs`); of a
//! file that cannot be read at all nothing is touched and nothing is served, since an empty database in
//! its place would tell people that their workshops are gone.

use std::path::Path;

use rusqlite::Connection;

use super::documents::checksum;
use super::{aside, mend, receipts, schema, unavailable};
use crate::store::{Sequence, StoreError};

/// How many of its complaints SQLite is asked for; one is enough to mend the file.
const COMPLAINTS: u32 = 5;

/// What was found in a file that SQLite can read.
#[derive(Default)]
pub(super) struct Examined {
    /// What is wrong with it, in SQLite's words or ours; empty when it is sound.
    pub(super) complaints: Vec<String>,
    /// The last place in the log that it knows.
    pub(super) last: Sequence,
}

/// Reads a whole file and changes nothing.
///
/// # Errors
/// [`StoreError::Damaged`] when nothing of it can be read, [`StoreError::Unavailable`] when it was
/// written by a later version or is no database of Trestle's.
pub(super) fn examine(connection: &Connection) -> Result<Examined, StoreError> {
    if schema::known_version(connection)? == 0 {
        return Ok(Examined::default());
    }
    let last = last_place(connection).map_err(unavailable)?;
    let mut complaints = structure(connection).unwrap_or_else(|error| vec![error.to_string()]);
    if complaints.is_empty() {
        complaints = contents(connection).unwrap_or_else(|error| vec![error.to_string()]);
    }
    Ok(Examined { complaints, last })
}

fn structure(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({COMPLAINTS})"))?;
    let complaints = check.query_map([], |row| row.get::<_, String>(0))?;
    let complaints: Vec<String> = complaints.collect::<rusqlite::Result<_>>()?;
    Ok(complaints.into_iter().filter(|it| it != "ok").collect())
}

fn contents(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut complaints = Vec::new();
    for table in ["log", "snapshots", "photos"] {
        if !schema::has_column(connection, table, "checksum")? {
            continue;
        }
        let sql = format!("SELECT bytes, checksum FROM {table} WHERE checksum IS NOT NULL");
        let mut query = connection.prepare(&sql)?;
        let mut rows = query.query([])?;
        let mut wrong = 0;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_bytes()?;
            wrong += u32::from(checksum(bytes) != row.get::<_, i64>(1)?);
        }
        if wrong > 0 {
            complaints.push(format!(
                "{wrong} rows of {table} are not as they were written"
            ));
        }
    }
    Ok(complaints)
}

/// The last place in the log that was ever given.
fn last_place(connection: &Connection) -> rusqlite::Result<Sequence> {
    let sql = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'log'";
    let last: Option<i64> = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(last.unwrap_or(0) as Sequence)
}

/// Sees to it that the file at `database` is sound before anything writes to it. Says what was found
/// and what was done, in sentences for whoever started the program.
///
/// # Errors
/// As [`examine`] and [`mend::mend`]; and [`StoreError::Damaged`] when a damaged file cannot be set
/// aside. It is left as it is then.
pub(super) fn look_after(database: &Path) -> Result<Vec<String>, StoreError> {
    // What an interrupted try has left behind may hold what is deleted meanwhile.
    if let Err(error) = aside::begin_anew(database) {
        tracing::warn!(%error, "an unfinished copy of the database could not be removed");
    }
    if !std::fs::metadata(database).is_ok_and(|file| file.len() > 0) {
        return Ok(Vec::new());
    }
    let connection = aside::open_untouched(database).map_err(unavailable)?;
    let examined = examine(&connection)?;
    let missing = receipts::missing(database, examined.last);
    if examined.complaints.is_empty() && missing.is_none() {
        return Ok(Vec::new());
    }
    for complaint in &examined.complaints {
        tracing::warn!(complaint, "the database is damaged");
    }
    // Before the copy: where nothing can be mended nothing is written, not even another copy at each
    // try to start.
    let mended = match &examined.complaints[..] {
        [] => None,
        _ => Some(mend::mend(&connection, database)?),
    };
    drop(connection);
    let copy = aside::set_aside(database, "damaged").map_err(|error| {
        StoreError::Damaged(format!("it cannot be set aside as it is ({error})"))
    })?;
    let copy = copy.file_name().unwrap_or_default().to_string_lossy();
    let mut findings = Vec::new();
    if let Some(mended) = mended {
        aside::put_in_place(&mended.file, database).map_err(|error| {
            StoreError::Unavailable(format!("what was mended cannot be put in place: {error}"))
        })?;
        findings.push(format!(
            "The database was damaged. As it was it is kept as {copy}; what could be read of it is in \
             use."
        ));
        findings.extend(mended.findings);
    }
    if let Some(missing) = missing {
        let ids: Vec<_> = missing.workshops.iter().map(ToString::to_string).collect();
        findings.push(format!(
            "The end of the database is missing: {} updates that were acknowledged are not in it. As it \
             was it is kept as {copy}.",
            missing.updates
        ));
        findings.push(format!(
            "Affected by the missing end: {}. Devices that still have what is missing bring it back when \
             they connect.",
            ids.join(", ")
        ));
    }
    Ok(findings)
}
