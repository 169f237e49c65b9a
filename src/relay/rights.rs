//! Who may do what: the four roles of a workshop and what each may read, write and hand on.
//!
//! This file owns the table of rights. It must never look inside a document: a right covers a whole
//! document or nothing.

use std::fmt;

use serde::Serialize;
use workshop::address::DocumentKind;

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

    /// What this role may do with a document of this kind.
    pub fn rights(self, kind: &DocumentKind) -> Rights {
        Rights {
            may_write: self.may_write(kind),
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
    use workshop::id::BoardId;

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
    fn a_role_is_known_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
        assert_eq!(Role::from_name("owner"), None);
    }
}
