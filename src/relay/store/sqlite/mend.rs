//! What can be read of a damaged database, put into a new one.
//!
//! Nothing is written into a damaged file: a page that SQLite takes for free may be somebody's. Each
//! row is fetched on its own, by way of the index that lists it, so that a page that cannot be read
//! costs the rows on it and no others. A document that has lost updates is marked; what builds on them
//! is kept all the same and passed over when the document is put together (`room/replica.rs`), until a
//! device that still has them brings them back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, ToSql, params, params_from_iter};
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::documents::checksum;
use super::{aside, schema, unavailable};
use crate::rights::Role;
use crate::store::StoreError;

/// How many places are looked at without an index; even these take half a minute.
const MOST_PLACES: i64 = 1 << 24;

/// No log has ever come so far: a number above this is damaged itself.
const LAST_PLACE: i64 = 1 << 48;

/// A new database with all that could be read, and what to say of the rest.
pub(super) struct Mended {
    pub(super) file: PathBuf,
    pub(super) findings: Vec<String>,
}

/// Makes a whole database of what can be read of a damaged one. The file is not yet in its place.
///
/// # Errors
/// [`StoreError::Damaged`] when not one workshop can be read, [`StoreError::Unavailable`] when the new
/// file cannot be written.
pub(super) fn mend(damaged: &Connection, database: &Path) -> Result<Mended, StoreError> {
    let file =
        aside::begin_anew(database).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let mut whole = Connection::open(&file).map_err(unavailable)?;
    schema::create(&mut whole).map_err(unavailable)?;
    let transaction = whole.transaction().map_err(unavailable)?;
    let salvage = Salvage {
        from: damaged,
        to: &transaction,
        log: place_by_place(damaged),
    };
    let findings = salvage.workshops()?;
    salvage.keep_counting().map_err(unavailable)?;
    transaction.commit().map_err(unavailable)?;
    Ok(Mended { file, findings })
}

struct Salvage<'a> {
    from: &'a Connection,
    to: &'a Connection,
    /// The log as it was found without its index.
    log: Log,
}

/// Places in the log by document, and how many places could not be looked at.
#[derive(Default)]
struct Log {
    places: BTreeMap<i64, BTreeSet<i64>>,
    unreadable: usize,
}

/// What was listed, and whether the whole list could be read.
struct Listed<T> {
    rows: BTreeSet<T>,
    whole: bool,
}

/// What became of one document.
#[derive(Default)]
struct Losses {
    updates: usize,
    beginning: bool,
    unknown: bool,
}

