//! Documents in the database: their logs and their snapshots.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use workshop::address::DocumentAddress;

use super::Failure;
use super::workshops::is_there;
use crate::store::{Generation, Sequence, Snapshot, StoreError, StoredDocument};

/// Writings closer together than this are noted as one: nobody counts days by the minute, and it
/// spares most commits a page.
const WRITTEN_EVERY_MS: u64 = 60_000;

/// The number of a document, which is given one when it has none. This is what keeps a workshop that
/// was deleted from coming back: all that is stored of a document asks here first, in the transaction
/// in which it is stored.
fn document_id(connection: &Connection, document: &DocumentAddress) -> Result<i64, Failure> {
    let address = document.to_string();
    let known = connection
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([&address], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let workshop = document.workshop.as_str();
    let inserted = connection
        .prepare_cached(
            "INSERT INTO documents (address, workshop) SELECT ?1, id FROM workshops WHERE id = ?2",
        )?
        .execute([&address, workshop])?;
    if inserted == 0 {
        return Err(Failure::Refused(StoreError::NoWorkshop));
    }
    Ok(connection.last_insert_rowid())
}

pub(super) fn append(
    connection: &Connection,
    document: &DocumentAddress,
    updates: &[Bytes],
    written_ms: u64,
) -> Result<Sequence, Failure> {
    let id = document_id(connection, document)?;
    let mut insert =
        connection.prepare_cached("INSERT INTO log (document, bytes) VALUES (?1, ?2)")?;
    let mut last = 0;
    for update in updates {
        last = insert.insert(params![id, &update[..]])? as Sequence;
    }
    let noted_before_ms = written_ms.saturating_sub(WRITTEN_EVERY_MS);
    connection
        .prepare_cached("UPDATE workshops SET written_ms = ?2 WHERE id = ?1 AND written_ms < ?3")?
        .execute(params![
            document.workshop.as_str(),
            written_ms.cast_signed(),
            noted_before_ms.cast_signed()
        ])?;
    Ok(last)
}

pub(super) fn load(
    connection: &Connection,
    document: &DocumentAddress,
    generation: Generation,
) -> Result<StoredDocument, Failure> {
    // One transaction, so that a trim between the two queries cannot open a gap.
    let transaction = connection.unchecked_transaction()?;
    let id: Option<i64> = transaction
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([document.to_string()], |row| row.get(0))
        .optional()?;
    let Some(id) = id else {
        return if is_there(&transaction, &document.workshop)? {
            Ok(StoredDocument::default())
        } else {
            Err(Failure::Refused(StoreError::NoWorkshop))
        };
    };
    let skip = match generation {
        Generation::Newest => 0,
        Generation::Previous => 1,
    };
    let snapshot = transaction
        .prepare_cached(
            "SELECT through, bytes FROM snapshots WHERE document = ?1
             ORDER BY through DESC LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![id, skip], |row| {
            Ok(Snapshot {
                through: row.get::<_, i64>(0)? as Sequence,
                update: blob(row, 1)?,
            })
        })
        .optional()?;
    let through = snapshot.as_ref().map_or(0, |snapshot| snapshot.through);
    let mut last = through;
    let mut updates = Vec::new();
    let mut query = transaction.prepare_cached(
        "SELECT sequence, bytes FROM log WHERE document = ?1 AND sequence > ?2 ORDER BY sequence",
    )?;
    let mut rows = query.query(params![id, through.cast_signed()])?;
    while let Some(row) = rows.next()? {
        last = row.get::<_, i64>(0)? as Sequence;
        updates.push(blob(row, 1)?);
    }
    Ok(StoredDocument {
        snapshot,
        updates,
        last,
    })
}

fn blob(row: &Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(row.get::<_, Vec<u8>>(column)?.into())
}

pub(super) fn save_snapshot(
    connection: &Connection,
    document: &DocumentAddress,
    snapshot: &Snapshot,
) -> Result<Sequence, Failure> {
    let id = document_id(connection, document)?;
    let through = snapshot.through.cast_signed();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO snapshots (document, through, bytes) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![id, through, &snapshot.update[..]])?;
    let previous: Option<i64> = connection
        .prepare_cached(
            "SELECT through FROM snapshots WHERE document = ?1
             ORDER BY through DESC LIMIT 1 OFFSET 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if let Some(previous) = previous {
        connection
            .prepare_cached("DELETE FROM snapshots WHERE document = ?1 AND through < ?2")?
            .execute([id, previous])?;
        connection
            .prepare_cached("DELETE FROM log WHERE document = ?1 AND sequence <= ?2")?
            .execute([id, previous])?;
    }
    Ok(snapshot.through)
}
