//! Fields to write in and choices to make, the same on every form. What is missing is said here, beside
//! the field, and never by the browser.

use super::each::each;
use leptos::prelude::*;

/// A field for one line, kept in a signal as it is typed.
#[component]
pub fn TextField(
    /// The field's identifier on the page.
    id: &'static str,
    /// What to write.
    label: &'static str,
    /// A word of help under the label; none when empty.
    #[prop(optional)]
    hint: &'static str,
    /// Whether the form waits for it.
    #[prop(optional)]
    needed: bool,
    /// What is wrong with what is written, until that changes; nothing when empty.
    #[prop(optional)]
    wrong: RwSignal<&'static str>,
    /// What is written.
    value: RwSignal<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = if hint.is_empty() {
        format!("{id}-wrong")
    } else {
        format!("{hint_id} {id}-wrong")
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input
                class="input"
                type="text"
                id=id
                autocomplete="off"
                aria-describedby=described
                aria-required=needed.then_some("true")
                aria-invalid=move || is_wrong(wrong)
                prop:value=move || value.get()
                on:input=move |event| {
                    wrong.set("");
                    value.set(event_target_value(&event));
                }
            />
            <WhatIsWrong id=id wrong=wrong />
        </div>
    }
}

/// The sentence beside a field that something is wrong with. Who submits the form is taken to the first
/// such field, and so hears it.
#[component]
fn WhatIsWrong(id: &'static str, wrong: RwSignal<&'static str>) -> impl IntoView {
    view! {
        <p class="wrong" id=format!("{id}-wrong")>
            {move || wrong.get()}
        </p>
    }
}

fn is_wrong(wrong: RwSignal<&'static str>) -> Option<&'static str> {
    (!wrong.get().is_empty()).then_some("true")
}

/// A field of something shared: shows it as it is, and keeps what is written when it is left.
/// Nothing is sent while someone types, and a change from elsewhere shows only in a field that
/// changed.
#[component]
pub fn KeptField(
    /// The field's identifier on the page.
    #[prop(into)]
    id: String,
    /// What to write.
    label: &'static str,
    /// Whether it has room for several lines.
    #[prop(optional)]
    long: bool,
    /// What is there.
    value: Memo<String>,
    /// Keeps what was written.
    #[prop(into)]
    keep: Callback<String>,
) -> impl IntoView {
    let keep_if_new = move |written: String| {
        if written != value.get_untracked() {
            keep.run(written);
        }
    };
    let input = if long {
        view! {
            <textarea
                class="input"
                id=id.clone()
                prop:value=move || value.get()
                on:change=move |event| keep_if_new(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                class="input"
                type="text"
                id=id.clone()
                autocomplete="off"
                prop:value=move || value.get()
                on:change=move |event| keep_if_new(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {input}
        </div>
    }
}

/// One of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is chosen, for the program.
    pub value: String,
    /// Its name.
    pub name: String,
    /// One plain sentence about it; may be empty.
    pub about: String,
}

/// A question with one answer of several, each a card to tap. A form waits for the answer.
#[component]
pub fn Choices(
    /// Names the group on the page.
    id: &'static str,
    /// The question.
    question: &'static str,
    /// A word of help under the question; none when empty.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with the answer, until another one is given; nothing when empty.
    #[prop(optional)]
    wrong: RwSignal<&'static str>,
    /// The answers.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The value of the answer chosen; empty for none.
    chosen: RwSignal<String>,
) -> impl IntoView {
    let question_id = format!("{id}-question");
    view! {
        <div
            class="choices"
            role="radiogroup"
            aria-labelledby=question_id
            aria-required="true"
            aria-describedby=format!("{id}-wrong")
            aria-invalid=move || is_wrong(wrong)
        >
            <div class="question">
                <p id=question_id.clone()>{question}</p>
                {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
                <WhatIsWrong id=id wrong=wrong />
            </div>
            <div class="answers">
                {each(move || options.get(), |choice: &Choice| choice.value.clone() + &choice.name, move |choice| view! { <Answer group=id choice=choice chosen=chosen wrong=wrong /> })}
            </div>
        </div>
    }
}

#[component]
fn Answer(
    group: &'static str,
    choice: Choice,
    chosen: RwSignal<String>,
    wrong: RwSignal<&'static str>,
) -> impl IntoView {
    let Choice { value, name, about } = choice;
    let name_id = format!("{group}-{value}-name");
    let about_id = format!("{group}-{value}-about");
    let described = (!about.is_empty()).then(|| about_id.clone());
    let (own, picked) = (value.clone(), value.clone());
    view! {
        <label class="choice">
            <input
                type="radio"
                name=group
                value=value
                aria-labelledby=name_id.clone()
                aria-describedby=described
                prop:checked=move || chosen.with(|chosen| *chosen == own)
                on:change=move |_| {
                    wrong.set("");
                    chosen.set(picked.clone());
                }
            />
            <span class="words">
                <span class="name" id=name_id>{name}</span>
                {(!about.is_empty())
                    .then(|| view! { <span class="about" id=about_id>{about}</span> })}
            </span>
        </label>
    }
}
