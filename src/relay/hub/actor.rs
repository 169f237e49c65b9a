//! Drives one [`Room`]: takes in what arrives, carries out what the room wants.
//!
//! One task a room. If it should panic, its sessions are closed with 1013, the hub forgets it, and
//! the next to join starts it again from its log.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sync::wire::close;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::mpsc;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep_until};
use workshop::address::{DocumentAddress, DocumentKind};

use super::{Hub, Input};
use crate::access::rights;
use crate::clock::unix_ms;
use crate::connection::outbox::Outbox;
use crate::rights::Pass;
use crate::room::stored::{self, Size};
use crate::room::{Output, Room, SessionId};
use crate::store::{Answer, Generation, Sequence, Store, StoreError, StoredDocument};

/// The most messages taken in at once; what arrived together leaves together.
const BATCH: usize = 256;

pub(super) struct Actor {
    hub: Arc<Hub>,
    document: DocumentAddress,
    generation: u64,
    room: Room,
    inputs: mpsc::Receiver<Input>,
    outboxes: Outboxes,
    append: Option<Answer<Sequence>>,
    /// When the append under way was asked for.
    append_began: Instant,
    load: Option<(Generation, BoxFuture<'static, Loaded>)>,
    compaction: Option<BoxFuture<'static, Option<Size>>>,
}

/// What came of loading a document.
enum Loaded {
    Document(StoredDocument),
    /// It is new, and the workshop has as many documents as it may have.
    OneTooMany,
    Failed(StoreError),
}

/// The outboxes of a room's sessions. Whoever is left when the room ends is asked to come back.
#[derive(Default)]
struct Outboxes(HashMap<SessionId, Outbox>);

impl Drop for Outboxes {
    fn drop(&mut self) {
        for outbox in self.0.values() {
            outbox.close(close::COME_BACK_LATER, "Please try again.");
        }
    }
}

impl Actor {
    pub(super) fn spawn(
        hub: Arc<Hub>,
        document: DocumentAddress,
        generation: u64,
        inputs: mpsc::Receiver<Input>,
        alive: mpsc::Sender<()>,
    ) {
        let memory = hub.memory.share(&document.workshop);
        let now_ms = hub.clock.now_ms();
        let mut actor = Self {
            room: Room::new(now_ms, &document.to_string(), &hub.limits, memory),
            hub: hub.clone(),
            document: document.clone(),
            generation,
            inputs,
            outboxes: Outboxes::default(),
            append: None,
            append_began: Instant::now(),
            load: None,
            compaction: None,
        };
        tokio::spawn(async move {
            let run = AssertUnwindSafe(actor.run()).catch_unwind().await;
            hub.forget(&document, generation);
            if run.is_err() {
                tracing::error!(%document, "the room failed and will be started again from its log");
            }
            drop(alive);
        });
    }

    async fn run(&mut self) {
        let mut inputs = Vec::with_capacity(BATCH);
        let mut open = true;
        let mut sleep = Box::pin(sleep_until(Instant::now()));
        loop {
            self.carry_out();
            let now_ms = self.hub.clock.now_ms();
            if self.may_end(now_ms, open) {
                return;
            }
            let wake = self.hub.clock.instant(self.room.poll_timeout());
            if sleep.deadline() != wake {
                sleep.as_mut().reset(wake);
            }
            tokio::select! {
                result = ready(&mut self.append) => {
                    self.append = None;
                    self.handle_appended(result);
                }
                (generation, loaded) = ready_load(&mut self.load) => {
                    self.load = None;
                    self.handle_loaded(generation, &loaded);
                }
                made = ready(&mut self.compaction) => {
                    self.compaction = None;
                    self.room.handle_compacted(made);
                }
                count = self.inputs.recv_many(&mut inputs, BATCH), if open => {
                    open = count > 0;
                    let now_ms = self.hub.clock.now_ms();
                    for input in inputs.drain(..) {
                        self.handle_input(now_ms, input);
                    }
                }
                () = sleep.as_mut() => self.room.handle_timeout(self.hub.clock.now_ms()),
            }
            let now_ms = self.hub.clock.now_ms();
            if self.room.is_slow() {
                beside_others(|| self.room.flush(now_ms));
            } else {
                self.room.flush(now_ms);
            }
            self.hub.measures.add(&self.room.take_tally());
        }
    }

    /// Whether to end now; if so, the hub has forgotten this room, and whoever is just joining will
    /// find that out.
    fn may_end(&mut self, now_ms: u64, open: bool) -> bool {
        if !open {
            return self.room.is_settled();
        }
        if !self.room.is_done(now_ms) || !self.inputs.is_empty() {
            return false;
        }
        self.hub.forget(&self.document, self.generation);
        true
    }

    fn handle_input(&mut self, now_ms: u64, input: Input) {
        match input {
            Input::Join {
                session,
                member,
                outbox,
                joined,
            } => {
                self.outboxes.0.insert(session, outbox);
                self.room.handle_join(session, member);
                // Whoever asked may have gone meanwhile, and nobody would tell the room.
                if joined.send(()).is_err() {
                    self.leave(now_ms, session);
                }
            }
            Input::Frame(session, frame) => self.room.handle_frame(now_ms, session, frame),
            Input::Leave(session) => self.leave(now_ms, session),
            Input::Deleted => self.handle_deleted(),
            Input::Changed(workshop) => {
                let kind = &self.document.kind;
                let rights = |pass: &Pass| rights(&workshop, pass, kind);
                self.room.handle_rights(rights);
                if *kind == DocumentKind::Plan {
                    self.room.tell_locks(&workshop.locked.news());
                }
            }
        }
    }

