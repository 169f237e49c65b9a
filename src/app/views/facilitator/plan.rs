//! "Change the plan": every part of it, each kept as it is written. Out of the way while a session
//! runs, because nothing here is needed to run one.

use leptos::prelude::*;
use workshop::id::{ActivityId, TableId};
use workshop::plan::{
    Activity, ActivityEdit, BriefPart, NewActivity, PlanCommand, PlanSnapshot, Sharing,
};

use crate::mirror::Workshop;
use crate::views::each::each;
use crate::views::field::{Choices, KeptField};
use crate::views::icon::Icon;
use crate::views::new_workshop::{session_id, session_of, sessions};
use crate::words::{join, plan as words};

/// Everything of the plan, to be changed.
#[component]
pub fn ChangePlan() -> impl IntoView {
    view! {
        <p class="hint">{words::LEAD}</p>
        <TheWorkshop />
        <TheBrief />
        <TheAgenda />
        <TheTables />
        <p class="hint">{words::REMOVED_HINT}</p>
    }
}

fn part(of: fn(&PlanSnapshot) -> String) -> Memo<String> {
    let plan = expect_context::<Workshop>().plan;
    Memo::new(move |_| plan.with(of))
}

#[component]
fn TheWorkshop() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let session = RwSignal::new(String::new());
    let kept = part(|plan| session_id(plan.session).to_owned());
    Effect::new(move || session.set(kept.get()));
    Effect::new(move || {
        let chosen = session.get();
        if chosen != kept.get_untracked()
            && let Some(chosen) = session_of(&chosen)
        {
            workshop.run(PlanCommand::SetSession(chosen));
        }
    });
    view! {
        <section class="plan-part" aria-labelledby="plan-workshop">
            <h3 id="plan-workshop">{words::WORKSHOP}</h3>
            <KeptField
                id="plan-title"
                label=crate::words::start::TITLE
                value=part(|plan| plan.title.clone())
                keep=move |title| workshop.run(PlanCommand::SetTitle(title))
            />
            <KeptField
                id="plan-question"
                label=crate::words::start::QUESTION
                long=true
                value=part(|plan| plan.question.clone())
                keep=move |question| workshop.run(PlanCommand::SetQuestion(question))
            />
            <Choices id="plan-session" question=words::SESSION options=sessions() chosen=session />
        </section>
    }
}

#[component]
fn TheBrief() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let field = move |id: &'static str, label, which, of| {
        view! {
            <KeptField
                id=id
                label=label
                long=true
                value=part(of)
                keep=move |written| workshop.run(PlanCommand::SetBrief(which, written))
            />
        }
    };
    view! {
        <section class="plan-part" aria-labelledby="plan-brief">
            <h3 id="plan-brief">{words::BRIEF}</h3>
            <p class="hint">{words::BRIEF_HINT}</p>
            {field("brief-fixed", join::FIXED, BriefPart::Fixed, |p| p.brief.fixed.clone())}
            {field("brief-open", join::OPEN, BriefPart::Open, |p| p.brief.open.clone())}
            {field("brief-who", join::DECIDES, BriefPart::Decides, |p| p.brief.decides.clone())}
            {field("brief-when", join::BY_WHEN, BriefPart::ByWhen, |p| p.brief.by_when.clone())}
            {field("brief-red", join::RED_LINES, BriefPart::RedLines, |p| {
                p.brief.red_lines.clone()
            })}
            {field("brief-levers", join::LEVERS, BriefPart::Levers, |p| p.brief.levers.clone())}
        </section>
    }
}

