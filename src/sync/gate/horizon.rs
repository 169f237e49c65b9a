//! What is known, what the update brings, and what it builds on (rule G-5).
//!
//! Owns the search for holes. Must never let a struct, an origin, a parent or a deletion pass that
//! lies beyond what is known and brought: yrs would integrate past it or keep it pending, stock
//! Yjs the other way round, and the replicas would differ.
//!
//! A reference to a client whose structs come later in the same update cannot be judged when it is
//! read; it is owed, and judged at the end. An ordinary update owes nothing and allocates one short
//! list.

use yrs::{ClientID, StateVector};

use super::Refused;

/// The clocks of one update against the known ones.
pub(super) struct Horizon<'a> {
    known: &'a StateVector,
    /// For each client with structs, the clock up to which there is no hole. Sorted by
    /// [`Horizon::close_sections`].
    sections: Vec<(u64, u32)>,
    /// The greatest clock needed of a client that was not known far enough when it was needed.
    owed: Vec<(u64, u32)>,
    /// The last client other than the section's own that was asked for, and its known clock.
    last_asked: Option<(u64, u32)>,
    hole: Option<Refused>,
    adds: bool,
}

impl<'a> Horizon<'a> {
    pub(super) fn new(known: &'a StateVector) -> Self {
        Self {
            known,
            sections: Vec::new(),
            owed: Vec::new(),
            last_asked: None,
            hole: None,
            adds: false,
        }
    }

    fn known(&self, client: u64) -> u32 {
        self.known.get(&ClientID::new(client))
    }

    /// The structs of `client` follow. Gives whether any of it are known.
    pub(super) fn open_section(&mut self, client: u64) -> bool {
        let known = self.known(client);
        self.sections.push((client, known));
        known > 0
    }

    /// The open section holds a struct from `start` to before `end`.
    pub(super) fn bring(&mut self, start: u32, end: u32) {
        let Some((client, reach)) = self.sections.last_mut() else {
            return;
        };
        if start > *reach {
            let hole = Refused::Hole {
                client: *client,
                known: *reach,
                found: start,
            };
            self.hole.get_or_insert(hole);
        }
        if end > *reach {
            *reach = end;
            self.adds = true;
        }
    }

    /// A struct at `own_clock` of the open section builds on the struct of `client` at `clock`.
    pub(super) fn need(&mut self, own_clock: u32, client: u64, clock: u32) -> Result<(), Refused> {
        if self
            .sections
            .last()
            .is_some_and(|section| section.0 == client)
        {
            // Yjs looks such a struct up without asking whether it is there.
            return if clock < own_clock {
                Ok(())
            } else {
                Err(Refused::Malformed(
                    "a struct builds on one that its client made later",
                ))
            };
        }
        let known = match self.last_asked {
            Some((asked, known)) if asked == client => known,
            _ => {
                let known = self.known(client);
                self.last_asked = Some((client, known));
                known
            }
        };
        if clock < known {
            return Ok(());
        }
        match self.owed.last_mut() {
            Some((owed, most)) if *owed == client => *most = clock.max(*most),
            _ => self.owed.push((client, clock)),
        }
        Ok(())
    }

    /// No more structs follow: judges what is owed.
    pub(super) fn close_sections(&mut self) -> Result<(), Refused> {
        self.sections.sort_unstable_by_key(|section| section.0);
        if self.sections.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Refused::Malformed("a client appears twice"));
        }
        for (client, clock) in std::mem::take(&mut self.owed) {
            self.reach(client, clock, clock.saturating_add(1));
        }
        Ok(())
    }

    /// The structs of `client` before `end` are deleted, or needed.
    pub(super) fn delete(&mut self, client: u64, end: u32) {
        self.reach(client, end, end);
    }

    fn reach(&mut self, client: u64, found: u32, end: u32) {
        let known = match self
            .sections
            .binary_search_by_key(&client, |section| section.0)
        {
            Ok(index) => self.sections[index].1,
            Err(_) => self.known(client),
        };
        if end > known {
            self.hole.get_or_insert(Refused::Hole {
                client,
                known,
                found,
            });
        }
    }

    /// Reports the first hole, if there was one.
    pub(super) fn settle(&self) -> Result<(), Refused> {
        match self.hole {
            Some(hole) => Err(hole),
            None => Ok(()),
        }
    }

    /// Whether anything new was brought, and the clocks that are known once the update is applied.
    pub(super) fn into_clocks(self) -> (bool, Vec<(u64, u32)>) {
        let mut clocks = self.sections;
        // Of a client with skips alone nothing is known, and who counts it as known keeps it for ever
        // and tells everyone.
        clocks.retain(|&(_, clock)| clock > 0);
        (self.adds, clocks)
    }
}
