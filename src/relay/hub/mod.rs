//! The rooms that are in memory, by the address of their document.
//!
//! A room is loaded once however many join at the same moment, lives in a task of its own
//! (`actor.rs`), and is forgotten when it has been empty for a while. The lock here is taken
//! when a session joins and when a room ends, never for a message.

mod actor;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::sync::{Semaphore, mpsc, oneshot};
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use crate::clock::Clock;
use crate::config::Limits;
use crate::connection::outbox::Outbox;
use crate::measures::Measures;
use crate::memory::Memory;
use crate::room::{NewMember, SessionId};
use crate::store::{Store, WorkshopRecord};
use actor::Actor;

/// How many messages may wait for a room before its senders do. A sender that waits stops reading
/// its socket, so the room's load is felt by those who cause it.
const INBOX: usize = 512;

pub(crate) struct Hub {
    rooms: Mutex<HashMap<DocumentAddress, Entry>>,
    store: Arc<dyn Store>,
    limits: Limits,
    memory: Arc<Memory>,
    /// Whose turn it is to make a snapshot.
    snapshots: Semaphore,
    pub(crate) measures: Arc<Measures>,
    clock: Clock,
    next: AtomicU64,
    /// Every room's task holds a clone; the last one gone means that all rooms have ended.
    alive: Mutex<Option<mpsc::Sender<()>>>,
}

struct Entry {
    inbox: mpsc::Sender<Input>,
    /// Tells this room from a later one of the same document.
    generation: u64,
}

enum Input {
    Join {
        session: SessionId,
        member: NewMember,
        outbox: Outbox,
        joined: oneshot::Sender<()>,
    },
    Frame(SessionId, Bytes),
    Leave(SessionId),
    /// The workshop was deleted from the store.
    Deleted,
    /// The workshop's keys or locks are others now.
    Changed(Arc<WorkshopRecord>),
}

/// The room has ended; its sessions have been or are being closed.
#[derive(Debug)]
pub(crate) struct RoomGone;

/// A session's place in a room.
pub(crate) struct Seat {
    session: SessionId,
    inbox: mpsc::Sender<Input>,
}

impl Seat {
    /// Hands a frame to the room; waits when the room has too much to do.
    pub(crate) async fn frame(&self, frame: Bytes) -> Result<(), RoomGone> {
        let input = Input::Frame(self.session, frame);
        self.inbox.send(input).await.map_err(|_| RoomGone)
    }

    /// Leaves the room.
    pub(crate) async fn leave(self) {
        // A room that is gone has forgotten everyone.
        let _ = self.inbox.send(Input::Leave(self.session)).await;
    }
}

impl Hub {
    pub(crate) fn new(store: Arc<dyn Store>, limits: Limits) -> (Arc<Self>, mpsc::Receiver<()>) {
        let (alive, ended) = mpsc::channel(1);
        let hub = Self {
            rooms: Mutex::default(),
            store,
            memory: Memory::new(limits.memory_bytes),
            limits,
            snapshots: Semaphore::new(1),
            measures: Arc::new(Measures::new()),
            clock: Clock::new(),
            next: AtomicU64::new(1),
            alive: Mutex::new(Some(alive)),
        };
        (Arc::new(hub), ended)
    }

    /// Joins the room of a document, loading it when it is not in memory.
    ///
    /// # Errors
    /// When the relay is shutting down.
    pub(crate) async fn join(
        self: &Arc<Self>,
        document: &DocumentAddress,
        member: NewMember,
        outbox: Outbox,
    ) -> Result<Seat, RoomGone> {
        let session = SessionId(self.next.fetch_add(1, Ordering::Relaxed));
        loop {
            let inbox = self.inbox_of(document).ok_or(RoomGone)?;
            let (joined, mut answer) = oneshot::channel();
            let join = Input::Join {
                session,
                member: member.clone(),
                outbox: outbox.clone(),
                joined,
            };
            // The room may end between these lines; the next round then finds it gone. A message that
            // reaches an inbox just as its room has emptied it for the last time is neither read nor
            // dropped, so its answer alone would be waited for in vain.
            if inbox.send(join).await.is_ok() {
                let joined = tokio::select! {
                    biased;
                    joined = &mut answer => joined.is_ok(),
                    () = inbox.closed() => answer.try_recv().is_ok(),
                };
                if joined {
                    return Ok(Seat { session, inbox });
                }
            }
        }
    }

    fn inbox_of(self: &Arc<Self>, document: &DocumentAddress) -> Option<mpsc::Sender<Input>> {
        let mut rooms = self.rooms();
        if let Some(entry) = rooms.get(document)
            && !entry.inbox.is_closed()
        {
            return Some(entry.inbox.clone());
        }
        let alive = lock(&self.alive).clone()?;
        let generation = self.next.fetch_add(1, Ordering::Relaxed);
        let (inbox, inputs) = mpsc::channel(INBOX);
        let entry = Entry {
            inbox: inbox.clone(),
            generation,
        };
        rooms.insert(document.clone(), entry);
        Actor::spawn(self.clone(), document.clone(), generation, inputs, alive);
        Some(inbox)
    }

    /// Forgets a room, unless a later one has taken its place.
    fn forget(&self, document: &DocumentAddress, generation: u64) {
        let mut rooms = self.rooms();
        if rooms
            .get(document)
            .is_some_and(|entry| entry.generation == generation)
        {
            rooms.remove(document);
        }
    }

    /// Ends the rooms of a workshop that the store has deleted. A room that begins meanwhile finds out
    /// by itself: the store has nothing for it and takes nothing from it.
    pub(crate) async fn end_workshop(&self, workshop: &WorkshopId) {
        self.tell_rooms(workshop, || Input::Deleted).await;
    }

    /// Tells the rooms of a workshop that its keys or locks are others now. What is handed to a room
    /// after this is handled by what the workshop says now.
    pub(crate) async fn handle_changed(&self, workshop: WorkshopRecord) {
        let workshop = Arc::new(workshop);
        self.tell_rooms(&workshop.id, || Input::Changed(workshop.clone()))
            .await;
    }

    async fn tell_rooms(&self, workshop: &WorkshopId, what: impl Fn() -> Input) {
        let inboxes: Vec<_> = self
            .rooms()
            .iter()
            .filter(|(document, _)| document.workshop == *workshop)
            .map(|(_, entry)| entry.inbox.clone())
            .collect();
        // A room that has ended by itself needs not be told.
        join_all(inboxes.iter().map(|inbox| inbox.send(what()))).await;
    }

    /// Lets no more rooms begin. Those there are end once everyone has left and all is durable.
    pub(crate) fn close(&self) {
        *lock(&self.alive) = None;
        self.rooms().clear();
    }

    /// How many rooms are in memory, and how many messages wait for them.
    pub(crate) fn rooms_and_waiting(&self) -> (usize, usize) {
        let rooms = self.rooms();
        let waiting = rooms.values().map(|room| INBOX - room.inbox.capacity());
        (rooms.len(), waiting.sum())
    }

    /// How many rooms are in memory.
    #[cfg(test)]
    pub(crate) fn room_count(&self) -> usize {
        self.rooms().len()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<DocumentAddress, Entry>> {
        lock(&self.rooms)
    }
}

/// What these locks guard is whole between any two statements, so a panic elsewhere while one was
/// held is no reason to refuse everyone from then on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
