//! The relay's surface: routes, errors as JSON, and the headers that every answer bears.

pub(crate) mod accept;
mod body;
mod changes;
mod codes;
mod keeping;
pub(crate) mod metrics;
mod origin;
mod photos;
mod ready;
mod socket;
mod uploads;
mod workshops;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use axum::{Json, Router};
use serde_json::json;

use crate::assets;
use crate::change::Change;
use crate::connection::Context;
use crate::retention::Keeper;
use crate::store::Store;
pub(crate) use ready::Readiness;
pub(crate) use uploads::Uploads;

/// What every handler works with.
pub(crate) struct App {
    pub(crate) context: Arc<Context>,
    /// What facilitators change.
    pub(crate) change: Change,
    /// Where new workshops are kept.
    pub(crate) store: Arc<dyn Store>,
    /// Where people reach this relay: the public address, or one for each network.
    pub(crate) origins: Vec<String>,
    /// The public address, when one was set.
    pub(crate) public_url: Option<String>,
    pub(crate) keeper: Keeper,
    /// Whether the relay speaks TLS itself.
    pub(crate) is_secure: bool,
    pub(crate) readiness: Readiness,
    /// The places of photos that are being taken in.
    pub(crate) uploads: Uploads,
}

/// How long a browser that has seen this relay speak TLS asks for nothing else: 30 days, in seconds.
/// Long enough to hold from one workshop to the next, short enough to outlive a mistake.
const STRICT_TRANSPORT: &str = "max-age=2592000";

/// Everything the relay answers to.
pub(crate) fn router(app: Arc<App>) -> Router {
    let with_long_bodies = Router::new()
        .route(
            "/api/workshops/{id}/photos/{name}",
            get(photos::read).put(photos::add),
        )
        .method_not_allowed_fallback(not_this_way);
    Router::new()
        .route("/api/workshops", post(workshops::create))
        .route(
            "/api/workshops/{id}",
            get(workshops::read)
                .patch(keeping::change)
                .delete(keeping::delete),
        )
        .route("/api/workshops/{id}/keys", post(changes::replace_key))
        .route("/api/workshops/{id}/lock", put(changes::lock))
        .route("/api/codes/{code}", get(codes::read))
        .route("/api/{*rest}", any(no_such_address))
        .route("/sync", get(socket::many))
        .route("/sync/{*document}", get(socket::named))
        .route("/health", get(health))
        .route("/ready", get(ready::read))
        .route("/version", get(version))
        .method_not_allowed_fallback(not_this_way)
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(app.clone(), body::read))
        .merge(with_long_bodies)
        .layer(middleware::from_fn_with_state(app.clone(), origin::check))
        .layer(middleware::from_fn_with_state(app.clone(), common_headers))
        .with_state(app)
}

/// A refusal: a status and one plain sentence.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) &'static str);

impl Refusal {
    const ENDING: Self = Self(
        StatusCode::SERVICE_UNAVAILABLE,
        "The relay is being stopped.",
    );
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

async fn health() -> impl IntoResponse {
    Json(json!({ "ok": true }))
}

async fn version() -> impl IntoResponse {
    Json(json!({ "name": "trestle", "version": env!("CARGO_PKG_VERSION") }))
}

async fn no_such_address() -> Refusal {
    Refusal(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

async fn not_this_way() -> Refusal {
    let reason = "This address cannot be used in this way.";
    Refusal(StatusCode::METHOD_NOT_ALLOWED, reason)
}

/// Headers that hold for every answer. What is not the app is never cached: it may hold a key.
async fn common_headers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_strict = app.is_secure && !is_announced(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_strict {
        let strict = HeaderValue::from_static(STRICT_TRANSPORT);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, strict);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static(assets::PERMISSIONS_POLICY),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    response
}

/// Whether the relay was asked for by a name like `trestle.local`. Such a name is whoever's announces
/// it on the network at hand, and the next one there may well speak no TLS.
fn is_announced(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    host.and_then(|host| host.split(':').next())
        .is_some_and(|name| name.to_ascii_lowercase().ends_with(".local"))
}
