//! The promises of [`Store`], checked on every implementation.

mod photos;
mod workshops;

use bytes::Bytes;
use workshop::address::{DocumentAddress, DocumentKind};
use workshop::id::{BoardId, WorkshopId};

use super::memory::MemoryStore;
use super::sqlite::{Durability, Options, SqliteStore};
use super::{Generation, Sequence, Snapshot, Store, StoreError, WorkshopRecord};
use crate::keys::{Key, NewKeys};
use crate::rights::{Locked, Role};
use photos::{
    a_photo_comes_back_in_its_own_workshop_only, a_photo_is_stored_once_and_is_a_writing,
    a_workshop_has_no_more_photos_than_it_may_have, add_photo, photo,
};
use workshops::{
    a_deleted_workshop_is_gone_with_everything, a_second_workshop_of_the_same_id_changes_nothing,
    a_workshop_comes_back_with_its_keys_and_first_documents,
    a_workshop_is_kept_as_long_as_was_said, a_workshop_that_is_written_to_is_kept_longer,
    documents_of_a_workshop_are_counted, keys_are_replaced_as_a_whole_and_after_opening_again,
    keys_of_no_workshop_are_not_kept, locks_are_kept_and_taken_off_and_there_after_opening_again,
    nothing_brings_a_deleted_workshop_back, with_town,
};

/// Makes stores and, where there is something on disk, opens the same one again.
trait Factory {
    type Store: Store;
    fn open(&mut self) -> Self::Store;
}

/// Clones of one memory store stand for one file opened again; closing is not persistent there.
struct Memory(MemoryStore);

impl Factory for Memory {
    type Store = MemoryStore;
    fn open(&mut self) -> MemoryStore {
        self.0.clone()
    }
}

struct Sqlite(tempfile::TempDir, Durability);

impl Factory for Sqlite {
    type Store = SqliteStore;
    fn open(&mut self) -> SqliteStore {
        let options = Options {
            durability: self.1,
            ..Options::default()
        };
        SqliteStore::open(&self.0.path().join("trestle.sqlite"), options).unwrap()
    }
}

macro_rules! contract {
    ($($promise:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::Memory(super::MemoryStore::default())).await;
            })*
        }
        mod sqlite_full {
            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                super::$promise(super::Sqlite(folder, super::Durability::Full)).await;
            })*
        }
        mod sqlite_normal {
            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                super::$promise(super::Sqlite(folder, super::Durability::Normal)).await;
            })*
        }
    };
}

contract!(
    a_document_never_written_is_empty,
    updates_come_back_in_order_and_after_opening_again,
    documents_do_not_mix,
    a_load_gives_the_newest_snapshot_and_what_came_after,
    two_generations_are_kept_and_either_gives_the_whole_document,
    a_place_in_the_log_is_never_given_twice,
    many_rooms_append_at_once,
    a_workshop_comes_back_with_its_keys_and_first_documents,
    a_second_workshop_of_the_same_id_changes_nothing,
    keys_are_replaced_as_a_whole_and_after_opening_again,
    keys_of_no_workshop_are_not_kept,
    locks_are_kept_and_taken_off_and_there_after_opening_again,
    documents_of_a_workshop_are_counted,
    a_workshop_that_is_written_to_is_kept_longer,
    a_workshop_is_kept_as_long_as_was_said,
    a_photo_comes_back_in_its_own_workshop_only,
    a_photo_is_stored_once_and_is_a_writing,
    a_workshop_has_no_more_photos_than_it_may_have,
    a_deleted_workshop_is_gone_with_everything,
    nothing_brings_a_deleted_workshop_back,
    a_check_changes_nothing,
    a_closed_store_says_so,
);

const NOW_MS: u64 = 1_800_000_000_000;
const HOUR_MS: u64 = 3_600_000;

/// A store with the workshop that every document of these tests belongs to.
async fn with_village<F: Factory>(factory: &mut F) -> F::Store {
    let store = factory.open();
    let village = record("Getting about", &NewKeys::random());
    store.create_workshop(village, vec![]).await.unwrap();
    store
}

fn village() -> WorkshopId {
    WorkshopId::parse("village").unwrap()
}

