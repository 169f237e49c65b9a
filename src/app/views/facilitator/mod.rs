//! The facilitator's screen: the agenda, every table live, what is on now and what the wall shows.
//! It must never decide for the facilitator: nothing starts by itself.

mod agenda;
mod keeping;
mod lock;
mod now;
mod plan;
mod tables;

use leptos::prelude::*;
use workshop::id::ActivityId;
use workshop::plan::{Activity, PlanCommand};

use super::dialog::Dialog;
use super::frame::{Bar, SavedOrNot};
use super::getting::{Getting, OncePlanned};
use super::icon::Icon;
use super::invite::Invite;
use super::new_workshop::{chosen_session, session_of};
use super::pieces::{self, Late};
use crate::device::Device;
use crate::mirror::{Person, Role, Sitting, Workshop};
use crate::provider::SaveState;
use crate::words::{self, facilitator, invite, plan as plan_words};

/// The facilitator's screen, or the board of the table that was opened from it.
#[component]
pub fn Facilitator() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let at_table = Memo::new(move |_| workshop.sitting.with(Option::is_some));
    set_chosen_session(workshop);
    pieces::bring_early(&[pieces::table, pieces::help]);
    view! {
        <OncePlanned>
            <Show when=move || at_table.get() fallback=Desk>
                <Late bring=pieces::table meanwhile=Getting />
            </Show>
        </OncePlanned>
    }
}

/// Everything at once: agenda, tables, what is on, the wall.
#[component]
fn Desk() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let inviting = RwSignal::new(false);
    let changing = RwSignal::new(false);
    let ending = RwSignal::new(false);
    let open_table = move |table| workshop.sit(Some(Sitting { table, name: None }));
    view! {
        <Bar>
            <SavedOrNot />
            <button type="button" class="button primary" on:click=move |_| inviting.set(true)>
                <Icon name="qr" />
                {invite::INVITE}
            </button>
        </Bar>
        <main class="facilitator-screen">
            <div class="parts">
                <header class="title">
                    <h1>{move || plan.with(|plan| words::title_or_none(&plan.title))}</h1>
                    <p class="asked">{move || plan.with(|plan| plan.question.clone())}</p>
                    <p class="facts">
                        <span class="tag">
                            {move || plan.with(|plan| words::session_name(plan.session))}
                        </span>
                        <span>
                            {move || {
                                if is_offline(workshop) {
                                    facilitator::WHO_IS_NOT_KNOWN.to_owned()
                                } else {
                                    facilitator::arrived(workshop.people.with(|p| taking_part(p)))
                                }
                            }}
                        </span>
                        <keeping::KeptUntil change=ending />
                    </p>
                </header>
                <agenda::Agenda change=move || changing.set(true) />
                <tables::Tables open=open_table />
                <now::Now />
            </div>
            <now::OnTheWall />
        </main>
        <Invite open=inviting />
        <keeping::KeepOrDelete open=ending />
        <Dialog id="change-plan" title=plan_words::HEADING open=changing wide=true>
            <plan::ChangePlan />
        </Dialog>
    }
}

/// Sets the kind of session that was chosen when the workshop was made here, once.
fn set_chosen_session(workshop: Workshop) {
    let device = expect_context::<Device>();
    let name = chosen_session(workshop.id.get_value().as_str());
    Effect::new(move || {
        if workshop.plan.with(|plan| plan.schema == 0) {
            return;
        }
        let chosen = device.setting(&name).as_deref().and_then(session_of);
        let Some(chosen) = chosen else { return };
        device.forget_setting(&name);
        if workshop.plan.with_untracked(|plan| plan.session != chosen) {
            workshop.run(PlanCommand::SetSession(chosen));
        }
    });
}

/// Whether the relay is out of reach, and so who is where is not known.
fn is_offline(workshop: Workshop) -> bool {
    matches!(workshop.status.get(), SaveState::Offline { .. })
}

fn taking_part(people: &[Person]) -> usize {
    people
        .iter()
        .filter(|person| person.presence.role == Role::Participant)
        .count()
}

/// The activity that is on, as far as anything here shows it.
fn on_now(workshop: Workshop) -> Memo<Option<Activity>> {
    Memo::new(move |_| {
        workshop.plan.with(|plan| {
            let id = plan.now.activity.as_ref()?;
            plan.activities
                .iter()
                .find(|activity| activity.id == *id)
                .cloned()
        })
    })
}

/// Starts an activity with its own minutes on the timer.
fn start(workshop: Workshop, id: &ActivityId) {
    let minutes = workshop.plan.with_untracked(|plan| {
        plan.activities
            .iter()
            .find(|activity| activity.id == *id)
            .map_or(0, |a| a.minutes)
    });
    let ends_ms = (minutes > 0).then(|| workshop.relay_now_ms() + minutes_ms(minutes));
    workshop.run(PlanCommand::StartActivity(id.clone(), ends_ms));
}

fn minutes_ms(minutes: u32) -> u64 {
    u64::from(minutes) * 60_000
}
