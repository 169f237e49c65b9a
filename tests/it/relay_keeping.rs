//! How long workshops are kept, and how they end.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use relay::config::{Config, Retention};
use serde_json::json;
use sync::wire::{Message, close};

use crate::relay_client::{Client, Received, Workshop, http};

const DAY_MS: u64 = 86_400_000;

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_millis() as u64
}

/// Until when the facilitator is told that a workshop is kept, in days from now.
async fn days_left(workshop: &Workshop) -> u64 {
    let told = workshop.ask("facilitator", "GET", "", "").await.json();
    let until_ms = told["kept_until_ms"].as_u64().unwrap();
    (until_ms - now_ms()).div_ceil(DAY_MS)
}

#[tokio::test]
async fn a_facilitator_sees_how_long_a_workshop_is_kept_and_chooses() {
    let config = Config {
        retention: Retention {
            days: 30,
            most_days: 100,
        },
        ..Config::in_memory()
    };
    let relay = relay::serve(config).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    assert_eq!(days_left(&workshop).await, 30);
    let told = workshop.ask("facilitator", "GET", "", "").await.json();
    assert_eq!(
        (&told["keep_days"], &told["most_keep_days"]),
        (&json!(30), &json!(100))
    );
    for role in ["participant", "wall", "report"] {
        let told = workshop.ask(role, "GET", "", "").await.json();
        assert_eq!(told.get("kept_until_ms"), None, "{role}");
    }

    let changed = workshop
        .ask("facilitator", "PATCH", "", r#"{"keep_days":7}"#)
        .await;
    assert_eq!(
        (changed.status, &changed.json()["keep_days"]),
        (200, &json!(7))
    );
    assert_eq!(days_left(&workshop).await, 7);
    for (role, body, status) in [
        ("facilitator", r#"{"keep_days":101}"#, 422),
        ("facilitator", r#"{"keep_days":0}"#, 422),
        ("facilitator", r#"{"keep_days":"long"}"#, 400),
        ("facilitator", "", 400),
        ("participant", r#"{"keep_days":9}"#, 403),
        ("wall", r#"{"keep_days":9}"#, 403),
    ] {
        let refused = workshop.ask(role, "PATCH", "", body).await;
        assert_eq!(refused.status, status, "{role} {body}");
        assert!(refused.json()["error"].as_str().unwrap().ends_with('.'));
    }
    assert_eq!(days_left(&workshop).await, 7);
    relay.shutdown().await;
}

/// Sets when a workshop was last written to, in a folder that no relay uses.
fn set_written(folder: &Path, workshop: &Workshop, written_ms: u64) {
    let database = rusqlite::Connection::open(folder.join("trestle.sqlite")).unwrap();
    let changed = database.execute(
        "UPDATE workshops SET written_ms = ?2 WHERE id = ?1",
        (&workshop.id, written_ms.cast_signed()),
    );
    assert_eq!(changed, Ok(1));
}

#[tokio::test]
async fn a_workshop_whose_time_is_up_is_deleted_at_the_start_and_one_of_no_date_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let mut workshops = Vec::new();
    for _ in 0..4 {
        workshops.push(Workshop::make(relay.address).await);
    }
    let longer = workshops[2]
        .ask("facilitator", "PATCH", "", r#"{"keep_days":91}"#)
        .await;
    assert_eq!(longer.status, 200);
    relay.shutdown().await;
    // Past its date; just before it; asked for a day more; written while the clock was not set.
    let ago = |days: u64, ms: u64| now_ms() - days * DAY_MS - ms;
    for (workshop, written_ms) in
        workshops
            .iter()
            .zip([ago(90, 0), ago(89, DAY_MS / 2), ago(90, 0), DAY_MS])
    {
        set_written(folder.path(), workshop, written_ms);
    }

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    for (number, (workshop, days)) in workshops.into_iter().zip([0, 1, 1, 90]).enumerate() {
        let workshop = workshop.moved_to(relay.address);
        if days == 0 {
            assert_eq!(workshop.ask("facilitator", "GET", "", "").await.status, 404);
        } else {
            assert_eq!(days_left(&workshop).await, days, "number {number}");
        }
    }
    relay.shutdown().await;
}

/// The files of a folder in which a text is found.
pub(crate) fn found_in(folder: &Path, text: &str) -> Vec<String> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(|path| {
            // A file of SQLite's that is gone by now holds nothing.
            let bytes = fs::read(path).unwrap_or_default();
            bytes.windows(text.len()).any(|it| it == text.as_bytes())
        })
        .map(|path| path.display().to_string())
        .collect()
}

#[tokio::test]
async fn r21_a_deleted_workshop_leaves_no_byte_and_its_people_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    let mut neighbour = other.join("participant", &other.board("b1")).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    let mut wall = workshop.join("wall", &workshop.plan()).await;
    let key = workshop.key("participant");
    let mut stock = Client::ywebsocket(relay.address, &board, key).await;
    stock.sync().await;
    for card in 0..20 {
        table
            .write(&format!("card{card}"), "Bring back the bus, says MARKER.")
            .await;
        assert!(table.receive_status().await);
        neighbour
            .write(&format!("card{card}"), "Something else")
            .await;
        assert!(neighbour.receive_status().await);
    }
    assert_eq!(
        stock.see("card19").await,
        "Bring back the bus, says MARKER."
    );
    assert_ne!(found_in(folder.path(), "MARKER"), Vec::<String>::new());

    for role in ["participant", "wall", "report"] {
        let refused = workshop.ask(role, "DELETE", "", "").await;
        assert_eq!(refused.status, 403, "{role}");
    }
    let deleted = workshop.ask("facilitator", "DELETE", "", "").await;
    assert_eq!((deleted.status, &*deleted.text()), (204, ""));
    for text in ["MARKER", &workshop.id] {
        assert_eq!(
            found_in(folder.path(), text),
            Vec::<String>::new(),
            "{text}"
        );
    }
    for client in [&mut table, &mut wall, &mut stock] {
        let (code, reason) = client.receive_close().await;
        assert_eq!(
            (code, &*reason),
            (close::DELETED, "This workshop was deleted.")
        );
    }
    for method in ["GET", "DELETE"] {
        let gone = workshop.ask("facilitator", method, "", "").await;
        assert_eq!(gone.status, 404, "{method}");
    }
    // A tablet that still has all of it comes back, and brings nothing back.
    let mut back = Client::hocuspocus(relay.address, &board, key).await;
    back.doc = table.vanish();
    let told = back
        .receive_until(|it| matches!(it, Received::Denied(_)))
        .await;
    let sentence = "There is no workshop here. Please check the link.";
    assert_eq!(told, Received::Denied(sentence.into()));
    assert_eq!(back.receive_close().await.0, close::DELETED);
    neighbour.write("after", "Goes on").await;
    assert!(neighbour.receive_status().await);
    relay.shutdown().await;
    assert_eq!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn r21_who_joins_and_writes_while_it_is_deleted_brings_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let (address, board) = (relay.address, workshop.board("b1"));
    let key = workshop.key("participant").to_owned();
    let tablets = (0..12).map(|tablet| {
        let (board, key) = (board.clone(), key.clone());
        tokio::spawn(async move {
            loop {
                let mut client = Client::hocuspocus(address, &board, &key).await;
                client.send(&Message::SyncStep1(&[0])).await;
                client.write(&format!("card{tablet}"), "MARKER").await;
                let until =
                    |it: &Received| matches!(it, Received::Status(true) | Received::Closed { .. });
                match client.receive_until(until).await {
                    Received::Closed { code, .. } => return code,
                    _ => client.vanish(),
                };
            }
        })
    });
    let tablets: Vec<_> = tablets.collect();
    // They are at it.
    let mut watching = workshop.join("facilitator", &board).await;
    watching.see("card0").await;
    assert_eq!(
        workshop.ask("facilitator", "DELETE", "", "").await.status,
        204
    );
    for tablet in tablets {
        assert_eq!(tablet.await.unwrap(), close::DELETED);
    }
    assert_eq!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
    let elsewhere = http(address, "GET", "/health", &[], "").await;
    assert_eq!(elsewhere.status, 200);
    relay.shutdown().await;
    assert_eq!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
}
