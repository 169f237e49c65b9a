//! A card's sheet: everything that can be done with a card besides writing on it. The same for board
//! and list, and a way without dragging for everything that can be dragged.

use leptos::prelude::*;
use workshop::board::{Command, Seat};
use workshop::id::{CardId, LinkId};

use super::card::seat_name;
use super::fields::Fields;
use super::ground::group_title;
use super::photos::PhotoOfCard;
use super::reading::CardToRead;
use super::scene::{Mode, Scene};
use crate::mirror::CardStateStoreFields;
use crate::views::dialog::Dialog;
use crate::views::each::each;
use crate::views::icon::Icon;
use crate::words::photo::card_words;
use crate::words::table as words;

/// The sheet of whichever card the scene says.
#[component]
pub fn Sheet() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(scene.sheet.with(Option::is_some)));
    Effect::new(move || {
        if !open.get() && scene.sheet.with_untracked(Option::is_some) {
            scene.sheet.set(None);
        }
    });
    // A card that someone else deletes takes its sheet along.
    Effect::new(move || {
        scene.board.cards.track();
        let gone = |card: &CardId| scene.board.card(card).is_none();
        if scene
            .sheet
            .with_untracked(|sheet| sheet.as_ref().is_some_and(gone))
        {
            scene.sheet.set(None);
        }
    });
    view! {
        <Dialog id="card-sheet" title=words::SHEET open=open>
            {move || {
                let card = scene.sheet.get()?;
                Some(
                    if scene.held.get() {
                        view! { <CardToRead card=card /> }.into_any()
                    } else {
                        view! { <SheetOf card=card /> }.into_any()
                    },
                )
            }}
        </Dialog>
    }
}

#[component]
fn SheetOf(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card.clone());
    let several = scene.method.kinds.len() > 1;
    let just = move || vec![id.get_value()];
    view! {
        <div class="card-sheet">
            <p class="sheet-words" data-seat=move || seat_name(state.seat().get())>
                {move || state.text().get()}
            </p>
            <div class="sheet-actions">
                <button type="button" class="button" on:click=move |_| {
                    scene.sheet.set(None);
                    scene.write_in(&id.get_value());
                }>
                    <Icon name="pencil" />
                    {words::EDIT}
                </button>
                <Follows card=card.clone() />
            </div>
            <PhotoOfCard card=card.clone() />
            {several.then(|| view! { <Kinds card=card.clone() /> })}
            <Fields card=card.clone() />
            <Colours
                label=words::COLOUR
                name="card-colour"
                chosen=Signal::derive(move || state.seat().get())
                choose=Callback::new(move |seat| scene.recolour(just(), seat))
            />
            <MoveTo card=card.clone() />
            <Grouping card=card.clone() />
            <Links card=card.clone() />
            <div class="sheet-actions end">
                <button type="button" class="button" on:click=move |_| {
                    scene.sheet.set(None);
                    scene.duplicate(&just());
                }>
                    <Icon name="copy" />
                    {words::DUPLICATE}
                </button>
                <button type="button" class="button danger" on:click=move |_| scene.delete(just())>
                    <Icon name="trash" />
                    {words::DELETE}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The buttons by which the method lets a card lead to another: a deeper reason, an answer.
#[component]
fn Follows(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let kind = Memo::new(move |_| state.kind().with(|kind| scene.method.kind(kind)));
    let id = StoredValue::new(card);
    view! {
        {move || {
            kind.get()
                .map(|kind| kind.follow.iter())
                .into_iter()
                .flatten()
                .map(|follow| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| {
                                scene.sheet.set(None);
                                scene.follow(&id.get_value(), follow);
                            }
                        >
                            <Icon name="plus" />
                            {follow.words.clone()}
                        </button>
                    }
                })
                .collect_view()
        }}
    }
    .into_any()
}

