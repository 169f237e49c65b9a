//! Photos over HTTP: who may add and see them, what is refused, and what is left of them.

use relay::config::{Config, Keep, Limits};
use relay::photo::hash_of;
use relay::store::sqlite::Options;

use crate::relay_client::{Answer, Workshop, http};
use crate::relay_keeping::found_in;

pub(crate) const JPEG: &[u8] = include_bytes!("../../src/relay/photo/fixtures/canvas.jpg");
pub(crate) const PNG: &[u8] = include_bytes!("../../src/relay/photo/fixtures/canvas.png");
const WEBP: &[u8] = include_bytes!("../../src/relay/photo/fixtures/canvas.webp");
const LOCATED_JPEG: &[u8] = include_bytes!("../../src/relay/photo/fixtures/located.jpg");
const LOCATED_PNG: &[u8] = include_bytes!("../../src/relay/photo/fixtures/located.png");
const LOCATED_WEBP: &[u8] = include_bytes!("../../src/relay/photo/fixtures/located.webp");

/// A photo of its own for each text, which stands among its pixels.
pub(crate) fn photo_with(text: &str) -> Vec<u8> {
    let (picture, end) = JPEG.split_at(JPEG.len() - 2);
    [picture, text.as_bytes(), end].concat()
}

pub(crate) fn path(workshop: &Workshop, name: &str) -> String {
    format!("/api/workshops/{}/photos/{name}", workshop.id)
}

pub(crate) fn name(photo: &[u8]) -> String {
    hash_of(photo).to_string()
}

/// Adds a photo under its own name.
pub(crate) async fn add(workshop: &Workshop, role: &str, photo: &[u8]) -> Answer {
    add_as(workshop, workshop.key(role), &name(photo), photo).await
}

async fn add_as(workshop: &Workshop, key: &str, name: &str, photo: &[u8]) -> Answer {
    let bearer = format!("Bearer {key}");
    // What a client says of the kind does not count.
    let headers = [
        ("authorization", &bearer[..]),
        ("content-type", "text/html"),
    ];
    let path = path(workshop, name);
    http(workshop.address, "PUT", &path, &headers, photo).await
}

async fn get(workshop: &Workshop, role: &str, name: &str) -> Answer {
    let bearer = format!("Bearer {}", workshop.key(role));
    let headers = [("authorization", &bearer[..])];
    let path = path(workshop, name);
    http(workshop.address, "GET", &path, &headers, "").await
}

/// Whether the workshop has a photo.
pub(crate) async fn has(workshop: &Workshop, photo: &[u8]) -> bool {
    let answer = get(workshop, "report", &name(photo)).await;
    match answer.status {
        200 => assert_eq!(answer.bytes(), photo),
        status => assert_eq!(status, 404),
    }
    answer.status == 200
}

pub(crate) fn check_refused(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    let answer = answer.json();
    let sentence = answer["error"].as_str().unwrap();
    let is_plain = sentence.ends_with('.') && sentence.len() < 100;
    assert!(is_plain, "{what}: {sentence:?}");
}

pub(crate) fn with_limits(keep: Keep, limits: Limits) -> Config {
    Config {
        keep,
        limits,
        ..Config::in_memory()
    }
}

