//! `cargo xtask test`: every test there is, and one line that counts them all.
//!
//! Each stage runs even when an earlier one failed, so that the count is complete; a stage that
//! breaks before it can count is one failure. Must never print anything after the last line.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::step::{announce, cargo, command, finish};
use crate::tally::{self, Tally};
use crate::tools::{self, Chromium};
use crate::{app, folders};

/// From which seed boards are made for stock Yjs to read, and how many.
const STATES: [&str; 2] = ["20260501", "1500"];
/// From which seed stock Yjs makes documents for Trestle to read, and how many.
const DOCUMENTS: [&str; 2] = ["20260701", "2000"];

/// Which tests to run; all, unless something is said here.
#[derive(Args)]
pub(crate) struct Options {
    /// Run one part only.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Run only tests whose name contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Rust tests, and documents that stock Yjs and Trestle read of each other.
    Native,
    /// Browser journeys and foreign clients.
    Journeys,
}

/// Runs the tests.
pub(crate) fn test(options: &Options) -> ExitCode {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    let mut total = Tally::default();
    if wanted(Part::Native) {
        total.add(stage("native tests", || native(options.filter.as_deref())));
        if options.filter.is_none() {
            total.add(stage("documents of stock Yjs and ours", documents));
        }
    }
    if wanted(Part::Journeys) {
        total.add(stage("browser journeys and foreign clients", || {
            journeys(options.filter.as_deref())
        }));
    }
    println!("{}", total.sentence());
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn stage(name: &str, run: impl FnOnce() -> Result<Tally>) -> Tally {
    announce(name);
    let tally = run().unwrap_or_else(|error| {
        println!("{name}: {error:#}");
        Tally::BROKEN
    });
    announce(&format!("{name}: {}", tally.sentence()));
    tally
}

fn native(filter: Option<&str>) -> Result<Tally> {
    let mut cargo = cargo();
    cargo
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(filter)
        .stdout(Stdio::piped());
    let mut child = cargo
        .spawn()
        .context("`cargo` could not be started: install Rust from rustup.rs.")?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut total = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        total.add(tally::of_cargo_line(&line).unwrap_or_default());
    }
    // A crate that does not compile, or a test program that aborts, leaves no summary of its own.
    if !child.wait()?.success() && total.failed == 0 {
        total.add(Tally::BROKEN);
    }
    Ok(total)
}

/// Boards that our own property tests reach, each update of which stock Yjs reads, and documents that
/// stock Yjs makes with all that a board may hold, which the gate lets pass, yrs reads and writes
/// again, and Yjs reads once more.
fn documents() -> Result<Tally> {
    tools::ensure_e2e_packages()?;
    let mut total = Tally::default();
    total.add(pipe([
        example("workshop", "states", &STATES),
        node("foreign/read-states.mjs", &[]),
    ])?);
    total.add(pipe([
        node("foreign/write-documents.mjs", &DOCUMENTS),
        example("sync", "read_documents", &[]),
        node("foreign/read-documents.mjs", &[]),
    ])?);
    Ok(total)
}

fn example(package: &str, name: &str, arguments: &[&str]) -> Command {
    let mut cargo = cargo();
    cargo
        .args(["run", "--quiet", "--package", package, "--example", name])
        .arg("--")
        .args(arguments);
    cargo
}

fn node(script: &str, arguments: &[&str]) -> Command {
    let mut node = command("node");
    node.arg(script).args(arguments).current_dir(folders::e2e());
    node
}

/// Runs programs of which each reads what the one before prints. Together they are one test.
fn pipe(programs: impl IntoIterator<Item = Command>) -> Result<Tally> {
    let mut programs = programs.into_iter().peekable();
    let mut running = Vec::new();
    let mut printed = Stdio::null();
    while let Some(mut program) = programs.next() {
        program.stdin(printed);
        if programs.peek().is_some() {
            program.stdout(Stdio::piped());
        }
        let mut child = program
            .spawn()
            .context("`cargo` or `node` could not be started: install Rust and Node.js.")?;
        printed = child.stdout.take().map_or_else(Stdio::null, Stdio::from);
        running.push(child);
    }
    let mut all_well = true;
    for mut child in running {
        all_well &= child.wait()?.success();
    }
    Ok(if all_well {
        Tally {
            passed: 1,
            failed: 0,
        }
    } else {
        Tally::BROKEN
    })
}

fn journeys(filter: Option<&str>) -> Result<Tally> {
    app::build()?;
    announce("building the relay");
    finish(
        cargo().args(["build", "--quiet", "--package", "relay", "--bin", "trestle"]),
        "The relay did not build: what is wrong is said above.",
    )?;
    tools::ensure_e2e_packages()?;
    let chromium = tools::ensure_chromium()?;

    let report = folders::e2e().join("results/report.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut playwright = command("node");
    playwright
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .current_dir(folders::e2e())
        .env("TRESTLE", folders::target().join("debug/trestle"));
    if let Chromium::At(path) = chromium {
        playwright.env("TRESTLE_CHROMIUM", path);
    }
    if let Some(filter) = filter {
        playwright.args(["--grep", filter]);
    }
    let status = playwright
        .status()
        .context("`node` could not be started: install Node.js.")?;
    let mut tally = read_report(&report)?;
    if !status.success() && tally.failed == 0 {
        tally.add(Tally::BROKEN);
    }
    Ok(tally)
}

fn read_report(path: &Path) -> Result<Tally> {
    let text = fs::read_to_string(path)
        .context("Playwright left no report: what is wrong is said above.")?;
    let report = serde_json::from_str(&text).context("Playwright's report is not JSON.")?;
    tally::of_playwright(&report).context("Playwright's report has no counts.")
}
