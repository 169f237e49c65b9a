//! The plan document: what the workshop is, its agenda, its tables and what is on now.

mod command;
mod snapshot;

pub use command::{ActivityEdit, BriefPart, NewActivity, PlanCommand, PlanRefusal};
pub use snapshot::{
    Activity, Brief, Now, PlanSnapshot, SessionKind, Sharing, Table, WallView,
};
