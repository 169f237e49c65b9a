//! What the program says when it starts: where it is, how to get in, where things are kept.

use std::fmt::Write as _;
use std::net::SocketAddr;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::announce::Announced;
use crate::config::{Config, Keep, Retention};

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

/// Where a relay is.
#[derive(Debug)]
pub struct Place<'a> {
    /// Where it listens.
    pub address: SocketAddr,
    /// The addresses at which others reach it, the likeliest first.
    pub origins: &'a [String],
    /// Whether the local network knows it by name.
    pub announced: &'a Announced,
}

/// What to say once a relay is there. `colour` says that the text goes to a terminal.
pub fn text(config: &Config, place: &Place<'_>, colour: bool) -> String {
    let Place {
        address,
        origins,
        announced,
    } = place;
    let mut text = String::from("\nTrestle is running.\n\n");
    let local = format!("{}://localhost:{}", config.scheme(), address.port());
    let _ = writeln!(text, "  On this computer    {local}");
    for origin in *origins {
        let _ = writeln!(text, "  On the network      {origin}");
    }
    let by_name = match announced {
        Announced::No => None,
        Announced::At(origin) => Some(&origin[..]),
        Announced::Taken => Some("no: another computer here is trestle.local"),
        Announced::Failed => Some("no: it could not be announced on this network"),
    };
    if let Some(by_name) = by_name {
        let _ = writeln!(text, "  By name             {by_name}");
    }
    match &config.keep {
        Keep::Memory => {
            text.push_str("  Kept in             memory only: all is lost when this ends\n");
        }
        Keep::Folder { path, .. } => {
            let path = path.canonicalize().unwrap_or_else(|_| path.clone());
            let _ = writeln!(text, "  Kept in             {}", path.display());
            let Retention { days, most_days } = config.retention;
            let days = days.min(most_days);
            let _ = writeln!(
                text,
                "  Kept for            {days} days after a workshop was last written to"
            );
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

    /// What is said in a hall.
    fn hall(config: &Config, announced: &Announced) -> String {
        let place = Place {
            address: "0.0.0.0:4010".parse().unwrap(),
            origins: &[format!("{}://192.168.1.5:4010", config.scheme())],
            announced,
        };
        text(config, &place, false)
    }

    #[test]
    fn the_name_is_told_only_when_it_was_announced() {
        let name = "http://trestle.local:4010";
        let table = [
            (Announced::No, 0, ""),
            (Announced::At(name.into()), 1, name),
            (
                Announced::Taken,
                1,
                "another computer here is trestle.local",
            ),
            (Announced::Failed, 1, "could not be announced"),
        ];
        for (announced, lines, said) in table {
            let text = hall(&Config::in_memory(), &announced);
            let is_told = matches!(announced, Announced::At(_));
            assert_eq!(text.contains(name), is_told, "{text}");
            let named = text.lines().filter(|line| line.contains("By name"));
            assert_eq!(named.count(), lines, "{text}");
            assert!(text.contains(said), "{text}");
        }
    }

    #[test]
    fn it_says_where_to_go_where_things_are_kept_and_what_plain_http_means() {
        let config = Config::in_folder("/no/such/folder");
        let text = hall(&config, &Announced::No);
        for needle in [
            "http://localhost:4010",
            "http://192.168.1.5:4010",
            "/no/such/folder",
            "90 days",
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
        let text = hall(&config, &Announced::No);
        assert!(text.contains("https://localhost:4010"), "{text}");
        assert!(!text.contains("http://"), "{text}");
        assert!(!text.contains("plain HTTP"), "{text}");
    }

    #[test]
    fn without_a_network_it_says_how_to_be_reached() {
        let place = Place {
            address: "127.0.0.1:4010".parse().unwrap(),
            origins: &[],
            announced: &Announced::No,
        };
        let text = text(&Config::in_memory(), &place, false);
        assert!(
            text.contains("--host 0.0.0.0") && text.contains("memory only"),
            "{text}"
        );
    }
}
