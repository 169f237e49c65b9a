//! What a facilitator changes for everyone: a key replaced.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::workshops::{bearer, link};
use super::{App, Refusal};
use crate::change::NotChanged;
use crate::rights::Role;

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

impl From<NotChanged> for Refusal {
    fn from(not: NotChanged) -> Self {
        match not {
            NotChanged::Shut(shut) => shut.into(),
            NotChanged::NotAFacilitator => {
                let reason = "Only the facilitator's link may change this.";
                Self(StatusCode::FORBIDDEN, reason)
            }
            NotChanged::StoreFailed => {
                let reason = "This could not be stored. Please try again.";
                Self(StatusCode::SERVICE_UNAVAILABLE, reason)
            }
        }
    }
}
