//! Writes a `.br` and a `.gz` beside every file that shrinks, so that the relay compresses nothing
//! while people wait. Must never touch the files themselves.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::stamp;

/// Formats that are compressed already (fonts, pictures) are left alone.
const SHRINKS: &[&str] = &[
    "css",
    "html",
    "js",
    "json",
    "map",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Brotli's strongest setting, which is slow to write and as quick as any to read.
const BROTLI_QUALITY: i32 = 11;
/// The largest window that every browser accepts.
const BROTLI_WINDOW: i32 = 22;

/// Compresses every file below a folder that is worth it.
pub(crate) fn folder(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    stamp::collect(folder, &mut files)?;
    for file in &files {
        let extension = file.extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| SHRINKS.contains(&extension)) {
            compress(file).with_context(|| format!("could not compress {}", file.display()))?;
        }
    }
    Ok(())
}

fn compress(file: &Path) -> Result<()> {
    let content = fs::read(file)?;

    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &parameters)?;
    fs::write(beside(file, "br"), brotli)?;

    let gzip = File::create(beside(file, "gz"))?;
    let mut gzip = flate2::write::GzEncoder::new(gzip, flate2::Compression::best());
    gzip.write_all(&content)?;
    gzip.finish()?;
    Ok(())
}

/// `index.html` → `index.html.br`.
pub(crate) fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}
