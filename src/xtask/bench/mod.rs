//! `cargo xtask bench`: figures to report, not tests to pass.
//!
//! Each part prints measurements as lines of JSON, once a run; the report is the median of the runs
//! with their spread. Must never measure a debug build.

mod browser;
mod comparison;
mod figures;
mod relay;
mod size;

use std::fs;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::figures::Figures;
use crate::step::{announce, cargo, finish};
use crate::{app, folders};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Measure one part only; everything, unless one is named.
    #[arg(value_enum)]
    part: Option<Part>,
    /// How many times each measurement is taken.
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// One short run of everything, to see that it works. Its figures mean nothing.
    #[arg(long, conflicts_with = "runs")]
    quick: bool,
    /// Of the relay, measure only what has this in its name, `<server>: <case>`, as it is announced.
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Sizes of the first load, and the time until a card can be added.
    Load,
    /// Main-thread time a frame while a card is dragged.
    Drag,
    /// The relay beside its peers: CPU, latency, memory, full boards.
    Relay,
}

/// Measures, prints the tables and keeps them in `target/bench/report.md`.
pub(crate) fn bench(options: &Options) -> Result<ExitCode> {
    let wanted = |part| options.part.is_none_or(|only| only == part);
    let (runs, pace) = if options.quick {
        (1, "quick")
    } else {
        (options.runs, "full")
    };
    // The relay is measured without a page being asked for, so it need not wait for the web app.
    let app_is_measured = wanted(Part::Load) || wanted(Part::Drag);
    if app_is_measured {
        app::build()?;
    }
    announce("building the relay for release");
    finish(
        cargo().args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "relay",
            "--bin",
            "trestle",
        ]),
        "The relay did not build: what is wrong is said above.",
    )?;
    let trestle = folders::target().join("release/trestle");

    let mut figures = Figures::default();
    if wanted(Part::Load) {
        announce("loading the app");
        let paths = browser::first_load(&trestle, runs, &mut figures)?;
        size::first_load(&paths, &mut figures)?;
    }
    if wanted(Part::Drag) {
        announce("dragging cards");
        browser::drag(&trestle, runs, &mut figures)?;
    }
    let mut report = String::new();
    if app_is_measured {
        report.push_str(&figures.table());
    }
    if wanted(Part::Relay) {
        announce("loading the relay and its peers (about a quarter of an hour a run)");
        report.push_str(&relay::compare(&trestle, runs, pace, &options.filter)?);
    }

    let folder = folders::at("target/bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("report.md"), &report)?;
    println!("\n{report}");
    Ok(ExitCode::SUCCESS)
}
