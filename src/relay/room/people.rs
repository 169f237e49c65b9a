//! Presence in the room: who is here, passed on so many times a second, and silence broken.

use sync::presence::{self, BadPresence};
use sync::wire::Framing;

use super::{Limit, Member, Message, NO_PRESENCE, Room, SessionId, close, wire};

/// How many updates may wait to be passed on before they are put together.
const MOST_NEWS: usize = 256;

impl Room {
    pub(super) fn handle_presence(&mut self, now_ms: u64, from: SessionId, update: &[u8]) {
        // A wall's presence is nobody's business (see `Role::may_announce`).
        if !self
            .members
            .get(&from)
            .is_some_and(|it| it.rights.may_announce)
        {
            return;
        }
        match self.presence.handle_update(now_ms, from, update) {
            Ok(heard) => {
                self.add_presence_news(heard.changed);
                if let Some(reply) = heard.reply {
                    self.send_message(from, &Message::Awareness(&reply));
                }
            }
            Err(refused) => {
                tracing::debug!(document = %self.document, %refused, "presence was refused");
                match refused {
                    BadPresence::TooLong | BadPresence::TooMany => {
                        self.turn_away(from, Limit::Presence);
                    }
                    BadPresence::Unreadable | BadPresence::NotJson => {
                        self.close(from, close::BAD_MESSAGE, "A message could not be read.");
                    }
                }
            }
        }
    }

    pub(super) fn send_everyones_presence(&mut self, to: SessionId) {
        if let Some(everyone) = self.presence.encode_all() {
            self.send_message(to, &Message::Awareness(&everyone));
        }
    }

    pub(super) fn forget_presence(&mut self, session: SessionId) {
        let gone = self.presence.handle_closed(session);
        self.add_presence_news(gone);
    }

    pub(super) fn expire_presence(&mut self, now_ms: u64) {
        let gone = self.presence.handle_timeout(now_ms);
        self.add_presence_news(gone);
    }

    pub(super) fn presence_timeout(&self) -> Option<u64> {
        let news = (!self.presence_news.is_empty()).then_some(self.presence_at_ms);
        [news, self.presence.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Passes on what was heard, to everyone, senders included: it tells a stock y-websocket client
    /// that the socket lives. Waits while the last time is not long ago, so that however often
    /// people say where they are, everyone is told so many times a second and no more.
    pub(super) fn flush_presence(&mut self, now_ms: u64) {
        if self.presence_news.is_empty() || now_ms < self.presence_at_ms {
            return;
        }
        self.presence_at_ms = now_ms + self.presence_interval_ms;
        let news = std::mem::take(&mut self.presence_news);
        let together = match &news[..] {
            [only] => only.clone(),
            many => presence::merge(many),
        };
        self.broadcast(&Message::Awareness(&together), |_, _| true);
    }

    /// Keeps what was heard until it is passed on. What one client said before it said the last is of
    /// no interest.
    fn add_presence_news(&mut self, news: Option<Vec<u8>>) {
        self.presence_news.extend(news);
        if self.presence_news.len() > MOST_NEWS {
            self.presence_news = vec![presence::merge(&self.presence_news)];
        }
    }

    /// Sends a message that says nothing to everyone who was sent nothing for a while.
    pub(super) fn break_silence(&mut self) {
        self.broadcast(&Message::Awareness(NO_PRESENCE), |_, member: &Member| {
            member.framing == Framing::YWebsocket && !member.heard
        });
        for member in self.members.values_mut() {
            member.heard = false;
        }
    }

    pub(super) fn send_message(&mut self, to: SessionId, message: &Message<'_>) {
        if let Some(member) = self.members.get(&to) {
            let frame = wire::encode(member.framing, &member.name, message);
            // What a framing has no message for is not sent (W-9).
            if !frame.is_empty() {
                self.send(to, frame.into());
            }
        }
    }
}
