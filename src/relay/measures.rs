//! What a relay counts, for whoever looks after it.
//!
//! Counting costs a frame an atomic addition at most, and a frame that is delivered to many less than
//! one each: rooms count for themselves and hand in once a tick. What can be looked at when somebody
//! asks is not counted at all. Labels are words that stand in this file: no id, key or address may ever
//! become one.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use sync::gate::Refused;

use crate::refusal::Limit;

/// The upper ends of the steps in which commits are counted, in seconds: around the 10 ms that a commit
/// should take, up to a disk in trouble.
const COMMIT_SECONDS: [f64; 11] = [
    0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0,
];

/// The rules of the gate that an update can break, G-1 to G-8.
const RULES: [&str; 8] = ["G-1", "G-2", "G-3", "G-4", "G-5", "G-6", "G-7", "G-8"];

/// What a room has done since it last handed this in.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Operations that it accepted.
    pub(crate) received: u64,
    /// Operations that it passed on, counted for each who got them.
    pub(crate) delivered: u64,
    /// What the gate refused.
    pub(crate) refused: Vec<Refused>,
    /// The limits for which it turned somebody away or did not take something.
    pub(crate) turned_away: Vec<Limit>,
}

/// What is seen when somebody asks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) rooms: usize,
    /// Messages that wait for rooms.
    pub(crate) waiting_messages: usize,
    /// Bytes that wait to be written, to all sockets together and to the one that has most.
    pub(crate) waiting_bytes: usize,
    pub(crate) waiting_bytes_of_slowest: usize,
}

/// The counters of one relay.
#[derive(Debug)]
pub(crate) struct Measures {
    registry: Registry,
    pub(crate) bytes_received: Counter,
    pub(crate) bytes_sent: Counter,
    operations_received: Counter,
    operations_delivered: Counter,
    refused_by_gate: [Counter; RULES.len()],
    refused_by_limit: [Counter; Limit::ALL.len()],
    commits: Histogram,
    failed_commits: Counter,
    seen: [Gauge; 5],
}

