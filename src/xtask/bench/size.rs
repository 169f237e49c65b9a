//! The weight of the first load, by part, as it lies in `target/dist`: what the first screen needs, and
//! the pieces of the program that a table needs besides.
//! Must never count a file that the first load does not ask for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::figures::Figures;
use crate::folders;
use crate::precompress::beside;

/// How the name of a file of the first screen's program begins; other programs are pieces.
const FIRST: &str = "/app-";

const PROGRAM: &str = "program";

/// The parts, in the order in which they are reported.
const PARTS: &[(&str, &[&str])] = &[
    ("page", &["html"]),
    ("script", &["js"]),
    (PROGRAM, &["wasm"]),
    ("style", &["css"]),
    ("typeface", &["woff2", "woff", "ttf"]),
];
const REST: &str = "pictures and the rest";

/// Weighs what the first load asked for, in Brotli, and in gzip as plain HTTP on a local network
/// has it.
pub(crate) fn first_load(paths: &[String], figures: &mut Figures) -> Result<()> {
    for (encoding, extension) in [("Brotli", "br"), ("gzip", "gz")] {
        let case = format!("first load, {encoding}, KB");
        let (mut total, mut pieces) = (0, 0);
        let mut parts = vec![0; PARTS.len() + 1];
        for path in paths {
            let weight = weight(path, extension)?;
            let part = part(path);
            let is_program = PARTS.get(part).is_some_and(|(name, _)| *name == PROGRAM);
            if is_program && !path.starts_with(FIRST) {
                pieces += weight;
            } else {
                parts[part] += weight;
                total += weight;
            }
        }
        let names = PARTS.iter().map(|(name, _)| *name).chain([REST]);
        for (name, weight) in names.zip(parts) {
            figures.add(&case, name, kb(weight));
        }
        figures.add(&case, "all, to the join screen", kb(total));
        figures.add(&case, "pieces for a table", kb(pieces));
        figures.add(&case, "all, to the table", kb(total + pieces));
    }
    Ok(())
}

fn part(path: &str) -> usize {
    let extension = Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str());
    let known = |extensions: &[&str]| extension.is_some_and(|one| extensions.contains(&one));
    // A path without a dot is a screen of the app, for which the relay sends the page.
    if extension.is_none() {
        return 0;
    }
    PARTS
        .iter()
        .position(|(_, extensions)| known(extensions))
        .unwrap_or(PARTS.len())
}

fn weight(path: &str, encoding: &str) -> Result<u64> {
    let name = path.trim_start_matches('/');
    let name = if Path::new(name).extension().is_none() {
        "index.html"
    } else {
        name
    };
    let file = folders::dist().join(name);
    let compressed = beside(&file, encoding);
    let sent = if compressed.exists() {
        compressed
    } else {
        file
    };
    let metadata = fs::metadata(&sent).with_context(|| format!("{} is gone", sent.display()))?;
    Ok(metadata.len())
}

fn kb(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}
