//! The relay beside its peers: figures by case and server, and the table that sets them side by
//! side. Must never leave out a run, or a peer that is better.

use std::fmt::Write;

use serde_json::Value;

use super::figures::{median, short};

/// A server of the comparison: its name in the load generator, its heading, and its part in it.
#[derive(Clone, Copy)]
struct Server {
    name: &'static str,
    heading: &'static str,
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Trestle as it is unless told otherwise; what the ratio is about.
    Ours,
    /// Trestle in another setting.
    Variant,
    Peer,
    /// The bare fan-out, below which the system does not go.
    Floor,
}

const SERVERS: [Server; 6] = [
    Server {
        name: "trestle-full",
        heading: "Trestle, `full`",
        part: Part::Ours,
    },
    Server {
        name: "trestle-normal",
        heading: "Trestle, `normal`",
        part: Part::Variant,
    },
    Server {
        name: "y-websocket",
        heading: "y-websocket, memory only",
        part: Part::Peer,
    },
    Server {
        name: "hocuspocus",
        heading: "Hocuspocus, memory only",
        part: Part::Peer,
    },
    Server {
        name: "hocuspocus-sqlite",
        heading: "Hocuspocus + SQLite",
        part: Part::Peer,
    },
    Server {
        name: "fan-out",
        heading: "bare fan-out",
        part: Part::Floor,
    },
];

/// The figure that the floor is about.
const CPU: &str = "CPU per delivered operation, µs";

const EXPLANATION: &str = "\
Each cell is the median with the lowest and the highest in brackets. The ratio is that of *Trestle,
`full`* to the best of the three peers, memory only or not; below 1 Trestle needs less. An operation
is counted once for each client other than its writer who sees it, however frames are merged. CPU
(user and system, all threads) and memory are read from the operating system.

- *Trestle* acknowledges an edit once it is durable: with `full` on the disk, with `normal` in the
  operating system's hands. *Hocuspocus* acknowledges once it has it in memory, and with SQLite
  stores 2 to 10 seconds later. *y-websocket* acknowledges nothing and keeps nothing.
- *Bare fan-out* passes bytes from one socket on to the others, a system call each, and does nothing
  else. The last rows say how many times its CPU each server needs.
";

/// All figures, in the order in which they were first measured.
#[derive(Default)]
pub(crate) struct Comparison {
    rows: Vec<Row>,
}

struct Row {
    case: String,
    figure: String,
    /// The values of each of [`SERVERS`].
    values: [Vec<f64>; SERVERS.len()],
}

impl Comparison {
    /// Adds a line of JSON that the load generator printed; what is no figure is passed by.
    pub(crate) fn add_line(&mut self, line: &Value) {
        let text = |name: &str| line[name].as_str();
        if let (Some(server), Some(case), Some(figure), Some(value)) = (
            text("server"),
            text("case"),
            text("figure"),
            line["value"].as_f64(),
        ) && let Some(server) = SERVERS.iter().position(|its| its.name == server)
        {
            self.row(case, figure).values[server].push(value);
        }
    }

    fn row(&mut self, case: &str, figure: &str) -> &mut Row {
        let same = |row: &Row| row.case == case && row.figure == figure;
        let at = self.rows.iter().position(same).unwrap_or_else(|| {
            self.rows.push(Row {
                case: case.to_owned(),
                figure: figure.to_owned(),
                values: Default::default(),
            });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }

    /// The table in Markdown, with what has to be known to read it.
    pub(crate) fn table(&self) -> String {
        let headings = SERVERS.map(|server| server.heading.to_owned());
        let mut table = format!("{EXPLANATION}\n");
        add_line(
            &mut table,
            "case",
            "figure",
            &headings,
            "Trestle ÷ best peer",
        );
        table.push_str("|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
        for row in &self.rows {
            let cells = row.values.each_ref().map(|values| cell(values));
            let ratio = row.ratio().map_or_else(none, short);
            add_line(&mut table, &row.case, &row.figure, &cells, &ratio);
        }
        for row in self.rows.iter().filter(|row| row.figure == CPU) {
            let Some(floor) = row.best(Part::Floor) else {
                continue;
            };
            let times =
                |values: &Vec<f64>| middle(values).map_or_else(none, |it| short(it / floor));
            let cells = row.values.each_ref().map(times);
            let case = format!("floor: {}", row.case);
            add_line(&mut table, &case, "CPU ÷ bare fan-out", &cells, "");
        }
        table
    }
}

impl Row {
    /// The smallest median of the servers of a part.
    fn best(&self, part: Part) -> Option<f64> {
        let its = self.values.iter().zip(&SERVERS);
        its.filter(|(_, server)| server.part == part)
            .filter_map(|(values, _)| middle(values))
            .min_by(f64::total_cmp)
    }

    fn ratio(&self) -> Option<f64> {
        let ratio = self.best(Part::Ours)? / self.best(Part::Peer)?;
        ratio.is_finite().then_some(ratio)
    }
}

fn add_line(table: &mut String, case: &str, figure: &str, cells: &[String], ratio: &str) {
    let cells = cells.join(" | ");
    writeln!(table, "| {case} | {figure} | {cells} | {ratio} |")
        .expect("a string takes all that is written");
}

fn cell(values: &[f64]) -> String {
    let Some(middle) = middle(values) else {
        return none();
    };
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.len() == 1 {
        short(middle)
    } else {
        format!("{} ({}–{})", short(middle), short(lowest), short(highest))
    }
}

fn middle(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_owned();
    sorted.sort_by(f64::total_cmp);
    (!sorted.is_empty()).then(|| median(&sorted))
}

fn none() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn measured(server: &str, figure: &str, values: &[f64]) -> Vec<Value> {
        let line = |value: &f64| json!({"server": server, "case": "room", "figure": figure, "value": value});
        values.iter().map(line).collect()
    }

    fn last_lines(lines: &[Vec<Value>], count: usize) -> Vec<String> {
        let mut comparison = Comparison::default();
        for line in lines.iter().flatten() {
            comparison.add_line(line);
        }
        let table = comparison.table();
        let lines: Vec<&str> = table.lines().collect();
        lines[lines.len() - count..]
            .iter()
            .map(|&line| line.to_owned())
            .collect()
    }

    #[test]
    fn trestle_is_set_against_the_best_peer_and_the_floor() {
        let lines = [
            measured("trestle-full", CPU, &[3.0, 1.0, 2.0]),
            measured("trestle-normal", CPU, &[1.0]),
            measured("y-websocket", CPU, &[8.0]),
            measured("hocuspocus", CPU, &[9.0]),
            measured("fan-out", CPU, &[0.5]),
        ];
        assert_eq!(
            last_lines(&lines, 2),
            [
                "| room | CPU per delivered operation, µs | 2.00 (1.00–3.00) | 1.00 | 8.00 | 9.00 | – \
                 | 0.50 | 0.25 |",
                "| floor: room | CPU ÷ bare fan-out | 4.00 | 2.00 | 16.0 | 18.0 | – | 1.00 |  |",
            ]
        );
    }

    #[test]
    fn where_nothing_can_be_compared_there_is_no_ratio() {
        let lines = [
            measured("trestle-full", "not delivered", &[0.0]),
            measured("y-websocket", "not delivered", &[0.0]),
        ];
        let expected = "| room | not delivered | 0 | – | 0 | – | – | – | – |";
        assert_eq!(last_lines(&lines, 1), [expected]);
    }
}
