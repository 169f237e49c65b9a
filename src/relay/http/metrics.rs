//! The page of figures, at an address of its own that is not for the people of a workshop.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

use crate::connection::Context;
use crate::measures::Seen;

/// What is answered at the address for figures.
pub(crate) fn router(context: Arc<Context>) -> Router {
    Router::new()
        .route("/metrics", get(read))
        .with_state(context)
}

async fn read(State(context): State<Arc<Context>>) -> Response {
    let (rooms, waiting_messages) = context.hub.rooms_and_waiting();
    let waiting = context.connections.waiting_bytes();
    let seen = Seen {
        connections: waiting.len(),
        rooms,
        waiting_messages,
        waiting_bytes: waiting.iter().sum(),
        waiting_bytes_of_slowest: waiting.into_iter().max().unwrap_or_default(),
    };
    match context.hub.measures.page(seen) {
        Ok(page) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