impl Measures {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("trestle");
        let registry = &mut registry;
        let bytes_received = counter(registry, "received_bytes", "Bytes of messages from clients");
        let bytes_sent = counter(
            registry,
            "sent_bytes",
            "Bytes of messages to clients, with the heads of their frames",
        );
        let operations_received = counter(
            registry,
            "operations_received",
            "Changes of documents that were accepted",
        );
        let operations_delivered = counter(
            registry,
            "operations_delivered",
            "Changes of documents that were passed on, counted for each who got them",
        );
        let refused_by_gate = family(
            registry,
            "updates_refused",
            "Updates that were refused, by the rule that they broke; G-5 is mostly an honest gap",
            "rule",
            RULES,
        );
        let refused_by_limit = family(
            registry,
            "limits_reached",
            "Requests, messages and connections that were refused, by the limit that they reached",
            "limit",
            Limit::ALL.map(Limit::name),
        );
        let commits = Histogram::new(COMMIT_SECONDS);
        let help = "From handing changes to the store until they are durable";
        registry.register("commit_seconds", help, commits.clone());
        let failed_commits = counter(
            registry,
            "commits_failed",
            "Commits that failed and are tried again",
        );
        let seen = [
            ("connections", "Open sockets"),
            ("rooms", "Documents in memory"),
            ("waiting_messages", "Messages that wait for a room"),
            ("waiting_bytes", "Bytes that wait to be sent to clients"),
            (
                "waiting_bytes_of_slowest",
                "Bytes that wait for the slowest client",
            ),
        ];
        let seen = seen.map(|(name, help)| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        });
        Self {
            registry: std::mem::take(registry),
            bytes_received,
            bytes_sent,
            operations_received,
            operations_delivered,
            refused_by_gate,
            refused_by_limit,
            commits,
            failed_commits,
            seen,
        }
    }

    /// Takes in what a room has counted, and notes the limits for which it turned somebody away.
    pub(crate) fn add(&self, tally: &Tally) {
        if tally.received > 0 {
            self.operations_received.inc_by(tally.received);
            self.operations_delivered.inc_by(tally.delivered);
        }
        for refused in &tally.refused {
            self.refused_by_gate[usize::from(refused.rule()) - 1].inc();
        }
        for limit in &tally.turned_away {
            limit.note(self);
        }
    }

    /// Counts a limit that was reached. Only [`Limit::note`] calls this, so that what is counted is in
    /// the log as well.
    pub(crate) fn count(&self, limit: Limit) {
        self.refused_by_limit[limit as usize].inc();
    }

    pub(crate) fn committed(&self, after: Duration) {
        self.commits.observe(after.as_secs_f64());
    }

    pub(crate) fn commit_failed(&self) {
        self.failed_commits.inc();
    }

    /// The page in Prometheus's text format.
    pub(crate) fn page(&self, seen: Seen) -> Result<String, fmt::Error> {
        let values = [
            seen.connections,
            seen.rooms,
            seen.waiting_messages,
            seen.waiting_bytes,
            seen.waiting_bytes_of_slowest,
        ];
        for (gauge, value) in self.seen.iter().zip(values) {
            gauge.set(value as i64);
        }
        let mut page = String::new();
        prometheus_text::encode(&mut page, &self.registry)?;
        Ok(page)
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

/// One counter for each value of a label, all of them there from the beginning.
fn family<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    label: &'static str,
    values: [&'static str; N],
) -> [Counter; N] {
    let family = Family::<[(&'static str, &'static str); 1], Counter>::default();
    registry.register(name, help, family.clone());
    values.map(|value| family.get_or_create_owned(&[(label, value)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a line of the page.
    fn value<'a>(page: &'a str, name: &str) -> Option<&'a str> {
        let mut lines = page.lines().filter_map(|line| line.rsplit_once(' '));
        Some(lines.find(|(key, _)| *key == name)?.1)
    }

    #[test]
    fn the_page_says_what_was_counted_and_what_is_seen() {
        let measures = Measures::new();
        measures.bytes_sent.inc_by(7);
        Limit::CodeGuesses.note(&measures);
        measures.committed(Duration::from_millis(3));
        measures.add(&Tally {
            received: 2,
            delivered: 8,
            refused: vec![Refused::TooDeep, Refused::Truncated, Refused::TooDeep],
            turned_away: vec![Limit::LoadingBytes, Limit::DocumentBytes],
        });
        let seen = Seen {
            connections: 4,
            waiting_bytes: 99,
            ..Seen::default()
        };
        let page = measures.page(seen).unwrap();
        let table = [
            ("trestle_sent_bytes_total", "7"),
            ("trestle_received_bytes_total", "0"),
            ("trestle_operations_received_total", "2"),
            ("trestle_operations_delivered_total", "8"),
            (r#"trestle_updates_refused_total{rule="G-1"}"#, "1"),
            (r#"trestle_updates_refused_total{rule="G-2"}"#, "2"),
            (r#"trestle_updates_refused_total{rule="G-8"}"#, "0"),
            (r#"trestle_limits_reached_total{limit="code-guesses"}"#, "1"),
            (
                r#"trestle_limits_reached_total{limit="loading-bytes"}"#,
                "1",
            ),
            (
                r#"trestle_limits_reached_total{limit="document-bytes"}"#,
                "1",
            ),
            (r#"trestle_limits_reached_total{limit="pace"}"#, "0"),
            (r#"trestle_commit_seconds_bucket{le="0.002"}"#, "0"),
            (r#"trestle_commit_seconds_bucket{le="0.005"}"#, "1"),
            ("trestle_commit_seconds_count", "1"),
            ("trestle_connections", "4"),
            ("trestle_waiting_bytes", "99"),
        ];
        for (name, expected) in table {
            assert_eq!(value(&page, name), Some(expected), "{name} in:\n{page}");
        }
    }

    #[test]
    fn every_rule_of_the_gate_has_a_counter() {
        let hole = Refused::Hole {
            client: 1,
            known: 0,
            found: 1,
        };
        let every = [
            Refused::TooLarge { bytes: 1 },
            Refused::TooDeep,
            Refused::JsonContent,
            Refused::ClientOutOfRange,
            hole,
            Refused::ForeignContent(1),
            Refused::Malformed(""),
            Refused::TooDense { bytes: 1 },
        ];
        for (rule, refused) in RULES.iter().zip(every) {
            assert_eq!(*rule, format!("G-{}", refused.rule()));
        }
    }
}
