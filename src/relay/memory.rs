//! How much memory the documents of all rooms may take together, and those of one workshop.
//!
//! What counts is the gate's estimate of what a document is made of (G-8). It errs upwards, and it is
//! given back at once, which what a process has from its system is not. A share is held for as long as
//! its value lives, so that no way in which a room can end loses one. Must never
//! refuse what has been accepted already: nothing is lost for lack of memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use workshop::id::WorkshopId;

/// Shares grow by steps of so many bytes, so that most updates need no lock. It is about what a room
/// takes in which nothing was written.
const STEP: usize = 16 << 10;

/// The memory of one relay's documents.
#[derive(Debug)]
pub struct Memory {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_workshop: HashMap<WorkshopId, usize>,
}

/// What one room has taken.
#[derive(Debug)]
pub struct Share {
    memory: Arc<Memory>,
    workshop: WorkshopId,
    /// What its document takes, in bytes.
    document: usize,
    /// What is held for it, in whole steps.
    held: usize,
}

/// How much of the memory there may be in all, and of one workshop, in quarters of all.
#[derive(Clone, Copy)]
struct Quarters {
    in_all: usize,
    of_workshop: usize,
}

/// What is written stops first, so that what is there can be read: by those who come later, too.
const TO_GROW: Quarters = Quarters {
    in_all: 3,
    of_workshop: 2,
};
/// No workshop takes all, so that there is always some for another one.
const TO_LOAD: Quarters = Quarters {
    in_all: 4,
    of_workshop: 3,
};
/// What has been accepted already.
const IN_ANY_CASE: Quarters = Quarters {
    in_all: usize::MAX,
    of_workshop: usize::MAX,
};
/// Above this no room stays in memory empty.
const SCARCE: usize = 1;

impl Memory {
    /// Memory of so many bytes.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::default(),
        })
    }

    /// The share of a room of this workshop, which is nothing so far.
    pub fn share(self: &Arc<Self>, workshop: &WorkshopId) -> Share {
        Share {
            memory: self.clone(),
            workshop: workshop.clone(),
            document: 0,
            held: 0,
        }
    }

    /// So many quarters of all.
    fn quarters(&self, quarters: usize) -> usize {
        (self.most / 4).saturating_mul(quarters)
    }

    /// These are whole between any two statements, so a panic elsewhere is no reason to refuse everyone
    /// from then on.
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes what a document may need that is about to be loaded, in place of what is held. Gives
    /// whether there is so much.
    #[must_use]
    pub fn load(&mut self, bytes: usize) -> bool {
        self.hold(bytes, TO_LOAD)
    }

    /// Takes what an update may need. Gives whether there is so much.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        self.hold(self.document + bytes, TO_GROW)
    }

    /// Takes what the document has grown by in truth, in place of what was taken before for that.
    pub fn settle(&mut self, taken: usize, grown: usize) {
        self.hold((self.document + grown).saturating_sub(taken), IN_ANY_CASE);
    }

    /// Takes what the document is known to need now.
    pub fn set(&mut self, bytes: usize) {
        self.hold(bytes, IN_ANY_CASE);
    }

    /// Whether so much is taken, by whomever, that no empty room should stay in memory.
    pub fn is_scarce(&self) -> bool {
        self.memory.taken().in_all > self.memory.quarters(SCARCE)
    }

    /// Holds what a document of so many bytes needs, if there may be so much; or else what it held.
    fn hold(&mut self, document: usize, most: Quarters) -> bool {
        let needed = document.div_ceil(STEP) * STEP;
        if needed != self.held {
            let mut taken = self.memory.taken();
            let in_all = taken.in_all - self.held + needed;
            let of_workshop = taken.of(&self.workshop) - self.held + needed;
            let fits = in_all <= self.memory.quarters(most.in_all)
                && of_workshop <= self.memory.quarters(most.of_workshop);
            if !fits && needed > self.held {
                return false;
            }
            taken.in_all = in_all;
            taken.set(&self.workshop, of_workshop);
            self.held = needed;
        }
        self.document = document;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.hold(0, IN_ANY_CASE);
    }
}

impl Taken {
    fn of(&self, workshop: &WorkshopId) -> usize {
        self.by_workshop.get(workshop).copied().unwrap_or_default()
    }

    fn set(&mut self, workshop: &WorkshopId, bytes: usize) {
        if bytes == 0 {
            self.by_workshop.remove(workshop);
        } else {
            self.by_workshop.insert(workshop.clone(), bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    fn workshop(name: &str) -> WorkshopId {
        WorkshopId::parse(name).unwrap()
    }

    #[test]
    fn r29_one_workshop_leaves_some_memory_to_others_and_what_is_there_can_be_read() {
        let memory = Memory::new(8 * MIB);
        let [mut a, mut b] = [(); 2].map(|()| memory.share(&workshop("greedy")));
        assert!(a.grow(4 * MIB) && !a.grow(1) && !b.grow(1), "half of all");
        assert!(b.load(2 * MIB), "three quarters of all");
        assert!(!memory.share(&workshop("greedy")).load(1));
        let mut other = memory.share(&workshop("village"));
        assert!(!other.grow(1), "a quarter is left to load what is there");
        assert!(other.load(2 * MIB) && !memory.share(&workshop("town")).load(1));
        drop(a);
        assert!(other.grow(MIB) && b.grow(MIB));
    }

    #[test]
    fn r29_what_a_room_held_is_given_back_however_it_ends() {
        let memory = Memory::new(8 * MIB);
        let mut share = memory.share(&workshop("village"));
        assert!(share.load(1) && share.grow(1));
        share.settle(1, 9 * MIB);
        assert!(share.is_scarce() && !share.grow(MIB));
        share.set(MIB);
        assert!(!share.is_scarce() && share.grow(MIB));
        drop(share);
        let taken = memory.taken();
        assert!(taken.in_all == 0 && taken.by_workshop.is_empty());
    }
}
