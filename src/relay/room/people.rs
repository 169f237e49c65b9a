//! Presence in the room: who is here, passed on once a tick, and silence broken.

use super::{Limit, Member, Message, NO_PRESENCE, Room, SessionId, close, wire};
use sync::presence::BadPresence;
use sync::wire::Framing;

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
                self.tick_presence.extend(heard.changed);
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
        self.tick_presence
            .extend(self.presence.handle_closed(session));
    }

    pub(super) fn expire_presence(&mut self, now_ms: u64) {
        self.tick_presence
            .extend(self.presence.handle_timeout(now_ms));
    }

    pub(super) fn presence_timeout(&self) -> Option<u64> {
        self.presence.poll_timeout()
    }

    /// Passes on what this tick brought, to everyone, senders included: it tells a stock
    /// y-websocket client that the socket lives.
    pub(super) fn flush_presence(&mut self) {
        let news = std::mem::take(&mut self.tick_presence);
        let together = match &news[..] {
            [] => return,
            [only] => only.clone(),
            many => together(many),
        };
        self.broadcast(&Message::Awareness(&together), |_, _| true);
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

    fn send_message(&mut self, to: SessionId, message: &Message<'_>) {
        if let Some(member) = self.members.get(&to) {
            let frame = wire::encode(member.framing, &member.name, message);
            self.send(to, frame.into());
        }
    }
}

/// Awareness updates in one: the sum of their counts, then their entries in the order they came.
fn together(updates: &[Vec<u8>]) -> Vec<u8> {
    let mut count = 0;
    let mut entries = Vec::new();
    for update in updates {
        let (its_count, rest) = split_count(update);
        count += its_count;
        entries.extend_from_slice(rest);
    }
    let mut whole = Vec::with_capacity(entries.len() + 4);
    while count >= 0x80 {
        whole.push(count as u8 | 0x80);
        count >>= 7;
    }
    whole.push(count as u8);
    whole.append(&mut entries);
    whole
}

/// Reads the variable-length count at the head of an update that the presence table has written.
fn split_count(update: &[u8]) -> (u64, &[u8]) {
    let mut count = 0;
    for (at, byte) in update.iter().enumerate().take(9) {
        count |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return (count, &update[at + 1..]);
        }
    }
    (0, &[])
}

#[cfg(test)]
mod tests {
    use sync::presence::encode_one;

    use super::*;

    #[test]
    fn awareness_updates_of_one_tick_become_one() {
        let updates: Vec<Vec<u8>> = (0..300)
            .map(|client| encode_one(client, 1, Some("{}")))
            .collect();
        let whole = together(&updates);
        let (count, entries) = split_count(&whole);
        assert_eq!(count, 300);
        let expected: Vec<u8> = updates.iter().flat_map(|one| one[1..].to_vec()).collect();
        assert_eq!(entries, expected);
    }
}
