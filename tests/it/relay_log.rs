//! That no secret reaches the log, at the level that logs most, whatever people do.

use std::io;
use std::sync::{Arc, Mutex};

use relay::config::Config;
use relay::log::{self, Format, Level};
use sync::presence::encode_one;
use sync::wire::Message;

use crate::relay_client::{Client, Received, Workshop, http};

/// Keeps what is written to it.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_key_code_name_or_word_reaches_the_log() {
    let kept = Kept::default();
    let writer = kept.clone();
    // For the whole process: the store's threads log as well.
    let subscriber = log::subscriber(Level::Debug, Format::Text, move || writer.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut secrets = Vec::new();
    for role in ["facilitator", "participant", "wall", "report"] {
        secrets.push(workshop.key(role).to_owned());
        secrets.push(other.key(role).to_owned());
    }

    // Over HTTP: a right key, a wrong one, a code and a wrong code.
    let path = format!("/api/workshops/{}", workshop.id);
    for key in [workshop.key("facilitator"), other.key("facilitator")] {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", &bearer[..])];
        let answer = http(relay.address, "GET", &path, &headers, "").await;
        if answer.status == 200 {
            let code = answer.json()["code"].as_str().unwrap().to_owned();
            secrets.push(code.replace(' ', ""));
            secrets.push(code);
        }
    }
    secrets.push("000000001".to_owned());
    for code in secrets.clone().iter().rev().take(3) {
        let path = format!("/api/codes/{}", code.replace(' ', "%20"));
        http(relay.address, "GET", &path, &[], "").await;
    }
    let broken = r#"{"title":"Hush-hush","start":"elsewhere"}"#;
    http(relay.address, "POST", "/api/workshops", &[], broken).await;
    secrets.push("Hush-hush".to_owned());

    // Over both kinds of socket: a card, a name, a reader that writes, wrong keys, broken updates.
    let mut table = workshop.join("participant", &board).await;
    table.write("one", "Bring back the bus").await;
    let name = encode_one(7, 1, Some(r#"{"name":"Marigold"}"#));
    table.send(&Message::Awareness(&name)).await;
    assert!(table.receive_status().await);
    secrets.extend(["Bring back".to_owned(), "Marigold".to_owned()]);
    let key = workshop.key("participant");
    let mut stock = Client::ywebsocket(relay.address, &board, key).await;
    stock.sync().await;
    let mut reader = workshop.join("report", &board).await;
    reader.write("two", "Not allowed").await;
    reader
        .receive_until(|it| *it == Received::Status(false))
        .await;
    let foreign = other.key("participant");
    let mut wrong = Client::hocuspocus(relay.address, &board, foreign).await;
    wrong.receive_close().await;
    let mut wrong = Client::ywebsocket(relay.address, &board, foreign).await;
    wrong.speak().await;
    wrong.receive_close().await;
    let mut spoilt = stock.edit("three", "Spoilt words");
    spoilt.truncate(spoilt.len() - 2);
    stock.send(&Message::Update(&spoilt)).await;
    stock.receive_close().await;
    secrets.extend(["Not allowed".to_owned(), "Spoilt".to_owned()]);
    relay.shutdown().await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    for said in ["made", "an update was refused"] {
        assert!(log.contains(said), "{said:?} was not logged:\n{log}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} was logged:\n{log}");
    }
}
