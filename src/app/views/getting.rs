//! What stands in a workshop's place while it is fetched.

use leptos::prelude::*;

use super::icon::Mark;
use crate::mirror::Workshop;
use crate::words::stop;

/// While a workshop is fetched.
#[component]
pub fn Getting() -> impl IntoView {
    view! {
        <main class="lone">
            <Mark waiting=true />
            <h1>{stop::GETTING}</h1>
            <p>{stop::GETTING_HINT}</p>
        </main>
    }
}

/// What needs the plan, once it is here.
#[component]
pub fn OncePlanned(children: ChildrenFn) -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    let is_here = Memo::new(move |_| plan.with(|plan| plan.schema > 0));
    view! {
        <Show when=move || is_here.get() fallback=Getting>
            {children()}
        </Show>
    }
}
