//! The door: which document a key opens, and as what.
//!
//! Every way in, HTTP or WebSocket, asks here. This file must never give a document to someone
//! whose key was not compared with the workshop's own.

use sync::wire::close;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

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
    pub(crate) key: Key,
}

/// Opens a workshop.
pub(crate) async fn open_workshop(
    store: &dyn Store,
    workshop: &str,
    key: &str,
) -> Result<Opened, Shut> {
    let id = WorkshopId::parse(workshop).map_err(|_| Shut::UnknownWorkshop)?;
    let workshop = match store.workshop(&id).await {
        Ok(Some(workshop)) => workshop,
        Ok(None) => return Err(Shut::UnknownWorkshop),
        Err(_) => return Err(Shut::StoreFailed),
    };
    let key = Key::parse(key).ok_or(Shut::WrongKey)?;
    let role = workshop.lock.role_of(&key).ok_or(Shut::WrongKey)?;
    Ok(Opened {
        workshop,
        role,
        key,
    })
}

/// Opens a document by its name on the wire.
pub(crate) async fn open_document(
    store: &dyn Store,
    document: &str,
    key: &str,
) -> Result<(DocumentAddress, Role), Shut> {
    let workshop = document.split('/').next().unwrap_or_default();
    let opened = open_workshop(store, workshop, key).await?;
    let address = document.parse().map_err(|_| Shut::UnknownDocument)?;
    Ok((address, opened.role))
}
