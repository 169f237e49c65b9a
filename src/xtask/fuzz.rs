//! `cargo xtask fuzz`: throws bytes at one of the readers of foreign bytes for a while.
//!
//! Needs Rust's nightly toolchain and cargo-fuzz, and installs neither: nothing else here wants them.
//! What it learns and finds stays below `target/fuzz`. Must never be part of `cargo xtask test`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::folders;
use crate::step::{announce, ask, command, finish};

/// Documents of stock Yjs, one a line: something to begin with.
const DOCUMENTS: &str = "src/sync/gate/yjs_documents.jsonl";

/// The longest input, in bytes: room for several updates of several structs each.
const INPUT_BYTES: u32 = 4_096;

/// What to throw bytes at, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// The reader.
    target: Target,
    /// How long, in seconds.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Target {
    /// Frames, in both framings.
    Envelope,
    /// Updates and state vectors at the gate.
    Gate,
    /// Updates at the gate, and in a document if they pass.
    GateThenYrs,
    /// Presence.
    Awareness,
}

/// Runs one target.
pub(crate) fn fuzz(options: &Options) -> Result<ExitCode> {
    ensure!(
        ask(command("rustup").args(["run", "nightly", "rustc", "--version"])).is_some(),
        "Rust's nightly toolchain is missing: add it with `rustup toolchain install nightly`."
    );
    ensure!(
        ask(command("rustup").args(["run", "nightly", "cargo", "fuzz", "--version"])).is_some(),
        "cargo-fuzz is missing: install it with `cargo install cargo-fuzz`."
    );
    let target = options.target.to_possible_value();
    let target = target.as_ref().context("a target has a name")?.get_name();
    let folder = folders::target().join("fuzz");
    let corpus = folder.join("corpus").join(target);
    let finds = folder.join("finds").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&finds)?;
    seed(options.target, &corpus)?;
    announce(&format!("{target}: {} seconds", options.seconds));
    finish(
        command("rustup")
            .args(["run", "nightly", "cargo", "fuzz", "run"])
            .args(["--fuzz-dir", "tests/fuzz", "--target-dir"])
            .arg(&folder)
            .arg(target)
            .arg(&corpus)
            .arg("--")
            .arg(format!("-max_total_time={}", options.seconds))
            .arg(format!("-max_len={INPUT_BYTES}"))
            .arg(format!("-artifact_prefix={}/", finds.display()))
            .args(["-timeout=10", "-print_final_stats=1"]),
        "Bytes were found that should be a test: they are in the file named above.",
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Puts what stock Yjs wrote into the corpus of a target that reads updates.
fn seed(target: Target, corpus: &Path) -> Result<()> {
    let lines = fs::read_to_string(folders::at(DOCUMENTS)).context("no documents of Yjs")?;
    let documents = lines.lines().map(updates).collect::<Result<Vec<_>>>()?;
    let inputs: Vec<Vec<u8>> = match target {
        Target::Gate => documents.concat(),
        // Updates that build on each other, and so on the first.
        Target::GateThenYrs => documents
            .iter()
            .flat_map(|updates| (1..=updates.len()).map(|end| &updates[..end]))
            .map(|updates| {
                updates
                    .iter()
                    .flat_map(|update| with_length(update))
                    .collect()
            })
            .collect(),
        Target::Envelope | Target::Awareness => Vec::new(),
    };
    for (number, input) in inputs.iter().enumerate() {
        fs::write(corpus.join(format!("yjs-{number:03}")), input)?;
    }
    Ok(())
}

/// An update as the target `gate_then_yrs` reads it.
fn with_length(update: &[u8]) -> Vec<u8> {
    let length = u16::try_from(update.len())
        .unwrap_or(u16::MAX)
        .to_le_bytes();
    [&length, update].concat()
}

/// The updates of one document.
fn updates(line: &str) -> Result<Vec<Vec<u8>>> {
    let document: serde_json::Value = serde_json::from_str(line)?;
    let updates = document["updates"].as_array().context("no updates")?;
    updates
        .iter()
        .map(|update| bytes(update.as_str().context("an update is text")?))
        .collect()
}

fn bytes(text: &str) -> Result<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).context("half a byte"))
        .map(|digits| Ok(u8::from_str_radix(digits?, 16)?))
        .collect()
}
