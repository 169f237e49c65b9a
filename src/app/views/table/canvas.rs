//! The board itself: the ground with its zones, the cards on it, and what pointers do to them.

use std::collections::HashMap;

use leptos::ev::{PointerEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;
use methods::Area;
use workshop::board::Point;
use workshop::id::CardId;

use super::card::CardOnBoard;
use super::ground::{GroundView, GroupFrames, LinkLines};
use super::pointers::Pointers;
use super::scene::{Mode, Scene};
use crate::browser::dom;
use crate::device::Device;
use crate::intent::camera::Camera;
use crate::intent::gesture::{Act, Gestures, Pointer, Target};
use crate::mirror::CardStateStoreFields;
use crate::provider::SaveState;
use crate::views::each::each;
use crate::words::table as words;

/// A turn of the wheel by this many CSS pixels doubles or halves the size.
const WHEEL_DOUBLES: f64 = 300.0;
/// A wheel that counts lines turns by so many CSS pixels a line.
const WHEEL_LINE: f64 = 16.0;
/// Fitting everything may not make the board smaller than this when it is first shown: text of 20 px
/// is 16 px then, the least anyone should have to read. The rest is a swipe or "Fit" away.
const FIRST_ZOOM: f64 = 0.8;
/// The space left of and above the first zone then, in CSS pixels.
const FIRST_MARGIN: f64 = 8.0;

/// The board.
#[component]
pub fn Canvas(
    /// The space bar is held: a mouse pans.
    hold_pan: RwSignal<bool>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let device = expect_context::<Device>();
    let element = NodeRef::<html::Div>::new();
    let gestures = scene.gestures;
    let long_press = StoredValue::new_local(None);
    let frame = scene.frame;
    watch_size(scene, element);

    let perform = move |acts: Vec<Act>, extend: bool| {
        for act in acts {
            perform(scene, act, extend);
        }
    };
    let rearm = move || {
        let due_ms = gestures.with_value(Gestures::poll_timeout);
        long_press.set_value(due_ms.map(|due_ms| {
            let delay_ms = due_ms.saturating_sub(device.now_ms()) as u32;
            device.after(delay_ms, move || {
                let acts =
                    gestures.try_update_value(|gestures| gestures.handle_timeout(device.now_ms()));
                perform(acts.unwrap_or_default(), false);
            })
        }));
    };
    let place = move |event: &PointerEvent| {
        let element = element.get_untracked()?;
        Some(dom::place_in(&element, event.client_x(), event.client_y()))
    };
    let on_down = move |event: PointerEvent| {
        scene.story_open.set(false);
        if dom::is_control(&event) {
            return;
        }
        let (Some(at), Some(element)) = (place(&event), element.get_untracked()) else {
            return;
        };
        let Some(pointer) = pointer_of(scene, &event, hold_pan.get_untracked()) else {
            return;
        };
        // Focus goes where the act says, on release; a press alone must not close the keyboard.
        event.prevent_default();
        dom::capture(&element, &event);
        scene.is_photo_pressed.set_value(dom::is_photo(&event));
        let target = dom::card_of(&event).map_or(Target::Board, Target::Card);
        let (now_ms, id) = (device.now_ms(), event.pointer_id());
        let acts = gestures
            .try_update_value(|gestures| gestures.handle_down(now_ms, id, pointer, target, at));
        perform(acts.unwrap_or_default(), event.shift_key());
        rearm();
    };
    let on_move = move |event: PointerEvent| {
        let Some(at) = place(&event) else { return };
        super::pointers::point(scene, &event, at);
        let acts =
            gestures.try_update_value(|gestures| gestures.handle_move(event.pointer_id(), at));
        perform(acts.unwrap_or_default(), event.shift_key());
        rearm();
    };
    let on_up = move |event: PointerEvent| {
        let now_ms = device.now_ms();
        let acts =
            gestures.try_update_value(|gestures| gestures.handle_up(now_ms, event.pointer_id()));
        perform(acts.unwrap_or_default(), event.shift_key());
        rearm();
    };
    let on_cancel = move |_: PointerEvent| {
        let acts = gestures.try_update_value(Gestures::handle_cancel);
        perform(acts.unwrap_or_default(), false);
        rearm();
    };
    let on_wheel = move |event: WheelEvent| {
        event.prevent_default();
        let Some(element) = element.get_untracked() else {
            return;
        };
        let at = dom::place_in(&element, event.client_x(), event.client_y());
        turn_wheel(scene, &event, at);
    };
    view! {
        <div
            class="canvas"
            class:panning=move || hold_pan.get()
            data-mode=move || mode_name(&scene.mode.get())
            node_ref=element
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=on_cancel
            on:wheel=on_wheel
            on:click=move |_| show_tapped_photo(scene)
        >
            <div class="world" style:transform=move || transform(scene.camera.get())>
                <GroundView />
                <LinkLines />
                <GroupFrames />
                <Cards />
                <Pointers />
            </div>
            <Show when=move || frame.get().is_some()>
                <div
                    class="pick-frame"
                    style:transform=move || {
                        frame.get().map(|a| format!("translate({}px, {}px)", a.x, a.y))
                    }
                    style:width=move || frame.get().map(|a| format!("{}px", a.width))
                    style:height=move || frame.get().map(|a| format!("{}px", a.height))
                ></div>
            </Show>
            {move || words_for_no_card(scene).map(|words| view! { <p class="empty-board">{words}</p> })}
        </div>
    }
}

/// What an empty board says. Before the relay was heard nobody knows that it is empty.
fn words_for_no_card(scene: Scene) -> Option<&'static str> {
    let is_bare = scene.board.ready.get() && scene.board.cards.with(Vec::is_empty);
    if !is_bare || scene.held.get() {
        return None;
    }
    match scene.workshop.status.get() {
        SaveState::Saved => Some(words::EMPTY_BOARD),
        SaveState::Offline { .. } => Some(words::BOARD_TO_COME),
        _ => None,
    }
}

