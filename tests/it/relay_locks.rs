//! Boards and workshops that a facilitator locks while people are inside.

use relay::config::{Config, Limits};
use serde_json::json;
use sync::wire::{Message, close};

use crate::relay_client::{Client, Received, Workshop, http};

const TOLD_TO_READ: Received = Received::Granted { read_only: true };
const TOLD_TO_WRITE: Received = Received::Granted { read_only: false };

#[tokio::test]
async fn r25_a_locked_board_takes_nothing_from_participants_and_everything_from_facilitators() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    let mut elsewhere = workshop.join("participant", &workshop.board("b2")).await;
    let mut facilitator = workshop.join("facilitator", &board).await;

    let locks = workshop.set_lock(r#"{"board":"b1","locked":true}"#).await;
    assert_eq!(locks, json!({"workshop": false, "boards": ["b1"]}));
    // From the answer on nothing is taken, whether the table has heard of it or not.
    table.write("locked", "x").await;
    table.receive_until(|it| *it == TOLD_TO_READ).await;
    assert!(!table.receive_status().await);
    facilitator.write("hers", "x").await;
    assert!(facilitator.receive_status().await);
    assert_eq!(table.see("hers").await, "x");
    elsewhere.write("another board", "x").await;
    assert!(elsewhere.receive_status().await);
    assert_eq!(facilitator.card("locked"), None);

    let locks = workshop.set_lock(r#"{"board":"b1","locked":false}"#).await;
    assert_eq!(locks, json!({"workshop": false, "boards": []}));
    table.receive_until(|it| *it == TOLD_TO_WRITE).await;
    // What was refused is asked for.
    table.answer_step_1().await;
    assert!(table.receive_status().await);
    assert_eq!(facilitator.see("locked").await, "x");
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_a_locked_workshop_has_every_board_locked_and_everyone_is_told_of_locks() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    workshop.set_lock(r#"{"board":"b2","locked":true}"#).await;
    let locks = workshop.set_lock(r#"{"workshop":true}"#).await;
    assert_eq!(locks, json!({"workshop": true, "boards": ["b2"]}));
    for role in ["facilitator", "participant", "wall", "report"] {
        let told = workshop.ask(role, "GET", "", "").await.json();
        assert_eq!(told["locks"], locks, "{role}");
    }
    let key = workshop.key("participant");
    for board in ["b1", "b2"] {
        let board = workshop.board(board);
        let mut late = Client::hocuspocus(relay.address, &board, key).await;
        assert_eq!(late.receive().await, TOLD_TO_READ);
    }
    // What was locked by itself stays so.
    workshop.set_lock(r#"{"workshop":false}"#).await;
    for (board, expected) in [("b1", TOLD_TO_WRITE), ("b2", TOLD_TO_READ)] {
        let board = workshop.board(board);
        let mut late = Client::hocuspocus(relay.address, &board, key).await;
        assert_eq!(late.receive().await, expected);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_a_stock_y_websocket_client_stays_and_what_it_writes_arrives_afterwards() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let key = workshop.key("participant");
    let mut early = Client::ywebsocket(relay.address, &board, key).await;
    early.sync().await;
    early.answer_step_1().await;
    workshop.set_lock(r#"{"workshop":true}"#).await;
    let mut late = Client::ywebsocket(relay.address, &board, key).await;
    late.edit("late", "written before it came");
    late.sync().await;
    early.write("early", "written while it was locked").await;
    let mut facilitator = workshop.join("facilitator", &board).await;
    facilitator.write("hers", "x").await;
    for client in [&mut early, &mut late] {
        assert_eq!(client.see("hers").await, "x", "it still hears of others");
    }
    assert_eq!(facilitator.card("early"), None);

    workshop.set_lock(r#"{"workshop":false}"#).await;
    for client in [&mut early, &mut late] {
        client.answer_step_1().await;
    }
    for card in ["early", "late"] {
        assert!(facilitator.see(card).await.starts_with("written"), "{card}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_a_wall_that_writes_is_thrown_out_whether_the_board_is_locked_or_not() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    workshop.set_lock(r#"{"workshop":true}"#).await;
    let mut wall = Client::ywebsocket(relay.address, &board, workshop.key("wall")).await;
    wall.sync().await;
    wall.write("wall", "x").await;
    assert_eq!(wall.receive_close().await.0, close::NOT_ALLOWED);
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_nobody_who_comes_in_while_a_board_is_being_locked_can_write_afterwards() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let key = workshop.key("participant").to_owned();
    let joins = (0..60).map(|at| {
        let (address, key) = (relay.address, key.clone());
        let board = workshop.board(&format!("b{}", at % 7));
        tokio::spawn(async move {
            // A few turns later each, so that the change falls between some of them.
            for _ in 0..at * 3 {
                tokio::task::yield_now().await;
            }
            let mut client = Client::hocuspocus(address, &board, &key).await;
            // Who came in before is told later; nobody is told the contrary afterwards.
            client.receive_until(|it| *it == TOLD_TO_READ).await;
            client.sync().await;
            client.write("late", "x").await;
            assert!(!client.receive_status().await);
        })
    });
    let joins: Vec<_> = joins.collect();
    workshop.set_lock(r#"{"workshop":true}"#).await;
    for join in joins {
        join.await.unwrap();
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_everyone_at_the_plan_is_told_what_is_locked_when_they_come_and_when_it_changes() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let hear = async |client: &mut Client, expected: &str| {
        let told = client.receive_until(|it| matches!(it, Received::Told(_)));
        assert_eq!(told.await, Received::Told(expected.to_owned()));
    };
    let mut clients = Vec::new();
    for role in ["facilitator", "participant", "wall", "report"] {
        let key = workshop.key(role);
        let mut client = Client::hocuspocus(relay.address, &workshop.plan(), key).await;
        hear(&mut client, r#"{"locks":{"boards":[],"workshop":false}}"#).await;
        clients.push(client);
    }
    workshop.set_lock(r#"{"board":"b1","locked":true}"#).await;
    for client in &mut clients {
        hear(client, r#"{"locks":{"boards":["b1"],"workshop":false}}"#).await;
    }
    let key = workshop.key("facilitator");
    let mut late = Client::hocuspocus(relay.address, &workshop.plan(), key).await;
    hear(&mut late, r#"{"locks":{"boards":["b1"],"workshop":false}}"#).await;
    relay.shutdown().await;
}

#[tokio::test]
async fn locks_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let locks = workshop.set_lock(r#"{"board":"b1","locked":true}"#).await;
    relay.shutdown().await;
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    assert_eq!(
        workshop.ask("wall", "GET", "", "").await.json()["locks"],
        locks
    );
    let key = workshop.key("participant");
    let mut table = Client::hocuspocus(relay.address, &workshop.board("b1"), key).await;
    assert_eq!(table.receive().await, TOLD_TO_READ);
    relay.shutdown().await;
}

#[tokio::test]
async fn only_a_facilitator_may_lock_and_a_bad_request_is_told_so() {
    let config = Config {
        limits: Limits {
            documents_per_workshop: 2,
            ..Limits::default()
        },
        ..Config::in_memory()
    };
    let relay = relay::serve(config).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let ask = async |role, body| {
        let answer = workshop.ask(role, "PUT", "/lock", body).await;
        let sentence = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(sentence.ends_with('.'), "{sentence:?}");
        answer.status
    };
    for role in ["participant", "wall", "report"] {
        assert_eq!(ask(role, r#"{"workshop":true}"#).await, 403, "{role}");
    }
    for body in [
        "",
        "{}",
        r#"{"workshop":1}"#,
        r#"{"board":"b1"}"#,
        r#"{"locked":true}"#,
        r#"{"board":"No Board","locked":true}"#,
        r#"{"workshop":true,"board":"b1","locked":true}"#,
        r#"{"workshop":true,"until":"noon"}"#,
    ] {
        assert_eq!(ask("facilitator", body).await, 400, "{body}");
    }
    for board in ["b1", "b2"] {
        let wanted = format!(r#"{{"board":"{board}","locked":true}}"#);
        workshop.set_lock(&wanted).await;
    }
    let third = r#"{"board":"b3","locked":true}"#;
    assert_eq!(ask("facilitator", third).await, 422);
    let path = format!("/api/workshops/{}/lock", workshop.id);
    let answer = http(relay.address, "PUT", &path, &[], r#"{"workshop":true}"#).await;
    assert_eq!(answer.status, 401);
    relay.shutdown().await;
}

#[tokio::test]
async fn r25_a_session_that_was_told_nothing_new_is_told_nothing() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    table.answer_step_1().await;
    assert!(table.receive_status().await);
    for wanted in [
        r#"{"board":"b2","locked":true}"#,
        r#"{"workshop":false}"#,
        r#"{"board":"b1","locked":false}"#,
    ] {
        workshop.set_lock(wanted).await;
    }
    table.send(&Message::Ping).await;
    assert_eq!(table.receive().await, Received::Pong);
    relay.shutdown().await;
}
