//! The relay with TLS of its own, over real sockets, with a certificate made for the test.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use relay::config::{Config, TlsFiles};
use serde_json::json;
use sync::wire::{Framing, Message, close};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::relay_client::{Answer, Client, LIMIT, Workshop, http_over};

/// Who trusts the certificate of a test, and nothing else.
struct Visitor {
    connector: TlsConnector,
    address: SocketAddr,
}

/// Writes a certificate and its key into a folder, and gives where they are.
fn files(folder: &Path, name: &str) -> (TlsFiles, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles {
        certificate: folder.join(format!("{name}-cert.pem")),
        key: folder.join(format!("{name}-key.pem")),
    };
    fs::write(&files.certificate, cert.pem()).unwrap();
    fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    (files, roots)
}

fn with_tls(files: TlsFiles) -> Config {
    Config {
        tls: Some(files),
        ..Config::in_memory()
    }
}

impl Visitor {
    fn new(address: SocketAddr, roots: RootCertStore) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        Self { connector, address }
    }

    async fn connect(&self) -> TlsStream<TcpStream> {
        let socket = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        self.connector.connect(name, socket).await.unwrap()
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let host = format!("localhost:{}", self.address.port());
        http_over(
            self.connect().await,
            &host,
            method,
            path,
            headers,
            body.as_bytes(),
        )
        .await
    }

    async fn make(&self) -> Workshop {
        let body = r#"{"title":"Getting about","start":"community"}"#;
        let made = self.ask("POST", "/api/workshops", &[], body).await;
        Workshop::made(self.address, &made)
    }

    async fn join(&self, workshop: &Workshop, document: &str) -> Client {
        let (url, framing) = ("wss://localhost/sync", Framing::Hocuspocus);
        let stream = Box::new(self.connect().await);
        let mut client = Client::over(stream, url, document, framing).await;
        let (token, version) = (workshop.key("participant"), None);
        client.send(&Message::Token { token, version }).await;
        client.sync().await;
        client
    }
}

#[tokio::test]
async fn a_board_is_live_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let relay = relay::serve(with_tls(files)).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    let workshop = visitor.make().await;
    let board = workshop.board("b1");
    let mut table = visitor.join(&workshop, &board).await;
    let mut other = visitor.join(&workshop, &board).await;
    table.write("one", "Bring back the bus").await;
    assert_eq!(other.see("one").await, "Bring back the bus");
    // An open socket hears of the end here too.
    relay.shutdown().await;
    assert_eq!(table.receive_close().await.0, 1001);
}

#[tokio::test]
async fn r11_over_tls_large_changes_arrive_whole_and_in_order_and_who_stops_reading_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let mut config = with_tls(files);
    config.limits.outgoing_bytes = 256 << 10;
    let relay = relay::serve(config).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    let workshop = visitor.make().await;
    let board = workshop.board("b1");
    let mut stalled = visitor.join(&workshop, &board).await;
    let mut table = visitor.join(&workshop, &board).await;
    let mut other = visitor.join(&workshop, &board).await;
    // Far more than a socket's own buffers hold.
    let large = "x".repeat(900 << 10);
    for number in 0..16 {
        let (card, note) = (format!("card{number}"), format!("note{number}"));
        table.write(&card, &large).await;
        table.write(&note, "and a small one").await;
        assert_eq!(other.see(&note).await, "and a small one");
        let length = other.card(&card).map(|text| text.len());
        assert_eq!(length, Some(large.len()), "{card}");
    }
    let (code, reason) = stalled.receive_close().await;
    assert_eq!(code, close::COME_BACK_LATER);
    assert!(reason.contains("too slow"), "{reason:?}");
    relay.shutdown().await;
}

