//! What must hold of every update that the gate lets pass, whoever made it.
//!
//! Owns the comparison of a document with what becomes of it when it is stored and read back. Names
//! this crate from outside, since the fuzz targets are built with this file too. Must never forgive
//! a panic.

use serde_json::Value;
use sync::gate::{check, check_snapshot};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    Array, Doc, GetString, Map, OffsetKind, Options, Out, ReadTxn, Snapshot, StateVector, Transact,
    Transaction, Update, WriteTxn,
};

/// A document as the relay keeps it: whatever reaches it has passed the gate.
pub struct Replica {
    doc: Doc,
    known: StateVector,
}

/// What came of an update.
pub enum Taken {
    /// The gate does not let it pass.
    Refused,
    /// yrs answers it with an error or waits for what cannot come. What could be applied before that is
    /// in the document, and stays there.
    InPart,
    /// It is in the document.
    Applied,
}

impl Replica {
    /// An empty document with the roots that test documents have.
    pub fn new() -> Self {
        let doc = Doc::with_options(Options {
            offset_kind: OffsetKind::Utf16,
            cleanup_formatting: false,
            ..Options::default()
        });
        doc.get_or_insert_map("cards");
        doc.get_or_insert_array("list");
        doc.get_or_insert_text("note");
        Self {
            doc,
            known: StateVector::default(),
        }
    }

    /// What is known here.
    pub fn known(&self) -> &StateVector {
        &self.known
    }

    /// Sends an update through the gate and, if it passes, into the document.
    ///
    /// # Panics
    /// When the gate lets something pass that yrs does not bear, or that cannot be stored, sent on
    /// and read back as the same document.
    pub fn take(&mut self, update: &[u8]) -> Taken {
        let Ok(admitted) = check(update, &self.known) else {
            return Taken::Refused;
        };
        let decoded = Update::decode_v1(update).expect("yrs decodes what the gate admits");
        let again = decoded.encode_v1();
        check_snapshot(&again, &self.known).expect("what yrs encodes passes");
        let decoded_again = Update::decode_v1(&again).expect("what yrs encodes it decodes");
        // Objects are written in any order, so only the length can be compared.
        assert_eq!(decoded_again.encode_v1().len(), again.len());

        let mut txn = self.doc.transact_mut();
        let is_whole = txn.apply_update(decoded).is_ok() && !txn.has_missing_updates();
        txn.prune_pending();
        txn.commit();
        let changed = txn.encode_update_v1();
        drop(txn);
        check_snapshot(&changed, &self.known).expect("what is passed on passes");
        let known = self.doc.transact().state_vector();
        if is_whole {
            admitted.advance(&mut self.known);
            assert_eq!(known, self.known);
        }
        self.known = known;
        // Who lies about neighbours makes a document in which they stand elsewhere when it is loaded
        // again. So of such a document only clocks and deletions can be compared, and that the rest
        // can be read.
        let (snapshot, _) = self.content();
        let (snapshot_again, _) = self.read_back().content();
        assert_eq!(snapshot_again, snapshot);
        if is_whole {
            Taken::Applied
        } else {
            Taken::InPart
        }
    }

    /// The document as it is after it was stored and loaded.
    pub fn read_back(&self) -> Self {
        let whole = self.doc.transact().encode_diff_v1(&StateVector::default());
        check_snapshot(&whole, &StateVector::default()).expect("a snapshot passes");
        let decoded = Update::decode_v1(&whole).expect("a snapshot can be decoded");
        let mut again = Self::new();
        let mut txn = again.doc.transact_mut();
        txn.apply_update(decoded)
            .expect("a snapshot can be applied");
        assert!(!txn.has_missing_updates(), "a snapshot lacks nothing");
        drop(txn);
        again.known = self.known.clone();
        again
    }

    /// Everything the document holds: clocks and deletions, and what can be read.
    pub fn content(&self) -> (Snapshot, Value) {
        let txn = self.doc.transact();
        let roots = txn
            .root_refs()
            .map(|(name, root)| (name.to_owned(), read(root, &txn)))
            .collect();
        (txn.snapshot(), Value::Object(roots))
    }
}

/// What a value holds. Of an array its length only: yrs 0.28.1 never ends reading one into which
/// somebody has put text with a character beyond U+FFFF, and no document of Trestle has an array.
fn read(value: Out, txn: &Transaction<'_>) -> Value {
    match value {
        Out::Any(any) => serde_json::to_value(any).expect("a value is JSON"),
        Out::YText(text) => text.get_string(txn).into(),
        Out::YMap(map) => map
            .iter(txn)
            .map(|(key, value)| (key.to_owned(), read(value, txn)))
            .collect(),
        Out::YArray(array) => array.len(txn).into(),
        _ => Value::Null,
    }
}
