//! What a browser is told about each file.

use super::*;

#[test]
fn hashed_files_are_known_by_their_name() {
    let table = [
        ("app-1f2e3d4c5b6a7988.js", true),
        ("app-1f2e3d4c5b6a7988_bg.wasm", true),
        ("index.html", false),
        ("fonts/atkinson-regular.woff2", false),
        ("app-1f2e3d4c5b6a79880.js", false),
        ("app-1f2e3d4c.js", false),
        ("1f2e3d4c5b6a7988.js", false),
    ];
    for (name, hashed) in table {
        assert_eq!(bears_hash(name), hashed, "{name}");
    }
}

#[test]
fn the_policy_names_inline_scripts_by_hash_and_no_other_site() {
    let html = "<script type=\"module\">let a = 1;</script><script src=\"/b.js\"></script>\
                <script>let c;</script>";
    let policy = content_policy(html, Some("192.168.1.5:4010"));
    let hash = STANDARD.encode(Sha256::digest("let a = 1;"));
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    assert_eq!(policy.matches("sha256-").count(), 2);
    assert!(policy.contains("connect-src 'self' ws://192.168.1.5:4010 wss://192.168.1.5:4010;"));
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"));
}

#[test]
fn a_host_that_would_change_the_policy_is_not_repeated() {
    for host_sent in ["evil.example *", "a;script-src *", ""] {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host_sent.parse().unwrap());
        assert_eq!(
            host(&headers, &Uri::from_static("/")),
            None,
            "{host_sent:?}"
        );
    }
}

const PAGE: &str = "<!doctype html><script type=\"module\">start()</script>";

/// A small app as Trunk leaves it.
fn built(name: &str) -> Option<Asset> {
    let data: &'static [u8] = match name {
        "index.html" => PAGE.as_bytes(),
        "index.html.br" => b"page in brotli",
        "app-1f2e3d4c5b6a7988_bg.wasm" => b"\0asm",
        "app-1f2e3d4c5b6a7988_bg.wasm.br" => b"asm in brotli",
        "app-1f2e3d4c5b6a7988_bg.wasm.gz" => b"asm in gzip",
        "fonts/atkinson.woff2" => b"font",
        "manifest.webmanifest" => b"{}",
        "sw.js" => b"self",
        _ => return None,
    };
    Some(Asset {
        data: data.into(),
        hash: Sha256::digest(data).into(),
    })
}

fn get(path: &str, headers: &[(HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    find(&built, &request.body(Body::empty()).unwrap())
}

fn header_of(response: &Response<Body>, name: HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn body_of(response: Response<Body>) -> Bytes {
    axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap()
}

#[test]
fn every_file_has_its_type() {
    let table = [
        ("/", "text/html; charset=utf-8"),
        ("/app-1f2e3d4c5b6a7988_bg.wasm", "application/wasm"),
        ("/fonts/atkinson.woff2", "font/woff2"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ];
    for (path, media_type) in table {
        let response = get(path, &[]);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(
            header_of(&response, header::CONTENT_TYPE),
            media_type,
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_view_is_the_apps_page_and_an_unknown_file_is_none() {
    for path in ["/", "/w/abc", "/w/abc/table/t1"] {
        assert_eq!(body_of(get(path, &[])).await, PAGE);
    }
    assert_eq!(get("/app-old.js", &[]).status(), StatusCode::NOT_FOUND);
}

#[test]
fn hashed_files_are_kept_for_ever_and_all_others_asked_for_again() {
    let hashed = get("/app-1f2e3d4c5b6a7988_bg.wasm", &[]);
    assert!(header_of(&hashed, header::CACHE_CONTROL).contains("immutable"));
    for path in ["/", "/w/abc", "/fonts/atkinson.woff2"] {
        let response = get(path, &[]);
        assert_eq!(
            header_of(&response, header::CACHE_CONTROL),
            "no-cache",
            "{path}"
        );
        let tag = header_of(&response, header::ETAG).to_owned();
        let again = get(path, &[(header::IF_NONE_MATCH, &tag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        let other = get(path, &[(header::IF_NONE_MATCH, "\"old\"")]);
        assert_eq!(other.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let wasm = "/app-1f2e3d4c5b6a7988_bg.wasm";
    let table = [
        (wasm, "gzip, deflate, br, zstd", "br", "asm in brotli"),
        (wasm, "gzip, br;q=0", "gzip", "asm in gzip"),
        (wasm, "gzip", "gzip", "asm in gzip"),
        (wasm, "identity", "", "\0asm"),
        ("/w/abc", "br", "br", "page in brotli"),
        ("/w/abc", "gzip", "", PAGE),
        ("/fonts/atkinson.woff2", "br, gzip", "", "font"),
    ];
    for (path, accepted, encoding, body) in table {
        let response = get(path, &[(header::ACCEPT_ENCODING, accepted)]);
        assert_eq!(
            header_of(&response, header::CONTENT_ENCODING),
            encoding,
            "{path} {accepted}"
        );
        let varies = header_of(&response, header::VARY) == "accept-encoding";
        assert_eq!(varies, !path.ends_with("woff2"), "{path}");
        assert_eq!(body_of(response).await, body, "{path} {accepted}");
    }
}

#[test]
fn a_page_bears_a_policy_that_names_its_own_script() {
    let response = get("/w/abc", &[(header::ACCEPT_ENCODING, "br")]);
    let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
    let hash = STANDARD.encode(Sha256::digest("start()"));
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
}

#[test]
fn a_service_worker_may_fetch_from_here_only() {
    let response = get("/sw.js", &[]);
    let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
    assert_eq!(policy, "default-src 'self'; frame-ancestors 'none'");
}

#[tokio::test]
async fn without_an_app_the_page_says_how_to_build_it() {
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = find(&|_| None, &request);
    let body = body_of(response).await;
    assert!(String::from_utf8_lossy(&body).contains("cargo xtask run"));
}