#[tokio::test]
async fn addresses_and_headers_follow() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let relay = relay::serve(with_tls(files)).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    let workshop = visitor.make().await;
    let bearer = format!("Bearer {}", workshop.key("wall"));
    let path = format!("/api/workshops/{}", workshop.id);
    let headers = [("authorization", &bearer[..])];
    let read = visitor.ask("GET", &path, &headers, "").await;
    let origin = format!("https://{}", relay.address);
    assert_eq!(read.json()["origins"], json!([origin]));
    for path in ["/", "/health", "/no-such-file.js"] {
        let answer = visitor.ask("GET", path, &[], "").await;
        let strict = answer.header("strict-transport-security");
        assert_eq!(strict, "max-age=2592000", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_name_that_is_announced_is_not_held_to_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let relay = relay::serve(with_tls(files)).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    let stream = visitor.connect().await;
    let answer = http_over(stream, "trestle.local:4010", "GET", "/", &[], b"").await;
    assert_eq!(answer.header("strict-transport-security"), "");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_page_that_came_without_tls_may_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let config = Config {
        public_url: Some("https://trestle.example.org".into()),
        ..with_tls(files)
    };
    let relay = relay::serve(config).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    let body = r#"{"title":"T","start":"service"}"#;
    let table = [
        ("https://trestle.example.org", 201),
        ("https://hall.example.org", 201),
        ("http://hall.example.org", 403),
        ("https://elsewhere.example", 403),
    ];
    for (origin, status) in table {
        let (stream, headers) = (visitor.connect().await, [("origin", origin)]);
        let host = "hall.example.org";
        let answer = http_over(
            stream,
            host,
            "POST",
            "/api/workshops",
            &headers,
            body.as_bytes(),
        )
        .await;
        assert_eq!(answer.status, status, "{origin}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn who_does_not_agree_on_tls_is_cut_off_and_others_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let (files, roots) = files(folder.path(), "a");
    let mut config = with_tls(files);
    config.limits.read_ms = 200;
    let relay = relay::serve(config).await.unwrap();
    let mut silent = TcpStream::connect(relay.address).await.unwrap();
    let visitor = Visitor::new(relay.address, roots);
    assert_eq!(visitor.ask("GET", "/health", &[], "").await.status, 200);
    let mut rest = Vec::new();
    let cut = timeout(LIMIT, silent.read_to_end(&mut rest)).await;
    assert_eq!(cut.unwrap().unwrap(), 0);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (one, _) = files(folder.path(), "one");
    let (other, _) = files(folder.path(), "other");
    fs::write(at("empty"), "").unwrap();
    let whole = fs::read_to_string(&one.key).unwrap();
    fs::write(at("half"), &whole[..whole.len() / 2]).unwrap();
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(at("nonsense"), nonsense).unwrap();
    let nonsense = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    fs::write(at("nonsense key"), nonsense).unwrap();
    let table = [
        (at("nowhere"), one.key.clone(), "nowhere", "No such file"),
        (
            at("empty"),
            one.key.clone(),
            "empty",
            "no certificate in it",
        ),
        (
            one.key.clone(),
            one.key.clone(),
            "one-key",
            "no certificate",
        ),
        (
            at("nonsense"),
            one.key.clone(),
            "nonsense",
            "cannot be read",
        ),
        (one.certificate.clone(), at("nowhere"), "nowhere", "No such"),
        (
            one.certificate.clone(),
            at("empty"),
            "empty",
            "no private key",
        ),
        (
            one.certificate.clone(),
            at("half"),
            "half",
            "not a whole PEM",
        ),
        (
            one.certificate.clone(),
            at("nonsense key"),
            "nonsense key",
            "cannot be used",
        ),
        (
            one.certificate.clone(),
            other.key.clone(),
            "other-key",
            "not the key of the certificate",
        ),
    ];
    for (certificate, key, file, reason) in table {
        let config = with_tls(TlsFiles { certificate, key });
        let Err(error) = relay::serve(config).await else {
            panic!("it started with {file}");
        };
        let sentence = error.to_string();
        assert!(sentence.starts_with("Cannot use "), "{sentence}");
        assert!(sentence.ends_with('.'), "{sentence}");
        assert!(!sentence.contains('\n'), "{sentence}");
        for part in [file, reason] {
            assert!(sentence.contains(part), "{part:?} is not in: {sentence}");
        }
    }
}