#[component]
fn Kinds(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card);
    view! {
        <fieldset class="chips">
            <legend>{words::KIND}</legend>
            {scene
                .method
                .kinds
                .iter()
                .map(|kind| {
                    let own = kind.id.as_str();
                    view! {
                        <label class="chip">
                            <input
                                type="radio"
                                name="card-kind"
                                prop:checked=move || state.kind().with(|kind| kind == own)
                                on:change=move |_| {
                                    scene.run(Command::SetKind(id.get_value(), own.to_owned()));
                                }
                            />
                            <Icon name=kind.icon.clone() />
                            <span>{kind.name.clone()}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}

/// The colour seats to choose from.
#[component]
pub fn Colours(
    label: &'static str,
    name: &'static str,
    chosen: Signal<Seat>,
    choose: Callback<Seat>,
) -> impl IntoView {
    view! {
        <fieldset class="chips colours" role="radiogroup" aria-label=label>
            <legend>{label}</legend>
            {Seat::ALL
                .map(|seat| {
                    view! {
                        <label class="colour" data-seat=seat_name(seat)>
                            <input
                                type="radio"
                                name=name
                                prop:checked=move || chosen.get() == seat
                                on:change=move |_| choose.run(seat)
                            />
                            <span>{words::seat(seat)}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// Moving a card without dragging: to a zone, or on the board by a tap.
#[component]
fn MoveTo(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card);
    view! {
        <div class="field">
            <label for="move-to">{words::MOVE_TO}</label>
            <select
                class="input"
                id="move-to"
                on:change=move |event| {
                    scene.move_to_zone(&[id.get_value()], &event_target_value(&event));
                }
            >
                {scene
                    .method
                    .zones
                    .iter()
                    .map(|zone| {
                        let own = zone.id.clone();
                        view! {
                            <option
                                value=zone.id.clone()
                                selected=move || state.zone().with(|zone| *zone == own)
                            >
                                {zone.title.clone()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// Grouping without dragging: choose the cards, give the group a title.
#[component]
fn Grouping(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card);
    let choosing = RwSignal::new(false);
    let chosen = RwSignal::new(Vec::<CardId>::new());
    let title = RwSignal::new(String::new());
    let others = move || {
        let mut cards = scene.board.cards.get();
        cards.retain(|other| id.with_value(|id| other != id));
        cards
    };
    let group_them = move |_| {
        let mut cards = vec![id.get_value()];
        cards.extend(chosen.get_untracked());
        if scene.group(cards, Some(title.get_untracked())).is_some() {
            choosing.set(false);
            scene.sheet.set(None);
        }
    };
    view! {
        <div class="sheet-part">
            {move || {
                state
                    .group()
                    .get()
                    .map(|group| {
                        let name = group_title(scene, &group);
                        let renamed = group.clone();
                        view! {
                            <div class="field">
                                <label for="group-title">{words::GROUP_TITLE}</label>
                                <input
                                    class="input"
                                    id="group-title"
                                    type="text"
                                    autocomplete="off"
                                    prop:value=name
                                    on:change=move |event| {
                                        let title = event_target_value(&event);
                                        scene.run(Command::RenameGroup(renamed.clone(), title));
                                    }
                                />
                            </div>
                            <button type="button" class="button" on:click=move |_| {
                                scene.run(Command::Ungroup(vec![id.get_value()]));
                            }>{words::LEAVE_GROUP}</button>
                        }
                    })
            }}
            <button
                type="button"
                class="button"
                aria-expanded=move || choosing.get().to_string()
                on:click=move |_| choosing.update(|choosing| *choosing = !*choosing)
            >
                <Icon name="group" />
                {words::GROUP}
            </button>
            <Show when=move || choosing.get()>
                <fieldset class="choose-cards">
                    <legend>{words::GROUP_WITH}</legend>
                    {each(others, CardId::clone, move |other| view! { <ChooseCard card=other chosen=chosen /> })}
                </fieldset>
                <div class="field">
                    <label for="new-group-title">{words::GROUP_TITLE}</label>
                    <input
                        class="input"
                        id="new-group-title"
                        type="text"
                        autocomplete="off"
                        prop:value=move || title.get()
                        on:input=move |event| title.set(event_target_value(&event))
                    />
                </div>
                <button type="button" class="button primary" on:click=group_them>
                    {words::GROUP_THEM}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn ChooseCard(card: CardId, chosen: RwSignal<Vec<CardId>>) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let id = StoredValue::new(card);
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || id.with_value(|id| chosen.with(|chosen| chosen.contains(id)))
                on:change=move |event| {
                    let picked = event_target_checked(&event);
                    chosen.update(|chosen| {
                        chosen.retain(|other| id.with_value(|id| other != id));
                        if picked {
                            chosen.push(id.get_value());
                        }
                    });
                }
            />
            <span>{move || id.with_value(|id| text_of(scene, id))}</span>
        </label>
    }
}

/// The links of a card, and a way to make one without pointing.
#[component]
fn Links(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let id = StoredValue::new(card);
    let own = move || {
        let mut links = scene.board.links.get();
        links.retain(|link| id.with_value(|id| link.from == *id || link.to == *id));
        links
    };
    let others = move || {
        let mut cards = scene.board.cards.get();
        cards.retain(|other| id.with_value(|id| other != id));
        cards
    };
    view! {
        <div class="sheet-part">
            <h3>{words::LINKS}</h3>
            <ul class="links-list">
                {each(own, |link| link.id.clone(), move |link| view! { <li>
                        <span>
                            {link_words(scene, &id.get_value(), &link.from, &link.to, &link.kind)}
                        </span>
                        <Unlink link=link.id.clone() />
                    </li> })}
            </ul>
            <div class="field">
                <label for="link-to">{words::LINK_TO}</label>
                <select
                    class="input"
                    id="link-to"
                    on:change=move |event| {
                        if let Ok(other) = CardId::parse(&event_target_value(&event)) {
                            scene.link(&id.get_value(), &other);
                        }
                    }
                >
                    <option value="">{words::LINK_FROM_WHICH}</option>
                    {each(others, CardId::clone, move |other| view! { <option value=other.to_string()>{text_of(scene, &other)}</option> })}
                </select>
            </div>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    scene.sheet.set(None);
                    scene.stop_writing();
                    scene.mode.set(Mode::Link(id.get_value()));
                }
            >
                <Icon name="link" />
                {words::LINK_BY_TAP}
            </button>
        </div>
    }
}

#[component]
fn Unlink(link: LinkId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    view! {
        <button type="button" class="button quiet" on:click=move |_| {
            scene.run(Command::Unlink(link.clone()));
        }>
            <Icon name="close" />
            {words::UNLINK}
        </button>
    }
}

/// What a card is called where others are chosen from: its words, or those for its photo.
fn text_of(scene: Scene, card: &CardId) -> String {
    let Some(state) = scene.board.card(card) else {
        return String::new();
    };
    let alt = state.photo().get().map(|photo| photo.alt);
    card_words(&state.text().get(), alt.as_deref())
}

/// How a link reads from the side of one of its cards: "leads to: Meet at the hall".
pub fn link_words(scene: Scene, own: &CardId, from: &CardId, to: &CardId, kind: &str) -> String {
    let kind = scene.method.link(kind);
    let (verb, other) = if own == from {
        (kind.map_or(words::LINKED_TO, |kind| kind.name.as_str()), to)
    } else {
        (
            kind.map_or(words::LINKED_FROM, |kind| kind.back.as_str()),
            from,
        )
    };
    format!("{verb}: {}", text_of(scene, other))
}
