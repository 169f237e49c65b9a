//! The replicas that are open on this device, and what must be kept of them.

use std::collections::HashMap;
use std::rc::Rc;

use sync::session::Replicas;
use workshop::board::{Board, Change};
use workshop::plan::Plan;

/// What is heard of an open document.
pub enum Heard {
    /// The plan is different.
    Plan,
    /// A board is different, and how; whether there is something to undo and to redo.
    Board {
        /// What happened, in order.
        changes: Vec<Change>,
        /// There is something to undo.
        can_undo: bool,
        /// There is something to redo.
        can_redo: bool,
    },
    /// The relay told something that is none of a document's content, in its own words.
    Told(String),
    /// What this device keeps of it has been read, so what is shown is all that is known here.
    Ready,
    /// Others are present differently: client and state.
    Presence(Vec<(u64, String)>),
}

pub(super) enum Document {
    Plan(Box<Plan>),
    Board(Box<Board>),
}

/// Runs the same call on either kind of document.
macro_rules! on_either {
    ($document:expr, $inner:ident => $call:expr) => {
        match $document {
            Document::Plan($inner) => $call,
            Document::Board($inner) => $call,
        }
    };
}

pub(super) struct Open {
    pub(super) document: Document,
    pub(super) client: u64,
    pub(super) hear: Option<Rc<dyn Fn(Heard)>>,
    /// How this device is present at it.
    pub(super) presence: Option<String>,
    /// Updates from elsewhere that are to be kept on this device.
    received: Vec<Vec<u8>>,
}

impl Open {
    pub(super) fn new(document: Document, client: u64) -> Self {
        Self {
            document,
            client,
            hear: None,
            presence: None,
            received: Vec::new(),
        }
    }

    /// Takes in what this device kept. An update that is broken is left out: the others still count.
    pub(super) fn restore(&mut self, updates: &[Vec<u8>]) {
        for update in updates {
            let _ = on_either!(&mut self.document, inner => inner.apply(update));
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        on_either!(&self.document, inner => inner.encode())
    }

    /// The next update made here, to be kept and sent.
    pub(super) fn poll_made(&mut self) -> Option<Vec<u8>> {
        on_either!(&mut self.document, inner => inner.poll_update())
    }

    pub(super) fn take_received(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.received)
    }

    /// What is to be told of the changes since the last call.
    pub(super) fn poll_heard(&mut self) -> Option<Heard> {
        match &mut self.document {
            Document::Plan(plan) => {
                let mut changed = false;
                while plan.poll_change().is_some() {
                    changed = true;
                }
                changed.then_some(Heard::Plan)
            }
            Document::Board(board) => {
                let changes: Vec<Change> = std::iter::from_fn(|| board.poll_change()).collect();
                let (can_undo, can_redo) = (board.can_undo(), board.can_redo());
                (!changes.is_empty()).then_some(Heard::Board {
                    changes,
                    can_undo,
                    can_redo,
                })
            }
        }
    }
}

/// All open documents by address.
#[derive(Default)]
pub(super) struct Documents(pub(super) HashMap<String, Open>);

impl Replicas for Documents {
    fn state_vector(&self, document: &str) -> Option<Vec<u8>> {
        let open = self.0.get(document)?;
        Some(on_either!(&open.document, inner => inner.state_vector()))
    }

    fn diff(&self, document: &str, state_vector: &[u8]) -> Option<Vec<u8>> {
        let open = self.0.get(document)?;
        on_either!(&open.document, inner => inner.diff(state_vector)).ok()
    }

    fn apply(&mut self, document: &str, update: &[u8]) -> Result<(), String> {
        let open = self.0.get_mut(document).ok_or("not open here")?;
        on_either!(&mut open.document, inner => inner.apply(update))
            .map_err(|broken| broken.to_string())?;
        open.received.push(update.to_vec());
        Ok(())
    }
}
