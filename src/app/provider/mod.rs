//! Drives [`sync::session::Session`] with this device's socket, clock and vault.
//!
//! It owns the open documents and the order in which things happen to them:
//! 1. an edit is in the document first, then on its way to the vault, then to the relay;
//! 2. a document is read from the vault before the relay hears of it;
//! 3. a document with edits that the relay has not acknowledged stays open, and is opened again
//!    after a reload, until they have arrived;
//! 4. nobody is told anything while the provider is borrowed, so a listener may call back in.
//!
//! It must never look into a document beyond its kind.

mod documents;
mod saving;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use sync::session::{Event, Session};
use workshop::ClientId;
use workshop::address::{DocumentAddress, DocumentKind};
use workshop::board::{Board, Command, Refusal};
use workshop::plan::{Plan, PlanCommand, PlanRefusal, PlanSnapshot};

pub use documents::Heard;
use documents::{Document, Documents, Open};
pub use saving::SaveState;
use saving::unsent_name;

use crate::ports::{Handle, Ports, Socket, SocketEvent};

/// More kept updates than this are put together into one when a document is opened.
const COMPACT_ABOVE: usize = 200;

/// Why the relay wants this device to stay away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The close code: 4401 wrong or replaced key, 4403 not allowed, 4404 no such workshop.
    pub code: u16,
    /// The relay's own words.
    pub reason: String,
}

/// Called back when the state of saving changes, or when the relay wants this device to stay away.
pub struct Watchers {
    /// The state of saving.
    pub saving: Box<dyn Fn(SaveState)>,
    /// The relay said "do not come back".
    pub stopped: Box<dyn Fn(Stopped)>,
}

/// The provider of one workshop. Clones share it.
#[derive(Clone)]
pub struct Provider(Rc<RefCell<Inner>>);

struct Inner {
    ports: Rc<Ports>,
    workshop: String,
    session: Session,
    socket: Option<Box<dyn Socket>>,
    /// When the session wants to be called, and the timer that does it.
    timer: Option<(u64, Box<dyn Handle>)>,
    /// Held so that it goes on listening.
    wake: Option<Box<dyn Handle>>,
    documents: Documents,
    /// Documents that somebody looks at.
    wanted: BTreeSet<String>,
    /// Documents with edits that the relay has not acknowledged; remembered over a reload.
    unsent: BTreeSet<String>,
    /// Updates on their way into the vault.
    keeping: usize,
    /// The vault refused something: what is written here may be lost with this page.
    unkept: bool,
    saving: SaveState,
    watchers: Rc<Watchers>,
}

enum Tell {
    Heard(Rc<dyn Fn(Heard)>, Heard),
    Saving(SaveState),
    Stopped(Stopped),
}

impl Provider {
    /// A provider for a workshop, with the key its link brought.
    pub fn new(ports: Rc<Ports>, workshop: &str, key: &str, watchers: Watchers) -> Self {
        let seed = ports.entropy.bits() as u64;
        let unsent = ports
            .settings
            .get(&unsent_name(workshop))
            .unwrap_or_default();
        let unsent: BTreeSet<String> = unsent.split_whitespace().map(str::to_owned).collect();
        let provider = Self(Rc::new(RefCell::new(Inner {
            session: Session::new(key.to_owned(), seed),
            workshop: workshop.to_owned(),
            socket: None,
            timer: None,
            wake: None,
            documents: Documents::default(),
            wanted: BTreeSet::new(),
            unsent: unsent.clone(),
            keeping: 0,
            unkept: false,
            saving: SaveState::Connecting,
            watchers: Rc::new(watchers),
            ports: ports.clone(),
        })));
        let weak = Rc::downgrade(&provider.0);
        let wake = ports.network.on_wake(Rc::new(move || {
            if let Some(inner) = weak.upgrade() {
                let provider = Self(inner);
                provider.with(|inner, now_ms| inner.session.handle_wake(now_ms));
            }
        }));
        provider.0.borrow_mut().wake = Some(wake);
        for document in unsent {
            provider.bring(&document);
        }
        provider
    }

    /// Opens a document and hears of it from now on: first what this device keeps, then the relay's.
    pub fn open(&self, document: &str, hear: Rc<dyn Fn(Heard)>) {
        self.0.borrow_mut().wanted.insert(document.to_owned());
        let known = self.0.borrow().documents.0.contains_key(document);
        if known {
            let mut inner = self.0.borrow_mut();
            if let Some(open) = inner.documents.0.get_mut(document) {
                open.hear = Some(hear.clone());
            }
            drop(inner);
            hear(Heard::Ready);
        } else {
            self.bring(document);
            if let Some(open) = self.0.borrow_mut().documents.0.get_mut(document) {
                open.hear = Some(hear);
            }
        }
    }

    /// Stops hearing of a document. It stays open until everything written here has arrived.
    pub fn close(&self, document: &str) {
        self.with(|inner, now_ms| {
            inner.wanted.remove(document);
            if let Some(open) = inner.documents.0.get_mut(document) {
                open.hear = None;
            }
            inner.session.handle_presence(now_ms, document, None);
            inner.put_away(document, now_ms);
        });
    }

