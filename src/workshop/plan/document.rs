//! The plan's yrs document: its names, reading it leniently, and writing to it.
//!
//! The names are public (`SCHEMA.md`): a change to one is a new [`VERSION`] and a migration. This
//! must never decide whether something may be done.

use yrs::{Any, Doc, Map, MapPrelim, MapRef, ReadTxn, TransactionMut};

use super::Rows;
use super::command::{ActivityEdit, BriefPart, NewActivity};
use super::snapshot::{Activity, Brief, Now, PlanSnapshot, SessionKind, Sharing, Table, WallView};
use crate::id::{ActivityId, TableId};
use crate::{migrate, value};

/// The version of a plan's shape that this program writes.
pub(super) const VERSION: u32 = 1;

/// What the table of those who joined from elsewhere is called until someone renames it.
const ELSEWHERE: &str = "Joining from elsewhere";

pub(super) type Activities = Rows<ActivityId>;
pub(super) type Tables = Rows<TableId>;

/// The root types of a plan.
pub(super) struct Roots {
    plan: MapRef,
    brief: MapRef,
    activities: MapRef,
    tables: MapRef,
    now: MapRef,
}

/// One thing that a command writes.
#[derive(Debug)]
pub(super) enum Write {
    Title(String),
    Question(String),
    Session(SessionKind),
    Language(String),
    Brief(BriefPart, String),
    NewActivity(NewActivity, String),
    Activity(ActivityId, ActivityEdit),
    ActivityOrder(ActivityId, String),
    RemoveActivity(ActivityId),
    NewTable(TableId, String, String),
    TableName(TableId, String),
    RemoveTable(TableId),
    Now(Option<ActivityId>, Option<u64>),
    Wall(WallView),
}

impl Write {
    /// Whether the plan says so already, so that nothing need be written.
    pub(super) fn is_so_already(&self, plan: &PlanSnapshot) -> bool {
        let activity = |id: &ActivityId| plan.activities.iter().find(|activity| activity.id == *id);
        match self {
            Self::Title(title) => *title == plan.title,
            Self::Question(question) => *question == plan.question,
            // A kind that was never said reads as the usual one; saying it is news.
            Self::Session(session) => plan.schema > 0 && *session == plan.session,
            Self::Language(language) => *language == plan.language,
            Self::Brief(part, words) => words == brief_part(&plan.brief, *part),
            Self::Activity(id, edit) => activity(id).is_some_and(|activity| match edit {
                ActivityEdit::Title(title) => *title == activity.title,
                ActivityEdit::Prompt(prompt) => *prompt == activity.prompt,
                ActivityEdit::Story(story) => *story == activity.story,
                ActivityEdit::Minutes(minutes) => *minutes == activity.minutes,
                ActivityEdit::Sharing(sharing) => *sharing == activity.sharing,
            }),
            Self::TableName(id, name) => plan
                .tables
                .iter()
                .any(|table| table.id == *id && table.name == *name),
            Self::Now(activity, timer_ends_ms) => {
                *activity == plan.now.activity && *timer_ends_ms == plan.now.timer_ends_ms
            }
            Self::Wall(view) => *view == plan.now.wall,
            Self::NewActivity(..)
            | Self::ActivityOrder(..)
            | Self::RemoveActivity(_)
            | Self::NewTable(..)
            | Self::RemoveTable(_) => false,
        }
    }
}

impl Roots {
    /// Makes the roots, all of them, before anything else happens: making one opens a transaction.
    pub(super) fn new(doc: &Doc) -> Self {
        Self {
            plan: doc.get_or_insert_map("plan"),
            brief: doc.get_or_insert_map("brief"),
            activities: doc.get_or_insert_map("activities"),
            tables: doc.get_or_insert_map("tables"),
            now: doc.get_or_insert_map("now"),
        }
    }

