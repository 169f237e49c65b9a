//! Where a method's zones lie on the board, and where a card goes in a zone.
//!
//! Cards carry their zone and a place in it (zone-relative: from the top left corner of the zone's
//! card area, in logical pixels); this module turns that into a place on the board and back, so
//! that a zone can grow without a single card being written anew. It owns the measures of cards
//! and zones. It must never depend on a screen: the same method gives the same ground everywhere.

mod area;
mod layout;
mod spots;

#[cfg(test)]
mod tests;

pub use area::Area;
use spots::is_free;
use workshop::board::Point;

/// The width of a card, and its height before its text makes it grow.
pub const CARD: f64 = 200.0;
/// The space between two cards side by side.
pub const GAP: f64 = 16.0;
/// From one card to the next.
pub const SLOT: f64 = CARD + GAP;
/// The space between a zone's edge and its card area.
pub const PADDING: f64 = 32.0;
/// The height of the strip at the top of a zone in which its title (up to two lines) and its prompt
/// stand.
pub const TITLE_STRIP: f64 = 128.0;
/// The space between two zones.
pub const ZONE_GAP: f64 = 48.0;
/// How far down free places in view are looked for.
const FARTHEST: f64 = 100_000.0;

/// A zone's outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZoneShape {
    /// A rectangle.
    Rect,
    /// The band between two circles; the innermost has an inner radius of 0.
    Ring {
        /// The centre on the board.
        centre: Point,
        /// The inner radius.
        inner: f64,
        /// The outer radius.
        outer: f64,
    },
}

/// How a zone grows with its cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Growth {
    None,
    Down,
    DownAndRight,
}

/// How far a zone's cards go, in its card area; 0 where it is empty.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reach {
    /// The rightmost edge.
    pub right: f64,
    /// The lowest edge.
    pub bottom: f64,
}

/// A zone at its place on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedZone {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What people are asked there; may be empty.
    pub prompt: String,
    /// The left edge of its bounding box on the board.
    pub x: f64,
    /// The top edge of its bounding box.
    pub y: f64,
    /// The width of its bounding box.
    pub width: f64,
    /// The height of its bounding box.
    pub height: f64,
    /// Its outline.
    pub shape: ZoneShape,
    /// How it grows with its cards.
    pub growth: Growth,
    /// Where its title and prompt stand; none for a grid's cell, whose headings say it.
    pub label: Option<Area>,
    /// Its card area on the board. Zone-relative places count from its top left corner.
    pub cards: Area,
}

/// A heading of a grid at its place on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedHeading {
    /// Its words.
    pub title: String,
    /// What people are asked there; may be empty.
    pub prompt: String,
    /// Its place on the board.
    pub area: Area,
}

/// The ground of a board: its zones and headings, each at its place. The top left corner of all of
/// it is (0, 0).
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The zones in reading order; at least one.
    pub zones: Vec<PlacedZone>,
    /// The headings of a grid; empty for other layouts.
    pub headings: Vec<PlacedHeading>,
}

impl Ground {
    /// The smallest rectangle around everything.
    pub fn bounds(&self) -> Area {
        let zones = self.zones.iter().map(PlacedZone::area);
        let all = zones.chain(self.headings.iter().map(|heading| heading.area));
        all.reduce(Area::around).unwrap_or_default()
    }

    /// The zone with this identifier, or the first one: a card whose zone the method does not have
    /// is never lost from sight.
    pub fn zone(&self, id: &str) -> &PlacedZone {
        let first = self.zones.first().expect("a method has at least one zone");
        self.zones
            .iter()
            .find(|zone| zone.id == id)
            .unwrap_or(first)
    }

    /// Where on the board a zone-relative place is.
    pub fn to_board(&self, zone: &str, at: Point) -> Point {
        let cards = self.zone(zone).cards;
        Point {
            x: cards.x + at.x,
            y: cards.y + at.y,
        }
    }

    /// The zone at a place on the board, or the nearest one between zones and beyond them, with
    /// the place relative to it.
    pub fn zone_at(&self, point: Point) -> (&str, Point) {
        let nearer = |a: &&PlacedZone, b: &&PlacedZone| {
            a.distance_to(point).total_cmp(&b.distance_to(point))
        };
        let zone = self
            .zones
            .iter()
            .min_by(nearer)
            .expect("a method has at least one zone");
        (
            &zone.id,
            Point {
                x: point.x - zone.cards.x,
                y: point.y - zone.cards.y,
            },
        )
    }

    /// Where a card of this size belongs that is dropped with its top left corner here. Its middle
    /// decides the zone; then it is moved, if need be, to lie within that zone's card area, or to
    /// where the zone can grow.
    pub fn drop_at(&self, corner: Point, width: f64, height: f64) -> (&str, Point) {
        let middle = Point {
            x: corner.x + width / 2.0,
            y: corner.y + height / 2.0,
        };
        let (id, at) = self.zone_at(middle);
        let zone = self.zone(id);
        let (x, y) = (at.x - width / 2.0, at.y - height / 2.0);
        let rightmost = (zone.cards.width - width).max(0.0);
        let at = match zone.growth {
            Growth::None => Point { x, y },
            Growth::Down => Point {
                x: x.clamp(0.0, rightmost),
                y: y.max(0.0),
            },
            Growth::DownAndRight => Point {
                x: x.max(0.0),
                y: y.max(0.0),
            },
        };
        (id, at)
    }

    /// A zone-relative place for a new card: the first one free in reading order, below all others
    /// when the zone is full. `taken` are the zone's cards, zone-relative.
    pub fn free_spot(&self, zone: &str, taken: &[Area]) -> Point {
        let zone = self.zone(zone);
        zone.spots()
            .find(|spot| is_free(*spot, taken))
            .expect("spots go on without end")
    }

    /// Like [`free_spot`](Self::free_spot), but within what is in view (on the board) if there is
    /// a free place in view at all.
    pub fn free_spot_in_view(&self, zone: &str, taken: &[Area], view: Area) -> Point {
        let placed = self.zone(zone);
        let in_view = |spot: &Point| {
            let (x, y) = (placed.cards.x + spot.x, placed.cards.y + spot.y);
            view.contains(Area {
                x,
                y,
                width: CARD,
                height: CARD,
            })
        };
        let last_row = view.y + view.height - placed.cards.y;
        let last_row = last_row.min(FARTHEST).max(placed.height);
        let mut spots = placed.spots().take_while(|spot| spot.y <= last_row);
        spots
            .find(|spot| in_view(spot) && is_free(*spot, taken))
            .unwrap_or_else(|| self.free_spot(zone, taken))
    }
}

impl PlacedZone {
    /// Its bounding box.
    pub fn area(&self) -> Area {
        Area {
            x: self.x,
            y: self.y,
            width: self.width,
            height: self.height,
        }
    }

    /// How far a place on the board is from this zone; 0 inside.
    fn distance_to(&self, point: Point) -> f64 {
        match self.shape {
            ZoneShape::Rect => {
                let dx = (self.x - point.x)
                    .max(point.x - self.x - self.width)
                    .max(0.0);
                let dy = (self.y - point.y)
                    .max(point.y - self.y - self.height)
                    .max(0.0);
                dx.hypot(dy)
            }
            ZoneShape::Ring {
                centre,
                inner,
                outer,
            } => {
                let distance = (point.x - centre.x).hypot(point.y - centre.y);
                (inner - distance).max(distance - outer).max(0.0)
            }
        }
    }
}
