//! What the program says when it starts: where it is, how to get in, where things are kept.

use std::fmt::Write as _;
use std::net::SocketAddr;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::config::{Config, Keep};

/// Black on white whatever the terminal's colours: phones read nothing else reliably.
const BLACK_ON_WHITE: &str = "\x1b[30;107m";
const RESET: &str = "\x1b[0m";

/// What it means that others come without TLS. The README says the same at more length.
const PLAIN_HTTP: &str = "
  This is plain HTTP, without encryption. Anyone on the same network could read what is sent, and
  the links to the workshop with it: use a network with a password, and write nothing private.
  Browsers hold some things back from such pages: while this computer is away a page goes on
  working but must not be reloaded, a wall does not keep its screen awake, and links are copied by
  hand. With TLS (--tls-cert and --tls-key, or a proxy in front) none of this applies.
";

/// What to say once a relay listens on `address` and others reach it at `origins`. `colour` says
/// that the text goes to a terminal.
pub fn text(config: &Config, address: SocketAddr, origins: &[String], colour: bool) -> String {
    let mut text = String::from("\nTrestle is running.\n\n");
    let local = format!("{}://localhost:{}", config.scheme(), address.port());
    let _ = writeln!(text, "  On this computer    {local}");
    for origin in origins {
        let _ = writeln!(text, "  On the network      {origin}");
    }
    match &config.keep {
        Keep::Memory => {
            text.push_str("  Kept in             memory only: all is lost when this ends\n");
        }
        Keep::Folder { path, .. } => {
            let path = path.canonicalize().unwrap_or_else(|_| path.clone());
            let _ = writeln!(text, "  Kept in             {}", path.display());
        }
    }
    text.push('\n');
    if let Some(origin) = origins.first() {
        text.push_str(&qr_code(origin, colour));
        let _ = writeln!(
            text,
            "\n  Others open {origin} or point a camera at the code."
        );
        if origin.starts_with("http://") {
            text.push_str(PLAIN_HTTP);
        }
    } else {
        text.push_str(
            "  Only this computer can reach it. Start it with --host 0.0.0.0 for others.\n",
        );
    }
    text.push_str("\n  Press Ctrl-C to stop. Everything is stored first.\n");
    text
}

fn qr_code(link: &str, colour: bool) -> String {
    let Ok(code) = QrCode::new(link) else {
        return String::new();
    };
    // The renderer draws light squares on a dark ground, unless told to swap them.
    let drawn = if colour {
        code.render::<Dense1x2>()
            .dark_color(Dense1x2::Dark)
            .light_color(Dense1x2::Light)
            .build()
    } else {
        code.render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build()
    };
    drawn.lines().fold(String::new(), |mut lines, line| {
        if colour {
            let _ = writeln!(lines, "    {BLACK_ON_WHITE}{line}{RESET}");
        } else {
            let _ = writeln!(lines, "    {line}");
        }
        lines
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TlsFiles;

    #[test]
    fn it_says_where_to_go_where_things_are_kept_and_what_plain_http_means() {
        let config = Config::in_folder("/no/such/folder");
        let address = "0.0.0.0:4010".parse().unwrap();
        let text = text(&config, address, &["http://192.168.1.5:4010".into()], false);
        for needle in [
            "http://localhost:4010",
            "http://192.168.1.5:4010",
            "/no/such/folder",
            "could read",
            "--tls-cert",
            "Ctrl-C",
            "█",
        ] {
            assert!(text.contains(needle), "{needle} is missing in:\n{text}");
        }
    }

    #[test]
    fn under_tls_nothing_is_said_of_plain_http() {
        let config = Config {
            tls: Some(TlsFiles {
                certificate: "cert.pem".into(),
                key: "key.pem".into(),
            }),
            ..Config::in_memory()
        };
        let address = "0.0.0.0:4010".parse().unwrap();
        let origins = ["https://192.168.1.5:4010".to_owned()];
        let text = text(&config, address, &origins, false);
        assert!(text.contains("https://localhost:4010"), "{text}");
        assert!(!text.contains("http://"), "{text}");
        assert!(!text.contains("plain HTTP"), "{text}");
    }

    #[test]
    fn without_a_network_it_says_how_to_be_reached() {
        let config = Config::in_memory();
        let text = text(&config, "127.0.0.1:4010".parse().unwrap(), &[], false);
        assert!(
            text.contains("--host 0.0.0.0") && text.contains("memory only"),
            "{text}"
        );
    }
}
