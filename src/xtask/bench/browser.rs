//! Runs the measuring scripts of `tests/e2e/bench` in a real Chromium.
//! Must never interpret what they measure.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::figures::Figures;
use crate::folders;
use crate::step::command;
use crate::tools::{self, Chromium};

/// Times the first load; gives the paths that it asked for.
pub(crate) fn first_load(trestle: &Path, runs: u32, figures: &mut Figures) -> Result<Vec<String>> {
    let lines = script("bench/first-load.mjs", trestle, runs, figures)?;
    let paths = lines.iter().find_map(|line| line["paths"].as_array());
    let paths = paths.context("the script said nothing of what was loaded")?;
    Ok(paths
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect())
}

/// Times the main thread while a card is dragged.
pub(crate) fn drag(trestle: &Path, runs: u32, figures: &mut Figures) -> Result<()> {
    script("bench/drag.mjs", trestle, runs, figures).map(drop)
}

fn script(path: &str, trestle: &Path, runs: u32, figures: &mut Figures) -> Result<Vec<Value>> {
    tools::ensure_e2e_packages()?;
    let mut node = command("node");
    node.arg(path)
        .arg(runs.to_string())
        .current_dir(folders::e2e())
        .env("TRESTLE", trestle)
        .stdout(Stdio::piped());
    if let Chromium::At(chromium) = tools::ensure_chromium()? {
        node.env("TRESTLE_CHROMIUM", chromium);
    }
    let mut child = node
        .spawn()
        .context("`node` could not be started: install Node.js.")?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut lines = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = serde_json::from_str(&line?)
            .with_context(|| format!("{path} printed a line that is not JSON"))?;
        figures.add_line(&line);
        lines.push(line);
    }
    ensure!(
        child.wait()?.success(),
        "{path} failed: what is wrong is said above."
    );
    Ok(lines)
}
