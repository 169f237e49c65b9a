//! A participant: first the join screen, then the table they sit at.

use leptos::prelude::*;

use super::getting::OncePlanned;
use super::join::Join;
use super::table::Table;
use crate::mirror::Workshop;

/// The participant's screens.
#[component]
pub fn Participant() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let seated = Memo::new(move |_| workshop.sitting.with(Option::is_some));
    view! {
        <OncePlanned>
            <Show when=move || seated.get() fallback=Join>
                <Table />
            </Show>
        </OncePlanned>
    }
}
