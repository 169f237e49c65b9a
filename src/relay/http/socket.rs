//! The two addresses of the WebSocket.
//!
//! The handshake is tungstenite's; what remains after it is the bare stream, free of all that HTTP
//! kept for it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hyper::upgrade::{self, Upgraded};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tungstenite::handshake::server::create_response_with_body;

use super::{App, Refusal};
use crate::connection::stream::{Secured, Stream};
use crate::connection::{self, Named, Phase};
use crate::refusal::Limit;

#[derive(Deserialize)]
pub(super) struct KeyParameter {
    #[serde(default)]
    key: String,
}

/// `/sync`: many documents, each frame names its own.
pub(super) async fn many(State(app): State<Arc<App>>, request: Request) -> Response {
    accept(&app, request, None)
}

/// `/sync/<document>?key=<key>`: one document.
pub(super) async fn named(
    State(app): State<Arc<App>>,
    Path(document): Path<String>,
    Query(parameter): Query<KeyParameter>,
    request: Request,
) -> Response {
    let key = parameter.key;
    accept(&app, request, Some(Named { document, key }))
}

fn accept(app: &App, mut request: Request, named: Option<Named>) -> Response {
    let upgrade = upgrade::on(&mut request);
    let Ok(response) = create_response_with_body(&request, Body::empty) else {
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
    tokio::spawn(async move {
        // Fails when the client has gone before it had the answer.
        if let Ok(upgraded) = upgrade.await {
            let (stream, early) = bare(upgraded);
            connection::serve(stream, early, context, named, place).await;
        }
    });
    response
}

/// The stream behind HTTP, and what was read of it already. HTTP's own buffers end here: an idle
/// socket would keep them for as long as it is open. So what was read is copied: it stands in them.
fn bare(upgraded: Upgraded) -> (Box<dyn Stream>, Vec<u8>) {
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => (Box::new(parts.io.into_inner()), parts.read_buf.to_vec()),
        Err(upgraded) => {
            let parts = upgraded.downcast::<TokioIo<TlsStream<TcpStream>>>();
            let parts = parts.expect("connections are accepted in the clear or with TLS");
            let stream = Secured::new(parts.io.into_inner());
            (Box::new(stream), parts.read_buf.to_vec())
        }
    }
}
