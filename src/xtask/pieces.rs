//! Cuts the web app's program into pieces, so that a tablet fetches first what it needs first.
//!
//! Trunk knows nothing of pieces: it takes a `wasm-bindgen` from `PATH`, and is given a stand-in that
//! calls [`stand_in`] here. That cuts the program where `src/app/views/pieces.rs` says, lets the real
//! wasm-bindgen work on the first piece, and writes the code that fetches the others into the script
//! that comes of it. Must never leave a piece whose name does not change with what it holds.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_split_cli_support::{Options, transform};

use crate::folders;
use crate::stamp::Fingerprint;
use crate::step::{self, command, finish};

/// What the script of the pieces is imported as, until it is part of the program's own script.
const LINK: &str = "./pieces.js";

/// Where Trunk looks for programs: the stand-in comes first.
pub(crate) fn path() -> Result<OsString> {
    let folder = stand_in_folder();
    fs::create_dir_all(&folder)?;
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let file = folder.join("wasm-bindgen");
    fs::write(
        &file,
        format!(
            "#!/bin/sh\nexec '{}' wasm-bindgen \"$@\"\n",
            program.display()
        ),
    )?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    let others = step::path();
    Ok(std::env::join_paths(
        std::iter::once(folder).chain(std::env::split_paths(&others)),
    )?)
}

/// Puts the pieces of the last build beside the rest of the app.
pub(crate) fn put_into(dist: &Path) -> Result<()> {
    for piece in files(&cut_folder())? {
        let name = piece.file_name().context("a piece has a name")?;
        fs::copy(&piece, dist.join(name))?;
    }
    Ok(())
}

/// What Trunk runs in the place of wasm-bindgen.
pub(crate) fn stand_in(arguments: &[OsString]) -> Result<()> {
    let text = |argument: &OsString| argument.to_string_lossy().into_owned();
    let asked: Vec<String> = arguments.iter().map(text).collect();
    let value = |flag: &str| asked.iter().find_map(|one| one.strip_prefix(flag));
    let (Some(folder), Some(name)) = (value("--out-dir="), value("--out-name=")) else {
        // It is only asked for its version.
        return finish(
            wasm_bindgen().args(arguments),
            "wasm-bindgen did not answer.",
        );
    };
    let is_program = |one: &OsString| Path::new(one).extension() == Some("wasm".as_ref());
    let program = arguments.iter().position(is_program);
    let program = program.context("wasm-bindgen was given no program")?;
    let cut = cut_folder();
    if cut.exists() {
        fs::remove_dir_all(&cut)?;
    }
    fs::create_dir_all(&cut)?;
    let first = cut.join(format!("{name}.wasm"));
    let script = cut.join(LINK);
    split(Path::new(&arguments[program]), &cut, &first)
        .context("The program could not be cut into pieces.")?;
    finish(
        wasm_bindgen()
            .args(&arguments[..program])
            .arg(&first)
            .args(&arguments[program + 1..])
            .arg("--keep-lld-exports"),
        "wasm-bindgen failed: what is wrong is said above.",
    )?;
    fs::remove_file(first)?;
    let mut link = fs::read_to_string(&script)?;
    fs::remove_file(script)?;
    for piece in files(&cut)? {
        let (old, new) = name_by_content(&piece)?;
        link = link.replace(&format!("\"./{old}\""), &format!("\"./{new}\""));
    }
    let folder = Path::new(folder);
    let main = folder.join(format!("{name}.js"));
    let joined = join(&fs::read_to_string(&main)?, &link)
        .context("wasm-bindgen or the cut writes another script than src/xtask/pieces.rs knows.")?;
    fs::write(main, &joined)?;
    // Trunk names script and program after what the program holds: it has to hold all of it.
    sign(&folder.join(format!("{name}_bg.wasm")), &joined)
}

fn split(program: &Path, folder: &Path, first: &Path) -> Result<()> {
    let program = fs::read(program)?;
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = first;
    options.link_name = LINK;
    transform(options)
        .map(|_| ())
        .map_err(|report| anyhow::anyhow!("{report:#}"))
}

