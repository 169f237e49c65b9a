//! What facilitators can do to a plan. One command is one transaction.

use super::snapshot::{SessionKind, Sharing, WallView};
use crate::id::{ActivityId, TableId};

/// A part of the honest brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BriefPart {
    Fixed,
    Open,
    Decides,
    ByWhen,
    RedLines,
    Levers,
}

/// An activity to be put at the end of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivity {
    /// Its identifier, fresh.
    pub id: ActivityId,
    /// The method it runs.
    pub method: String,
    /// Its title on screen.
    pub title: String,
    /// What people are asked.
    pub prompt: String,
    /// The story that every table sees; may be empty.
    pub story: String,
    /// Minutes; 0 means open-ended.
    pub minutes: u32,
    /// One board a table, or one for all.
    pub sharing: Sharing,
}

/// A change to one thing of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ActivityEdit {
    Title(String),
    Prompt(String),
    Story(String),
    Minutes(u32),
    Sharing(Sharing),
}

/// What facilitators can do to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanCommand {
    /// Sets the title.
    SetTitle(String),
    /// Sets the question.
    SetQuestion(String),
    /// Sets the kind of session.
    SetSession(SessionKind),
    /// Sets a part of the honest brief.
    SetBrief(BriefPart, String),
    /// Sets the language, a BCP 47 tag.
    SetLanguage(String),
    /// Puts an activity at the end of the agenda.
    AddActivity(NewActivity),
    /// Changes one thing of an activity.
    EditActivity(ActivityId, ActivityEdit),
    /// Puts an activity right after another one, or first.
    MoveActivity {
        /// The activity to move.
        activity: ActivityId,
        /// The one to come after; `None` to be first.
        after: Option<ActivityId>,
    },
    /// Takes an activity out of the agenda. Its boards stay.
    RemoveActivity(ActivityId),
    /// Adds a table before those who joined from elsewhere.
    AddTable(TableId, String),
    /// Gives a table another name.
    RenameTable(TableId, String),
    /// Takes a table away. Its boards stay.
    RemoveTable(TableId),
    /// Starts an activity, with the time its timer ends (milliseconds of relay time) or without. When
    /// nothing was on and the wall shows the title, the wall goes along.
    StartActivity(ActivityId, Option<u64>),
    /// Ends the activity that is on.
    StopActivity,
    /// Chooses what the wall shows.
    ShowOnWall(WallView),
}

/// Why a plan's command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// A text over 4,000 UTF-16 units.
    #[error("that text has {0} characters; at most 4,000 fit")]
    TextTooLong(u32),
    /// The activity is gone, or was never there.
    #[error("that activity is no longer in the plan")]
    ActivityGone(ActivityId),
    /// The table is gone, or was never there.
    #[error("that table is no longer there")]
    TableGone(TableId),
    /// There is one with this identifier already.
    #[error("there is one with that identifier already")]
    IdTaken,
    /// More activities or tables than a plan holds (200 each).
    #[error("the plan is full: at most 200 activities and 200 tables")]
    PlanFull,
    /// The document was written by a newer Trestle.
    #[error("this plan was written by a newer Trestle; reload to get it")]
    NewerSchema(u32),
}
