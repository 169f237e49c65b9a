//! Joining: what is honest to say first, where one sits, a name if one likes, board or list. One
//! button. The name is presence only and must never reach a card.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use workshop::id::TableId;
use workshop::plan::Brief;

use super::each::each;
use super::field::{Choice, Choices, TextField};
use super::frame::Bar;
use super::getting::OncePlanned;
use super::icon::Icon;
use crate::browser::dom;
use crate::device::Device;
use crate::mirror::{Sitting, Workshop};
use crate::words::{self, join};

/// The setting that remembers whether someone works on the board or in the list.
pub const WORK_IN: &str = "work-in";
/// Its value for the list.
pub const IN_LIST: &str = "list";
/// Its value for the board.
pub const ON_BOARD: &str = "board";

/// The join screen, shown until someone has said where they are.
#[component]
pub fn Join() -> impl IntoView {
    view! {
        <OncePlanned>
            <Form />
        </OncePlanned>
    }
}

#[component]
fn Form() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let plan = workshop.plan;
    let last = workshop.last_sitting();
    let sat_at = last.as_ref().map(|last| last.table.to_string());
    let table = RwSignal::new(device.asked_for("table").or(sat_at).unwrap_or_default());
    let name = RwSignal::new(last.and_then(|last| last.name).unwrap_or_default());
    let how = RwSignal::new(
        device
            .setting(WORK_IN)
            .unwrap_or_else(|| ON_BOARD.to_owned()),
    );
    let options = Signal::derive(move || places(workshop));
    let nowhere = RwSignal::new("");
    let join_in = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = table.get_untracked();
        let there = plan.with_untracked(|plan| {
            plan.tables
                .iter()
                .find(|table| table.id.as_str() == chosen)
                .map(|t| t.id.clone())
        });
        let Some(table) = there.or_else(|| elsewhere(&chosen)) else {
            nowhere.set(join::WHERE_NEEDED);
            dom::focus_first_wrong();
            return;
        };
        device.set_setting(WORK_IN, &how.get_untracked());
        let name = name.get_untracked().trim().to_owned();
        let name = (!name.is_empty()).then_some(name);
        workshop.sit(Some(Sitting { table, name }));
    };
    view! {
        <Bar />
        <main>
            <div class="form-screen join-screen">
                <header>
                    <h1>{move || plan.with(|plan| words::title_or_none(&plan.title))}</h1>
                    <p class="asked">{move || plan.with(|plan| plan.question.clone())}</p>
                </header>
                <HonestBrief />
                <form id="join" on:submit=join_in>
                    <Choices id="where" question=join::WHERE wrong=nowhere options=options chosen=table />
                    <TextField id="name" label=join::NAME hint=join::NAME_HINT value=name />
                    <Choices id="how" question=join::HOW options=ways() chosen=how />
                </form>
            </div>
            <div class="join-end">
                <button type="submit" form="join" class="button primary large">
                    <Icon name="check" />
                    {join::JOIN_IN}
                </button>
            </div>
        </main>
    }
}

/// The honest brief with the kind of session: what is fixed, what is open, who decides.
#[component]
pub fn HonestBrief() -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    let parts = Memo::new(move |_| plan.with(|plan| brief_parts(&plan.brief)));
    let first = Memo::new(move |_| parts.with(|parts| parts[..parts.len().min(SHOWN)].to_vec()));
    let rest = Memo::new(move |_| parts.with(|parts| parts[parts.len().min(SHOWN)..].to_vec()));
    let session = Memo::new(move |_| plan.with(|plan| plan.session));
    view! {
        <section class="brief panel" aria-labelledby="brief">
            <h2 id="brief">{join::BRIEF}</h2>
            <p class="session-kind">
                <strong>{move || words::session_name(session.get())}</strong>
                <span>{move || words::session_meaning(session.get())}</span>
            </p>
            <Show
                when=move || parts.with(|parts| !parts.is_empty())
                fallback=|| view! { <p class="hint">{join::NO_BRIEF}</p> }
            >
                <PartsOfBrief parts=first />
                <Show when=move || rest.with(|rest| !rest.is_empty())>
                    <details>
                        <summary>{join::REST}</summary>
                        <PartsOfBrief parts=rest />
                    </details>
                </Show>
            </Show>
        </section>
    }
}

/// How many parts of a brief are shown before the rest is asked for: a long one must not keep
/// anyone from the table.
const SHOWN: usize = 3;

type Part = (&'static str, String);

#[component]
fn PartsOfBrief(parts: Memo<Vec<Part>>) -> impl IntoView {
    view! {
        <dl>
            {each(move || parts.get(), |(label, words): &Part| format!("{label}{words}"), move |(label, words)| view! { <div>
                    <dt>{label}</dt>
                    <dd>{words}</dd>
                </div> })}
        </dl>
    }
}

fn brief_parts(brief: &Brief) -> Vec<Part> {
    [
        (join::FIXED, &brief.fixed),
        (join::OPEN, &brief.open),
        (join::DECIDES, &brief.decides),
        (join::BY_WHEN, &brief.by_when),
        (join::RED_LINES, &brief.red_lines),
        (join::LEVERS, &brief.levers),
    ]
    .into_iter()
    .filter(|(_, words)| !words.trim().is_empty())
    .map(|(label, words)| (label, words.clone()))
    .collect()
}

fn places(workshop: Workshop) -> Vec<Choice> {
    let table = |id: &TableId, name: &str| Choice {
        value: id.to_string(),
        name: name.to_owned(),
        about: String::new(),
    };
    let mut places: Vec<_> = workshop.plan.with(|plan| {
        plan.tables
            .iter()
            .filter(|t| t.id != TableId::elsewhere())
            .map(|t| table(&t.id, &t.name))
            .collect()
    });
    let from_afar = TableId::elsewhere();
    places.push(Choice {
        about: join::ELSEWHERE_ABOUT.to_owned(),
        ..table(&from_afar, join::ELSEWHERE)
    });
    places
}

fn elsewhere(chosen: &str) -> Option<TableId> {
    let elsewhere = TableId::elsewhere();
    (elsewhere.as_str() == chosen).then_some(elsewhere)
}

fn ways() -> Vec<Choice> {
    let way = |value: &str, name: &str, about: &str| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        about: about.to_owned(),
    };
    vec![
        way(ON_BOARD, words::BOARD, join::BOARD_ABOUT),
        way(IN_LIST, words::LIST, join::LIST_ABOUT),
    ]
}