/// Makes a piece small, and gives it a name that changes with it; tells both names.
fn name_by_content(piece: &Path) -> Result<(String, String)> {
    finish(
        command("wasm-opt")
            .args(["-Oz", INLINE, "--output"])
            .args([piece, piece])
            .args(FEATURES),
        "wasm-opt failed: what is wrong is said above.",
    )?;
    let stem = piece.file_stem().context("a piece has a name")?;
    let stem = stem.to_string_lossy();
    let stem = stem.strip_prefix("split_").unwrap_or(&stem);
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(&fs::read(piece)?);
    let new = format!("{stem}-{}.wasm", &fingerprint.finish()[..16]);
    let old = piece.file_name().context("a piece has a name")?;
    fs::rename(piece, piece.with_file_name(&new))?;
    Ok((old.to_string_lossy().into_owned(), new))
}

/// What is larger is not inlined, even if it is called only once: the program is larger for it, but
/// packs better. `index.html` says the same of the first piece.
const INLINE: &str = "--one-caller-inline-max-function-size=20";

/// What the compiler may use, and every browser of the last years knows. The pieces do not say it of
/// themselves.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The script of the program with that of the pieces in it: one file less to wait for, and one that
/// cannot be of another build.
fn join(main: &str, link: &str) -> Option<String> {
    let mut joined = String::new();
    let mut imports = Vec::new();
    for line in main.lines() {
        let import = line
            .strip_prefix("import * as ")
            .and_then(|rest| rest.strip_suffix(&format!(" from \"{LINK}\"")));
        match import {
            Some(import) => imports.push(import),
            None => joined.extend([line, "\n"]),
        }
    }
    let (own_import, link) = link.split_once('\n')?;
    if imports.is_empty() || !own_import.starts_with("import { initSync } from") {
        return None;
    }
    let mut loads = Vec::new();
    for line in link.lines() {
        let line = match line.strip_prefix("export ") {
            Some(constant) => {
                loads.push(constant.strip_prefix("const ")?.split_once(' ')?.0);
                constant
            }
            None => line,
        };
        joined.extend([line, "\n"]);
    }
    let mut joined = joined + "const pieces = { " + &loads.join(", ") + " };\n";
    for import in imports {
        joined.extend(["const ", import, " = pieces;\n"]);
    }
    Some(joined)
}

/// Adds a section that names the script, which no browser reads.
fn sign(program: &Path, script: &str) -> Result<()> {
    const NAME: &[u8] = b"script";
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(script.as_bytes());
    let hash = fingerprint.finish();
    let length = 1 + NAME.len() + hash.len();
    ensure!(length < 128, "the name of the script is one byte long");
    let mut bytes = fs::read(program)?;
    bytes.extend([0, length as u8, NAME.len() as u8]);
    bytes.extend(NAME);
    bytes.extend(hash.as_bytes());
    fs::write(program, bytes)?;
    Ok(())
}

/// The real one: Trunk's `PATH` begins with the stand-in.
fn wasm_bindgen() -> std::process::Command {
    let path = step::path();
    let others: Vec<_> = std::env::split_paths(&path)
        .filter(|folder| *folder != stand_in_folder())
        .collect();
    let mut real = command("wasm-bindgen");
    real.env("PATH", std::env::join_paths(others).unwrap_or(path));
    real
}

fn stand_in_folder() -> PathBuf {
    folders::tools().join("stand-in")
}

fn cut_folder() -> PathBuf {
    folders::target().join("pieces")
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} is gone", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_the_pieces_becomes_part_of_the_programs_own() {
        let main = "import * as import1 from \"./pieces.js\"\nimport * as import2 from \
                    \"./pieces.js\"\nfunction initSync() {}\n";
        let link = "import { initSync } from \"./main.js\";\n\nconst shared = 1;\n\
                    export const load_table = wrap(shared);\nexport const load_more = wrap(2);\n";
        let joined = join(main, link).expect("both are as expected");
        assert_eq!(
            joined,
            "function initSync() {}\n\nconst shared = 1;\nconst load_table = wrap(shared);\n\
             const load_more = wrap(2);\nconst pieces = { load_table, load_more };\n\
             const import1 = pieces;\nconst import2 = pieces;\n"
        );
    }

    #[test]
    fn a_script_of_another_form_is_not_joined() {
        let link = "import { initSync } from \"./main.js\";\nexport const load = 1;\n";
        assert_eq!(join("function initSync() {}\n", link), None);
        let main = "import * as import1 from \"./pieces.js\"\n";
        assert_eq!(join(main, "export default 1;\n"), None);
    }
}
