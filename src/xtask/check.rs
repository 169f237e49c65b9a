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
    announce("clippy, every crate as this machine runs it");
    finish(
        cargo().args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
        "Clippy has something to say, see above.",
    )?;
    announce("clippy, the web app as browsers run it");
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
        cargo().args(["test", "--quiet", "--workspace"]),
        "A native test failed, see above.",
    )?;
    Ok(ExitCode::SUCCESS)
}
