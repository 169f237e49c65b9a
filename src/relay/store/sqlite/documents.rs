//! Documents in the database: their logs and their snapshots.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use workshop::address::DocumentAddress;

use crate::store::{Generation, Sequence, Snapshot, StoredDocument};

fn document_id(connection: &Connection, document: &DocumentAddress) -> rusqlite::Result<i64> {
    let address = document.to_string();
    let known = connection
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([&address], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO documents (address, workshop) VALUES (?1, ?2)")?
        .insert([&address, document.workshop.as_str()])
}

pub(super) fn append(
    connection: &Connection,
    document: &DocumentAddress,
    updates: &[Bytes],
) -> rusqlite::Result<Sequence> {
    let id = document_id(connection, document)?;
    let mut insert =
        connection.prepare_cached("INSERT INTO log (document, bytes) VALUES (?1, ?2)")?;
    let mut last = 0;
    for update in updates {
        last = insert.insert(params![id, &update[..]])? as Sequence;
    }
    Ok(last)
}

pub(super) fn load(
    connection: &Connection,
    address: &str,
    generation: Generation,
) -> rusqlite::Result<StoredDocument> {
    // One transaction, so that a trim between the two queries cannot open a gap.
    let transaction = connection.unchecked_transaction()?;
    let id: Option<i64> = transaction
        .prepare_cached("SELECT id FROM documents WHERE address = ?1")?
        .query_row([address], |row| row.get(0))
        .optional()?;
    let Some(id) = id else {
        return Ok(StoredDocument::default());
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
) -> rusqlite::Result<Sequence> {
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