#[component]
fn TheAgenda() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let ids = Memo::new(move |_| {
        plan.with(|plan| {
            plan.activities
                .iter()
                .map(|a| a.id.clone())
                .collect::<Vec<_>>()
        })
    });
    let methods = methods::catalog().methods();
    let method = RwSignal::new(methods.first().map(|m| m.id.clone()).unwrap_or_default());
    let add = move |_| {
        let Some(method) = methods::catalog().method(&method.get_untracked()) else {
            return;
        };
        let minutes = method.steps.iter().map(|step| step.minutes).sum();
        workshop.run(PlanCommand::AddActivity(NewActivity {
            id: ActivityId::from_random(workshop.fresh()),
            method: method.id.clone(),
            title: method.name.clone(),
            prompt: method.prompt.clone(),
            story: String::new(),
            minutes,
            sharing: Sharing::EachTable,
        }));
    };
    view! {
        <section class="plan-part" aria-labelledby="plan-agenda">
            <h3 id="plan-agenda">{words::AGENDA}</h3>
            <ol class="plan-list">
                {each(move || ids.get(), ActivityId::clone, move |id| view! { <OneActivity id=id ids=ids /> })}
            </ol>
            <div class="plan-add">
                <div class="field">
                    <label for="plan-method">{words::ADD_ACTIVITY}</label>
                    <select
                        class="input"
                        id="plan-method"
                        on:change=move |event| method.set(event_target_value(&event))
                    >
                        {methods
                            .iter()
                            .map(|method| {
                                view! {
                                    <option value=method.id.clone()>{method.name.clone()}</option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
                <button type="button" class="button" on:click=add>
                    <Icon name="plus" />
                    <span>{words::ADD}<span class="unseen">" " {words::AN_ACTIVITY}</span></span>
                </button>
            </div>
        </section>
    }
}

#[component]
fn OneActivity(id: ActivityId, ids: Memo<Vec<ActivityId>>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let stem = id.to_string();
    let id = StoredValue::new(id);
    let part = move |of: fn(&Activity) -> String| {
        Memo::new(move |_| {
            plan.with(|plan| {
                let activity = plan.activities.iter().find(|a| a.id == id.get_value());
                activity.map(of).unwrap_or_default()
            })
        })
    };
    let edit = move |edit| workshop.run(PlanCommand::EditActivity(id.get_value(), edit));
    let place = move || {
        ids.with(|ids| ids.iter().position(|i| *i == id.get_value()))
            .unwrap_or(0)
    };
    let move_to = move |after: Option<usize>| {
        let after = after.and_then(|index| ids.with_untracked(|ids| ids.get(index).cloned()));
        workshop.run(PlanCommand::MoveActivity {
            activity: id.get_value(),
            after,
        });
    };
    let earlier = move |_| {
        let place = untrack(place);
        if place > 0 {
            move_to(place.checked_sub(2));
        }
    };
    let later = move |_| {
        let place = untrack(place);
        if ids.with_untracked(|ids| place + 1 < ids.len()) {
            move_to(Some(place + 1));
        }
    };
    let title = part(|activity| activity.title.clone());
    let shared = Memo::new(move |_| {
        plan.with(|plan| {
            let activity = plan.activities.iter().find(|a| a.id == id.get_value());
            activity.is_some_and(|activity| activity.sharing == Sharing::Shared)
        })
    });
    view! {
        <li class="plan-item">
            <details>
                <summary>
                    <span class="name">{title}</span>
                    <span class="hint">
                        {part(|activity| crate::words::minutes(activity.minutes))}
                    </span>
                </summary>
                <div class="inside">
                    <KeptField
                        id=format!("{stem}-title")
                        label=words::TITLE
                        value=title
                        keep=move |written| edit(ActivityEdit::Title(written))
                    />
                    <KeptField
                        id=format!("{stem}-prompt")
                        label=words::PROMPT
                        long=true
                        value=part(|activity| activity.prompt.clone())
                        keep=move |written| edit(ActivityEdit::Prompt(written))
                    />
                    <KeptField
                        id=format!("{stem}-story")
                        label=words::STORY
                        long=true
                        value=part(|activity| activity.story.clone())
                        keep=move |written| edit(ActivityEdit::Story(written))
                    />
                    <div class="pair">
                        <KeptField
                            id=format!("{stem}-minutes")
                            label=words::MINUTES
                            value=part(|activity| activity.minutes.to_string())
                            keep=move |written: String| {
                                if let Ok(minutes) = written.trim().parse() {
                                    edit(ActivityEdit::Minutes(minutes));
                                }
                            }
                        />
                        <div class="field">
                            <label for=format!("{stem}-sharing")>{words::SHARING}</label>
                            <select
                                class="input"
                                id=format!("{stem}-sharing")
                                prop:value=move || if shared.get() { "shared" } else { "each" }
                                on:change=move |event| {
                                    let shared = event_target_value(&event) == "shared";
                                    edit(
                                        ActivityEdit::Sharing(
                                            if shared { Sharing::Shared } else { Sharing::EachTable },
                                        ),
                                    );
                                }
                            >
                                <option value="each" selected=move || !shared.get()>
                                    {words::EACH_TABLE}
                                </option>
                                <option value="shared" selected=move || shared.get()>
                                    {words::SHARED}
                                </option>
                            </select>
                        </div>
                    </div>
                </div>
            </details>
            <div class="plan-actions">
                <button
                    type="button"
                    class="button quiet bare"
                    aria-label=move || format!("{} {}", words::EARLIER, title.get())
                    aria-disabled=move || (place() == 0).then_some("true")
                    on:click=earlier
                >
                    <Icon name="up" />
                </button>
                <button
                    type="button"
                    class="button quiet bare"
                    aria-label=move || format!("{} {}", words::LATER, title.get())
                    aria-disabled=move || {
                        (place() + 1 == ids.with(Vec::len)).then_some("true")
                    }
                    on:click=later
                >
                    <Icon name="down" />
                </button>
                <button
                    type="button"
                    class="button quiet bare danger"
                    aria-label=move || format!("{} {}", words::REMOVE, title.get())
                    on:click=move |_| workshop.run(PlanCommand::RemoveActivity(id.get_value()))
                >
                    <Icon name="trash" />
                </button>
            </div>
        </li>
    }
}

#[component]
fn TheTables() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let ids = Memo::new(move |_| {
        plan.with(|plan| plan.tables.iter().map(|t| t.id.clone()).collect::<Vec<_>>())
    });
    let add = move |_| {
        // Those from elsewhere are one of the tables, so the count is the next table's number.
        let name = words::table_name(ids.with_untracked(Vec::len).max(1));
        workshop.run(PlanCommand::AddTable(
            TableId::from_random(workshop.fresh()),
            name,
        ));
    };
    view! {
        <section class="plan-part" aria-labelledby="plan-tables">
            <h3 id="plan-tables">{words::TABLES}</h3>
            <ul class="plan-list">
                {each(move || ids.get(), TableId::clone, move |id| view! { <OneTable id=id /> })}
            </ul>
            <button type="button" class="button" on:click=add>
                <Icon name="plus" />
                {words::ADD_TABLE}
            </button>
        </section>
    }
}

#[component]
fn OneTable(id: TableId) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let field_id = format!("table-name-{id}");
    let stays = id == TableId::elsewhere();
    let id = StoredValue::new(id);
    let name = Memo::new(move |_| {
        plan.with(|plan| {
            let table = plan.tables.iter().find(|t| t.id == id.get_value());
            table.map(|table| table.name.clone()).unwrap_or_default()
        })
    });
    view! {
        <li class="plan-item">
            <KeptField
                id=field_id
                label=words::NAME
                value=name
                keep=move |written| workshop.run(PlanCommand::RenameTable(id.get_value(), written))
            />
            {(!stays)
                .then(|| {
                    view! {
                        <div class="plan-actions">
                            <button
                                type="button"
                                class="button quiet bare danger"
                                aria-label=move || format!("{} {}", words::REMOVE, name.get())
                                on:click=move |_| {
                                    workshop.run(PlanCommand::RemoveTable(id.get_value()));
                                }
                            >
                                <Icon name="trash" />
                            </button>
                        </div>
                    }
                })}
        </li>
    }
}
