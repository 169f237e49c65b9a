//! Whether a page of another site is asking.
//!
//! Keys are capabilities in links, never cookies, so a foreign page has nothing to ride on; this
//! check keeps it from making workshops and from opening sockets all the same. Programs that are no
//! browsers send no `Origin` and are let in.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{App, Refusal};

/// Refuses writes and sockets that a page of another site asks for.
pub(super) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let opens_socket = headers.contains_key(header::UPGRADE);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if (opens_socket || !reads) && !is_own(headers, app.public_url.as_deref(), app.is_secure) {
        let reason = "This address may only be used by Trestle's own pages.";
        return Refusal(StatusCode::FORBIDDEN, reason).into_response();
    }
    next.run(request).await
}

/// `is_secure` says that the relay speaks TLS itself: then a page that came without is none of its
/// own, whatever its address says.
fn is_own(headers: &HeaderMap, public_url: Option<&str>, is_secure: bool) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().unwrap_or_default();
    let Some(authority) = authority(origin) else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let public = public_url.and_then(self::authority);
    // A page on this very machine is a developer's, whose server passes requests on to the relay.
    let here = Some(authority) == host && (!is_secure || origin.starts_with("https://"));
    here || Some(authority) == public || is_loopback(authority)
}

/// `host:port` of `scheme://host:port/…`.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split('/')
        .next()
        .filter(|authority| !authority.is_empty())
}

fn is_loopback(authority: &str) -> bool {
    let host = authority
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(authority, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_may_write() {
        let table = [
            (None, None, true),
            (Some("http://192.168.1.5:4010"), None, true),
            (Some("http://localhost:8080"), None, true),
            (
                Some("https://trestle.example.org"),
                Some("https://trestle.example.org/"),
                true,
            ),
            (Some("https://trestle.example.org"), None, false),
            (Some("http://192.168.1.5:9999"), None, false),
            (Some("http://localhost.example.org"), None, false),
            (Some("null"), None, false),
        ];
        for (origin, public_url, own) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "192.168.1.5:4010".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_own(&headers, public_url, false), own, "{origin:?}");
        }
    }

    #[test]
    fn under_tls_a_page_that_came_without_is_none_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "192.168.1.5:4010".parse().unwrap());
        for (origin, own) in [
            ("https://192.168.1.5:4010", true),
            ("http://192.168.1.5:4010", false),
        ] {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            assert_eq!(is_own(&headers, None, true), own, "{origin:?}");
        }
    }
}
