//! Documents for the tests of the session: one text each.

use std::collections::BTreeMap;

use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update,
};

use super::Replicas;

/// A document with one text, at either end.
pub(super) struct Replica(Doc);

impl Replica {
    pub(super) fn new(client: u64) -> Self {
        let mut options = Options::with_client_id(ClientID::new(client));
        options.offset_kind = OffsetKind::Utf16;
        let doc = Doc::with_options(options);
        doc.get_or_insert_text("text");
        Self(doc)
    }

    /// Writes at the end and gives the update.
    pub(super) fn write(&self, words: &str) -> Vec<u8> {
        let text = self.0.get_or_insert_text("text");
        let mut txn = self.0.transact_mut();
        text.push(&mut txn, words);
        txn.encode_update_v1()
    }

    pub(super) fn text(&self) -> String {
        let text = self.0.get_or_insert_text("text");
        text.get_string(&self.0.transact())
    }

    pub(super) fn state_vector(&self) -> StateVector {
        self.0.transact().state_vector()
    }

    pub(super) fn diff(&self, state_vector: &StateVector) -> Vec<u8> {
        self.0.transact().encode_diff_v1(state_vector)
    }

    pub(super) fn apply(&self, update: &[u8]) -> Result<(), String> {
        let update = Update::decode_v1(update).map_err(|error| error.to_string())?;
        self.0
            .transact_mut()
            .apply_update(update)
            .map_err(|error| error.to_string())
    }
}

#[derive(Default)]
pub(super) struct Device(pub(super) BTreeMap<String, Replica>);

impl Replicas for Device {
    fn state_vector(&self, document: &str) -> Option<Vec<u8>> {
        Some(self.0.get(document)?.state_vector().encode_v1())
    }

    fn diff(&self, document: &str, state_vector: &[u8]) -> Option<Vec<u8>> {
        let state_vector = StateVector::decode_v1(state_vector).ok()?;
        Some(self.0.get(document)?.diff(&state_vector))
    }

    fn apply(&mut self, document: &str, update: &[u8]) -> Result<(), String> {
        self.0
            .get(document)
            .ok_or("no such document")?
            .apply(update)
    }
}