    /// Reads the whole plan, and the places of its rows.
    pub(super) fn read<T: ReadTxn>(&self, txn: &T) -> (PlanSnapshot, Activities, Tables) {
        let details = |key| value::string(&self.plan, txn, key);
        let brief = |part| value::string(&self.brief, txn, brief_key(part)).unwrap_or_default();
        let activities = Rows::from_unordered(rows(txn, &self.activities, ActivityId::parse));
        let mut tables = rows(txn, &self.tables, TableId::parse);
        tables.retain(|(_, id)| *id != TableId::elsewhere());
        let tables = Rows::from_unordered(tables);
        let snapshot = PlanSnapshot {
            schema: self.schema(txn),
            title: details("title").unwrap_or_default(),
            question: details("question").unwrap_or_default(),
            session: details("session")
                .and_then(|name| session_named(&name))
                .unwrap_or_default(),
            brief: Brief {
                fixed: brief(BriefPart::Fixed),
                open: brief(BriefPart::Open),
                decides: brief(BriefPart::Decides),
                by_when: brief(BriefPart::ByWhen),
                red_lines: brief(BriefPart::RedLines),
                levers: brief(BriefPart::Levers),
            },
            activities: activities
                .ids()
                .filter_map(|id| self.activity(txn, id))
                .collect(),
            tables: tables
                .ids()
                .map(|id| self.table(txn, id, ""))
                .chain([self.table(txn, &TableId::elsewhere(), ELSEWHERE)])
                .collect(),
            now: self.read_now(txn, &activities, &tables),
            language: details("language").unwrap_or_default(),
        };
        (snapshot, activities, tables)
    }

    fn schema<T: ReadTxn>(&self, txn: &T) -> u32 {
        value::whole(&self.plan, txn, "schema")
            .map_or(0, |version| u32::try_from(version).unwrap_or(u32::MAX))
    }

    fn activity<T: ReadTxn>(&self, txn: &T, id: &ActivityId) -> Option<Activity> {
        let map = value::map(&self.activities, txn, id.as_str())?;
        let words = |key| value::string(&map, txn, key).unwrap_or_default();
        Some(Activity {
            id: id.clone(),
            method: words("method"),
            title: words("title"),
            prompt: words("prompt"),
            story: words("story"),
            minutes: value::whole(&map, txn, "minutes")
                .map_or(0, |minutes| u32::try_from(minutes).unwrap_or(u32::MAX)),
            sharing: if words("sharing") == sharing_name(Sharing::Shared) {
                Sharing::Shared
            } else {
                Sharing::EachTable
            },
        })
    }

    fn table<T: ReadTxn>(&self, txn: &T, id: &TableId, default_name: &str) -> Table {
        let name = value::map(&self.tables, txn, id.as_str())
            .and_then(|map| value::string(&map, txn, "name"))
            .unwrap_or_else(|| default_name.to_owned());
        Table {
            id: id.clone(),
            name,
        }
    }

    /// What is on. An activity or table that was taken away is not on, whatever the document says.
    fn read_now<T: ReadTxn>(&self, txn: &T, activities: &Activities, tables: &Tables) -> Now {
        let activity = value::string(&self.now, txn, "activity")
            .and_then(|id| ActivityId::parse(&id).ok())
            .filter(|id| activities.contains(id));
        let timer_ends_ms = value::whole(&self.now, txn, "timer_ends");
        let wall = value::string(&self.now, txn, "wall").unwrap_or_default();
        let wall = match wall.strip_prefix("table:").map(TableId::parse) {
            Some(Ok(id)) if id == TableId::elsewhere() || tables.contains(&id) => {
                WallView::Table(id)
            }
            Some(_) => WallView::Activity,
            None if wall == "activity" => WallView::Activity,
            None => WallView::Welcome,
        };
        Now {
            timer_ends_ms: timer_ends_ms.filter(|_| activity.is_some()),
            activity,
            wall,
        }
    }

    pub(super) fn write(&self, txn: &mut TransactionMut<'_>, writes: &[Write]) {
        let schema = self.schema(txn);
        if schema < VERSION {
            migrate::run(migrate::PLAN, txn, schema);
            self.plan
                .insert(txn, "schema", value::from_number(f64::from(VERSION)));
        }
        for write in writes {
            self.write_one(txn, write);
        }
    }

