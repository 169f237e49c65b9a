//! The two addresses of the WebSocket.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::{App, Refusal};
use crate::connection::{self, Named, Phase, SOCKET_FRAME_BYTES};
use crate::refusal::Limit;

/// Bytes of buffer a socket begins with: small, since most sockets of a hall are idle most of the
/// time, and larger frames are read in pieces.
const BUFFER_BYTES: usize = 4096;

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

#[derive(Deserialize)]
pub(super) struct KeyParameter {
    #[serde(default)]
    key: String,
}

/// `/sync`: many documents, each frame names its own.
pub(super) async fn many(State(app): State<Arc<App>>, upgrade: Upgrade) -> Response {
    accept(&app, upgrade, None)
}

/// `/sync/<document>?key=<key>`: one document.
pub(super) async fn named(
    State(app): State<Arc<App>>,
    Path(document): Path<String>,
    Query(parameter): Query<KeyParameter>,
    upgrade: Upgrade,
) -> Response {
    let key = parameter.key;
    accept(&app, upgrade, Some(Named { document, key }))
}

fn accept(app: &App, upgrade: Upgrade, named: Option<Named>) -> Response {
    let Ok(upgrade) = upgrade else {
        let reason = "This address is for WebSocket connections.";
        return Refusal(StatusCode::UPGRADE_REQUIRED, reason).into_response();
    };
    if *app.context.phase.borrow() != Phase::Serving {
        return Refusal::ENDING.into_response();
    }
    let context = app.context.clone();
    let Some(place) = context.places.take() else {
        let limit = Limit::Connections;
        limit.note(&context.hub.measures);
        return Refusal(StatusCode::SERVICE_UNAVAILABLE, limit.sentence()).into_response();
    };
    upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(2 * BUFFER_BYTES)
        .max_message_size(SOCKET_FRAME_BYTES)
        .max_frame_size(SOCKET_FRAME_BYTES)
        .on_upgrade(move |socket| connection::serve(socket, context, named, place))
}
