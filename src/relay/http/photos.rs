//! Photos: taken in from whoever may add them, and given to whoever has a key.
//!
//! Nothing of an upload is stored before it is whole and was found good, so one that breaks off leaves
//! nothing behind. No more uploads are in memory at once than there are places (`uploads.rs`); the others wait unread.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use workshop::id::WorkshopId;
use workshop::photo::PhotoHash;

use super::body::{self, Bounds};
use super::workshops::open;
use super::{App, Refusal};
use crate::clock::unix_ms;
use crate::photo::{self, Kind, Unfit};
use crate::refusal::Limit;
use crate::store::{PhotoQuota, StoreError};

/// Bytes that are read of what is refused, enough for a photo as a phone takes it.
const PASSED_OVER_BYTES: usize = 16 << 20;

/// How long a photo may take once its turn has come, in times of what a small body may: a minute with the
/// usual settings, so that eight of them may share a poor network.
const TIMES: u32 = 6;

/// A photo never changes under its name. A browser may keep it for those who have the key, only.
const CACHING: &str = "private, max-age=31536000, immutable";

/// Should anybody open a photo as a page, then nothing in it runs.
const POLICY: &str = "default-src 'none'; sandbox";

/// `PUT /api/workshops/<id>/photos/<hash>`.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let limits = &app.context.limits;
    let bounds = |most| Bounds {
        most,
        limit: Limit::PhotoBytes,
        times: TIMES,
        passed_over: PASSED_OVER_BYTES,
    };
    let workshop = match open_for_adding(&app, &id, &headers).await {
        Ok(workshop) => workshop,
        Err(refusal) => {
            let _ = body::receive(&app, body, bounds(0)).await;
            return Err(refusal);
        }
    };
    // The places are never closed, so this does nothing but wait.
    let _place = app.uploads.place(&workshop).await;
    let bytes = body::receive(&app, body, bounds(limits.photo_bytes)).await?;
    let hash = photo::hash_of(&bytes);
    if hash.as_str() != name {
        let reason = "The address must end with the SHA-256 of the photo's bytes.";
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    photo::check(&bytes).map_err(unfit)?;
    let most = PhotoQuota {
        photos: limits.photos_per_workshop,
        bytes: limits.photo_bytes_per_workshop,
    };
    let added = app
        .store
        .add_photo(&workshop, &hash, bytes.into(), most, unix_ms());
    match added.await {
        Ok(true) => Ok(StatusCode::CREATED),
        Ok(false) => Ok(StatusCode::OK),
        Err(error) => Err(not_stored(&app, &error)),
    }
}

/// `GET /api/workshops/<id>/photos/<hash>`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let workshop = open(&app, &id, &headers).await?.workshop.id;
    let no_such_photo = Refusal(StatusCode::NOT_FOUND, "This workshop has no such photo.");
    let Ok(hash) = PhotoHash::parse(&name) else {
        return Err(no_such_photo);
    };
    let stored = app.store.photo(&workshop, &hash).await.map_err(|error| {
        tracing::error!(%error, "a photo could not be read");
        let reason = "The photo cannot be read just now. Please try again.";
        Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
    })?;
    let Some((kind, bytes)) = stored.and_then(|bytes| Some((Kind::sniff(&bytes)?, bytes))) else {
        return Err(no_such_photo);
    };
    let tag = format!("\"{hash}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CACHE_CONTROL, CACHING),
        (header::VARY, "authorization"),
        (header::ETAG, &tag),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let media_type = [(header::CONTENT_TYPE, kind.media_type())];
    Ok((headers, media_type, bytes).into_response())
}

async fn open_for_adding(app: &App, id: &str, headers: &HeaderMap) -> Result<WorkshopId, Refusal> {
    let opened = open(app, id, headers).await?;
    if opened.role.may_add_photos() {
        return Ok(opened.workshop.id);
    }
    let reason = "This link shows photos, but may not add any.";
    Err(Refusal(StatusCode::FORBIDDEN, reason))
}

fn unfit(unfit: Unfit) -> Refusal {
    let (status, reason) = match unfit {
        Unfit::UnknownKind => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Only JPEG, PNG and WebP photos can be kept.",
        ),
        Unfit::Damaged => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This photo is damaged, or something is attached to it.",
        ),
        Unfit::Extras => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This photo says more than it shows, such as where it was taken. Please take that out.",
        ),
        Unfit::TooManyPixels => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This photo has more than 4,096 pixels a side. Please make it smaller.",
        ),
    };
    Refusal(status, reason)
}

fn not_stored(app: &App, error: &StoreError) -> Refusal {
    match error {
        StoreError::NoWorkshop => Refusal(StatusCode::NOT_FOUND, "This workshop was deleted."),
        StoreError::NoRoom => {
            let limit = Limit::PhotosPerWorkshop;
            limit.note(&app.context.hub.measures);
            Refusal(StatusCode::INSUFFICIENT_STORAGE, limit.sentence())
        }
        _ => {
            tracing::error!(%error, "a photo could not be stored");
            let reason = "The photo could not be stored. Please try again.";
            Refusal(StatusCode::SERVICE_UNAVAILABLE, reason)
        }
    }
}
