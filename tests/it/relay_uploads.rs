//! Photos on their way in: piece by piece, slowly, broken off, and many at once.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use relay::config::{Config, Keep, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::relay_client::{Answer, LIMIT, Workshop, http, read_answer};
use crate::relay_keeping::found_in;
use crate::relay_photos::{
    JPEG, PNG, add, check_refused, has, name, path, photo_with, with_limits,
};

/// A client that sends a photo piece by piece.
struct Upload(TcpStream);

impl Upload {
    async fn begin(workshop: &Workshop, role: &str, photo: &[u8]) -> Self {
        let path = path(workshop, &name(photo));
        let key = workshop.key(role);
        let head = format!(
            "PUT {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\nauthorization: Bearer {key}\r\n\r\n",
            workshop.address,
            photo.len()
        );
        let mut stream = TcpStream::connect(workshop.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        Self(stream)
    }

    /// Waits until the relay begins to read the photo.
    async fn its_turn(&mut self) {
        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut told = [0; 25];
        let read = timeout(LIMIT, self.0.read_exact(&mut told)).await;
        read.unwrap().unwrap();
        assert_eq!(&told, go_on);
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    async fn answer(self) -> Answer {
        read_answer(self.0).await
    }

    fn is_told_nothing(&self) -> bool {
        let read = self.0.try_read(&mut [0]);
        matches!(read, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

/// Asks a relay for other things, so that it has done by then what it would do at once.
async fn check_answers(address: SocketAddr) {
    for _ in 0..20 {
        let health = http(address, "GET", "/health", &[], "").await;
        assert_eq!(health.status, 200);
    }
}

fn one_at_a_time() -> Limits {
    Limits {
        photo_uploads: 1,
        ..Limits::default()
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let keep = Config::in_folder(folder.path()).keep;
    let relay = relay::serve(with_limits(keep, one_at_a_time()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let before = files(folder.path());
    let photo = photo_with(&"MARKER".repeat(100_000));

    let mut broken = Upload::begin(&workshop, "participant", &photo).await;
    broken.its_turn().await;
    broken.send(&photo[..photo.len() / 2]).await;
    drop(broken);
    // There is one place, so the broken one is over when this has been taken in.
    assert_eq!(add(&workshop, "participant", PNG).await.status, 201);

    assert!(!has(&workshop, &photo).await);
    assert_eq!(files(folder.path()), before);
    assert_eq!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
    relay.shutdown().await;
}

#[tokio::test]
async fn a_slow_upload_is_cut_off_and_makes_room_for_others() {
    let limits = Limits {
        read_ms: 200,
        ..one_at_a_time()
    };
    let relay = relay::serve(with_limits(Keep::Memory, limits))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut slow = Upload::begin(&workshop, "participant", JPEG).await;
    slow.its_turn().await;
    slow.send(&JPEG[..JPEG.len() - 1]).await;
    check_refused(&slow.answer().await, 408, "slow");
    assert!(!has(&workshop, JPEG).await);
    assert_eq!(add(&workshop, "participant", JPEG).await.status, 201);
    relay.shutdown().await;
}

#[tokio::test]
async fn uploads_wait_for_their_turn() {
    let relay = relay::serve(with_limits(Keep::Memory, one_at_a_time()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut first = Upload::begin(&workshop, "participant", JPEG).await;
    first.its_turn().await;
    let mut second = Upload::begin(&workshop, "participant", PNG).await;
    check_answers(relay.address).await;
    assert!(second.is_told_nothing());
    first.send(JPEG).await;
    assert_eq!(first.answer().await.status, 201);
    second.its_turn().await;
    second.send(PNG).await;
    assert_eq!(second.answer().await.status, 201);
    assert!(has(&workshop, JPEG).await && has(&workshop, PNG).await);
    relay.shutdown().await;
}

#[tokio::test]
async fn slow_uploads_of_one_workshop_keep_no_other_one_out() {
    let limits = Limits {
        photo_uploads: 2,
        photo_uploads_per_workshop: 1,
        ..Limits::default()
    };
    let relay = relay::serve(with_limits(Keep::Memory, limits))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut slow = Upload::begin(&workshop, "participant", JPEG).await;
    slow.its_turn().await;
    let mut next = Upload::begin(&workshop, "facilitator", PNG).await;
    check_answers(relay.address).await;
    assert!(next.is_told_nothing());
    let other = Workshop::make(relay.address).await;
    assert_eq!(add(&other, "participant", PNG).await.status, 201);
    assert!(next.is_told_nothing());
    drop(slow);
    next.its_turn().await;
    next.send(PNG).await;
    assert_eq!(next.answer().await.status, 201);
    relay.shutdown().await;
}

#[tokio::test]
async fn who_is_refused_is_told_when_all_is_sent() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut refused = Upload::begin(&workshop, "wall", JPEG).await;
    refused.its_turn().await;
    refused.send(&JPEG[..JPEG.len() / 2]).await;
    // A connection that ended now would be reset, and the answer lost with some systems.
    check_answers(relay.address).await;
    assert!(refused.is_told_nothing());
    refused.send(&JPEG[JPEG.len() / 2..]).await;
    check_refused(&refused.answer().await, 403, "wall");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_photo_may_come_without_its_length() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let large = photo_with(&"x".repeat(2_000_000));
    for (photo, status) in [(JPEG, 201), (&large, 413)] {
        let head = format!(
            "PUT {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             transfer-encoding: chunked\r\n\r\n{:x}\r\n",
            path(&workshop, &name(photo)),
            relay.address,
            workshop.key("participant"),
            photo.len()
        );
        let mut stream = TcpStream::connect(relay.address).await.unwrap();
        let sent = [head.as_bytes(), photo, b"\r\n0\r\n\r\n"].concat();
        stream.write_all(&sent).await.unwrap();
        assert_eq!(read_answer(stream).await.status, status);
        assert_eq!(has(&workshop, photo).await, status == 201);
    }
    relay.shutdown().await;
}
