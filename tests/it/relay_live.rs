//! The relay live, over real sockets: both framings, offline edits, presence, and a restart.

use relay::config::Config;
use sync::presence::encode_one;
use sync::wire::{Framing, Message, close};

use crate::relay_client::{Client, Received, Workshop};

#[tokio::test]
async fn what_one_writes_the_other_sees_in_either_framing() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    let key = workshop.key("participant");
    let mut stock = Client::ywebsocket(relay.address, &board, key).await;
    stock.sync().await;

    table.write("one", "Bring back the bus").await;
    assert_eq!(stock.see("one").await, "Bring back the bus");
    stock.write("two", "Meet at the hall").await;
    assert_eq!(table.see("two").await, "Meet at the hall");
    relay.shutdown().await;
}

#[tokio::test]
async fn r5_each_update_is_acknowledged_exactly_once() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut table = workshop.join("participant", &workshop.board("b1")).await;
    table.answer_step_1().await;
    assert!(table.receive_status().await, "the answer to step 1");
    for card in 0..20 {
        table.write(&format!("card{card}"), "x").await;
    }
    for _ in 0..20 {
        assert!(table.receive_status().await);
    }
    // One more than the updates would be a twenty-first status before this pong.
    table.send(&Message::Ping).await;
    assert_eq!(table.receive().await, Received::Pong);
    relay.shutdown().await;
}

#[tokio::test]
async fn r2_edits_made_offline_arrive_through_the_relays_step_1() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut seen = workshop.join("participant", &board).await;
    for framing in [Framing::Hocuspocus, Framing::YWebsocket] {
        let key = workshop.key("participant");
        let mut client = match framing {
            Framing::Hocuspocus => Client::hocuspocus(relay.address, &board, key).await,
            Framing::YWebsocket => Client::ywebsocket(relay.address, &board, key).await,
        };
        let card = format!("offline{framing:?}");
        client.edit(&card, "written on the bus");
        client.sync().await;
        client.answer_step_1().await;
        assert_eq!(seen.see(&card).await, "written on the bus");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn many_documents_share_a_socket() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut first = workshop.join("participant", &workshop.board("b1")).await;
    let mut other = workshop.join("participant", &workshop.board("b2")).await;
    let update = other.edit("x", "on b2");
    // The same socket opens the second board and writes there.
    let key = workshop.key("participant");
    let board = workshop.board("b2");
    let token = Message::Token {
        token: key,
        version: None,
    };
    for message in [token, Message::Update(&update)] {
        first.send_to(&board, &message).await;
    }
    let mut third = workshop.join("participant", &board).await;
    assert_eq!(third.see("x").await, "on b2");
    relay.shutdown().await;
}

#[tokio::test]
async fn r20_close_ends_one_document_and_pings_are_answered() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let (first, second) = (workshop.board("b1"), workshop.board("b2"));
    let token = workshop.key("participant");
    let mut client = workshop.join("participant", &first).await;
    for message in [
        Message::Token {
            token,
            version: None,
        },
        Message::SyncStep1(&[0]),
    ] {
        client.send_to(&second, &message).await;
    }
    client
        .receive_until(|it| matches!(it, Received::Step2(_)))
        .await;
    client.send(&Message::Stateless("anything")).await;
    client.send(&Message::Close("")).await;
    client.send(&Message::Ping).await;
    client.receive_until(|it| *it == Received::Pong).await;
    // The first document is closed on this socket: what others write there is not heard, and what
    // is written there without a new token is kept back.
    let mut other = workshop.join("participant", &first).await;
    other.write("unheard", "x").await;
    assert!(other.receive_status().await);
    client.write("without a token", "x").await;
    client.send(&Message::Ping).await;
    client.receive_until(|it| *it == Received::Pong).await;
    assert_eq!(client.card("unheard"), None);
    // The second is still open.
    let mut elsewhere = workshop.join("participant", &second).await;
    elsewhere.write("heard", "y").await;
    assert_eq!(client.see("heard").await, "y");
    let fresh = workshop.join("participant", &first).await;
    assert_eq!(fresh.card("without a token"), None);
    relay.shutdown().await;
}

