//! The agenda: every activity in order, and the button that starts it.

use leptos::prelude::*;
use workshop::id::ActivityId;
use workshop::plan::{Activity, PlanCommand};

use super::start;
use crate::device::Device;
use crate::mirror::Workshop;
use crate::views::each::each;
use crate::views::icon::Icon;
use crate::words::{self, facilitator, plan as plan_words};

/// The second press of a double click, within so many milliseconds, must not stop what the first
/// started.
const DOUBLE_MS: u64 = 1_000;

/// The agenda, and the way to change the plan.
#[component]
pub fn Agenda(#[prop(into)] change: Callback<()>) -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    let ids = Memo::new(move |_| {
        plan.with(|plan| {
            plan.activities
                .iter()
                .map(|a| a.id.clone())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <nav class="agenda" aria-labelledby="agenda">
            <h2 id="agenda">{facilitator::AGENDA}</h2>
            <Show
                when=move || ids.with(|ids| !ids.is_empty())
                fallback=|| view! { <p class="hint">{facilitator::AGENDA_EMPTY}</p> }
            >
                <ol>
                    {each(move || ids.get(), ActivityId::clone, move |id| view! { <Entry id=id /> })}
                </ol>
            </Show>
            <button type="button" class="button quiet change" on:click=move |_| change.run(())>
                <Icon name="pencil" />
                {plan_words::HEADING}
            </button>
        </nav>
    }
}

#[component]
fn Entry(id: ActivityId) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let id = StoredValue::new(id);
    let activity = Memo::new(move |_| {
        plan.with(|plan| {
            plan.activities
                .iter()
                .find(|a| a.id == id.get_value())
                .cloned()
        })
    });
    let is_on =
        Memo::new(move |_| plan.with(|plan| plan.now.activity.as_ref() == Some(&id.get_value())));
    let read = move |part: fn(&Activity) -> String| {
        activity.with(|activity| activity.as_ref().map(part).unwrap_or_default())
    };
    let title = move || read(|activity| activity.title.clone());
    let minutes = move || read(|activity| words::minutes(activity.minutes));
    let device = expect_context::<Device>();
    let started_ms = StoredValue::new(None::<u64>);
    let press = move |_| {
        if !is_on.get_untracked() {
            started_ms.set_value(Some(device.now_ms()));
            start(workshop, &id.get_value());
        } else if started_ms
            .get_value()
            .is_none_or(|then| device.now_ms() > then + DOUBLE_MS)
        {
            workshop.run(PlanCommand::StopActivity);
        }
    };
    view! {
        <li class="entry" aria-current=move || is_on.get().then_some("step")>
            <div class="words">
                <p class="name">{title}</p>
                <p class="hint">
                    {minutes}
                    {move || {
                        is_on
                            .get()
                            .then(|| view! { <span class="tag">{facilitator::ON_NOW}</span> })
                    }}
                </p>
            </div>
            <button type="button" class="button small" on:click=press>
                {move || {
                    let (icon, word) = if is_on.get() {
                        ("stop", facilitator::STOP)
                    } else {
                        ("play", facilitator::START)
                    };
                    view! {
                        <Icon name=icon />
                        <span>{word}<span class="unseen">" " {title}</span></span>
                    }
                }}
            </button>
        </li>
    }
}
