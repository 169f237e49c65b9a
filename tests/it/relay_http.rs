//! The relay over HTTP: the API, its errors, and the headers of every answer.

use relay::config::Config;
use serde_json::json;

use crate::relay_client::{Answer, Workshop, http};

/// What a key of a workshop says of it.
async fn read(workshop: &Workshop, role: &str) -> Answer {
    let path = format!("/api/workshops/{}", workshop.id);
    let bearer = format!("Bearer {}", workshop.key(role));
    let headers = [("authorization", &bearer[..])];
    http(workshop.address, "GET", &path, &headers, "").await
}

/// What a spoken code leads to.
async fn look_up(workshop: &Workshop, code: &str) -> Answer {
    let path = format!("/api/codes/{code}");
    http(workshop.address, "GET", &path, &[], "").await
}

#[tokio::test]
async fn a_workshop_is_made_with_four_keys_and_links() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    for start in ["service", "outcome", "community", "sample"] {
        let body = json!({"title": "Getting about", "question": "How?", "start": start});
        let made = http(
            relay.address,
            "POST",
            "/api/workshops",
            &[],
            &body.to_string(),
        )
        .await;
        assert_eq!(made.status, 201, "{start}: {}", made.text());
        let made = made.json();
        let id = made["id"].as_str().unwrap();
        let mut keys = Vec::new();
        for role in ["facilitator", "participant", "wall", "report"] {
            let key = made["keys"][role].as_str().unwrap();
            assert_eq!(key.len(), 22);
            assert_eq!(made["links"][role], format!("/w/{id}#{key}"));
            keys.push(key);
        }
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4, "no two keys are the same");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn the_sample_needs_no_title() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let made = http(
        relay.address,
        "POST",
        "/api/workshops",
        &[],
        r#"{"start":"sample"}"#,
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.text());
    relay.shutdown().await;
}

