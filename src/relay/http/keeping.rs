//! How long a workshop is kept, and its end: for facilitators only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::workshops::bearer;
use super::{App, Refusal};
use crate::clock::unix_ms;
use crate::store::StoreError;

#[derive(Deserialize)]
struct Change {
    keep_days: u32,
}

/// `PATCH /api/workshops/<id>`. The days are counted anew from now.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let door = &app.context.door;
    let mut workshop = door.open_as_facilitator(&id, bearer(&headers)).await?;
    let change: Change = serde_json::from_slice(&body).map_err(|_| {
        let reason = "Please send JSON with keep_days, a number of days.";
        Refusal(StatusCode::BAD_REQUEST, reason)
    })?;
    if !(1..=app.keeper.retention.most_days).contains(&change.keep_days) {
        let reason = "This relay does not keep workshops for so many days.";
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    workshop.keep_days = Some(change.keep_days);
    workshop.written_ms = unix_ms();
    app.store
        .keep_workshop(&workshop.id, workshop.keep_days, workshop.written_ms)
        .await
        .map_err(|error| failed(&error))?;
    let terms = app.keeper.terms(&workshop).into_iter();
    let terms = terms.map(|(name, value)| (name.to_owned(), Value::from(value)));
    Ok(Json(Value::Object(terms.collect::<Map<_, _>>())).into_response())
}

/// `DELETE /api/workshops/<id>`. The answer comes when nothing is left of it.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let door = &app.context.door;
    let workshop = door.open_as_facilitator(&id, bearer(&headers)).await?;
    // A task of its own: it is finished even when whoever asked hangs up meanwhile.
    let keeper = app.keeper.clone();
    let deleting = tokio::spawn(async move { keeper.delete_entirely(&workshop.id).await });
    match deleting.await {
        Ok(Ok(())) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => Err(failed(&StoreError::Closed)),
    }
}

fn failed(error: &StoreError) -> Refusal {
    if *error == StoreError::NoWorkshop {
        return Refusal(StatusCode::NOT_FOUND, "This workshop was deleted.");
    }
    tracing::error!(%error, "a workshop could not be changed");
    let reason = "The workshop could not be changed. Please try again.";
    Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
}
