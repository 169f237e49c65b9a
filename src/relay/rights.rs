//! Who may do what: the four roles of a workshop and what each may read, write and hand on.
//!
//! This file owns the table of rights. It must never look inside a document: a right covers a whole
//! document or nothing.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use workshop::address::DocumentKind;
use workshop::id::BoardId;

use crate::keys::KeyHash;

/// What a key entitles its holder to. There are no accounts: whoever holds the key has the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Prepares and runs the workshop: writes every document.
    Facilitator,
    /// Takes part, at a table or from elsewhere: writes boards, reads the rest.
    Participant,
    /// A projector that nobody touches: reads, and shows the way in for participants.
    Wall,
    /// Reads what came of the workshop, afterwards.
    Report,
}

impl Role {
    /// Every role, in the order in which their keys are shown and stored.
    pub const ALL: [Self; 4] = [
        Self::Facilitator,
        Self::Participant,
        Self::Wall,
        Self::Report,
    ];

    /// Whether this role may change documents of this kind. Every role may read every document.
    pub fn may_write(self, kind: &DocumentKind) -> bool {
        match self {
            Self::Facilitator => true,
            Self::Participant => matches!(kind, DocumentKind::Board(_)),
            Self::Wall | Self::Report => false,
        }
    }

    /// Whether this role may add photos to the workshop: those who write on boards. Every role may look
    /// at them.
    pub fn may_add_photos(self) -> bool {
        matches!(self, Self::Facilitator | Self::Participant)
    }

    /// Whether this role's presence is passed on to others. A wall and a reader of the report are
    /// not people at a table, and whoever holds only a reading key must not be able to draw
    /// anything on other people's screens.
    pub fn may_announce(self) -> bool {
        matches!(self, Self::Facilitator | Self::Participant)
    }

    /// What this role may do with a document of this kind, while that much is locked.
    pub fn rights(self, kind: &DocumentKind, locked: &Locked) -> Rights {
        let may_write = self.may_write(kind);
        let is_locked = may_write && self != Self::Facilitator && locked.covers(kind);
        Rights {
            may_write: may_write && !is_locked,
            is_locked,
            may_announce: self.may_announce(),
        }
    }

    /// The roles whose links a holder of this role may hand on to others.
    pub fn may_hand_on(self) -> &'static [Self] {
        match self {
            Self::Facilitator => &Self::ALL,
            Self::Participant | Self::Wall => &[Self::Participant],
            Self::Report => &[Self::Report],
        }
    }

    /// The role's name as it stands in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facilitator => "facilitator",
            Self::Participant => "participant",
            Self::Wall => "wall",
            Self::Report => "report",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What all but facilitators may only read until it is unlocked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Locked {
    /// Every board of the workshop.
    pub workshop: bool,
    /// These boards, whether they are there already or not.
    pub boards: BTreeSet<BoardId>,
}

impl Locked {
    /// What everyone at the plan is told of it.
    pub fn news(&self) -> String {
        serde_json::json!({ "locks": self }).to_string()
    }

    /// Whether a document is locked.
    pub fn covers(&self, kind: &DocumentKind) -> bool {
        match kind {
            DocumentKind::Board(board) => self.workshop || self.boards.contains(board),
            DocumentKind::Plan | DocumentKind::Ledger => false,
        }
    }
}

/// What a session came in with: its role, and the very key that gave it, known by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// The role.
    pub role: Role,
    /// The key's hash.
    pub key: KeyHash,
}

/// What a session may do with one document, besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Whether it may change the document.
    pub may_write: bool,
    /// Whether it may not just because the document is locked.
    pub is_locked: bool,
    /// Whether its presence is passed on.
    pub may_announce: bool,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_facilitators_write_plans_and_ledgers_and_readers_write_nothing() {
        let board = DocumentKind::Board(BoardId::parse("b1").unwrap());
        let table = [
            (Role::Facilitator, [true, true, true]),
            (Role::Participant, [false, true, false]),
            (Role::Wall, [false, false, false]),
            (Role::Report, [false, false, false]),
        ];
        for (role, may) in table {
            let kinds = [&DocumentKind::Plan, &board, &DocumentKind::Ledger];
            assert_eq!(kinds.map(|kind| role.may_write(kind)), may, "{role}");
        }
    }

    #[test]
    fn a_lock_binds_participants_on_the_boards_it_covers_and_nobody_else() {
        let board = |name| DocumentKind::Board(BoardId::parse(name).unwrap());
        let one = Locked {
            workshop: false,
            boards: [BoardId::parse("b1").unwrap()].into(),
        };
        let all = Locked {
            workshop: true,
            ..Locked::default()
        };
        let table = [
            (&Locked::default(), [false, false]),
            (&one, [true, false]),
            (&all, [true, true]),
        ];
        for (locked, expected) in table {
            for (kind, is_locked) in [board("b1"), board("b2")].iter().zip(expected) {
                let rights = Role::Participant.rights(kind, locked);
                assert_eq!(
                    (rights.is_locked, rights.may_write),
                    (is_locked, !is_locked)
                );
                assert!(rights.may_announce, "who may only read is still there");
                assert!(Role::Facilitator.rights(kind, locked).may_write);
                for reader in [Role::Wall, Role::Report] {
                    let rights = reader.rights(kind, locked);
                    assert!(!rights.may_write && !rights.is_locked, "{reader}");
                }
            }
            assert!(
                Role::Facilitator
                    .rights(&DocumentKind::Plan, locked)
                    .may_write
            );
        }
    }

    #[test]
    fn a_role_is_known_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
        assert_eq!(Role::from_name("owner"), None);
    }
}
