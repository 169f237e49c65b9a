//! `cargo xtask bench`: figures to report, not tests to pass.
//!
//! Each part prints measurements as lines of JSON, `{"case": …, "figures": {name: value}}`, once a
//! run; the report is the median of the runs with their spread. Must never measure a debug build.

mod browser;
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

/// What to measure; everything, unless something is said here.
#[derive(Args)]
pub(crate) struct Options {
    /// Measure one part only.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// How many times each measurement is taken.
    #[arg(long, default_value_t = 5)]
    runs: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Sizes of the first load, and the time until a card can be added.
    Load,
    /// Main-thread time a frame while a card is dragged.
    Drag,
    /// The relay: CPU, latency, memory, a cold load.
    Relay,
}

/// Measures, prints one table and keeps it in `target/bench/report.md`.
pub(crate) fn bench(options: &Options) -> Result<ExitCode> {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    app::build()?;
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
        let paths = browser::first_load(&trestle, options.runs, &mut figures)?;
        size::first_load(&paths, &mut figures)?;
    }
    if wanted(Part::Drag) {
        announce("dragging cards");
        browser::drag(&trestle, options.runs, &mut figures)?;
    }
    if wanted(Part::Relay) {
        announce("loading the relay (some minutes)");
        relay::load(&trestle, options.runs, &mut figures)?;
    }

    let table = figures.table();
    let folder = folders::at("target/bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("report.md"), &table)?;
    println!("\n{table}");
    Ok(ExitCode::SUCCESS)
}
