//! Whether what was written here is safe: one word for all open documents, and which of them hold what
//! the relay has not acknowledged. Must never call anything safe that may be lost.

use std::collections::BTreeSet;

use sync::session::Status;

use super::Inner;

/// Whether what was written here is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveState {
    /// The relay was not reached yet.
    Connecting,
    /// Something written here is on its way.
    Saving,
    /// The relay has everything that was written here, durably.
    Saved,
    /// The relay is out of reach; whether everything is kept on this device.
    Offline {
        /// Everything written here is kept on this device.
        kept: bool,
    },
    /// The relay does not take something that was written here; whether it is kept on this device.
    Refused {
        /// Everything written here is kept on this device.
        kept: bool,
    },
    /// Something written here waits until the board is unlocked; whether it is kept on this device.
    Held {
        /// Everything written here is kept on this device.
        kept: bool,
    },
    /// Up to date, and nothing can be written from here.
    WatchOnly,
}

impl Inner {
    /// What the relay has acknowledged need not be remembered, nor kept open for its sake.
    pub(super) fn forget_what_has_arrived(&mut self, now_ms: u64) {
        let has_arrived = |document: &String| self.session.is_acknowledged(document);
        let (arrived, unsent) = std::mem::take(&mut self.unsent)
            .into_iter()
            .partition::<BTreeSet<_>, _>(has_arrived);
        self.unsent = unsent;
        if !arrived.is_empty() {
            self.remember_unsent();
        }
        for document in arrived {
            self.put_away(&document, now_ms);
        }
    }

    pub(super) fn remember_unsent(&self) {
        let unsent: Vec<&str> = self.unsent.iter().map(String::as_str).collect();
        let name = unsent_name(&self.workshop);
        if unsent.is_empty() {
            self.ports.settings.forget(&name);
        } else {
            self.ports.settings.set(&name, &unsent.join(" "));
        }
    }

    /// One word for all open documents: the least safe of them.
    pub(super) fn judge(&self) -> SaveState {
        let statuses = || {
            self.documents
                .0
                .keys()
                .map(|document| self.session.status(document))
        };
        let kept = !self.unkept && self.keeping == 0;
        let any_unsent = |status: Status| {
            let mut unsent = self.unsent.iter();
            unsent.any(|document| self.session.status(document) == status)
        };
        if statuses().any(|status| matches!(status, Status::Offline)) {
            SaveState::Offline { kept }
        } else if any_unsent(Status::Refused) {
            SaveState::Refused { kept }
        } else if any_unsent(Status::ReadOnly) {
            SaveState::Held { kept }
        } else if !self.unsent.is_empty() || statuses().any(|status| status == Status::Saving) {
            SaveState::Saving
        } else if statuses().any(|status| status == Status::Connecting) {
            SaveState::Connecting
        } else if statuses().all(|status| status == Status::ReadOnly) {
            SaveState::WatchOnly
        } else {
            SaveState::Saved
        }
    }
}

/// Where a device remembers which documents of a workshop those are.
pub(super) fn unsent_name(workshop: &str) -> String {
    format!("unsent.{workshop}")
}
