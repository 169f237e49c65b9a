//! How much is missing after the relay was killed many times (`harness::crash`), as figures.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cases::Measured;

/// How often it is killed.
const ROUNDS: usize = 50;

/// Kills the relay at random moments, each time from a new seed.
pub(crate) async fn crash(program: &Path) -> Measured {
    let seed = rand::random();
    let found = harness::crash::crash(program, seed, ROUNDS).await;
    let missing = &found.acknowledged_and_missing;
    if !missing.is_empty() {
        eprintln!("CRASH_SEED={seed}: acknowledged and missing: {missing:?}");
    }
    Measured {
        name: format!("killed {ROUNDS} times"),
        figures: BTreeMap::from([
            (
                "while it made a snapshot, times",
                found.while_snapshotting as f64,
            ),
            ("operations acknowledged", found.acknowledged as f64),
            ("acknowledged and missing", missing.len() as f64),
            ("sent only", found.only_sent as f64),
            ("sent only and missing", found.only_sent_and_missing as f64),
        ]),
    }
}
