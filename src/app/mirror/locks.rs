//! What the facilitator has locked, as the relay tells everyone at the plan. It must never decide what
//! may be written: the relay does.

use std::collections::BTreeSet;

use serde::Deserialize;
use workshop::id::BoardId;

/// What only facilitators may write in for now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Locks {
    /// Every board.
    pub workshop: bool,
    /// These boards, whether everything is locked or not.
    pub boards: BTreeSet<BoardId>,
}

impl Locks {
    /// Whether a board is locked, by itself or with all others.
    pub fn cover(&self, board: &BoardId) -> bool {
        self.workshop || self.boards.contains(board)
    }

    /// Reads what the relay told; `None` if it was something else.
    pub(super) fn read(told: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct News {
            locks: Locks,
        }
        serde_json::from_str(told).ok().map(|news: News| news.locks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_relay_tells_of_locks_is_read_and_everything_else_is_not() {
        let board = |name| BoardId::parse(name).unwrap();
        let told = r#"{"locks":{"boards":["b1"],"workshop":false}}"#;
        let locks = Locks::read(told).unwrap();
        assert!(locks.cover(&board("b1")));
        assert!(!locks.cover(&board("b2")));
        let all = Locks::read(r#"{"locks":{"boards":[],"workshop":true}}"#).unwrap();
        assert!(all.cover(&board("b2")));
        for other in ["", "hello", "{}", r#"{"locks":true}"#] {
            assert_eq!(Locks::read(other), None, "{other}");
        }
    }
}
