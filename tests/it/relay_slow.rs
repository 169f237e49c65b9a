//! Requests that are too long or come too slowly, over real sockets.
//!
//! The clients here keep a slow pace on purpose; what they wait for is to be cut off.

use std::net::SocketAddr;
use std::time::Duration;

use relay::Running;
use relay::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

use crate::relay_client::{Answer, LIMIT, Workshop, http};

/// A relay that waits for a request for a fifth of a second.
async fn impatient() -> Running {
    let mut config = Config::in_memory();
    config.limits.read_ms = 200;
    relay::serve(config).await.unwrap()
}

/// Sends `first` at once and then one byte every now and then; gives what came back when the relay
/// has closed the connection, and how many bytes it had borne until then.
async fn trickle(address: SocketAddr, first: &str) -> (Vec<u8>, usize) {
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    writing.write_all(first.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut sent = 0;
    let mut pace = interval(Duration::from_millis(10));
    let cut_off = async {
        loop {
            let mut part = [0; 1024];
            tokio::select! {
                read = reading.read(&mut part) => match read {
                    Ok(count) if count > 0 => answer.extend(&part[..count]),
                    _ => break,
                },
                _ = pace.tick() => if writing.write_all(b"x").await.is_ok() {
                    sent += 1;
                },
            }
        }
    };
    timeout(LIMIT, cut_off).await.unwrap();
    (answer, sent)
}

#[tokio::test]
async fn who_sends_headers_byte_by_byte_is_cut_off() {
    let relay = impatient().await;
    for first in ["", "GET / HTTP/1.1\r\nhost: hall\r\nx-long: "] {
        let (answer, sent) = trickle(relay.address, first).await;
        assert_eq!(answer, b"", "{first:?}");
        assert!(sent > 5, "it was not given its time: {sent} bytes");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn who_sends_a_body_byte_by_byte_is_told_that_it_took_too_long() {
    let relay = impatient().await;
    let head = "POST /api/workshops HTTP/1.1\r\nhost: hall\r\ncontent-length: 10000\r\n\r\n";
    let (answer, sent) = trickle(relay.address, head).await;
    let answer = Answer::read(&answer);
    assert_eq!(answer.status, 408);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.text().contains("took too long"), "{}", answer.text());
    assert!(sent > 5, "it was not given its time: {sent} bytes");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_connection_without_a_request_ends_and_an_open_socket_stays() {
    let relay = impatient().await;
    let workshop = Workshop::make(relay.address).await;
    let board = workshop.board("b1");
    let mut table = workshop.join("participant", &board).await;
    let mut other = workshop.join("participant", &board).await;
    // One that was answered is kept open for a further request, for as long as one may take.
    let mut kept = TcpStream::connect(relay.address).await.unwrap();
    let request = b"GET /health HTTP/1.1\r\nhost: hall\r\n\r\n";
    kept.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(LIMIT, kept.read_to_end(&mut answer)).await;
    read.unwrap().unwrap();
    assert_eq!(Answer::read(&answer).status, 200);
    // The sockets are older than that connection became.
    table.write("one", "Bring back the bus").await;
    assert_eq!(other.see("one").await, "Bring back the bus");
    relay.shutdown().await;
}

#[tokio::test]
async fn long_headers_are_refused() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    for (bytes, status) in [(10 << 10, 200), (17 << 10, 431)] {
        let long = "x".repeat(bytes);
        let answer = http(relay.address, "GET", "/health", &[("x-long", &long)], "").await;
        assert_eq!(answer.status, status, "{bytes} bytes");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_long_body_is_refused_before_it_has_come() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    for length in ["content-length: 1000000", "transfer-encoding: chunked"] {
        let mut socket = TcpStream::connect(relay.address).await.unwrap();
        let head = format!("POST /api/workshops HTTP/1.1\r\nhost: hall\r\n{length}\r\n\r\n");
        let begin = format!("{head}8000\r\n{}", "x".repeat(0x8000));
        socket.write_all(begin.as_bytes()).await.unwrap();
        let mut answer = [0; 512];
        let read = timeout(LIMIT, socket.read(&mut answer)).await;
        let read = read.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        assert!(answer.starts_with("HTTP/1.1 413"), "{length}: {answer}");
    }
    relay.shutdown().await;
}
