//! What both documents are made of: a yrs document with its queue of updates to store and send.
//!
//! The only place that opens transactions. It must never know what a document holds.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn, StateVector, Transact, Update};
use yrs::{Transaction, TransactionMut};

/// The identity of one replica of one document in one run of a program: a fresh random number each
/// time, never reused, below 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClientId(pub u64);

/// Where an edit came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A command run here.
    Local,
    /// An undo or redo here.
    History,
    /// An update from elsewhere, or from this device's own store.
    Remote,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "command",
            Self::History => "history",
            Self::Remote => "remote",
        }
    }
}

/// Bytes that are not an update, or not a state vector. What could be read of an update may have
/// been applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not readable as a document's bytes: {0}")]
pub struct BrokenUpdate(String);

/// One replica of one document.
pub(crate) struct Replica {
    doc: Doc,
    updates: VecDeque<Vec<u8>>,
}

impl Replica {
    pub(crate) fn new(client: ClientId) -> Self {
        let client = ClientID::new(client.0 & ((1 << 53) - 1));
        let options = Options {
            // Offsets as browsers and Yjs count them; yrs would count bytes.
            offset_kind: OffsetKind::Utf16,
            // Cleaning formatting writes deletions of its own, from every replica at once.
            cleanup_formatting: false,
            ..Options::with_guid_and_client_id("".into(), client)
        };
        Self {
            doc: Doc::with_options(options),
            updates: VecDeque::new(),
        }
    }

    pub(crate) fn doc(&self) -> &Doc {
        &self.doc
    }

    pub(crate) fn read(&self) -> Transaction<'_> {
        self.doc.transact()
    }

    /// Makes one edit in one transaction, and queues its update.
    pub(crate) fn edit<T>(
        &mut self,
        origin: Origin,
        edit: impl FnOnce(&mut TransactionMut<'_>) -> T,
    ) -> T {
        let mut txn = self.doc.transact_mut_with(origin.name());
        let result = edit(&mut txn);
        txn.commit();
        if txn.has_changes() {
            self.updates.push_back(txn.encode_update_v1());
        }
        result
    }

    pub(crate) fn apply(&self, update: &[u8]) -> Result<(), BrokenUpdate> {
        let update = Update::decode_v1(update).map_err(broken)?;
        self.doc
            .transact_mut_with(Origin::Remote.name())
            .apply_update(update)
            .map_err(broken)
    }

    pub(crate) fn poll_update(&mut self) -> Option<Vec<u8>> {
        self.updates.pop_front()
    }

    pub(crate) fn state_vector(&self) -> Vec<u8> {
        self.read().state_vector().encode_v1()
    }

    pub(crate) fn diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, BrokenUpdate> {
        let state_vector = StateVector::decode_v1(state_vector).map_err(broken)?;
        Ok(self.read().encode_diff_v1(&state_vector))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        self.read().encode_diff_v1(&StateVector::default())
    }
}

fn broken(error: impl std::fmt::Display) -> BrokenUpdate {
    BrokenUpdate(error.to_string())
}
