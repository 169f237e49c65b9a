//! `cargo xtask run`: from a fresh clone to a running workshop.
//!
//! Must never start a relay with an older app than the sources say.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::step::{announce, cargo, command, finish};
use crate::{app, folders};

/// Where the relay listens and keeps its data. What is not given is left to the relay's defaults.
#[derive(Args)]
pub(crate) struct Options {
    /// The port to listen on.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The folder where everything is kept; made if it is missing.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on; the relay's default lets the local network in.
    #[arg(long)]
    host: Option<String>,
}

/// Builds everything that has changed and becomes the relay.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    app::build()?;
    announce("building the relay with the app inside (some minutes the first time)");
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
    announce("starting Trestle; Ctrl-C ends it with everything stored\n");
    let program = folders::target().join("release/trestle");
    let mut trestle = command(&program.to_string_lossy());
    trestle.arg("--port").arg(options.port.to_string());
    if let Some(data) = &options.data {
        trestle.arg("--data").arg(std::path::absolute(data)?);
    }
    if let Some(host) = &options.host {
        trestle.arg("--host").arg(host);
    }
    become_program(trestle)
}

/// Takes the place of this process, so that Ctrl-C reaches the relay and nobody else.
#[cfg(unix)]
fn become_program(mut program: std::process::Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = program.exec();
    anyhow::bail!(
        "{} could not be started: {error}.",
        program.get_program().display()
    )
}

#[cfg(not(unix))]
fn become_program(mut program: std::process::Command) -> Result<ExitCode> {
    let status = program.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
