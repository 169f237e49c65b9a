//! The relay's limits over real sockets: who reaches one is told in a sentence, and nobody else
//! notices. Must never count on how long anything takes.

use relay::config::{Config, Limits};
use sync::wire::{Message, close};

use crate::relay_client::{Client, Received, Workshop};

/// A relay with these limits.
async fn relay(limits: Limits) -> relay::Running {
    let config = Config {
        limits,
        ..Config::in_memory()
    };
    relay::serve(config).await.unwrap()
}

#[tokio::test]
async fn r22_a_board_of_five_thousand_cards_is_written_at_once_and_nobody_is_refused() {
    let relay = relay(Limits::default()).await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    table.answer_step_1().await;
    assert!(table.receive_status().await);
    for card in 0..5_000 {
        table
            .write(&format!("card{card}"), "Bring back the bus")
            .await;
    }
    for _ in 0..5_000 {
        assert!(table.receive_status().await);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r22_who_sends_too_fast_is_read_more_slowly_and_nothing_is_lost() {
    let relay = relay(Limits {
        frames_per_second: 1_000,
        burst_ms: 200,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    // Twice what may come at once, less than what would be too long.
    for card in 0..350 {
        table.write(&format!("card{card}"), "x").await;
    }
    for _ in 0..350 {
        assert!(table.receive_status().await);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r22_who_goes_on_sending_too_fast_is_closed_with_1013_and_may_come_back() {
    let relay = relay(Limits {
        bytes_per_second: 100_000,
        burst_ms: 100,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut flood = workshop.join("participant", &board).await;
    // Far more than may come at once, and then goes on.
    let long = "x".repeat(8_000);
    for card in 0..40 {
        flood.write(&format!("card{card}"), &long).await;
    }
    let (code, reason) = flood.receive_close().await;
    assert_eq!(code, close::COME_BACK_LATER);
    assert!(reason.ends_with('.'), "{reason:?}");
    let mut again = workshop.join("participant", &board).await;
    again.write("again", "x").await;
    assert!(again.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_connection_may_open_only_so_many_documents_and_keeps_those_it_has() {
    let relay = relay(Limits {
        documents_per_connection: 2,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let mut table = workshop.join("participant", &workshop.board("b1")).await;
    let token = Message::Token {
        token: workshop.key("participant"),
        version: None,
    };
    for (board, opens) in [("b2", true), ("b3", false)] {
        table.send_to(&workshop.board(board), &token).await;
        let answer = table
            .receive_until(|it| matches!(it, Received::Granted { .. } | Received::Denied(_)))
            .await;
        assert_eq!(matches!(answer, Received::Granted { .. }), opens, "{board}");
    }
    table.write("still", "open").await;
    assert!(table.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_workshop_may_have_only_so_many_documents() {
    let relay = relay(Limits {
        // The plan of a new workshop is one of them.
        documents_per_workshop: 2,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let mut first = workshop.join("participant", &workshop.board("b1")).await;
    first.write("one", "x").await;
    assert!(first.receive_status().await);
    let key = workshop.key("participant");
    let mut second = Client::hocuspocus(relay.address, &workshop.board("b2"), key).await;
    let (code, reason) = second.receive_close().await;
    assert_eq!(code, close::NOT_ALLOWED);
    assert!(reason.contains("as many boards"), "{reason:?}");
    first.write("two", "x").await;
    assert!(first.receive_status().await);
    relay.shutdown().await;
}
