//! A disk with no space left: nothing is acknowledged falsely, people go on, and service returns.

use std::path::Path;

use relay::config::{Config, Keep};
use relay::store::sqlite::Options;
use sync::wire::Message;

use crate::relay_client::{Received, Workshop, http};

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

    // Other workshops take the rest of the disk, one of them a good part of it.
    let large = "x".repeat(300 << 10);
    let other_workshop = Workshop::make(relay.address).await;
    let document = other_workshop.board("b1");
    let mut elsewhere = other_workshop.join("participant", &document).await;
    elsewhere.write("large", &large).await;
    assert!(elsewhere.receive_status().await);
    let body = r#"{"title":"Filler","start":"sample"}"#;
    let make = || http(relay.address, "POST", "/api/workshops", &[], body);
    let refused = loop {
        let made = make().await;
        if made.status != 201 {
            break made;
        }
    };
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
    assert_eq!(make().await.status, 503);
    for client in [&mut writer, &mut other] {
        client.send(&Message::Ping).await;
        let told = |it: &Received| matches!(it, Received::Pong | Received::Status(_));
        assert_eq!(client.receive_until(told).await, Received::Pong);
    }

    let deleted = other_workshop.ask("facilitator", "DELETE", "", "").await;
    assert_eq!(deleted.status, 204, "what gives space back needs none");
    for client in [&mut writer, &mut other] {
        assert!(client.receive_status().await, "saved now, by itself");
    }
    relay.shutdown().await;

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    let again = workshop.join("participant", &board).await;
    assert_eq!(again.card("large"), Some(large));
    assert_eq!(again.card("small").as_deref(), Some("written meanwhile"));
    relay.shutdown().await;
}