impl Salvage<'_> {
    fn workshops(&self) -> Result<Vec<String>, StoreError> {
        let ids = list(
            self.from,
            "SELECT id FROM workshops ORDER BY id",
            [],
            |row| row.get::<_, String>(0),
        );
        let documents = self.documents();
        let mut known: BTreeSet<WorkshopId> = ids
            .rows
            .iter()
            .filter_map(|id| WorkshopId::parse(id).ok())
            .collect();
        if !ids.whole {
            known.extend(documents.values().map(|document| document.workshop.clone()));
        }
        let mut findings = Vec::new();
        let mut read = 0;
        for id in &known {
            let mine = documents
                .iter()
                .filter(|(_, document)| document.workshop == *id);
            if let Ok(title) = self.record(id) {
                read += 1;
                let mut losses = self.contents(id, mine);
                losses.extend(self.photos(id));
                if !losses.is_empty() {
                    let losses = losses.join(", ");
                    findings.push(format!(
                        "Affected is workshop {id} ({title:?}): {losses} cannot be read."
                    ));
                }
            } else {
                findings.push(format!(
                    "Affected is workshop {id}: its keys cannot be read, so it cannot be opened."
                ));
            }
        }
        if read == 0 && !(ids.whole && known.is_empty()) {
            return Err(StoreError::Damaged("not one workshop can be read".into()));
        }
        findings.push(if findings.is_empty() {
            "Nothing that people wrote is missing.".into()
        } else {
            "Everything else is whole. Devices that still have what is missing bring it back when \
             they connect; photos have to be added again."
                .into()
        });
        Ok(findings)
    }

    /// The numbers and addresses of all documents: the table and its index hold the same.
    fn documents(&self) -> BTreeMap<i64, DocumentAddress> {
        let table = "SELECT id, address FROM documents NOT INDEXED ORDER BY id";
        let index = "SELECT id, address FROM documents
                     INDEXED BY sqlite_autoindex_documents_1 ORDER BY address";
        [table, index]
            .iter()
            .flat_map(|sql| {
                list(self.from, sql, [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })
                .rows
            })
            .filter_map(|(id, address)| Some((id, address.parse().ok()?)))
            .collect()
    }

    /// Copies a workshop's record and keys, all or nothing; gives its title.
    fn record(&self, id: &WorkshopId) -> rusqlite::Result<String> {
        let id = id.as_str();
        self.to.execute_batch("SAVEPOINT record")?;
        let copied = self.copy("workshops", "id = ?1", &[&id]).and_then(|_| {
            let keys = self.copy("keys", "workshop = ?1", &[&id])?;
            self.copy("sealed_keys", "workshop = ?1", &[&id])?;
            if keys != Role::ALL.len() {
                return Err(rusqlite::Error::QueryReturnedNoRows);
            }
            let title = "SELECT title FROM workshops WHERE id = ?1";
            self.to.query_row(title, [id], |row| row.get(0))
        });
        if copied.is_err() {
            self.to.execute_batch("ROLLBACK TO record")?;
        }
        self.to.execute_batch("RELEASE record")?;
        copied
    }

    /// Copies the locks and documents of a workshop; says what is missing of them.
    fn contents<'a>(
        &self,
        id: &WorkshopId,
        documents: impl Iterator<Item = (&'a i64, &'a DocumentAddress)>,
    ) -> Vec<String> {
        let mut missing = Vec::new();
        if self.locks(id).is_err() {
            missing.push("which boards are locked".into());
        }
        for (id, document) in documents {
            let Ok(losses) = self.document(*id, document) else {
                missing.push(format!("all of {}", short(document)));
                continue;
            };
            if losses.beginning {
                missing.push(format!("the beginning of {}", short(document)));
            }
            match losses.updates {
                0 if losses.unknown => missing.push(format!("updates of {}", short(document))),
                0 => {}
                1 => missing.push(format!("1 update of {}", short(document))),
                count => missing.push(format!("{count} updates of {}", short(document))),
            }
        }
        missing
    }

    /// Copies the photos of a workshop; says how many are missing.
    fn photos(&self, id: &WorkshopId) -> Option<String> {
        if !schema::has_column(self.from, "photos", "bytes").unwrap_or(true) {
            return None;
        }
        let id = id.as_str();
        let listed = |sql| {
            list(self.from, sql, [id], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
        };
        let by_name = "SELECT rowid, name FROM photos WHERE workshop = ?1 ORDER BY name";
        let one_by_one =
            "SELECT rowid, name FROM photos NOT INDEXED WHERE workshop = ?1 ORDER BY rowid";
        let mut photos = listed(by_name);
        if !photos.whole {
            let mut table = listed(one_by_one);
            photos.rows.append(&mut table.rows);
            photos.whole = table.whole;
        }
        // Not by way of the index, as with the log.
        let place = "rowid = ?1 AND +workshop = ?2 AND +name = ?3";
        let lost = photos.rows.iter().filter(|(row, name)| {
            !self
                .copy("photos", place, &[row, &id, name])
                .is_ok_and(|count| count == 1)
        });
        match lost.count() {
            0 => (!photos.whole).then(|| "photos".to_owned()),
            1 => Some("1 photo".to_owned()),
            count => Some(format!("{count} photos")),
        }
    }

    /// Copies what is locked. Earlier versions have no such table.
    fn locks(&self, id: &WorkshopId) -> rusqlite::Result<()> {
        if schema::has_column(self.from, "locks", "board")? {
            self.copy("locks", "workshop = ?1", &[&id.as_str()])?;
        }
        Ok(())
    }

    fn document(&self, id: i64, document: &DocumentAddress) -> rusqlite::Result<Losses> {
        let was_damaged = "SELECT damaged FROM documents WHERE id = ?1";
        let was_damaged = self.from.query_row(was_damaged, [id], |row| row.get(0));
        self.to.execute(
            "INSERT INTO documents (id, address, workshop) VALUES (?1, ?2, ?3)",
            params![id, document.to_string(), document.workshop.as_str()],
        )?;

        let sql = "SELECT through FROM snapshots WHERE document = ?1 ORDER BY through";
        let snapshots = list(self.from, sql, [id], |row| row.get::<_, i64>(0));
        let whole = "document = ?1 AND through = ?2";
        let copied = snapshots.rows.iter().filter(|through| {
            self.copy("snapshots", whole, &[&id, through])
                .is_ok_and(|count| count == 1)
        });
        let base = copied.max();

        let sql = "SELECT sequence FROM log WHERE document = ?1 ORDER BY sequence";
        let mut log = list(self.from, sql, [id], |row| row.get::<_, i64>(0));
        log.rows
            .extend(self.log.places.get(&id).into_iter().flatten());
        // Not by way of the index: it has told what there is, and may be what is damaged.
        let place = "sequence = ?1 AND +document = ?2";
        let lost = log.rows.iter().filter(|sequence| {
            !self
                .copy("log", place, &[sequence, &id])
                .is_ok_and(|count| count == 1)
        });
        let losses = Losses {
            updates: lost.filter(|&sequence| Some(sequence) > base).count(),
            // A log is trimmed once there are two snapshots, so with both of them its beginning is
            // gone; one alone stands for a log that is all there.
            beginning: base.is_none() && (snapshots.rows.len() > 1 || !snapshots.whole),
            unknown: !log.whole && self.log.unreadable > 0,
        };
        let damaged = losses.beginning
            || losses.unknown
            || losses.updates > 0
            || was_damaged.unwrap_or(false);
        self.to.execute(
            "UPDATE documents SET damaged = ?2 WHERE id = ?1",
            params![id, damaged],
        )?;
        Ok(losses)
    }

    /// Copies the rows that meet a condition; an error means that one of them is damaged.
    fn copy(
        &self,
        table: &str,
        condition: &str,
        parameters: &[&dyn ToSql],
    ) -> rusqlite::Result<usize> {
        let sql = format!("SELECT * FROM {table} WHERE {condition}");
        let mut query = self.from.prepare_cached(&sql)?;
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        let at = |name: &str| names.iter().position(|it| it == name);
        let (bytes, sum) = (at("bytes"), at("checksum"));
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({marks})",
            names.join(", ")
        );
        let mut insert = self.to.prepare_cached(&sql)?;
        let mut rows = query.query(parameters)?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let values = (0..names.len()).map(|at| row.get::<_, Value>(at));
            let values: Vec<Value> = values.collect::<rusqlite::Result<_>>()?;
            if let (Some(bytes), Some(sum)) = (bytes, sum)
                && let (Value::Blob(bytes), Value::Integer(sum)) = (&values[bytes], &values[sum])
                && checksum(bytes) != *sum
            {
                return Err(rusqlite::Error::QueryReturnedNoRows);
            }
            insert.execute(params_from_iter(values))?;
            count += 1;
        }
        Ok(count)
    }

    /// A place in the log is never given twice, not even one whose row is lost.
    fn keep_counting(&self) -> rusqlite::Result<()> {
        let last = last_place(self.from);
        self.to.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'log'",
            [last],
        )?;
        self.to.execute(
            "INSERT INTO sqlite_sequence (name, seq)
             SELECT 'log', ?1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'log')",
            [last],
        )?;
        Ok(())
    }
}

