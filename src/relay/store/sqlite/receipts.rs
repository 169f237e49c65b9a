//! What was acknowledged lately, beside the database.
//!
//! SQLite takes a write-ahead log that was cut off for one whose end was never written: it opens with
//! what came before the cut, and says nothing. So the last place in the log that was acknowledged is
//! noted in a file of its own, a line `place workshop` for each append, after the commit and before
//! the answer. At the next start the database must reach as far. The file is a witness and nothing
//! else: it is not flushed, it may lag behind, and when it cannot be written the store goes on.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use workshop::id::WorkshopId;

use crate::store::Sequence;

/// Above this many bytes the file begins anew, once the database itself holds what the lines stand for.
const MOST_BYTES: usize = 256 << 10;

pub(super) struct Receipts {
    file: Option<File>,
    bytes: usize,
}

/// What a database lacks at its end.
pub(super) struct Missing {
    /// How many updates.
    pub(super) updates: u64,
    /// The workshops that they belong to.
    pub(super) workshops: BTreeSet<WorkshopId>,
}

/// The file for the database at this path.
pub(super) fn path(database: &Path) -> PathBuf {
    database.with_extension("acknowledged")
}

/// What was acknowledged after `last`, the last place in the log that the database knows.
pub(super) fn missing(database: &Path, last: Sequence) -> Option<Missing> {
    let text = std::fs::read(path(database)).ok()?;
    let mut reached = last;
    let mut workshops = BTreeSet::new();
    for line in String::from_utf8_lossy(&text).lines() {
        // The last line may have been cut short by the end of the process.
        let Some((place, workshop)) = line.split_once(' ') else {
            continue;
        };
        let (Ok(place), Ok(workshop)) = (place.parse(), WorkshopId::parse(workshop)) else {
            continue;
        };
        if place > last {
            reached = reached.max(place);
            workshops.insert(workshop);
        }
    }
    (reached > last).then(|| Missing {
        updates: reached - last,
        workshops,
    })
}

impl Receipts {
    /// Begins the file anew.
    pub(super) fn begin(database: &Path) -> Self {
        let file = File::create(path(database));
        if let Err(error) = &file {
            tracing::warn!(%error, "what is acknowledged is not noted");
        }
        Self {
            file: file.ok(),
            bytes: 0,
        }
    }

    /// Notes what was committed and is about to be acknowledged.
    pub(super) fn note<'a>(&mut self, stored: impl Iterator<Item = (Sequence, &'a WorkshopId)>) {
        let Some(file) = &mut self.file else {
            return;
        };
        let mut lines = String::new();
        for (place, workshop) in stored {
            let _ = writeln!(lines, "{place} {workshop}");
        }
        if file.write_all(lines.as_bytes()).is_ok() {
            self.bytes += lines.len();
        }
    }

    /// Begins anew when the file has grown long and the database itself holds all that was committed,
    /// so that no cut of its log could take anything away.
    pub(super) fn settle(&mut self, connection: &Connection) {
        if self.bytes <= MOST_BYTES {
            return;
        }
        let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
        let moved: rusqlite::Result<(i64, i64)> =
            connection.query_row(checkpoint, [], |row| Ok((row.get(1)?, row.get(2)?)));
        if moved.is_ok_and(|(written, moved)| written == moved) {
            self.clear();
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        if let Some(file) = &mut self.file
            && file.rewind().and_then(|()| file.set_len(0)).is_ok()
        {
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_lacks_is_found_and_bytes_that_are_no_line_are_passed_by() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("trestle.sqlite");
        assert!(missing(&database, 0).is_none(), "there is no such file");
        let ids = ["village", "town"].map(|id| WorkshopId::parse(id).unwrap());
        let mut receipts = Receipts::begin(&database);
        receipts.note([(3, &ids[0]), (5, &ids[1])].into_iter());
        receipts.note([(6, &ids[1])].into_iter());
        let torn = std::fs::OpenOptions::new()
            .append(true)
            .open(path(&database));
        torn.unwrap().write_all(b"\0\0\0\n99 NO ID\n7").unwrap();
        for (last, updates, workshops) in [(0, 6, &["town", "village"][..]), (3, 3, &["town"])] {
            let missing = missing(&database, last).unwrap();
            let found: Vec<_> = missing.workshops.iter().map(WorkshopId::as_str).collect();
            assert_eq!((missing.updates, &found[..]), (updates, workshops));
        }
        assert!(missing(&database, 6).is_none());
        receipts.clear();
        assert!(missing(&database, 0).is_none());
    }
}
