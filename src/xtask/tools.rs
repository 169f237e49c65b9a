//! What the build and the tests need, installed where it is missing.
//!
//! A tool of the right version anywhere on `PATH` is used as it is. What is missing goes below
//! `target/tools`, so nothing that the machine's owner installed is ever replaced. Only Chromium is
//! different: where apt and root are there, it comes from the system's packages.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::folders;
use crate::stamp::{self, Fingerprint};
use crate::step::{announce, ask, cargo, command, finish};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
const OLDEST_NODE: u32 = 20;

/// The browser that the journeys drive.
pub(crate) enum Chromium {
    /// A program on this machine.
    At(PathBuf),
    /// The one Playwright keeps for itself.
    OfPlaywright,
}

/// Everything that building the web app needs.
pub(crate) fn ensure_for_app() -> Result<()> {
    ensure_target()?;
    ensure_standard_library()?;
    ensure_trunk()?;
    ensure_wasm_bindgen()?;
    ensure_wasm_opt()
}

fn ensure_target() -> Result<()> {
    let installed = ask(command("rustup").args(["target", "list", "--installed"]));
    if installed.is_some_and(|list| list.lines().any(|line| line == TARGET)) {
        return Ok(());
    }
    announce("adding the WebAssembly target to Rust");
    finish(
        command("rustup").args(["target", "add", TARGET]),
        "The WebAssembly target could not be added: check the internet connection and run \
         `rustup target add wasm32-unknown-unknown`.",
    )
}

