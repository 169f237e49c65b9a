//! Tests of the tree itself: who may name what, who may depend on whom, and that nothing is left
//! lying about. Must never test behaviour.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer files say near their top why they are: "over 500 lines".
const MAX_LINES: usize = 500;

/// What each crate may be built from, beside what is free to all: crates of this workspace by name,
/// and for the crates at the bottom everything else as well.
struct Layer {
    name: &'static str,
    own: &'static [&'static str],
    /// `None`: any that is not forbidden below.
    foreign: Option<&'static [&'static str]>,
    forbidden: &'static [&'static str],
}

const BROWSER: &[&str] = &[
    "gloo",
    "js-sys",
    "leptos",
    "leptos_router",
    "reactive_stores",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
];

const LAYERS: &[Layer] = &[
    Layer {
        name: "workshop",
        own: &[],
        foreign: Some(&["fractional_index", "serde", "thiserror", "yrs"]),
        forbidden: &[],
    },
    Layer {
        name: "methods",
        own: &["workshop"],
        foreign: Some(&["postcard", "serde", "serde_json", "thiserror", "toml"]),
        forbidden: &[],
    },
    Layer {
        name: "sync",
        own: &[],
        foreign: Some(&["serde", "serde_json", "thiserror", "yrs"]),
        forbidden: &[],
    },
    Layer {
        name: "relay",
        own: &["methods", "sync", "workshop"],
        foreign: None,
        forbidden: BROWSER,
    },
    Layer {
        name: "app",
        own: &["methods", "sync", "workshop"],
        foreign: None,
        forbidden: &["axum", "rusqlite", "tokio", "tokio-tungstenite", "yrs"],
    },
    Layer {
        name: "xtask",
        own: &[],
        foreign: None,
        forbidden: BROWSER,
    },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests has a parent")
        .to_owned()
}

