//! The documents that one connection has open.
//!
//! Tokens are checked here, one after the other, and nothing reaches a room before its document's
//! key was found good. Frames that come too early are kept, within limits, and handed on in order
//!

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use sync::wire::{self, Framing, Message, close};
use workshop::id::WorkshopId;

use super::outbox::{Closing, Outbox};
use super::places::PlaceInWorkshop;
use super::{Context, Named};
use crate::access::Shut;
use crate::hub::{RoomGone, Seat};
use crate::refusal::Limit;
use crate::rights::Role;
use crate::room::NewMember;

pub(super) struct Sessions {
    context: Arc<Context>,
    outbox: Outbox,
    /// The document and key of the path, for a y-websocket client.
    named: Option<Named>,
    /// Told by the first frame.
    framing: Option<Framing>,
    seats: HashMap<Box<str>, Seat>,
    early: HashMap<Box<str>, Vec<Bytes>>,
    early_bytes: usize,
    authenticated: bool,
    places: Vec<PlaceInWorkshop>,
}

impl Sessions {
    pub(super) fn new(context: Arc<Context>, outbox: Outbox, named: Option<Named>) -> Self {
        Self {
            context,
            outbox,
            named,
            framing: None,
            seats: HashMap::new(),
            early: HashMap::new(),
            early_bytes: 0,
            authenticated: false,
            places: Vec::new(),
        }
    }

    /// Whether any key was found good.
    pub(super) fn is_authenticated(&self) -> bool {
        self.authenticated
    }

    /// Handles one frame. An error ends the connection.
    pub(super) async fn handle_frame(&mut self, frame: Bytes) -> Result<(), Closing> {
        if self.framing.is_none() {
            // An empty frame tells nothing and says nothing.
            let Some(framing) = Framing::detect(&frame) else {
                return Ok(());
            };
            self.framing = Some(framing);
            if framing == Framing::YWebsocket {
                self.join_named().await?;
            }
        }
        match self.framing {
            Some(Framing::Hocuspocus) => self.handle_addressed(frame).await,
            _ => match self.seats.get("") {
                Some(seat) => seat.frame(frame).await.map_err(gone),
                None => Ok(()),
            },
        }
    }

    /// Every session ends.
    pub(super) async fn leave_all(&mut self) {
        for (_, seat) in self.seats.drain() {
            seat.leave().await;
        }
    }

    async fn join_named(&mut self) -> Result<(), Closing> {
        let Some(named) = self.named.clone() else {
            return Err(self.shut(Framing::YWebsocket, "", Shut::UnknownDocument));
        };
        self.join(Framing::YWebsocket, "", &named.document, &named.key)
            .await
    }

    /// A frame of the Hocuspocus framing.
    async fn handle_addressed(&mut self, frame: Bytes) -> Result<(), Closing> {
        let read = wire::decode(Framing::Hocuspocus, &frame).map_err(|_| Closing::BAD_MESSAGE)?;
        let Some(name) = read.document else {
            if read.message == Message::Ping {
                let pong = wire::encode(Framing::Hocuspocus, "", &Message::Pong);
                self.outbox.send(pong.into());
            }
            return Ok(());
        };
        match read.message {
            Message::Token { token, .. } => self.handle_token(name, token).await,
            Message::Close(_) => {
                self.take_early(name);
                if let Some(seat) = self.seats.remove(name) {
                    seat.leave().await;
                }
                Ok(())
            }
            _ => match self.seats.get(name) {
                Some(seat) => seat.frame(frame.clone()).await.map_err(gone),
                None => self.keep_early(name, frame.clone()),
            },
        }
    }

