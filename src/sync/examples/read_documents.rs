//! Reads documents that stock Yjs wrote, one a line of standard input, and compares what the gate and
//! yrs make of them with what Yjs reads there. Prints them as yrs writes them, one JSON object a line:
//! `update`, the whole document as an update v1 in base 16, and `json`, what Yjs should read in it.
//!
//! `node foreign/write-documents.mjs SEED COUNT | cargo run -q -p sync --example read_documents`

#[path = "../testing/foreign.rs"]
mod foreign;

use std::io::Write;

use foreign::Foreign;

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for (index, line) in std::io::stdin().lines().enumerate() {
        let document = Foreign::read(&line?);
        let failing = Failing(index);
        let (update, json) = document.check();
        drop(failing);
        let line = serde_json::json!({ "update": update, "json": json });
        writeln!(output, "{line}")?;
    }
    Ok(())
}

/// Says at which document of the run the program failed.
struct Failing(usize);

impl Drop for Failing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("document {} of this run is read otherwise", self.0);
        }
    }
}
