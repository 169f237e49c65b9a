//! Where cards lie and go: free places, drags, moves with and without dragging.

use leptos::prelude::*;
use methods::{Area, CARD};
use workshop::board::{Command, Point};
use workshop::id::CardId;

use super::{Mode, Scene};

/// A card this close to another one, to the side and down, hides it, in logical pixels.
const HIDES_BELOW: f64 = 72.0;

/// Whether a card put at a place of a zone would hide another one that lies there.
fn hides(at: Point, other: &Area) -> bool {
    (other.x - at.x).abs() < HIDES_BELOW && (other.y - at.y).abs() < HIDES_BELOW
}

impl Scene {
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

    pub(super) fn taken(self, zone: &str) -> Vec<Area> {
        let cards = self.board.cards.get_untracked();
        let lying = cards.iter().filter_map(|card| self.lying(card));
        lying
            .filter(|(lies_in, _)| lies_in == zone)
            .map(|(_, area)| area)
            .collect()
    }

    pub(super) fn free_spot(self, zone: &str) -> Point {
        let taken = self.taken(zone);
        self.ground
            .with_untracked(|ground| ground.free_spot(zone, &taken))
    }

    pub(super) fn free_spot_beside(self, zone: &str, card: &CardId) -> Point {
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
        if self.held.get_untracked() {
            return;
        }
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
            let at = if cards.len() == 1 {
                self.beside_others(card, &zone, at)
            } else {
                at
            };
            Some((card.clone(), zone, at))
        });
        let moves: Vec<_> = moves.collect();
        if !moves.is_empty() {
            self.run(Command::Move(moves));
        }
    }

    /// The place itself, or the nearest free one if a card put there would hide another.
    fn beside_others(self, card: &CardId, zone: &str, at: Point) -> Point {
        let others = self.board.cards.get_untracked();
        let others = others.iter().filter(|other| *other != card);
        let lying = others.filter_map(|other| self.lying(other));
        let taken: Vec<Area> = lying
            .filter(|(lies_in, _)| lies_in == zone)
            .map(|(_, area)| area)
            .collect();
        if !taken.iter().any(|other| hides(at, other)) {
            return at;
        }
        self.ground.with_untracked(|ground| {
            let corner = ground.to_board(zone, at);
            let around = Area {
                x: corner.x - CARD,
                y: corner.y - CARD,
                width: 3.0 * CARD,
                height: 3.0 * CARD,
            };
            ground.free_spot_in_view(zone, &taken, around)
        })
    }

    /// A card made here that lies on another one, because someone else took the same free place in
    /// the same moment or while they could not see each other, makes room. Of the two only the one
    /// with the greater name does, so that both devices come to the same; and only so often, so that
    /// whoever wants it there can put it back.
    pub(super) fn part_from_others(self) {
        if self.held.get_untracked() {
            return;
        }
        let cards = self.board.cards.get_untracked();
        let editing = self.editing.get_untracked();
        let mut made = self.made.get_value();
        let mut moves = Vec::new();
        let own: Vec<CardId> = made.iter().map(|made| made.card.clone()).collect();
        made.retain_mut(|made| {
            let card = &made.card;
            let Some((zone, area)) = self.lying(card) else {
                return false;
            };
            let at = Point {
                x: area.x,
                y: area.y,
            };
            let is_over = |other: &CardId| {
                self.lying(other)
                    .is_some_and(|(lies_in, other)| lies_in == zone && hides(at, &other))
            };
            let gives_way = editing.as_ref() != Some(card)
                && cards.iter().any(|other| {
                    let comes_first = other < card || (made.unseeing && !own.contains(other));
                    comes_first && is_over(other)
                });
            if gives_way {
                moves.push((
                    card.clone(),
                    zone.clone(),
                    self.beside_others(card, &zone, at),
                ));
                made.times -= 1;
                // Two that were made without seeing each other must not give way for ever.
                made.unseeing = false;
            }
            made.times > 0
        });
        self.made.set_value(made);
        if !moves.is_empty() {
            self.run(Command::Move(moves));
        }
    }

    /// Moves the picked cards so that the first has its middle at a place on the board.
    pub fn move_picked_to(self, middle: Point) {
        let cards = self.picked.get_untracked();
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
}
