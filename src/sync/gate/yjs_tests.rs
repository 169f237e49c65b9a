//! Tests of the gate with documents that stock Yjs has written. `cargo xtask test` reads thousands of
//! them fresh; a few are kept in `yjs_documents.jsonl`, so that the gate can be tested without Node:
//! `node tests/e2e/foreign/write-documents.mjs 20260101 12`

use crate::testing::foreign::Foreign;

/// The documents that are kept.
pub(super) fn documents() -> impl Iterator<Item = Foreign> {
    include_str!("yjs_documents.jsonl")
        .lines()
        .map(Foreign::read)
}

#[test]
fn g10_documents_of_stock_yjs_pass_and_are_read_alike() {
    let mut updates = 0;
    for document in documents() {
        document.check();
        updates += document.updates().count();
    }
    assert!(updates > 50, "{updates} updates are too few");
}
