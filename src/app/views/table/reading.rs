//! A card's sheet while its board is locked: everything that is on the card, to be read, and nothing that
//! could be pressed in vain.

use leptos::prelude::*;
use workshop::id::CardId;

use super::card::seat_name;
use super::fields;
use super::ground::group_title;
use super::photos::PhotoButton;
use super::scene::Scene;
use super::sheet::link_words;
use crate::mirror::CardStateStoreFields;
use crate::views::icon::Icon;
use crate::words::table as words;

/// A card to be read.
#[component]
pub fn CardToRead(card: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(state) = scene.board.card(&card) else {
        return ().into_any();
    };
    let id = StoredValue::new(card.clone());
    let facts = move || {
        let kind = state.kind().with(|kind| scene.method.kind(kind));
        let mut facts = Vec::new();
        if let Some(kind) = kind {
            facts.push((words::KIND.to_owned(), kind.name.clone()));
            facts.extend(state.fields().with(|filled| fields::all_said(kind, filled)));
        }
        if let Some(group) = state.group().get() {
            facts.push((words::GROUP.to_owned(), group_title(scene, &group)));
        }
        let links = scene.board.links.get().into_iter();
        let own = links.filter(|link| link.from == card || link.to == card);
        let linked: Vec<String> = own
            .map(|link| link_words(scene, &card, &link.from, &link.to, &link.kind))
            .collect();
        if !linked.is_empty() {
            facts.push((words::LINKS.to_owned(), linked.join("\n")));
        }
        facts
    };
    view! {
        <div class="card-sheet">
            <p class="hint sheet-locked">
                <Icon name="lock" />
                {words::BOARD_LOCKED}
            </p>
            <p class="sheet-words" data-seat=move || seat_name(state.seat().get())>
                {move || state.text().get()}
            </p>
            <Show when=move || state.photo().with(Option::is_some)>
                <PhotoButton card=id.get_value() />
            </Show>
            <dl class="facts-read">
                {move || {
                    facts()
                        .into_iter()
                        .map(|(name, said)| {
                            view! {
                                <dt>{name}</dt>
                                <dd>{said}</dd>
                            }
                        })
                        .collect_view()
                }}
            </dl>
        </div>
    }
    .into_any()
}