    /// Runs a board's command.
    ///
    /// # Errors
    /// The board's refusal. A board that is not open refuses nothing and does nothing.
    pub fn run(&self, document: &str, command: Command) -> Result<(), Refusal> {
        self.with_board(document, |board, now_ms| board.run(command, now_ms))
            .unwrap_or(Ok(()))
    }

    /// Undoes this device's last step on a board.
    pub fn undo(&self, document: &str) {
        self.with_board(document, Board::undo);
    }

    /// Does it again.
    pub fn redo(&self, document: &str) {
        self.with_board(document, Board::redo);
    }

    /// Reads from a board.
    pub fn read<T>(&self, document: &str, read: impl FnOnce(&Board) -> T) -> Option<T> {
        match &self.0.borrow().documents.0.get(document)?.document {
            Document::Board(board) => Some(read(board)),
            Document::Plan(_) => None,
        }
    }

    /// Runs a plan's command.
    ///
    /// # Errors
    /// The plan's refusal. A plan that is not open refuses nothing and does nothing.
    pub fn run_plan(&self, document: &str, command: PlanCommand) -> Result<(), PlanRefusal> {
        self.with(|inner, _| match inner.documents.0.get_mut(document) {
            Some(Open {
                document: Document::Plan(plan),
                ..
            }) => plan.run(command),
            _ => Ok(()),
        })
    }

    /// The plan as it is.
    pub fn plan(&self, document: &str) -> Option<PlanSnapshot> {
        match &self.0.borrow().documents.0.get(document)?.document {
            Document::Plan(plan) => Some(plan.snapshot()),
            Document::Board(_) => None,
        }
    }

    /// Says how this device is present at a document; `None` to be absent.
    pub fn announce(&self, document: &str, state: Option<String>) {
        self.with(|inner, now_ms| {
            // A document that is still being read from the vault says it when the relay hears of it.
            if let Some(open) = inner.documents.0.get_mut(document) {
                open.presence.clone_from(&state);
            }
            inner.session.handle_presence(now_ms, document, state);
        });
    }

    fn with_board<T>(&self, document: &str, work: impl FnOnce(&mut Board, u64) -> T) -> Option<T> {
        self.with(|inner, now_ms| match inner.documents.0.get_mut(document) {
            Some(Open {
                document: Document::Board(board),
                ..
            }) => Some(work(board, now_ms)),
            _ => None,
        })
    }

    /// Opens a document from the vault, then at the relay.
    fn bring(&self, document: &str) {
        let Ok(address) = document.parse::<DocumentAddress>() else {
            return;
        };
        {
            let mut inner = self.0.borrow_mut();
            // 52 bits: below 2^53, as Yjs asks, and never the same after a reload.
            let client = (inner.ports.entropy.bits() as u64) >> 12;
            let replica = match address.kind {
                DocumentKind::Board(_) => Document::Board(Box::new(Board::new(ClientId(client)))),
                DocumentKind::Plan | DocumentKind::Ledger => {
                    Document::Plan(Box::new(Plan::new(ClientId(client))))
                }
            };
            inner
                .documents
                .0
                .insert(document.to_owned(), Open::new(replica, client));
        }
        let reading = self.0.borrow().ports.vault.load(document);
        let (provider, document) = (self.clone(), document.to_owned());
        leptos::task::spawn_local(async move {
            let updates = reading.await;
            provider.restored(&document, &updates);
        });
    }

    fn restored(&self, document: &str, updates: &[Vec<u8>]) {
        let whole = self.with(|inner, now_ms| {
            let open = inner.documents.0.get_mut(document)?;
            open.restore(updates);
            inner.session.open(now_ms, document, open.client);
            if open.presence.is_some() {
                inner
                    .session
                    .handle_presence(now_ms, document, open.presence.clone());
            }
            (updates.len() > COMPACT_ABOVE).then(|| open.encode())
        });
        if let Some(whole) = whole {
            let compacting = self.0.borrow().ports.vault.compact(document, whole);
            // What it replaces stays if it fails, so nothing depends on the answer.
            leptos::task::spawn_local(async move {
                compacting.await;
            });
        }
        let hear = self
            .0
            .borrow()
            .documents
            .0
            .get(document)
            .and_then(|open| open.hear.clone());
        if let Some(hear) = hear {
            hear(Heard::Ready);
        }
    }

    /// Does something to the provider, then everything that follows from it.
    fn with<T>(&self, work: impl FnOnce(&mut Inner, u64) -> T) -> T {
        let result = {
            let mut inner = self.0.borrow_mut();
            let now_ms = inner.ports.clock.now_ms();
            work(&mut inner, now_ms)
        };
        let tell = self.follow_up();
        for tell in tell {
            match tell {
                Tell::Heard(hear, heard) => hear(heard),
                Tell::Saving(state) => (self.watchers().saving)(state),
                Tell::Stopped(stopped) => (self.watchers().stopped)(stopped),
            }
        }
        result
    }