#[tokio::test]
async fn a_photo_is_added_by_those_who_write_and_seen_by_all() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let photos = [
        ("participant", JPEG, "image/jpeg"),
        ("facilitator", PNG, "image/png"),
        ("participant", WEBP, "image/webp"),
    ];
    for (role, photo, media_type) in photos {
        let added = add(&workshop, role, photo).await;
        assert_eq!((added.status, added.bytes()), (201, &b""[..]));
        let again = add(&workshop, "participant", photo).await;
        assert_eq!((again.status, again.bytes()), (200, &b""[..]));
        for reader in ["facilitator", "participant", "wall", "report"] {
            let answer = get(&workshop, reader, &name(photo)).await;
            assert_eq!((answer.status, answer.bytes()), (200, photo), "{reader}");
            let tag = format!("\"{}\"", name(photo));
            for (header, value) in [
                ("content-type", media_type),
                ("content-security-policy", "default-src 'none'; sandbox"),
                ("x-content-type-options", "nosniff"),
                ("content-disposition", "inline"),
                ("cache-control", "private, max-age=31536000, immutable"),
                ("vary", "authorization"),
                ("etag", &tag),
            ] {
                assert_eq!(answer.header(header), value, "{header}");
            }
        }
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_browser_that_has_a_photo_is_told_that_it_has() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    assert_eq!(add(&workshop, "participant", PNG).await.status, 201);
    let bearer = format!("Bearer {}", workshop.key("wall"));
    for (known, status) in [(name(PNG), 304), (name(JPEG), 200)] {
        let known = format!("\"other\", \"{known}\"");
        let headers = [("authorization", &bearer[..]), ("if-none-match", &known)];
        let path = path(&workshop, &name(PNG));
        let answer = http(relay.address, "GET", &path, &headers, "").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.bytes().is_empty(), status == 304);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn who_may_only_read_or_has_another_key_adds_nothing() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    // As large as may be: whoever sends it is told all the same.
    let photo = photo_with(&"x".repeat(2_000_000 - JPEG.len()));
    let table = [
        (workshop.key("wall"), 403),
        (workshop.key("report"), 403),
        (other.key("facilitator"), 401),
        ("", 401),
    ];
    for (key, status) in table {
        let refused = add_as(&workshop, key, &name(&photo), &photo).await;
        check_refused(&refused, status, key);
    }
    assert!(!has(&workshop, &photo).await);
    assert!(!has(&other, &photo).await);
    assert_eq!(add(&workshop, "participant", &photo).await.status, 201);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_photo_of_another_workshop_is_as_one_that_is_nowhere() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    assert_eq!(add(&other, "participant", JPEG).await.status, 201);
    let elsewhere = get(&workshop, "facilitator", &name(JPEG)).await;
    check_refused(&elsewhere, 404, "elsewhere");
    for name in [&name(PNG), "no-name", &name(JPEG).to_uppercase()] {
        let nowhere = get(&workshop, "facilitator", name).await;
        assert_eq!((nowhere.status, nowhere.bytes()), (404, elsewhere.bytes()));
    }
    for (key, status) in [(workshop.key("facilitator"), 401), ("", 401)] {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", &bearer[..])];
        let path = path(&other, &name(JPEG));
        let refused = http(relay.address, "GET", &path, &headers, "").await;
        check_refused(&refused, status, key);
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn what_is_no_photo_or_says_more_than_it_shows_is_refused() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let mut wide = PNG.to_vec();
    wide[16..20].copy_from_slice(&[0, 0, 0x10, 0x01]);
    let large = photo_with(&"x".repeat(2_000_001 - JPEG.len()));
    let table: [(&str, &[u8], u16); 14] = [
        ("nothing", b"", 415),
        ("a page", html, 415),
        ("a drawing with scripts", b"<svg onload='alert(1)'/>", 415),
        ("an animation", b"GIF89a", 415),
        ("a page posing as a PNG", &[&PNG[..8], html].concat(), 422),
        ("a photo and a page", &[JPEG, html].concat(), 422),
        (
            "a photo and an archive",
            &[WEBP, b"PK\x03\x04"].concat(),
            422,
        ),
        ("two photos", &[PNG, JPEG].concat(), 422),
        ("half a photo", &JPEG[..JPEG.len() / 2], 422),
        ("a JPEG with a position", LOCATED_JPEG, 422),
        ("a PNG with a position", LOCATED_PNG, 422),
        ("a WebP with a position", LOCATED_WEBP, 422),
        ("too many pixels", &wide, 422),
        ("too many bytes", &large, 413),
    ];
    for (what, bytes, status) in table {
        let refused = add(&workshop, "facilitator", bytes).await;
        check_refused(&refused, status, what);
        assert!(!has(&workshop, bytes).await, "{what}");
    }
    for name in [&name(PNG), "no-name", &name(JPEG).to_uppercase()] {
        let key = workshop.key("participant");
        let refused = add_as(&workshop, key, name, JPEG).await;
        check_refused(&refused, 422, name);
        assert_eq!(get(&workshop, "participant", name).await.status, 404);
    }
    assert!(!has(&workshop, JPEG).await);
    relay.shutdown().await;
}

#[tokio::test]
async fn pages_of_other_sites_may_not_add_photos() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let bearer = format!("Bearer {}", workshop.key("participant"));
    let own = format!("http://{}", relay.address);
    for (origin, status) in [("https://elsewhere.example", 403), (&own, 201)] {
        let headers = [("authorization", &bearer[..]), ("origin", origin)];
        let path = path(&workshop, &name(JPEG));
        let answer = http(relay.address, "PUT", &path, &headers, JPEG).await;
        assert_eq!(answer.status, status, "{origin}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_workshop_has_no_more_photos_and_bytes_than_it_may_have() {
    let limits = Limits {
        photos_per_workshop: 2,
        photo_bytes_per_workshop: 100_000,
        ..Limits::default()
    };
    let relay = relay::serve(with_limits(Keep::Memory, limits))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let large = photo_with(&"x".repeat(100_000));
    check_refused(&add(&workshop, "participant", &large).await, 507, "bytes");
    for photo in [JPEG, PNG] {
        assert_eq!(add(&workshop, "participant", photo).await.status, 201);
    }
    check_refused(&add(&workshop, "facilitator", WEBP).await, 507, "number");
    assert!(!has(&workshop, WEBP).await);
    assert_eq!(add(&workshop, "participant", PNG).await.status, 200);
    let other = Workshop::make(relay.address).await;
    assert_eq!(add(&other, "participant", WEBP).await.status, 201);
    relay.shutdown().await;
}

#[tokio::test]
async fn photos_are_there_after_a_restart_and_go_with_their_workshop() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::in_folder(folder.path());
    let relay = relay::serve(config.clone()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    // The same photo in both, and large ones in the one that goes.
    let shared = photo_with("SHARED");
    let large = photo_with(&"MARKER".repeat(100_000));
    for photo in [&large, &shared] {
        assert_eq!(add(&workshop, "participant", photo).await.status, 201);
    }
    assert_eq!(add(&other, "facilitator", &shared).await.status, 201);
    relay.shutdown().await;

    let relay = relay::serve(config.clone()).await.unwrap();
    let workshop = workshop.moved_to(relay.address);
    let other = other.moved_to(relay.address);
    assert!(has(&workshop, &large).await && has(&other, &shared).await);
    assert_ne!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
    let deleted = workshop.ask("facilitator", "DELETE", "", "").await;
    assert_eq!(deleted.status, 204);
    for trace in ["MARKER", &name(&large), &workshop.id] {
        assert_eq!(found_in(folder.path(), trace), Vec::<String>::new());
    }
    check_refused(&add(&workshop, "participant", JPEG).await, 404, "deleted");
    check_refused(
        &get(&workshop, "wall", &name(&shared)).await,
        404,
        "deleted",
    );
    assert!(has(&other, &shared).await);
    relay.shutdown().await;
    assert_eq!(found_in(folder.path(), "MARKER"), Vec::<String>::new());
}

#[tokio::test]
async fn a_photo_that_finds_the_disk_full_is_not_stored() {
    let folder = tempfile::tempdir().unwrap();
    let keep = Keep::Folder {
        path: folder.path().to_owned(),
        options: Options {
            most_bytes: Some(1 << 20),
            ..Options::default()
        },
    };
    let relay = relay::serve(with_limits(keep, Limits::default()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let large = photo_with(&"x".repeat(1 << 20));
    check_refused(&add(&workshop, "participant", &large).await, 503, "full");
    assert!(!has(&workshop, &large).await);
    assert_eq!(add(&workshop, "participant", JPEG).await.status, 201);
    relay.shutdown().await;
}
