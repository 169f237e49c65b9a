//! What lies under the cards: zones with their titles and prompts, groups, links.

use leptos::prelude::*;
use methods::{Area, PlacedHeading, PlacedZone, ZoneShape};
use workshop::board::{Group, Link};
use workshop::id::{CardId, GroupId};

use super::scene::Scene;
use crate::intent::measure::card_height;
use crate::mirror::CardStateStoreFields;
use crate::views::each::each;
use crate::words::table as words;

/// The space around a group's cards, and the height of its title, in logical pixels.
const GROUP_MARGIN: f64 = 12.0;
const GROUP_TITLE: f64 = 40.0;

/// The zones and headings.
#[component]
pub fn GroundView() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let zones = move || scene.ground.with(|ground| ground.zones.clone());
    let headings = move || scene.ground.with(|ground| ground.headings.clone());
    view! {
        <div class="ground">
            {each(zones, zone_key, move |zone| view! { <Zone zone=zone /> })}
            {each(headings, |heading: &PlacedHeading| format!("{}{}", heading.title, edges(heading.area)), move |heading| view! { <Heading heading=heading /> })}
        </div>
    }
}

#[component]
fn Zone(zone: PlacedZone) -> impl IntoView {
    let shape = match zone.shape {
        ZoneShape::Rect => "rect",
        ZoneShape::Ring { .. } => "ring",
    };
    let area = zone.area();
    view! {
        <div class="zone" data-shape=shape style:transform=place(area) style:width=px(area.width) style:height=px(area.height)></div>
        {zone
            .label
            .map(|label| {
                view! {
                    <div class="zone-label" style:transform=place(label) style:width=px(label.width) style:height=px(label.height)>
                        <h2>{zone.title.clone()}</h2>
                        {(!zone.prompt.is_empty()).then(|| view! { <p>{zone.prompt.clone()}</p> })}
                    </div>
                }
            })}
    }
}

#[component]
fn Heading(heading: PlacedHeading) -> impl IntoView {
    let area = heading.area;
    view! {
        <div class="zone-label heading" style:transform=place(area) style:width=px(area.width) style:height=px(area.height)>
            <h2>{heading.title}</h2>
            {(!heading.prompt.is_empty()).then(|| view! { <p>{heading.prompt}</p> })}
        </div>
    }
}

/// A frame around each group's cards, with its title.
#[component]
pub fn GroupFrames() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let groups = move || scene.board.groups.get();
    view! {
        {each(groups, |group: &Group| group.id.clone(), move |group| view! { <GroupFrame id=group.id /> })}
    }
}

#[component]
fn GroupFrame(id: GroupId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let id = StoredValue::new(id);
    let members = Memo::new(move |_| {
        scene
            .board
            .members
            .with(|members| id.with_value(|id| members.get(id).cloned()))
            .unwrap_or_default()
    });
    let area = Memo::new(move |_| {
        let areas = members
            .get()
            .into_iter()
            .filter_map(|card| tracked_area(scene, &card));
        areas.reduce(Area::around).map(|area| Area {
            x: area.x - GROUP_MARGIN,
            y: area.y - GROUP_MARGIN - GROUP_TITLE,
            width: area.width + 2.0 * GROUP_MARGIN,
            height: area.height + 2.0 * GROUP_MARGIN + GROUP_TITLE,
        })
    });
    let title = Memo::new(move |_| group_title(scene, &id.get_value()));
    view! {
        <div
            class="group-frame"
            style:transform=move || area.get().map(place)
            style:width=move || area.get().map(|area| px(area.width))
            style:height=move || area.get().map(|area| px(area.height))
        >
            <button
                type="button"
                class="group-title"
                on:click=move |_| {
                    if scene.may_write() {
                        scene.picked.set(members.get_untracked());
                    }
                }
            >
                {title}
            </button>
        </div>
    }
}

/// A group's title, or the word for one that has none.
pub fn group_title(scene: Scene, id: &GroupId) -> String {
    let title = scene.board.groups.with(|groups| {
        groups
            .iter()
            .find(|group| group.id == *id)
            .map(|group| group.title.clone())
    });
    title
        .filter(|title| !title.trim().is_empty())
        .unwrap_or(words::GROUP_WITHOUT_TITLE.into())
}

