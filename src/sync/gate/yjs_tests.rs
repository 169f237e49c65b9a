//! Tests of the gate with updates that stock Yjs has written; `yjs_updates.mjs` says how.

use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, StateVector, Transact, Update};

use super::check;

/// Updates in an order in which each could be applied, and the whole document twice.
pub(super) fn updates() -> Vec<Vec<u8>> {
    include_str!("yjs_updates.txt")
        .lines()
        .map(from_hex)
        .collect()
}

#[test]
fn g10_updates_of_stock_yjs_pass() {
    let updates = updates();
    let (edits, [merged, whole]) = updates
        .split_last_chunk()
        .expect("two of the whole document");
    let doc = Doc::with_client_id(1_u64);
    let mut seen = StateVector::default();
    let mut structs = 0;
    for (line, update) in edits.iter().enumerate() {
        let admitted = check(update, &seen).unwrap_or_else(|refused| panic!("{line}: {refused}"));
        structs += admitted.structs;
        admitted.advance(&mut seen);
        let update = Update::decode_v1(update).expect("yrs decodes what the gate admits");
        doc.transact_mut()
            .apply_update(update)
            .expect("yrs applies what Yjs made");
        assert_eq!(doc.transact().state_vector(), seen, "line {line}");
    }
    assert!(
        structs > 150,
        "{structs} structs are too few to show anything"
    );
    for update in [merged, whole] {
        let mut seen_at_once = StateVector::default();
        let admitted = check(update, &seen_at_once).expect("the whole document passes");
        admitted.advance(&mut seen_at_once);
        assert_eq!(seen_at_once, seen);
    }
}

fn from_hex(line: &str) -> Vec<u8> {
    (0..line.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&line[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}
