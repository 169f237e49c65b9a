//! A picture of a board: what is on it, fitted into whatever holds it, to be looked at only.

use leptos::html;
use leptos::prelude::*;
use methods::{Area, Ground};
use workshop::id::{BoardId, CardId};

use super::each::each;
use super::photo::Picture;
use super::table::card::{kind_line, seat_name};
use super::table::ground::{GroundView, GroupFrames, LinkLines};
use super::table::scene::Scene;
use super::table::transform;
use crate::browser::dom;
use crate::intent::camera::Camera;
use crate::mirror::{CardStateStoreFields, Workshop};

/// The most that a picture enlarges a board.
const MOST: f64 = 2.5;
/// The space left around the cards, in logical pixels.
const MARGIN: f64 = 140.0;

/// A board fitted into its container. Says nothing to ears: what it shows is said beside it.
#[component]
pub fn BoardPicture(
    /// The board.
    board: BoardId,
    /// The method it follows.
    method: String,
) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let Some(method) = methods::catalog().method(&method) else {
        return ().into_any();
    };
    let scene = Scene::new(workshop, workshop.board(&board, &method.id), method);
    provide_context(scene);
    let element = NodeRef::<html::Div>::new();
    let watching = StoredValue::new_local(None);
    Effect::new(move || {
        if let Some(element) = element.get() {
            let hear = move |width, height| scene.size.set((width, height));
            watching.set_value(Some(dom::on_size(&element, hear)));
        }
    });
    let camera = Memo::new(move |_| {
        scene.board.shaped.track();
        scene.ground.track();
        let cards = scene.board.cards.get();
        let (width, height) = scene.size.get();
        let areas = cards
            .iter()
            .filter_map(|card| scene.area(card))
            .reduce(Area::around);
        // Zones are shown whole, with their titles; a canvas as far as it has cards.
        let canvas = scene.method.zones.len() < 2;
        let area = match areas {
            Some(cards) if canvas => with_margin(cards),
            _ => scene.ground.with_untracked(Ground::bounds),
        };
        Camera::fitting(area, width, height, MOST)
    });
    view! {
        <div class="board-picture" aria-hidden="true" inert=true node_ref=element>
            <div class="world" style:transform=move || transform(camera.get())>
                <GroundView />
                <LinkLines />
                <GroupFrames />
                {each(move || scene.board.cards.get(), CardId::clone, move |card| view! { <CardInPicture id=card /> })}
            </div>
        </div>
    }
    .into_any()
}

fn with_margin(area: Area) -> Area {
    Area {
        x: area.x - MARGIN,
        y: area.y - MARGIN,
        width: area.width + 2.0 * MARGIN,
        height: area.height + 2.0 * MARGIN,
    }
}

#[component]
fn CardInPicture(id: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Some(card) = scene.board.card(&id) else {
        return ().into_any();
    };
    let transform = move || {
        let at = card.at().get();
        let place = card
            .zone()
            .with(|zone| scene.ground.with(|ground| ground.to_board(zone, at)));
        format!("translate({:.0}px, {:.0}px)", place.x, place.y)
    };
    view! {
        <div class="card" data-seat=move || seat_name(card.seat().get()) style:transform=transform>
            <Picture card=card />
            {kind_line(scene, card)}
            <p class="text">{move || card.text().get()}</p>
        </div>
    }
    .into_any()
}
