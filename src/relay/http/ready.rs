//! `GET /ready`: whether to send people here. `/health` only says that the program runs.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::{App, Refusal};
use crate::clock::Clock;
use crate::connection::Phase;
use crate::store::Store;

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer holds, in milliseconds, so that asking often costs the disk nothing.
const HOLDS_MS: u64 = 1_000;

/// What the store last answered.
pub(crate) struct Readiness {
    clock: Clock,
    /// Until when, and what. Held while the store is asked, so that it is asked once at a time.
    answer: Mutex<(u64, bool)>,
}

impl Readiness {
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::new(),
            answer: Mutex::new((0, false)),
        }
    }

    async fn store_writes(&self, store: &dyn Store) -> bool {
        let mut answer = self.answer.lock().await;
        let (until_ms, writes) = &mut *answer;
        if self.clock.now_ms() >= *until_ms {
            *writes = matches!(timeout(PATIENCE, store.check()).await, Ok(Ok(())));
            *until_ms = self.clock.now_ms() + HOLDS_MS;
        }
        *writes
    }
}

pub(super) async fn read(State(app): State<Arc<App>>) -> Result<Response, Refusal> {
    if *app.context.phase.borrow() != Phase::Serving {
        return Err(Refusal::ENDING);
    }
    if !app.readiness.store_writes(&*app.store).await {
        let reason = "The relay cannot write to its store just now.";
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, reason));
    }
    Ok(Json(json!({ "ready": true })).into_response())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;
    use tokio::sync::watch;

    use super::*;
    use crate::access::Door;
    use crate::change::Change;
    use crate::config::{Limits, Retention};
    use crate::connection::places::Places;
    use crate::connection::{Connections, Context};
    use crate::http::{Uploads, router};
    use crate::hub::Hub;
    use crate::retention::Keeper;
    use crate::store::memory::MemoryStore;

    /// What a relay in this phase, with this store, answers to a path.
    async fn ask(store: &MemoryStore, phase: Phase, path: &str) -> StatusCode {
        let store = Arc::new(store.clone());
        let (hub, _) = Hub::new(store.clone(), Limits::default());
        let keeper = Keeper {
            store: store.clone(),
            hub: hub.clone(),
            retention: Retention::default(),
        };
        let context = Arc::new(Context {
            hub,
            door: Door::new(store.clone()),
            places: Places::new(&Limits::default()),
            limits: Limits::default(),
            connections: Arc::new(Connections::default()),
            phase: watch::channel(phase).1,
        });
        let app = App {
            change: Change::new(context.clone(), store.clone()),
            context,
            store,
            origins: Vec::new(),
            public_url: None,
            is_secure: false,
            keeper,
            readiness: Readiness::new(),
            uploads: Uploads::new(&Limits::default()),
        };
        let request = Request::get(path).body(Body::empty()).unwrap();
        let router = TowerToHyperService::new(router(Arc::new(app)));
        router.call(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_relay_is_ready_while_it_serves_and_its_store_writes() {
        let works = MemoryStore::default();
        let closed = MemoryStore::default();
        closed.close().await.unwrap();
        let table = [
            (&works, Phase::Serving, 200),
            (&works, Phase::Ending, 503),
            (&closed, Phase::Serving, 503),
        ];
        for (store, phase, status) in table {
            assert_eq!(ask(store, phase, "/ready").await, status, "{phase:?}");
            assert_eq!(ask(store, phase, "/health").await, 200, "{phase:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_store_is_asked_again_after_a_second() {
        let store = MemoryStore::default();
        let readiness = Readiness::new();
        assert!(readiness.store_writes(&store).await);
        store.close().await.unwrap();
        assert!(readiness.store_writes(&store).await);
        tokio::time::advance(Duration::from_millis(HOLDS_MS)).await;
        assert!(!readiness.store_writes(&store).await);
    }
}