    fn watchers(&self) -> Rc<Watchers> {
        self.0.borrow().watchers.clone()
    }

    fn follow_up(&self) -> Vec<Tell> {
        let mut tell = Vec::new();
        let mut inner = self.0.borrow_mut();
        let inner = &mut *inner;
        let now_ms = inner.ports.clock.now_ms();
        self.keep_and_send(inner, now_ms);
        for open in inner.documents.0.values_mut() {
            if let Some(heard) = open.poll_heard()
                && let Some(hear) = &open.hear
            {
                tell.push(Tell::Heard(hear.clone(), heard));
            }
        }
        inner.forget_what_has_arrived(now_ms);
        while let Some(event) = inner.session.poll_event() {
            match event {
                Event::Connect => inner.socket = Some(self.connect(inner)),
                Event::Disconnect => inner.socket = None,
                Event::Status { document, .. } => inner.put_away(&document, now_ms),
                Event::Told { document, payload } => {
                    let open = inner.documents.0.get(&document);
                    if let Some(hear) = open.and_then(|open| open.hear.clone()) {
                        tell.push(Tell::Heard(hear, Heard::Told(payload)));
                    }
                }
                Event::Presence { document } => {
                    let others = inner.session.presence(&document);
                    let others = others
                        .map(|(client, state)| (client, state.to_owned()))
                        .collect();
                    let open = inner.documents.0.get(&document);
                    if let Some(hear) = open.and_then(|open| open.hear.clone()) {
                        tell.push(Tell::Heard(hear, Heard::Presence(others)));
                    }
                }
                Event::Refused { code, reason } => {
                    tell.push(Tell::Stopped(Stopped { code, reason }));
                }
            }
        }
        while let Some(frame) = inner.session.poll_transmit() {
            if let Some(socket) = &inner.socket {
                socket.send(&frame);
            }
        }
        let due_ms = inner.session.poll_timeout();
        if due_ms != inner.timer.as_ref().map(|(at_ms, _)| *at_ms) {
            inner.timer = due_ms.map(|at_ms| (at_ms, self.wait(inner, at_ms, now_ms)));
        }
        let saving = inner.judge();
        if saving != inner.saving {
            inner.saving = saving;
            tell.push(Tell::Saving(saving));
        }
        tell
    }

    /// Hands what is new to the vault, and what was made here to the session.
    fn keep_and_send(&self, inner: &mut Inner, now_ms: u64) {
        let mut made_any = false;
        for (document, open) in &mut inner.documents.0 {
            while let Some(update) = open.poll_made() {
                made_any |= inner.unsent.insert(document.clone());
                inner.keeping += 1;
                let keeping = inner.ports.vault.append(document, update.clone());
                let weak = Rc::downgrade(&self.0);
                leptos::task::spawn_local(async move {
                    let kept = keeping.await;
                    if let Some(inner) = weak.upgrade() {
                        Self(inner).with(|inner, _| {
                            inner.keeping -= 1;
                            inner.unkept |= !kept;
                        });
                    }
                });
                inner.session.handle_edit(now_ms, document, update);
            }
            for update in open.take_received() {
                let keeping = inner.ports.vault.append(document, update);
                // The relay has these; what fails here is fetched again.
                leptos::task::spawn_local(async move {
                    keeping.await;
                });
            }
        }
        if made_any {
            inner.remember_unsent();
        }
    }

    fn connect(&self, inner: &Inner) -> Box<dyn Socket> {
        let weak = Rc::downgrade(&self.0);
        let hear = move |event| {
            let Some(inner) = weak.upgrade() else { return };
            Self(inner).with(|inner, now_ms| match event {
                SocketEvent::Opened => inner.session.handle_connected(now_ms, &inner.documents),
                SocketEvent::Frame(frame) => {
                    inner
                        .session
                        .handle_frame(now_ms, &frame, &mut inner.documents);
                }
                SocketEvent::Closed(code) => {
                    inner.socket = None;
                    inner.session.handle_closed(now_ms, code);
                }
            });
        };
        inner.ports.network.connect("/sync", Rc::new(hear))
    }

    fn wait(&self, inner: &Inner, at_ms: u64, now_ms: u64) -> Box<dyn Handle> {
        let weak = Rc::downgrade(&self.0);
        let delay_ms = at_ms.saturating_sub(now_ms).clamp(1, 60_000) as u32;
        let then = move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).with(|inner, now_ms| {
                    inner.timer = None;
                    inner.session.handle_timeout(now_ms);
                });
            }
        };
        inner.ports.clock.after(delay_ms, Box::new(then))
    }
}

impl Inner {
    /// Lets a document go that nobody looks at and that has nothing left to send.
    fn put_away(&mut self, document: &str, now_ms: u64) {
        if !self.wanted.contains(document) && !self.unsent.contains(document) {
            self.session.close(now_ms, document);
            self.documents.0.remove(document);
        }
    }
}
