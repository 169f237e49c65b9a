//! One line for each step, and commands that fail with a sentence that says what to do.
//! Must never hide the output of a command that failed.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::folders;

/// Says what is about to happen.
pub(crate) fn announce(what: &str) {
    println!("· {what}");
}

/// A command that starts in the root of the tree, with this project's own tools first on `PATH`.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folders::root()).env("PATH", path());
    command
}

/// Cargo, free of what an outer `cargo run` put into the environment for this crate alone.
pub(crate) fn cargo() -> Command {
    let mut command = command("cargo");
    for (name, _) in std::env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || name == "CARGO_BIN_NAME"
        });
        if ours {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end, its output going to the terminal.
pub(crate) fn finish(command: &mut Command, advice: &str) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command.status().with_context(|| missing(&program))?;
    if !status.success() {
        bail!("{advice}");
    }
    Ok(())
}

/// Runs a command and gives what it printed; `None` if it is not there or failed.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn missing(program: &std::ffi::OsStr) -> String {
    let program = program.to_string_lossy();
    let advice = match &*program {
        "cargo" | "rustup" => "install Rust from rustup.rs",
        "node" | "npm" | "npx" => "install Node.js 20 or newer, which brings npm",
        _ => "install it and try again",
    };
    format!("`{program}` could not be started: {advice}.")
}

/// Where programs are looked for.
pub(crate) fn path() -> OsString {
    let own = [
        folders::tools().join("bin"),
        folders::tools().join("node_modules/.bin"),
    ];
    let existing = std::env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(std::env::split_paths(&existing));
    std::env::join_paths(all).unwrap_or(existing)
}
