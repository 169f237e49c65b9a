//! The door: which document a key opens, and as what.
//!
//! Every way in, HTTP or WebSocket, asks here, and so codes that lead to a key are kept here. This
//! file must never give a document to someone whose key was not compared with the workshop's own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync::wire::close;
use workshop::address::{DocumentAddress, DocumentKind};
use workshop::id::WorkshopId;

use crate::clock::Clock;
use crate::codes::{Code, Codes, Unknown};
use crate::keys::Key;
use crate::rights::{Locked, Pass, Rights, Role};
use crate::store::{Store, WorkshopRecord};

/// Why the door stays shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    /// There is no such workshop.
    UnknownWorkshop,
    /// The key is not one of this workshop's.
    WrongKey,
    /// The key is one of this workshop's, but not the facilitator's.
    NotAFacilitator,
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
            Self::NotAFacilitator | Self::UnknownDocument => close::NOT_ALLOWED,
            Self::StoreFailed => close::COME_BACK_LATER,
        }
    }

    /// The sentence for people, short enough for a close frame.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::UnknownWorkshop => "There is no workshop here. Please check the link.",
            Self::WrongKey => "This link does not open this workshop, or no longer does.",
            Self::NotAFacilitator => "Only the facilitator's link may do this.",
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
    /// How many changes there had been when the workshop was read.
    pub(crate) changes: Changes,
}

/// A document that has been opened.
pub(crate) struct OpenedDocument {
    pub(crate) address: DocumentAddress,
    pub(crate) pass: Pass,
    pub(crate) rights: Rights,
    /// What is locked, where that is to be told: at the plan.
    pub(crate) locked: Option<Locked>,
    pub(crate) changes: Changes,
}

/// How many times the rules of any workshop have changed at this relay. Whoever was let in by what
/// the store said before a change, and was not yet inside when the rooms were told of it, finds out
/// by comparing two of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Changes(u64);

/// What a session that came in with `pass` may do with a document of its workshop, by what the
/// workshop says now; `None` if its key opens nothing any more. The door and the rooms both ask here.
pub(crate) fn rights(
    workshop: &WorkshopRecord,
    pass: &Pass,
    kind: &DocumentKind,
) -> Option<Rights> {
    let is_current = workshop.lock.hashes[pass.role as usize] == pass.key;
    is_current.then(|| pass.role.rights(kind, &workshop.locked))
}

/// The door of one relay.
pub(crate) struct Door {
    store: Arc<dyn Store>,
    clock: Clock,
    memory: Mutex<Memory>,
}

/// What the door keeps in memory, under one lock, so that a code is never remembered by what was read
/// before a change.
#[derive(Default)]
struct Memory {
    codes: Codes,
    changes: Changes,
}

impl Door {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            clock: Clock::new(),
            memory: Mutex::default(),
        }
    }

    /// Opens a workshop.
    pub(crate) async fn open_workshop(&self, workshop: &str, key: &str) -> Result<Opened, Shut> {
        let id = WorkshopId::parse(workshop).map_err(|_| Shut::UnknownWorkshop)?;
        loop {
            let changes = self.memory().changes;
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
            let mut memory = self.memory();
            if memory.changes != changes {
                continue;
            }
            let code = participant.and_then(|(_, key)| memory.codes.remember(now_ms, &id, key));
            drop(memory);
            return Ok(Opened {
                workshop,
                role,
                keys,
                code,
                changes,
            });
        }
    }

    /// Opens a workshop for its facilitator: for whatever only she may do.
    pub(crate) async fn open_as_facilitator(
        &self,
        workshop: &str,
        key: &str,
    ) -> Result<WorkshopRecord, Shut> {
        let opened = self.open_workshop(workshop, key).await?;
        if opened.role == Role::Facilitator {
            Ok(opened.workshop)
        } else {
            Err(Shut::NotAFacilitator)
        }
    }

    /// Opens a document by its name on the wire.
    pub(crate) async fn open_document(
        &self,
        document: &str,
        key: &str,
    ) -> Result<OpenedDocument, Shut> {
        let workshop = document.split('/').next().unwrap_or_default();
        let opened = self.open_workshop(workshop, key).await?;
        let address: DocumentAddress = document.parse().map_err(|_| Shut::UnknownDocument)?;
        let pass = Pass {
            role: opened.role,
            key: opened.workshop.lock.hashes[opened.role as usize],
        };
        let rights = rights(&opened.workshop, &pass, &address.kind).ok_or(Shut::WrongKey)?;
        let locked = (address.kind == DocumentKind::Plan).then_some(opened.workshop.locked);
        Ok(OpenedDocument {
            address,
            pass,
            rights,
            locked,
            changes: opened.changes,
        })
    }

    /// The store says something else of a workshop than before.
    pub(crate) fn handle_changed(&self) {
        self.memory().changes.0 += 1;
    }

    /// The same, and what is new is the key of this role.
    pub(crate) fn handle_key_replaced(&self, workshop: &WorkshopId, role: Role) {
        let mut memory = self.memory();
        memory.changes.0 += 1;
        if role == Role::Participant {
            memory.codes.forget(workshop);
        }
    }

    /// Whether anything has changed since then.
    pub(crate) fn has_changed_since(&self, changes: Changes) -> bool {
        self.memory().changes != changes
    }

    /// The workshop and participant key that a code leads to.
    pub(crate) fn find(&self, code: &Code) -> Result<(WorkshopId, Key), Unknown> {
        let now_ms = self.clock.now_ms();
        self.memory().codes.find(now_ms, code)
    }

    /// All of it is whole between any two statements, so a panic elsewhere is no reason to give it
    /// up.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
