//! The list: the board's equal in words. Board → zone → group → card, the same document and the same
//! actions, for ears and for keys, and for anyone who likes a list better.

use leptos::prelude::*;
use workshop::board::{Board, Command};
use workshop::id::{CardId, GroupId};

use super::card::{CardMarks, kind_line, seat_name, tallies};
use super::editor::CardEditor;
use super::ground::group_title;
use super::photos::PhotoButton;
use super::scene::Scene;
use crate::browser::dom;
use crate::mirror::CardStateStoreFields;
use crate::views::dialog::Dialog;
use crate::views::each::each;
use crate::views::icon::Icon;
use crate::words::photo;
use crate::words::table as words;

/// A run of cards under one heading: those of a group, or those of none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Run {
    group: Option<GroupId>,
    cards: Vec<CardId>,
}

/// The board as a list.
#[component]
pub fn List() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let moving = RwSignal::new(None::<CardId>);
    view! {
        <section class="list" aria-label=words::LIST_NAME>
            {scene
                .method
                .zones
                .iter()
                .map(|zone| view! { <ZoneInList zone=zone moving=moving /> })
                .collect_view()}
            <Deleted />
        </section>
        <MoveDialog moving=moving />
    }
}

#[component]
fn ZoneInList(zone: &'static methods::Zone, moving: RwSignal<Option<CardId>>) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let heading = format!("zone-{}", zone.id);
    let runs = Memo::new(move |_| runs(scene, &zone.id));
    let title = if zone.title.is_empty() {
        scene.method.name.as_str()
    } else {
        zone.title.as_str()
    };
    view! {
        <section class="list-zone" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{title}</h2>
            {(!zone.prompt.is_empty()).then(|| view! { <p class="hint">{zone.prompt.clone()}</p> })}
            <Show when=move || runs.with(Vec::is_empty)>
                <p class="hint">{words::EMPTY_ZONE}</p>
            </Show>
            {each(move || runs.get(), |run: &Run| run.group.as_ref().map(ToString::to_string).unwrap_or_default(), move |run| view! { <RunInList zone=&zone.id group=run.group runs=runs moving=moving /> })}
            <Show when=move || !scene.held.get()>
                <button
                    type="button"
                    class="button add"
                    on:click=move |_| scene.add_card_to(&zone.id)
                >
                    <Icon name="plus" />
                    {words::add_card_to(title)}
                </button>
            </Show>
        </section>
    }
}

/// The cards of a zone: first those of no group, then group by group.
fn runs(scene: Scene, zone: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for card in scene.board.cards.get() {
        let Some(state) = scene.board.card(&card) else {
            continue;
        };
        if state
            .zone()
            .with(|lies_in| lies_in != zone && !is_first_home(scene, lies_in, zone))
        {
            continue;
        }
        let group = state.group().get();
        match runs.iter_mut().find(|run| run.group == group) {
            Some(run) => run.cards.push(card),
            None => runs.push(Run {
                group,
                cards: vec![card],
            }),
        }
    }
    runs.sort_by_key(|run| run.group.is_some());
    runs
}

/// A card whose zone the method does not have is shown in the first, as on the board.
fn is_first_home(scene: Scene, lies_in: &str, zone: &str) -> bool {
    let first = scene
        .method
        .zones
        .first()
        .is_some_and(|first| first.id == zone);
    first && scene.method.zone(lies_in).is_none()
}

#[component]
fn RunInList(
    zone: &'static str,
    group: Option<GroupId>,
    runs: Memo<Vec<Run>>,
    moving: RwSignal<Option<CardId>>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let own = group.clone();
    let cards = Memo::new(move |_| {
        let find = |runs: &Vec<Run>| runs.iter().find(|run| run.group == own).cloned();
        runs.with(find).map(|run| run.cards).unwrap_or_default()
    });
    view! {
        {group
            .map(|group| {
                view! { <h3>{move || group_title(scene, &group)}</h3> }
            })}
        <ul class="list-cards">
            {each(move || cards.get(), CardId::clone, move |card| view! { <CardInList card=card zone=zone cards=cards moving=moving /> })}
        </ul>
    }
}