/// The cards in reading order, each a component of its own by id.
#[component]
fn Cards() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let places = Memo::new(move |_| places(scene));
    let writers = Memo::new(move |_| writers(scene));
    let around = Memo::new(move |_| {
        let (width, height) = scene.size.get();
        scene.camera.get().surroundings(width, height)
    });
    view! {
        {each(move || scene.board.cards.get(), CardId::clone, move |card| {
                let (placed, written) = (card.clone(), card.clone());
                let place = Signal::derive(move || {
                    places.with(|places| places.get(&placed).cloned()).unwrap_or_default()
                });
                let writers = Signal::derive(move || {
                    writers.with(|writers| writers.get(&written).cloned()).unwrap_or_default()
                });
                view! { <CardOnBoard id=card place=place writers=writers around=around /> }
            })}
    }
}

/// Of each card: the how-manieth it is of how many in its zone, and the zone's title.
pub fn places(scene: Scene) -> HashMap<CardId, (usize, usize, String)> {
    let mut by_zone: HashMap<String, Vec<CardId>> = HashMap::new();
    for card in scene.board.cards.get() {
        if let Some(state) = scene.board.card(&card) {
            by_zone
                .entry(state.zone().get_untracked())
                .or_default()
                .push(card);
        }
    }
    let mut places = HashMap::new();
    for (zone, cards) in by_zone {
        let (title, of) = (scene.zone_title(&zone), cards.len());
        for (index, card) in cards.into_iter().enumerate() {
            places.insert(card, (index + 1, of, title.clone()));
        }
    }
    places
}

/// Who writes in which card.
pub fn writers(scene: Scene) -> HashMap<CardId, Vec<String>> {
    let mut writers: HashMap<CardId, Vec<String>> = HashMap::new();
    for person in scene.board.people.get() {
        if let Some(card) = person.presence.writing {
            writers
                .entry(card)
                .or_default()
                .push(person.presence.name.unwrap_or_default());
        }
    }
    writers
}

fn watch_size(scene: Scene, element: NodeRef<html::Div>) {
    let watching = StoredValue::new_local(None);
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        let hear = move |width: f64, height: f64| {
            let first = scene.size.get_untracked().0 < 1.0;
            scene.size.set((width, height));
            if first && width >= 1.0 {
                first_view(scene, width, height);
            } else if let Some(card) = scene.editing.get_untracked() {
                // An on-screen keyboard came up: what is written stays in sight.
                scene.show(&card);
                scene.show_end(&card);
            }
        };
        watching.set_value(Some(dom::on_size(&element, hear)));
    });
}

/// Everything, or as much from the first zone on as can be read.
fn first_view(scene: Scene, width: f64, height: f64) {
    let ground = scene.ground.get_untracked();
    let camera = Camera::fitting(ground.bounds(), width, height, 1.0);
    let first = ground.zones.first().filter(|_| camera.zoom < FIRST_ZOOM);
    scene.camera.set(first.map_or(camera, |zone| Camera {
        x: FIRST_MARGIN - zone.x * FIRST_ZOOM,
        y: FIRST_MARGIN - zone.y * FIRST_ZOOM,
        zoom: FIRST_ZOOM,
    }));
}

