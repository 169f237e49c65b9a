//! Every table live: its board, how many cards and people, and the ways to open it or to put
//! it on the wall.

use leptos::prelude::*;
use workshop::id::{BoardId, TableId};
use workshop::plan::{Activity, PlanCommand, Sharing, WallView};

use super::lock::{BoardLock, LockedTag};
use super::{is_offline, on_now};
use crate::mirror::{Person, Workshop};
use crate::views::board::BoardPicture;
use crate::views::each::each;
use crate::views::icon::Icon;
use crate::views::table::board_of;
use crate::words::{self, facilitator};

/// All tables of the workshop.
#[component]
pub fn Tables(#[prop(into)] open: Callback<TableId>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let activity = on_now(workshop);
    let shared = Memo::new(move |_| activity.get().filter(|a| a.sharing == Sharing::Shared));
    let ids = Memo::new(move |_| {
        plan.with(|plan| plan.tables.iter().map(|t| t.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <section class="tables" aria-labelledby="tables">
            <h2 id="tables">{facilitator::TABLES}</h2>
            {move || {
                let activity = shared.get()?;
                let board = BoardId::shared(&activity.id);
                Some(
                    view! {
                        <figure class="shared-board">
                            <Thumbnail board=board.clone() method=activity.method />
                            <figcaption class="about">
                                <span class="hint">{facilitator::SHARED_BOARD}</span>
                                <BoardLock board=board name=facilitator::THE_SHARED_BOARD />
                            </figcaption>
                        </figure>
                    },
                )
            }}
            <div class="grid">
                {each(move || ids.get(), TableId::clone, move |id| view! { <TableCard id=id activity=activity open=open /> })}
            </div>
        </section>
    }
}

#[component]
fn TableCard(
    id: TableId,
    activity: Memo<Option<Activity>>,
    open: Callback<TableId>,
) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let plan = workshop.plan;
    let heading = format!("table-{id}");
    let id = StoredValue::new(id);
    let name = Memo::new(move |_| {
        plan.with(|plan| {
            let table = plan.tables.iter().find(|table| table.id == id.get_value());
            table.map(|table| table.name.clone()).unwrap_or_default()
        })
    });
    let people = Memo::new(move |_| {
        workshop.people.with(|people| {
            people
                .iter()
                .filter(|p| p.presence.table.as_ref() == Some(&id.get_value()))
                .count()
        })
    });
    let hands = Memo::new(move |_| {
        let up = |p: &Person| p.presence.hand && p.presence.table.as_ref() == Some(&id.get_value());
        workshop.people.with(|people| people.iter().any(up))
    });
    let on_wall = move || plan.with(|plan| plan.now.wall == WallView::Table(id.get_value()));
    view! {
        <article class="table-card" aria-labelledby=heading>
            <header>
                <h3 id=heading.clone()>{move || name.get()}</h3>
                <p class="people">
                    <Icon name="people" />
                    {move || {
                        if is_offline(workshop) {
                            facilitator::NOT_KNOWN.to_owned()
                        } else {
                            words::people_here(people.get())
                        }
                    }}
                </p>
            </header>
            <div role="status">
                <Show when=move || hands.get()>
                    <p class="tag hand-up">
                        <Icon name="hand" />
                        {facilitator::HAND_UP}
                    </p>
                </Show>
            </div>
            {move || {
                let Some(activity) = activity.get() else {
                    return view! {
                        <div class="thumbnail empty">
                            <p class="hint">{facilitator::NO_BOARD_YET}</p>
                        </div>
                    }
                        .into_any();
                };
                let board = board_of(&activity.id, activity.sharing, &id.get_value());
                let method = activity.method;
                if activity.sharing == Sharing::Shared {
                    return view! { <CardCount board=board method=method /> }.into_any();
                }
                view! {
                    <Thumbnail board=board.clone() method=method.clone() />
                    <div class="about">
                        <CardCount board=board.clone() method=method />
                        <BoardLock board=board name=name />
                    </div>
                }
                    .into_any()
            }}
            <div class="actions">
                <button type="button" class="button small" on:click=move |_| open.run(id.get_value())>
                    <span>{facilitator::OPEN}<span class="unseen">" " {name}</span></span>
                </button>
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || if on_wall() { "true" } else { "false" }
                    on:click=move |_| {
                        workshop.run(PlanCommand::ShowOnWall(WallView::Table(id.get_value())));
                    }
                >
                    <span>
                        {facilitator::SHOW} <span class="unseen">" " {name}</span> " "
                        {facilitator::ON_THE_WALL_TAIL}
                    </span>
                </button>
            </div>
        </article>
    }
}

/// A board to be looked at only, and whether it is locked; opening it is the button's work.
#[component]
fn Thumbnail(board: BoardId, method: String) -> impl IntoView {
    view! {
        <div class="thumbnail">
            <div aria-hidden="true" inert>
                <BoardPicture board=board.clone() method=method />
            </div>
            <LockedTag board=board />
        </div>
    }
}

#[component]
fn CardCount(board: BoardId, method: String) -> impl IntoView {
    let mirror = expect_context::<Workshop>().board(&board, &method);
    view! { <p class="count">{move || words::cards(mirror.cards.with(Vec::len))}</p> }
}
