//! Fields to write in and choices to make, the same on every form.

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
    /// Whether the form waits for it; the browser says so in the reader's language.
    #[prop(optional)]
    needed: bool,
    /// What is written.
    value: RwSignal<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input
                class="input"
                type="text"
                id=id
                autocomplete="off"
                required=needed
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
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
    /// The answers.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The value of the answer chosen; empty for none.
    chosen: RwSignal<String>,
) -> impl IntoView {
    let question_id = format!("{id}-question");
    view! {
        <div class="choices" role="radiogroup" aria-labelledby=question_id>
            <div class="question">
                <p id=question_id.clone()>{question}</p>
                {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            </div>
            <div class="answers">
                {each(move || options.get(), |choice: &Choice| choice.value.clone() + &choice.name, move |choice| view! { <Answer group=id choice=choice chosen=chosen /> })}
            </div>
        </div>
    }
}

#[component]
fn Answer(group: &'static str, choice: Choice, chosen: RwSignal<String>) -> impl IntoView {
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
                required
                value=value
                aria-labelledby=name_id.clone()
                aria-describedby=described
                prop:checked=move || chosen.with(|chosen| *chosen == own)
                on:change=move |_| chosen.set(picked.clone())
            />
            <span class="words">
                <span class="name" id=name_id>{name}</span>
                {(!about.is_empty())
                    .then(|| view! { <span class="about" id=about_id>{about}</span> })}
            </span>
        </label>
    }
}
