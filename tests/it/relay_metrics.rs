//! The figures of a relay, over real sockets: that they follow what happens, and tell no secret.

use std::net::SocketAddr;

use relay::config::Config;
use sync::wire::{Message, close};

use crate::relay_client::{Client, Received, Workshop, http};

fn with_metrics(address: &str) -> Config {
    Config {
        metrics: Some(address.parse().unwrap()),
        ..Config::in_memory()
    }
}

async fn page(address: SocketAddr) -> String {
    let answer = http(address, "GET", "/metrics", &[], "").await;
    assert_eq!(answer.status, 200);
    let kind = answer.header("content-type");
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    answer.text()
}

/// The value of a figure.
fn figure(page: &str, name: &str) -> f64 {
    let lines = page.lines().filter_map(|line| line.rsplit_once(' '));
    let value = lines.into_iter().find(|(key, _)| *key == name);
    let (_, value) = value.unwrap_or_else(|| panic!("{name} is not in:\n{page}"));
    value.parse().unwrap()
}

#[tokio::test]
async fn the_figures_follow_what_happens() {
    let relay = relay::serve(with_metrics("127.0.0.1:0")).await.unwrap();
    let metrics = relay.metrics.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut tables = Vec::new();
    for _ in 0..3 {
        tables.push(workshop.join("participant", &board).await);
    }
    for card in ["one", "two"] {
        tables[0].write(card, "Bring back the bus").await;
        for other in &mut tables[1..] {
            other.see(card).await;
        }
    }
    for _ in 0..2 {
        assert!(tables[0].receive_status().await);
    }
    // An update that ends too early, a body that is too long, and more documents than a socket may
    // have open.
    let mut broken = workshop.join("participant", &board).await;
    broken.send(&Message::Update(&[1, 1])).await;
    assert_eq!(broken.receive_close().await.0, close::BAD_MESSAGE);
    let long = "x".repeat(20_000);
    let refused = http(relay.address, "POST", "/api/workshops", &[], &long).await;
    assert_eq!(refused.status, 413);
    open_too_many(&workshop).await;

    let page = page(metrics).await;
    let table = [
        ("trestle_operations_received_total", 2.0),
        ("trestle_operations_delivered_total", 4.0),
        ("trestle_updates_refused_total{rule=\"G-1\"}", 1.0),
        ("trestle_updates_refused_total{rule=\"G-2\"}", 0.0),
        ("trestle_limits_reached_total{limit=\"body-bytes\"}", 1.0),
        (
            "trestle_limits_reached_total{limit=\"documents-per-connection\"}",
            1.0,
        ),
        ("trestle_commits_failed_total", 0.0),
        ("trestle_waiting_bytes", 0.0),
    ];
    for (name, value) in table {
        let found = figure(&page, name);
        assert!((found - value).abs() < 0.1, "{name} is {found}");
    }
    for (name, least) in [
        ("trestle_connections", 3.0),
        ("trestle_rooms", 1.0),
        ("trestle_commit_seconds_count", 1.0),
        ("trestle_received_bytes_total", 100.0),
        ("trestle_sent_bytes_total", 100.0),
    ] {
        let found = figure(&page, name);
        assert!(found >= least, "{name} is {found}");
    }
    for secret in [&workshop.id[..], workshop.key("participant"), "bus", "b1"] {
        assert!(!page.contains(secret), "{secret} is in:\n{page}");
    }
    relay.shutdown().await;
}

/// Opens documents on one socket until one is denied.
async fn open_too_many(workshop: &Workshop) {
    let first = workshop.board("board0");
    let (token, version) = (workshop.key("participant"), None);
    let mut client = Client::hocuspocus(workshop.address, &first, token).await;
    for number in 1..=64 {
        let board = workshop.board(&format!("board{number}"));
        client
            .send_to(&board, &Message::Token { token, version })
            .await;
    }
    client
        .receive_until(|it| matches!(it, Received::Denied(_)))
        .await;
}

#[tokio::test]
async fn figures_are_not_given_where_people_are() {
    let relay = relay::serve(with_metrics("127.0.0.1:0")).await.unwrap();
    let people = http(relay.address, "GET", "/metrics", &[], "").await;
    assert!(!people.text().contains("trestle_connections"));
    let elsewhere = http(relay.metrics.unwrap(), "GET", "/health", &[], "").await;
    assert_eq!(elsewhere.status, 404);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_second_relay_on_the_machine_starts_without_figures() {
    let first = relay::serve(with_metrics("127.0.0.1:0")).await.unwrap();
    let taken = first.metrics.unwrap().to_string();
    let second = relay::serve(with_metrics(&taken)).await.unwrap();
    assert_eq!(second.metrics, None);
    let health = http(second.address, "GET", "/health", &[], "").await;
    assert_eq!(health.status, 200);
    second.shutdown().await;
    first.shutdown().await;
}
