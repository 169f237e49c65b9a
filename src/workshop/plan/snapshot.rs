//! Plain structs of everything in a plan.

use serde::{Deserialize, Serialize};

use crate::id::{ActivityId, TableId};

/// What the people's say amounts to. Shown with one plain sentence, so that nobody is misled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// The organisers listen, then decide.
    Consultation,
    /// Everyone designs together; the organisers decide with them.
    #[default]
    CoDesign,
    /// Everyone designs, decides and carries it out together.
    CoProduction,
}

/// The honest brief: what is open and what is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brief {
    /// What is fixed.
    pub fixed: String,
    /// What is open.
    pub open: String,
    /// Who decides.
    pub decides: String,
    /// By when.
    pub by_when: String,
    /// Red lines.
    pub red_lines: String,
    /// Levers already held.
    pub levers: String,
}

/// Whether each table has a board of its own in an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sharing {
    /// One board a table.
    #[default]
    EachTable,
    /// One board shared by all.
    Shared,
}

/// One activity of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its identifier.
    pub id: ActivityId,
    /// The method it runs, as the catalogue names it.
    pub method: String,
    /// Its title on screen.
    pub title: String,
    /// What people are asked.
    pub prompt: String,
    /// The story or other text that every table sees the same words of; may be empty.
    pub story: String,
    /// How long it should take, in minutes; 0 means open-ended.
    pub minutes: u32,
    /// One board a table, or one for all.
    pub sharing: Sharing,
}

/// A table, or those who joined from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its identifier; `elsewhere` for those who joined from elsewhere.
    pub id: TableId,
    /// Its name on screen.
    pub name: String,
}

/// What the wall shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "show", content = "table")]
pub enum WallView {
    /// The title, the question and how to join.
    #[default]
    Welcome,
    /// The board that all share in the activity that is on, or every table's board side by side.
    Activity,
    /// One table's board.
    Table(TableId),
}

/// What is on now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Now {
    /// The activity that is on.
    pub activity: Option<ActivityId>,
    /// When its time is up, in milliseconds of relay time since 1970; `None` without a timer.
    pub timer_ends_ms: Option<u64>,
    /// What the wall shows.
    pub wall: WallView,
}

/// Everything in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanSnapshot {
    /// The version of the document's shape; 0 for a plan that has not arrived yet.
    pub schema: u32,
    /// The workshop's title.
    pub title: String,
    /// The question it asks.
    pub question: String,
    /// The kind of session.
    pub session: SessionKind,
    /// The honest brief.
    pub brief: Brief,
    /// The agenda in order.
    pub activities: Vec<Activity>,
    /// The tables in order; `elsewhere` comes last.
    pub tables: Vec<Table>,
    /// What is on now.
    pub now: Now,
    /// The language of the words on screen, as a BCP 47 tag.
    pub language: String,
}
