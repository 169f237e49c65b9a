//! Where a workshop can start from, as plain data: the shape that `starts/*.toml` is turned into.
//!
//! This module owns the types only. Like `format`, it is read by the build script too and names
//! nothing of `workshop`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::format::Sharing;

/// A starting point as a screen offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartingPoint {
    /// Its identifier, as `POST /api/workshops` takes it.
    pub id: String,
    /// Its words: "We want to …".
    pub title: String,
    /// One sentence: what the plan that comes with it does.
    pub about: String,
    /// Whether it is a finished example rather than a place to start one's own.
    pub sample: bool,
    /// What its plan holds.
    pub activities: Vec<Outline>,
}

/// One activity of a starting point's plan, in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The method it runs.
    pub method: String,
    /// Its title.
    pub title: String,
    /// Its minutes.
    pub minutes: u32,
}

/// A starting point in full: everything that a new workshop begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Its identifier.
    pub id: String,
    /// Its place among the others.
    pub order: u32,
    /// Its words.
    pub title: String,
    /// One sentence: what the plan that comes with it does.
    pub about: String,
    /// The finished example, if it is one: the workshop's title and question.
    pub sample: Option<SampleTitle>,
    /// The kind of session.
    pub session: Session,
    /// The honest brief.
    pub brief: BriefText,
    /// The tables in the hall.
    pub tables: Vec<StartTable>,
    /// The agenda.
    pub activities: Vec<StartActivity>,
    /// The activity that is on, by its name here, if one is.
    pub now: Option<String>,
    /// Boards with cards already on them.
    pub boards: Vec<StartBoard>,
}

/// What a finished example is called and asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleTitle {
    /// The workshop's title.
    pub title: String,
    /// The question it asks.
    pub question: String,
}

/// The kind of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub(crate) enum Session {
    Consultation,
    CoDesign,
    CoProduction,
}

/// The parts of the honest brief; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub(crate) struct BriefText {
    pub fixed: String,
    pub open: String,
    pub decides: String,
    pub by_when: String,
    pub red_lines: String,
    pub levers: String,
}

/// A table in the hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartTable {
    /// Its name within this starting point.
    pub id: String,
    /// Its name on screen.
    pub name: String,
}

/// One activity of the agenda. What is not given is the method's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartActivity {
    /// Its name within this starting point.
    pub id: String,
    /// The method it runs.
    pub method: String,
    /// Its title on screen.
    pub title: String,
    /// What people are asked.
    pub prompt: String,
    /// The story that every table sees; may be empty.
    pub story: String,
    /// Minutes.
    pub minutes: u32,
    /// One board a table, or one for all.
    pub sharing: Sharing,
}

/// A board with cards already on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StartBoard {
    /// Whose board: the activity.
    pub activity: String,
    /// At which table; none for the board that all share.
    pub table: Option<String>,
    /// Named clusters.
    pub groups: Vec<StartGroup>,
    /// The cards, in reading order within their zones.
    pub cards: Vec<StartCard>,
    /// The links between them.
    pub links: Vec<StartLink>,
}

/// A named cluster of cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartGroup {
    /// Its name within this board.
    pub id: String,
    /// Its title on screen.
    pub title: String,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StartCard {
    /// Its name within this board.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The zone it lies in.
    pub zone: String,
    /// What is written on it.
    pub text: String,
    /// Where in the zone, in pixels; without it, the first free place in reading order.
    pub at: Option<[f64; 2]>,
    /// The colour seat, one of [`SEATS`].
    pub seat: String,
    /// The fields that are filled in.
    pub fields: BTreeMap<String, StartValue>,
    /// The group it belongs to.
    pub group: Option<String>,
    /// The card of this board that it was made from.
    pub from: Option<String>,
}

/// The colour seats' names.
pub(crate) const SEATS: [&str; 6] = ["yellow", "green", "blue", "pink", "orange", "violet"];

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum StartValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words, a day, or the chosen option's identifier.
    Text(String),
}

/// A link between two cards of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartLink {
    /// The card it starts at.
    pub from: String,
    /// The card it points to.
    pub to: String,
    /// Its kind.
    pub kind: String,
}
