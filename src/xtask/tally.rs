//! Counting tests from what their runners print. Must never count a test that did not run as passed.

use serde_json::Value;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// A stage that broke before it could count.
    pub(crate) const BROKEN: Self = Self {
        passed: 0,
        failed: 1,
    };

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// `1 passed, 0 failed`.
    pub(crate) fn sentence(self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

/// The counts in one line of `cargo test`, if it is a summary line. A test that was ignored is
/// counted as failed: there are to be none.
pub(crate) fn of_cargo_line(line: &str) -> Option<Tally> {
    let counts = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?
        .1;
    let count = |what: &str| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(what)?.trim().parse::<u64>().ok())
    };
    Some(Tally {
        passed: count(" passed")?,
        failed: count(" failed")? + count(" ignored").unwrap_or(0),
    })
}

/// The counts in Playwright's JSON report. Skipped and flaky tests count as failed.
pub(crate) fn of_playwright(report: &Value) -> Option<Tally> {
    let stats = report.get("stats")?;
    let count = |what: &str| stats.get(what).and_then(Value::as_u64);
    let broken = report
        .get("errors")
        .and_then(Value::as_array)
        .map_or(0, Vec::len) as u64;
    Some(Tally {
        passed: count("expected")?,
        failed: count("unexpected")? + count("flaky")? + count("skipped")? + broken,
    })
}

#[cfg(test)]
mod tests {
    use super::{Tally, of_cargo_line, of_playwright};

    #[test]
    fn cargo_summaries_are_read() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.10s",
                Some(Tally {
                    passed: 12,
                    failed: 0,
                }),
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
                Some(Tally {
                    passed: 3,
                    failed: 3,
                }),
            ),
            ("test board::tests::moves ... ok", None),
            ("running 4 tests", None),
        ];
        for (line, expected) in cases {
            assert_eq!(of_cargo_line(line), expected, "{line}");
        }
    }

    #[test]
    fn playwright_reports_are_read() {
        let report = serde_json::json!({
            "errors": [{ "message": "a file does not parse" }],
            "stats": { "expected": 7, "unexpected": 1, "flaky": 0, "skipped": 2 },
        });
        assert_eq!(
            of_playwright(&report),
            Some(Tally {
                passed: 7,
                failed: 4
            })
        );
        assert_eq!(of_playwright(&serde_json::json!({})), None);
    }
}
