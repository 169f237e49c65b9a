//! Who is here and what they do, without getting in anyone's way: a count, and now and then one quiet
//! sentence for ears.

use std::collections::BTreeSet;

use leptos::prelude::*;
use workshop::id::CardId;

use super::scene::Scene;
use crate::device::Device;
use crate::views::help::NO_NEWS;
use crate::views::icon::Icon;
use crate::words;
use crate::words::table;

/// Remote edits are told together, at most once in this time, in milliseconds.
const GATHER_MS: u32 = 5_000;
/// How long a notice stays, in milliseconds.
const NOTICE_MS: u32 = 6_000;

/// Who else is at this board.
#[component]
pub fn Here() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let names = Memo::new(move |_| {
        let people = scene.board.people.get();
        let named = people
            .iter()
            .filter_map(|person| person.presence.name.clone());
        let names: BTreeSet<String> = named.collect();
        (
            people.len(),
            names.into_iter().collect::<Vec<_>>().join(", "),
        )
    });
    view! {
        // The count includes whoever holds this device.
        <p class="here" title=move || names.with(|(_, names)| names.clone())>
            <Icon name="people" />
            <span>{move || words::people_here(names.with(|(count, _)| count + 1))}</span>
        </p>
    }
}

/// Notices, and news of others' cards for ears.
#[component]
pub fn News() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let device = expect_context::<Device>();
    let notice = scene.workshop.notice;
    let hiding = StoredValue::new_local(None);
    Effect::new(move || {
        if notice.with(Option::is_some) {
            let hide = move || notice.set(None);
            hiding.set_value(Some(device.after(NOTICE_MS, hide)));
        }
    });
    view! {
        <div class="notice-place" role="status" aria-live="polite">
            <Show when=move || notice.with(Option::is_some)>
                <p class="notice">{move || notice.get()}</p>
            </Show>
        </div>
        <p class="only-heard" aria-live="polite">{gathered(scene, device)}</p>
    }
}

/// "3 new cards at this table": others' new cards, gathered.
fn gathered(scene: Scene, device: Device) -> ReadSignal<String> {
    let (told, tell) = signal(String::new());
    let waiting = StoredValue::new_local(None);
    let known = StoredValue::new(None::<BTreeSet<CardId>>);
    let gather = move || {
        waiting.set_value(None);
        let cards: BTreeSet<CardId> = scene.board.cards.get_untracked().into_iter().collect();
        let new =
            known.with_value(|known| known.as_ref().map_or(0, |k| cards.difference(k).count()));
        known.set_value(Some(cards));
        if new > 0 && device.setting(NO_NEWS).is_none() {
            tell.set(table::new_cards(new));
        }
    };
    Effect::new(move || {
        scene.board.cards.track();
        let made_here = scene.editing.get_untracked();
        known.update_value(|known| {
            if let (Some(known), Some(card)) = (known.as_mut(), made_here) {
                known.insert(card);
            }
        });
        if !scene.board.ready.get() {
            return;
        }
        if known.with_value(Option::is_none) {
            let cards = scene.board.cards.get_untracked().into_iter().collect();
            known.set_value(Some(cards));
        } else if waiting.with_value(Option::is_none) {
            waiting.set_value(Some(device.after(GATHER_MS, gather)));
        }
    });
    told
}
