//! What a facilitator changes for everyone: a key replaced, a board locked.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use workshop::id::BoardId;

use super::workshops::{bearer, link};
use super::{App, Refusal};
use crate::change::{NotChanged, Wanted};
use crate::refusal::Limit;
use crate::rights::{Locked, Role};

#[derive(Deserialize)]
struct WhichKey {
    role: String,
}

/// `POST /api/workshops/<id>/keys` with the facilitator's key.
pub(super) async fn replace_key(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let which: Option<WhichKey> = serde_json::from_slice(&body).ok();
    let role = which.and_then(|which| Role::from_name(&which.role));
    let role = role.ok_or_else(|| {
        let reason = "Please send JSON with a role: facilitator, participant, wall or report.";
        Refusal(StatusCode::BAD_REQUEST, reason)
    })?;
    let facilitator = bearer(&headers).to_owned();
    let (workshop, key) = app.change.replace_key(id, facilitator, role).await?;
    Ok(Json(json!({
        "role": role,
        "key": key.to_text(),
        "link": link(&workshop, &key),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichLock {
    workshop: Option<bool>,
    board: Option<BoardId>,
    locked: Option<bool>,
}

/// `PUT /api/workshops/<id>/lock` with the facilitator's key.
pub(super) async fn lock(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Locked>, Refusal> {
    let which = serde_json::from_slice(&body).ok();
    let wanted = which.and_then(|which| match which {
        WhichLock {
            workshop: Some(is_locked),
            board: None,
            locked: None,
        } => Some(Wanted::Workshop(is_locked)),
        WhichLock {
            workshop: None,
            board: Some(board),
            locked: Some(is_locked),
        } => Some(Wanted::Board(board, is_locked)),
        _ => None,
    });
    let wanted = wanted.ok_or_else(|| {
        let reason = "Please send JSON with a workshop, or with a board and locked.";
        Refusal(StatusCode::BAD_REQUEST, reason)
    })?;
    let facilitator = bearer(&headers).to_owned();
    Ok(Json(app.change.lock(id, facilitator, wanted).await?))
}

impl From<NotChanged> for Refusal {
    fn from(not: NotChanged) -> Self {
        match not {
            NotChanged::Shut(shut) => shut.into(),
            NotChanged::TooManyBoards => {
                let reason = Limit::DocumentsPerWorkshop.sentence();
                Self(StatusCode::UNPROCESSABLE_ENTITY, reason)
            }
            NotChanged::StoreFailed => {
                let reason = "This could not be stored. Please try again.";
                Self(StatusCode::SERVICE_UNAVAILABLE, reason)
            }
        }
    }
}
