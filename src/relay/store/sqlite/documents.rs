//! Documents in the database: their logs and their snapshots.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use workshop::address::DocumentAddress;

use super::Failure;
use super::workshops::{is_there, note_writing};
use crate::store::{Generation, Sequence, Snapshot, StoreError, StoredDocument};

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
    let mut insert = connection
        .prepare_cached("INSERT INTO log (document, bytes, checksum) VALUES (?1, ?2, ?3)")?;
    let mut last = 0;
    for update in updates {
        last = insert.insert(params![id, &update[..], checksum(update)])? as Sequence;
    }
    note_writing(connection, &document.workshop, written_ms)?;
    Ok(last)
}

pub(super) fn load(
    connection: &Connection,
    document: &DocumentAddress,
    generation: Generation,
) -> Result<StoredDocument, Failure> {
    // One transaction, so that a trim between the two queries cannot open a gap.
    let transaction = connection.unchecked_transaction()?;
    let found: Option<(i64, bool)> = transaction
        .prepare_cached("SELECT id, damaged FROM documents WHERE address = ?1")?
        .query_row([document.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((id, damaged)) = found else {
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
            "SELECT through, bytes, checksum FROM snapshots WHERE document = ?1
             ORDER BY through DESC LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![id, skip], |row| {
            Ok((row.get::<_, i64>(0)? as Sequence, blob(row)?))
        })
        .optional()?;
    let snapshot = match snapshot {
        None => None,
        Some((through, update)) => Some(Snapshot {
            through,
            update: update?,
        }),
    };
    let through = snapshot.as_ref().map_or(0, |snapshot| snapshot.through);
    let mut last = through;
    let mut updates = Vec::new();
    let mut query = transaction.prepare_cached(
        "SELECT sequence, bytes, checksum FROM log WHERE document = ?1 AND sequence > ?2
         ORDER BY sequence",
    )?;
    let mut rows = query.query(params![id, through.cast_signed()])?;
    while let Some(row) = rows.next()? {
        last = row.get::<_, i64>(0)? as Sequence;
        updates.push(blob(row)??);
    }
    Ok(StoredDocument {
        snapshot,
        updates,
        last,
        damaged,
    })
}

/// The second column of a row, compared with the checksum in the third, where there is one.
pub(super) fn blob(row: &Row<'_>) -> rusqlite::Result<Result<Bytes, Failure>> {
    let bytes: Vec<u8> = row.get(1)?;
    let sum: Option<i64> = row.get(2)?;
    Ok(match sum {
        Some(sum) if sum != checksum(&bytes) => {
            let reason = "what is stored is not what was written".to_owned();
            Err(Failure::Refused(StoreError::Damaged(reason)))
        }
        _ => Ok(bytes.into()),
    })
}

/// By this a row is known to hold what was written: SQLite itself does not notice bytes that change
/// within one.
pub(super) fn checksum(bytes: &[u8]) -> i64 {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let head = digest
        .first_chunk()
        .expect("a SHA-256 digest has more than eight bytes");
    i64::from_be_bytes(*head)
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
            "INSERT OR REPLACE INTO snapshots (document, through, bytes, checksum)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            id,
            through,
            &snapshot.update[..],
            checksum(&snapshot.update)
        ])?;
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
