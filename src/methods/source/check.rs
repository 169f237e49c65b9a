//! Checks what the things in a method's file say of one another: every name that is used exists,
//! none is given twice, and what is offered can be done.
//!
//! It must never change what it checks.

use toml::Spanned;

use super::file::MethodFile;
use super::place::{BadFile, Source};
use crate::format::{FieldKind, Method, Shape};

/// The most rings whose titles and cards still fit around one another.
const MAX_RINGS: usize = 6;

/// A file is named after the id inside it.
pub(crate) fn file_name(source: Source, id: &Spanned<String>) -> Result<(), BadFile> {
    let name = source.file.rsplit('/').next().unwrap_or_default();
    if name.strip_suffix(".toml") == Some(id.as_ref()) {
        return Ok(());
    }
    source.fail(
        id,
        format!("the file is named {name}, the id is {:?}", id.as_ref()),
    )
}

/// A shape has the zones, rows and columns that it needs, and no others.
pub(crate) fn zones_fit_shape(
    source: Source,
    file: &MethodFile,
    shape: &Shape,
) -> Result<(), BadFile> {
    let grid = matches!(shape, Shape::Grid { .. });
    let wrong_in_grid = file
        .zones
        .first()
        .map(|zone| (zone.span(), "a grid has rows and columns"));
    let row = file.rows.first().map(Spanned::span);
    let column = file.columns.first().map(Spanned::span);
    let wrong_elsewhere = row
        .or(column)
        .map(|place| (place, "only a grid has rows and columns"));
    if let Some((place, what)) = if grid { wrong_in_grid } else { wrong_elsewhere } {
        return Err(source.bad(place, what));
    }
    let enough = match shape {
        Shape::Canvas => file.zones.len() == 1,
        Shape::Columns { .. } => !file.zones.is_empty(),
        Shape::Grid { .. } => !file.rows.is_empty() && !file.columns.is_empty(),
        Shape::Rings => (2..=MAX_RINGS).contains(&file.zones.len()),
    };
    let needs = match shape {
        Shape::Canvas => "a canvas has exactly one zone",
        Shape::Columns { .. } => "columns need at least one zone",
        Shape::Grid { .. } => "a grid needs rows and columns",
        Shape::Rings => "rings are 2 to 6 zones",
    };
    if enough {
        Ok(())
    } else {
        source.fail(&file.layout, needs)
    }
}

/// Every name that is used exists, and none is given twice.
pub(crate) fn references(
    source: Source,
    file: &MethodFile,
    method: &Method,
) -> Result<(), BadFile> {
    let zones = || file.zones.iter().chain(&file.rows).map(Spanned::as_ref);
    source.unique("zones", zones().map(|zone| &zone.id))?;
    source.unique(
        "columns",
        file.columns.iter().map(|column| &column.as_ref().id),
    )?;
    source.unique("kinds", file.kinds.as_ref().iter().map(|kind| &kind.id))?;
    source.unique("links", file.links.iter().map(|link| &link.id))?;
    source.unique("filters", file.filters.iter().map(|filter| &filter.id))?;

    for zone in zones() {
        for kind in &zone.kinds {
            known_kind(source, method, kind)?;
        }
        for other in &zone.closed_until {
            source.known("zone", other, zones().map(|zone| zone.id.as_ref().as_str()))?;
            if other.as_ref() == zone.id.as_ref() {
                return source.fail(other, "a zone cannot wait for itself");
            }
        }
        if let Some(curve) = &zone.curve {
            let field = method.kind(&curve.as_ref().kind);
            let field = field.and_then(|kind| kind.field(&curve.as_ref().field));
            if !field.is_some_and(|field| matches!(field.kind, FieldKind::Number { .. })) {
                return source.fail(curve, "a curve needs a kind of card and its number field");
            }
        }
    }
    for link in &file.links {
        for kind in link.from.iter().chain(&link.to) {
            known_kind(source, method, kind)?;
        }
    }
    follows(source, file, method)?;
    filters(source, file, method)
}

fn follows(source: Source, file: &MethodFile, method: &Method) -> Result<(), BadFile> {
    for kind in file.kinds.as_ref() {
        for follow in &kind.follow {
            known_kind(source, method, &follow.kind)?;
            let link = method.link(follow.link.as_ref());
            let Some(link) = link else {
                return source.fail(&follow.link, no("link", &follow.link));
            };
            let (from, to) = (kind.id.as_ref(), follow.kind.as_ref());
            if !link.joins(from, to) {
                let what = format!("the link {:?} cannot go from {from:?} to {to:?}", link.id);
                return source.fail(&follow.link, what);
            }
        }
    }
    Ok(())
}

fn filters(source: Source, file: &MethodFile, method: &Method) -> Result<(), BadFile> {
    for filter in &file.filters {
        for kind in &filter.kinds {
            known_kind(source, method, kind)?;
        }
        if let Some(link) = &filter.without_link {
            source.known(
                "link",
                link,
                method.links.iter().map(|link| link.id.as_str()),
            )?;
        }
        let Some(field) = &filter.field else { continue };
        let asked = filter.kinds.iter().map(|kind| kind.as_ref().as_str());
        let of_all = method.kinds.iter().map(|kind| kind.id.as_str());
        let kinds: Vec<&str> = if filter.kinds.is_empty() {
            of_all.collect()
        } else {
            asked.collect()
        };
        let has_option = |kind: &&str| {
            let found = method
                .kind(kind)
                .and_then(|kind| kind.field(&field.as_ref().id));
            found.is_some_and(|found| match &found.kind {
                FieldKind::Choice { options } => {
                    options.iter().any(|option| option.id == field.as_ref().is)
                }
                _ => false,
            })
        };
        if !kinds.iter().all(has_option) {
            let what = "each kind of card asked for needs this choice with this option";
            return source.fail(field, what);
        }
    }
    Ok(())
}

fn known_kind(source: Source, method: &Method, kind: &Spanned<String>) -> Result<(), BadFile> {
    let kinds = method.kinds.iter().map(|kind| kind.id.as_str());
    source.known("kind of card", kind, kinds).map(drop)
}

fn no(what: &str, name: &Spanned<String>) -> String {
    format!("there is no {what} {:?}", name.as_ref())
}