#[tokio::test]
async fn r4_what_comes_before_the_key_is_kept_and_handled_in_order() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut early = Client::connect(relay.address, "/sync", &board, Framing::Hocuspocus).await;
    early.send(&Message::SyncStep1(&[0])).await;
    early.write("early", "bird").await;
    let token = workshop.key("participant");
    early
        .send(&Message::Token {
            token,
            version: None,
        })
        .await;
    assert_eq!(
        early.receive().await,
        Received::Granted { read_only: false }
    );
    assert!(matches!(early.receive().await, Received::Step2(_)));
    assert!(early.receive_status().await);
    let mut later = workshop.join("participant", &board).await;
    assert_eq!(later.see("early").await, "bird");
    relay.shutdown().await;
}

#[tokio::test]
async fn r4_too_much_before_the_key_closes_with_4400() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut early = Client::connect(relay.address, "/sync", &board, Framing::Hocuspocus).await;
    for _ in 0..100 {
        early.send(&Message::SyncStep1(&[0])).await;
    }
    assert_eq!(early.receive_close().await.0, close::BAD_MESSAGE);
    relay.shutdown().await;
}

#[tokio::test]
async fn r4_a_connection_that_shows_no_key_is_closed_with_1013() {
    let mut config = Config::in_memory();
    config.limits.unauthenticated_ms = 50;
    let relay = relay::serve(config).await.unwrap();
    let mut silent = Client::connect(relay.address, "/sync", "x", Framing::Hocuspocus).await;
    assert_eq!(silent.receive_close().await.0, close::COME_BACK_LATER);
    relay.shutdown().await;
}

#[tokio::test]
async fn r13_presence_is_shared_and_gone_when_the_connection_is() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut watching = workshop.join("facilitator", &board).await;
    let mut ann = workshop.join("participant", &board).await;
    let here = encode_one(7, 1, Some(r#"{"name":"Ann"}"#));
    ann.send(&Message::Awareness(&here)).await;
    let seen = |update: Vec<u8>| move |it: &Received| *it == Received::Awareness(update.clone());
    watching.receive_until(seen(here.clone())).await;
    let mut late = Client::hocuspocus(relay.address, &board, workshop.key("participant")).await;
    late.receive_until(seen(here)).await;
    ann.vanish();
    let gone = |it: &Received| matches!(it, Received::Awareness(it) if it.ends_with(b"null"));
    watching.receive_until(gone).await;
    relay.shutdown().await;
}

#[tokio::test]
async fn everything_acknowledged_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    for card in 0..50 {
        table.write(&format!("card{card}"), "kept").await;
    }
    for _ in 0..50 {
        assert!(table.receive_status().await);
    }
    relay.shutdown().await;
    assert_eq!(table.receive_close().await.0, 1001);

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    let again = workshop.join("participant", &board).await;
    for card in 0..50 {
        assert_eq!(
            again.card(&format!("card{card}")).as_deref(),
            Some("kept"),
            "{card}"
        );
    }
    let plan = workshop.join("wall", &workshop.plan()).await;
    let has_content = |client: &Client| {
        use yrs::{ReadTxn, Transact};
        !client.doc.transact().state_vector().is_empty()
    };
    assert!(has_content(&plan), "the plan's first content is kept too");
    relay.shutdown().await;
}

#[tokio::test]
async fn at_the_end_everyone_is_told_to_come_back() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut tables = Vec::new();
    // More than are closed at once.
    for _ in 0..25 {
        tables.push(workshop.join("participant", &board).await);
    }
    let told = tables.iter_mut().map(Client::receive_close);
    let (told, farewell) = tokio::join!(futures_util::future::join_all(told), relay.shutdown());
    assert_eq!(farewell, relay::Farewell::AllStored);
    for (code, reason) in told {
        assert_eq!((code, &reason[..]), (1001, "The relay is being stopped."));
    }
}

#[tokio::test]
async fn two_relays_cannot_share_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let second = relay::serve(Config::in_folder(folder.path())).await;
    let refused = second.err().expect("the folder is taken").to_string();
    assert!(refused.contains("Another Trestle is using"), "{refused}");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_port_in_use_is_told_in_one_sentence() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let config = Config {
        port: relay.address.port(),
        ..Config::in_memory()
    };
    let refused = relay::serve(config).await.err().expect("the port is taken");
    let port = relay.address.port();
    let sentence =
        format!("Port {port} is in use by another program; choose another one with --port.");
    assert_eq!(refused.to_string(), sentence);
    relay.shutdown().await;
}
