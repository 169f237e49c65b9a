//! The promises of [`Store`], checked on every implementation.

mod photos;

use bytes::Bytes;
use workshop::address::{DocumentAddress, DocumentKind};
use workshop::id::{BoardId, WorkshopId};

use super::memory::MemoryStore;
use super::sqlite::{Durability, Options, SqliteStore};
use super::{Generation, Sequence, Snapshot, Store, StoreError, WorkshopRecord};
use crate::keys::{Key, NewKeys};
use crate::rights::Role;
use photos::{
    a_photo_comes_back_in_its_own_workshop_only, a_photo_is_stored_once_and_is_a_writing,
    a_workshop_has_no_more_photos_than_it_may_have, add_photo, photo,
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
        id,
        title: title.into(),
        created_ms: 1_700_000_000_000,
        written_ms: 1_700_000_000_000,
        keep_days: None,
    }
}

async fn a_workshop_comes_back_with_its_keys_and_first_documents(mut factory: impl Factory) {
    let keys = NewKeys::random();
    let made = record("Getting about", &keys);
    let plan = DocumentAddress {
        workshop: made.id.clone(),
        kind: DocumentKind::Plan,
    };
    let store = factory.open();
    let documents = vec![
        (plan.clone(), "the plan".into()),
        (board("b"), "a board".into()),
    ];
    store
        .create_workshop(made.clone(), documents)
        .await
        .unwrap();
    drop(store);
    let store = factory.open();
    let read = store.workshop(&made.id).await.unwrap().unwrap();
    assert_eq!(read, made);
    assert_eq!(read.lock.role_of(keys.of(Role::Wall)), Some(Role::Wall));
    assert_eq!(newest(&store, &plan).await.1, updates(&["the plan"]));
    assert_eq!(newest(&store, &board("b")).await.1, updates(&["a board"]));
}

async fn a_second_workshop_of_the_same_id_changes_nothing(mut factory: impl Factory) {
    let store = factory.open();
    let first = record("First", &NewKeys::random());
    store.create_workshop(first.clone(), vec![]).await.unwrap();
    let second = record("Second", &NewKeys::random());
    // What is appended in the same moment is not dragged down with it.
    let append = store.append(&board("b"), updates(&["kept"]), NOW_MS);
    let refused = store
        .create_workshop(second, vec![(board("b"), "intruder".into())])
        .await;
    assert_eq!(refused, Err(StoreError::Exists));
    append.await.unwrap();
    let read = store.workshop(&first.id).await.unwrap().unwrap();
    assert_eq!((read.title, read.lock), (first.title, first.lock));
    assert_eq!(newest(&store, &board("b")).await.1, updates(&["kept"]));
}

async fn keys_are_replaced_as_a_whole_and_after_opening_again(mut factory: impl Factory) {
    let keys = NewKeys::random();
    let made = record("Getting about", &keys);
    let other = WorkshopRecord {
        id: WorkshopId::parse("town").unwrap(),
        ..record("Town", &NewKeys::random())
    };
    let store = factory.open();
    for workshop in [&made, &other] {
        store
            .create_workshop(workshop.clone(), vec![])
            .await
            .unwrap();
    }
    let (facilitator, new) = (keys.of(Role::Facilitator), Key::random());
    let lock = made
        .lock
        .with_key(&made.id, facilitator, Role::Participant, &new);
    let lock = lock.unwrap();
    store.replace_keys(&made.id, lock.clone()).await.unwrap();
    drop(store);
    let store = factory.open();
    let read = store.workshop(&made.id).await.unwrap().unwrap();
    assert_eq!(read.lock.role_of(keys.of(Role::Participant)), None);
    assert_eq!(read, WorkshopRecord { lock, ..made });
    assert_eq!(store.workshop(&other.id).await.unwrap(), Some(other));
}

async fn keys_of_no_workshop_are_not_kept(mut factory: impl Factory) {
    let store = factory.open();
    let nowhere = record("Nowhere", &NewKeys::random());
    let refused = store.replace_keys(&nowhere.id, nowhere.lock).await;
    assert_eq!(refused, Err(StoreError::NoWorkshop));
    assert_eq!(store.workshop(&nowhere.id).await, Ok(None));
}

async fn documents_of_a_workshop_are_counted(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    for name in ["a", "b", "a"] {
        append(&store, &board(name), &["x"]).await.unwrap();
    }
    let count = |id: &str| store.document_count(&WorkshopId::parse(id).unwrap());
    assert_eq!(count("village").await, Ok(2));
    assert_eq!(count("town").await, Ok(0));
}

