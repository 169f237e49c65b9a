//! A damaged database: others are served, the operator is told, and devices bring back what is lost.

use std::fs;
use std::path::{Path, PathBuf};

use harness::program::{Process, run, trestle};
use relay::config::Config;

use crate::relay_client::{Client, Workshop};

const PAGE: usize = 4096;
const CARDS: usize = 60;

fn card(number: usize) -> (String, String) {
    let name = format!("card{number:03}");
    let text = format!("{name} says something. ").repeat(20);
    (name, text)
}

/// Writes many cards, and waits until all are saved.
async fn fill(workshop: &Workshop) -> Client {
    let mut client = workshop.join("participant", &workshop.board("b1")).await;
    client.answer_step_1().await;
    assert!(client.receive_status().await);
    for (name, text) in (0..CARDS).map(card) {
        client.write(&name, &text).await;
        assert!(client.receive_status().await);
    }
    client
}

fn cards_of(client: &Client) -> usize {
    let there = (0..CARDS)
        .map(card)
        .filter(|(name, text)| client.card(name).as_ref() == Some(text));
    there.count()
}

/// The copies that were set aside.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_copy = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("damaged-") && name.ends_with(".sqlite")
    };
    files.filter(is_copy).collect()
}

#[tokio::test]
async fn a_damaged_page_costs_one_workshop_and_a_tablet_that_has_it_all_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let affected = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    let tablet = fill(&affected).await.vanish();
    fill(&other).await.vanish();
    relay.shutdown().await;

    // The first page with this card is the affected workshop's, which wrote first.
    let database = folder.path().join("trestle.sqlite");
    let mut bytes = fs::read(&database).unwrap();
    let text = card(CARDS / 2).1;
    let found = bytes
        .windows(text.len())
        .position(|it| it == text.as_bytes());
    let page = found.unwrap() / PAGE * PAGE;
    bytes[page..page + PAGE].fill(0xa5);
    fs::write(&database, &bytes).unwrap();

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let said = relay.findings.join("\n");
    assert!(
        said.contains(&affected.id) && said.contains("board/b1"),
        "{said}"
    );
    assert!(!said.contains(&other.id), "{said}");
    assert!(
        fs::read(&kept(folder.path())[0]).unwrap() == bytes,
        "it is kept as it was"
    );
    let other = other.moved_to(relay.address);
    let whole = other.join("participant", &other.board("b1")).await;
    assert_eq!(cards_of(&whole), CARDS);

    let affected = affected.moved_to(relay.address);
    let board = affected.board("b1");
    let part = affected.join("participant", &board).await;
    let left = cards_of(&part);
    assert!((1..CARDS).contains(&left), "{left} cards are left");
    let mut back = Client::hocuspocus(relay.address, &board, affected.key("participant")).await;
    back.doc = tablet;
    back.sync().await;
    back.answer_step_1().await;
    assert!(back.receive_status().await);
    relay.shutdown().await;

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    assert_eq!(relay.findings, [] as [String; 0]);
    let affected = affected.moved_to(relay.address);
    let whole = affected.join("participant", &board).await;
    assert_eq!(
        cards_of(&whole),
        CARDS,
        "all of it is there again, and stored"
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn a_log_that_was_cut_off_is_told_at_the_start_and_what_came_before_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Process::start(trestle(), folder.path()).await;
    let first = Workshop::make(relay.address).await;
    fill(&first).await.vanish();
    let log = folder.path().join("trestle.sqlite-wal");
    let cut = fs::metadata(&log).unwrap().len();
    let second = Workshop::make(relay.address).await;
    let tablet = fill(&second).await.vanish();
    relay.kill().await;
    let bytes = fs::read(&log).unwrap();
    let middle = usize::midpoint(cut as usize, bytes.len());
    fs::write(&log, &bytes[..middle]).unwrap();

    let mut relay = Process::start(trestle(), folder.path()).await;
    let said = relay.logged().await.unwrap() + &relay.logged().await.unwrap();
    assert!(
        said.contains("The end of the database is missing"),
        "{said}"
    );
    assert!(
        said.contains(&format!("missing end: {}.", second.id)),
        "{said}"
    );
    assert_eq!(kept(folder.path()).len(), 1);
    let first = first.moved_to(relay.address);
    let whole = first.join("participant", &first.board("b1")).await;
    assert_eq!(cards_of(&whole), CARDS);

    let second = second.moved_to(relay.address);
    let board = second.board("b1");
    let mut back = Client::hocuspocus(relay.address, &board, second.key("participant")).await;
    back.doc = tablet;
    back.sync().await;
    back.answer_step_1().await;
    assert!(back.receive_status().await);
    let whole = second.join("participant", &board).await;
    assert_eq!(cards_of(&whole), CARDS, "what was missing is back");
}

#[tokio::test]
async fn a_database_that_cannot_be_read_at_all_is_not_touched_until_a_backup_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    relay.shutdown().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("backup.sqlite");
    let command = |name| run(&[name, backup.to_str().unwrap()], folder.path());
    assert!(command("backup").status.success());
    let database = folder.path().join("trestle.sqlite");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let refused = relay::serve(Config::in_folder(folder.path())).await;
    let sentence = refused.err().expect("it does not start").to_string();
    assert!(sentence.contains("is damaged"), "{sentence}");
    assert!(sentence.contains("trestle restore"), "{sentence}");
    assert!(fs::read(&database).unwrap() == bytes);

    assert!(command("restore").status.success());
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    assert_eq!(workshop.ask("wall", "GET", "", "").await.status, 200);
    relay.shutdown().await;
}
