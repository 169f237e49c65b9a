//! The relay's limits over real sockets: who reaches one is told in a sentence, and nobody else
//! notices. Must never count on how long anything takes.

use relay::config::{Config, Limits};
use sync::presence::encode_one;
use sync::wire::{Message, close};

use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;

use crate::relay_client::{Client, LIMIT, Received, Workshop};

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

#[tokio::test]
async fn two_hundred_tablets_behind_one_address_join_without_a_refusal() {
    let relay = relay(Limits::default()).await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    // All of them connect from 127.0.0.1.
    let joins = (0..200).map(|_| workshop.join("participant", &board));
    let mut hall = futures_util::future::join_all(joins).await;
    hall[0].write("welcome", "to all of you").await;
    for tablet in &mut hall[1..] {
        assert_eq!(tablet.see("welcome").await, "to all of you");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r26_a_full_workshop_asks_to_come_back_later_but_for_its_facilitator() {
    let relay = relay(Limits {
        connections_per_workshop: 2,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let first = workshop.join("participant", &board).await;
    let mut second = workshop.join("participant", &board).await;
    // A further board of the same workshop takes no further place.
    let token = Message::Token {
        token: workshop.key("participant"),
        version: None,
    };
    second.send_to(&workshop.plan(), &token).await;
    second
        .receive_until(|it| matches!(it, Received::Granted { .. }))
        .await;
    let key = workshop.key("participant");
    let mut hocuspocus = Client::hocuspocus(relay.address, &board, key).await;
    let mut stock = Client::ywebsocket(relay.address, &board, key).await;
    stock.send(&Message::SyncStep1(&[0])).await;
    for client in [&mut hocuspocus, &mut stock] {
        let (code, reason) = client.receive_close().await;
        assert_eq!(code, close::COME_BACK_LATER);
        assert!(reason.contains("full"), "{reason:?}");
    }
    workshop.join("facilitator", &board).await;
    // Other workshops have places of their own.
    let elsewhere = Workshop::make(relay.address).await;
    elsewhere.join("participant", &elsewhere.plan()).await;
    // Whoever leaves makes room. The relay finds out in its own time, so ask until it has.
    first.vanish();
    let comes_in = async {
        loop {
            let mut client = Client::hocuspocus(relay.address, &board, key).await;
            if matches!(client.receive().await, Received::Granted { .. }) {
                break;
            }
        }
    };
    timeout(LIMIT, comes_in).await.unwrap();
    relay.shutdown().await;
}

/// The relay shares this thread, so it accepts nobody while they come: for whom the system has no
/// place, there never is one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hall_that_comes_in_one_moment_waits_in_line_and_nobody_is_dropped() {
    let relay = relay(Limits::default()).await;
    let come = |_| std::net::TcpStream::connect_timeout(&relay.address, LIMIT);
    let hall: Result<Vec<_>, _> = (0..200).map(come).collect();
    assert_eq!(hall.map(|hall| hall.len()).ok(), Some(200));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_relay_takes_only_so_many_connections_and_says_so() {
    let relay = relay(Limits {
        connections: 1,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let mut only = workshop.join("participant", &workshop.board("b1")).await;
    let refused = connect_async(format!("ws://{}/sync", relay.address)).await;
    let Err(Error::Http(answer)) = refused else {
        panic!("an answer was expected: {refused:?}");
    };
    assert_eq!(answer.status(), 503);
    let body = String::from_utf8(answer.into_body().unwrap()).unwrap();
    assert!(body.contains("Please try again later."), "{body:?}");
    only.write("still", "here").await;
    assert!(only.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn p6_who_says_too_much_about_itself_is_told_so_and_others_stay() {
    let relay = relay(Limits::default()).await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut ann = workshop.join("participant", &board).await;
    let mut bob = workshop.join("participant", &board).await;
    let long = format!("\"{}\"", "x".repeat(3_000));
    ann.send(&Message::Awareness(&encode_one(1, 1, Some(&long))))
        .await;
    let (code, reason) = ann.receive_close().await;
    assert_eq!(code, close::BAD_MESSAGE);
    assert!(reason.contains("too long"), "{reason:?}");
    bob.write("still", "here").await;
    assert!(bob.receive_status().await);
    relay.shutdown().await;
}

#[tokio::test]
async fn r11_a_reader_that_stops_reading_is_closed_with_1013_holds_nobody_back_and_catches_up() {
    let relay = relay(Limits {
        outgoing_bytes: 256 << 10,
        ..Limits::default()
    })
    .await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut stalled = workshop.join("participant", &board).await;
    let mut writer = workshop.join("participant", &board).await;
    let mut other = workshop.join("participant", &board).await;
    stalled.edit("mine", "written while it was stalled");
    // Far more than a socket's own buffers hold.
    let large = "x".repeat(900 << 10);
    let cards: Vec<String> = (0..16).map(|card| format!("card{card}")).collect();
    let mut arrived = Vec::new();
    for card in &cards {
        writer.write(card, &large).await;
        assert!(writer.receive_status().await);
        let update = other
            .receive_until(|it| matches!(it, Received::Update(_)))
            .await;
        assert!(matches!(update, Received::Update(_)));
        arrived.extend(other.card(card).map(|text| (card, text.len())));
    }
    let expected: Vec<_> = cards.iter().map(|card| (card, large.len())).collect();
    assert_eq!(arrived, expected, "each arrives, whole and in its turn");

    let (code, reason) = stalled.receive_close().await;
    assert_eq!(code, close::COME_BACK_LATER);
    assert!(reason.contains("too slow"), "{reason:?}");

    let key = workshop.key("participant");
    let mut back = Client::hocuspocus(relay.address, &board, key).await;
    back.doc = stalled.vanish();
    back.sync().await;
    back.answer_step_1().await;
    assert!(back.receive_status().await);
    assert_eq!(other.see("mine").await, "written while it was stalled");
    for card in &cards {
        assert_eq!(back.card(card).map(|text| text.len()), Some(large.len()));
    }
    relay.shutdown().await;
}
