//! How many connections there may be, in all and in one workshop.
//!
//! A place is held for as long as its value lives, so that no way in which a connection can end loses
//! one. Must never know from which network address a connection comes: a whole hall shares one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use workshop::id::WorkshopId;

use crate::config::Limits;
use crate::rights::Role;

/// The places of one relay.
pub(crate) struct Places {
    all: Arc<Semaphore>,
    in_workshops: Arc<InWorkshops>,
    most_per_workshop: usize,
}

/// Held by every connection.
pub(crate) struct Place {
    _held: OwnedSemaphorePermit,
}

/// Held by a connection for each workshop whose documents it has opened.
pub(super) struct PlaceInWorkshop {
    workshop: WorkshopId,
    in_workshops: Arc<InWorkshops>,
}

#[derive(Default)]
struct InWorkshops(Mutex<HashMap<WorkshopId, usize>>);

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        let most = limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            all: Arc::new(Semaphore::new(most)),
            in_workshops: Arc::default(),
            most_per_workshop: limits.connections_per_workshop,
        }
    }

    /// A place for one more connection, unless all are taken.
    pub(crate) fn take(&self) -> Option<Place> {
        let held = self.all.clone().try_acquire_owned().ok()?;
        Some(Place { _held: held })
    }

    /// A place in a workshop for one more connection, unless all are taken. There is always one for
    /// a facilitator, who alone can make room by replacing the key that fills them.
    pub(super) fn take_in(&self, workshop: &WorkshopId, role: Role) -> Option<PlaceInWorkshop> {
        let mut taken = self.in_workshops.lock();
        let count = taken.entry(workshop.clone()).or_default();
        if *count >= self.most_per_workshop && role != Role::Facilitator {
            return None;
        }
        *count += 1;
        Some(PlaceInWorkshop {
            workshop: workshop.clone(),
            in_workshops: self.in_workshops.clone(),
        })
    }
}

impl PlaceInWorkshop {
    pub(super) fn is_in(&self, workshop: &WorkshopId) -> bool {
        self.workshop == *workshop
    }
}

impl Drop for PlaceInWorkshop {
    fn drop(&mut self) {
        let mut taken = self.in_workshops.lock();
        if let Some(count) = taken.get_mut(&self.workshop) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.workshop);
            }
        }
    }
}

impl InWorkshops {
    /// The counts are whole between any two statements, so a panic elsewhere is no reason to refuse
    /// everyone from then on.
    fn lock(&self) -> MutexGuard<'_, HashMap<WorkshopId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, connections_per_workshop: usize) -> Places {
        Places::new(&Limits {
            connections,
            connections_per_workshop,
            ..Limits::default()
        })
    }

    fn workshop(name: &str) -> WorkshopId {
        WorkshopId::parse(name).unwrap()
    }

    #[test]
    fn a_place_is_free_again_once_its_connection_has_ended() {
        let places = places(1, 1);
        let (all, here) = (
            places.take(),
            places.take_in(&workshop("here"), Role::Participant),
        );
        assert!(all.is_some() && places.take().is_none());
        let again = || places.take_in(&workshop("here"), Role::Participant);
        assert!(here.is_some() && again().is_none());
        drop((all, here));
        assert!(places.take().is_some() && again().is_some());
        assert_eq!(places.in_workshops.lock().len(), 0, "nothing is left over");
    }

    #[test]
    fn a_full_workshop_still_takes_its_facilitators_and_no_place_from_others() {
        let places = places(9, 0);
        for role in [Role::Participant, Role::Wall, Role::Report] {
            assert!(places.take_in(&workshop("here"), role).is_none());
        }
        let here = places.take_in(&workshop("here"), Role::Facilitator);
        assert!(here.is_some_and(|here| here.is_in(&workshop("here"))));
    }
}
