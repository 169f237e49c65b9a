//! What a file on a disk can meet, beside the promises of every store (`store/contract.rs`).

use workshop::address::DocumentKind;
use workshop::id::BoardId;

use super::*;

fn board(name: &str) -> DocumentAddress {
    DocumentAddress {
        workshop: WorkshopId::parse("village").unwrap(),
        kind: DocumentKind::Board(BoardId::parse(name).unwrap()),
    }
}

async fn updates(store: &SqliteStore, document: &DocumentAddress) -> Vec<Bytes> {
    let stored = store.load(document, Generation::Newest).await;
    stored.unwrap().updates
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_service_returns_with_space() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trestle.sqlite");
    let options = Options {
        most_bytes: Some(256 << 10),
        ..Options::default()
    };
    let store = SqliteStore::open(&path, options).unwrap();
    let large = Bytes::from(vec![b'x'; 100 << 10]);
    let kept = store.append(&board("large"), vec![large.clone()]).await;
    kept.unwrap();

    // What comes together is stored together or not at all.
    let together = [
        store.append(&board("a"), vec!["not stored".into()]),
        store.append(&board("b"), vec![large.clone(), large.clone()]),
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
    let again = store.append(&board("b"), vec![large.clone(), "after".into()]);
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
