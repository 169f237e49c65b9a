//! `cargo xtask`: the project's own commands, so that a fresh clone needs nothing but rustup, Node
//! and git.
//!
//! Owns how the pieces are built, started, tested and measured. Nothing else may depend on it, and
//! nobody needs it to understand the rest.

mod app;
mod bench;
mod check;
mod folders;
mod fuzz;
mod pieces;
mod precompress;
mod run;
mod stamp;
mod step;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the web app and the relay, and start them together.
    Run(run::Options),
    /// Run every test; the last line counts them.
    Test(test::Options),
    /// The quick loop: format, clippy, native tests.
    Check,
    /// Measure sizes, loading, dragging and the relay; print one table.
    Bench(bench::Options),
    /// What the build of the web app calls in the place of wasm-bindgen.
    #[command(hide = true, disable_help_flag = true)]
    WasmBindgen {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Throw bytes at a reader of foreign bytes; needs nightly Rust and cargo-fuzz.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => Ok(test::test(&options)),
        Task::Check => check::check(),
        Task::Bench(options) => bench::bench(&options),
        Task::WasmBindgen { arguments } => pieces::stand_in(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Fuzz(options) => fuzz::fuzz(&options),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
