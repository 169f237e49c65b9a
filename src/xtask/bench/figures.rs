//! Measurements gathered over the runs, and the table of their medians.
//! Must never leave out a run.

use std::fmt::Write;

use serde_json::Value;

/// All figures, in the order in which they were first measured.
#[derive(Default)]
pub(crate) struct Figures {
    rows: Vec<Row>,
}

struct Row {
    case: String,
    name: String,
    values: Vec<f64>,
}

impl Figures {
    /// Adds one value.
    pub(crate) fn add(&mut self, case: &str, name: &str, value: f64) {
        let row = self
            .rows
            .iter_mut()
            .find(|row| row.case == case && row.name == name);
        if let Some(row) = row {
            row.values.push(value);
        } else {
            let (case, name) = (case.to_owned(), name.to_owned());
            self.rows.push(Row {
                case,
                name,
                values: vec![value],
            });
        }
    }

    /// Adds a line of JSON that a measuring program printed; what is no measurement is passed by.
    pub(crate) fn add_line(&mut self, line: &Value) {
        let (Some(case), Some(figures)) = (line["case"].as_str(), line["figures"].as_object())
        else {
            return;
        };
        for (name, value) in figures {
            if let Some(value) = value.as_f64() {
                self.add(case, name, value);
            }
        }
    }

    /// A table in Markdown: medians, lowest and highest.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from("| what | figure | median | lowest–highest | runs |\n");
        table.push_str("|---|---|---:|---:|---:|\n");
        for row in &self.rows {
            let mut values = row.values.clone();
            values.sort_by(f64::total_cmp);
            let (lowest, highest) = (values[0], values[values.len() - 1]);
            let spread = if values.len() == 1 {
                String::new()
            } else {
                format!("{}–{}", short(lowest), short(highest))
            };
            writeln!(
                table,
                "| {} | {} | {} | {spread} | {} |",
                row.case,
                row.name,
                short(median(&values)),
                values.len()
            )
            .expect("a string takes all that is written");
        }
        table
    }
}

/// The middle of sorted values, the mean of the two in the middle where there is no one middle.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// Three significant digits are more than a bench can vouch for.
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, median};

    #[test]
    fn the_median_is_the_middle() {
        for (sorted, expected) in [
            (&[3.0][..], 3.0),
            (&[1.0, 2.0, 9.0], 2.0),
            (&[1.0, 2.0, 4.0, 9.0], 3.0),
        ] {
            assert!(
                (median(sorted) - expected).abs() < f64::EPSILON,
                "{sorted:?}"
            );
        }
    }

    #[test]
    fn runs_of_one_figure_make_one_row() {
        let mut figures = Figures::default();
        for value in [5, 1, 3] {
            figures.add_line(&serde_json::json!({ "case": "room", "figures": { "p50": value } }));
        }
        figures.add_line(&serde_json::json!({ "paths": [] }));
        assert_eq!(
            figures.table().lines().last(),
            Some("| room | p50 | 3.00 | 1.00–5.00 | 3 |")
        );
    }
}
