//! The door: which document a key opens, and as what.
//!
//! Every way in, HTTP or WebSocket, asks here, and so codes that lead to a key are kept here. This
//! file must never give a document to someone whose key was not compared with the workshop's own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync::wire::close;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use crate::clock::Clock;
use crate::codes::{Code, Codes, Unknown};
use crate::keys::Key;
use crate::rights::Role;
use crate::store::{Store, WorkshopRecord};

/// Why the door stays shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    /// There is no such workshop.
    UnknownWorkshop,
    /// The key is not one of this workshop's.
    WrongKey,
    /// The workshop has no such document.
    UnknownDocument,
    /// The store could not be asked.
    StoreFailed,
}

impl Shut {
    /// The close code that says so.
    pub(crate) fn close_code(self) -> u16 {
        match self {
            Self::UnknownWorkshop => close::DELETED,
            Self::WrongKey => close::KEY_REVOKED,
            Self::UnknownDocument => close::NOT_ALLOWED,
            Self::StoreFailed => close::COME_BACK_LATER,
        }
    }

    /// The sentence for people, short enough for a close frame.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::UnknownWorkshop => "There is no workshop here. Please check the link.",
            Self::WrongKey => "This link does not open this workshop, or no longer does.",
            Self::UnknownDocument => "This workshop has no such document.",
            Self::StoreFailed => "The relay cannot read its store just now. Please try again.",
        }
    }
}

/// A workshop that has been opened.
pub(crate) struct Opened {
    pub(crate) workshop: WorkshopRecord,
    pub(crate) role: Role,
    /// The keys that may be handed on, with their roles.
    pub(crate) keys: Vec<(Role, Key)>,
    /// The code of the participant key, if that is among them.
    pub(crate) code: Option<Code>,
}

/// The door of one relay.
pub(crate) struct Door {
    store: Arc<dyn Store>,
    clock: Clock,
    codes: Mutex<Codes>,
}

impl Door {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            clock: Clock::new(),
            codes: Mutex::default(),
        }
    }

    /// Opens a workshop.
    pub(crate) async fn open_workshop(&self, workshop: &str, key: &str) -> Result<Opened, Shut> {
        let id = WorkshopId::parse(workshop).map_err(|_| Shut::UnknownWorkshop)?;
        let workshop = match self.store.workshop(&id).await {
            Ok(Some(workshop)) => workshop,
            Ok(None) => return Err(Shut::UnknownWorkshop),
            Err(_) => return Err(Shut::StoreFailed),
        };
        let key = Key::parse(key).ok_or(Shut::WrongKey)?;
        let role = workshop.lock.role_of(&key).ok_or(Shut::WrongKey)?;
        let keys = workshop.lock.unseal(&id, role, &key);
        // This is the moment at which the relay holds the participant key in the clear.
        let participant = keys.iter().find(|(role, _)| *role == Role::Participant);
        let now_ms = self.clock.now_ms();
        let code = participant.and_then(|(_, key)| self.codes().remember(now_ms, &id, key));
        Ok(Opened {
            workshop,
            role,
            keys,
            code,
        })
    }

    /// Opens a document by its name on the wire.
    pub(crate) async fn open_document(
        &self,
        document: &str,
        key: &str,
    ) -> Result<(DocumentAddress, Role), Shut> {
        let workshop = document.split('/').next().unwrap_or_default();
        let opened = self.open_workshop(workshop, key).await?;
        let address = document.parse().map_err(|_| Shut::UnknownDocument)?;
        Ok((address, opened.role))
    }

    /// The workshop and participant key that a code leads to.
    pub(crate) fn find(&self, code: &Code) -> Result<(WorkshopId, Key), Unknown> {
        let now_ms = self.clock.now_ms();
        self.codes().find(now_ms, code)
    }

    /// The codes are whole between any two statements, so a panic elsewhere is no reason to give
    /// them up.
    fn codes(&self) -> MutexGuard<'_, Codes> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
