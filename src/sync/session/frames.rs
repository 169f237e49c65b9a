//! What the relay says, and what follows from it.
//!
//! Owns the reading of frames for the session. Must never hand an update to a replica that the
//! gate has not passed, and never believe that the relay is better than its bytes.

use yrs::StateVector;

use super::document::{Document, Inbound};
use super::{Access, Event, Replicas, Session};
use crate::gate;
use crate::split::split;
use crate::wire::{self, Framing, Message};

/// The relay sent what cannot be read or applied: this connection is of no more use.
pub(super) struct Broken;

impl Session {
    /// Reads one frame of an open connection.
    pub(super) fn read_frame(
        &mut self,
        now: u64,
        frame: &[u8],
        replicas: &mut dyn Replicas,
    ) -> Result<(), Broken> {
        let frame = wire::decode(Framing::Hocuspocus, frame).map_err(|_| Broken)?;
        let Some(name) = frame.document else {
            if frame.message == Message::Ping {
                self.send("", &Message::Pong);
            }
            return Ok(());
        };
        // A document that has just been closed may still be spoken of.
        let Some(document) = self.documents.get_mut(name) else {
            return Ok(());
        };
        match frame.message {
            Message::Granted { read_only } => {
                let is_freed = document.exchange.take_grant(read_only);
                self.has_failed = false;
                self.backoff.reset();
                self.begin(now, name, replicas);
                if is_freed {
                    self.invite_step_1(name, replicas);
                }
            }
            Message::Denied(reason) => {
                document.exchange.access = Access::Denied;
                reason.clone_into(&mut self.denial);
            }
            Message::SyncStep1(state_vector) => self.answer(name, state_vector, replicas)?,
            Message::SyncStep2(update) => {
                match apply(name, update, replicas)? {
                    Applied::All => document.exchange.inbound = Inbound::Received,
                    // An answer that still has a hole would be asked for for ever.
                    Applied::Hole => return Err(Broken),
                }
            }
            Message::Update(update) => {
                if matches!(apply(name, update, replicas)?, Applied::Hole) {
                    self.ask(name, replicas);
                }
            }
            Message::Awareness(update) => {
                let heard = document.others.handle_update(now, (), update);
                let altered = heard.map_err(|_| Broken)?.altered;
                let own = document.own_presence.client();
                if altered.contains(&own) && !document.others.contains(own) {
                    // The relay took this device for gone.
                    document.own_presence.insist();
                }
                if altered.iter().any(|&client| client != own) {
                    self.tell_presence(name);
                }
                self.say_presence(now, name);
            }
            Message::QueryAwareness => {
                let own_presence = document.own_presence.say(now);
                self.send(name, &Message::Awareness(&own_presence));
            }
            Message::SyncStatus(is_durable) => {
                let exchange = &mut document.exchange;
                exchange.awaited = exchange.awaited.saturating_sub(1);
                // What was refused before everything is sent anew is refused no more (S-18).
                exchange.was_refused |= !is_durable && exchange.has_answered;
            }
            Message::Stateless(payload) => self.events.push_back(Event::Told {
                document: name.to_owned(),
                payload: payload.to_owned(),
            }),
            // The relay never closes one document of a socket, and asks for no token.
            Message::Close(_) | Message::Token { .. } | Message::Ping | Message::Pong => {
                return Err(Broken);
            }
        }
        Ok(())
    }

    /// Says hello in a document: step 1, unless it has been sent, and the own presence.
    pub(super) fn begin(&mut self, now: u64, name: &str, replicas: &dyn Replicas) {
        let Some(document) = self.documents.get_mut(name) else {
            return;
        };
        let is_new = !std::mem::replace(&mut document.exchange.is_introduced, true);
        let own_presence = if is_new {
            document.own_presence.introduce(now)
        } else {
            None
        };
        if document.exchange.inbound == Inbound::Unasked {
            self.ask(name, replicas);
        }
        if let Some(own_presence) = own_presence {
            self.send(name, &Message::Awareness(&own_presence));
        }
    }

    /// Sends step 1, unless an answer to one is still to come, which will hold everything.
    fn ask(&mut self, name: &str, replicas: &dyn Replicas) {
        let Some(document) = self.documents.get_mut(name) else {
            return;
        };
        if document.exchange.inbound == Inbound::Asked {
            return;
        }
        let Some(state_vector) = replicas.state_vector(name) else {
            return;
        };
        document.exchange.inbound = Inbound::Asked;
        self.send(name, &Message::SyncStep1(&state_vector));
    }

    /// Sends step 1 so that the relay sends its own, and so learns what was written here meanwhile
    /// (S-18). What the relay has is here already.
    fn invite_step_1(&mut self, name: &str, replicas: &dyn Replicas) {
        let received = |document: &Document| document.exchange.inbound == Inbound::Received;
        if self.documents.get(name).is_some_and(received)
            && let Some(state_vector) = replicas.state_vector(name)
        {
            self.send(name, &Message::SyncStep1(&state_vector));
        }
    }

    /// Answers the relay's step 1 (S-3, S-4).
    fn answer(
        &mut self,
        name: &str,
        state_vector: &[u8],
        replicas: &dyn Replicas,
    ) -> Result<(), Broken> {
        gate::read_state_vector(state_vector).map_err(|_| Broken)?;
        let Some(document) = self.documents.get_mut(name) else {
            return Ok(());
        };
        if document.exchange.access != Access::ReadWrite {
            return Ok(());
        }
        let Some(update) = replicas.diff(name, state_vector) else {
            return Ok(());
        };
        let exchange = &mut document.exchange;
        if std::mem::replace(&mut exchange.has_answered, true) {
            // A later step 1 comes instead of the status of an update that left a hole.
            exchange.awaited = exchange.awaited.saturating_sub(1);
        }
        self.send_update(name, &update, First::Step2);
        Ok(())
    }

    /// Sends an update in as many parts as it takes, each of which gets a status (S-15). If one part could never be read, none is sent, nor anything
    /// later, which would build on it (S-16).
    pub(super) fn send_update(&mut self, name: &str, update: &[u8], first: First) {
        let Some(document) = self.documents.get_mut(name) else {
            return;
        };
        let Ok(parts) = split(update) else {
            document.exchange.access = Access::Unsendable;
            document.exchange.has_answered = false;
            return;
        };
        document.exchange.awaited += parts.len() as u32;
        for (index, part) in parts.iter().enumerate() {
            let message = match first {
                First::Step2 if index == 0 => Message::SyncStep2(part),
                First::Step2 | First::Update => Message::Update(part),
            };
            self.send(name, &message);
        }
    }
}

/// What the first part of an update is sent as; the others are updates.
#[derive(Clone, Copy)]
pub(super) enum First {
    Step2,
    Update,
}

enum Applied {
    All,
    Hole,
}

/// Applies an update of the relay, if the gate lets it through.
fn apply(name: &str, update: &[u8], replicas: &mut dyn Replicas) -> Result<Applied, Broken> {
    let Some(state_vector) = replicas.state_vector(name) else {
        return Err(Broken);
    };
    let known: StateVector = gate::read_state_vector(&state_vector).map_err(|_| Broken)?;
    match gate::check_snapshot(update, &known) {
        Ok(admitted) if admitted.is_empty() => Ok(Applied::All),
        Ok(_) => replicas
            .apply(name, update)
            .map(|()| Applied::All)
            .map_err(|_| Broken),
        Err(refused) if refused.is_hole() => Ok(Applied::Hole),
        Err(_) => Err(Broken),
    }
}
