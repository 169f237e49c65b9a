//! Documents written by stock Yjs, read here: `tests/e2e/foreign/write-documents.mjs` says what is in
//! a line of them.
//!
//! Owns the comparison of what yrs and Yjs read in the same bytes. Names this crate from outside,
//! since an example is built with this file too. Must never compare anything but what both can say.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Value, json};
use sync::gate::{check, check_snapshot};
use yrs::types::text::YChange;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, Array, Doc, Map, Number, OffsetKind, Options, Out, ReadTxn, StateVector, Text, Transact,
    Transaction, Update,
};

/// One document.
#[derive(Deserialize)]
pub struct Foreign {
    updates: Vec<String>,
    wholes: Vec<String>,
    json: Value,
}

impl Foreign {
    /// Reads one line.
    ///
    /// # Panics
    /// When it is not what the script writes.
    pub fn read(line: &str) -> Self {
        serde_json::from_str(line).expect("a line of write-documents.mjs")
    }

    /// The updates in an order in which each can be applied.
    pub fn updates(&self) -> impl Iterator<Item = Vec<u8>> {
        self.updates.iter().map(|update| from_hex(update))
    }

    /// Sends everything through the gate and into documents, and compares what is in them. Gives the
    /// whole document as yrs writes it, and what stock Yjs should read there.
    ///
    /// # Panics
    /// When the gate refuses something, or when yrs reads something else than Yjs did.
    pub fn check(&self) -> (String, &Value) {
        let doc = document();
        let mut seen = StateVector::default();
        for update in self.updates() {
            let admitted = check(&update, &seen).expect("what Yjs writes passes");
            admitted.advance(&mut seen);
            apply(&doc, &update);
            assert_eq!(doc.transact().state_vector(), seen);
        }
        assert_eq!(content(&doc), self.json, "update by update");
        for whole in &self.wholes {
            let whole = from_hex(whole);
            let doc = document();
            check(&whole, &StateVector::default()).expect("a whole document passes");
            apply(&doc, &whole);
            assert_eq!(content(&doc), self.json, "at once");
        }
        let again = doc.transact().encode_diff_v1(&StateVector::default());
        check_snapshot(&again, &StateVector::default()).expect("what yrs writes passes");
        let doc = document();
        apply(&doc, &again);
        assert_eq!(content(&doc), self.json, "written again by yrs");
        (to_hex(&again), &self.json)
    }
}

fn document() -> Doc {
    let doc = Doc::with_options(Options {
        offset_kind: OffsetKind::Utf16,
        cleanup_formatting: false,
        ..Options::default()
    });
    doc.get_or_insert_map("cards");
    doc.get_or_insert_array("list");
    doc.get_or_insert_text("note");
    doc
}

fn apply(doc: &Doc, update: &[u8]) {
    let update = Update::decode_v1(update).expect("yrs decodes what the gate admits");
    let mut txn = doc.transact_mut();
    txn.apply_update(update).expect("yrs applies what Yjs made");
    assert!(!txn.has_missing_updates());
}

fn content(doc: &Doc) -> Value {
    let txn = doc.transact();
    txn.root_refs()
        .map(|(name, root)| (name.to_owned(), plain(root, &txn)))
        .collect()
}

/// A value as the script writes it.
fn plain(value: Out, txn: &Transaction<'_>) -> Value {
    match value {
        Out::Any(any) => plain_any(&any),
        Out::YText(text) => {
            let pieces = text.diff(txn, YChange::identity).into_iter().map(|piece| {
                let attributes = piece.attributes.unwrap_or_default();
                let attributes: Value = attributes
                    .iter()
                    .map(|(key, value)| (key.to_string(), plain_any(value)))
                    .collect();
                json!([plain(piece.insert, txn), attributes])
            });
            json!({ "$text": pieces.collect::<Value>() })
        }
        Out::YArray(array) => array.iter(txn).map(|value| plain(value, txn)).collect(),
        Out::YMap(map) => map
            .iter(txn)
            .map(|(key, value)| (key.to_owned(), plain(value, txn)))
            .collect(),
        other => panic!("no document here holds {other}"),
    }
}

fn plain_any(any: &Any) -> Value {
    match any {
        Any::Null => Value::Null,
        Any::Undefined => json!({ "$undefined": true }),
        Any::Bool(bool) => json!(bool),
        Any::Number(number) => json!({ "$number": plain_number(*number) }),
        Any::String(text) => json!(**text),
        Any::Buffer(bytes) => json!({ "$bytes": to_hex(bytes) }),
        Any::Array(values) => values.iter().map(plain_any).collect(),
        Any::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), plain_any(value)))
            .collect(),
    }
}

fn plain_number(number: Number) -> String {
    match number {
        Number::Int(whole) => whole.to_string(),
        Number::Float(float) if float.is_finite() && float.fract() == 0.0 => {
            (float as i128).to_string()
        }
        // All that are no number are one to JavaScript.
        Number::Float(float) if float.is_nan() => format!("bits {:016x}", f64::NAN.to_bits()),
        Number::Float(float) => format!("bits {:016x}", float.to_bits()),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written to it");
        text
    })
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("base 16"))
        .collect()
}
