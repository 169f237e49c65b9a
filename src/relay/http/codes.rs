//! From a code that was spoken to the link that it stands for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::workshops::link;
use super::{App, Refusal};
use crate::codes::{Code, Unknown};
use crate::refusal::Limit;

/// `GET /api/codes/<code>`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let code = Code::parse(&code).ok_or(Unknown::NoSuchCode);
    let found = code.and_then(|code| app.context.door.find(&code));
    let (workshop, key) = found.map_err(|unknown| match unknown {
        Unknown::NoSuchCode => {
            let reason = "No workshop has this code just now. Please check it.";
            Refusal(StatusCode::NOT_FOUND, reason)
        }
        Unknown::TooManyGuesses => {
            let limit = Limit::CodeGuesses;
            limit.note(&app.context.hub.measures);
            Refusal(StatusCode::TOO_MANY_REQUESTS, limit.sentence())
        }
    })?;
    Ok(Json(json!({ "link": link(&workshop, &key) })).into_response())
}
