//! The identifiers of everything in a workshop, each a type of its own.
//!
//! An identifier is 1–40 characters of `a–z`, `0–9` and `-`: safe in a document's address, in a
//! link and in a file name. New ones are made from randomness that the caller brings.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest identifier, in characters.
pub const MAX_ID_LENGTH: usize = 40;

/// Text that is not an identifier: empty, too long, or with a character outside `a–z 0–9 -`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an identifier: 1 to 40 characters of a-z, 0-9 and '-'")]
pub struct NotAnId(pub String);

/// Crockford's base 32 in lower case: no letter that is mistaken for a digit when read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// A new identifier from random bits; five bits make one character.
            pub fn from_random(bits: u128) -> Self {
                let character = |i: usize| ALPHABET[(bits >> (5 * i) & 31) as usize] as char;
                Self((0..$length).map(character).collect::<String>().into())
            }

            /// Reads an identifier.
            ///
            /// # Errors
            /// [`NotAnId`] when the text is empty, too long or has other characters.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
                if text.is_empty() || text.len() > MAX_ID_LENGTH || !text.bytes().all(good) {
                    return Err(NotAnId(text.chars().take(MAX_ID_LENGTH + 1).collect()));
                }
                Ok(Self(text.into()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }
    };
}

id!(
    /// A workshop: 10 characters, 50 bits. Not a secret; the keys are.
    WorkshopId,
    10
);
id!(
    /// A board: one activity at one table, or one activity shared by all.
    BoardId,
    12
);
id!(
    /// A card on a board.
    CardId,
    12
);
id!(
    /// A named cluster of cards on a board.
    GroupId,
    12
);
id!(
    /// A link between two cards of a board.
    LinkId,
    12
);
id!(
    /// An activity in the plan's agenda.
    ActivityId,
    8
);
id!(
    /// A table in the hall, or `elsewhere` for those who joined from elsewhere.
    TableId,
    8
);

impl TableId {
    /// The table of everyone who joined from elsewhere. Every plan has it.
    pub fn elsewhere() -> Self {
        Self("elsewhere".into())
    }
}

impl BoardId {
    /// The board of `activity` at `table`: `<activity>-<table>`.
    pub fn at_table(activity: &ActivityId, table: &TableId) -> Self {
        Self(format!("{activity}-{table}").into())
    }

    /// The board of `activity` that all tables share: `<activity>`.
    pub fn shared(activity: &ActivityId) -> Self {
        Self(activity.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    //! Identifiers are what they say, however they are made.

    use super::*;

    #[test]
    fn new_ones_use_every_bit_and_can_be_read() {
        let id = WorkshopId::from_random(0b00001_00000_11111);
        assert_eq!(id.as_str(), "z010000000");
        assert_eq!(WorkshopId::parse(id.as_str()), Ok(id));
        assert_ne!(CardId::from_random(0), CardId::from_random(1 << 59));
        assert_eq!(CardId::from_random(u128::MAX).as_str(), "z".repeat(12));
    }

    #[test]
    fn nothing_else_is_an_identifier() {
        for text in [
            "",
            "A",
            "a b",
            "a_b",
            "é",
            "a/b",
            &"x".repeat(MAX_ID_LENGTH + 1),
        ] {
            assert!(CardId::parse(text).is_err(), "{text:?}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<CardId>(&json).is_err(), "{text:?}");
        }
        assert!(CardId::parse(&"x".repeat(MAX_ID_LENGTH)).is_ok());
    }

    #[test]
    fn a_table_s_board_is_named_after_both() {
        let activity = ActivityId::parse("farm").unwrap();
        let board = BoardId::at_table(&activity, &TableId::elsewhere());
        assert_eq!(board.as_str(), "farm-elsewhere");
        assert_eq!(BoardId::shared(&activity).as_str(), "farm");
    }
}
