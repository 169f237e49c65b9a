//! Not a byte of what was deleted may be left in the file.
//!
//! `secure_delete` overwrites what a row or a page held, but not the copies that SQLite leaves in the
//! gaps of pages between which it has moved rows: in a file that had seen a few thousand deletions,
//! pieces of deleted rows were still found. Only a file that is written anew holds nothing but what
//! is there, so that is done (`VACUUM`), which gives the space back as well. It takes as long as
//! copying the file twice, and nothing else is stored meanwhile; so it never takes more than a part
//! of the time, and all who ask meanwhile are answered at once.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ffi};
use tokio::sync::oneshot;

use super::receipts::Receipts;
use super::unavailable;
use crate::store::StoreError;

/// After a scrub there is none for so many times as long as it took: whoever makes workshops and
/// deletes them again and again must not keep the others from being stored.
const REST: u32 = 19;

pub(super) type Done = oneshot::Sender<Result<(), StoreError>>;

/// Who waits for a scrub, and when the next may begin.
#[derive(Default)]
pub(super) struct Scrubbing {
    waiting: Vec<Done>,
    rests_until: Option<Instant>,
}

impl Scrubbing {
    pub(super) fn ask(&mut self, done: Done) {
        self.waiting.push(done);
    }

    /// When to call [`Self::run`], if anyone waits for it; at once, if there is no time.
    pub(super) fn due(&self) -> Option<Duration> {
        let until = self.rests_until.unwrap_or_else(Instant::now);
        let waits = !self.waiting.is_empty();
        waits.then(|| until.saturating_duration_since(Instant::now()))
    }

    /// Scrubs, and answers everyone who waits.
    pub(super) fn run(&mut self, connection: &Connection, receipts: &mut Receipts) {
        let begun = Instant::now();
        let result = scrub(connection).map_err(unavailable);
        if result == Ok(true) {
            // They name workshops, and all that they stand for is in the database now.
            receipts.clear();
        }
        let ended = Instant::now();
        self.rests_until = Some(ended + (ended - begun) * REST);
        for done in self.waiting.drain(..) {
            let _ = done.send(result.clone().map(drop));
        }
    }
}

/// Writes the file anew if anything was deleted since that was last done; says whether it was.
pub(super) fn scrub(connection: &Connection) -> rusqlite::Result<bool> {
    let is_due = "SELECT 1 FROM chores WHERE name = 'scrub'";
    if !connection.prepare(is_due)?.exists([])? {
        return Ok(false);
    }
    connection.execute_batch("VACUUM")?;
    empty_log(connection)?;
    connection.execute("DELETE FROM chores WHERE name = 'scrub'", [])?;
    Ok(true)
}

/// Brings all of the write-ahead log into the database and cuts it off: it holds pages as they were
/// before.
fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy {
        let reason = "somebody is still reading the database as it was".to_owned();
        let busy = ffi::Error::new(ffi::SQLITE_BUSY);
        return Err(rusqlite::Error::SqliteFailure(busy, Some(reason)));
    }
    Ok(())
}