/// The sources of the standard library, which is built together with the app.
fn ensure_standard_library() -> Result<()> {
    let root = ask(command("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    if Path::new(root.trim())
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
    {
        return Ok(());
    }
    announce("adding the sources of Rust's standard library");
    finish(
        command("rustup").args(["component", "add", "rust-src"]),
        "The sources of the standard library could not be added: check the internet connection \
         and run `rustup component add rust-src`.",
    )
}

fn ensure_trunk() -> Result<()> {
    if version_of("trunk").as_deref() == Some(TRUNK) {
        return Ok(());
    }
    announce(&format!(
        "installing Trunk {TRUNK}, which builds the web app (once, some minutes)"
    ));
    finish(
        // Trunk's own release profile spends most of its time on whole-program optimisation, which
        // a tool that mostly waits for rustc does not need.
        cargo()
            .args(["install", "--locked", "trunk", "--version", TRUNK, "--root"])
            .arg(folders::tools())
            .args(["--no-default-features", "--features", "rustls"])
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        "Trunk could not be installed: check the internet connection, or install it yourself with \
         `cargo install --locked trunk --version 0.21.14`.",
    )
}

fn ensure_wasm_bindgen() -> Result<()> {
    let lock = fs::read_to_string(folders::at("Cargo.lock"))
        .context("Cargo.lock is missing: run `cargo generate-lockfile`")?;
    let wanted = locked_version(&lock, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen: run `cargo update -p wasm-bindgen`")?;
    if version_of("wasm-bindgen").as_deref() == Some(wanted) {
        return Ok(());
    }
    announce(&format!(
        "installing wasm-bindgen-cli {wanted}, the version of Cargo.lock (once, some minutes)"
    ));
    finish(
        // Not `--locked`: the lock file published with this tool names versions that were withdrawn.
        cargo()
            .args([
                "install",
                "wasm-bindgen-cli",
                "--bin",
                "wasm-bindgen",
                "--version",
                wanted,
            ])
            .arg("--root")
            .arg(folders::tools()),
        &format!(
            "wasm-bindgen-cli could not be installed: check the internet connection, or run \
             `cargo install wasm-bindgen-cli --version {wanted}`."
        ),
    )
}

fn ensure_wasm_opt() -> Result<()> {
    let major = BINARYEN
        .split('.')
        .next()
        .expect("a version has a first part");
    let present = ask(command("wasm-opt").arg("--version")).is_some_and(|line| {
        line.split_whitespace()
            .skip_while(|word| *word != "version")
            .nth(1)
            == Some(major)
    });
    if present {
        return Ok(());
    }
    ensure_node()?;
    announce("installing wasm-opt, which makes the web app smaller");
    let folder = folders::tools();
    fs::create_dir_all(&folder)?;
    finish(
        command("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("binaryen@{BINARYEN}")),
        "wasm-opt could not be installed: check the internet connection and npm's settings.",
    )
}

/// Node of an age that the tests and tools here can use.
pub(crate) fn ensure_node() -> Result<()> {
    let version = ask(command("node").arg("--version"));
    let major = version.as_deref().and_then(|version| {
        version
            .trim_start_matches('v')
            .split('.')
            .next()?
            .parse::<u32>()
            .ok()
    });
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(major) => {
            bail!("Node.js {major} is too old: install Node.js {OLDEST_NODE} or newer.")
        }
        None => bail!("Node.js is missing: install Node.js {OLDEST_NODE} or newer."),
    }
}

/// The packages of the browser journeys, exactly as their lock file says.
pub(crate) fn ensure_e2e_packages() -> Result<()> {
    ensure_packages("e2e-packages", &folders::e2e(), "the browser journeys")
}

/// The servers that the relay is measured beside, exactly as their lock file says.
pub(crate) fn ensure_peer_packages() -> Result<()> {
    ensure_packages("peer-packages", &folders::peers(), "the relay's peers")
}

fn ensure_packages(stamp: &str, folder: &Path, of: &str) -> Result<()> {
    ensure_node()?;
    let mut fingerprint = Fingerprint::new();
    fingerprint.add_path(&folder.join("package.json"))?;
    fingerprint.add_path(&folder.join("package-lock.json"))?;
    let fingerprint = fingerprint.finish();
    let unchanged = stamp::kept(stamp).as_deref() == Some(&fingerprint);
    if unchanged && folder.join("node_modules/.package-lock.json").exists() {
        return Ok(());
    }
    announce(&format!("installing the packages of {of}"));
    finish(
        command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(folder),
        &format!(
            "The packages of {of} could not be installed: check the internet connection and run \
             `npm ci` in {}.",
            folder.display()
        ),
    )?;
    stamp::keep(stamp, &fingerprint)
}

/// A Chromium for the journeys.
pub(crate) fn ensure_chromium() -> Result<Chromium> {
    if let Some(path) = std::env::var_os("TRESTLE_CHROMIUM") {
        return Ok(Chromium::At(path.into()));
    }
    if let Some(path) = system_chromium() {
        return Ok(Chromium::At(path));
    }
    let root = ask(command("id").arg("-u")).as_deref() == Some("0");
    if root && ask(command("apt-get").arg("--version")).is_some() {
        announce("installing Chromium from the system's packages");
        let advice = "Chromium could not be installed: run `apt-get install chromium`, or set \
                      TRESTLE_CHROMIUM to a Chromium of your own.";
        finish(command("apt-get").args(["-qq", "update"]), advice)?;
        finish(
            command("apt-get")
                .args([
                    "-qq",
                    "install",
                    "--yes",
                    "--no-install-recommends",
                    "chromium",
                ])
                .env("DEBIAN_FRONTEND", "noninteractive"),
            advice,
        )?;
        return system_chromium().map(Chromium::At).context(advice);
    }
    announce("fetching Playwright's Chromium, unless it is there already");
    finish(
        command("npx")
            .args(["playwright", "install", "chromium"])
            .current_dir(folders::e2e()),
        "Chromium could not be fetched: install it yourself and set TRESTLE_CHROMIUM to it.",
    )?;
    Ok(Chromium::OfPlaywright)
}

fn system_chromium() -> Option<PathBuf> {
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    .iter()
    .map(Path::new)
    .find(|path| path.exists())
    .map(Path::to_owned)
}

/// The version in `<program> --version`, which prints `<name> <version> …`.
fn version_of(program: &str) -> Option<String> {
    let line = ask(command(program).arg("--version"))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_of_exactly_that_package_is_read() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
