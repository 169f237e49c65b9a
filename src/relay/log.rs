//! What is logged, and in which form.
//!
//! The relay's own events never hold a key, a code or what is on a card. What other crates log below a
//! warning does not pass, whatever the level: they see the bytes of sockets, and addresses with keys.

use std::io::IsTerminal as _;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

/// From which level on the relay's own events are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Level {
    /// What went wrong and needs somebody.
    Error,
    /// What somebody should know.
    Warn,
    /// What happens now and then.
    Info,
    /// What happens all the time.
    Debug,
}

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line for people.
    Text,
    /// A line of JSON, for programs.
    Json,
}

/// What writes the relay's events.
pub fn subscriber<W>(level: Level, format: Format, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets([("relay", level), ("trestle", level)]);
    // Colours would be signs of nothing in a file or a journal.
    let layer = fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(writer);
    let layer = match format {
        Format::Text => layer.boxed(),
        Format::Json => layer.json().flatten_event(true).boxed(),
    };
    Registry::default().with(targets).with(layer)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is written to it.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written of an event of our own and one of another crate, at each level.
    fn logged(level: Level, format: Format) -> Vec<String> {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = subscriber(level, format, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(target: "relay::hub", bytes = 7, "own error");
            tracing::info!(target: "relay::hub", "own info");
            tracing::debug!(target: "relay::hub", "own debug");
            tracing::warn!(target: "tungstenite", "foreign warning");
            tracing::debug!(target: "tungstenite", "foreign debug");
        });
        let written = kept.0.lock().unwrap().clone();
        let written = String::from_utf8(written).unwrap();
        written.lines().map(str::to_owned).collect()
    }

    #[test]
    fn only_own_events_are_logged_below_a_warning() {
        let table: [(Level, &[&str]); 4] = [
            (Level::Error, &["own error"]),
            (Level::Warn, &["own error", "foreign warning"]),
            (Level::Info, &["own error", "own info", "foreign warning"]),
            (
                Level::Debug,
                &["own error", "own info", "own debug", "foreign warning"],
            ),
        ];
        for (level, expected) in table {
            let lines = logged(level, Format::Text);
            assert_eq!(lines.len(), expected.len(), "{level:?}: {lines:?}");
            for (line, expected) in lines.iter().zip(expected) {
                assert!(line.contains(expected), "{level:?}: {line}");
            }
        }
    }

    #[test]
    fn json_is_one_object_a_line() {
        let lines = logged(Level::Error, Format::Json);
        let event: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(event["level"], "ERROR");
        assert_eq!(event["target"], "relay::hub");
        assert_eq!(event["message"], "own error");
        assert_eq!(event["bytes"], 7);
        assert!(event["timestamp"].is_string());
    }
}
