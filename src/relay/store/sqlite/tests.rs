//! What a file on a disk can meet, beside the promises of every store (`store/contract.rs`).

use workshop::address::DocumentKind;
use workshop::id::BoardId;

use super::*;
use crate::keys::NewKeys;
use crate::photo::hash_of;

pub(super) const NOW_MS: u64 = 1_800_000_000_000;

pub(super) fn board_of(workshop: &WorkshopId, name: &str) -> DocumentAddress {
    DocumentAddress {
        workshop: workshop.clone(),
        kind: DocumentKind::Board(BoardId::parse(name).unwrap()),
    }
}

pub(super) fn record(id: &WorkshopId, title: &str) -> WorkshopRecord {
    WorkshopRecord {
        lock: NewKeys::random().lock(id),
        locked: Locked::default(),
        id: id.clone(),
        title: title.into(),
        created_ms: NOW_MS,
        written_ms: NOW_MS,
        keep_days: None,
    }
}

fn village() -> WorkshopId {
    WorkshopId::parse("village").unwrap()
}

fn board(name: &str) -> DocumentAddress {
    board_of(&village(), name)
}

async fn updates(store: &SqliteStore, document: &DocumentAddress) -> Vec<Bytes> {
    let stored = store.load(document, Generation::Newest).await;
    stored.unwrap().updates
}

/// A store with the workshop that every document of these tests belongs to.
async fn with_village(path: &Path, options: Options) -> SqliteStore {
    let store = SqliteStore::open(path, options).unwrap();
    let village = record(&village(), "Getting about");
    store.create_workshop(village, vec![]).await.unwrap();
    store
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_service_returns_with_space() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    let options = Options {
        most_bytes: Some(256 << 10),
        ..Options::default()
    };
    let store = with_village(&path, options).await;
    let large = Bytes::from(vec![b'x'; 100 << 10]);
    let kept = store
        .append(&board("large"), vec![large.clone()], NOW_MS)
        .await;
    kept.unwrap();

    // What comes together is stored together or not at all.
    let together = [
        store.append(&board("a"), vec!["not stored".into()], NOW_MS),
        store.append(&board("b"), vec![large.clone(), large.clone()], NOW_MS),
    ];
    for answer in together {
        let Err(StoreError::Unavailable(reason)) = answer.await else {
            panic!("something was acknowledged");
        };
        assert_eq!(reason, "database or disk is full");
    }
    assert_eq!(updates(&store, &board("a")).await, Vec::<Bytes>::new());

    let other = Connection::open(&path).unwrap();
    other.execute("DELETE FROM log", []).unwrap();
    let again = store.append(&board("b"), vec![large.clone(), "after".into()], NOW_MS);
    again.await.unwrap();
    assert_eq!(updates(&store, &board("b")).await, [large, "after".into()]);
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    drop(SqliteStore::open(&path, Options::default()).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let refused = SqliteStore::open(&path, Options::default()).err().unwrap();
    assert!(refused.to_string().contains("another version"), "{refused}");
}

#[tokio::test]
async fn a_closed_store_has_let_go_of_its_files() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trestle.sqlite");
        let store = with_village(&path, Options::default()).await;
        assert_eq!(updates(&store, &board("b")).await, Vec::<Bytes>::new());
        store.close().await.unwrap();
        // Whoever closes a database last removes the files beside it.
        for beside in ["sqlite-wal", "sqlite-shm"] {
            assert!(!path.with_extension(beside).exists(), "{beside}");
        }
    }
}