/// Every file below a folder of the tree that people write by hand, with its path from the root.
fn files(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if matches!(&*name, "node_modules" | "results" | "target") {
            continue;
        }
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if extensions.contains(&&*extension) && name != "package-lock.json" {
            let short = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            found.push((short, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Fails with every complaint at once.
fn check(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn manifest(path: &str) -> toml::Table {
    fs::read_to_string(root().join(path))
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn every_crate_depends_on_what_its_layer_allows_only() {
    let own: BTreeSet<&str> = LAYERS.iter().map(|layer| layer.name).collect();
    let mut complaints = Vec::new();
    for layer in LAYERS {
        let manifest = manifest(&format!("src/{}/Cargo.toml", layer.name));
        let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table)
        else {
            continue;
        };
        for dependency in dependencies.keys().map(String::as_str) {
            let allowed = if own.contains(dependency) {
                layer.own.contains(&dependency)
            } else {
                layer
                    .foreign
                    .is_none_or(|foreign| foreign.contains(&dependency))
            };
            if !allowed || layer.forbidden.contains(&dependency) {
                complaints.push(format!("{} may not depend on {dependency}", layer.name));
            }
        }
    }
    check(complaints);
}

#[test]
fn every_crate_of_the_workspace_has_a_layer() {
    let workspace = manifest("Cargo.toml");
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let members: BTreeSet<&str> = members
        .iter()
        .filter_map(|member| member.as_str()?.strip_prefix("src/"))
        .collect();
    assert_eq!(members, LAYERS.iter().map(|layer| layer.name).collect());
}

#[test]
fn only_the_browser_folder_names_the_browser() {
    let names = ["web_sys", "js_sys", "gloo", "wasm_bindgen"];
    let mut complaints = Vec::new();
    for (path, text) in files("src", &["rs"]) {
        if path.starts_with("src/app/browser/") || path.starts_with("src/xtask/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if let Some(name) = names.iter().find(|name| mentions(code, name)) {
                complaints.push(format!("{path}:{} names {name}", number + 1));
            }
        }
    }
    check(complaints);
}

#[test]
fn the_relay_names_methods_in_its_seed_only() {
    let mut complaints = Vec::new();
    for (path, text) in files("src/relay", &["rs"]) {
        let names = text.lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains("methods::") || code.contains("use methods")
        });
        if names && path != "src/relay/seed.rs" {
            complaints.push(format!("{path} names methods; only src/relay/seed.rs may"));
        }
    }
    check(complaints);
}

#[test]
fn long_files_say_why_they_are_long() {
    let mut complaints = Vec::new();
    for folder in ["src", "tests", "style", "public"] {
        for (path, text) in files(folder, &["rs", "js", "mjs", "css"]) {
            let lines = text.lines().count();
            if lines > MAX_LINES && !text.lines().take(15).any(|line| line.contains("500 lines")) {
                complaints.push(format!(
                    "{path} has {lines} lines: split it, or say near its top why it is over 500 lines"
                ));
            }
        }
    }
    check(complaints);
}

#[test]
fn every_rust_file_says_what_it_owns() {
    let mut complaints = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, &["rs"]) {
            if !text.starts_with("//!") {
                complaints.push(format!("{path} does not begin with `//!`"));
            }
        }
    }
    check(complaints);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together, so that this file does not find itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("db", "g!("),
        concat!(".on", "ly("),
        concat!(".sk", "ip("),
        concat!("waitFor", "Timeout"),
    ];
    let mut complaints = Vec::new();
    for folder in ["src", "tests", "style", "public"] {
        for (path, text) in files(folder, &["rs", "js", "mjs", "css", "html", "toml", "md"]) {
            let rust = Path::new(&path)
                .extension()
                .is_some_and(|extension| extension == "rs");
            for (number, line) in text.lines().enumerate() {
                // Iterators of Rust skip too.
                let found = marks
                    .iter()
                    .filter(|mark| !(rust && mark.starts_with('.')))
                    .find(|mark| line.contains(**mark));
                if let Some(mark) = found {
                    complaints.push(format!("{path}:{} has {mark}", number + 1));
                }
            }
        }
    }
    check(complaints);
}

#[test]
fn every_rule_of_the_protocol_has_a_test_that_bears_its_number() {
    let page = fs::read_to_string(root().join("src/sync/SPEC.md")).unwrap();
    // A rule begins `- **G-2** …`.
    let rules: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("**"))
        .map(|(id, _)| id)
        .collect();
    assert!(
        rules.len() > 20,
        "only {} rules were found in SPEC.md",
        rules.len()
    );

    let mut tests = BTreeSet::new();
    for folder in ["src", "tests"] {
        for (_, text) in files(folder, &["rs"]) {
            for line in text.lines() {
                let Some((_, name)) = line.split_once("fn ") else {
                    continue;
                };
                if let Some((id, _)) = name.split_once('_') {
                    tests.insert(id.to_owned());
                }
            }
        }
    }
    let untested = rules
        .iter()
        .filter(|rule| !tests.contains(&rule.replace('-', "").to_lowercase()));
    check(
        untested
            .map(|rule| format!("{rule} has no test whose name begins with it"))
            .collect(),
    );
}

/// Whether a name stands in a line of code as a word of its own.
fn mentions(code: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        !code[..at].ends_with(is_word) && !code[at + name.len()..].starts_with(is_word)
            || code[at + name.len()..].starts_with("_futures")
    })
}

#[test]
fn a_name_is_found_as_a_word_only() {
    let cases = [
        ("use gloo::timers;", true),
        ("use wasm_bindgen_futures::spawn_local;", true),
        ("let gloomy = 1;", false),
        ("fn my_web_sys() {}", false),
    ];
    for (code, expected) in cases {
        let found = ["gloo", "wasm_bindgen", "web_sys"]
            .iter()
            .any(|name| mentions(code, name));
        assert_eq!(found, expected, "{code}");
    }
}
