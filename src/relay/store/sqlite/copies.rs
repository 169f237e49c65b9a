//! Backups: a database copied while it is in use, and put back in its place.
//!
//! A copy is made by SQLite (its backup interface), in one step and so from one moment, and read from
//! end to end before anyone is told that it is there. Must never write to the file that is copied.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{aside, health, receipts, schema, unavailable};
use crate::store::StoreError;

/// Copies a database into a new file of its own, which nobody but its owner may read. Works while a
/// relay uses the database, and holds nobody up.
///
/// # Errors
/// [`StoreError::Exists`] when the file is there already; it is left alone. [`StoreError::Damaged`]
/// when the database is damaged, [`StoreError::Unavailable`] when it cannot be read or the file cannot
/// be written. No file is left then.
pub fn back_up(database: &Path, file: &Path) -> Result<(), StoreError> {
    let from = aside::open_untouched(database).map_err(unavailable)?;
    schema::known_version(&from)?;
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    match new.open(file) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists);
        }
        Err(error) => return Err(StoreError::Unavailable(error.to_string())),
    }
    let copied = copy(&from, file);
    if copied.is_err() {
        let _ = fs::remove_file(file);
    }
    copied
}

/// Puts what is in `file` in the place of the database, which no relay may use meanwhile. The time of
/// its workshops begins anew: an old backup would else be deleted by its date as soon as it is used.
/// Gives the name under which the database that was there is kept.
///
/// # Errors
/// [`StoreError::Damaged`] when the file is not sound, [`StoreError::Unavailable`] when it is no
/// database of Trestle's, or something cannot be written. The database is as it was then.
pub fn restore(database: &Path, file: &Path) -> Result<Option<PathBuf>, StoreError> {
    let failed = |error: io::Error| StoreError::Unavailable(error.to_string());
    let from = aside::open_untouched(file).map_err(unavailable)?;
    if schema::known_version(&from)? == 0 {
        return Err(StoreError::Unavailable("there is nothing in it".into()));
    }
    let whole = aside::begin_anew(database).map_err(failed)?;
    copy(&from, &whole)?;
    begin_time_anew(&whole).map_err(unavailable)?;
    let kept = if database.exists() {
        Some(aside::set_aside(database, "before-restore").map_err(failed)?)
    } else {
        None
    };
    // They speak of the database that was there.
    aside::remove(&receipts::path(database)).map_err(failed)?;
    aside::put_in_place(&whole, database).map_err(failed)?;
    Ok(kept)
}

/// The relay takes the moment at which it finds no date for the last writing.
fn begin_time_anew(database: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(database)?;
    if schema::has_column(&connection, "workshops", "written_ms")? {
        connection.execute("UPDATE workshops SET written_ms = 0", [])?;
    }
    Ok(())
}

/// Copies a database into a file that is empty or not there, and makes sure that the copy is sound.
fn copy(from: &Connection, file: &Path) -> Result<(), StoreError> {
    let copied = || -> rusqlite::Result<StepResult> {
        let mut to = Connection::open(file)?;
        // All pages in one step: a copy in several would begin again with each commit of a relay.
        let step = Backup::new(from, &mut to)?.step(-1)?;
        // A copy is one file, so it must not want a log beside it.
        to.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(step)
    };
    if copied().map_err(unavailable)? != StepResult::Done {
        let reason = "somebody keeps the database from being read".into();
        return Err(StoreError::Unavailable(reason));
    }
    let copy = aside::open_untouched(file).map_err(unavailable)?;
    if let Some(complaint) = health::examine(&copy)?.complaints.into_iter().next() {
        return Err(StoreError::Damaged(complaint));
    }
    aside::flush_folder_of(file);
    Ok(())
}
