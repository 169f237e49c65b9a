//! The load generator of `cargo xtask bench relay`: the same clients and the same bytes against
//! Trestle, against the servers that people use instead of it, and against a bare fan-out.
//!
//! Owns what is sent and how it is counted, and prints one line of JSON a figure. It counts
//! operations, not frames, since a server may put several operations into one frame; and it reads
//! CPU time and memory of a server from the operating system. Must never measure its own work as a
//! server's, and must never treat one server differently from another.

mod board;
mod cases;
mod client;
mod fan_out;
mod mark;
mod pace;
mod process;
mod server;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use pace::Pace;
use server::{Kind, Programs};

const USAGE: &str =
    "usage: load compare TRESTLE PEERS DATA RUNS full|quick\n       load fan-out PORT";

fn main() -> ExitCode {
    process::raise_open_files();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["fan-out", port] => {
            let Ok(port) = port.parse() else {
                return usage();
            };
            runtime.block_on(fan_out::serve(port));
        }
        ["compare", trestle, peers, data, runs, pace, filter] => {
            let (Ok(runs), Some(pace)) = (runs.parse(), Pace::named(pace)) else {
                return usage();
            };
            let programs = Programs {
                trestle: trestle.into(),
                peers: peers.into(),
                this: env::current_exe().expect("a program knows where it is"),
                data: PathBuf::from(data),
            };
            runtime.block_on(compare(&programs, runs, &pace, filter));
        }
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Every server in every run, so that what else the machine does meets all of them alike. What is
/// measured is named `<server>: <case>`, and left out where the name lacks `filter`.
async fn compare(programs: &Programs, runs: u32, pace: &Pace, filter: &str) {
    for run in 1..=runs {
        for kind in Kind::ALL {
            for case in pace.cases() {
                let name = case.name();
                let full_name = format!("{}: {name}", kind.name());
                if !case.can_be_asked_of(kind) || !full_name.contains(filter) {
                    continue;
                }
                eprintln!("  run {run} of {runs}: {full_name}");
                for (figure, value) in case.measure(kind, programs, pace).await.0 {
                    println!(
                        "{}",
                        serde_json::json!({
                            "server": kind.name(),
                            "case": name,
                            "figure": figure,
                            "value": value,
                        })
                    );
                }
            }
        }
    }
}
