//! Reads the body of a request before anything else is done with it, within a size and a time.
//!
//! A body of the API is small. So it is read as a whole here, once for all routes, and no handler
//! waits for a client that sends it byte by byte.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use super::{App, Refusal};
use crate::refusal::Limit;

/// Passes the request on with its whole body, or refuses it.
pub(super) async fn read(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let limits = &app.context.limits;
    let (parts, body) = request.into_parts();
    let reading = to_bytes(body, limits.body_bytes);
    match timeout(Duration::from_millis(limits.read_ms), reading).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        // A body that broke off is as good as too long: nobody is there to read the answer.
        Ok(Err(_)) => {
            let limit = Limit::BodyBytes;
            limit.note(&app.context.hub.measures);
            Refusal(StatusCode::PAYLOAD_TOO_LARGE, limit.sentence()).into_response()
        }
        Err(_) => {
            let limit = Limit::ReadTime;
            limit.note(&app.context.hub.measures);
            Refusal(StatusCode::REQUEST_TIMEOUT, limit.sentence()).into_response()
        }
    }
}
