//! Reads a method's file: TOML text in, a [`Method`] out, or where and what is wrong.
//!
//! This module owns the shape of `catalog/*.toml` (see `FORMAT.md`) and what can be said of one
//! thing by itself; `check` owns what things say of one another. It must never let a file pass that
//! a screen could not show.

use serde::Deserialize;
use toml::Spanned;

use crate::check;
use crate::format::{
    CardKind, ChoiceOption, Company, Curve, Drafts, Field, FieldIs, FieldKind, Filter, Follow,
    Heading, ICONS, Layout, LinkEnd, LinkKind, Method, Round, Shape, Sharing, Step, StoryGuide,
    Tally, Zone,
};
use crate::source::{BadFile, Source, absent};

/// The longest name or title, in characters: what fits on a button or a zone's strip.
const NAME: usize = 60;
/// The longest prompt or sentence.
const SENTENCE: usize = 240;
/// The longest activity, in minutes.
const MINUTES: u32 = 600;

type Words = Spanned<String>;

/// A method's file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MethodFile {
    pub(crate) id: Words,
    name: Words,
    about: Words,
    prompt: Words,
    minutes: Spanned<u32>,
    #[serde(default)]
    sharing: Sharing,
    #[serde(default)]
    drafts: Drafts,
    #[serde(default)]
    totals_only: bool,
    story: Option<StoryGuide>,
    pub(crate) layout: Spanned<LayoutFile>,
    #[serde(default)]
    pub(crate) zones: Vec<Spanned<ZoneFile>>,
    #[serde(default)]
    pub(crate) rows: Vec<Spanned<ZoneFile>>,
    #[serde(default)]
    pub(crate) columns: Vec<Spanned<HeadingFile>>,
    pub(crate) kinds: Spanned<Vec<KindFile>>,
    #[serde(default)]
    pub(crate) links: Vec<LinkFile>,
    #[serde(default)]
    pub(crate) filters: Vec<FilterFile>,
    steps: Spanned<Vec<StepFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutFile {
    shape: Words,
    across: Option<Spanned<u32>>,
    cards_across: Spanned<u32>,
    cards_down: Option<Spanned<u32>>,
    rows_title: Option<Words>,
    columns_title: Option<Words>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZoneFile {
    pub(crate) id: Words,
    title: Words,
    #[serde(default = "absent")]
    prompt: Words,
    #[serde(default)]
    pub(crate) kinds: Vec<Words>,
    #[serde(default)]
    pub(crate) closed_until: Vec<Words>,
    pub(crate) curve: Option<Spanned<Curve>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadingFile {
    pub(crate) id: Words,
    title: Words,
    #[serde(default = "absent")]
    prompt: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindFile {
    pub(crate) id: Words,
    name: Words,
    icon: Words,
    about: Words,
    #[serde(default)]
    pub(crate) fields: Vec<FieldFile>,
    #[serde(default)]
    pub(crate) follow: Vec<FollowFile>,
    #[serde(default)]
    becomes_table: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldFile {
    pub(crate) id: Words,
    label: Words,
    kind: Words,
    min: Option<Spanned<f64>>,
    max: Option<Spanned<f64>>,
    step: Option<Spanned<f64>>,
    low: Option<Words>,
    high: Option<Words>,
    options: Option<Spanned<Vec<OptionFile>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionFile {
    id: Words,
    label: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowFile {
    words: Words,
    pub(crate) kind: Words,
    pub(crate) link: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkFile {
    pub(crate) id: Words,
    name: Words,
    back: Words,
    #[serde(default)]
    pub(crate) from: Vec<Words>,
    #[serde(default)]
    pub(crate) to: Vec<Words>,
    tally: Option<TallyFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyFile {
    at: LinkEnd,
    one: Words,
    many: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterFile {
    pub(crate) id: Words,
    title: Words,
    #[serde(default)]
    pub(crate) kinds: Vec<Words>,
    pub(crate) field: Option<Spanned<FieldIs>>,
    pub(crate) without_link: Option<Words>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    title: Words,
    words: Words,
    minutes: Spanned<u32>,
    #[serde(default)]
    company: Company,
    round: Option<Spanned<Round>>,
}

/// Reads a method's file. The file's name is the method's id and `.toml`; folders before it are
/// only repeated in the error.
///
/// # Errors
/// [`BadFile`] with the file, the line and what is wrong there.
pub fn read(file_name: &str, text: &str) -> Result<Method, BadFile> {
    let source = Source {
        file: file_name,
        text,
    };
    let file: MethodFile = source.parse()?;
    check::file_name(source, &file.id)?;
    let zones = zones(source, &file)?;
    let kinds = source.each(file.kinds.as_ref(), kind)?;
    if kinds.is_empty() {
        return source.fail(&file.kinds, "a method needs at least one kind of card");
    }
    let steps = source.each(file.steps.as_ref(), step)?;
    let method = Method {
        id: source.id(&file.id)?,
        name: source.words(&file.name, NAME)?,
        about: sentence(source, &file.about)?,
        prompt: source.words(&file.prompt, SENTENCE)?,
        minutes: minutes(source, &file.minutes)?,
        sharing: file.sharing,
        drafts: file.drafts,
        totals_only: file.totals_only,
        story: file.story.clone(),
        layout: layout(source, &file)?,
        zones,
        kinds,
        links: source.each(&file.links, link)?,
        filters: source.each(&file.filters, filter)?,
        steps,
    };
    if method.steps.is_empty() {
        return source.fail(&file.steps, "a method needs at least one step");
    }
    let in_steps: u32 = method.steps.iter().map(|step| step.minutes).sum();
    if in_steps > method.minutes {
        let what = format!(
            "the steps take {in_steps} minutes, the method {}",
            method.minutes
        );
        return source.fail(&file.minutes, what);
    }
    check::references(source, &file, &method)?;
    Ok(method)
}

impl Source<'_> {
    fn each<F, T>(
        self,
        files: &[F],
        read: impl Fn(Self, &F) -> Result<T, BadFile>,
    ) -> Result<Vec<T>, BadFile> {
        files.iter().map(|file| read(self, file)).collect()
    }
}

fn sentence(source: Source, words: &Words) -> Result<String, BadFile> {
    let text = source.words(words, SENTENCE)?;
    if text.ends_with('.') {
        Ok(text)
    } else {
        source.fail(words, "a sentence ends with a full stop")
    }
}

fn minutes(source: Source, minutes: &Spanned<u32>) -> Result<u32, BadFile> {
    if *minutes.as_ref() > MINUTES {
        return source.fail(minutes, format!("at most {MINUTES} minutes"));
    }
    Ok(*minutes.as_ref())
}

fn count(source: Source, count: &Spanned<u32>) -> Result<u32, BadFile> {
    if (1..=20).contains(count.as_ref()) {
        Ok(*count.as_ref())
    } else {
        source.fail(count, "a number from 1 to 20")
    }
}

fn layout(source: Source, file: &MethodFile) -> Result<Layout, BadFile> {
    let written = file.layout.as_ref();
    let number = |given: &Option<Spanned<u32>>, otherwise| {
        given
            .as_ref()
            .map_or(Ok(otherwise), |given| count(source, given))
    };
    let title = |given: &Option<Words>| {
        given
            .as_ref()
            .map_or(Ok(String::new()), |given| source.words(given, NAME))
    };
    let shape = match written.shape.as_ref().as_str() {
        "canvas" => Shape::Canvas,
        "columns" => Shape::Columns {
            across: number(&written.across, file.zones.len().max(1) as u32)?,
        },
        "grid" => Shape::Grid {
            rows: source.each(&file.rows, |source, row| {
                let row = row.as_ref();
                heading(source, &row.id, &row.title, &row.prompt)
            })?,
            columns: source.each(&file.columns, |source, column| {
                let column = column.as_ref();
                heading(source, &column.id, &column.title, &column.prompt)
            })?,
            rows_title: title(&written.rows_title)?,
            columns_title: title(&written.columns_title)?,
        },
        "rings" => Shape::Rings,
        other => {
            let what = format!("there is no shape {other:?}: canvas, columns, grid or rings");
            return source.fail(&written.shape, what);
        }
    };
    if let (Some(across), false) = (&written.across, matches!(shape, Shape::Columns { .. })) {
        return source.fail(across, "only columns have `across`");
    }
    for title in [&written.rows_title, &written.columns_title]
        .into_iter()
        .flatten()
    {
        if !matches!(shape, Shape::Grid { .. }) {
            return source.fail(title, "only a grid has titles for its rows and columns");
        }
    }
    check::zones_fit_shape(source, file, &shape)?;
    Ok(Layout {
        shape,
        cards_across: count(source, &written.cards_across)?,
        cards_down: number(&written.cards_down, 1)?,
    })
}

fn heading(source: Source, id: &Words, title: &Words, prompt: &Words) -> Result<Heading, BadFile> {
    Ok(Heading {
        id: source.id(id)?,
        title: source.words(title, NAME)?,
        prompt: source.words_or_none(prompt, SENTENCE)?,
    })
}

/// The zones as written, and the cells of a grid. A row that waits for another row does so cell by
/// cell, each for the one in its own column.
fn zones(source: Source, file: &MethodFile) -> Result<Vec<Zone>, BadFile> {
    let zone = |source: Source, zone: &Spanned<ZoneFile>| {
        let zone = zone.as_ref();
        let ids = |ids: &[Words]| ids.iter().map(|id| id.as_ref().clone()).collect();
        Ok(Zone {
            id: source.id(&zone.id)?,
            title: source.words(&zone.title, NAME)?,
            prompt: source.words_or_none(&zone.prompt, SENTENCE)?,
            kinds: ids(&zone.kinds),
            closed_until: ids(&zone.closed_until),
            curve: zone.curve.as_ref().map(|curve| curve.as_ref().clone()),
        })
    };
    let mut zones = source.each(&file.zones, zone)?;
    for row in source.each(&file.rows, zone)? {
        for column in &file.columns {
            let column = column.as_ref();
            zones.push(Zone {
                id: format!("{}.{}", row.id, column.id.as_ref()),
                title: format!("{}: {}", column.title.as_ref(), row.title),
                closed_until: row
                    .closed_until
                    .iter()
                    .map(|other| format!("{other}.{}", column.id.as_ref()))
                    .collect(),
                ..row.clone()
            });
        }
    }
    Ok(zones)
}

fn kind(source: Source, kind: &KindFile) -> Result<CardKind, BadFile> {
    if !ICONS.contains(&kind.icon.as_ref().as_str()) {
        let what = format!(
            "there is no icon {:?}: {}",
            kind.icon.as_ref(),
            ICONS.join(", ")
        );
        return source.fail(&kind.icon, what);
    }
    source.unique("fields", kind.fields.iter().map(|field| &field.id))?;
    Ok(CardKind {
        id: source.id(&kind.id)?,
        name: source.words(&kind.name, NAME)?,
        icon: kind.icon.as_ref().clone(),
        about: sentence(source, &kind.about)?,
        fields: source.each(&kind.fields, field)?,
        follow: source.each(&kind.follow, |source, follow| {
            Ok(Follow {
                words: source.words(&follow.words, NAME)?,
                kind: follow.kind.as_ref().clone(),
                link: follow.link.as_ref().clone(),
            })
        })?,
        becomes_table: kind.becomes_table,
    })
}

fn field(source: Source, field: &FieldFile) -> Result<Field, BadFile> {
    let kind = match field.kind.as_ref().as_str() {
        "flag" => FieldKind::Flag,
        "text" => FieldKind::Text,
        "date" => FieldKind::Date,
        "number" => number(source, field)?,
        "choice" => choice(source, field)?,
        other => {
            let what =
                format!("there is no field of kind {other:?}: flag, text, date, number or choice");
            return source.fail(&field.kind, what);
        }
    };
    let numbers = [&field.min, &field.max, &field.step]
        .into_iter()
        .flatten()
        .map(Spanned::span);
    let ends = [&field.low, &field.high]
        .into_iter()
        .flatten()
        .map(Spanned::span);
    if let (Some(place), false) = (
        numbers.chain(ends).next(),
        matches!(kind, FieldKind::Number { .. }),
    ) {
        return Err(source.bad(place, "only a number has min, max, step, low and high"));
    }
    if let (Some(options), false) = (&field.options, matches!(kind, FieldKind::Choice { .. })) {
        return source.fail(options, "only a choice has options");
    }
    Ok(Field {
        id: source.id(&field.id)?,
        label: source.words(&field.label, NAME)?,
        kind,
    })
}

fn number(source: Source, field: &FieldFile) -> Result<FieldKind, BadFile> {
    let value = |given: &Option<Spanned<f64>>| given.as_ref().map(|given| *given.as_ref());
    for given in [&field.min, &field.max, &field.step].into_iter().flatten() {
        if !given.as_ref().is_finite() {
            return source.fail(given, "a number that ends");
        }
    }
    if let (Some(min), Some(max)) = (value(&field.min), &field.max)
        && min >= *max.as_ref()
    {
        return source.fail(max, "the highest number must be over the lowest");
    }
    if let Some(step) = &field.step
        && *step.as_ref() <= 0.0
    {
        return source.fail(step, "a step must be over 0");
    }
    let words = |given: &Option<Words>| {
        given
            .as_ref()
            .map_or(Ok(String::new()), |given| source.words(given, NAME))
    };
    Ok(FieldKind::Number {
        min: value(&field.min),
        max: value(&field.max),
        step: value(&field.step).unwrap_or(1.0),
        low: words(&field.low)?,
        high: words(&field.high)?,
    })
}

fn choice(source: Source, field: &FieldFile) -> Result<FieldKind, BadFile> {
    let Some(options) = &field.options else {
        return source.fail(&field.kind, "a choice needs options");
    };
    if options.as_ref().len() < 2 {
        return source.fail(options, "a choice needs at least two options");
    }
    source.unique("options", options.as_ref().iter().map(|option| &option.id))?;
    let option = |source: Source, option: &OptionFile| {
        Ok(ChoiceOption {
            id: source.id(&option.id)?,
            label: source.words(&option.label, NAME)?,
        })
    };
    Ok(FieldKind::Choice {
        options: source.each(options.as_ref(), option)?,
    })
}

fn link(source: Source, link: &LinkFile) -> Result<LinkKind, BadFile> {
    let ids = |ids: &[Words]| ids.iter().map(|id| id.as_ref().clone()).collect();
    let tally = |tally: &TallyFile| {
        if !tally.many.as_ref().contains("{n}") {
            return source.fail(
                &tally.many,
                "the words for more than one need {n} for the number",
            );
        }
        Ok(Tally {
            at: tally.at,
            one: source.words(&tally.one, NAME)?,
            many: source.words(&tally.many, NAME)?,
        })
    };
    Ok(LinkKind {
        id: source.id(&link.id)?,
        name: source.words(&link.name, NAME)?,
        back: source.words(&link.back, NAME)?,
        from: ids(&link.from),
        to: ids(&link.to),
        tally: link.tally.as_ref().map(tally).transpose()?,
    })
}

fn filter(source: Source, filter: &FilterFile) -> Result<Filter, BadFile> {
    Ok(Filter {
        id: source.id(&filter.id)?,
        title: source.words(&filter.title, NAME)?,
        kinds: filter.kinds.iter().map(|id| id.as_ref().clone()).collect(),
        field: filter.field.as_ref().map(|field| field.as_ref().clone()),
        without_link: filter
            .without_link
            .as_ref()
            .map(|link| link.as_ref().clone()),
    })
}

fn step(source: Source, step: &StepFile) -> Result<Step, BadFile> {
    if let Some(round) = &step.round {
        let good = match round.as_ref() {
            Round::Private => true,
            Round::Vote { dots } => (1..=20).contains(dots),
            Round::Score { passes, min, max } => (1..=20).contains(passes) && min < max,
        };
        if !good {
            let what = "a vote has 1 to 20 dots; a score 1 to 20 passes and a min under its max";
            return source.fail(round, what);
        }
    }
    Ok(Step {
        title: source.words(&step.title, NAME)?,
        words: source.words(&step.words, SENTENCE)?,
        minutes: minutes(source, &step.minutes)?,
        company: step.company,
        round: step.round.as_ref().map(|round| round.as_ref().clone()),
    })
}
