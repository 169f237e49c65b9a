//! Copies of the database: set aside before anything is done to it, and put in its place.
//!
//! Must never lose the only copy of anything, wherever it is interrupted.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::clock::unix_ms;

/// The write-ahead log of the database at this path.
pub(super) fn log_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Opens a database so that nothing of it is changed: not by a query, and not by closing it.
pub(super) fn open_untouched(database: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(super::BUSY)?;
    let config = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(config, true)?;
    Ok(connection)
}

/// Copies the database and its write-ahead log, byte for byte, to a name that says why and when, such
/// as `damaged-2026-05-01-183000.sqlite`. Nobody may write to it meanwhile.
pub(super) fn set_aside(database: &Path, why: &str) -> io::Result<PathBuf> {
    let date = date(unix_ms());
    for number in 1.. {
        let name = match number {
            1 => format!("{why}-{date}.sqlite"),
            _ => format!("{why}-{date}-{number}.sqlite"),
        };
        let aside = database.with_file_name(name);
        match copy(database, &aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => {
                let log = log_of(database);
                if log.exists() {
                    copy(&log, &log_of(&aside))?;
                }
                flush_folder_of(&aside);
                return Ok(aside);
            }
        }
    }
    unreachable!("there are more numbers than files in a folder")
}

/// A copy that is whole and on the disk, or none.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = OpenOptions::new().write(true).create_new(true).open(to)?;
    let copied = File::open(from)
        .and_then(|mut source| io::copy(&mut source, &mut target))
        .and_then(|_| target.set_permissions(fs::metadata(from)?.permissions()))
        .and_then(|()| target.sync_all());
    if copied.is_err() {
        remove(to)?;
    }
    copied
}

/// Where a database is made that is to take the place of the one at this path. Whatever is left there
/// of an earlier try that was interrupted is removed.
pub(super) fn begin_anew(database: &Path) -> io::Result<PathBuf> {
    let unfinished = database.with_extension("unfinished");
    for file in [beside(&unfinished, "-journal"), unfinished.clone()] {
        remove(&file)?;
    }
    Ok(unfinished)
}

/// Removes a file, if it is there.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Puts a whole database, which has no log of its own, in the place of another one. Whenever this is
/// interrupted one of the two is there.
pub(super) fn put_in_place(whole: &Path, database: &Path) -> io::Result<()> {
    // A log left behind would be taken for the new database's own. Brought into the old one, it goes
    // with it; where the old one is too damaged for that, it was set aside before.
    if let Ok(old) = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        let _ = old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
    for ending in ["-wal", "-shm"] {
        remove(&beside(database, ending))?;
    }
    fs::rename(whole, database)?;
    flush_folder_of(database);
    Ok(())
}

/// Makes names in a folder survive a loss of power, where the system knows such a thing.
pub(super) fn flush_folder_of(file: &Path) {
    if let Some(folder) = file.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

/// This computer's date and time, as it stands in a file's name.
fn date(unix_ms: u64) -> String {
    let sql = "SELECT strftime('%Y-%m-%d-%H%M%S', ?1 / 1000, 'unixepoch', 'localtime')";
    let date = Connection::open_in_memory().and_then(|clock| {
        clock.query_row(sql, [unix_ms.cast_signed()], |row| row.get::<_, String>(0))
    });
    date.unwrap_or_else(|_| unix_ms.to_string())
}
