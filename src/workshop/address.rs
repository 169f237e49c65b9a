//! Addresses of documents, as they stand on the wire and in the store.

use std::fmt;
use std::str::FromStr;

use crate::id::{BoardId, WorkshopId};

/// Which document of a workshop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// The plan: written by facilitators.
    Plan,
    /// A board: written by participants unless locked, and by facilitators.
    Board(BoardId),
    /// The ledger of decisions and impact: written by facilitators.
    Ledger,
}

/// The address of a document: `<workshop>/plan`, `<workshop>/board/<board>`, `<workshop>/ledger`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentAddress {
    /// The workshop that the document belongs to.
    pub workshop: WorkshopId,
    /// Which of its documents.
    pub kind: DocumentKind,
}

/// Text that is not the address of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a document: expected <workshop>/plan, /board/<board> or /ledger")]
pub struct NotAnAddress;

impl fmt::Display for DocumentAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DocumentKind::Plan => write!(f, "{}/plan", self.workshop),
            DocumentKind::Board(board) => write!(f, "{}/board/{board}", self.workshop),
            DocumentKind::Ledger => write!(f, "{}/ledger", self.workshop),
        }
    }
}

impl FromStr for DocumentAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (workshop, rest) = text.split_once('/').ok_or(NotAnAddress)?;
        let workshop = WorkshopId::parse(workshop).map_err(|_| NotAnAddress)?;
        let kind = match rest.split_once('/') {
            None if rest == "plan" => DocumentKind::Plan,
            None if rest == "ledger" => DocumentKind::Ledger,
            Some(("board", board)) => {
                DocumentKind::Board(BoardId::parse(board).map_err(|_| NotAnAddress)?)
            }
            _ => return Err(NotAnAddress),
        };
        Ok(Self { workshop, kind })
    }
}

#[cfg(test)]
mod tests {
    //! Addresses read back as what they were, and nothing else is one.

    use super::*;

    #[test]
    fn addresses_read_back_as_what_they_were() {
        for text in ["w1/plan", "w1/ledger", "w1/board/a1-t1", "w1/board/a1"] {
            assert_eq!(text.parse::<DocumentAddress>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nothing_else_is_an_address() {
        for text in [
            "",
            "w1",
            "w1/",
            "/plan",
            "w1/plan/",
            "w1/Plan",
            "w1/board",
            "w1/board/",
            "W1/plan",
            "w1/board/a/b",
            "w1/board/../plan",
            "w1/draft",
            "w 1/plan",
            "w1/ledger/x",
        ] {
            assert_eq!(
                text.parse::<DocumentAddress>(),
                Err(NotAnAddress),
                "{text:?}"
            );
        }
    }
}
