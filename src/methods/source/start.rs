//! Reads a starting point's file: TOML text in, a [`Start`] out, or where and what is wrong.
//!
//! This module owns the shape of `starts/*.toml` (see `FORMAT.md`). It holds every card against the
//! method that its board follows. It must never let a file pass that could not be seeded.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::check;
use super::place::{BadFile, SENTENCE, Source, absent};
use crate::format::{CardKind, FieldKind, Method, Sharing};
use crate::start::{
    BriefText, SEATS, SampleTitle, Session, Start, StartActivity, StartBoard, StartCard,
    StartGroup, StartLink, StartTable, StartValue,
};

/// The longest title, in characters.
const TITLE: usize = 80;
/// The longest story, part of the brief or text of a card. The documents hold at most 4,000.
const TEXT: usize = 2_000;

type Words = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StartFile {
    id: Words,
    order: u32,
    title: Words,
    about: Words,
    sample: Option<SampleTitle>,
    session: Session,
    #[serde(default)]
    brief: BriefText,
    tables: Vec<TableFile>,
    activities: Spanned<Vec<ActivityFile>>,
    now: Option<Words>,
    #[serde(default)]
    boards: Vec<BoardFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    id: Words,
    name: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityFile {
    id: Words,
    method: Words,
    title: Option<Words>,
    prompt: Option<Words>,
    #[serde(default = "absent")]
    story: Words,
    minutes: Option<Spanned<u32>>,
    sharing: Option<Sharing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardFile {
    activity: Words,
    table: Option<Words>,
    #[serde(default)]
    groups: Vec<GroupFile>,
    cards: Vec<CardFile>,
    #[serde(default)]
    links: Vec<LinkFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    id: Words,
    title: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    id: Words,
    kind: Words,
    zone: Words,
    text: Words,
    at: Option<Spanned<[f64; 2]>>,
    seat: Option<Words>,
    #[serde(default)]
    fields: BTreeMap<String, Spanned<StartValue>>,
    group: Option<Words>,
    from: Option<Words>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkFile {
    from: Words,
    to: Words,
    kind: Words,
}

/// Reads a starting point's file and holds it against the methods.
///
/// # Errors
/// [`BadFile`] with the file, the line and what is wrong there.
pub(crate) fn read_start(
    file_name: &str,
    text: &str,
    methods: &[Method],
) -> Result<Start, BadFile> {
    let source = Source {
        file: file_name,
        text,
    };
    let file: StartFile = source.parse()?;
    check::file_name(source, &file.id)?;
    source.unique("tables", file.tables.iter().map(|table| &table.id))?;
    source.unique(
        "activities",
        file.activities.as_ref().iter().map(|activity| &activity.id),
    )?;
    if file.activities.as_ref().is_empty() {
        return source.fail(&file.activities, "a plan needs at least one activity");
    }
    let reader = Reader {
        source,
        file: &file,
        methods,
    };
    let activities = file
        .activities
        .as_ref()
        .iter()
        .map(|activity| reader.activity(activity));
    let activities: Vec<StartActivity> = activities.collect::<Result<_, _>>()?;
    let table = |table: &TableFile| {
        Ok(StartTable {
            id: source.id(&table.id)?,
            name: source.words(&table.name, TITLE)?,
        })
    };
    let mut boards = Vec::new();
    for board in &file.boards {
        let read = reader.board(board, &activities)?;
        let same =
            |other: &StartBoard| (&other.activity, &other.table) == (&read.activity, &read.table);
        if boards.iter().any(same) {
            return source.fail(&board.activity, "there are two of this board");
        }
        boards.push(read);
    }
    if let Some(now) = &file.now {
        source.known(
            "activity",
            now,
            activities.iter().map(|activity| activity.id.as_str()),
        )?;
    }
    Ok(Start {
        id: source.id(&file.id)?,
        order: file.order,
        title: source.words(&file.title, TITLE)?,
        about: source.words(&file.about, SENTENCE)?,
        sample: file.sample.clone(),
        session: file.session,
        brief: file.brief.clone(),
        tables: file.tables.iter().map(table).collect::<Result<_, _>>()?,
        now: file.now.as_ref().map(|now| now.as_ref().clone()),
        activities,
        boards,
    })
}

struct Reader<'a> {
    source: Source<'a>,
    file: &'a StartFile,
    methods: &'a [Method],
}

impl Reader<'_> {
    fn activity(&self, activity: &ActivityFile) -> Result<StartActivity, BadFile> {
        let source = self.source;
        let method = self
            .methods
            .iter()
            .find(|method| method.id == *activity.method.as_ref());
        let Some(method) = method else {
            let what = format!("there is no method {:?}", activity.method.as_ref());
            return source.fail(&activity.method, what);
        };
        let words = |given: &Option<Words>, longest, otherwise: &String| {
            given
                .as_ref()
                .map_or(Ok(otherwise.clone()), |given| source.words(given, longest))
        };
        Ok(StartActivity {
            id: source.id(&activity.id)?,
            method: method.id.clone(),
            title: words(&activity.title, TITLE, &method.name)?,
            prompt: words(&activity.prompt, SENTENCE, &method.prompt)?,
            story: source.words_or_none(&activity.story, TEXT)?,
            minutes: activity
                .minutes
                .as_ref()
                .map_or(Ok(method.minutes), |m| source.minutes(m))?,
            sharing: activity.sharing.unwrap_or(method.sharing),
        })
    }

    fn board(
        &self,
        board: &BoardFile,
        activities: &[StartActivity],
    ) -> Result<StartBoard, BadFile> {
        let source = self.source;
        let name = board.activity.as_ref();
        let Some(activity) = activities.iter().find(|activity| activity.id == *name) else {
            return source.fail(&board.activity, format!("there is no activity {name:?}"));
        };
        match (&board.table, activity.sharing) {
            (Some(table), Sharing::EachTable) => {
                let tables = self
                    .file
                    .tables
                    .iter()
                    .map(|table| table.id.as_ref().as_str());
                source.known("table", table, tables)?;
            }
            (None, Sharing::Shared) => {}
            (Some(table), Sharing::Shared) => {
                return source.fail(table, "all tables share the board of this activity");
            }
            (None, Sharing::EachTable) => {
                return source.fail(
                    &board.activity,
                    "say at which table: each has its own board",
                );
            }
        }
        let method = self
            .methods
            .iter()
            .find(|method| method.id == activity.method);
        let method = method.expect("an activity was read with its method");
        source.unique("groups", board.groups.iter().map(|group| &group.id))?;
        source.unique("cards", board.cards.iter().map(|card| &card.id))?;
        let group = |group: &GroupFile| {
            Ok(StartGroup {
                id: source.id(&group.id)?,
                title: source.words_or_none(&group.title, TITLE)?,
            })
        };
        let cards = board
            .cards
            .iter()
            .map(|card| self.card(card, board, method));
        let cards: Vec<StartCard> = cards.collect::<Result<_, _>>()?;
        let links = board
            .links
            .iter()
            .map(|link| self.link(link, &cards, method));
        Ok(StartBoard {
            activity: name.clone(),
            table: board.table.as_ref().map(|table| table.as_ref().clone()),
            groups: board.groups.iter().map(group).collect::<Result<_, _>>()?,
            links: links.collect::<Result<_, _>>()?,
            cards,
        })
    }

    fn card(
        &self,
        card: &CardFile,
        board: &BoardFile,
        method: &Method,
    ) -> Result<StartCard, BadFile> {
        let source = self.source;
        let zone = source.known(
            "zone",
            &card.zone,
            method.zones.iter().map(|z| z.id.as_str()),
        )?;
        let Some(kind) = method.kind(card.kind.as_ref()) else {
            let what = format!("{} has no kind of card {:?}", method.id, card.kind.as_ref());
            return source.fail(&card.kind, what);
        };
        if !method
            .kinds_in(&zone)
            .iter()
            .any(|offered| offered.id == kind.id)
        {
            return source.fail(&card.kind, format!("{zone:?} takes no {:?}", kind.id));
        }
        let groups = board.groups.iter().map(|group| group.id.as_ref().as_str());
        let cards = board.cards.iter().map(|card| card.id.as_ref().as_str());
        let seat = card
            .seat
            .as_ref()
            .map(|seat| source.known("seat", seat, SEATS.into_iter()));
        let group = card
            .group
            .as_ref()
            .map(|group| source.known("group", group, groups));
        let from = card
            .from
            .as_ref()
            .map(|from| source.known("card", from, cards));
        if let Some(at) = &card.at
            && !at
                .as_ref()
                .iter()
                .all(|number| number.is_finite() && *number >= 0.0)
        {
            return source.fail(at, "a place is two numbers from 0");
        }
        let mut fields = BTreeMap::new();
        for (id, value) in &card.fields {
            self.value(kind, id, value)?;
            fields.insert(id.clone(), value.as_ref().clone());
        }
        Ok(StartCard {
            id: source.id(&card.id)?,
            kind: kind.id.clone(),
            zone,
            text: source.words(&card.text, TEXT)?,
            at: card.at.as_ref().map(|at| *at.as_ref()),
            seat: seat.transpose()?.unwrap_or_else(|| SEATS[0].to_owned()),
            fields,
            group: group.transpose()?,
            from: from.transpose()?,
        })
    }

    fn value(&self, kind: &CardKind, id: &str, value: &Spanned<StartValue>) -> Result<(), BadFile> {
        let Some(field) = kind.field(id) else {
            return self
                .source
                .fail(value, format!("{:?} has no field {id:?}", kind.id));
        };
        let fits = match (&field.kind, value.as_ref()) {
            (FieldKind::Flag, StartValue::Flag(_)) | (FieldKind::Date, StartValue::Text(_)) => true,
            (FieldKind::Text, StartValue::Text(text)) => text.chars().count() <= TEXT,
            (FieldKind::Number { min, max, .. }, StartValue::Number(number)) => {
                min.is_none_or(|min| *number >= min) && max.is_none_or(|max| *number <= max)
            }
            (FieldKind::Choice { options }, StartValue::Text(text)) => {
                options.iter().any(|option| option.id == *text)
            }
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            self.source.fail(value, format!("{id:?} cannot hold this"))
        }
    }

    fn link(
        &self,
        link: &LinkFile,
        cards: &[StartCard],
        method: &Method,
    ) -> Result<StartLink, BadFile> {
        let source = self.source;
        let card = |name: &Words| match cards.iter().find(|card| card.id == *name.as_ref()) {
            Some(card) => Ok(card),
            None => source.fail(name, format!("there is no card {:?}", name.as_ref())),
        };
        let (from, to) = (card(&link.from)?, card(&link.to)?);
        let kind = link.kind.as_ref();
        if from.id == to.id {
            return source.fail(&link.to, "a card cannot be linked to itself");
        }
        match method.link(kind) {
            None => source.fail(&link.kind, format!("{} has no link {kind:?}", method.id)),
            Some(known) if !known.joins(&from.kind, &to.kind) => {
                let what = format!("{kind:?} cannot go from {:?} to {:?}", from.kind, to.kind);
                source.fail(&link.kind, what)
            }
            Some(_) => Ok(StartLink {
                from: from.id.clone(),
                to: to.id.clone(),
                kind: kind.clone(),
            }),
        }
    }
}