#[tokio::test]
async fn a_request_that_cannot_be_met_is_answered_in_one_sentence() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let long_title = json!({"title": "x".repeat(121), "start": "service"}).to_string();
    let long_question =
        json!({"title": "x", "question": "x".repeat(501), "start": "service"}).to_string();
    let long_body = format!("{{\"title\":\"{}\"}}", "x".repeat(20_000));
    let table = [
        ("POST", "/api/workshops", "not json", 400),
        ("POST", "/api/workshops", r#"{"title":"T"}"#, 400),
        (
            "POST",
            "/api/workshops",
            r#"{"title":"T","start":"elsewhere"}"#,
            422,
        ),
        (
            "POST",
            "/api/workshops",
            r#"{"title":"  ","start":"service"}"#,
            422,
        ),
        ("POST", "/api/workshops", &long_title, 422),
        ("POST", "/api/workshops", &long_question, 422),
        ("POST", "/api/workshops", &long_body, 413),
        ("GET", "/api/workshops/nowhere", "", 404),
        ("GET", "/api/workshops/NO%20ID", "", 404),
        ("GET", "/api/elsewhere", "", 404),
        ("GET", "/api/codes/000-000-000", "", 404),
        ("GET", "/api/codes/a%20code", "", 404),
        ("POST", "/api/codes/000-000-000", "", 405),
        ("GET", "/api/workshops", "", 405),
        ("GET", "/sync", "", 426),
    ];
    for (method, path, body, status) in table {
        let answer = http(relay.address, method, path, &[], body).await;
        assert_eq!(answer.status, status, "{method} {path} {body:.40}");
        let answer = answer.json();
        let sentence = answer["error"].as_str().unwrap();
        assert!(
            sentence.ends_with('.') && sentence.len() < 100,
            "{sentence:?}"
        );
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_key_says_what_it_opens_and_what_may_be_handed_on() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let path = format!("/api/workshops/{}", workshop.id);
    let table: [(&str, &[&str]); 4] = [
        (
            "facilitator",
            &["facilitator", "participant", "report", "wall"],
        ),
        ("participant", &["participant"]),
        ("wall", &["participant"]),
        ("report", &["report"]),
    ];
    for (role, hands_on) in table {
        let bearer = format!("Bearer {}", workshop.key(role));
        let headers = [("authorization", &bearer[..])];
        let answer = http(relay.address, "GET", &path, &headers, "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        assert_eq!(answer["role"], role);
        assert_eq!(answer["title"], "Getting about");
        assert_eq!(answer["opens"], json!(["plan", "board/*", "ledger"]));
        assert!(answer["time_ms"].as_u64().unwrap() > 1_700_000_000_000);
        let links = answer["links"].as_object().unwrap();
        assert_eq!(links.keys().collect::<Vec<_>>(), hands_on, "{role}");
        for (role, link) in links {
            let expected = format!("/w/{}#{}", workshop.id, workshop.key(role));
            assert_eq!(link, &json!(expected));
        }
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_wrong_key_is_401_and_an_unknown_workshop_404() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let other = Workshop::make(relay.address).await;
    let path = format!("/api/workshops/{}", workshop.id);
    let foreign = format!("Bearer {}", other.key("facilitator"));
    for authorization in ["", "Bearer x", "Basic abc", &foreign] {
        let headers = [("authorization", authorization)];
        let answer = http(relay.address, "GET", &path, &headers, "").await;
        assert_eq!(answer.status, 401, "{authorization:?}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn links_lead_to_the_public_address_when_one_is_set() {
    let config = Config {
        public_url: Some("https://trestle.example.org".into()),
        ..Config::in_memory()
    };
    let relay = relay::serve(config).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let path = format!("/api/workshops/{}", workshop.id);
    let bearer = format!("Bearer {}", workshop.key("wall"));
    let answer = http(
        relay.address,
        "GET",
        &path,
        &[("authorization", &bearer)],
        "",
    )
    .await;
    assert_eq!(
        answer.json()["origins"],
        json!(["https://trestle.example.org"])
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn health_readiness_and_version_answer() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let health = http(relay.address, "GET", "/health", &[], "").await;
    assert_eq!((health.status, &health.json()["ok"]), (200, &json!(true)));
    let ready = http(relay.address, "GET", "/ready", &[], "").await;
    assert_eq!((ready.status, &ready.json()["ready"]), (200, &json!(true)));
    let version = http(relay.address, "GET", "/version", &[], "").await;
    assert_eq!(version.json()["name"], "trestle");
    assert!(version.json()["version"].as_str().unwrap().contains('.'));
    relay.shutdown().await;
}

/// Method, path, headers and body, and the status of the answer.
type Request<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16);

#[tokio::test]
async fn every_answer_bears_the_headers_that_keep_others_out() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let workshop_path = format!("/api/workshops/{}", workshop.id);
    let bearer = format!("Bearer {}", workshop.key("wall"));
    let key = ("authorization", &bearer[..]);
    let foreign = ("origin", "https://elsewhere.example");
    let new = r#"{"title":"T","start":"service"}"#;
    let long = "x".repeat(20_000);
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("origin", "https://elsewhere.example"),
    ];
    // The app may or may not have been built: 0 stands for either answer.
    let table: [Request<'_>; 22] = [
        ("GET", "/", &[], "", 0),
        ("HEAD", "/", &[], "", 0),
        ("GET", "/w/anything", &[], "", 0),
        ("GET", "/no-such-file.js", &[], "", 404),
        ("POST", "/", &[], "", 405),
        ("GET", "/health", &[], "", 200),
        ("GET", "/ready", &[], "", 200),
        ("GET", "/version", &[], "", 200),
        ("DELETE", "/health", &[], "", 405),
        ("OPTIONS", "/api/workshops", &[], "", 405),
        ("POST", "/api/workshops", &[], new, 201),
        ("POST", "/api/workshops", &[], "not json", 400),
        ("POST", "/api/workshops", &[foreign], new, 403),
        ("POST", "/api/workshops", &[], &long, 413),
        ("POST", "/api/workshops", &[], r#"{"start":"x"}"#, 422),
        ("GET", &workshop_path, &[key], "", 200),
        ("GET", &workshop_path, &[], "", 401),
        ("GET", "/api/workshops/nowhere", &[key], "", 404),
        ("GET", "/api/nothing", &[], "", 404),
        ("GET", "/api/codes/000000000", &[], "", 404),
        ("GET", "/sync", &[], "", 426),
        ("GET", "/sync", &upgrade, "", 403),
    ];
    for (method, path, headers, body, status) in table {
        let answer = http(relay.address, method, path, headers, body).await;
        let what = format!("{method} {path}: {}", answer.status);
        if status > 0 {
            assert_eq!(answer.status, status, "{what}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{what}: {name}");
        }
        let permissions = answer.header("permissions-policy");
        assert!(permissions.contains("microphone=()"), "{what}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{what}: {policy}"
        );
        // Plain HTTP must not promise TLS, and no other site may read an answer.
        assert_eq!(answer.header("strict-transport-security"), "", "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn pages_of_other_sites_may_not_write() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let body = r#"{"title":"T","start":"service"}"#;
    let foreign = [("origin", "https://elsewhere.example")];
    let refused = http(relay.address, "POST", "/api/workshops", &foreign, body).await;
    assert_eq!(refused.status, 403);
    let own = format!("http://{}", relay.address);
    let made = http(
        relay.address,
        "POST",
        "/api/workshops",
        &[("origin", &own)],
        body,
    )
    .await;
    assert_eq!(made.status, 201);
    relay.shutdown().await;
}

#[tokio::test]
async fn pages_of_other_sites_may_not_open_a_socket() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let upgrade = [
        ("origin", "https://elsewhere.example"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let refused = http(relay.address, "GET", "/sync", &upgrade, "").await;
    assert_eq!(refused.status, 403);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_spoken_code_leads_to_the_participant_link() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let code = read(&workshop, "facilitator").await.json()["code"].clone();
    for role in ["participant", "wall"] {
        assert_eq!(read(&workshop, role).await.json()["code"], code, "{role}");
    }
    assert_eq!(read(&workshop, "report").await.json().get("code"), None);
    let code = code.as_str().unwrap();
    let groups: Vec<&str> = code.split(' ').collect();
    assert_eq!(groups.iter().map(|it| it.len()).collect::<Vec<_>>(), [3; 3]);
    for between in ["", "-", "%20"] {
        let answer = look_up(&workshop, &groups.join(between)).await;
        assert_eq!(answer.status, 200, "{between:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let link = format!("/w/{}#{}", workshop.id, workshop.key("participant"));
        assert_eq!(answer.json(), json!({ "link": link }));
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn a_code_is_the_same_after_a_restart_once_somebody_was_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let code = read(&workshop, "facilitator").await.json()["code"].clone();
    let code = code.as_str().unwrap().replace(' ', "-");
    relay.shutdown().await;

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    // The relay keeps no key in the clear, so it knows this code only from whoever comes back.
    assert_eq!(look_up(&workshop, &code).await.status, 404);
    workshop.join("report", &workshop.plan()).await;
    assert_eq!(look_up(&workshop, &code).await.status, 404);
    workshop.join("wall", &workshop.plan()).await;
    let answer = look_up(&workshop, &code).await;
    assert_eq!(answer.status, 200);
    let link = format!("/w/{}#{}", workshop.id, workshop.key("participant"));
    assert_eq!(answer.json(), json!({ "link": link }));
    relay.shutdown().await;
}

#[tokio::test]
async fn whoever_guesses_codes_is_told_to_wait() {
    let relay = relay::serve(Config::in_memory()).await.unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut wrong = 0;
    let refused = loop {
        let answer = look_up(&workshop, &format!("{wrong:09}")).await;
        if answer.status != 404 {
            break answer;
        }
        wrong += 1;
        assert!(wrong < 1_000, "guessing goes on and on");
    };
    assert_eq!(refused.status, 429);
    let sentence = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(sentence.ends_with('.'), "{sentence:?}");
    assert!(wrong >= 50, "a hall may mistype: {wrong}");
    // Not even a right code is told from a wrong one now. The link still opens.
    let code = read(&workshop, "facilitator").await.json()["code"].clone();
    let code = code.as_str().unwrap().replace(' ', "");
    assert_eq!(look_up(&workshop, &code).await.status, 429);
    relay.shutdown().await;
}
