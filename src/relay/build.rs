//! Builds the relay again when the web app was: a release embeds the app, and new files in a folder
//! are nothing that the compiler would notice. A debug build reads them from disk when it runs.

fn main() {
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../target/dist");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
