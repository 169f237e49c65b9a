//! A participant: first the join screen, then the table they sit at.

use leptos::prelude::*;

use super::getting::{Getting, OncePlanned};
use super::join::Join;
use super::pieces::{self, Late};
use crate::mirror::Workshop;

/// The participant's screens.
#[component]
pub fn Participant() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    // They arrive while the join screen is being read.
    pieces::bring_early(&[pieces::table, pieces::help]);
    let seated = Memo::new(move |_| workshop.sitting.with(Option::is_some));
    view! {
        <OncePlanned>
            <Show when=move || seated.get() fallback=Join>
                <Late bring=pieces::table meanwhile=Getting />
            </Show>
        </OncePlanned>
    }
}