    async fn handle_token(&mut self, name: &str, token: &str) -> Result<(), Closing> {
        if let Some(seat) = self.seats.remove(name) {
            seat.leave().await;
        }
        if self.seats.len() >= self.context.limits.documents_per_connection {
            let limit = Limit::DocumentsPerConnection;
            limit.note(&self.context.hub.measures);
            self.deny(Framing::Hocuspocus, name, limit.sentence());
            return Ok(());
        }
        let document = wire::room_name(name).to_owned();
        match self.join(Framing::Hocuspocus, name, &document, token).await {
            Ok(()) => {}
            // Only this document is shut; others on this socket may be open.
            Err(closing) if closing.code == close::NOT_ALLOWED => {
                self.take_early(name);
                return Ok(());
            }
            Err(closing) => return Err(closing),
        }
        let early = self.take_early(name);
        if let Some(seat) = self.seats.get(name) {
            for frame in early {
                seat.frame(frame).await.map_err(gone)?;
            }
        }
        Ok(())
    }

    fn take_early(&mut self, name: &str) -> Vec<Bytes> {
        let frames = self.early.remove(name).unwrap_or_default();
        self.early_bytes -= frames.iter().map(Bytes::len).sum::<usize>();
        frames
    }

    async fn join(
        &mut self,
        framing: Framing,
        name: &str,
        document: &str,
        key: &str,
    ) -> Result<(), Closing> {
        loop {
            let opened = match self.context.door.open_document(document, key).await {
                Ok(opened) => opened,
                Err(shut) => return Err(self.shut(framing, name, shut)),
            };
            self.take_place(&opened.address.workshop, opened.pass.role)?;
            let member = NewMember {
                framing,
                name: name.into(),
                pass: opened.pass,
                rights: opened.rights,
            };
            let granted = Message::Granted {
                read_only: !member.rights.may_write,
            };
            self.send(framing, name, &granted);
            if let Some(locked) = &opened.locked {
                self.send(framing, name, &Message::Stateless(&locked.news()));
            }
            let hub = &self.context.hub;
            let joined = hub.join(&opened.address, member, self.outbox.clone());
            let seat = joined.await.map_err(gone)?;
            if !self.context.door.has_changed_since(opened.changes) {
                self.seats.insert(name.into(), seat);
                self.authenticated = true;
                return Ok(());
            }
            // Something has changed on the way in, and the room may have been told before this
            // session was there to be told as well. So ask again.
            seat.leave().await;
        }
    }

    /// Takes a place in a workshop, if this connection has none there yet.
    fn take_place(&mut self, workshop: &WorkshopId, role: Role) -> Result<(), Closing> {
        if self.places.iter().any(|place| place.is_in(workshop)) {
            return Ok(());
        }
        let place = self.context.places.take_in(workshop, role);
        let measures = &self.context.hub.measures;
        let place = place.ok_or_else(|| Limit::ConnectionsPerWorkshop.closing(measures))?;
        self.places.push(place);
        Ok(())
    }

    fn keep_early(&mut self, name: &str, frame: Bytes) -> Result<(), Closing> {
        let limits = &self.context.limits;
        self.early_bytes += frame.len();
        let others = self.early.len();
        let frames = self.early.entry(name.into()).or_default();
        let too_many = frames.len() >= limits.early_frames
            || others > limits.documents_per_connection
            || self.early_bytes > limits.early_bytes;
        if too_many {
            return Err(Limit::EarlyFrames.closing(&self.context.hub.measures));
        }
        frames.push(frame);
        Ok(())
    }

    /// Says that a document stays shut, and gives what the connection is to be closed with.
    fn shut(&self, framing: Framing, name: &str, shut: Shut) -> Closing {
        if shut != Shut::StoreFailed {
            self.deny(framing, name, shut.reason());
        }
        Closing {
            code: shut.close_code(),
            reason: shut.reason(),
        }
    }

    fn deny(&self, framing: Framing, name: &str, reason: &str) {
        self.send(framing, name, &Message::Denied(reason));
    }

    fn send(&self, framing: Framing, name: &str, message: &Message<'_>) {
        let frame = wire::encode(framing, name, message);
        // y-websocket has no messages for rights and locks (W-9).
        if !frame.is_empty() {
            self.outbox.send(frame.into());
        }
    }
}

fn gone(_: RoomGone) -> Closing {
    Closing::COME_BACK_LATER
}
