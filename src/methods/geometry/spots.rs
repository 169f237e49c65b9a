//! Where new cards go in a zone: places in reading order, and which of them are free.
//!
//! The same cards always give the same place. A place is never on top of another card.

use std::f64::consts::TAU;

use workshop::board::Point;

use super::{Area, CARD, GAP, PlacedZone, SLOT, ZoneShape};

/// What a card needs across a ring's band at any angle: its diagonal and a gap.
pub(crate) const BAND: f64 = 300.0;
/// The steps in which the last free places of a ring are looked for.
const FINE_STEP: f64 = 24.0;

impl PlacedZone {
    /// Places for cards in reading order, without end.
    pub(crate) fn spots(&self) -> Box<dyn Iterator<Item = Point> + '_> {
        let across = ((self.cards.width + GAP) / SLOT).floor().max(1.0) as usize;
        let rows_from = move |top: f64| {
            (0..).map(move |i: usize| Point {
                x: (i % across) as f64 * SLOT,
                y: top + (i / across) as f64 * SLOT,
            })
        };
        match self.shape {
            ZoneShape::Rect => Box::new(rows_from(0.0)),
            ZoneShape::Ring { inner, outer, .. } => {
                let round = ring_spots(inner, outer);
                let fine = fine_spots(outer);
                let in_ring = round.chain(fine).filter(move |at| self.holds_in_ring(*at));
                Box::new(in_ring.chain(rows_from(self.height + GAP)))
            }
        }
    }

    /// Whether a card at this zone-relative place lies in the ring's band and off its title.
    fn holds_in_ring(&self, at: Point) -> bool {
        let ZoneShape::Ring { inner, outer, .. } = self.shape else {
            return false;
        };
        let card = Area::card(at);
        let title = self
            .label
            .map(|label| label.moved(-self.cards.x, -self.cards.y));
        let reach = |low: f64, high: f64| (low - outer).abs().max((high - outer).abs());
        let near = |low: f64, high: f64| (low - outer).max(outer - high).max(0.0);
        let (right, bottom) = (card.x + card.width, card.y + card.height);
        let farthest = reach(card.x, right).hypot(reach(card.y, bottom));
        let nearest = near(card.x, right).hypot(near(card.y, bottom));
        farthest <= outer && nearest >= inner && title.is_none_or(|title| !title.touches(card))
    }
}

/// Whether a card fits here with half a gap of air on every side.
pub(crate) fn is_free(at: Point, taken: &[Area]) -> bool {
    let air = GAP / 2.0;
    let card = Area {
        x: at.x - air,
        y: at.y - air,
        width: CARD + 2.0 * air,
        height: CARD + 2.0 * air,
    };
    !taken.iter().any(|other| other.touches(card))
}

/// Places around a ring, clockwise from the top, circle by circle from the inside.
fn ring_spots(inner: f64, outer: f64) -> impl Iterator<Item = Point> {
    let circles = ((outer - inner) / BAND).round().max(1.0) as usize;
    (0..circles).flat_map(move |circle| {
        let radius = inner + (circle as f64 + 0.5) * BAND;
        let count = (TAU * radius / BAND).floor().max(1.0) as usize;
        (0..count).map(move |i| {
            let angle = TAU * i as f64 / count as f64;
            let (sine, cosine) = angle.sin_cos();
            let corner = |middle: f64| (middle - CARD / 2.0).round();
            Point {
                x: corner(outer + radius * sine),
                y: corner(outer - radius * cosine),
            }
        })
    })
}

/// Every place of a ring's bounding box, in small steps: what is left when the circles are full.
fn fine_spots(outer: f64) -> impl Iterator<Item = Point> {
    let steps = (2.0 * outer / FINE_STEP) as usize;
    let place = |step: usize| step as f64 * FINE_STEP;
    (0..steps).flat_map(move |row| {
        (0..steps).map(move |column| Point {
            x: place(column),
            y: place(row),
        })
    })
}
