//! How much is measured and for how long: in full, or just enough to see that every case works.

use std::time::Duration;

use crate::cases::Case;
use crate::cases::busy::{Act, Busy};

/// The size of everything.
pub(crate) struct Pace {
    /// How long people write or announce themselves.
    pub(crate) busy: Duration,
    /// How long is waited after that. What arrives late is counted, and so is the work that a
    /// server puts off: Hocuspocus stores two seconds after the last edit.
    pub(crate) settle: Duration,
    /// Members of the one room, and operations a second of each who writes.
    rooms: &'static [(usize, u32)],
    /// Rooms, and members of each.
    many: (usize, usize),
    /// Members of the room in which all announce themselves.
    present: usize,
    /// How many join a board at once.
    pub(crate) joining: usize,
    /// Cards on that board.
    pub(crate) cards: usize,
    /// Cards on the board that is loaded from the store, and characters on each.
    pub(crate) large: (usize, usize),
    /// How large that makes it, for people.
    large_name: &'static str,
    /// Counts of idle clients at which memory is read.
    pub(crate) idle: &'static [usize],
    /// How often a server is killed.
    kills: usize,
}

const FULL: Pace = Pace {
    busy: Duration::from_secs(6),
    settle: Duration::from_secs(3),
    // The largest room writes half as often: a server that cannot keep up says nothing about
    // latency but how long it was overloaded.
    rooms: &[(10, 10), (50, 10), (200, 10), (400, 5)],
    many: (50, 20),
    present: 50,
    joining: 200,
    cards: 5_000,
    large: (5_000, 1_900),
    large_name: "10 MB",
    idle: &[200, 1_000, 2_000],
    kills: 10,
};

const QUICK: Pace = Pace {
    busy: Duration::from_secs(1),
    settle: Duration::from_secs(1),
    rooms: FULL.rooms,
    many: (5, 20),
    present: 50,
    joining: 20,
    cards: 500,
    large: (500, 1_900),
    large_name: "1 MB",
    idle: &[20, 100, 200],
    kills: 1,
};

impl Pace {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "full" => Some(FULL),
            "quick" => Some(QUICK),
            _ => None,
        }
    }

    /// Everything that is measured, in order.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let room = |&(members, rate): &(usize, u32)| {
            Case::Busy(Busy {
                rooms: 1,
                members,
                active: members.div_ceil(10),
                rate,
                act: Act::Write,
            })
        };
        let (rooms, members) = self.many;
        let mut cases: Vec<Case> = self.rooms.iter().map(room).collect();
        cases.extend([
            Case::Busy(Busy {
                rooms,
                members,
                active: members.div_ceil(10),
                rate: 10,
                act: Act::Write,
            }),
            Case::Busy(Busy {
                rooms: 1,
                members: self.present,
                active: self.present,
                rate: 10,
                act: Act::Announce,
            }),
            Case::Join {
                clients: self.joining,
                cards: self.cards,
            },
            Case::ColdLoad(self.large_name),
            Case::Stalled,
            Case::Idle,
            Case::Crash(self.kills),
        ]);
        cases
    }
}
