//! How much is missing after the relay was killed at random moments (`harness::crash`), as figures.

use std::path::Path;

use super::Figures;

/// Kills the relay `rounds` times at random moments, from a new seed.
pub(super) async fn crash(program: &Path, rounds: usize) -> Figures {
    let seed = rand::random();
    let found = harness::crash::crash(program, seed, rounds).await;
    let missing = &found.acknowledged_and_missing;
    if !missing.is_empty() {
        eprintln!("CRASH_SEED={seed}: acknowledged and missing: {missing:?}");
    }
    let mut figures = Figures::default();
    for (name, value) in [
        (
            "killed while it made a snapshot, times",
            found.while_snapshotting,
        ),
        ("operations acknowledged", found.acknowledged),
        ("acknowledged and missing", missing.len()),
        ("sent only", found.only_sent),
        ("sent only and missing", found.only_sent_and_missing),
    ] {
        figures.add(name, value as f64);
    }
    figures
}