#[component]
fn CardInList(
    card: CardId,
    zone: &'static str,
    cards: Memo<Vec<CardId>>,
    moving: RwSignal<Option<CardId>>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card.clone());
    let writing =
        Memo::new(move |_| id.with_value(|id| scene.editing.with(|e| e.as_ref() == Some(id))));
    let has_photo = Memo::new(move |_| state.photo().with(Option::is_some));
    let tallied = Memo::new(move |_| id.with_value(|id| tallies(scene, id)));
    let writers = Signal::derive(move || {
        id.with_value(|id| super::canvas::writers(scene).remove(id).unwrap_or_default())
    });
    let neighbour = move |back: usize, on: usize| {
        let cards = cards.get_untracked();
        let index = id.with_value(|id| cards.iter().position(|card| card == id))?;
        Some(
            (index + on)
                .checked_sub(back)
                .and_then(|index| cards.get(index).cloned()),
        )
    };
    let reorder = move |after: Option<CardId>| {
        scene.run(Command::Reorder {
            card: id.get_value(),
            after,
        });
        id.with_value(dom::focus_card);
    };
    let up = move |_| {
        if neighbour(1, 0).flatten().is_some() {
            reorder(neighbour(2, 0).flatten());
        }
    };
    let down = move |_| {
        if let Some(next) = neighbour(0, 1).flatten() {
            reorder(Some(next));
        }
    };
    let _ = zone;
    view! {
        <li
            class="list-card"
            data-card=card.to_string()
            data-seat=move || seat_name(state.seat().get())
            tabindex="-1"
            on:focusin=move |_| id.with_value(|id| scene.focused.set(Some(id.clone())))
        >
            <div class="list-words">
                {kind_line(scene, state)}
                {move || has_photo.get().then(|| view! { <PhotoButton card=id.get_value() /> })}
                <div class="writing-area" class:writing=writing>
                    <p class="text">{move || state.text().get()}</p>
                    <Show when=move || writing.get()>
                        <CardEditor id=id.get_value() />
                    </Show>
                </div>
                <CardMarks id=card.clone() tallies=tallied writers=writers />
            </div>
            <div class="list-actions">
                <Show when=move || !scene.held.get()>
                    <button type="button" class="button quiet" on:click=move |_| scene.write_in(&id.get_value())>
                        <Icon name="pencil" />
                        {words::EDIT}
                    </button>
                    <button type="button" class="button quiet" on:click=move |_| moving.set(Some(id.get_value()))>
                        <Icon name="move" />
                        {words::MOVE_TO}
                    </button>
                    <button type="button" class="button quiet" on:click=up>
                        <Icon name="up" />
                        {words::MOVE_UP}
                    </button>
                    <button type="button" class="button quiet" on:click=down>
                        <Icon name="down" />
                        {words::MOVE_DOWN}
                    </button>
                </Show>
                <button type="button" class="button quiet" on:click=move |_| scene.sheet.set(Some(id.get_value()))>
                    <Icon name="more" />
                    {words::MORE}
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// The cards that were deleted, by anyone, each with a way back.
#[component]
fn Deleted() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let deleted = Memo::new(move |_| {
        scene.board.shaped.track();
        let mut deleted = scene.board.read(Board::deleted).unwrap_or_default();
        deleted.retain(|card| !card.text.trim().is_empty() || card.photo.is_some());
        deleted
    });
    view! {
        <Show when=move || deleted.with(|deleted| !deleted.is_empty())>
            <details class="list-zone deleted">
                <summary class="button quiet">
                    <Icon name="trash" />
                    {words::DELETED_CARDS}
                </summary>
                <ul class="list-cards">
                    {each(move || deleted.get(), |card| card.id.clone(), move |card| view! { <li class="list-card" data-seat=seat_name(card.seat)>
                            <p class="text">{photo::card_words(&card.text, card.photo.as_ref().map(|it| &*it.alt))}</p>
                            <Restore card=card.id />
                        </li> })}
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn Restore(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let card = StoredValue::new(card);
    view! {
        <Show when=move || !scene.held.get()>
            <button type="button" class="button" on:click=move |_| {
                scene.run(Command::Restore(vec![card.get_value()]));
            }>
                <Icon name="undo" />
                {words::RESTORE}
            </button>
        </Show>
    }
}

/// Where to move a card: the zones and the groups, each a button.
#[component]
fn MoveDialog(moving: RwSignal<Option<CardId>>) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(moving.with(Option::is_some) && !scene.held.get()));
    Effect::new(move || {
        if !open.get() && moving.with_untracked(Option::is_some) {
            moving.set(None);
        }
    });
    let done = move || {
        let card = moving.get_untracked();
        moving.set(None);
        if let Some(card) = card {
            dom::before_paint(move || dom::focus_card(&card));
        }
    };
    view! {
        <Dialog id="move-card" title=words::MOVE_TO_ZONE open=open>
            <div class="move-places">
                {scene
                    .method
                    .zones
                    .iter()
                    .map(|zone| {
                        view! {
                            <button type="button" class="button" on:click=move |_| {
                                if let Some(card) = moving.get_untracked() {
                                    scene.move_to_zone(&[card], &zone.id);
                                }
                                done();
                            }>{zone.title.clone()}</button>
                        }
                    })
                    .collect_view()}
                {each(move || scene.board.groups.get(), |group| group.id.clone(), move |group| {
                        let (named, joined) = (group.id.clone(), group.id.clone());
                        view! {
                            <button type="button" class="button" on:click=move |_| {
                                if let Some(card) = moving.get_untracked() {
                                    let group = joined.clone();
                                    scene.run(Command::Group { group, title: None, cards: vec![card] });
                                }
                                done();
                            }>
                                <Icon name="group" />
                                {group_title(scene, &named)}
                            </button>
                        }
                    })}
            </div>
        </Dialog>
    }
}
