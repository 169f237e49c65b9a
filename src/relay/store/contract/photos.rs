//! What every store promises about photos.

use bytes::Bytes;
use workshop::id::WorkshopId;

use super::{Factory, HOUR_MS, NOW_MS, village, with_town, with_village};
use crate::photo::hash_of;
use crate::store::{Answer, PhotoQuota, Store, StoreError};

const MOST: PhotoQuota = PhotoQuota {
    photos: 3,
    bytes: 100,
};

/// Adds bytes that stand for a photo: a store never looks inside.
pub(super) fn add_photo(
    store: &impl Store,
    workshop: &WorkshopId,
    photo: &'static str,
    written_ms: u64,
) -> Answer<bool> {
    let name = hash_of(photo.as_bytes());
    store.add_photo(workshop, &name, photo.into(), MOST, written_ms)
}

pub(super) async fn photo(store: &impl Store, workshop: &WorkshopId, photo: &str) -> Option<Bytes> {
    let name = hash_of(photo.as_bytes());
    store.photo(workshop, &name).await.unwrap()
}

pub(super) async fn a_photo_comes_back_in_its_own_workshop_only(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let town = with_town(&store, vec![]).await;
    assert_eq!(photo(&store, &village(), "a square").await, None);
    add_photo(&store, &village(), "a square", NOW_MS)
        .await
        .unwrap();
    add_photo(&store, &town, "a street", NOW_MS).await.unwrap();
    drop(store);
    let store = factory.open();
    let found = photo(&store, &village(), "a square").await;
    assert_eq!(found, Some("a square".into()));
    assert_eq!(photo(&store, &village(), "a street").await, None);
    assert_eq!(photo(&store, &town, "a square").await, None);
    let nowhere = WorkshopId::parse("nowhere").unwrap();
    assert_eq!(photo(&store, &nowhere, "a square").await, None);
    let add = add_photo(&store, &nowhere, "a square", NOW_MS).await;
    assert_eq!(add, Err(StoreError::NoWorkshop));
}

pub(super) async fn a_photo_is_stored_once_and_is_a_writing(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    for (written_ms, is_new) in [(NOW_MS, true), (NOW_MS + HOUR_MS, false)] {
        let add = add_photo(&store, &village(), "a square", written_ms).await;
        assert_eq!(add, Ok(is_new));
        let read = store.workshop(&village()).await.unwrap().unwrap();
        assert_eq!(read.written_ms, NOW_MS);
    }
}

pub(super) async fn a_workshop_has_no_more_photos_than_it_may_have(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let town = with_town(&store, vec![]).await;
    let half = "x".repeat(50).leak();
    let more = "y".repeat(51).leak();
    assert_eq!(add_photo(&store, &village(), half, NOW_MS).await, Ok(true));
    let add = add_photo(&store, &village(), more, NOW_MS).await;
    assert_eq!(add, Err(StoreError::NoRoom), "too many bytes");
    assert_eq!(
        add_photo(&store, &village(), &more[1..], NOW_MS).await,
        Ok(true)
    );
    // There is room for a third, if only it were empty.
    assert_eq!(add_photo(&store, &village(), "", NOW_MS).await, Ok(true));
    let add = store.add_photo(
        &village(),
        &hash_of(b"z"),
        "z".into(),
        PhotoQuota { bytes: 101, ..MOST },
        NOW_MS,
    );
    assert_eq!(add.await, Err(StoreError::NoRoom), "too many photos");
    assert_eq!(photo(&store, &village(), "z").await, None);
    let again = add_photo(&store, &village(), half, NOW_MS).await;
    assert_eq!(again, Ok(false), "what is there needs no room");
    assert_eq!(add_photo(&store, &town, half, NOW_MS).await, Ok(true));
}
