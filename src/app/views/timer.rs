//! The time that is left of the activity, by the relay's clock, so that every screen agrees. A
//! timer that runs out says so and discards nothing.

use std::time::Duration;

use leptos::prelude::*;

use crate::mirror::Workshop;
use crate::words::facilitator as words;

/// The seconds left of the timer, `None` without one; negative never, zero when time is up.
pub fn seconds_left(workshop: Workshop) -> Memo<Option<u64>> {
    let tick = RwSignal::new(0u64);
    let ticking = set_interval_with_handle(
        move || tick.set(workshop.relay_now_ms()),
        Duration::from_millis(500),
    );
    if let Ok(ticking) = ticking {
        on_cleanup(move || ticking.clear());
    }
    Memo::new(move |_| {
        tick.track();
        let ends_ms = workshop.plan.with(|plan| plan.now.timer_ends_ms)?;
        Some(
            ends_ms
                .saturating_sub(workshop.relay_now_ms())
                .div_ceil(1000),
        )
    })
}

/// The time left, as "9:05", or that it is up; nothing without a timer.
#[component]
pub fn Timer() -> impl IntoView {
    let left = seconds_left(expect_context::<Workshop>());
    view! {
        <Show when=move || left.get().is_some()>
            <p
                class="timer"
                role="timer"
                aria-label=words::TIME_LEFT
                data-up=move || (left.get() == Some(0)).then_some("true")
            >
                {move || left.get().map(clock_face)}
            </p>
        </Show>
    }
}

fn clock_face(seconds: u64) -> String {
    match seconds {
        0 => words::TIME_UP.to_owned(),
        _ => format!("{}:{:02}", seconds / 60, seconds % 60),
    }
}
