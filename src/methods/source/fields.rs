//! Reads the fields of a kind of card: what can be filled in, and between which bounds.
//!
//! It must never let a field pass that a sheet could not ask for.

use toml::Spanned;

use super::file::{FieldFile, OptionFile, Words};
use super::place::{BadFile, NAME, Source};
use crate::format::{ChoiceOption, Field, FieldKind};

/// Reads one field.
pub(crate) fn field(source: Source, field: &FieldFile) -> Result<Field, BadFile> {
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
