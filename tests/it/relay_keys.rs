//! Keys that are replaced while people are inside. Must never count on how long anything takes.

use relay::config::Config;
use sync::wire::{Message, close};

use crate::relay_client::{Answer, Client, Received, Workshop, http};

const ROLES: [&str; 4] = ["facilitator", "participant", "wall", "report"];

/// What a spoken code leads to.
async fn look_up(workshop: &Workshop, code: &str) -> Answer {
    let path = format!("/api/codes/{}", code.replace(' ', ""));
    http(workshop.address, "GET", &path, &[], "").await
}

/// Checks that a key opens nothing, in any way in.
async fn check_opens_nothing(workshop: &Workshop, key: &str) {
    let board = workshop.board("b1");
    let mut hocuspocus = Client::hocuspocus(workshop.address, &board, key).await;
    let mut stock = Client::ywebsocket(workshop.address, &board, key).await;
    stock.send(&Message::SyncStep1(&[0])).await;
    for client in [&mut hocuspocus, &mut stock] {
        assert!(matches!(client.receive().await, Received::Denied(_)));
        assert_eq!(client.receive_close().await.0, close::KEY_REVOKED);
    }
    let path = format!("/api/workshops/{}", workshop.id);
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &bearer[..])];
    let answer = http(workshop.address, "GET", &path, &headers, "").await;
    assert_eq!(answer.status, 401);
}

/// What a role's key may hand on, by what the relay says and by what it should say.
async fn check_links(workshop: &Workshop) {
    for (role, hands_on) in [
        ("facilitator", &ROLES[..]),
        ("participant", &["participant"]),
        ("wall", &["participant"]),
        ("report", &["report"]),
    ] {
        let answer = workshop.ask(role, "GET", "", "").await.json();
        let links = answer["links"].as_object().unwrap();
        assert_eq!(links.len(), hands_on.len(), "{role}: {links:?}");
        for target in hands_on {
            let expected = format!("/w/{}#{}", workshop.id, workshop.key(target));
            assert_eq!(links[*target], expected, "{role} hands on {target}");
        }
    }
}

#[tokio::test]
async fn r24_a_replaced_key_opens_nothing_and_whoever_is_inside_with_it_is_thrown_out() {
    for replaced in ROLES {
        let relay = relay::serve(Config::in_memory()).await.unwrap();
        let mut workshop = Workshop::make(relay.address).await;
        let board = workshop.board("b1");
        let key = workshop.key(replaced).to_owned();
        let mut many = workshop.join(replaced, &board).await;
        let token = Message::Token {
            token: &key,
            version: None,
        };
        many.send_to(&workshop.plan(), &token).await;
        many.receive_until(|it| matches!(it, Received::Granted { .. }))
            .await;
        let mut stock = Client::ywebsocket(relay.address, &board, &key).await;
        stock.sync().await;
        let mut others = Vec::new();
        for role in ROLES.into_iter().filter(|role| *role != replaced) {
            others.push(workshop.join(role, &board).await);
        }

        let old = workshop.replace_key(replaced).await;
        for client in [&mut many, &mut stock] {
            let denied = client
                .receive_until(|it| matches!(it, Received::Denied(_)))
                .await;
            let (code, reason) = client.receive_close().await;
            assert_eq!(code, close::KEY_REVOKED, "{replaced}");
            assert!(reason.contains("has been replaced"), "{reason:?}");
            assert_eq!(denied, Received::Denied(reason), "{replaced}");
        }
        check_opens_nothing(&workshop, &old).await;
        check_links(&workshop).await;
        // Everybody else is still inside, and the new key lets in.
        for other in &mut others {
            other.send(&Message::Ping).await;
            other.receive_until(|it| *it == Received::Pong).await;
        }
        workshop.join(replaced, &board).await;
        relay.shutdown().await;
    }
}

#[tokio::test]
async fn r24_nothing_is_taken_from_a_replaced_key_once_the_answer_is_there() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let mut workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut old = workshop.join("participant", &board).await;
    workshop.replace_key("participant").await;
    old.write("late", "x").await;
    old.receive_close().await;
    let mut watching = workshop.join("facilitator", &board).await;
    watching.write("after", "y").await;
    assert!(watching.receive_status().await);
    assert_eq!(watching.card("late"), None);
    relay.shutdown().await;
}

#[tokio::test]
async fn r24_nobody_slips_in_while_a_key_is_being_replaced() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let mut workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let old = workshop.key("participant").to_owned();
    let joins = (0..60).map(|at| {
        let (address, old) = (relay.address, old.clone());
        let board = format!("{board}-{}", at % 7);
        tokio::spawn(async move {
            // A few turns later each, so that the change falls between some of them.
            for _ in 0..at * 3 {
                tokio::task::yield_now().await;
            }
            let mut client = Client::hocuspocus(address, &board, &old).await;
            client.receive_close().await.0
        })
    });
    let joins: Vec<_> = joins.collect();
    workshop.replace_key("participant").await;
    for join in joins {
        assert_eq!(join.await.unwrap(), close::KEY_REVOKED);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn the_code_changes_with_the_participant_key_and_the_old_one_dies_at_once() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let mut workshop = Workshop::make(relay.address).await;
    let code = async |workshop: &Workshop| {
        let answer = workshop.ask("facilitator", "GET", "", "").await.json();
        answer["code"].as_str().unwrap().to_owned()
    };
    let first = code(&workshop).await;
    // Other keys have nothing to do with it.
    for role in ["wall", "report", "facilitator"] {
        workshop.replace_key(role).await;
        assert_eq!(look_up(&workshop, &first).await.status, 200, "{role}");
    }
    workshop.replace_key("participant").await;
    assert_eq!(look_up(&workshop, &first).await.status, 404);
    let second = code(&workshop).await;
    assert_ne!(first, second);
    let link = format!("/w/{}#{}", workshop.id, workshop.key("participant"));
    assert_eq!(look_up(&workshop, &second).await.json()["link"], link);
    assert_eq!(look_up(&workshop, &first).await.status, 404);
    relay.shutdown().await;
}

#[tokio::test]
async fn replaced_keys_stay_replaced_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let mut workshop = Workshop::make(relay.address).await;
    let mut old = Vec::new();
    for role in ROLES {
        old.push(workshop.replace_key(role).await);
    }
    relay.shutdown().await;
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    for key in old {
        check_opens_nothing(&workshop, &key).await;
    }
    check_links(&workshop).await;
    relay.shutdown().await;
}

#[tokio::test]
async fn only_a_facilitator_may_replace_a_key_and_a_bad_request_is_told_so() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let ask = async |role, body| {
        let answer = workshop.ask(role, "POST", "/keys", body).await;
        let sentence = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(sentence.ends_with('.'), "{sentence:?}");
        answer.status
    };
    let wanted = r#"{"role":"participant"}"#;
    for role in ["participant", "wall", "report"] {
        assert_eq!(ask(role, wanted).await, 403, "{role}");
    }
    for body in ["", "{}", r#"{"role":"owner"}"#, r#"{"role":7}"#] {
        assert_eq!(ask("facilitator", body).await, 400, "{body}");
    }
    let path = format!("/api/workshops/{}/keys", workshop.id);
    let nowhere = "/api/workshops/nowhere/keys";
    for (path, status) in [(&path[..], 401), (nowhere, 404)] {
        let answer = http(relay.address, "POST", path, &[], wanted).await;
        assert_eq!(answer.status, status, "{path}");
    }
    check_links(&workshop).await;
    relay.shutdown().await;
}
