//! One document of the session: how far the exchange with the relay has come.
//!
//! Owns what is awaited of the relay and the status that follows from it. Must never call a
//! document saved that the relay has not acknowledged in full: [`Document::status`] is the one
//! place where that is decided.

use super::link::Link;
use super::own_presence::OwnPresence;
use super::{Access, Status};
use crate::presence::PresenceTable;

/// One open document.
pub(super) struct Document {
    pub(super) own_presence: OwnPresence,
    pub(super) others: PresenceTable<()>,
    pub(super) exchange: Exchange,
    /// The status last told.
    pub(super) told: Status,
}

/// What has passed over the present connection. A new connection begins anew.
#[derive(Default)]
pub(super) struct Exchange {
    pub(super) access: Access,
    /// How this replica's own step 1 fares.
    pub(super) inbound: Inbound,
    /// The own presence has been said on this connection, if there was any.
    pub(super) is_introduced: bool,
    /// The relay's first step 1 since this key may write has been answered, so the relay was sent all
    /// that it lacked, and everything that was written since.
    pub(super) has_answered: bool,
    /// Steps 2 and updates sent whose status has not come.
    pub(super) awaited: u32,
    /// A status of 0 has come.
    pub(super) was_refused: bool,
}

/// Whether this replica has what the relay has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Inbound {
    /// No step 1 has been sent.
    #[default]
    Unasked,
    /// A step 1 has been sent, for the first time or because of a hole.
    Asked,
    /// The step 2 has been applied, and every update since.
    Received,
}

impl Exchange {
    /// Whether the relay lets this device read and has yet to send what it lacks.
    pub(super) fn is_loading(&self) -> bool {
        let may_read = matches!(self.access, Access::ReadOnly | Access::ReadWrite);
        may_read && self.inbound == Inbound::Asked
    }

    /// The relay has said what may be done here, for the first time or anew. Gives whether what was
    /// read only may be written again: then the relay is to be sent all that it lacks once more,
    /// since it took nothing meanwhile (S-18).
    pub(super) fn take_grant(&mut self, read_only: bool) -> bool {
        let before = self.access;
        self.access = match before {
            _ if read_only => Access::ReadOnly,
            // What cannot be sent has nothing to do with what may be.
            Access::Unsendable => Access::Unsendable,
            _ => Access::ReadWrite,
        };
        let is_freed = before == Access::ReadOnly && !read_only;
        if is_freed {
            self.has_answered = false;
            self.was_refused = false;
        }
        is_freed
    }

    /// Something was written here. Where it may not be sent, the relay has been sent all that it lacked
    /// no more.
    pub(super) fn note_edit(&mut self) {
        if self.access != Access::ReadWrite {
            self.has_answered = false;
        }
    }

    /// Whether the relay has taken everything that was written here, durably.
    pub(super) fn is_acknowledged(&self) -> bool {
        self.has_answered && self.awaited == 0 && !self.was_refused
    }
}

impl Document {
    pub(super) fn new(client: u64) -> Self {
        Self {
            own_presence: OwnPresence::new(client),
            others: PresenceTable::of_one_source(),
            exchange: Exchange::default(),
            told: Status::Offline,
        }
    }

    /// Whether an update made here may be sent now (S-2).
    pub(super) fn may_send(&self) -> bool {
        self.exchange.access == Access::ReadWrite && self.exchange.has_answered
    }

    /// What may be shown for this document (S-5, S-7).
    pub(super) fn status(&self, link: &Link, has_failed: bool) -> Status {
        match link {
            Link::Stopped => return Status::Refused,
            Link::Idle | Link::Waiting { .. } => return Status::Offline,
            // Attempts that follow a failure do not make a device any less offline.
            Link::Connecting { .. } if has_failed => return Status::Offline,
            Link::Connecting { .. } => return Status::Connecting,
            Link::Open(_) => {}
        }
        let exchange = &self.exchange;
        match exchange.access {
            Access::Denied | Access::Unsendable => Status::Refused,
            Access::ReadWrite if exchange.was_refused => Status::Refused,
            Access::Asked => Status::Connecting,
            _ if exchange.inbound != Inbound::Received => Status::Connecting,
            Access::ReadOnly => Status::ReadOnly,
            Access::ReadWrite if exchange.is_acknowledged() => Status::Saved,
            Access::ReadWrite => Status::Saving,
        }
    }
}
