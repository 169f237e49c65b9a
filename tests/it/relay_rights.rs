//! Keys and roles, held against a client that ignores the rules.

use relay::config::Config;
use sync::presence::encode_one;
use sync::wire::{Message, close};

use crate::relay_client::{Client, Received, Workshop};

/// Writes to `document` as `role`, over both framings and both as an update and as an answer to
/// step 1, and checks that it is refused and that a facilitator never sees it.
async fn check_refused(role: &str, document: impl Fn(&Workshop) -> String) {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let document = document(&workshop);
    let mut watching = workshop.join("facilitator", &document).await;

    let key = workshop.key(role);
    let mut intruder = Client::hocuspocus(relay.address, &document, key).await;
    assert_eq!(
        intruder.receive().await,
        Received::Granted { read_only: true }
    );
    intruder.sync().await;
    intruder.write("forbidden1", "x").await;
    assert!(!intruder.receive_status().await, "{role}: an update");
    let forbidden = intruder.edit("forbidden2", "x");
    intruder.send(&Message::SyncStep2(&forbidden)).await;
    assert!(!intruder.receive_status().await, "{role}: a step 2");

    for (card, step_2) in [("forbidden3", false), ("forbidden4", true)] {
        let mut intruder = Client::ywebsocket(relay.address, &document, key).await;
        intruder.sync().await;
        let forbidden = intruder.edit(card, "x");
        let message = if step_2 {
            Message::SyncStep2(&forbidden)
        } else {
            Message::Update(&forbidden)
        };
        intruder.send(&message).await;
        let (code, reason) = intruder.receive_close().await;
        assert_eq!(code, close::NOT_ALLOWED, "{role}");
        assert!(!reason.is_empty());
    }

    // What a facilitator writes now comes after all of it, so had it been passed on, it would be
    // here before.
    watching.write("allowed", "y").await;
    watching
        .receive_until(|it| *it == Received::Status(true))
        .await;
    let fresh = workshop.join("facilitator", &document).await;
    assert_eq!(fresh.card("allowed").as_deref(), Some("y"));
    for card in ["forbidden1", "forbidden2", "forbidden3", "forbidden4"] {
        assert_eq!(watching.card(card), None, "{role}: {card} was passed on");
        assert_eq!(fresh.card(card), None, "{role}: {card} was applied");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r9_a_walls_update_is_refused_and_nobody_sees_it() {
    check_refused("wall", |workshop| workshop.board("b1")).await;
}

#[tokio::test]
async fn r9_a_report_readers_update_is_refused_and_nobody_sees_it() {
    check_refused("report", |workshop| workshop.board("b1")).await;
}

#[tokio::test]
async fn r9_a_participant_cannot_write_the_plan() {
    check_refused("participant", Workshop::plan).await;
}

#[tokio::test]
async fn r9_a_participant_cannot_write_the_ledger() {
    check_refused("participant", |workshop| format!("{}/ledger", workshop.id)).await;
}

#[tokio::test]
async fn a_reader_with_nothing_new_is_told_that_all_is_saved() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut wall = workshop.join("wall", &workshop.plan()).await;
    wall.answer_step_1().await;
    assert!(wall.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_walls_presence_is_not_passed_on() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut watching = workshop.join("facilitator", &board).await;
    let mut wall = workshop.join("wall", &board).await;
    wall.send(&Message::Awareness(&encode_one(1, 1, Some("{}"))))
        .await;
    wall.sync().await;
    let ann = encode_one(2, 1, Some("{}"));
    let mut table = workshop.join("participant", &board).await;
    table.send(&Message::Awareness(&ann)).await;
    let first = watching
        .receive_until(|it| matches!(it, Received::Awareness(_)))
        .await;
    assert_eq!(first, Received::Awareness(ann));
    relay.shutdown().await;
}

#[tokio::test]
async fn r19_a_wrong_key_is_denied_in_a_sentence_and_closed_with_4401() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    for key in [
        "",
        "nonsense",
        other.key("facilitator"),
        "AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let mut hocuspocus = Client::hocuspocus(relay.address, &board, key).await;
        let mut stock = Client::ywebsocket(relay.address, &board, key).await;
        stock.send(&Message::SyncStep1(&[0])).await;
        for client in [&mut hocuspocus, &mut stock] {
            let denied = client.receive().await;
            let Received::Denied(reason) = denied else {
                panic!("{key:?}: {denied:?}");
            };
            assert!(reason.ends_with('.') && reason.len() < 100, "{reason:?}");
            assert_eq!(client.receive_close().await.0, close::KEY_REVOKED);
        }
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r19_an_unknown_workshop_is_closed_with_4404() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let key = workshop.key("facilitator");
    for document in ["nowhere/plan", "no such/thing", "UPPER/plan"] {
        let mut client = Client::hocuspocus(relay.address, document, key).await;
        client
            .receive_until(|it| matches!(it, Received::Denied(_)))
            .await;
        assert_eq!(client.receive_close().await.0, close::DELETED, "{document}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r19_a_document_the_workshop_does_not_have_is_denied_and_others_stay_open() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let key = workshop.key("facilitator");
    let mut client = workshop.join("facilitator", &workshop.board("b1")).await;
    let secret = format!("{}/secrets", workshop.id);
    let token = Message::Token {
        token: key,
        version: None,
    };
    client.send_to(&secret, &token).await;
    client
        .receive_until(|it| matches!(it, Received::Denied(_)))
        .await;
    client.write("still", "open").await;
    assert!(client.receive_status().await);

    let mut stock = Client::ywebsocket(relay.address, &secret, key).await;
    stock.send(&Message::SyncStep1(&[0])).await;
    assert_eq!(stock.receive_close().await.0, close::NOT_ALLOWED);
    relay.shutdown().await;
}

#[tokio::test]
async fn r10_a_bad_client_is_closed_and_disturbs_nobody() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut good = workshop.join("participant", &board).await;
    let contents_json = [1, 1, 1, 0, 2, 1, 1, b'a', 1, 2, b'4', b'2', 0];
    let deep = [vec![1, 1, 1, 0, 8, 1, 1, b'a', 1], [117, 1].repeat(20_000)].concat();
    let huge_count = [0xff, 0xff, 0xff, 0x7f];
    for update in [&contents_json[..], &deep, &huge_count] {
        let mut bad = workshop.join("participant", &board).await;
        bad.send(&Message::Update(update)).await;
        assert_eq!(bad.receive_close().await.0, close::BAD_MESSAGE);
    }
    for frame in [&b"\x05hello\x63"[..], &[0xff; 32]] {
        let mut bad = workshop.join("participant", &board).await;
        bad.send_bytes(frame.to_vec()).await;
        assert_eq!(bad.receive_close().await.0, close::BAD_MESSAGE);
    }
    good.write("after", "all that").await;
    assert!(good.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn r10_what_is_too_big_is_closed_with_1009() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut client = workshop.join("participant", &workshop.board("b1")).await;
    client.send(&Message::Update(&vec![0; 3 << 20])).await;
    assert_eq!(client.receive_close().await.0, close::TOO_BIG);
    relay.shutdown().await;
}
