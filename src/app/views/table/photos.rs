//! Photos at a table: in a card's sheet, and one shown large.

use leptos::prelude::*;
use workshop::board::Command;
use workshop::id::CardId;

use super::scene::Scene;
use crate::mirror::CardStateStoreFields;
use crate::views::dialog::Dialog;
use crate::views::icon::Icon;
use crate::views::photo::{ChoosePhoto, Picture};
use crate::words::photo as words;

/// The part of a card's sheet about its photo.
#[component]
pub fn PhotoOfCard(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card);
    let has_photo = Memo::new(move |_| state.photo().with(Option::is_some));
    let alt = move || {
        let alt = state.photo().get().map(|photo| photo.alt);
        alt.unwrap_or_default()
    };
    let none = move || {
        let chosen = Callback::new(move |file| scene.add_photo_to(id.get_value(), file));
        let choosing = scene.choosing;
        view! { <ChoosePhoto class="button" words=words::ADD choosing=choosing chosen=chosen /> }
            .into_any()
    };
    let one = move || {
        view! {
            <PhotoButton card=id.get_value() />
            <div class="field">
                <label for="photo-alt">{words::DESCRIPTION}</label>
                <p class="hint" id="photo-alt-hint">
                    {words::DESCRIPTION_HINT}
                </p>
                <input
                    class="input"
                    id="photo-alt"
                    type="text"
                    autocomplete="off"
                    aria-describedby="photo-alt-hint"
                    prop:value=alt
                    on:change=move |event| {
                        let alt = event_target_value(&event);
                        scene.run(Command::DescribePhoto(id.get_value(), alt));
                    }
                />
            </div>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    scene.run(Command::SetPhoto(id.get_value(), None));
                }
            >
                <Icon name="close" />
                {words::TAKE_OFF}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="sheet-part">{move || if has_photo.get() { one() } else { none() }}</div>
    }
    .into_any()
}

/// A card's photo, as a button that shows it large.
#[component]
pub fn PhotoButton(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let name = move || {
        let alt = state.photo().get().map(|photo| photo.alt);
        words::show_large(&alt.unwrap_or_default())
    };
    view! {
        <button
            type="button"
            class="photo-button"
            aria-label=name
            on:click=move |_| scene.photo.set(Some(card.clone()))
        >
            <Picture card=state />
        </button>
    }
    .into_any()
}

/// The photo that somebody wants to see large, over everything else.
#[component]
pub fn LargePhoto() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let open = RwSignal::new(false);
    let shown = move || {
        let card = scene.photo.get()?;
        scene.board.cards.track();
        let state = scene.board.card(&card)?;
        state.photo().with(Option::is_some).then_some(state)
    };
    Effect::new(move || open.set(shown().is_some()));
    Effect::new(move || {
        if !open.get() && scene.photo.with_untracked(Option::is_some) {
            scene.photo.set(None);
        }
    });
    view! {
        <Dialog id="large-photo" title=words::PHOTO open=open wide=true>
            {move || {
                shown().map(|card| {
                    let alt = move || card.photo().get().map(|photo| photo.alt);
                    view! {
                        <div class="large-photo">
                            <Picture card=card />
                            <p aria-hidden="true">{alt}</p>
                            <Show when=move || !scene.held.get()>
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| {
                                        let card = scene.photo.get_untracked();
                                        scene.photo.set(None);
                                        scene.sheet.set(card);
                                    }
                                >
                                    <Icon name="pencil" />
                                    {words::DESCRIBE}
                                </button>
                            </Show>
                        </div>
                    }
                })
            }}
        </Dialog>
    }
}