/// A card's area on the board, on the move or not; whoever asks hears of every change.
fn tracked_area(scene: Scene, card: &CardId) -> Option<Area> {
    let state = scene.board.card(card)?;
    let (at, lift) = (state.at().get(), scene.lift_of(card));
    let photo = state.photo().get();
    let height = state.text().with(|text| card_height(text, photo.as_ref()));
    let corner = state
        .zone()
        .with(|zone| scene.ground.with(|ground| ground.to_board(zone, at)));
    Some(Area {
        x: corner.x + lift.x,
        y: corner.y + lift.y,
        height,
        ..Area::card(at)
    })
}

/// A line for each link, under the cards, and over them where it begins and where it ends, so that a card
/// in between hides neither.
#[component]
pub fn LinkLines() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let lines = move || {
        let links = move || scene.board.links.get();
        each(
            links,
            |link: &Link| link.id.clone(),
            move |link| view! { <LinkLine link=link /> },
        )
    };
    view! {
        <svg class="links" aria-hidden="true" width="1" height="1">
            {lines()}
        </svg>
        <svg class="links link-ends" aria-hidden="true" width="1" height="1">
            <defs>
                <marker id="link-start" viewBox="-6 -6 12 12" markerWidth="12" markerHeight="12" markerUnits="userSpaceOnUse">
                    <circle r="4.5"></circle>
                </marker>
                <marker id="link-end" viewBox="-14 -10 16 20" markerWidth="16" markerHeight="20" markerUnits="userSpaceOnUse" orient="auto">
                    <path d="M0 0l-12-8v16z"></path>
                </marker>
            </defs>
            <g marker-start="url(#link-start)" marker-end="url(#link-end)">
                {lines()}
            </g>
        </svg>
    }
}

#[component]
fn LinkLine(link: Link) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let Link { id, from, to, .. } = link;
    // A card that comes later than its link is drawn to when the order of cards changes.
    let line = Memo::new(move |_| {
        scene.board.cards.track();
        Some(line_between(
            tracked_area(scene, &from)?,
            tracked_area(scene, &to)?,
        ))
    });
    view! { <path class="link" data-link=id.to_string() d=line></path> }
}

/// A gentle curve from the edge of one card to the edge of another.
fn line_between(from: Area, to: Area) -> String {
    let middle = |area: Area| (area.x + area.width / 2.0, area.y + area.height / 2.0);
    let ((ax, ay), (bx, by)) = (middle(from), middle(to));
    let (dx, dy) = (bx - ax, by - ay);
    if dx.abs() >= dy.abs() {
        let side = dx.signum();
        let (start, end) = (
            ax + side * from.width / 2.0,
            bx - side * (to.width / 2.0 + 4.0),
        );
        let bend = (end - start) / 2.0;
        format!(
            "M{start:.0} {ay:.0}C{:.0} {ay:.0} {:.0} {by:.0} {end:.0} {by:.0}",
            start + bend,
            end - bend
        )
    } else {
        let side = dy.signum();
        let (start, end) = (
            ay + side * from.height / 2.0,
            by - side * (to.height / 2.0 + 4.0),
        );
        let bend = (end - start) / 2.0;
        format!(
            "M{ax:.0} {start:.0}C{ax:.0} {:.0} {bx:.0} {:.0} {bx:.0} {end:.0}",
            start + bend,
            end - bend
        )
    }
}

fn place(area: Area) -> String {
    format!("translate({:.0}px, {:.0}px)", area.x, area.y)
}

/// Whatever of a zone is drawn is in its key, so that a zone that grew is drawn anew.
fn zone_key(zone: &PlacedZone) -> String {
    let label = zone.label.map(edges).unwrap_or_default();
    format!("{} {} {label}", zone.id, edges(zone.area()))
}

fn edges(area: Area) -> String {
    format!("{} {} {} {}", area.x, area.y, area.width, area.height)
}

fn px(length: f64) -> String {
    format!("{length:.0}px")
}
