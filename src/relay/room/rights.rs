//! Rights that change under the sessions that are there: a key replaced, a board locked.
//!
//! Must never decide what anyone may do, only what follows from it in this room.

use sync::wire::Framing;

use super::{Exchange, Message, Room, SessionId, close};
use crate::rights::{Pass, Rights};

const REPLACED: &str = "This link has been replaced; please ask for the new one.";

impl Room {
    /// The workshop says anew what each session may do here; `None` throws it out.
    pub fn handle_rights(&mut self, rights: impl Fn(&Pass) -> Option<Rights>) {
        let sessions: Vec<SessionId> = self.members.keys().copied().collect();
        for session in sessions {
            let Some(member) = self.members.get_mut(&session) else {
                continue;
            };
            let Some(now) = rights(&member.pass) else {
                self.send_message(session, &Message::Denied(REPLACED));
                self.close(session, close::KEY_REVOKED, REPLACED);
                continue;
            };
            let before = std::mem::replace(&mut member.rights, now);
            if before.may_write != now.may_write {
                let read_only = !now.may_write;
                self.send_message(session, &Message::Granted { read_only });
            }
            if before.is_locked && now.may_write {
                self.recover(session);
            }
        }
    }

    /// Tells everyone what is locked in the workshop, in the framing that has a message for it.
    pub fn tell_locks(&mut self, news: &str) {
        self.broadcast(&Message::Stateless(news), |_, member| {
            member.framing == Framing::Hocuspocus
        });
    }

    /// Sees to it that what a session wrote while the document was locked arrives.
    fn recover(&mut self, session: SessionId) {
        let Some(member) = self.members.get_mut(&session) else {
            return;
        };
        let missed = std::mem::take(&mut member.missed);
        if member.exchange == Exchange::New {
            return;
        }
        // Its next step 1, if it sends one, is answered with step 1 like the first.
        member.exchange = Exchange::Synced;
        // A stock Hocuspocus client counts one status for each message that it sends unasked, and
        // none for an answer. So it is asked only if it lacks a status. In y-websocket framing
        // nothing is counted, and a client that came while it was locked has not been asked at all.
        if missed || member.framing == Framing::YWebsocket {
            self.ask_all(session);
        }
    }
}
