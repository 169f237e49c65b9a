//! `cargo xtask check`: the quick loop while writing. Must never need a browser or the network.

use std::process::ExitCode;

use anyhow::Result;

use crate::step::{announce, cargo, finish};

/// Format, clippy on both targets, native tests; stops at the first that fails.
pub(crate) fn check() -> Result<ExitCode> {
    announce("format");
    finish(
        cargo().args(["fmt", "--all", "--check"]),
        "Run `cargo fmt --all`.",
    )?;
    announce("clippy, native crates");
    finish(
        cargo().args(["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]),
        "Clippy has something to say about the native crates, see above.",
    )?;
    announce("clippy, web app");
    finish(
        cargo()
            .args([
                "clippy",
                "--quiet",
                "--package",
                "app",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .args(["--", "-D", "warnings"]),
        "Clippy has something to say about the web app, see above.",
    )?;
    announce("native tests");
    finish(
        cargo().args(["test", "--quiet"]),
        "A native test failed, see above.",
    )?;
    Ok(ExitCode::SUCCESS)
}
