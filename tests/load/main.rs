//! The load generator of `cargo xtask bench`: real clients on real sockets against a real `trestle`.
//!
//! Owns what is sent and how it is counted, and prints one line of JSON a measurement. It counts
//! operations, not frames, since a relay may put several operations into one frame; and it reads the
//! relay's CPU time and memory from the operating system, not from the relay. Must never measure its
//! own work as the relay's.

mod cases;
mod client;
mod crash;
mod process;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(trestle), runs) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: load PATH-OF-TRESTLE [RUNS]");
        std::process::exit(2);
    };
    let runs = runs
        .and_then(|runs| runs.to_str()?.parse().ok())
        .unwrap_or(5);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    for run in 1..=runs {
        for clients in [50, 200] {
            report(run, &runtime.block_on(cases::one_room(&trestle, clients)));
        }
        report(run, &runtime.block_on(cases::idle(&trestle)));
        report(run, &runtime.block_on(cases::cold_load(&trestle)));
    }
    // Not once a run: it has rounds of its own.
    report(1, &runtime.block_on(crash::crash(&trestle)));
}

fn report(run: u32, case: &cases::Measured) {
    let figures: serde_json::Map<_, _> = case
        .figures
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    println!(
        "{}",
        serde_json::json!({ "run": run, "case": case.name, "figures": figures })
    );
}