/// Reads a list from its beginning and, where that does not lead to the end, from its end.
fn list<T: Ord>(
    from: &Connection,
    sql: &str,
    parameters: impl Params + Clone,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Listed<T> {
    let mut rows = BTreeSet::new();
    let mut one_way = |direction: &str| -> rusqlite::Result<()> {
        let mut query = from.prepare_cached(&format!("{sql} {direction}"))?;
        let mut found = query.query(parameters.clone())?;
        while let Some(row) = found.next()? {
            rows.insert(read(row)?);
        }
        Ok(())
    };
    let whole = one_way("ASC").is_ok();
    if !whole {
        // Fails as well, where the damage is.
        let _ = one_way("DESC");
    }
    Listed { rows, whole }
}

/// The log without its index: each place is looked up, so that it does not matter which index or which
/// page cannot be read.
fn place_by_place(from: &Connection) -> Log {
    let mut log = Log::default();
    let last = last_place(from);
    for place in (last - MOST_PLACES).max(0) + 1..=last {
        let document = from
            .prepare_cached("SELECT document FROM log WHERE sequence = ?1")
            .and_then(|mut query| query.query_row([place], |row| row.get(0)).optional());
        match document {
            Ok(Some(document)) => drop(log.places.entry(document).or_default().insert(place)),
            // Trimmed, or never used.
            Ok(None) => {}
            Err(_) => log.unreadable += 1,
        }
    }
    log
}

fn last_place(from: &Connection) -> i64 {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'log'";
    let last = from.query_row(sql, [], |row| row.get(0)).unwrap_or(0);
    if (0..LAST_PLACE).contains(&last) {
        last
    } else {
        0
    }
}

/// A document's address within its workshop.
fn short(document: &DocumentAddress) -> String {
    let address = document.to_string();
    address
        .split_once('/')
        .map_or(address.clone(), |(_, rest)| rest.to_owned())
}
