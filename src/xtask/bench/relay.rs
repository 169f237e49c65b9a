//! Runs the load generator (`tests/load`) against the release build of the relay.
//! Must never share a process with what it measures.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::figures::Figures;
use crate::step::cargo;

/// CPU and latency of busy rooms, memory of idle clients, a cold load.
pub(crate) fn load(trestle: &Path, runs: u32, figures: &mut Figures) -> Result<()> {
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
        ])
        .arg(trestle)
        .arg(runs.to_string())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).lines() {
        let line = serde_json::from_str(&line?)
            .context("the load generator printed a line that is not JSON")?;
        figures.add_line(&line);
    }
    ensure!(
        child.wait()?.success(),
        "The load generator failed: what is wrong is said above."
    );
    Ok(())
}
