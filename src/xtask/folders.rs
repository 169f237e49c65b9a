//! Where things are in the tree. Must never create anything.

use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate lives two folders below the root")
}

/// A path below the root.
pub(crate) fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// Cargo's target folder: the one of the tree, wherever cargo itself was told to build.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| at("target"), PathBuf::from)
}

/// The built web app, which the relay embeds.
pub(crate) fn dist() -> PathBuf {
    at("target/dist")
}

/// What this crate installs for itself and for nobody else on the machine.
pub(crate) fn tools() -> PathBuf {
    at("target/tools")
}

/// The browser journeys.
pub(crate) fn e2e() -> PathBuf {
    at("tests/e2e")
}

/// The servers that the relay is measured beside.
pub(crate) fn peers() -> PathBuf {
    at("tests/load/peers")
}
