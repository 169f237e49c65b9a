//! What a method lets people fill in on a card besides its text.

use std::collections::BTreeMap;

use leptos::prelude::*;
use methods::{CardKind, Field, FieldKind};
use workshop::board::FieldValue;
use workshop::id::CardId;

use super::scene::Scene;
use crate::mirror::CardStateStoreFields;
use crate::words::table as words;

/// What a card says of its fields, in words: the options chosen, the questions said yes to, numbers.
/// What was written at length is in the sheet, so that a card stays a card.
pub fn said(kind: &CardKind, fields: &BTreeMap<String, FieldValue>) -> Vec<String> {
    let words = |field: &Field| match (&field.kind, fields.get(&field.id)?) {
        (FieldKind::Flag, FieldValue::Flag(true)) => Some(field.label.clone()),
        (FieldKind::Choice { options }, FieldValue::Text(chosen)) => options
            .iter()
            .find(|option| option.id == *chosen)
            .map(|option| option.label.clone()),
        (FieldKind::Number { .. }, FieldValue::Number(number)) => {
            Some(format!("{}: {number}", field.label))
        }
        _ => None,
    };
    kind.fields.iter().filter_map(words).collect()
}

/// Everything that was filled in on a card: the labels, and what was said.
pub fn all_said(kind: &CardKind, fields: &BTreeMap<String, FieldValue>) -> Vec<(String, String)> {
    let answer = |field: &Field| match (&field.kind, fields.get(&field.id)?) {
        (FieldKind::Choice { options }, FieldValue::Text(chosen)) => options
            .iter()
            .find(|option| option.id == *chosen)
            .map(|option| option.label.clone()),
        (_, FieldValue::Flag(said)) => said.then(|| words::YES.to_owned()),
        (_, FieldValue::Number(number)) => Some(number.to_string()),
        (_, FieldValue::Text(text)) => Some(text.clone()),
    };
    let said = |field: &Field| Some((field.label.clone(), answer(field)?));
    kind.fields.iter().filter_map(said).collect()
}

/// The fields of a card, to be filled in.
#[component]
pub fn Fields(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let kind = Memo::new(move |_| state.kind().with(|kind| scene.method.kind(kind)));
    let card = StoredValue::new(card);
    view! {
        {move || {
            let fields = kind.get().map(|kind| kind.fields.iter()).into_iter().flatten();
            fields
                .map(|field| {
                    let name = field.id.clone();
                    let value = Memo::new(move |_| {
                        state.fields().with(|fields| fields.get(&name).cloned())
                    });
                    view! { <OneField card=card field=field value=value /> }
                })
                .collect_view()
        }}
    }
    .into_any()
}

#[component]
fn OneField(
    card: StoredValue<CardId>,
    field: &'static Field,
    value: Memo<Option<FieldValue>>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let id = format!("field-{}", field.id);
    let set = move |value: Option<FieldValue>| scene.set_field(&card.get_value(), &field.id, value);
    let text = move || match value.get() {
        Some(FieldValue::Text(text)) => text,
        Some(FieldValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let set_text = move |text: String| {
        set((!text.trim().is_empty()).then_some(FieldValue::Text(text)));
    };
    match &field.kind {
        FieldKind::Flag => view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || value.get() == Some(FieldValue::Flag(true))
                    on:change=move |event| {
                        set(event_target_checked(&event).then_some(FieldValue::Flag(true)));
                    }
                />
                <span>{field.label.clone()}</span>
            </label>
        }
        .into_any(),
        FieldKind::Choice { options } => view! {
            <div class="field">
                <label for=id.clone()>{field.label.clone()}</label>
                <select
                    class="input"
                    id=id
                    prop:value=text
                    on:change=move |event| set_text(event_target_value(&event))
                >
                    <option value="">{words::NOT_SET}</option>
                    {options
                        .iter()
                        .map(|option| {
                            let own = option.id.clone();
                            view! {
                                <option value=option.id.clone() selected=move || text() == own>
                                    {option.label.clone()}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
        }
        .into_any(),
        FieldKind::Number {
            min,
            max,
            step,
            low,
            high,
        } => view! {
            <div class="field">
                <label for=id.clone()>{field.label.clone()}</label>
                <input
                    class="input"
                    type="number"
                    id=id
                    min=*min
                    max=*max
                    step=*step
                    prop:value=text
                    on:change=move |event| {
                        set(event_target_value(&event).parse().ok().map(FieldValue::Number));
                    }
                />
                <p class="hint ends">
                    <span>{low.clone()}</span>
                    <span>{high.clone()}</span>
                </p>
            </div>
        }
        .into_any(),
        FieldKind::Text | FieldKind::Date => {
            let input_type = if field.kind == FieldKind::Date {
                "date"
            } else {
                "text"
            };
            view! {
                <div class="field">
                    <label for=id.clone()>{field.label.clone()}</label>
                    <input
                        class="input"
                        type=input_type
                        id=id
                        autocomplete="off"
                        prop:value=text
                        on:change=move |event| set_text(event_target_value(&event))
                    />
                </div>
            }
            .into_any()
        }
    }
}