async fn append(
    store: &impl Store,
    document: &DocumentAddress,
    texts: &[&'static str],
) -> Result<Sequence, StoreError> {
    store.append(document, updates(texts), NOW_MS).await
}

fn board(name: &str) -> DocumentAddress {
    DocumentAddress {
        workshop: WorkshopId::parse("village").unwrap(),
        kind: DocumentKind::Board(BoardId::parse(name).unwrap()),
    }
}

fn updates(texts: &[&'static str]) -> Vec<Bytes> {
    texts
        .iter()
        .map(|text| Bytes::from_static(text.as_bytes()))
        .collect()
}

async fn newest(store: &impl Store, document: &DocumentAddress) -> (Option<Bytes>, Vec<Bytes>) {
    let stored = store.load(document, Generation::Newest).await.unwrap();
    (
        stored.snapshot.map(|snapshot| snapshot.update),
        stored.updates,
    )
}

async fn a_document_never_written_is_empty(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let stored = store.load(&board("b"), Generation::Newest).await.unwrap();
    assert_eq!(
        (stored.snapshot, stored.updates.len(), stored.last),
        (None, 0, 0)
    );
}

async fn updates_come_back_in_order_and_after_opening_again(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let first = append(&store, &board("b"), &["one", "two"]).await.unwrap();
    let second = append(&store, &board("b"), &["three"]).await.unwrap();
    assert!(0 < first && first < second);
    drop(store);
    let store = factory.open();
    let stored = store.load(&board("b"), Generation::Newest).await.unwrap();
    assert_eq!(stored.updates, updates(&["one", "two", "three"]));
    assert_eq!(stored.last, second);
}

async fn documents_do_not_mix(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    append(&store, &board("a"), &["a1"]).await.unwrap();
    append(&store, &board("b"), &["b1"]).await.unwrap();
    append(&store, &board("a"), &["a2"]).await.unwrap();
    assert_eq!(newest(&store, &board("a")).await.1, updates(&["a1", "a2"]));
    assert_eq!(newest(&store, &board("b")).await.1, updates(&["b1"]));
}

async fn a_load_gives_the_newest_snapshot_and_what_came_after(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let through = append(&store, &board("b"), &["one", "two"]).await.unwrap();
    append(&store, &board("b"), &["three"]).await.unwrap();
    let snapshot = Snapshot {
        through,
        update: "one+two".into(),
    };
    store.save_snapshot(&board("b"), snapshot).await.unwrap();
    let (snapshot, after) = newest(&store, &board("b")).await;
    assert_eq!(snapshot, Some("one+two".into()));
    assert_eq!(after, updates(&["three"]));
}

async fn two_generations_are_kept_and_either_gives_the_whole_document(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let document = board("b");
    for (update, whole) in [("one", "1"), ("two", "12"), ("three", "123")] {
        let through = append(&store, &document, &[update]).await.unwrap();
        let update = Bytes::from_static(whole.as_bytes());
        store
            .save_snapshot(&document, Snapshot { through, update })
            .await
            .unwrap();
    }
    append(&store, &document, &["four"]).await.unwrap();
    let stored = store.load(&document, Generation::Newest).await.unwrap();
    assert_eq!(stored.snapshot.unwrap().update, "123");
    assert_eq!(stored.updates, updates(&["four"]));
    let stored = store.load(&document, Generation::Previous).await.unwrap();
    assert_eq!(stored.snapshot.unwrap().update, "12");
    assert_eq!(stored.updates, updates(&["three", "four"]));
}

async fn a_place_in_the_log_is_never_given_twice(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let document = board("b");
    let mut last = 0;
    for _ in 0..3 {
        // Twice the same place: the log is then trimmed to nothing.
        let through = append(&store, &document, &["x"]).await.unwrap();
        assert!(through > last);
        last = through;
        for through in [through, through + 1] {
            let snapshot = Snapshot {
                through: through.min(last),
                update: "all".into(),
            };
            store.save_snapshot(&document, snapshot).await.unwrap();
        }
    }
    drop(store);
    let store = factory.open();
    let after = append(&store, &document, &["after"]).await.unwrap();
    assert!(after > last);
    assert_eq!(newest(&store, &document).await.1, updates(&["after"]));
}

async fn many_rooms_append_at_once(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let rooms: Vec<_> = (0..50).map(|room| board(&format!("b{room}"))).collect();
    let mut answers = Vec::new();
    for round in 0..4 {
        for room in &rooms {
            let update = Bytes::from(format!("{room}: {round}"));
            answers.push(store.append(room, vec![update], NOW_MS));
        }
    }
    for answer in answers {
        answer.await.unwrap();
    }
    for room in &rooms {
        let expected: Vec<_> = (0..4)
            .map(|it| Bytes::from(format!("{room}: {it}")))
            .collect();
        assert_eq!(newest(&store, room).await.1, expected);
    }
}

fn record(title: &str, keys: &NewKeys) -> WorkshopRecord {
    let id = village();
    WorkshopRecord {
        lock: keys.lock(&id),
        locked: Locked::default(),
        id,
        title: title.into(),
        created_ms: 1_700_000_000_000,
        written_ms: 1_700_000_000_000,
        keep_days: None,
    }
}

async fn a_closed_store_says_so(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let before = store.append(&board("b"), updates(&["before"]), NOW_MS);
    store.close().await.unwrap();
    assert!(
        before.await.is_ok(),
        "what was asked before the close is done"
    );
    let late = append(&store, &board("b"), &["late"]).await;
    assert_eq!(late, Err(StoreError::Closed));
    let load = store.load(&board("b"), Generation::Newest).await;
    assert_eq!(load, Err(StoreError::Closed));
}

async fn a_check_changes_nothing(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    append(&store, &board("b"), &["a"]).await.unwrap();
    let before = newest(&store, &board("b")).await;
    store.check().await.unwrap();
    assert_eq!(newest(&store, &board("b")).await, before);
    store.close().await.unwrap();
    assert_eq!(store.check().await, Err(StoreError::Closed));
}
