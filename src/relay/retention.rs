//! How long workshops are kept, and the end of those that are deleted or whose time is up.
//!
//! A workshop is kept for so many days after it was last written to: as many as its facilitator has
//! chosen or, without a choice, as the relay is set to, and never more than its operator allows. This
//! file must never delete anything by a clock that cannot be right.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use workshop::id::WorkshopId;

use crate::clock::{DAY_MS, EARLIEST_MS, unix_ms};
use crate::config::Retention;
use crate::connection::Phase;
use crate::hub::Hub;
use crate::store::{Store, StoreError, WorkshopRecord};

/// How often to look for workshops whose time is up.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// Keeps workshops as long as they are to be kept, and no longer.
#[derive(Clone)]
pub(crate) struct Keeper {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) retention: Retention,
}

impl Keeper {
    /// How many days a workshop is kept after it was last written to.
    fn keep_days(&self, workshop: &WorkshopRecord) -> u32 {
        let days = workshop.keep_days.unwrap_or(self.retention.days);
        days.min(self.retention.most_days)
    }

    fn kept_until_ms(&self, workshop: &WorkshopRecord) -> u64 {
        workshop.written_ms + u64::from(self.keep_days(workshop)) * DAY_MS
    }

    /// What a facilitator is told, by name: until when the workshop is kept (milliseconds since 1970),
    /// for how many days, and the most days to choose.
    pub(crate) fn terms(&self, workshop: &WorkshopRecord) -> [(&'static str, u64); 3] {
        [
            ("kept_until_ms", self.kept_until_ms(workshop)),
            ("keep_days", self.keep_days(workshop).into()),
            ("most_keep_days", self.retention.most_days.into()),
        ]
    }

    /// Looks for workshops whose time is up, now and then, until the relay ends.
    pub(crate) async fn run(self, mut phase: watch::Receiver<Phase>) {
        while timeout(LOOK_EVERY, phase.wait_for(|phase| *phase != Phase::Serving))
            .await
            .is_err()
        {
            self.look(unix_ms()).await;
        }
    }

    /// Deletes the workshops whose time is up, and finishes what was left of earlier deletions.
    pub(crate) async fn look(&self, now_ms: u64) {
        if now_ms < EARLIEST_MS {
            tracing::warn!("this computer's clock is not set: no workshop is deleted by its date");
            return;
        }
        let looked = async {
            for id in self.store.workshop_ids().await? {
                self.look_at(&id, now_ms).await?;
            }
            self.store.scrub().await
        };
        if let Err(error) = looked.await {
            tracing::error!(%error, "not every workshop whose time is up could be deleted");
        }
    }

    async fn look_at(&self, id: &WorkshopId, now_ms: u64) -> Result<(), StoreError> {
        let Some(workshop) = self.store.workshop(id).await? else {
            return Ok(());
        };
        let known = EARLIEST_MS..=now_ms + DAY_MS;
        if !known.contains(&workshop.written_ms) {
            // Written by an earlier version, or while the clock was wrong: its days begin now.
            return match self
                .store
                .keep_workshop(id, workshop.keep_days, now_ms)
                .await
            {
                Err(StoreError::NoWorkshop) => Ok(()),
                done => done,
            };
        }
        if self.kept_until_ms(&workshop) <= now_ms {
            tracing::info!(workshop = %id, "its time is up");
            self.delete(id).await?;
        }
        Ok(())
    }

    /// Deletes a workshop and sends its people away. Traces may remain until the store is scrubbed.
    ///
    /// The store comes first: from then on nobody can join or write, and whoever was just about to
    /// finds nothing there.
    async fn delete(&self, id: &WorkshopId) -> Result<(), StoreError> {
        match self.store.delete_workshop(id).await {
            // Somebody else was quicker.
            Ok(()) | Err(StoreError::NoWorkshop) => {}
            Err(error) => return Err(error),
        }
        tracing::info!(workshop = %id, "deleted");
        self.hub.end_workshop(id).await;
        Ok(())
    }

    /// Deletes a workshop, sends its people away, and answers when nothing is left of it.
    pub(crate) async fn delete_entirely(&self, id: &WorkshopId) -> Result<(), StoreError> {
        self.delete(id).await?;
        if let Err(error) = self.store.scrub().await {
            tracing::error!(%error, "what was deleted may have left traces; it is tried again");
        }
        Ok(())
    }
}