/// What the first version of Trestle left behind.
fn write_first_version(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "auto_vacuum", "INCREMENTAL")
        .unwrap();
    connection
        .execute_batch(include_str!("schema/1.sql"))
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection
        .execute_batch(
            "INSERT INTO workshops VALUES ('village', 'Getting about', 1700000000000);
             INSERT INTO keys VALUES
                 ('village', 'facilitator', zeroblob(32)), ('village', 'participant', zeroblob(32)),
                 ('village', 'wall', zeroblob(32)), ('village', 'report', zeroblob(32));
             INSERT INTO documents VALUES (7, 'village/board/b', 'village');
             INSERT INTO snapshots VALUES (7, 2, x'6f6e652c2074776f');
             INSERT INTO log VALUES (2, 7, x'74776f'), (3, 7, x'7468726565');",
        )
        .unwrap();
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    write_first_version(&path);
    for _ in 0..2 {
        let store = SqliteStore::open(&path, Options::default()).unwrap();
        let read = store.workshop(&village()).await.unwrap().unwrap();
        assert_eq!(read.title, "Getting about");
        assert_eq!(read.created_ms, 1_700_000_000_000);
        assert_eq!((read.written_ms, read.keep_days), (0, None), "not known");
        assert_eq!(read.locked, Locked::default());
        let stored = store.load(&board("b"), Generation::Newest).await.unwrap();
        assert_eq!(stored.snapshot.unwrap().update, "one, two");
        assert_eq!(
            (&stored.updates[..], stored.last),
            (&["three".into()][..], 3)
        );
        store.close().await.unwrap();
    }
}

#[test]
fn a_file_that_is_being_brought_up_to_date_stays_as_it_was_when_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    write_first_version(&path);
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("CREATE TABLE chores (in_the_way)", [])
        .unwrap();
    assert!(SqliteStore::open(&path, Options::default()).is_err());
    let version: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    connection
        .prepare("SELECT written_ms FROM workshops")
        .unwrap_err();
}

/// Where in the files of a folder a text is found.
fn found_in(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let count = bytes
            .windows(text.len())
            .filter(|it| *it == text.as_bytes())
            .count();
        if count > 0 {
            found.push(format!("{count} times in {}", path.display()));
        }
    }
    found
}

/// How large an empty store is, beside the one in use.
async fn size_of_an_empty_store() -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    with_village(&path, Options::default())
        .await
        .close()
        .await
        .unwrap();
    std::fs::metadata(&path).unwrap().len()
}

#[tokio::test]
async fn not_a_byte_of_a_deleted_workshop_is_left_in_any_file_and_its_space_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    let store = with_village(&path, Options::default()).await;
    let workshops: Vec<_> = (0..8)
        .map(|number| WorkshopId::parse(&format!("mark-{number}")).unwrap())
        .collect();
    for id in &workshops {
        let record = record(id, &format!("Title of {id}"));
        store.create_workshop(record, vec![]).await.unwrap();
    }
    // Documents of all workshops side by side, trimmed now and then: SQLite moves rows between pages,
    // and without a scrub leaves pieces of them behind.
    let mut random: u64 = 1;
    let mut roll = |sides: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) % sides
    };
    let mut appends = Vec::new();
    for step in 0..3_000 {
        let number = roll(40);
        let id = workshops[number as usize % 8].clone();
        let update = format!("{id} wrote {step}; ").repeat(1 + roll(60) as usize);
        let document = board_of(&id, &number.to_string());
        appends.push(store.append(&document, vec![update.into()], NOW_MS));
        if roll(24) == 0 {
            let photo = format!("{id} looked; ").repeat(roll(1_000) as usize);
            let name = hash_of(photo.as_bytes());
            let most = PhotoQuota {
                photos: 500,
                bytes: 1 << 30,
            };
            let add = store.add_photo(&id, &name, photo.into(), most, NOW_MS);
            add.await.unwrap();
        }
        if roll(12) == 0 {
            let through = appends.pop().unwrap().await.unwrap();
            let update = format!("{id} drew; ").repeat(roll(400) as usize).into();
            let snapshot = store.save_snapshot(&document, Snapshot { through, update });
            snapshot.await.unwrap();
        }
    }
    for append in appends {
        append.await.unwrap();
    }

    let mut store = store;
    for id in &workshops {
        assert_ne!(found_in(folder.path(), id.as_str()), Vec::<String>::new());
        store.delete_workshop(id).await.unwrap();
        store.scrub().await.unwrap();
        assert_eq!(found_in(folder.path(), id.as_str()), Vec::<String>::new());
        // Opened anew, it needs no rest before it is scrubbed again.
        store.close().await.unwrap();
        store = SqliteStore::open(&path, Options::default()).unwrap();
    }
    store.close().await.unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    assert_eq!(size, size_of_an_empty_store().await);
}
