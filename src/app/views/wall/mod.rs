//! The wall: what the facilitator chose, readable from the back of the hall. No controls, nothing
//! under 28 px but in pictures of boards, and it keeps the screen awake.

mod notes;

use std::iter;

use leptos::prelude::*;
use methods::Zone;
use workshop::id::{ActivityId, BoardId, CardId, TableId};
use workshop::plan::{Activity, Sharing, Table, WallView};

use self::notes::Notes;
use super::each::each;
use super::getting::OncePlanned;
use super::icon::Mark;
use super::invite::Spoken;
use super::qr::Qr;
use super::timer::Timer;
use crate::device::Device;
use crate::mirror::{BoardMirror, CardStateStoreFields, Workshop};
use crate::words::{self, wall};

/// The most lanes that can stand side by side with words large enough.
const MOST_LANES: usize = 6;
/// Stands where a title would, so that columns begin at one height.
const NO_TITLE: &str = "\u{a0}";
/// The columns in which the cards of a canvas are shown.
const CANVAS_COLUMNS: usize = 4;

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
    let link_signal = Signal::from(link);
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
                                <Spoken link=link_signal />
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

/// The prompt, the time left, and what is on the boards.
#[component]
fn Boards(activity: Activity, tables: Vec<Table>) -> impl IntoView {
    let one = match (activity.sharing, &tables[..]) {
        (Sharing::Shared, _) => Some((String::new(), BoardId::shared(&activity.id))),
        (Sharing::EachTable, [table]) => Some((
            table.name.clone(),
            BoardId::at_table(&activity.id, &table.id),
        )),
        (Sharing::EachTable, _) => None,
    };
    let method = activity.method;
    view! {
        <header class="wall-head">
            <div>
                <h1>{activity.title}</h1>
                <p>{activity.prompt}</p>
            </div>
            <Timer />
        </header>
        {match one {
            Some((name, board)) => {
                view! { <OneBoard name=name board=board method=method /> }.into_any()
            }
            None => {
                view! { <SideBySide tables=tables activity=activity.id method=method /> }.into_any()
            }
        }}
    }
}

/// One board: its cards' words in columns, zone by zone, since a picture of a board is too small to read
/// from the back of the hall.
#[component]
fn OneBoard(
    /// The table's name; empty for a board that all share.
    name: String,
    board: BoardId,
    method: String,
) -> impl IntoView {
    let mirror = expect_context::<Workshop>().board(&board, &method);
    let zones = methods::catalog()
        .method(&method)
        .map(|method| &method.zones[..]);
    let columns = Memo::new(move |_| {
        mirror.shaped.track();
        columns(mirror, zones.unwrap_or_default())
    });
    let is_canvas = zones.is_none_or(|zones| zones.len() < 2);
    let count = move || (0..columns.with(Vec::len)).collect();
    view! {
        <section class="wall-board">
            {(!name.is_empty()).then(|| view! { <h2>{name}</h2> })}
            <div class="wall-columns">
                {each(count, |index| *index, move |index| {
                    let column = move || columns.with(|all| all.get(index).cloned());
                    let column = Memo::new(move |_| column().unwrap_or_default());
                    let title = Signal::derive(move || column.with(|(title, _)| title.clone()));
                    let cards = Signal::derive(move || column.with(|(_, cards)| cards.clone()));
                    view! { <Notes title=title counted=!is_canvas board=mirror cards=cards /> }
                })}
            </div>
        </section>
    }
}

/// A column's heading and its cards.
type Column = (String, Vec<CardId>);

/// The columns in which a board's cards are read out of their places. A canvas has its title over the
/// first of its columns.
fn columns(board: BoardMirror, zones: &[Zone]) -> Vec<Column> {
    let cards = board.cards.get_untracked();
    let zone_of = |card: &CardId| board.card(card).map(|card| card.zone().get_untracked());
    if let [_] | [] = zones {
        let title = zones.first().map(|zone| zone.title.clone());
        let some = cards.len().div_ceil(CANVAS_COLUMNS).max(1);
        let parts = cards.chunks(some).skip(1);
        let first = cards.iter().take(some).cloned().collect();
        let rest = parts.map(|cards| (NO_TITLE.to_owned(), cards.to_vec()));
        return iter::once((title.unwrap_or_default(), first))
            .chain(rest)
            .collect();
    }
    let column = |zone: &Zone| {
        let lies_in = |card: &&CardId| zone_of(card).as_ref() == Some(&zone.id);
        let cards = cards.iter().filter(lies_in).cloned();
        (zone.title.clone(), cards.collect::<Vec<_>>())
    };
    let mut columns: Vec<Column> = zones.iter().map(column).collect();
    if columns.len() > MOST_LANES {
        columns.retain(|(_, cards)| !cards.is_empty());
    }
    if columns.len() > MOST_LANES {
        let rest = columns.split_off(MOST_LANES - 1);
        let rest = rest.into_iter().flat_map(|(_, cards)| cards);
        columns.push((wall::MORE_PARTS.to_owned(), rest.collect()));
    }
    columns
}

/// Every table's words in a column of its own; those from elsewhere once they have written.
#[component]
fn SideBySide(tables: Vec<Table>, activity: ActivityId, method: String) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    // One question is the prompt, which stands above; of several it has to be said which is answered.
    let zones = methods::catalog()
        .method(&method)
        .map(|method| &method.zones[..])
        .filter(|zones| zones.len() > 1)
        .unwrap_or_default();
    let columns = tables
        .into_iter()
        .map(|table| {
            let board = workshop.board(&BoardId::at_table(&activity, &table.id), &method);
            let from_afar = table.id == TableId::elsewhere();
            let shown = Memo::new(move |_| !from_afar || board.cards.with(|c| !c.is_empty()));
            view! {
                <Show when=move || shown.get()>
                    <Notes title=Signal::stored(table.name.clone()) counted=true board=board cards=board.cards zones=zones />
                </Show>
            }
        })
        .collect_view();
    view! { <div class="wall-columns">{columns}</div> }
}
