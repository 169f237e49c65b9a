//! What someone at a table is doing with a board: what is in view, which card is written in, what is
//! picked. Board and list share it, so an action is the same in both. Every action here is one
//! command; a refusal becomes one sentence.

mod look;
mod place;
mod write;

use std::collections::HashMap;

use leptos::prelude::*;
use methods::{Area, Ground, Method, Reach};
use workshop::board::{Command, Point, Refusal};
use workshop::id::CardId;

use crate::browser::dom;
use crate::device::Device;
use crate::intent::camera::Camera;
use crate::intent::gesture::Gestures;
use crate::intent::measure::card_height;
use crate::mirror::{BoardMirror, CardStateStoreFields, Workshop};
use crate::words::table as words;

/// What a tap means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A tap on a card writes in it; a mouse on the empty board pans.
    Hand,
    /// A tap on a card writes in it; a mouse on the empty board draws a frame to pick cards.
    Select,
    /// A tap on cards picks them; a tap on the board says where they go.
    Move,
    /// A tap on a card links the other one to it.
    Link(CardId),
}

/// How long changes are gathered before zones grow or shrink with their cards, in milliseconds.
const SETTLE_MS: u32 = 150;
/// How long letters are still words after the card they were written in was deleted elsewhere, in
/// milliseconds.
const BEREFT_MS: u64 = 2_000;

/// A card made here.
#[derive(Clone)]
struct Made {
    card: CardId,
    /// How often it may still make room.
    times: u8,
    /// It was made without the relay: what lay there already was not known, and it is the newcomer.
    unseeing: bool,
}

/// What someone is doing with a board.
#[derive(Clone, Copy)]
pub struct Scene {
    /// The workshop.
    pub workshop: Workshop,
    /// The board.
    pub board: BoardMirror,
    /// The method it follows.
    pub method: &'static Method,
    /// What is in view.
    pub camera: RwSignal<Camera>,
    /// The size of the board's element in CSS pixels.
    pub size: RwSignal<(f64, f64)>,
    /// Where zones lie.
    pub ground: RwSignal<Ground>,
    /// The card that is written in.
    pub editing: RwSignal<Option<CardId>>,
    /// The card that has the focus.
    pub focused: RwSignal<Option<CardId>>,
    /// The cards that are picked.
    pub picked: RwSignal<Vec<CardId>>,
    /// What a tap means.
    pub mode: RwSignal<Mode>,
    /// The card whose sheet is open.
    pub sheet: RwSignal<Option<CardId>>,
    /// Whether the story is unfolded over the board.
    pub story_open: RwSignal<bool>,
    /// The card whose photo is shown large.
    pub photo: RwSignal<Option<CardId>>,
    /// Whether a photo is being chosen or made ready for this board.
    pub choosing: RwSignal<bool>,
    /// Whether the last press was on a photo.
    pub is_photo_pressed: StoredValue<bool>,
    /// The card whose photo was tapped, until the browser says that this was a click.
    pub tapped_photo: StoredValue<Option<CardId>>,
    /// The pointers that are down on the board.
    pub gestures: StoredValue<Gestures, LocalStorage>,
    /// The board is locked for this device: nothing is written from here until it is unlocked.
    pub held: RwSignal<bool>,
    /// The frame being drawn to pick cards, in CSS pixels.
    pub frame: RwSignal<Option<Area>>,
    /// When the card that was written in was deleted by someone else, by the app's clock: for a
    /// moment after it, letters are still words.
    bereft_ms: StoredValue<Option<u64>>,
    /// How far cards on the move are from where they lie, in logical pixels, by card.
    lifts: StoredValue<HashMap<CardId, RwSignal<Point>>, LocalStorage>,
    /// The card made last, until it was written in.
    fresh: StoredValue<Option<CardId>>,
    /// The cards made here that may still have to make room for another one.
    made: StoredValue<Vec<Made>>,
    device: Device,
}

impl Scene {
    /// The scene of a board.
    pub fn new(workshop: Workshop, board: BoardMirror, method: &'static Method) -> Self {
        let device = expect_context::<Device>();
        let scene = Self {
            workshop,
            board,
            method,
            camera: RwSignal::default(),
            size: RwSignal::new((0.0, 0.0)),
            ground: RwSignal::new(method.ground()),
            editing: RwSignal::new(None),
            focused: RwSignal::new(None),
            picked: RwSignal::new(Vec::new()),
            mode: RwSignal::new(Mode::Hand),
            sheet: RwSignal::new(None),
            story_open: RwSignal::new(false),
            photo: RwSignal::new(None),
            choosing: RwSignal::new(false),
            is_photo_pressed: StoredValue::new(false),
            tapped_photo: StoredValue::new(None),
            gestures: StoredValue::new_local(Gestures::default()),
            held: RwSignal::new(false),
            frame: RwSignal::new(None),
            bereft_ms: StoredValue::new(None),
            lifts: StoredValue::new_local(HashMap::new()),
            fresh: StoredValue::new(None),
            made: StoredValue::new(Vec::new()),
            device,
        };
        scene.let_zones_grow();
        scene.let_go_of_the_gone();
        scene
    }

    /// Zones follow their cards, gathered so that a burst of edits moves them once.
    fn let_zones_grow(self) {
        let waiting = StoredValue::new_local(None);
        Effect::new(move |first: Option<()>| {
            self.board.shaped.track();
            if first.is_none() {
                self.settle_ground();
            } else if waiting.with_value(Option::is_none) {
                let settle = move || {
                    waiting.set_value(None);
                    self.part_from_others();
                    self.settle_ground();
                };
                waiting.set_value(Some(self.device.after(SETTLE_MS, settle)));
            }
        });
    }

