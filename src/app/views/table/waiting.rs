//! A table before the first activity: that it opens by itself, and what is honest to say.

use leptos::prelude::*;

use crate::mirror::Workshop;
use crate::views::frame::{Bar, SavedOrNot};
use crate::views::icon::Icon;
use crate::views::join::HonestBrief;
use crate::words::{self, table};

/// Before the first activity.
#[component]
pub fn Waiting() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    view! {
        <Bar>
            <SavedOrNot />
        </Bar>
        <main class="form-screen waiting-screen">
            <header>
                <h1>{move || workshop.plan.with(|plan| words::title_or_none(&plan.title))}</h1>
                <p class="asked">{move || workshop.plan.with(|plan| plan.question.clone())}</p>
            </header>
            <section class="panel waiting-note" role="status">
                <Icon name="clock" />
                <div>
                    <h2>{table::WAITING}</h2>
                    <p>{table::WAITING_HINT}</p>
                </div>
            </section>
            <HonestBrief />
            <button type="button" class="button" on:click=move |_| workshop.sit(None)>
                <Icon name="back" />
                {table::CHANGE_TABLE}
            </button>
        </main>
    }
}
