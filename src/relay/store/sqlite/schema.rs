//! The file as it must be before anything is read or written: settings of the connection, and tables.

use rusqlite::{Connection, TransactionBehavior};

use super::{BUSY, Durability, Options, unavailable};
use crate::store::StoreError;

/// What makes each version out of the one before it. A new file begins at version 0, so it takes the
/// same way as an old one. The version is kept in the file's `user_version`.
const VERSIONS: [&str; 5] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
];

/// The version of this program.
pub(super) const LATEST: usize = VERSIONS.len();

/// Sets the file up, or checks that it is one of ours and brings it up to date.
pub(super) fn prepare(connection: &mut Connection, options: Options) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY).map_err(unavailable)?;
    known_version(connection)?;
    create(connection).map_err(unavailable)?;
    set_up(connection, options).map_err(unavailable)
}

/// The version of a file; 0 when it is empty.
///
/// # Errors
/// [`StoreError::Unavailable`] when this program cannot read it, [`StoreError::Damaged`] when nobody
/// can.
pub(super) fn known_version(connection: &Connection) -> Result<usize, StoreError> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    let version = version.map_err(unavailable)? as usize;
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, u32>(0));
    let tables =
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('workshops', 'documents', 'log')";
    let ours = count(tables).map_err(unavailable)? == 3;
    let empty = count("SELECT count(*) FROM sqlite_schema").map_err(unavailable)? == 0;
    match version {
        0 if empty => Ok(0),
        1..=LATEST if ours => Ok(version),
        1.. if ours => Err(StoreError::Unavailable(format!(
            "the data was written by another version of Trestle (its format is {version}, this \
             program reads up to {LATEST})"
        ))),
        _ => Err(StoreError::Unavailable(
            "it is no database of Trestle's".into(),
        )),
    }
}

/// Makes the tables in an empty file, or brings those of an older version up to date.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    // Must come before the first table. Moves nothing by itself, but lets a file that has grown be
    // made smaller piece by piece.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for version in VERSIONS.iter().skip(found as usize) {
        transaction.execute_batch(version)?;
    }
    transaction.pragma_update(None, "user_version", LATEST as i64)?;
    transaction.commit()
}

pub(super) fn has_column(
    connection: &Connection,
    table: &str,
    column: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2";
    connection.prepare_cached(sql)?.exists([table, column])
}

fn set_up(connection: &Connection, options: Options) -> rusqlite::Result<()> {
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
