//! What a facilitator changes for everyone in a workshop.
//!
//! The store comes first, then the door, then the rooms, and only then is whoever asked told that it
//! is done: from then on nothing is handled by the old rules. One change is made at a time, so that
//! the rooms hear of changes in their order. This file must never change a document.

use std::sync::Arc;

use tokio::sync::Mutex;
use workshop::id::{BoardId, WorkshopId};

use crate::access::Shut;
use crate::connection::Context;
use crate::keys::Key;
use crate::refusal::Limit;
use crate::rights::{Locked, Role};
use crate::store::{Store, StoreError, WorkshopRecord};

/// Makes changes at one relay. Clones share the turn.
#[derive(Clone)]
pub(crate) struct Change {
    context: Arc<Context>,
    store: Arc<dyn Store>,
    /// Held while a change is made.
    turn: Arc<Mutex<()>>,
}

/// What is to be locked or unlocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Every board, whatever is said of each.
    Workshop(bool),
    /// One board, whether it is there already or not.
    Board(BoardId, bool),
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotChanged {
    /// The door stays shut.
    Shut(Shut),
    /// More boards would be locked than the workshop may have.
    TooManyBoards,
    /// The store could not do it, or what it holds of the keys is damaged.
    StoreFailed,
}

impl From<Shut> for NotChanged {
    fn from(shut: Shut) -> Self {
        Self::Shut(shut)
    }
}

impl Change {
    pub(crate) fn new(context: Arc<Context>, store: Arc<dyn Store>) -> Self {
        Self {
            context,
            store,
            turn: Arc::default(),
        }
    }

    async fn open(&self, workshop: &str, facilitator: &str) -> Result<WorkshopRecord, Shut> {
        let door = &self.context.door;
        door.open_as_facilitator(workshop, facilitator).await
    }

    /// Makes a new key for a role. Whoever is inside with the old one is thrown out, a facilitator
    /// too.
    ///
    /// # Errors
    /// [`NotChanged`], and then everything is as it was.
    pub(crate) async fn replace_key(
        &self,
        workshop: String,
        facilitator: String,
        role: Role,
    ) -> Result<(WorkshopId, Key), NotChanged> {
        let change = self.clone();
        to_its_end(async move {
            let _turn = change.turn.lock().await;
            let workshop = change.open(&workshop, &facilitator).await?;
            let id = workshop.id.clone();
            let facilitator = Key::parse(&facilitator).ok_or(Shut::WrongKey)?;
            let key = Key::random();
            let lock = workshop.lock.with_key(&id, &facilitator, role, &key);
            let lock = lock.ok_or(NotChanged::StoreFailed)?;
            let stored = change.store.replace_keys(&id, lock.clone()).await;
            stored.map_err(|error| not_stored(&id, &error))?;
            change.context.door.handle_key_replaced(&id, role);
            let workshop = WorkshopRecord { lock, ..workshop };
            change.context.hub.handle_changed(workshop).await;
            tracing::info!(workshop = %id, %role, "a key was replaced");
            Ok((id, key))
        })
        .await
    }

    /// Locks or unlocks a board or all of them. Gives what is locked from then on.
    ///
    /// # Errors
    /// [`NotChanged`], and then everything is as it was.
    pub(crate) async fn lock(
        &self,
        workshop: String,
        facilitator: String,
        wanted: Wanted,
    ) -> Result<Locked, NotChanged> {
        let change = self.clone();
        to_its_end(async move {
            let _turn = change.turn.lock().await;
            let workshop = change.open(&workshop, &facilitator).await?;
            let id = workshop.id.clone();
            let mut locked = workshop.locked.clone();
            match wanted {
                Wanted::Workshop(is_locked) => locked.workshop = is_locked,
                Wanted::Board(board, true) => {
                    locked.boards.insert(board);
                }
                Wanted::Board(board, false) => {
                    locked.boards.remove(&board);
                }
            }
            if locked.boards.len() > change.context.limits.documents_per_workshop {
                Limit::DocumentsPerWorkshop.note(&change.context.hub.measures);
                return Err(NotChanged::TooManyBoards);
            }
            let stored = change.store.replace_locked(&id, locked.clone()).await;
            stored.map_err(|error| not_stored(&id, &error))?;
            change.context.door.handle_changed();
            let workshop = WorkshopRecord {
                locked: locked.clone(),
                ..workshop
            };
            change.context.hub.handle_changed(workshop).await;
            Ok(locked)
        })
        .await
    }
}

/// Goes on when whoever asked has hung up: what is in the store must reach the rooms.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, NotChanged>> + Send + 'static,
) -> Result<T, NotChanged> {
    let done = tokio::spawn(work).await;
    done.unwrap_or(Err(NotChanged::StoreFailed))
}

fn not_stored(workshop: &WorkshopId, error: &StoreError) -> NotChanged {
    if *error == StoreError::NoWorkshop {
        return Shut::UnknownWorkshop.into();
    }
    tracing::error!(%workshop, %error, "a change could not be stored");
    NotChanged::StoreFailed
}
