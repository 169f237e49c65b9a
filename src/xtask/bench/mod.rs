//! `cargo xtask bench`: figures to report, not tests to pass.

use std::process::ExitCode;

use clap::Args;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {}

/// Measures, and prints one table.
pub(crate) fn bench(_options: &Options) -> ExitCode {
    ExitCode::SUCCESS
}
