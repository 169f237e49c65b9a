//! The wall: what the facilitator chose, readable from the back of the hall. No controls, nothing
//! under 28 px, and it keeps the screen awake.

use leptos::prelude::*;
use workshop::id::{BoardId, TableId};
use workshop::plan::{Activity, Sharing, Table, WallView};

use super::board::BoardPicture;
use super::getting::OncePlanned;
use super::icon::Mark;
use super::qr::Qr;
use super::timer::Timer;
use crate::device::Device;
use crate::mirror::Workshop;
use crate::words::{self, wall};

/// The wall's only screen.
#[component]
pub fn Wall() -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    expect_context::<Device>().stay_awake();
    let shown = Memo::new(move |_| {
        plan.with(|plan| {
            let on = plan.now.activity.as_ref();
            let activity = on
                .and_then(|on| plan.activities.iter().find(|a| a.id == *on))
                .cloned();
            let table = |id: &TableId| plan.tables.iter().find(|t| t.id == *id).cloned();
            match (&plan.now.wall, activity) {
                (WallView::Welcome, _) | (_, None) => Shown::Welcome,
                (WallView::Table(id), Some(activity)) => match table(id) {
                    Some(table) => Shown::Boards(activity, vec![table]),
                    None => Shown::Boards(activity, plan.tables.clone()),
                },
                (WallView::Activity, Some(activity)) => {
                    Shown::Boards(activity, plan.tables.clone())
                }
            }
        })
    });
    view! {
        <OncePlanned>
            <main class="wall-screen" aria-label=wall::NAME>
                {move || match shown.get() {
                    Shown::Welcome => view! { <Welcome /> }.into_any(),
                    Shown::Boards(activity, tables) => {
                        view! { <Boards activity=activity tables=tables /> }.into_any()
                    }
                }}
            </main>
        </OncePlanned>
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Welcome,
    Boards(Activity, Vec<Table>),
}

/// The title, the question and how to join.
#[component]
fn Welcome() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let link = Memo::new(move |_| {
        workshop
            .access
            .with(|access| access.links.participant.clone())
    });
    view! {
        <div class="wall-welcome">
            <div class="wall-words">
                <p class="wall-brand">
                    <Mark />
                    {words::TRESTLE}
                </p>
                <h1>{move || plan.with(|plan| words::title_or_none(&plan.title))}</h1>
                <p class="asked">{move || plan.with(|plan| plan.question.clone())}</p>
            </div>
            {move || {
                link.get()
                    .map(|link| {
                        view! {
                            <div class="wall-join">
                                <Qr link=link label=invite_label() />
                                <p>{wall::JOIN}</p>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

fn invite_label() -> String {
    words::invite::code_for(wall::JOIN)
}

/// The prompt, the time left, and the boards fitted beside one another.
#[component]
fn Boards(activity: Activity, tables: Vec<Table>) -> impl IntoView {
    let one_for_all = activity.sharing == Sharing::Shared;
    let boards: Vec<(Option<String>, BoardId)> = if one_for_all {
        vec![(None, BoardId::shared(&activity.id))]
    } else {
        tables
            .into_iter()
            .map(|table| (Some(table.name), BoardId::at_table(&activity.id, &table.id)))
            .collect()
    };
    let method = activity.method;
    let count = boards.len();
    view! {
        <header class="wall-head">
            <div>
                <h1>{activity.title}</h1>
                <p>{activity.prompt}</p>
            </div>
            <Timer />
        </header>
        <div class="wall-boards" data-count=count.to_string()>
            {boards
                .into_iter()
                .map(|(name, board)| {
                    view! {
                        <section class="wall-board">
                            {name.map(|name| view! { <h2>{name}</h2> })}
                            <BoardPicture board=board method=method.clone() />
                        </section>
                    }
                })
                .collect_view()}
        </div>
    }
}
