//! What is on now with its timer, what comes next, and what the wall shows.

use leptos::prelude::*;
use workshop::plan::{Activity, PlanCommand, WallView};

use super::lock::WorkshopLock;
use super::{minutes_ms, on_now, start};
use crate::device::Device;
use crate::mirror::Workshop;
use crate::views::icon::Icon;
use crate::views::sure::DoubleTap;
use crate::views::timer::Timer;
use crate::words::facilitator;

/// The activity that is on, its timer, and what comes next.
#[component]
pub fn Now() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let presses = DoubleTap::new(expect_context::<Device>());
    let plan = workshop.plan;
    let activity = on_now(workshop);
    let timed = Memo::new(move |_| plan.with(|plan| plan.now.timer_ends_ms.is_some()));
    let next = Memo::new(move |_| {
        plan.with(|plan| {
            let on = plan.now.activity.as_ref();
            let after = match on.and_then(|on| plan.activities.iter().position(|a| a.id == *on)) {
                Some(index) => index + 1,
                None => 0,
            };
            plan.activities.get(after).cloned()
        })
    });
    view! {
        <section class="now panel" aria-labelledby="now">
            <h2 id="now">{facilitator::NOW}</h2>
            {move || match activity.get() {
                Some(activity) => view! { <OnNow activity=activity timed=timed /> }.into_any(),
                None => {
                    view! {
                        <p class="name">{facilitator::NOTHING_ON}</p>
                        <p class="hint">{facilitator::NOTHING_ON_HINT}</p>
                    }
                        .into_any()
                }
            }}
            {move || {
                next.get()
                    .map(|next| {
                        let id = next.id.clone();
                        view! {
                            <button
                                type="button"
                                class="button start-next"
                                on:click=move |_| {
                                    if presses.is_meant() {
                                        start(workshop, &id);
                                    }
                                }
                            >
                                <Icon name="play" />
                                <span>{facilitator::NEXT} ": " {next.title}</span>
                            </button>
                        }
                    })
            }}
            <WorkshopLock />
        </section>
    }
}

#[component]
fn OnNow(activity: Activity, timed: Memo<bool>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let id = StoredValue::new(activity.id);
    let set_timer =
        move |ends_ms| workshop.run(PlanCommand::StartActivity(id.get_value(), ends_ms));
    let more = move |minutes| {
        let now_ms = workshop.relay_now_ms();
        let ends_ms = workshop.plan.with_untracked(|plan| plan.now.timer_ends_ms);
        set_timer(Some(
            ends_ms.map_or(now_ms, |ends| ends.max(now_ms)) + minutes_ms(minutes),
        ));
    };
    view! {
        <p class="name">{activity.title}</p>
        <p class="prompt">{activity.prompt}</p>
        <div class="timing">
            <Timer />
            <div class="timer-buttons">
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| more(1)
                >
                    {facilitator::ONE_MORE}
                </button>
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| more(5)
                >
                    {facilitator::FIVE_MORE}
                </button>
                <Show when=move || timed.get()>
                    <button type="button" class="button small" on:click=move |_| set_timer(None)>
                        {facilitator::STOP_TIMER}
                    </button>
                </Show>
            </div>
        </div>
    }
}

/// What the wall shows, always in sight, and the two ways to change it that are not at a table.
#[component]
pub fn OnTheWall() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let table = Memo::new(move |_| {
        plan.with(|plan| match &plan.now.wall {
            WallView::Table(id) => Some(
                plan.tables
                    .iter()
                    .find(|t| t.id == *id)
                    .map(|t| t.name.clone())
                    .unwrap_or_default(),
            ),
            _ => None,
        })
    });
    let link = Memo::new(move |_| workshop.access.with(|access| access.links.wall.clone()));
    let shows = move |wall: WallView| plan.with(|plan| plan.now.wall == wall);
    let pressed = move |wall| if shows(wall) { "true" } else { "false" };
    view! {
        <section class="on-the-wall" aria-labelledby="on-the-wall">
            <h2 id="on-the-wall">
                <Icon name="wall" />
                {facilitator::ON_THE_WALL}
            </h2>
            <div class="wall-buttons">
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || pressed(WallView::Welcome)
                    on:click=move |_| workshop.run(PlanCommand::ShowOnWall(WallView::Welcome))
                >
                    {facilitator::TITLE_AND_QR}
                </button>
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || pressed(WallView::Activity)
                    on:click=move |_| workshop.run(PlanCommand::ShowOnWall(WallView::Activity))
                >
                    {facilitator::ACTIVITY}
                </button>
                {move || {
                    table
                        .get()
                        .map(|name| {
                            view! {
                                <p class="tag">
                                    <Icon name="check" />
                                    {name}
                                </p>
                            }
                        })
                }}
            </div>
            {move || {
                link.get()
                    .map(|link| {
                        view! {
                            <a class="button quiet small open-wall" href=link target="_blank" rel="noopener">
                                {facilitator::OPEN_WALL}
                            </a>
                        }
                    })
            }}
        </section>
    }
}
