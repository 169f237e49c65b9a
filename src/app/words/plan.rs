//! The words of "Change the plan".

pub const HEADING: &str = "Change the plan";
pub const LEAD: &str = "Changes are kept as you make them, and everyone sees them at once.";
pub const WORKSHOP: &str = "The workshop";
pub const BRIEF: &str = "Honest brief";
pub const BRIEF_HINT: &str =
    "Everyone sees this when they join. Say plainly what can change and what cannot.";
pub const AGENDA: &str = "Agenda";
pub const TABLES: &str = "Tables";
pub const TITLE: &str = "Title";
pub const PROMPT: &str = "What people are asked";
pub const STORY: &str = "Story that every table reads";
pub const MINUTES: &str = "Minutes (0 for no limit)";
pub const SHARING: &str = "Boards";
pub const EACH_TABLE: &str = "One for each table";
pub const SHARED: &str = "One that all share";
pub const EARLIER: &str = "Earlier";
pub const LATER: &str = "Later";
pub const REMOVE: &str = "Remove";
pub const REMOVED_HINT: &str = "Boards of a removed activity or table are kept.";
pub const ADD_ACTIVITY: &str = "Add an activity";
pub const ADD: &str = "Add";
pub const AN_ACTIVITY: &str = "an activity";
pub const ADD_TABLE: &str = "Add a table";
pub const NAME: &str = "Name";
pub const SESSION: &str = "Kind of session";

/// The name offered for the next table.
pub fn table_name(number: usize) -> String {
    format!("Table {number}")
}
