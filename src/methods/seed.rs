//! The documents of a new workshop: its plan, and the boards that already have cards.
//!
//! Seeded content is written once, here, before anyone joins; never by two clients at once. The
//! randomness for identifiers is an argument.

use std::collections::BTreeMap;

use workshop::ClientId;
use workshop::address::DocumentKind;
use workshop::board::{Board, Command, FieldValue, NewCard, Point, Refusal, Seat};
use workshop::id::{ActivityId, BoardId, CardId, GroupId, LinkId, TableId};
use workshop::plan::{
    BriefPart, NewActivity, Plan, PlanCommand, PlanRefusal, SessionKind, Sharing as PlanSharing,
    WallView,
};
use workshop::text::is_blank;

use crate::catalog::{catalog, starts_in_full};
use crate::format::{Method, Sharing};
use crate::geometry::Area;
use crate::start::{SEATS, Session, Start, StartActivity, StartBoard, StartCard, StartValue};

/// Why a workshop was not seeded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSeed {
    /// There is no starting point with this identifier.
    #[error("there is no starting point {0:?}")]
    UnknownStart(String),
    /// A workshop needs a title that can be seen; only samples have one of their own.
    #[error("a workshop needs a title")]
    NoTitle,
    /// The title or the question is longer than a plan holds.
    #[error("the title or the question is too long: {0}")]
    TooLong(PlanRefusal),
}

/// What a new workshop begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// Its title.
    pub title: String,
    /// Its documents, each whole as update v1, the plan first.
    pub documents: Vec<(DocumentKind, Vec<u8>)>,
}

/// Makes what a new workshop begins with.
///
/// A blank title or question means the starting point's own; only samples have one. `entropy`
/// gives fresh random bits at every call.
///
/// # Errors
/// [`CannotSeed`] when there is no such starting point, no title, or too long a title or question.
pub fn seed(
    start: &str,
    title: &str,
    question: &str,
    mut entropy: impl FnMut() -> u128,
) -> Result<Seeded, CannotSeed> {
    let unknown = || CannotSeed::UnknownStart(start.to_owned());
    let start = starts_in_full()
        .iter()
        .find(|known| known.id == start)
        .ok_or_else(unknown)?;
    let names = Names::new(start, &mut entropy);
    let mut plan = Plan::new(client(&mut entropy));
    let own = start.sample.as_ref();
    let title = or_own(title, own.map(|own| &own.title)).ok_or(CannotSeed::NoTitle)?;
    let question = or_own(question, own.map(|own| &own.question)).unwrap_or_default();
    for command in [
        PlanCommand::SetTitle(title.clone()),
        PlanCommand::SetQuestion(question),
    ] {
        plan.run(command).map_err(CannotSeed::TooLong)?;
    }
    for command in plan_commands(start, &names) {
        plan.run(command)
            .expect("the build script checked the starting points");
    }
    let mut documents = vec![(DocumentKind::Plan, plan.encode())];
    for written in &start.boards {
        let mut board = Board::new(client(&mut entropy));
        let activity = names.activity(&written.activity);
        let id = match &written.table {
            Some(table) => BoardId::at_table(activity, names.table(table)),
            None => BoardId::shared(activity),
        };
        fill(&mut board, start, written, &mut entropy)
            .expect("the build script checked the starting points");
        documents.push((DocumentKind::Board(id), board.encode()));
    }
    Ok(Seeded { title, documents })
}

/// What was given, or the starting point's own where nothing can be seen of that.
fn or_own(given: &str, own: Option<&String>) -> Option<String> {
    if is_blank(given) {
        own.cloned()
    } else {
        Some(given.trim().to_owned())
    }
}

/// The fresh identifiers of what a starting point names.
struct Names<'a> {
    activities: BTreeMap<&'a str, ActivityId>,
    tables: BTreeMap<&'a str, TableId>,
}

impl<'a> Names<'a> {
    fn new(start: &'a Start, entropy: &mut impl FnMut() -> u128) -> Self {
        let activities = start.activities.iter();
        let tables = start.tables.iter();
        Self {
            activities: activities
                .map(|activity| (activity.id.as_str(), ActivityId::from_random(entropy())))
                .collect(),
            tables: tables
                .map(|table| (table.id.as_str(), TableId::from_random(entropy())))
                .collect(),
        }
    }

    fn activity(&self, name: &str) -> &ActivityId {
        &self.activities[name]
    }

    fn table(&self, name: &str) -> &TableId {
        &self.tables[name]
    }
}

/// A client id below 2^53, as every replica has. 0 is left to nobody.
fn client(entropy: &mut impl FnMut() -> u128) -> ClientId {
    ClientId((entropy() as u64 >> 11).max(1))
}