    fn write_one(&self, txn: &mut TransactionMut<'_>, write: &Write) {
        let mut set = |map: &MapRef, key: &str, value: Any| {
            map.insert(txn, key, value);
        };
        match write {
            Write::Title(words) => set(&self.plan, "title", value::from_str(words)),
            Write::Question(words) => set(&self.plan, "question", value::from_str(words)),
            Write::Session(session) => {
                set(
                    &self.plan,
                    "session",
                    value::from_str(session_name(*session)),
                );
            }
            Write::Language(tag) => set(&self.plan, "language", value::from_str(tag)),
            Write::Brief(part, words) => {
                set(&self.brief, brief_key(*part), value::from_str(words));
            }
            Write::NewActivity(new, order) => {
                let map = self
                    .activities
                    .insert(txn, new.id.as_str(), MapPrelim::default());
                map.insert(txn, "method", new.method.as_str());
                map.insert(txn, "title", new.title.as_str());
                map.insert(txn, "prompt", new.prompt.as_str());
                map.insert(txn, "story", new.story.as_str());
                map.insert(txn, "minutes", value::from_number(f64::from(new.minutes)));
                map.insert(txn, "sharing", sharing_name(new.sharing));
                map.insert(txn, "order", order.as_str());
            }
            Write::Activity(id, edit) => {
                let (key, value) = match edit {
                    ActivityEdit::Title(words) => ("title", value::from_str(words)),
                    ActivityEdit::Prompt(words) => ("prompt", value::from_str(words)),
                    ActivityEdit::Story(words) => ("story", value::from_str(words)),
                    ActivityEdit::Minutes(minutes) => {
                        ("minutes", value::from_number(f64::from(*minutes)))
                    }
                    ActivityEdit::Sharing(sharing) => {
                        ("sharing", value::from_str(sharing_name(*sharing)))
                    }
                };
                set_in_row(&self.activities, txn, id.as_str(), key, value);
            }
            Write::ActivityOrder(id, order) => {
                let order = value::from_str(order);
                set_in_row(&self.activities, txn, id.as_str(), "order", order);
            }
            Write::RemoveActivity(id) => {
                self.activities.remove(txn, id.as_str());
            }
            Write::NewTable(id, name, order) => {
                let map = self.tables.insert(txn, id.as_str(), MapPrelim::default());
                map.insert(txn, "name", name.as_str());
                map.insert(txn, "order", order.as_str());
            }
            Write::TableName(id, name) => {
                if value::map(&self.tables, txn, id.as_str()).is_none() {
                    self.tables.insert(txn, id.as_str(), MapPrelim::default());
                }
                set_in_row(
                    &self.tables,
                    txn,
                    id.as_str(),
                    "name",
                    value::from_str(name),
                );
            }
            Write::RemoveTable(id) => {
                self.tables.remove(txn, id.as_str());
            }
            // Both keys every time, and null rather than no key: two facilitators who start
            // different activities at once never get the one's activity with the other's timer.
            Write::Now(activity, timer_ends_ms) => {
                let id = activity
                    .as_ref()
                    .map_or(Any::Null, |id| value::from_str(id.as_str()));
                set(&self.now, "activity", id);
                let ends = timer_ends_ms.map_or(Any::Null, |ms| value::from_number(ms as f64));
                set(&self.now, "timer_ends", ends);
            }
            Write::Wall(view) => {
                let name = match view {
                    WallView::Welcome => "welcome".to_owned(),
                    WallView::Activity => "activity".to_owned(),
                    WallView::Table(id) => format!("table:{id}"),
                };
                set(&self.now, "wall", value::from_str(&name));
            }
        }
    }
}

/// The rows of a root whose ids and maps are good, with their orders.
fn rows<T: ReadTxn, Id, E>(
    txn: &T,
    root: &MapRef,
    parse: fn(&str) -> Result<Id, E>,
) -> Vec<(String, Id)> {
    root.keys(txn)
        .filter_map(|key| {
            let row = value::map(root, txn, key)?;
            let order = value::string(&row, txn, "order").unwrap_or_default();
            Some((order, parse(key).ok()?))
        })
        .collect()
}

fn set_in_row(root: &MapRef, txn: &mut TransactionMut<'_>, id: &str, key: &str, value: Any) {
    if let Some(row) = value::map(root, txn, id) {
        row.insert(txn, key, value);
    }
}

fn brief_key(part: BriefPart) -> &'static str {
    match part {
        BriefPart::Fixed => "fixed",
        BriefPart::Open => "open",
        BriefPart::Decides => "decides",
        BriefPart::ByWhen => "by_when",
        BriefPart::RedLines => "red_lines",
        BriefPart::Levers => "levers",
    }
}

fn brief_part(brief: &Brief, part: BriefPart) -> &String {
    match part {
        BriefPart::Fixed => &brief.fixed,
        BriefPart::Open => &brief.open,
        BriefPart::Decides => &brief.decides,
        BriefPart::ByWhen => &brief.by_when,
        BriefPart::RedLines => &brief.red_lines,
        BriefPart::Levers => &brief.levers,
    }
}

fn session_name(session: SessionKind) -> &'static str {
    match session {
        SessionKind::Consultation => "consultation",
        SessionKind::CoDesign => "codesign",
        SessionKind::CoProduction => "coproduction",
    }
}

fn session_named(name: &str) -> Option<SessionKind> {
    [
        SessionKind::Consultation,
        SessionKind::CoDesign,
        SessionKind::CoProduction,
    ]
    .into_iter()
    .find(|session| session_name(*session) == name)
}

fn sharing_name(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::EachTable => "eachtable",
        Sharing::Shared => "shared",
    }
}
