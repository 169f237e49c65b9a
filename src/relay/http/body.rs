//! Reads bodies of requests, each within a size and a time.
//!
//! A body of the API is small. So it is read as a whole here, once for all routes, before anything else
//! is done with the request, and no handler waits for a client that sends it byte by byte. Only photos
//! are larger: their handler has them read when it knows who sends them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::{App, Refusal};
use crate::refusal::Limit;

/// What may be read of a body.
pub(super) struct Bounds {
    /// The most bytes that it may have.
    pub(super) most: usize,
    /// The limit that this is.
    pub(super) limit: Limit,
    /// How long it may take, in times of what a small one may.
    pub(super) times: u32,
    /// Bytes beyond that are read and thrown away. When a connection ends while its client is still
    /// sending, the client may never see why.
    pub(super) passed_over: usize,
}

/// Passes the request on with its whole body, or refuses it.
pub(super) async fn read(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let bounds = Bounds {
        most: app.context.limits.body_bytes,
        limit: Limit::BodyBytes,
        times: 1,
        passed_over: 0,
    };
    match receive(&app, body, bounds).await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Reads a body to its end.
pub(super) async fn receive(app: &App, body: Body, bounds: Bounds) -> Result<Vec<u8>, Refusal> {
    let time = Duration::from_millis(app.context.limits.read_ms) * bounds.times;
    let (status, limit) = match timeout(time, whole(body, &bounds)).await {
        Ok(Some(bytes)) => return Ok(bytes),
        // A body that broke off is as good as too long: nobody is there to read the answer.
        Ok(None) => (StatusCode::PAYLOAD_TOO_LARGE, bounds.limit),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, Limit::ReadTime),
    };
    limit.note(&app.context.hub.measures);
    Err(Refusal(status, limit.sentence()))
}

/// All of a body that is not too long. What a longer one has beyond is thrown away as it comes.
async fn whole(body: Body, bounds: &Bounds) -> Option<Vec<u8>> {
    let declared = body.size_hint().exact();
    let expected = declared.map_or(0, |declared| declared as usize);
    let mut bytes = Vec::with_capacity(expected.min(bounds.most));
    let mut received = 0;
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.ok()?;
        received += part.len();
        if received <= bounds.most {
            bytes.extend_from_slice(&part);
        } else if received > bounds.most + bounds.passed_over {
            return None;
        }
    }
    (received <= bounds.most).then_some(bytes)
}