fn plan_commands(start: &Start, names: &Names) -> Vec<PlanCommand> {
    let session = match start.session {
        Session::Consultation => SessionKind::Consultation,
        Session::CoDesign => SessionKind::CoDesign,
        Session::CoProduction => SessionKind::CoProduction,
    };
    let brief = &start.brief;
    let brief = [
        (BriefPart::Fixed, &brief.fixed),
        (BriefPart::Open, &brief.open),
        (BriefPart::Decides, &brief.decides),
        (BriefPart::ByWhen, &brief.by_when),
        (BriefPart::RedLines, &brief.red_lines),
        (BriefPart::Levers, &brief.levers),
    ];
    let mut commands = vec![
        PlanCommand::SetLanguage("en-GB".to_owned()),
        PlanCommand::SetSession(session),
    ];
    let written = brief.into_iter().filter(|(_, words)| !words.is_empty());
    commands.extend(written.map(|(part, words)| PlanCommand::SetBrief(part, words.clone())));
    commands.extend(
        start
            .tables
            .iter()
            .map(|table| PlanCommand::AddTable(names.table(&table.id).clone(), table.name.clone())),
    );
    commands.extend(
        start
            .activities
            .iter()
            .map(|activity| PlanCommand::AddActivity(new(activity, names))),
    );
    if let Some(now) = &start.now {
        commands.push(PlanCommand::StartActivity(
            names.activity(now).clone(),
            None,
        ));
        commands.push(PlanCommand::ShowOnWall(WallView::Activity));
    }
    commands
}

fn new(activity: &StartActivity, names: &Names) -> NewActivity {
    NewActivity {
        id: names.activity(&activity.id).clone(),
        method: activity.method.clone(),
        title: activity.title.clone(),
        prompt: activity.prompt.clone(),
        story: activity.story.clone(),
        minutes: activity.minutes,
        sharing: activity.sharing.into(),
    }
}

fn fill(
    board: &mut Board,
    start: &Start,
    written: &StartBoard,
    entropy: &mut impl FnMut() -> u128,
) -> Result<(), Refusal> {
    let activity = start
        .activities
        .iter()
        .find(|activity| activity.id == written.activity);
    let activity = activity.expect("the build script checked the board's activity");
    let method = catalog().method(&activity.method);
    let method = method.expect("the build script checked the activity's method");
    let mut commands = vec![Command::SetMethod(method.id.clone())];
    let cards: BTreeMap<&str, CardId> = written
        .cards
        .iter()
        .map(|card| (card.id.as_str(), CardId::from_random(entropy())))
        .collect();
    for (card, at) in written.cards.iter().zip(places(method, &written.cards)) {
        commands.push(Command::Create(NewCard {
            id: cards[card.id.as_str()].clone(),
            kind: card.kind.clone(),
            text: card.text.clone(),
            fields: card
                .fields
                .iter()
                .map(|(id, value)| (id.clone(), value.into()))
                .collect(),
            zone: card.zone.clone(),
            at,
            seat: seat(&card.seat),
            from: card.from.as_ref().map(|from| cards[from.as_str()].clone()),
            photo: None,
        }));
    }
    for group in &written.groups {
        let inside = written
            .cards
            .iter()
            .filter(|card| card.group.as_ref() == Some(&group.id));
        commands.push(Command::Group {
            group: GroupId::from_random(entropy()),
            title: Some(group.title.clone()),
            cards: inside.map(|card| cards[card.id.as_str()].clone()).collect(),
        });
    }
    for link in &written.links {
        commands.push(Command::Link {
            link: LinkId::from_random(entropy()),
            from: cards[link.from.as_str()].clone(),
            to: cards[link.to.as_str()].clone(),
            kind: link.kind.clone(),
        });
    }
    commands
        .into_iter()
        .try_for_each(|command| board.run(command, 0))
}

/// Where each card goes: as written, or the first place that none of the others has.
fn places(method: &Method, cards: &[StartCard]) -> Vec<Point> {
    let ground = method.ground();
    let mut places: Vec<Option<Point>> = cards
        .iter()
        .map(|card| card.at.map(|[x, y]| Point { x, y }))
        .collect();
    for i in 0..cards.len() {
        if places[i].is_none() {
            let zone = &cards[i].zone;
            let same_zone = cards
                .iter()
                .zip(&places)
                .filter(|(card, _)| card.zone == *zone);
            let taken: Vec<Area> = same_zone.filter_map(|(_, at)| at.map(Area::card)).collect();
            places[i] = Some(ground.free_spot(zone, &taken));
        }
    }
    places.into_iter().flatten().collect()
}

fn seat(name: &str) -> Seat {
    let index = SEATS.iter().position(|known| *known == name);
    Seat::ALL[index.expect("the build script checked the seats")]
}

impl From<Sharing> for PlanSharing {
    fn from(sharing: Sharing) -> Self {
        match sharing {
            Sharing::EachTable => Self::EachTable,
            Sharing::Shared => Self::Shared,
        }
    }
}

impl From<&StartValue> for FieldValue {
    fn from(value: &StartValue) -> Self {
        match value {
            StartValue::Flag(flag) => Self::Flag(*flag),
            StartValue::Number(number) => Self::Number(*number),
            StartValue::Text(text) => Self::Text(text.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
