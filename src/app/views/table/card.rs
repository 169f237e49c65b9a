//! A card: paper with words. A change to one card touches its element and no other. It is moved by a
//! transform while it is on the move and never else: a browser reckons with each transform at every
//! frame.

use leptos::prelude::*;
use methods::{Area, LinkEnd};
use reactive_stores::Store;
use workshop::board::Point;
use workshop::id::CardId;

use super::editor::CardEditor;
use super::scene::Scene;
use crate::intent::measure::may_be_cut;
use crate::mirror::{CardState, CardStateStoreFields};
use crate::views::icon::Icon;
use crate::views::photo::Picture;
use crate::words::{self, table};

/// No card is taller, in logical pixels.
const TALLEST: f64 = 1_000.0;

/// One card on the board. Away from what is in view it is paper without words: its name says them to
/// those who hear it, and thousands of such cards cost a browser little.
#[component]
pub fn CardOnBoard(
    id: CardId,
    /// Its place and number in its zone, and the zone's title.
    place: Signal<(usize, usize, String)>,
    /// The names of those who write in it.
    writers: Signal<Vec<String>>,
    /// What is in view, and around it.
    around: Memo<Area>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(card) = scene.board.card(&id) else {
        return ().into_any();
    };
    let lift = scene.lift(&id);
    let kind = Memo::new(move |_| card.kind().with(|kind| scene.method.kind(kind)));
    let id = StoredValue::new(id);
    let writing =
        Memo::new(move |_| id.with_value(|id| scene.editing.with(|e| e.as_ref() == Some(id))));
    let picked = Memo::new(move |_| id.with_value(|id| scene.picked.with(|p| p.contains(id))));
    let lies_at = Memo::new(move |_| {
        let at = card.at().get();
        card.zone()
            .with(|zone| scene.ground.with(|ground| ground.to_board(zone, at)))
    });
    let lifted = move || lift.with(|by| by.x != 0.0 || by.y != 0.0);
    let is_drawn = Memo::new(move |_| {
        let (Point { x, y }, by) = (lies_at.get(), lift.get());
        let mut area = Area::card(Point {
            x: x + by.x,
            y: y + by.y,
        });
        area.height = TALLEST;
        around.get().touches(area) || writing.get()
    });
    let lift_by = move || {
        let Point { x, y } = lift.get();
        lifted().then(|| format!("translate({x:.1}px, {y:.1}px)"))
    };
    let name = move || {
        let (index, of, zone) = place.get();
        let kind = kind.get().map_or("", |kind| kind.name.as_str());
        table::card_name(&words_of(card), kind, index, of, &zone)
    };
    let tallies = Memo::new(move |_| id.with_value(|id| tallies(scene, id)));
    view! {
        <div
            class="card"
            role="group"
            tabindex="0"
            data-card=id.with_value(ToString::to_string)
            data-seat=move || seat_name(card.seat().get())
            class:picked=picked
            class:lifted=lifted
            class:writing=writing
            aria-label=name
            style:left=move || format!("{:.1}px", lies_at.get().x)
            style:top=move || format!("{:.1}px", lies_at.get().y)
            style:transform=lift_by
            on:focusin=move |_| id.with_value(|id| scene.focused.set(Some(id.clone())))
            on:contextmenu=move |event| {
                event.prevent_default();
                id.with_value(|id| scene.sheet.set(Some(id.clone())));
            }
        >
            <Show when=move || is_drawn.get()>
                <Picture card=card />
                {kind_line(scene, card)}
                <div class="writing-area">
                    <p class="text" class:long=move || card.text().with(|text| may_be_cut(text))>
                        {move || card.text().get()}
                    </p>
                    <Show when=move || writing.get()>
                        <CardEditor id=id.get_value() />
                    </Show>
                </div>
                <CardMarks id=id.get_value() tallies=tallies writers=writers />
                <Show when=move || picked.get()>
                    <span class="tick" aria-hidden="true">
                        <Icon name="check" />
                    </span>
                </Show>
                <Show when=move || writing.get()>
                    <button
                        type="button"
                        class="sheet-button"
                        on:mousedown=|event| event.prevent_default()
                        on:click=move |_| id.with_value(|id| scene.sheet.set(Some(id.clone())))
                    >
                        <Icon name="more" />
                        {table::MORE}
                    </button>
                </Show>
            </Show>
        </div>
    }
    .into_any()
}

/// What kind of card it is, in a word and with its icon.
pub fn kind_line(scene: Scene, card: Store<CardState>) -> AnyView {
    let kind = move || card.kind().with(|kind| scene.method.kind(kind));
    (move || {
        kind().map(|kind| {
            view! {
                <p class="kind">
                    <Icon name=kind.icon.clone() />
                    <span>{kind.name.clone()}</span>
                </p>
            }
        })
    })
    .into_any()
}

/// A card's words, or what its photo shows.
pub fn words_of(card: Store<CardState>) -> String {
    let alt = card.photo().get().map(|photo| photo.alt);
    card.text()
        .with(|text| words::photo::card_words(text, alt.as_deref()))
}

/// What stands at the foot of a card: what its links add up to, what was filled in, who writes in it.
#[component]
pub fn CardMarks(
    id: CardId,
    tallies: Memo<Vec<String>>,
    writers: Signal<Vec<String>>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(card) = scene.board.card(&id) else {
        return ().into_any();
    };
    let said = Memo::new(move |_| {
        let kind = card.kind().with(|kind| scene.method.kind(kind));
        let fields = card.fields().get();
        kind.map(|kind| super::fields::said(kind, &fields))
            .unwrap_or_default()
    });
    view! {
        <div class="marks">
            {move || said.get().into_iter().map(|words| view! { <span class="mark-said">{words}</span> }).collect_view()}
            {move || tallies.get().into_iter().map(|words| view! { <span class="mark-tally">{words}</span> }).collect_view()}
            {move || {
                let writers = writers.get();
                (!writers.is_empty())
                    .then(|| view! { <span class="mark-writing">{table::writing(&writers)}</span> })
            }}
        </div>
    }
    .into_any()
}

/// What a card's links add up to, in the method's words.
pub fn tallies(scene: Scene, id: &CardId) -> Vec<String> {
    scene.board.links.with(|links| {
        let tally = |kind: &methods::LinkKind| {
            let tally = kind.tally.as_ref()?;
            let counts = links
                .iter()
                .filter(|link| link.kind == kind.id)
                .filter(|link| {
                    *id == match tally.at {
                        LinkEnd::From => &link.from,
                        LinkEnd::To => &link.to,
                    }
                    .clone()
                });
            tally.words(counts.count())
        };
        scene.method.links.iter().filter_map(tally).collect()
    })
}

/// A seat's name in style sheets.
pub fn seat_name(seat: workshop::board::Seat) -> String {
    words::table::seat(seat).to_lowercase()
}
