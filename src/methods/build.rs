//! Reads and checks `catalog/*.toml` and `starts/*.toml` and writes them for `catalog.rs` to embed, so
//! that no TOML reader ships. What the web app carries is Postcard, whose reader is a fraction of
//! JSON's. Stops the build with file, line and what is wrong.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

// The same reader that the crate tests; what only the crate uses is unused here.
#[allow(dead_code, unreachable_pub)]
mod format;
#[allow(dead_code, unreachable_pub)]
mod source;
#[allow(dead_code, unreachable_pub)]
mod start;

fn main() -> ExitCode {
    for made_of in [
        "catalog",
        "starts",
        "source",
        "build.rs",
        "format.rs",
        "start.rs",
    ] {
        println!("cargo::rerun-if-changed={made_of}");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped::BadFile(bad)) => {
            println!("cargo::error={bad}");
            ExitCode::FAILURE
        }
        Err(Stopped::Io(error)) => {
            println!("cargo::error=the methods could not be read or written: {error}");
            ExitCode::FAILURE
        }
    }
}

enum Stopped {
    BadFile(source::BadFile),
    Io(io::Error),
}

impl From<source::BadFile> for Stopped {
    fn from(bad: source::BadFile) -> Self {
        Self::BadFile(bad)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn generate() -> Result<(), Stopped> {
    let mut methods = Vec::new();
    for (name, text) in files("catalog")? {
        methods.push(source::read(&name, &text)?);
    }
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    let mut starts = Vec::new();
    for (name, text) in files("starts")? {
        starts.push(source::read_start(&name, &text, &methods)?);
    }
    starts.sort_by_key(|start| start.order);
    let points: Vec<_> = starts.iter().map(outline).collect();
    write("catalog.postcard", postcard::to_allocvec(&methods))?;
    write("starting_points.postcard", postcard::to_allocvec(&points))?;
    // Fields of any type have no place in Postcard, and only the relay reads these.
    write("starts.json", serde_json::to_vec(&starts))
}

/// The starting point as a screen offers it, without its boards.
fn outline(start: &start::Start) -> start::StartingPoint {
    let outline = |activity: &start::StartActivity| start::Outline {
        method: activity.method.clone(),
        title: activity.title.clone(),
        minutes: activity.minutes,
    };
    start::StartingPoint {
        id: start.id.clone(),
        title: start.title.clone(),
        about: start.about.clone(),
        sample: start.sample.is_some(),
        activities: start.activities.iter().map(outline).collect(),
    }
}

/// Every `*.toml` of a folder, by name, as `folder/name.toml` and its text.
fn files(folder: &str) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push((format!("{folder}/{name}"), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn write<E>(name: &str, content: Result<Vec<u8>, E>) -> Result<(), Stopped>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let folder = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR for build scripts");
    let content = content.map_err(io::Error::other)?;
    Ok(fs::write(Path::new(&folder).join(name), content)?)
}
