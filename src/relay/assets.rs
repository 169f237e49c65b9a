//! The web app, embedded: types, caching, compression and the policy that its pages run under.
//!
//! A release build holds the files of `target/dist` in itself; a debug build reads them from there
//! at every request. Nothing here may point to another site.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{Method, Request, Response, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// What a page of ours may do beyond showing itself: hold the screen awake, go full screen, copy.
pub(crate) const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(self), \
     clipboard-write=(self), fullscreen=(self), geolocation=(), gyroscope=(), microphone=(), \
     payment=(), screen-wake-lock=(self), usb=()";

/// Files whose name bears a hash of what they hold never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Everything else is asked for again, and mostly answered with "not modified".
const ASK_AGAIN: &str = "no-cache";

/// A service worker runs under the policy of its own file, and has to fetch the app.
const WORKER_POLICY: &str = "default-src 'self'; frame-ancestors 'none'";

const NOT_BUILT: &str = include_str!("not_built.html");

#[derive(RustEmbed)]
#[folder = "../../target/dist"]
#[allow_missing = true]
struct Dist;

/// Answers with a file of the app; with the app's page for any path of a view.
pub(crate) async fn serve(request: Request<Body>) -> Response<Body> {
    let embedded = |name: &str| {
        let file = Dist::get(name)?;
        Some(Asset {
            hash: file.metadata.sha256_hash(),
            data: file.data,
        })
    };
    find(&embedded, &request)
}

/// One file of the app.
struct Asset {
    data: Cow<'static, [u8]>,
    /// The SHA-256 of its bytes.
    hash: [u8; 32],
}

type Files<'a> = &'a dyn Fn(&str) -> Option<Asset>;

fn find(files: Files<'_>, request: &Request<Body>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "This address is only for reading.",
        );
    }
    let path = request.uri().path().trim_start_matches('/');
    let is_view = path.is_empty() || !path.rsplit('/').next().unwrap_or_default().contains('.');
    let name = if is_view { "index.html" } else { path };
    match (files(name), is_view) {
        (Some(file), _) => answer(files, name, &file, request),
        (None, true) => not_built(),
        (None, false) => plain(StatusCode::NOT_FOUND, "There is no such file."),
    }
}

fn answer(files: Files<'_>, name: &str, file: &Asset, request: &Request<Body>) -> Response<Body> {
    let asked = request.headers();
    let mut headers = HeaderMap::new();
    let mut set = |header: HeaderName, value: &str| {
        let value = HeaderValue::from_str(value).expect("all of it is visible ASCII");
        headers.insert(header, value);
    };
    set(header::CONTENT_TYPE, media_type(name));
    let cache = if bears_hash(name) {
        FOR_EVER
    } else {
        ASK_AGAIN
    };
    set(header::CACHE_CONTROL, cache);
    if media_type(name).starts_with("text/html") {
        let html = String::from_utf8_lossy(&file.data);
        set(
            header::CONTENT_SECURITY_POLICY,
            &content_policy(&html, host(asked, request.uri())),
        );
    } else if ending(name) == "js" {
        set(header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
    }
    let squeezed = compressed(files, name, asked.get(header::ACCEPT_ENCODING));
    if is_compressible(name) {
        set(header::VARY, "accept-encoding");
    }
    let (body, encoding) = match squeezed {
        Some((encoding, squeezed)) => {
            set(header::CONTENT_ENCODING, encoding);
            (squeezed.data, encoding)
        }
        None => (file.data.clone(), "identity"),
    };
    if cache == ASK_AGAIN {
        // One tag for each encoding: they are different bytes.
        let tag = format!(
            "\"{}-{encoding}\"",
            URL_SAFE_NO_PAD.encode(&file.hash[..12])
        );
        set(header::ETAG, &tag);
        let known = asked
            .get(header::IF_NONE_MATCH)
            .and_then(|known| known.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_ENCODING);
            return respond(StatusCode::NOT_MODIFIED, headers, Body::empty());
        }
    }
    let body = match body {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    respond(StatusCode::OK, headers, Body::from(body))
}

fn respond(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut headers = HeaderMap::new();
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media_type);
    respond(status, headers, Body::from(text))
}

/// The relay runs, but nobody has built the app: say how.
fn not_built() -> Response<Body> {
    let mut headers = HeaderMap::new();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, html);
    respond(
        StatusCode::SERVICE_UNAVAILABLE,
        headers,
        Body::from(NOT_BUILT),
    )
}

/// The best precompressed form that the browser takes: `name.br`, then `name.gz`.
fn compressed(
    files: Files<'_>,
    name: &str,
    accepted: Option<&HeaderValue>,
) -> Option<(&'static str, Asset)> {
    if !is_compressible(name) {
        return None;
    }
    let accepted = accepted?.to_str().ok()?;
    let takes = |encoding: &str| {
        accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            named && !refused
        })
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((encoding, files(&format!("{name}.{ending}"))?)))
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// The media type of a file by its ending.
fn media_type(name: &str) -> &'static str {
    match ending(name) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether compressing it helps. Pictures and fonts are compressed already.
fn is_compressible(name: &str) -> bool {
    matches!(
        ending(name),
        "html" | "js" | "mjs" | "css" | "wasm" | "json" | "map" | "webmanifest" | "svg" | "txt"
    )
}

/// Whether the name holds `-` and 16 hexadecimal digits, as Trunk writes it.
fn bears_hash(name: &str) -> bool {
    let is_hash = |part: &str| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let rest = part.as_bytes().get(16);
        digits == 16 && matches!(rest, None | Some(b'.' | b'_'))
    };
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split('-').skip(1).any(is_hash)
}

/// What a page may load and run: only what comes from here. Scripts and styles that stand in
/// the page itself are named by their hash.
fn content_policy(html: &str, host: Option<&str>) -> String {
    let (scripts, styles) = (hashes_of(html, "script"), hashes_of(html, "style"));
    // Older browsers do not count WebSockets of the same host as 'self'.
    let sockets = host.map_or(String::new(), |host| format!(" ws://{host} wss://{host}"));
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         connect-src 'self'{sockets}; img-src 'self' data: blob:; font-src 'self'; \
         manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// The host under which the page was asked for, if it is safe to repeat in a header.
fn host<'a>(asked: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(Authority::as_str))?;
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.bytes().all(safe)).then_some(host)
}

/// The hashes of whatever stands between tags of this name, as a policy lists them.
fn hashes_of(html: &str, tag: &str) -> String {
    inline(html, tag).fold(String::new(), |mut hashes, content| {
        let hash = STANDARD.encode(Sha256::digest(content));
        let _ = write!(hashes, " 'sha256-{hash}'");
        hashes
    })
}

/// What stands between the tags of every element of this name that is not a file of its own.
fn inline<'a>(html: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (opening, closing) = (format!("<{tag}"), format!("</{tag}"));
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(&opening)?;
            let tag_end = start + rest[start..].find('>')?;
            let tag = &rest[start..tag_end];
            let body = tag_end + 1;
            let end = body + rest[body..].find(&closing)?;
            let content = &rest[body..end];
            rest = &rest[end..];
            if !tag.contains(" src=") && !content.is_empty() {
                return Some(content);
            }
        }
    })
}

#[cfg(test)]
mod tests;
