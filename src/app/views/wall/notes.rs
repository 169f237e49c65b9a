//! The words of cards in columns: what the wall shows where a picture of the boards would make them
//! too small to read from the back of the hall. What does not fit in a column comes by in turn.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use methods::Zone;
use workshop::id::CardId;

use crate::browser::dom;
use crate::mirror::{BoardMirror, CardStateStoreFields};
use crate::views::each::each;
use crate::views::photo::Picture;
use crate::views::table::card::seat_name;
use crate::words::{self, wall};

/// How long each part of a column that is too long stays.
const TURN: Duration = Duration::from_secs(10);

/// A column of cards under one heading.
#[component]
pub fn Notes(
    /// The heading; empty for none.
    #[prop(into)]
    title: Signal<String>,
    /// Whether to say how many cards there are.
    counted: bool,
    /// The board that the cards are on.
    board: BoardMirror,
    /// The cards, in reading order.
    #[prop(into)]
    cards: Signal<Vec<CardId>>,
    /// The zones that are named over the first of their cards; none where that is said already.
    #[prop(optional)]
    zones: &'static [Zone],
) -> impl IntoView {
    let flow = NodeRef::<html::Ul>::new();
    let part = RwSignal::new(0);
    let parts = RwSignal::new(1);
    // The browser breaks the list into parts as wide as the column; only it knows how many.
    // It is asked before the next paint, and by then the wall may show something else.
    let measure = move || {
        if let Some(flow) = flow.try_get_untracked().flatten() {
            let width = flow.client_width().max(1);
            parts.set(((flow.scroll_width() + width / 2) / width).max(1));
        }
    };
    let turn = move || {
        measure();
        part.update(|part| *part = (*part + 1) % parts.get_untracked());
    };
    Effect::new(move || {
        flow.track();
        board.shaped.track();
        cards.track();
        dom::before_paint(measure);
    });
    if let Ok(turning) = set_interval_with_handle(turn, TURN) {
        on_cleanup(move || turning.clear());
    }
    let count = move || match cards.with(Vec::len) {
        0 => wall::WAITING_FOR_CARDS.to_owned(),
        count if counted => words::cards(count),
        _ => String::new(),
    };
    let which = move || (parts.get() > 1).then(|| wall::part(part.get() + 1, parts.get()));
    view! {
        <section class="wall-notes">
            <header>
                <h2 aria-hidden=move || title.with(|it| it.trim().is_empty()).then_some("true")>
                    {title}
                </h2>
                <p class="count">{count} {which}</p>
            </header>
            <div class="frame">
                <ul node_ref=flow style:--part=move || part.get().to_string()>
                    {each(move || cards.get(), CardId::clone, move |card| {
                        let own = card.clone();
                        let zone = Memo::new(move |_| zone_begun_by(&own, &cards.get(), board, zones));
                        view! { <Note board=board card=card zone=zone /> }
                    })}
                </ul>
            </div>
        </section>
    }
}

/// The title of the zone that a card is the first of, among these cards in reading order.
fn zone_begun_by(
    card: &CardId,
    cards: &[CardId],
    board: BoardMirror,
    zones: &[Zone],
) -> Option<String> {
    let zone_of = |card: &CardId| board.card(card).map(|card| card.zone().get());
    let at = cards.iter().position(|other| other == card)?;
    let before = at.checked_sub(1).and_then(|before| zone_of(&cards[before]));
    let zone = zone_of(card).filter(|zone| before.as_ref() != Some(zone))?;
    let zone = zones.iter().find(|known| known.id == zone)?;
    Some(zone.title.clone())
}

#[component]
fn Note(board: BoardMirror, card: CardId, zone: Memo<Option<String>>) -> impl IntoView {
    board.card(&card).map(|card| {
        view! {
            {move || zone.get().map(|zone| view! { <li class="note-zone">{zone}</li> })}
            <li class="note" data-seat=move || seat_name(card.seat().get())>
                <Picture card=card />
                {move || card.text().get()}
            </li>
        }
    })
}
