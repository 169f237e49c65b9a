//! A photo wherever it is shown: room of its proportions, and in it the photo once it is there, or what
//! it shows in words. How sending stands, and the way to choose one.

use leptos::html;
use leptos::prelude::*;
use reactive_stores::Store;
use workshop::photo::{Photo, PhotoHash};

use super::icon::Icon;
use crate::browser::dom;
use crate::intent::measure::photo_height;
use crate::mirror::{CardState, CardStateStoreFields, Sending, Workshop};
use crate::ports::Later;
use crate::words::photo as words;

/// The photo of a card, if it has one. On a card of the board it is as tall as `measure` reckons.
#[component]
pub fn Picture(card: Store<CardState>) -> impl IntoView {
    let is_there = Memo::new(move |_| card.photo().with(Option::is_some));
    (move || is_there.get().then(|| frame(card))).into_any()
}

/// Room for a photo, which is fetched when it is about to be seen.
fn frame(card: Store<CardState>) -> AnyView {
    let album = expect_context::<Workshop>().album;
    let element = NodeRef::<html::Span>::new();
    let seen = RwSignal::new(false);
    let watching = StoredValue::new_local(None);
    Effect::new(move || {
        if let Some(element) = element.get() {
            watching.set_value(Some(dom::on_seen(&element, move || seen.set(true))));
        }
    });
    let of_photo = move |read: fn(&Photo) -> String| {
        let read = move |photo: &Option<Photo>| photo.as_ref().map(read).unwrap_or_default();
        Memo::new(move |_| card.photo().with(read))
    };
    let name = of_photo(|photo| photo.hash.to_string());
    let alt = of_photo(|photo| words::described(&photo.alt));
    let proportions = of_photo(|photo| format!("{} / {}", photo.width, photo.height));
    let height = of_photo(|photo| format!("{:.0}px", photo_height(photo)));
    let fetched = move || {
        let hash = PhotoHash::parse(&name.get()).ok().filter(|_| seen.get());
        let address = hash.map(|hash| album.address(hash));
        (move || match address.map(|address| address.get()) {
            Some(address) if !address.is_empty() => view! {
                <img src=address alt=move || alt.get() decoding="async" draggable="false" />
            }
            .into_any(),
            _ => view! {
                <span class="photo-words">
                    <span>{move || alt.get()}</span>
                    <span class="photo-why">{words::COMING}</span>
                </span>
            }
            .into_any(),
        })
        .into_any()
    };
    view! {
        <span
            class="photo"
            node_ref=element
            style:aspect-ratio=move || proportions.get()
            style:--on-card=move || height.get()
        >
            {fetched}
        </span>
    }
    .into_any()
}

/// A button, to all appearances, by which a photo is chosen: the device offers its camera as well where
/// it has one.
#[component]
pub fn ChoosePhoto(
    /// What it looks like.
    class: &'static str,
    /// What it says.
    words: &'static str,
    /// Whether someone is about to choose. Whoever takes what was chosen says when that is over.
    choosing: RwSignal<bool>,
    /// Takes what was chosen.
    chosen: Callback<Later<Option<Vec<u8>>>>,
) -> impl IntoView {
    view! {
        <label class=format!("{class} choose-photo")>
            <input
                type="file"
                accept="image/*"
                on:click=move |_| choosing.set(true)
                on:cancel=move |_: leptos::ev::Event| choosing.set(false)
                on:change=move |event| match dom::chosen_file(&event) {
                    Some(file) => chosen.run(file),
                    None => choosing.set(false),
                }
            />
            <Icon name="photo" />
            <span>{words}</span>
        </label>
    }
}

/// How sending stands, while there is anything to say of it.
#[component]
pub fn PhotoNews() -> impl IntoView {
    let album = expect_context::<Workshop>().album;
    let sentence = move || match album.sending.get() {
        Sending::Nothing => None,
        Sending::Preparing => Some(words::PREPARING.to_owned()),
        Sending::Now(count) => Some(words::sending(count)),
        Sending::Waiting(count) => Some(words::waiting(count)),
        Sending::NoRoom(count) => Some(words::no_room(count)),
        Sending::Refused => Some(words::REFUSED.to_owned()),
    };
    let is_stuck = Memo::new(move |_| {
        matches!(
            album.sending.get(),
            Sending::Waiting(_) | Sending::NoRoom(_)
        )
    });
    let try_again = move || {
        is_stuck.get().then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| album.send_now()>
                    {words::TRY_AGAIN}
                </button>
            }
        })
    };
    view! {
        <div class="photo-news" role="status">
            {move || sentence().map(|sentence| view! { <p>{sentence}</p> })}
            {try_again}
        </div>
    }
}
