//! How long the workshop is kept, always in sight, and its end. It must never delete at one tap.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device::Device;
use crate::mirror::{Keeping, Workshop};
use crate::views::dialog::Dialog;
use crate::views::field::{Choice, Choices};
use crate::views::sure::Sure;
use crate::words::{self, keeping as said};

/// The days to choose from, as far as the relay allows.
const DAYS: [u32; 5] = [7, 30, 90, 180, 365];

/// Until when it is kept, and the way to change that.
#[component]
pub fn KeptUntil(change: RwSignal<bool>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let until = move || {
        let keeping = workshop.access.with(|access| access.keeping)?;
        Some(said::kept_until(&device.day(keeping.kept_until_ms)))
    };
    view! {
        <Show when=move || workshop.access.with(|access| access.keeping.is_some())>
            <span>{until}</span>
            <button type="button" class="button quiet small" on:click=move |_| change.set(true)>
                {said::CHANGE}
            </button>
        </Show>
    }
}

/// The dialog in which both are done.
#[component]
pub fn KeepOrDelete(open: RwSignal<bool>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let keeping = move || workshop.access.with_untracked(|access| access.keeping);
    view! {
        <Dialog id="keeping" title=said::HEADING open=open>
            {keeping().map(|keeping| view! { <Keep keeping=keeping /> })}
            <Delete />
        </Dialog>
    }
}

#[component]
fn Keep(keeping: Keeping) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let chosen = RwSignal::new(keeping.keep_days.to_string());
    let told = RwSignal::new(String::new());
    Effect::new(move || {
        let Ok(days) = chosen.get().parse::<u32>() else {
            return;
        };
        let now = workshop.access.with_untracked(|access| access.keeping);
        if now.is_none_or(|now| now.keep_days == days) {
            return;
        }
        spawn_local(async move {
            match device
                .keep(&workshop.id.get_value(), &workshop.key(), days)
                .await
            {
                Ok(keeping) => {
                    workshop
                        .access
                        .update(|access| access.keeping = Some(keeping));
                    told.set(said::kept_until(&device.day(keeping.kept_until_ms)));
                }
                Err(unanswered) => told.set(words::unanswered(unanswered)),
            }
        });
    });
    view! {
        <Choices id="keep-days" question=said::HOW_LONG options=days(keeping) chosen=chosen />
        <p class="hint" role="status">{told}</p>
    }
}

fn days(keeping: Keeping) -> Vec<Choice> {
    let mut days: Vec<u32> = DAYS.to_vec();
    days.push(keeping.keep_days);
    days.retain(|days| *days <= keeping.most_keep_days);
    days.sort_unstable();
    days.dedup();
    let choice = |days: u32| Choice {
        value: days.to_string(),
        name: said::days(days),
        about: String::new(),
    };
    days.into_iter().map(choice).collect()
}

/// The end, asked for twice.
#[component]
fn Delete() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let wrong = RwSignal::new(None::<String>);
    let delete = move |()| {
        spawn_local(async move {
            let id = workshop.id.get_value();
            match device.delete_workshop(&id, &workshop.key()).await {
                Ok(()) => {
                    device.forget(&id);
                    device.go("/");
                }
                Err(unanswered) => wrong.set(Some(words::unanswered(unanswered))),
            }
        });
    };
    view! {
        <section class="plan-part" aria-labelledby="delete-workshop">
            <h3 id="delete-workshop">{said::DELETE}</h3>
            <p class="hint">{said::DELETE_HINT}</p>
            <Sure icon="trash" ask=said::DELETE_NOW confirm=said::DELETE_FOR_GOOD act=delete />
            <p class="wrong" role="alert">{move || wrong.get()}</p>
        </section>
    }
}
