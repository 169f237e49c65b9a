//! Builds the relay again when the web app was: new files in a folder are nothing that the compiler
//! would notice. A release embeds them; a debug build reads them from disk when it runs, but only from
//! a folder that was there when it was built.

fn main() {
    println!("cargo::rerun-if-changed=../../target/dist");
    println!("cargo::rerun-if-changed=build.rs");
}
