//! The file as it must be before anything is read or written: settings of the connection, and tables.

use rusqlite::Connection;

use super::{Durability, Options, unavailable};
use crate::store::StoreError;

/// The schema's version, kept in the file's `user_version`.
const SCHEMA_VERSION: i64 = 1;

/// Sets the file up, or checks that it is one of ours.
pub(super) fn prepare(connection: &mut Connection, options: Options) -> Result<(), StoreError> {
    let set_up = |connection: &mut Connection| -> rusqlite::Result<i64> {
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        // Must come before the first table: lets a later version give space back.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let synchronous = match options.durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Where there is such a thing (macOS), a flush reaches the disk, not only its cache.
        connection.pragma_update(None, "fullfsync", true)?;
        if let Some(most_bytes) = options.most_bytes {
            let page_bytes: u32 =
                connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let most_pages = most_bytes / u64::from(page_bytes);
            connection.pragma_update(None, "max_page_count", most_pages.cast_signed())?;
        }
        let version =
            connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
        if version == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.commit()?;
            return Ok(SCHEMA_VERSION);
        }
        Ok(version)
    };
    let version = set_up(connection).map_err(unavailable)?;
    if version != SCHEMA_VERSION {
        return Err(StoreError::Unavailable(format!(
            "the data was written by another version of Trestle (its format is {version}, \
             this program reads {SCHEMA_VERSION})"
        )));
    }
    Ok(())
}