async fn a_workshop_that_is_written_to_is_kept_longer(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    for written_ms in [NOW_MS, NOW_MS + HOUR_MS] {
        let append = store.append(&board("b"), updates(&["x"]), written_ms);
        append.await.unwrap();
        let read = store.workshop(&village()).await.unwrap().unwrap();
        assert_eq!(read.written_ms, written_ms);
    }
    // A clock that was set back takes nothing away.
    append(&store, &board("b"), &["earlier"]).await.unwrap();
    let read = store.workshop(&village()).await.unwrap().unwrap();
    assert_eq!(read.written_ms, NOW_MS + HOUR_MS);
}

async fn a_workshop_is_kept_as_long_as_was_said(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    for keep_days in [Some(30), None] {
        let keep = store.keep_workshop(&village(), keep_days, NOW_MS);
        keep.await.unwrap();
        let read = store.workshop(&village()).await.unwrap().unwrap();
        assert_eq!((read.keep_days, read.written_ms), (keep_days, NOW_MS));
    }
    let nowhere = WorkshopId::parse("nowhere").unwrap();
    let keep = store.keep_workshop(&nowhere, None, NOW_MS).await;
    assert_eq!(keep, Err(StoreError::NoWorkshop));
}

/// Another workshop, beside the village.
async fn with_town(store: &impl Store, documents: Vec<(DocumentAddress, Bytes)>) -> WorkshopId {
    let id = WorkshopId::parse("town").unwrap();
    let town = WorkshopRecord {
        id: id.clone(),
        ..record("Town", &NewKeys::random())
    };
    store.create_workshop(town, documents).await.unwrap();
    id
}

async fn a_deleted_workshop_is_gone_with_everything(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let hall = DocumentAddress {
        workshop: WorkshopId::parse("town").unwrap(),
        ..board("hall")
    };
    let town = with_town(&store, vec![(hall.clone(), "stays".into())]).await;
    append(&store, &board("b"), &["goes"]).await.unwrap();
    for workshop in [&village(), &town] {
        add_photo(&store, workshop, "a square", NOW_MS)
            .await
            .unwrap();
    }
    let mut ids = store.workshop_ids().await.unwrap();
    ids.sort();
    assert_eq!(ids, [town.clone(), village()]);

    store.delete_workshop(&village()).await.unwrap();
    store.scrub().await.unwrap();
    let again = store.delete_workshop(&village()).await;
    assert_eq!(again, Err(StoreError::NoWorkshop));
    drop(store);
    let store = factory.open();
    assert_eq!(store.workshop(&village()).await, Ok(None));
    assert_eq!(store.workshop_ids().await, Ok(vec![town.clone()]));
    assert_eq!(store.document_count(&village()).await, Ok(0));
    assert_eq!(newest(&store, &hall).await.1, updates(&["stays"]));
    assert!(photo(&store, &town, "a square").await.is_some());

    // One of the same name finds nothing of it.
    let anew = record("Anew", &NewKeys::random());
    store.create_workshop(anew, vec![]).await.unwrap();
    assert_eq!(newest(&store, &board("b")).await, (None, vec![]));
    assert_eq!(photo(&store, &village(), "a square").await, None);
}

async fn nothing_brings_a_deleted_workshop_back(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let through = append(&store, &board("b"), &["x"]).await.unwrap();
    // All of it at once: what was under way when it was deleted comes after, or is deleted as well.
    let before = store.append(&board("b"), updates(&["before"]), NOW_MS);
    let delete = store.delete_workshop(&village());
    let after = [
        store.append(&board("b"), updates(&["after"]), NOW_MS),
        store.append(&board("new"), updates(&["after"]), NOW_MS),
    ];
    let update = "x".into();
    let snapshot = store.save_snapshot(&board("b"), Snapshot { through, update });
    let added = add_photo(&store, &village(), "a square", NOW_MS);
    before.await.unwrap();
    delete.await.unwrap();
    assert_eq!(added.await, Err(StoreError::NoWorkshop));
    for append in after {
        assert_eq!(append.await, Err(StoreError::NoWorkshop));
    }
    assert_eq!(snapshot.await, Err(StoreError::NoWorkshop));
    let load = store.load(&board("b"), Generation::Newest).await;
    assert_eq!(load, Err(StoreError::NoWorkshop));
    assert_eq!(store.document_count(&village()).await, Ok(0));
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
