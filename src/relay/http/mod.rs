//! The relay's surface: routes, errors as JSON, and the headers that every answer bears.

mod changes;
mod codes;
mod origin;
mod socket;
mod workshops;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::assets;
use crate::change::Change;
use crate::connection::Context;
use crate::store::Store;

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
}

/// Everything the relay answers to.
pub(crate) fn router(app: Arc<App>) -> Router {
    let body_bytes = app.context.limits.body_bytes;
    Router::new()
        .route("/api/workshops", post(workshops::create))
        .route("/api/workshops/{id}", get(workshops::read))
        .route("/api/workshops/{id}/keys", post(changes::replace_key))
        .route("/api/codes/{code}", get(codes::read))
        .route("/api/{*rest}", any(no_such_address))
        .route("/sync", get(socket::many))
        .route("/sync/{*document}", get(socket::named))
        .route("/health", get(health))
        .route("/version", get(version))
        .method_not_allowed_fallback(not_this_way)
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(app.clone(), origin::check))
        .layer(middleware::from_fn(common_headers))
        .layer(DefaultBodyLimit::max(body_bytes))
        .with_state(app)
}

/// A refusal: a status and one plain sentence.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) &'static str);

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
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
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
