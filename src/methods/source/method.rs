//! Reads a method's file: TOML text in, a [`Method`] out, or where and what is wrong.
//!
//! This module owns what can be said of one thing by itself; `check` owns what things say of one
//! another. It must never let a file pass that a screen could not show.

use toml::Spanned;

use super::check;
use super::fields::field;
use super::file::{
    FilterFile, KindFile, LinkFile, MethodFile, StepFile, TallyFile, Words, ZoneFile,
};
use super::place::{BadFile, NAME, SENTENCE, Source};
use crate::format::{
    CardKind, Filter, Follow, Heading, ICONS, Layout, LinkKind, Method, Round, Shape, Step, Tally,
    Zone,
};

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
        about: source.sentence(&file.about)?,
        prompt: source.words(&file.prompt, SENTENCE)?,
        minutes: source.minutes(&file.minutes)?,
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
        about: source.sentence(&kind.about)?,
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
        minutes: source.minutes(&step.minutes)?,
        company: step.company,
        round: step.round.as_ref().map(|round| round.as_ref().clone()),
    })
}
