//! What a report link opens: what the workshop asked, on what terms, and what was done. Read only.

use leptos::prelude::*;

use super::frame::Bar;
use super::join::HonestBrief;
use crate::mirror::Workshop;
use crate::words::{self, facilitator};

/// The plain page of a report link.
#[component]
pub fn Report() -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    view! {
        <Bar />
        <main class="form-screen">
            <header>
                <h1>{move || plan.with(|plan| words::title_or_none(&plan.title))}</h1>
                <p class="asked">{move || plan.with(|plan| plan.question.clone())}</p>
            </header>
            <HonestBrief />
            <section class="report-agenda" aria-labelledby="report-agenda">
                <h2 id="report-agenda">{facilitator::AGENDA}</h2>
                <ol>
                    {move || {
                        plan.with(|plan| {
                            plan.activities
                                .iter()
                                .map(|activity| {
                                    view! {
                                        <li>
                                            <h3>{activity.title.clone()}</h3>
                                            <p>{activity.prompt.clone()}</p>
                                        </li>
                                    }
                                })
                                .collect_view()
                        })
                    }}
                </ol>
            </section>
        </main>
    }
}
