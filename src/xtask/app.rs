//! Builds the web app into `target/dist`, and not at all when nothing it is made of has changed.
//!
//! Must never leave a half-built app that the relay could embed: the stamp is written last, and a
//! build by anyone else changes the folder and so breaks the stamp.

use anyhow::{Context, Result, ensure};

use crate::folders;
use crate::pieces;
use crate::precompress;
use crate::stamp::{self, Fingerprint};
use crate::step::{announce, ask, cargo, command, finish};
use crate::tools;

const STAMP: &str = "app";

/// What the app is made of.
const SOURCES: &[&str] = &[
    "src/app",
    "src/workshop",
    "src/methods",
    "src/sync",
    "style",
    "public",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    "src/xtask/precompress.rs",
    "src/xtask/app.rs",
    "src/xtask/pieces.rs",
];

/// The web app is built together with the standard library, for size and without the words of
/// panics: that is a tenth of the program. Cargo calls this unstable, so it holds for the pinned
/// toolchain; a plain `trunk build` does without it.
const SMALL: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none \
         --cfg pieces -Clink-arg=--emit-relocs",
    ),
];

/// Makes sure that `target/dist` holds the app as the sources now say.
pub(crate) fn build() -> Result<()> {
    let sources = sources()?;
    if stamp::kept(STAMP).is_some_and(|kept| kept == both(&sources).unwrap_or_default()) {
        announce("the web app is up to date");
        return Ok(());
    }
    tools::ensure_for_app()?;
    announce("fetching the crates of the web app, where they are missing");
    finish(
        cargo()
            .args(["fetch", "--quiet", "--locked", "--target", tools::TARGET])
            .envs(SMALL),
        "The crates could not be fetched: check the internet connection; if Cargo.toml has \
         changed, run `cargo fetch` once without --locked.",
    )?;
    announce("building the web app for release (about two minutes the first time)");
    // Offline: Trunk takes its tools from PATH and downloads none.
    finish(
        command("trunk")
            .env("PATH", pieces::path()?)
            .args(["build", "--release", "--cargo-profile", "web", "--offline"])
            .envs(SMALL)
            // Trunk reads these names as settings of its own, and refuses values it does not know.
            .env_remove("NO_COLOR"),
        "The web app did not build: what is wrong is said above.",
    )?;
    ensure!(
        folders::dist().join("index.html").exists(),
        "Trunk left no target/dist/index.html: check Trunk.toml."
    );
    pieces::put_into(&folders::dist())?;
    announce("compressing the web app");
    precompress::folder(&folders::dist())?;
    stamp::keep(STAMP, &both(&sources)?)
}

fn sources() -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    for source in SOURCES {
        fingerprint.add_path(&folders::at(source))?;
    }
    let rustc = ask(command("rustc").arg("-vV"))
        .context("`rustc` could not be started: install Rust from rustup.rs.")?;
    fingerprint.add(rustc.as_bytes());
    Ok(fingerprint.finish())
}

/// The sources, and the built folder by names and sizes.
fn both(sources: &str) -> Result<String> {
    let mut files = Vec::new();
    stamp::collect(&folders::dist(), &mut files)?;
    files.sort();
    let mut fingerprint = Fingerprint::new();
    for file in files {
        fingerprint.add(file.to_string_lossy().as_bytes());
        fingerprint.add(&file.metadata()?.len().to_le_bytes());
    }
    Ok(format!("{sources}-{}", fingerprint.finish()))
}
