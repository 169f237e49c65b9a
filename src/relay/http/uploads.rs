//! The places of photos that are being taken in: so many in all, and of one workshop.
//!
//! A place is held for as long as its value lives, so that no way in which an upload can end loses one.
//! Must never let anybody wait for another workshop's slow uploads while a place is free.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use workshop::id::WorkshopId;

use crate::config::Limits;

/// The places of one relay.
pub(crate) struct Uploads {
    all: Arc<Semaphore>,
    /// The places of those workshops that have taken or wait for one.
    of_workshops: Mutex<HashMap<WorkshopId, Weak<Semaphore>>>,
    most_per_workshop: usize,
}

/// Held by every upload that is being read.
pub(super) struct Place {
    _of_workshop: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Uploads {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.photo_uploads)),
            of_workshops: Mutex::default(),
            most_per_workshop: limits.photo_uploads_per_workshop,
        }
    }

    /// Waits for a place. The workshop's comes first: who waits for that keeps none from others.
    ///
    /// # Errors
    /// Never: places are not closed.
    pub(super) async fn place(&self, workshop: &WorkshopId) -> Result<Place, AcquireError> {
        Ok(Place {
            _of_workshop: self.of(workshop).acquire_owned().await?,
            _of_all: self.all.clone().acquire_owned().await?,
        })
    }

    fn of(&self, workshop: &WorkshopId) -> Arc<Semaphore> {
        // The map is whole between any two statements, whatever happens elsewhere.
        let of_workshops = self.of_workshops.lock();
        let mut of_workshops = of_workshops.unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = of_workshops.get(workshop).and_then(Weak::upgrade) {
            return places;
        }
        of_workshops.retain(|_, places| places.strong_count() > 0);
        let places = Arc::new(Semaphore::new(self.most_per_workshop));
        of_workshops.insert(workshop.clone(), Arc::downgrade(&places));
        places
    }
}
