//! What is measured. Each case starts a server of its own, so that none inherits the memory or the
//! warmth of another, and gives figures by name, the unit in the name.

pub(crate) mod busy;
mod crash;
mod idle;
mod joining;
mod stalled;

use std::path::Path;

use crate::pace::Pace;
use crate::server::{Kind, Programs};
use busy::Busy;

/// Figures by name, in the order in which they are reported.
#[derive(Default)]
pub(crate) struct Figures(pub(crate) Vec<(String, f64)>);

impl Figures {
    /// Adds a figure, if there is a value.
    fn add(&mut self, name: impl Into<String>, value: impl Into<Option<f64>>) {
        let figure = value.into().map(|value| (name.into(), value));
        self.0.extend(figure);
    }
}

pub(crate) enum Case {
    /// People write or announce themselves.
    Busy(Busy),
    /// Many join one full board at the same moment.
    Join { clients: usize, cards: usize },
    /// A large board, asked for by the first client after a restart. Bears its size.
    ColdLoad(&'static str),
    /// One of a busy room stops reading.
    Stalled,
    /// Clients that only listen.
    Idle,
    /// The server is killed so many times while people write.
    Crash(usize),
}

impl Case {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Busy(busy) => busy.name(),
            Self::Join { clients, cards } => {
                format!("{clients} join a board of {cards} cards at once")
            }
            Self::ColdLoad(size) => format!("cold load of a board of {size}"),
            Self::Stalled => "one of a busy room stops reading".to_owned(),
            Self::Idle => format!("idle clients, {} a room", idle::A_ROOM),
            Self::Crash(rounds) => format!("killed {rounds} times a run"),
        }
    }

    /// Whether a server of this kind has what the case is about.
    pub(crate) fn can_be_asked_of(&self, kind: Kind) -> bool {
        match self {
            Self::Busy(_) | Self::Idle => true,
            Self::Join { .. } | Self::Stalled => kind.has_documents(),
            Self::ColdLoad(_) => kind.is_lasting(),
            // No other says what it has stored.
            Self::Crash(_) => kind == Kind::TrestleFull,
        }
    }

    pub(crate) async fn measure(&self, kind: Kind, programs: &Programs, pace: &Pace) -> Figures {
        match self {
            Self::Busy(busy) => busy.measure(kind, programs, pace).await,
            Self::Join { clients, cards } => joining::join(kind, programs, *clients, *cards).await,
            Self::ColdLoad(_) => joining::cold_load(kind, programs, pace.large).await,
            Self::Stalled => stalled::stalled(kind, programs, pace).await,
            Self::Idle => idle::idle(kind, programs, pace).await,
            Self::Crash(rounds) => crash::crash(Path::new(&programs.trestle), *rounds).await,
        }
    }
}

/// A percentile of times in microseconds, in milliseconds; nothing when there are none.
fn percentile(times_us: &mut [u32], part: f64) -> Option<f64> {
    times_us.sort_unstable();
    let last = times_us.len().checked_sub(1)?;
    let at = (last as f64 * part).round() as usize;
    Some(f64::from(times_us[at]) / 1e3)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