    fn handle_deleted(&mut self) {
        // Whatever the store still answers is of no interest: it has refused or forgotten it.
        self.append = None;
        self.load = None;
        self.compaction = None;
        self.room.handle_deleted();
    }

    fn leave(&mut self, now_ms: u64, session: SessionId) {
        self.outboxes.0.remove(&session);
        self.room.handle_leave(now_ms, session);
    }

    fn handle_appended(&mut self, result: Result<Sequence, StoreError>) {
        match result {
            Ok(last) => {
                self.hub.measures.committed(self.append_began.elapsed());
                self.room.handle_committed(last);
            }
            Err(StoreError::NoWorkshop) => self.handle_deleted(),
            Err(error) => {
                self.hub.measures.commit_failed();
                tracing::error!(document = %self.document, %error, "not stored, will try again");
                self.room.handle_append_failed(self.hub.clock.now_ms());
            }
        }
    }

    fn handle_loaded(&mut self, generation: Generation, loaded: &Loaded) {
        let now_ms = self.hub.clock.now_ms();
        match loaded {
            Loaded::Document(stored) => {
                beside_others(|| self.room.handle_loaded(now_ms, generation, stored));
            }
            Loaded::OneTooMany => self.room.handle_one_too_many(),
            Loaded::Failed(StoreError::NoWorkshop) => self.handle_deleted(),
            Loaded::Failed(error) => {
                tracing::error!(document = %self.document, %error, ?generation, "could not be loaded");
                match error {
                    StoreError::Damaged(_) => self.room.handle_damaged(generation),
                    _ => self.room.handle_load_failed(),
                }
            }
        }
    }

    /// Does what the room wants. What it has for one socket is queued first and then written together.
    fn carry_out(&mut self) {
        let mut filled = Vec::new();
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Send(session, frame) => {
                    if let Some(outbox) = self.outboxes.0.get(&session)
                        && outbox.push(frame)
                    {
                        filled.push(outbox.clone());
                    }
                }
                Output::Close(session, code, reason) => {
                    if let Some(outbox) = self.outboxes.0.remove(&session) {
                        outbox.close(code, reason);
                    }
                }
                Output::Append(updates) => {
                    self.append_began = Instant::now();
                    let now_ms = unix_ms();
                    let append = self.hub.store.append(&self.document, updates, now_ms);
                    self.append = Some(append);
                }
                Output::Load(generation) => {
                    let store = self.hub.store.clone();
                    let most = self.hub.limits.documents_per_workshop;
                    let load = load(store, self.document.clone(), generation, most);
                    self.load = Some((generation, load.boxed()));
                }
                Output::Compact => {
                    let compaction = compact(self.hub.clone(), self.document.clone());
                    self.compaction = Some(compaction.boxed());
                }
            }
        }
        for outbox in filled {
            outbox.flush();
        }
    }
}

/// Does what may take long, while other rooms of this thread go on in another.
fn beside_others<T>(act: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => block_in_place(act),
        _ => act(),
    }
}

async fn load(
    store: Arc<dyn Store>,
    document: DocumentAddress,
    generation: Generation,
    most_documents: usize,
) -> Loaded {
    let stored = match store.load(&document, generation).await {
        Ok(stored) => stored,
        Err(error) => return Loaded::Failed(error),
    };
    if stored.last == 0 {
        match store.document_count(&document.workshop).await {
            Ok(count) if count >= most_documents => return Loaded::OneTooMany,
            Ok(_) => {}
            Err(error) => return Loaded::Failed(error),
        }
    }
    Loaded::Document(stored)
}

/// Makes a snapshot of what is stored, lets the store trim the log, and gives the snapshot's size. A
/// failure is no loss: the log stays as it is. One is made after the other, since each has a document
/// in memory a second time.
async fn compact(hub: Arc<Hub>, document: DocumentAddress) -> Option<Size> {
    // The turns are never closed, so this does nothing but wait.
    let _turn = hub.snapshots.acquire().await;
    let store = &hub.store;
    tracing::info!(%document, "a snapshot is being made");
    let result = async {
        let stored = store.load(&document, Generation::Newest).await?;
        let compacted = tokio::task::spawn_blocking(move || stored::compact(&stored)).await;
        match compacted {
            Ok(Ok((snapshot, size))) => {
                store.save_snapshot(&document, snapshot).await?;
                Ok(size)
            }
            Ok(Err(broken)) => Err(StoreError::Unavailable(broken.to_string())),
            Err(failed) => Err(StoreError::Unavailable(failed.to_string())),
        }
    };
    match result.await {
        Ok(size) => {
            tracing::info!(%document, "a snapshot was kept");
            Some(size)
        }
        // It was deleted meanwhile.
        Err(StoreError::NoWorkshop) => None,
        Err(error) => {
            tracing::error!(%document, %error, "no snapshot was made, the log is kept");
            None
        }
    }
}

/// Waits for what is under way; for ever when nothing is.
async fn ready<T>(slot: &mut Option<impl Future<Output = T> + Unpin>) -> T {
    match slot {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

async fn ready_load(
    slot: &mut Option<(Generation, BoxFuture<'static, Loaded>)>,
) -> (Generation, Loaded) {
    match slot {
        Some((generation, load)) => (*generation, load.await),
        None => std::future::pending().await,
    }
}
