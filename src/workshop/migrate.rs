//! Bringing documents of an older shape to the one this program writes.
//!
//! A migration runs in the first command's own transaction, so it reaches the other replicas as one
//! update with it; until then an older document is read leniently as it is. Two replicas may migrate
//! at once: a migration must come to the same result whichever of them wins, so it sets values and
//! never inserts into shared lists or texts.

use yrs::TransactionMut;

/// Brings a document from the version in which it stands in its table to the next.
pub(crate) type Migration = fn(&mut TransactionMut<'_>);

/// The migrations of boards: the first leads from version 0 to 1.
///
/// Version 0 is a document that no Trestle has written on: empty, or a foreign client's. It has the
/// names of version 1, so there is nothing to change but the version, which the command writes.
pub(crate) const BOARD: &[Migration] = &[|_| {}];

/// The migrations of plans, likewise.
pub(crate) const PLAN: &[Migration] = &[|_| {}];

/// Runs what a document of version `from` still lacks.
pub(crate) fn run(table: &[Migration], txn: &mut TransactionMut<'_>, from: u32) {
    for migration in table.iter().skip(from as usize) {
        migration(txn);
    }
}

#[cfg(test)]
mod tests {
    //! Each document gets exactly the migrations it lacks, in order.

    use yrs::{Any, Doc, Map, ReadTxn, Transact, WriteTxn};

    use super::*;

    const TABLE: &[Migration] = &[
        |txn| {
            let meta = txn.get_or_insert_map("meta");
            if let Some(colour) = meta.remove(txn, "colour") {
                meta.insert(txn, "seat", colour.to_string(txn));
            }
        },
        |txn| {
            let meta = txn.get_or_insert_map("meta");
            meta.insert(txn, "round", true);
        },
    ];

    #[track_caller]
    fn check(from: u32, seat: Option<&str>, round: bool) {
        let doc = Doc::new();
        let meta = doc.get_or_insert_map("meta");
        meta.insert(&mut doc.transact_mut(), "colour", "pink");
        run(TABLE, &mut doc.transact_mut(), from);
        let txn = doc.transact();
        let meta = txn.get_map("meta").unwrap();
        assert_eq!(crate::value::string(&meta, &txn, "seat").as_deref(), seat);
        assert_eq!(
            crate::value::any(&meta, &txn, "round"),
            round.then_some(Any::Bool(true))
        );
    }

    #[test]
    fn an_old_document_gets_every_migration_it_lacks() {
        check(0, Some("pink"), true);
        check(1, None, true);
        check(2, None, false);
    }
}
