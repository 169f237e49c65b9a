//! What someone at a table is doing with a board: what is in view, which card is written in, what is
//! picked. Board and list share it, so an action is the same in both. Every action here is one
//! command; a refusal becomes one sentence.

use std::collections::HashMap;

use leptos::prelude::*;
use methods::{Area, CARD, Follow, Ground, Method, Reach};
use workshop::board::{Command, FieldValue, NewCard, Point, Refusal, Seat};
use workshop::id::{CardId, GroupId, LinkId};

use crate::device::Device;
use crate::intent::camera::Camera;
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
/// Below this enlargement a card is brought closer before someone writes in it.
const LEGIBLE_ZOOM: f64 = 0.7;

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
    /// How far cards on the move are from where they lie, in logical pixels, by card.
    lifts: StoredValue<HashMap<CardId, RwSignal<Point>>, LocalStorage>,
    /// The card made last, until it was written in.
    fresh: StoredValue<Option<CardId>>,
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
            lifts: StoredValue::new_local(HashMap::new()),
            fresh: StoredValue::new(None),
            device,
        };
        scene.let_zones_grow();
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
                    self.settle_ground();
                };
                waiting.set_value(Some(self.device.after(SETTLE_MS, settle)));
            }
        });
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
        let height = state.text().with_untracked(|text| card_height(text));
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

    /// The signal by which a card on the move tells its element how far it is.
    pub fn lift(self, card: &CardId) -> RwSignal<Point> {
        let known = self.lifts.with_value(|lifts| lifts.get(card).copied());
        known.unwrap_or_else(|| {
            let lift = RwSignal::new(Point::default());
            self.lifts.update_value(|lifts| {
                lifts.insert(card.clone(), lift);
            });
            let card = card.clone();
            on_cleanup(move || {
                self.lifts.try_update_value(|lifts| lifts.remove(&card));
            });
            lift
        })
    }

    /// How far a card on the move is from where it lies; whoever asks hears of every change.
    pub fn lift_of(self, card: &CardId) -> Point {
        let lift = self.lifts.with_value(|lifts| lifts.get(card).copied());
        lift.and_then(|lift| lift.try_get()).unwrap_or_default()
    }

    fn set_lift(self, card: &CardId, by: Point) {
        if let Some(lift) = self.lifts.with_value(|lifts| lifts.get(card).copied()) {
            lift.set(by);
        }
    }

    /// Runs a command; tells whether it was carried out.
    pub fn run(self, command: Command) -> bool {
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

    /// Makes a card in view, on a free place, and puts the caret in it.
    pub fn add_card(self) {
        let (width, height) = self.size.get_untracked();
        let view = self.camera.get_untracked().view(width, height);
        let middle = Point {
            x: view.x + view.width / 2.0,
            y: view.y + view.height / 2.0,
        };
        let zone = self
            .ground
            .with_untracked(|ground| ground.zone_at(middle).0.to_owned());
        let taken = self.taken(&zone);
        let at = self
            .ground
            .with_untracked(|g| g.free_spot_in_view(&zone, &taken, view));
        self.create(zone, at, None, String::new());
    }

    /// Makes a card in a zone, on its first free place, and puts the caret in it.
    pub fn add_card_to(self, zone: &str) {
        let at = self.free_spot(zone);
        self.create(zone.to_owned(), at, None, String::new());
    }

    /// Makes a card with its middle at a place on the board, and puts the caret in it.
    pub fn add_card_at(self, middle: Point) {
        let corner = Point {
            x: middle.x - CARD / 2.0,
            y: middle.y - CARD / 2.0,
        };
        let (zone, at) = self.ground.with_untracked(|ground| {
            let (zone, at) = ground.drop_at(corner, CARD, CARD);
            (zone.to_owned(), at)
        });
        self.create(zone, at, None, String::new());
    }

    /// Makes the card that follows from another, as the method says, linked to it.
    pub fn follow(self, from: &CardId, follow: &Follow) {
        let Some((zone, _)) = self.lying(from) else {
            return;
        };
        let offered = |zone: &str| {
            self.method
                .kinds_in(zone)
                .iter()
                .any(|k| k.id == follow.kind)
        };
        let elsewhere = || self.method.zones.iter().find(|zone| offered(&zone.id));
        let zone = if offered(&zone) {
            zone
        } else {
            elsewhere().map_or(zone, |z| z.id.clone())
        };
        let at = self.free_spot_beside(&zone, from);
        let Some(card) = self.create(zone, at, Some(from.clone()), follow.kind.clone()) else {
            return;
        };
        let link = LinkId::from_random(self.device.fresh());
        let kind = follow.link.clone();
        self.run(Command::Link {
            link,
            from: from.clone(),
            to: card,
            kind,
        });
    }

    fn create(self, zone: String, at: Point, from: Option<CardId>, kind: String) -> Option<CardId> {
        let id = CardId::from_random(self.device.fresh());
        let usual = self
            .method
            .kinds_in(&zone)
            .first()
            .map(|kind| kind.id.clone());
        let kind = if kind.is_empty() {
            usual.unwrap_or_default()
        } else {
            kind
        };
        let card = NewCard {
            id: id.clone(),
            kind,
            text: String::new(),
            fields: std::collections::BTreeMap::new(),
            zone,
            at,
            seat: self.workshop.seat.get_untracked(),
            from,
        };
        if !self.run(Command::Create(card)) {
            return None;
        }
        self.write_in(&id);
        self.fresh.set_value(Some(id.clone()));
        Some(id)
    }

    fn taken(self, zone: &str) -> Vec<Area> {
        let cards = self.board.cards.get_untracked();
        let lying = cards.iter().filter_map(|card| self.lying(card));
        lying
            .filter(|(lies_in, _)| lies_in == zone)
            .map(|(_, area)| area)
            .collect()
    }

    fn free_spot(self, zone: &str) -> Point {
        let taken = self.taken(zone);
        self.ground
            .with_untracked(|ground| ground.free_spot(zone, &taken))
    }

    fn free_spot_beside(self, zone: &str, card: &CardId) -> Point {
        let Some(area) = self.area(card) else {
            return self.free_spot(zone);
        };
        let around = Area {
            x: area.x - 2.0 * CARD,
            y: area.y - CARD,
            width: area.width + 4.0 * CARD,
            height: area.height + 3.0 * CARD,
        };
        let taken = self.taken(zone);
        self.ground
            .with_untracked(|ground| ground.free_spot_in_view(zone, &taken, around))
    }

    /// Puts the caret in a card and brings it into view.
    pub fn write_in(self, card: &CardId) {
        if self
            .editing
            .with_untracked(|editing| editing.as_ref() == Some(card))
        {
            return;
        }
        self.stop_writing();
        self.picked.set(Vec::new());
        self.show(card);
        self.focused.set(Some(card.clone()));
        self.editing.set(Some(card.clone()));
    }

    /// Takes the caret out of the card. A card that was just made and left empty goes away again.
    pub fn stop_writing(self) {
        let Some(card) = self.editing.get_untracked() else {
            return;
        };
        self.editing.set(None);
        if self.fresh.get_value().as_ref() == Some(&card) {
            self.fresh.set_value(None);
            let empty = self
                .board
                .card(&card)
                .is_some_and(|state| state.text().with_untracked(|text| text.trim().is_empty()));
            if empty {
                self.run(Command::Delete(vec![card]));
            }
        }
    }

    /// Brings a card into view, and closer if it is too small to read.
    pub fn show(self, card: &CardId) {
        let Some(area) = self.area(card) else { return };
        let (width, height) = self.size.get_untracked();
        if width < 1.0 {
            return;
        }
        self.camera.update(|camera| {
            if camera.zoom < LEGIBLE_ZOOM {
                *camera = Camera::fitting(area, width, height, 0.9);
            }
            *camera = camera.showing(area, width, height);
        });
    }

    /// Fits all zones and cards into view.
    pub fn fit(self) {
        let all = self.ground.with_untracked(Ground::bounds);
        self.fit_area(all, 1.0);
    }

    /// Fits what is picked or focused into view.
    pub fn fit_subject(self) {
        let areas = self
            .subject()
            .iter()
            .filter_map(|card| self.area(card))
            .reduce(Area::around);
        if let Some(area) = areas {
            self.fit_area(area, 2.0);
        }
    }

    /// Fits an area into view.
    pub fn fit_area(self, area: Area, most: f64) {
        let (width, height) = self.size.get_untracked();
        self.camera.set(Camera::fitting(area, width, height, most));
    }

    /// Enlarges around the middle of the screen.
    pub fn zoom(self, factor: f64) {
        let (width, height) = self.size.get_untracked();
        let middle = Point {
            x: width / 2.0,
            y: height / 2.0,
        };
        self.camera
            .update(|camera| *camera = camera.zoomed(middle, factor));
    }

    /// Picks a card, or puts it back.
    pub fn pick(self, card: &CardId) {
        self.picked.update(
            |picked| match picked.iter().position(|other| other == card) {
                Some(index) => {
                    picked.remove(index);
                }
                None => picked.push(card.clone()),
            },
        );
    }

    /// The cards that move when this one is dragged.
    fn dragged(self, card: &CardId) -> Vec<CardId> {
        let picked = self.picked.get_untracked();
        if picked.contains(card) {
            picked
        } else {
            vec![card.clone()]
        }
    }

    /// Cards follow a drag, by so many logical pixels.
    pub fn drag(self, card: &CardId, by: Point) {
        for card in self.dragged(card) {
            self.set_lift(&card, by);
        }
    }

    /// Cards are put down where a drag took them.
    pub fn drop_by(self, card: &CardId, by: Point) {
        let cards = self.dragged(card);
        self.move_by(&cards, by);
        for card in &cards {
            self.set_lift(card, Point::default());
        }
    }

    /// Moves cards by so many logical pixels; they come to lie in the zones under them.
    pub fn move_by(self, cards: &[CardId], by: Point) {
        let moves = cards.iter().filter_map(|card| {
            let area = self.area(card)?;
            let corner = Point {
                x: area.x + by.x,
                y: area.y + by.y,
            };
            let (zone, at) = self.ground.with_untracked(|ground| {
                let (zone, at) = ground.drop_at(corner, area.width, area.height);
                (zone.to_owned(), at)
            });
            Some((card.clone(), zone, at))
        });
        let moves: Vec<_> = moves.collect();
        if !moves.is_empty() {
            self.run(Command::Move(moves));
        }
    }

    /// Moves the picked cards so that the first has its middle at a place on the board.
    pub fn move_picked_to(self, middle: Point) {
        let cards = self.subject();
        let Some(first) = cards.first().and_then(|card| self.area(card)) else {
            return;
        };
        let by = Point {
            x: middle.x - first.x - first.width / 2.0,
            y: middle.y - first.y - first.height / 2.0,
        };
        self.move_by(&cards, by);
        self.picked.set(Vec::new());
        self.mode.set(Mode::Hand);
    }

    /// Moves cards to free places of a zone.
    pub fn move_to_zone(self, cards: &[CardId], zone: &str) {
        let mut taken = self.taken(zone);
        let mut moves = Vec::new();
        for card in cards {
            let Some((_, area)) = self.lying(card) else {
                continue;
            };
            let at = self
                .ground
                .with_untracked(|ground| ground.free_spot(zone, &taken));
            taken.push(Area {
                x: at.x,
                y: at.y,
                ..area
            });
            moves.push((card.clone(), zone.to_owned(), at));
        }
        if !moves.is_empty() {
            self.run(Command::Move(moves));
        }
    }

    /// Makes a group of cards, or adds them to the group that one of them is in.
    pub fn group(self, cards: Vec<CardId>, title: Option<String>) -> Option<GroupId> {
        let known = cards
            .iter()
            .find_map(|card| self.board.card(card)?.group().get_untracked());
        let group = known.unwrap_or_else(|| GroupId::from_random(self.device.fresh()));
        let command = Command::Group {
            group: group.clone(),
            title,
            cards,
        };
        self.run(command).then_some(group)
    }

    /// Links one card to another, with the first kind of link the method offers for the two.
    pub fn link(self, from: &CardId, to: &CardId) {
        let kind_of = |card: &CardId| {
            self.board
                .card(card)
                .map(|state| state.kind().get_untracked())
        };
        let (Some(from_kind), Some(to_kind)) = (kind_of(from), kind_of(to)) else {
            return;
        };
        let kind = self
            .method
            .links_between(&from_kind, &to_kind)
            .first()
            .map(|k| k.id.clone());
        let link = LinkId::from_random(self.device.fresh());
        let (from, to) = (from.clone(), to.clone());
        self.run(Command::Link {
            link,
            from,
            to,
            kind: kind.unwrap_or_default(),
        });
    }

    /// Deletes cards; they can be brought back.
    pub fn delete(self, cards: Vec<CardId>) {
        if cards.is_empty() {
            return;
        }
        let count = cards.len();
        if self
            .editing
            .with_untracked(|e| e.as_ref().is_some_and(|card| cards.contains(card)))
        {
            self.fresh.set_value(None);
            self.editing.set(None);
        }
        self.sheet.set(None);
        self.picked.set(Vec::new());
        if self.run(Command::Delete(cards)) {
            self.workshop.notice(words::deleted(count));
        }
    }

    /// Copies cards to free places of their zones and picks the copies.
    pub fn duplicate(self, cards: &[CardId]) {
        let mut copies = Vec::new();
        let mut taken: HashMap<String, Vec<Area>> = HashMap::new();
        for card in cards {
            let Some((zone, area)) = self.lying(card) else {
                continue;
            };
            let taken = taken
                .entry(zone.clone())
                .or_insert_with(|| self.taken(&zone));
            let at = self
                .ground
                .with_untracked(|ground| ground.free_spot(&zone, taken));
            taken.push(Area {
                x: at.x,
                y: at.y,
                ..area
            });
            copies.push((card.clone(), CardId::from_random(self.device.fresh()), at));
        }
        let made: Vec<CardId> = copies.iter().map(|(_, copy, _)| copy.clone()).collect();
        if !copies.is_empty() && self.run(Command::Duplicate(copies)) {
            if let Some(last) = made.last() {
                self.show(last);
            }
            self.picked.set(made);
        }
    }

    /// Chooses the colour seat of cards.
    pub fn recolour(self, cards: Vec<CardId>, seat: Seat) {
        self.run(Command::Recolour(cards, seat));
    }

    /// Fills in a field of a card, or clears it.
    pub fn set_field(self, card: &CardId, field: &str, value: Option<FieldValue>) {
        self.run(Command::SetField(card.clone(), field.to_owned(), value));
    }

    /// Undoes this device's last step.
    pub fn undo(self) {
        self.board.undo();
    }

    /// Does it again.
    pub fn redo(self) {
        self.board.redo();
    }

    /// The title of a zone.
    pub fn zone_title(self, zone: &str) -> String {
        self.ground
            .with_untracked(|ground| ground.zone(zone).title.clone())
    }
}