    /// Whoever holds a card that someone else deletes is told, and holds it no longer.
    fn let_go_of_the_gone(self) {
        Effect::new(move || {
            self.board.cards.track();
            let gone = |card: &CardId| self.board.card(card).is_none();
            let is_gone = |held: &Option<CardId>| held.as_ref().is_some_and(gone);
            if self.focused.with_untracked(is_gone) {
                self.focused.set(None);
            }
            if self.picked.with_untracked(|picked| picked.iter().any(gone)) {
                self.picked
                    .update(|picked| picked.retain(|card| !gone(card)));
            }
            if self.editing.with_untracked(is_gone) {
                self.editing.set(None);
                self.bereft_ms.set_value(Some(self.device.now_ms()));
                self.workshop.notice(words::CARD_GONE.to_owned());
            }
        });
    }

    /// A card whose making was undone here takes the caret along, and nobody needs to be told.
    fn let_go_of_the_undone(self) {
        let editing = self.editing.get_untracked();
        if editing.is_some_and(|card| self.board.card(&card).is_none()) {
            self.editing.set(None);
        }
    }

    /// Whether letters typed now were most likely meant for a card that someone has just deleted.
    pub fn is_bereft(self) -> bool {
        let since = |then_ms: u64| self.device.now_ms().saturating_sub(then_ms) < BEREFT_MS;
        self.bereft_ms.get_value().is_some_and(since)
    }

    fn settle_ground(self) {
        let mut reaches: HashMap<String, Reach> = HashMap::new();
        for card in self.board.cards.get_untracked() {
            if let Some((zone, area)) = self.lying(&card) {
                let reach = reaches.entry(zone).or_default();
                reach.right = reach.right.max(area.x + area.width);
                reach.bottom = reach.bottom.max(area.y + area.height);
            }
        }
        let reach = |zone: &str| reaches.get(zone).copied().unwrap_or_default();
        let ground = self.method.ground_holding(reach);
        if self.ground.with_untracked(|current| *current != ground) {
            self.ground.set(ground);
        }
    }

    /// A card's zone and its area in the zone. Not tracked.
    fn lying(self, card: &CardId) -> Option<(String, Area)> {
        let state = self.board.card(card)?;
        let at = state.at().get_untracked();
        let photo = state.photo().get_untracked();
        let height = state
            .text()
            .with_untracked(|text| card_height(text, photo.as_ref()));
        Some((
            state.zone().get_untracked(),
            Area {
                height,
                ..Area::card(at)
            },
        ))
    }

    /// A card's area on the board. Not tracked.
    pub fn area(self, card: &CardId) -> Option<Area> {
        let (zone, area) = self.lying(card)?;
        let corner = Point {
            x: area.x,
            y: area.y,
        };
        let corner = self
            .ground
            .with_untracked(|ground| ground.to_board(&zone, corner));
        Some(Area {
            x: corner.x,
            y: corner.y,
            ..area
        })
    }

    /// Whether the board is open for writing from here; if not, the person is told.
    pub fn may_write(self) -> bool {
        let held = self.held.get_untracked();
        if held {
            self.workshop.notice(words::BOARD_LOCKED.to_owned());
        }
        !held
    }

    /// Puts the pen down, since the board was locked: what is being written is finished as it is, and
    /// for a moment letters are still words.
    pub fn put_pen_down(self) {
        let editing = self.editing.get_untracked();
        if editing.is_some() || self.sheet.with_untracked(Option::is_some) {
            dom::leave_field();
        }
        self.stop_writing();
        if let Some(card) = editing {
            self.bereft_ms.set_value(Some(self.device.now_ms()));
            dom::before_paint(move || dom::focus_card(&card));
        }
        self.sheet.set(None);
        self.picked.set(Vec::new());
        self.mode.set(Mode::Hand);
    }

    /// Runs a command; tells whether it was carried out.
    pub fn run(self, command: Command) -> bool {
        if !self.may_write() {
            return false;
        }
        match self.board.run(command) {
            Ok(()) => true,
            Err(Refusal::Nothing) => false,
            Err(refusal) => {
                self.workshop.notice(words::refusal(&refusal));
                false
            }
        }
    }

    /// The cards an action is about: those picked, else the one written in, else the focused one.
    pub fn subject(self) -> Vec<CardId> {
        let picked = self.picked.get_untracked();
        if !picked.is_empty() {
            return picked;
        }
        let one = self
            .editing
            .get_untracked()
            .or_else(|| self.focused.get_untracked());
        one.into_iter()
            .filter(|card| self.board.card(card).is_some())
            .collect()
    }

    /// Picks a card, or puts it back.
    pub fn pick(self, card: &CardId) {
        if !self.may_write() {
            return;
        }
        self.picked.update(
            |picked| match picked.iter().position(|other| other == card) {
                Some(index) => {
                    picked.remove(index);
                }
                None => picked.push(card.clone()),
            },
        );
    }

    /// Undoes this device's last step.
    pub fn undo(self) {
        if self.may_write() {
            self.board.undo();
            self.let_go_of_the_undone();
        }
    }

    /// Does it again.
    pub fn redo(self) {
        if self.may_write() {
            self.board.redo();
            self.let_go_of_the_undone();
        }
    }

    /// The title of a zone.
    pub fn zone_title(self, zone: &str) -> String {
        self.ground
            .with_untracked(|ground| ground.zone(zone).title.clone())
    }
}