fn perform(scene: Scene, act: Act, extend: bool) {
    let frame = scene.frame;
    let zoom = scene.camera.get_untracked().zoom;
    let by = |dx: f64, dy: f64| Point {
        x: dx / zoom,
        y: dy / zoom,
    };
    let on_board = |at: Point| scene.camera.get_untracked().to_board(at);
    match act {
        Act::Pan(dx, dy) => scene
            .camera
            .update(|camera| *camera = camera.panned(dx, dy)),
        Act::Zoom(centre, factor) => {
            scene
                .camera
                .update(|camera| *camera = camera.zoomed(centre, factor));
        }
        Act::TapCard(card, _) => match scene.mode.get_untracked() {
            Mode::Move => scene.pick(&card),
            Mode::Link(from) => {
                scene.mode.set(Mode::Hand);
                scene.link(&from, &card);
            }
            Mode::Hand | Mode::Select if extend => scene.pick(&card),
            Mode::Hand | Mode::Select if scene.is_photo_pressed.get_value() => {
                scene.tapped_photo.set_value(Some(card));
            }
            Mode::Hand | Mode::Select => scene.write_in(&card),
        },
        Act::TapBoard(at) => {
            let moving = scene.mode.get_untracked() == Mode::Move;
            if moving && scene.picked.with_untracked(|picked| !picked.is_empty()) {
                scene.move_picked_to(on_board(at));
            } else {
                scene.stop_writing();
                scene.picked.set(Vec::new());
                scene.focused.set(None);
            }
        }
        Act::DoubleTapBoard(at) => {
            if scene.mode.get_untracked() != Mode::Move {
                scene.add_card_at(on_board(at));
            }
        }
        Act::Hold(card) => scene.sheet.set(Some(card)),
        Act::Drag(card, dx, dy) => scene.drag(&card, by(dx, dy)),
        Act::Drop(card, dx, dy) => scene.drop_by(&card, by(dx, dy)),
        Act::DragCancelled(card) => scene.drag(&card, Point::default()),
        Act::Frame(from, to) => frame.set(Some(between(from, to))),
        Act::FrameDone(from, to) => {
            frame.set(None);
            let (from, to) = (on_board(from), on_board(to));
            pick_inside(scene, between(from, to));
        }
        Act::FrameCancelled => frame.set(None),
    }
}

/// Shows a photo that was tapped. Not as soon as the finger is up: the browser makes a click of a tap
/// afterwards, which would land on what is shown by then.
fn show_tapped_photo(scene: Scene) {
    let tapped = scene.tapped_photo.try_update_value(Option::take);
    if let Some(card) = tapped.flatten() {
        scene.stop_writing();
        scene.photo.set(Some(card));
    }
}

/// Takes back whatever a pointer has begun; tells whether there was anything.
pub fn cancel_gesture(scene: Scene) -> bool {
    let acts = scene
        .gestures
        .try_update_value(Gestures::handle_cancel)
        .unwrap_or_default();
    let any = !acts.is_empty();
    for act in acts {
        perform(scene, act, false);
    }
    any
}

fn pick_inside(scene: Scene, area: Area) {
    if !scene.may_write() {
        return;
    }
    scene.stop_writing();
    let cards = scene.board.cards.get_untracked();
    let inside = |card: &CardId| scene.area(card).is_some_and(|card| card.touches(area));
    scene.picked.set(cards.into_iter().filter(inside).collect());
}

fn between(a: Point, b: Point) -> Area {
    Area {
        x: a.x.min(b.x),
        y: a.y.min(b.y),
        width: (a.x - b.x).abs(),
        height: (a.y - b.y).abs(),
    }
}

/// What kind of pointer, or `None` for a button that has no meaning here.
fn pointer_of(scene: Scene, event: &PointerEvent, hold_pan: bool) -> Option<Pointer> {
    if event.pointer_type() != "mouse" {
        return Some(Pointer::Touch);
    }
    match event.button() {
        1 => Some(Pointer::Pan),
        0 if hold_pan => Some(Pointer::Pan),
        0 if event.shift_key() || scene.mode.get_untracked() == Mode::Select => {
            Some(Pointer::Select)
        }
        0 => Some(Pointer::Mouse),
        _ => None,
    }
}

/// A wheel pans; with Ctrl, as browsers report a pinch on a touchpad too, it changes the size.
fn turn_wheel(scene: Scene, event: &WheelEvent, at: Point) {
    let unit = if event.delta_mode() == 0 {
        1.0
    } else {
        WHEEL_LINE
    };
    let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
    scene.camera.update(|camera| {
        *camera = if event.ctrl_key() || event.meta_key() {
            camera.zoomed(at, 2.0_f64.powf(-dy / WHEEL_DOUBLES))
        } else if event.shift_key() && dx == 0.0 {
            camera.panned(-dy, 0.0)
        } else {
            camera.panned(-dx, -dy)
        };
    });
}

pub fn transform(camera: Camera) -> String {
    format!(
        "translate({:.2}px, {:.2}px) scale({:.4})",
        camera.x, camera.y, camera.zoom
    )
}

fn mode_name(mode: &Mode) -> &'static str {
    match mode {
        Mode::Hand => "hand",
        Mode::Select => "select",
        Mode::Move => "move",
        Mode::Link(_) => "link",
    }
}
