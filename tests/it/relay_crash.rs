//! Nothing acknowledged is lost when the program is killed, whatever it was doing.

use harness::crash::crash;
use harness::program::trestle;

/// How often the test kills. The bench does it more often (`tests/load`).
const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn r7_what_was_acknowledged_is_there_after_kill_9() {
    let seed = std::env::var("CRASH_SEED").map_or_else(
        |_| rand::random(),
        |seed| seed.parse().expect("CRASH_SEED is a number"),
    );
    println!("CRASH_SEED={seed}");
    let crashes = crash(trestle(), seed, ROUNDS).await;
    println!("{crashes:?}");
    assert_eq!(crashes.acknowledged_and_missing, Vec::<String>::new());
    assert!(crashes.acknowledged > 0, "nothing was tested");
    assert!(
        crashes.while_snapshotting > 0,
        "it was never killed while it made a snapshot"
    );
}
