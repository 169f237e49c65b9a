//! Making a workshop, and saying what a key opens.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;

use super::{App, Refusal};
use crate::access::{Opened, Shut};
use crate::clock::unix_ms;
use crate::keys::{Key, NewKeys};
use crate::rights::{Locked, Role};
use crate::seed::{self, NotSeeded};
use crate::store::{StoreError, WorkshopRecord};

/// The longest title, in characters.
const TITLE_CHARACTERS: usize = 120;
/// The longest question, in characters.
const QUESTION_CHARACTERS: usize = 500;

/// The documents that any key of a workshop opens, for reading at least.
const OPENS: [&str; 3] = ["plan", "board/*", "ledger"];

#[derive(Deserialize)]
struct NewWorkshop {
    #[serde(default)]
    title: String,
    #[serde(default)]
    question: String,
    start: String,
}

/// `POST /api/workshops`.
pub(super) async fn create(State(app): State<Arc<App>>, body: Bytes) -> Result<Response, Refusal> {
    let new: NewWorkshop = serde_json::from_slice(&body).map_err(|_| {
        let reason = "Please send JSON with a title, a question and a start.";
        Refusal(StatusCode::BAD_REQUEST, reason)
    })?;
    let title = new.title.trim();
    let question = new.question.trim();
    if title.chars().count() > TITLE_CHARACTERS {
        let reason = "The title is too long. Please keep it to 120 characters.";
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    if question.chars().count() > QUESTION_CHARACTERS {
        let reason = "The question is too long. Please keep it to 500 characters.";
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    let seeded = seed::documents(&new.start, title, question).map_err(|not| match not {
        NotSeeded::UnknownStart => {
            let reason = "The start must be one of service, outcome, community and sample.";
            Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason)
        }
        NotSeeded::NoTitle => {
            let reason = "Please give the workshop a title.";
            Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason)
        }
        NotSeeded::TooLong => {
            let reason = "The title or the question is too long.";
            Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason)
        }
        NotSeeded::Unsound => {
            let reason = "This starting point cannot be used just now.";
            Refusal(StatusCode::INTERNAL_SERVER_ERROR, reason)
        }
    })?;
    let keys = NewKeys::random();
    let id = WorkshopId::from_random(seed::random_bits());
    let documents = seeded.documents.into_iter().map(|(kind, update)| {
        let workshop = id.clone();
        (DocumentAddress { workshop, kind }, update)
    });
    let now_ms = unix_ms();
    let record = WorkshopRecord {
        lock: keys.lock(&id),
        locked: Locked::default(),
        id: id.clone(),
        title: seeded.title,
        created_ms: now_ms,
        written_ms: now_ms,
        keep_days: None,
    };
    app.store
        .create_workshop(record, documents.collect())
        .await
        .map_err(|error| store_failed(&error))?;
    tracing::info!(workshop = %id, "made");
    let all = Role::ALL.map(|role| (role, keys.of(role)));
    let body = json!({
        "id": id,
        "keys": by_role(all.iter().map(|(role, key)| (*role, key.to_text()))),
        "links": by_role(all.iter().map(|(role, key)| (*role, link(&id, key)))),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// `GET /api/workshops/<id>` with `Authorization: Bearer <key>`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let opened = open(&app, &id, &headers).await?;
    let workshop = &opened.workshop;
    let links = opened
        .keys
        .iter()
        .map(|(role, key)| (*role, link(&workshop.id, key)));
    let mut body = json!({
        "id": workshop.id,
        "title": workshop.title,
        "role": opened.role,
        "opens": OPENS,
        "links": by_role(links),
        "locks": workshop.locked,
        "origins": app.origins,
        "time_ms": unix_ms(),
    });
    if let Some(code) = opened.code {
        body["code"] = code.to_string().into();
    }
    if opened.role == Role::Facilitator {
        for (name, value) in app.keeper.terms(workshop) {
            body[name] = value.into();
        }
    }
    Ok(Json(body).into_response())
}

/// Opens a workshop with the key that a request bears.
pub(super) async fn open(app: &App, id: &str, headers: &HeaderMap) -> Result<Opened, Refusal> {
    let opened = app.context.door.open_workshop(id, bearer(headers)).await;
    opened.map_err(Refusal::from)
}

/// The key of a request, or nothing.
pub(super) fn bearer(headers: &HeaderMap) -> &str {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, key)| key.trim())
}

impl From<Shut> for Refusal {
    fn from(shut: Shut) -> Self {
        let status = match shut {
            Shut::UnknownWorkshop | Shut::UnknownDocument => StatusCode::NOT_FOUND,
            Shut::WrongKey => StatusCode::UNAUTHORIZED,
            Shut::NotAFacilitator => StatusCode::FORBIDDEN,
            Shut::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, shut.reason())
    }
}

fn by_role(entries: impl Iterator<Item = (Role, String)>) -> Value {
    let entries = entries.map(|(role, text)| (role.name().to_owned(), Value::String(text)));
    Value::Object(entries.collect::<Map<_, _>>())
}

/// The link that a holder opens: the key is in the fragment, so no server's log ever has it.
pub(super) fn link(workshop: &WorkshopId, key: &Key) -> String {
    format!("/w/{workshop}#{}", key.to_text())
}

fn store_failed(error: &StoreError) -> Refusal {
    tracing::error!(%error, "a workshop could not be stored");
    let reason = "The workshop could not be stored. Please try again.";
    Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
}
