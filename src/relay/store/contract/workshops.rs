//! What every store promises about workshops: their keys, locks, keeping and end.

use super::*;

pub(super) async fn a_workshop_comes_back_with_its_keys_and_first_documents(
    mut factory: impl Factory,
) {
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

pub(super) async fn a_second_workshop_of_the_same_id_changes_nothing(mut factory: impl Factory) {
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

pub(super) async fn keys_are_replaced_as_a_whole_and_after_opening_again(
    mut factory: impl Factory,
) {
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

pub(super) async fn locks_are_kept_and_taken_off_and_there_after_opening_again(
    mut factory: impl Factory,
) {
    let board = |name| BoardId::parse(name).unwrap();
    let made = WorkshopRecord {
        locked: Locked {
            workshop: false,
            boards: [board("a1-t1")].into(),
        },
        ..record("Getting about", &NewKeys::random())
    };
    let mut store = factory.open();
    store.create_workshop(made.clone(), vec![]).await.unwrap();
    let read = store.workshop(&made.id).await.unwrap();
    assert_eq!(read, Some(made.clone()));
    for locked in [
        Locked {
            workshop: true,
            boards: [board("a1-t1"), board("a1-t2")].into(),
        },
        Locked {
            workshop: false,
            boards: [board("a1-t2")].into(),
        },
        Locked::default(),
    ] {
        let kept = store.replace_locked(&made.id, locked.clone()).await;
        kept.unwrap();
        drop(store);
        store = factory.open();
        let read = store.workshop(&made.id).await.unwrap().unwrap();
        assert_eq!(read.locked, locked);
        assert_eq!(read.lock, made.lock);
    }
    let nowhere = WorkshopId::parse("nowhere").unwrap();
    let refused = store.replace_locked(&nowhere, Locked::default()).await;
    assert_eq!(refused, Err(StoreError::NoWorkshop));
}

pub(super) async fn keys_of_no_workshop_are_not_kept(mut factory: impl Factory) {
    let store = factory.open();
    let nowhere = record("Nowhere", &NewKeys::random());
    let refused = store.replace_keys(&nowhere.id, nowhere.lock).await;
    assert_eq!(refused, Err(StoreError::NoWorkshop));
    assert_eq!(store.workshop(&nowhere.id).await, Ok(None));
}

pub(super) async fn documents_of_a_workshop_are_counted(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    for name in ["a", "b", "a"] {
        append(&store, &board(name), &["x"]).await.unwrap();
    }
    let count = |id: &str| store.document_count(&WorkshopId::parse(id).unwrap());
    assert_eq!(count("village").await, Ok(2));
    assert_eq!(count("town").await, Ok(0));
}

pub(super) async fn a_workshop_that_is_written_to_is_kept_longer(mut factory: impl Factory) {
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

pub(super) async fn a_workshop_is_kept_as_long_as_was_said(mut factory: impl Factory) {
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
pub(super) async fn with_town(
    store: &impl Store,
    documents: Vec<(DocumentAddress, Bytes)>,
) -> WorkshopId {
    let id = WorkshopId::parse("town").unwrap();
    let town = WorkshopRecord {
        id: id.clone(),
        ..record("Town", &NewKeys::random())
    };
    store.create_workshop(town, documents).await.unwrap();
    id
}

pub(super) async fn a_deleted_workshop_is_gone_with_everything(mut factory: impl Factory) {
    let store = with_village(&mut factory).await;
    let hall = DocumentAddress {
        workshop: WorkshopId::parse("town").unwrap(),
        ..board("hall")
    };
    let town = with_town(&store, vec![(hall.clone(), "stays".into())]).await;
    append(&store, &board("b"), &["goes"]).await.unwrap();
    let locked = Locked {
        workshop: true,
        boards: [BoardId::parse("b").unwrap()].into(),
    };
    let lock = store.replace_locked(&village(), locked);
    lock.await.unwrap();
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
    store.create_workshop(anew.clone(), vec![]).await.unwrap();
    assert_eq!(newest(&store, &board("b")).await, (None, vec![]));
    assert_eq!(store.workshop(&village()).await, Ok(Some(anew)));
    assert_eq!(photo(&store, &village(), "a square").await, None);
}

pub(super) async fn nothing_brings_a_deleted_workshop_back(mut factory: impl Factory) {
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
