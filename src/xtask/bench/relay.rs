//! Runs the load generator (`tests/load`) against the release build of the relay and its peers.
//! Must never share a process with what it measures.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::comparison::Comparison;
use crate::step::{ask, cargo, command};
use crate::{folders, tools};

/// Where servers keep their data while they are measured: in the tree, so on a disk.
const DATA: &str = "target/bench/data";

/// Measures the relay beside its peers and gives a table with a head.
pub(crate) fn compare(trestle: &Path, runs: u32, pace: &str, filter: &str) -> Result<String> {
    tools::ensure_peer_packages()?;
    let mut child = cargo()
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "tests",
            "--example",
            "load",
            "--",
            "compare",
        ])
        .arg(trestle)
        .args([folders::peers(), folders::at(DATA)])
        .args([&runs.to_string(), pace, filter])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut comparison = Comparison::default();
    for line in BufReader::new(output).lines() {
        let line = serde_json::from_str(&line?)
            .context("the load generator printed a line that is not JSON")?;
        comparison.add_line(&line);
    }
    ensure!(
        child.wait()?.success(),
        "The load generator failed: what is wrong is said above."
    );
    Ok(format!(
        "\n{}\n\n{}",
        surroundings(runs),
        comparison.table()
    ))
}

/// What the figures depend on beside the programs.
fn surroundings(runs: u32) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1))
        .unwrap_or("unknown processor");
    let node = ask(command("node").arg("--version")).unwrap_or_default();
    format!("Relay: {runs} runs, {cores} cores ({processor}), Node.js {node}.")
}
