//! A disk with no space left: nothing is acknowledged falsely, people go on, and service returns.

use std::net::SocketAddr;
use std::path::Path;

use relay::Farewell;
use relay::config::{Config, Keep, Limits};
use relay::store::sqlite::Options;
use sync::wire::Message;

use crate::relay_client::{Answer, Client, Received, Workshop, http};

/// A relay whose database may not grow beyond a limit: the store then fails as on a full disk.
fn with_a_small_disk(folder: &Path) -> Config {
    let options = Options {
        most_bytes: Some(1 << 20),
        ..Options::default()
    };
    Config {
        keep: Keep::Folder {
            path: folder.to_owned(),
            options,
        },
        ..Config::in_memory()
    }
}

async fn make_filler(address: SocketAddr) -> Answer {
    let body = r#"{"title":"Filler","start":"sample"}"#;
    http(address, "POST", "/api/workshops", &[], body).await
}

/// Makes workshops until there is no space for another one; gives the refusal.
async fn fill(address: SocketAddr) -> Answer {
    loop {
        let made = make_filler(address).await;
        if made.status != 201 {
            return made;
        }
    }
}

#[tokio::test]
async fn r7_a_full_disk_saves_nothing_stops_nobody_and_mends_itself_with_space() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(with_a_small_disk(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut writer = workshop.join("participant", &board).await;
    let mut other = workshop.join("participant", &board).await;
    for client in [&mut writer, &mut other] {
        client.answer_step_1().await;
        assert!(client.receive_status().await);
    }

    // Another workshop takes a good part of the disk.
    let large = "x".repeat(300 << 10);
    let other_workshop = Workshop::make(relay.address).await;
    let document = other_workshop.board("b1");
    let mut elsewhere = other_workshop.join("participant", &document).await;
    elsewhere.write("large", &large).await;
    assert!(elsewhere.receive_status().await);
    let refused = fill(relay.address).await;
    assert_eq!(refused.status, 503);
    let sentence = "The workshop could not be stored. Please try again.";
    assert_eq!(refused.json()["error"], sentence);

    // A store that has no room for a workshop has none for this.
    writer.write("large", &large).await;
    assert_eq!(
        other.see("large").await,
        large,
        "others see it all the same"
    );
    other.write("small", "written meanwhile").await;
    assert_eq!(writer.see("small").await, "written meanwhile");
    // The store does one thing after the other, so it has tried and failed when this is refused;
    // a status would have come before the pong.
    assert_eq!(make_filler(relay.address).await.status, 503);
    for client in [&mut writer, &mut other] {
        client.send(&Message::Ping).await;
        let told = |it: &Received| matches!(it, Received::Pong | Received::Status(_));
        assert_eq!(client.receive_until(told).await, Received::Pong);
    }

    let deleted = other_workshop.ask("facilitator", "DELETE", "", "").await;
    assert_eq!(deleted.status, 204);
    for client in [&mut writer, &mut other] {
        assert!(client.receive_status().await, "saved now, by itself");
    }
    assert_eq!(relay.shutdown().await, Farewell::AllStored);

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    let again = workshop.join("participant", &board).await;
    assert_eq!(again.card("large"), Some(large));
    assert_eq!(again.card("small").as_deref(), Some("written meanwhile"));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_relay_that_ends_with_a_full_disk_says_so_and_tablets_bring_back_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        limits: Limits {
            farewell_ms: 100,
            ..Limits::default()
        },
        ..with_a_small_disk(folder.path())
    };
    let relay = relay::serve(config).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut writer = workshop.join("participant", &board).await;
    let mut other = workshop.join("participant", &board).await;
    fill(relay.address).await;
    let large = "x".repeat(300 << 10);
    writer.write("large", &large).await;
    other.see("large").await;
    assert_eq!(relay.shutdown().await, Farewell::NotAllStored);

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    assert_eq!(relay.findings, [] as [String; 0]);
    let workshop = workshop.moved_to(relay.address);
    let fresh = workshop.join("participant", &board).await;
    assert_eq!(
        fresh.card("large"),
        None,
        "nobody was told that it is saved"
    );
    let key = workshop.key("participant");
    let mut back = Client::hocuspocus(relay.address, &board, key).await;
    back.doc = writer.vanish();
    back.sync().await;
    back.answer_step_1().await;
    assert!(back.receive_status().await);
    assert_eq!(relay.shutdown().await, Farewell::AllStored);
}
