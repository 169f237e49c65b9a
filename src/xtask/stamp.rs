//! Fingerprints of folders, so that a second start can skip what has not changed.
//!
//! A fingerprint only ever saves time: a missing or odd stamp means "do the work". FNV-1a is enough,
//! since nobody gains by forging one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::folders;

/// A fingerprint being made.
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds bytes, with their length so that neighbours cannot flow into each other.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes
            .iter()
            .copied()
            .chain((bytes.len() as u64).to_le_bytes())
        {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Adds a file, or every file below a folder, by path and content. What is missing adds its
    /// name only.
    pub(crate) fn add_path(&mut self, path: &Path) -> Result<()> {
        let mut files = Vec::new();
        collect(path, &mut files)?;
        files.sort();
        self.add(path.to_string_lossy().as_bytes());
        for file in files {
            let content =
                fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
            self.add(file.to_string_lossy().as_bytes());
            self.add(&content);
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Every file at or below a path.
pub(crate) fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        let entries =
            fs::read_dir(path).with_context(|| format!("could not list {}", path.display()))?;
        for entry in entries {
            collect(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}

/// The fingerprint kept from the last time under this name.
pub(crate) fn kept(name: &str) -> Option<String> {
    fs::read_to_string(folders::tools().join(format!("{name}.stamp"))).ok()
}

/// Keeps a fingerprint for the next time.
pub(crate) fn keep(name: &str, fingerprint: &str) -> Result<()> {
    let folder = folders::tools();
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{name}.stamp")), fingerprint)
        .with_context(|| format!("could not write into {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    fn fingerprint(parts: &[&str]) -> String {
        let mut fingerprint = Fingerprint::new();
        for part in parts {
            fingerprint.add(part.as_bytes());
        }
        fingerprint.finish()
    }

    #[test]
    fn neighbouring_parts_do_not_flow_into_each_other() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_ne!(fingerprint(&["", "a"]), fingerprint(&["a", ""]));
        assert_eq!(fingerprint(&["ab", "c"]), fingerprint(&["ab", "c"]));
    }
}
