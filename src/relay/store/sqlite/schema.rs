//! The file as it must be before anything is read or written: settings of the connection, and tables.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::{Durability, Options, unavailable};
use crate::store::StoreError;

/// What makes each version out of the one before it. A new file begins at version 0, so it takes the
/// same way as an old one. The version is kept in the file's `user_version`.
const VERSIONS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// Sets the file up, or checks that it is one of ours and brings it up to date.
pub(super) fn prepare(connection: &mut Connection, options: Options) -> Result<(), StoreError> {
    set_up(connection, options).map_err(unavailable)?;
    let version = bring_up_to_date(connection).map_err(unavailable)?;
    if version == VERSIONS.len() {
        return Ok(());
    }
    Err(StoreError::Unavailable(format!(
        "the data was written by another version of Trestle (its format is {version}, this program \
         reads up to {})",
        VERSIONS.len()
    )))
}

fn set_up(connection: &Connection, options: Options) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    // Must come before the first table. Moves nothing by itself, but lets a file that has grown be
    // made smaller piece by piece.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten with zeros; `scrub` sees to the rest.
    connection.pragma_update(None, "secure_delete", true)?;
    let synchronous = match options.durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Where there is such a thing (macOS), a flush reaches the disk, not only its cache.
    connection.pragma_update(None, "fullfsync", true)?;
    if let Some(most_bytes) = options.most_bytes {
        let page_bytes: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let most_pages = most_bytes / u64::from(page_bytes);
        connection.pragma_update(None, "max_page_count", most_pages.cast_signed())?;
    }
    Ok(())
}

/// Gives the version that the file then has; a later one than this program knows is left alone.
fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<usize> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let found = found as usize;
    let Some(missing) = VERSIONS.get(found..) else {
        return Ok(found);
    };
    for version in missing {
        transaction.execute_batch(version)?;
    }
    transaction.pragma_update(None, "user_version", VERSIONS.len() as i64)?;
    transaction.commit()?;
    Ok(VERSIONS.len())
}
