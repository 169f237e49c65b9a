//! Where a method's zones lie on the board, and where a card goes in a zone.
//!
//! Cards carry their zone and a place in it (zone-relative: from the top left corner of the zone's
//! card area, in logical pixels); this module turns that into a place on the board and back, so
//! that a zone can grow without a single card being written anew. It owns the measures of cards
//! and zones. It must never depend on a screen: the same method gives the same ground everywhere.

use std::f64::consts::TAU;

use workshop::board::Point;

use crate::format::{Heading, Layout, Method, Shape};

/// The width of a card, and its height before its text makes it grow.
pub const CARD: f64 = 200.0;
/// The space between two cards side by side.
pub const GAP: f64 = 16.0;
/// From one card to the next.
pub const SLOT: f64 = CARD + GAP;
/// The space between a zone's edge and its card area.
pub const PADDING: f64 = 32.0;
/// The height of the strip at the top of a zone in which its title and prompt stand.
pub const TITLE_STRIP: f64 = 96.0;
/// The space between two zones.
pub const ZONE_GAP: f64 = 48.0;
/// The space between two cells of a grid, which belong together more closely than zones.
const CELL_GAP: f64 = 12.0;
/// The width of a grid's row headings.
const ROW_HEADING: f64 = 320.0;
/// What a card needs across a ring's band at any angle: its diagonal and a gap.
const BAND: f64 = 300.0;
/// The box at the top of a ring in which its title stands.
const RING_TITLE: (f64, f64) = (440.0, 88.0);
/// The steps in which the last free places of a ring are looked for.
const FINE_STEP: f64 = 24.0;

/// A rectangle in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Area {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

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

impl Method {
    /// The zones at their places on an empty board.
    pub fn zones_at(&self) -> Vec<PlacedZone> {
        self.ground().zones
    }

    /// The ground of an empty board.
    pub fn ground(&self) -> Ground {
        self.ground_holding(|_| 0.0)
    }

    /// The ground of a board whose zones have grown to hold their cards. `lowest` gives, for a
    /// zone's identifier, how far down its lowest card reaches in its card area (0 when empty).
    /// What lies below a zone that has grown moves down. Rings do not grow.
    pub fn ground_holding(&self, lowest: impl Fn(&str) -> f64) -> Ground {
        let size = Area {
            width: f64::from(self.layout.cards_across) * SLOT - GAP,
            height: f64::from(self.layout.cards_down) * SLOT - GAP,
            ..Area::default()
        };
        let height_of = |index: usize| {
            let reach = lowest(&self.zones[index].id);
            if reach.is_finite() {
                size.height.max(reach)
            } else {
                size.height
            }
        };
        match &self.layout.shape {
            Shape::Canvas => self.side_by_side(1, size.width, height_of),
            Shape::Columns { across } => self.side_by_side(*across as usize, size.width, height_of),
            Shape::Grid {
                rows,
                columns,
                rows_title,
                columns_title,
            } => {
                let titles = (rows_title.as_str(), columns_title.as_str());
                self.grid(rows, columns, titles, size.width, height_of)
            }
            Shape::Rings => self.rings(&self.layout),
        }
    }

    fn side_by_side(&self, across: usize, width: f64, height_of: impl Fn(usize) -> f64) -> Ground {
        let mut zones = Vec::with_capacity(self.zones.len());
        let mut y = 0.0;
        let indices: Vec<usize> = (0..self.zones.len()).collect();
        for row in indices.chunks(across.max(1)) {
            let height = row.iter().map(|&i| height_of(i)).fold(0.0, f64::max);
            for (column, &index) in row.iter().enumerate() {
                let x = column as f64 * (width + 2.0 * PADDING + ZONE_GAP);
                let cards = Area {
                    x: x + PADDING,
                    y: y + TITLE_STRIP,
                    width,
                    height,
                };
                zones.push(self.rect_zone(index, cards, TITLE_STRIP));
            }
            y += TITLE_STRIP + height + PADDING + ZONE_GAP;
        }
        Ground {
            zones,
            headings: Vec::new(),
        }
    }

    fn grid(
        &self,
        rows: &[Heading],
        columns: &[Heading],
        (rows_title, columns_title): (&str, &str),
        width: f64,
        height_of: impl Fn(usize) -> f64,
    ) -> Ground {
        let step = width + 2.0 * PADDING + CELL_GAP;
        let left = ROW_HEADING + CELL_GAP;
        let mut headings = Vec::new();
        let mut top = 0.0;
        if !columns_title.is_empty() {
            let total = step * columns.len() as f64 - CELL_GAP;
            let area = Area {
                x: left,
                y: 0.0,
                width: total,
                height: TITLE_STRIP,
            };
            headings.push(heading(columns_title, "", area));
            top += TITLE_STRIP + CELL_GAP;
        }
        if !rows_title.is_empty() {
            let area = Area {
                x: 0.0,
                y: top,
                width: ROW_HEADING,
                height: TITLE_STRIP,
            };
            headings.push(heading(rows_title, "", area));
        }
        for (i, column) in columns.iter().enumerate() {
            let x = left + i as f64 * step;
            let area = Area {
                x,
                y: top,
                width: width + 2.0 * PADDING,
                height: TITLE_STRIP,
            };
            headings.push(heading(&column.title, &column.prompt, area));
        }
        let mut y = top + TITLE_STRIP + CELL_GAP;
        let mut zones = Vec::with_capacity(self.zones.len());
        for (r, row) in rows.iter().enumerate() {
            let cells = r * columns.len()..(r + 1) * columns.len();
            let height = cells.clone().map(&height_of).fold(0.0, f64::max);
            let outer = height + 2.0 * PADDING;
            let area = Area {
                x: 0.0,
                y,
                width: ROW_HEADING,
                height: outer,
            };
            headings.push(heading(&row.title, &row.prompt, area));
            for (c, index) in cells.enumerate() {
                let x = left + c as f64 * step + PADDING;
                let cards = Area {
                    x,
                    y: y + PADDING,
                    width,
                    height,
                };
                zones.push(self.rect_zone(index, cards, 0.0));
            }
            y += outer + CELL_GAP;
        }
        Ground { zones, headings }
    }

    fn rings(&self, layout: &Layout) -> Ground {
        let band = f64::from(layout.cards_across) * BAND;
        let centre = band * self.zones.len() as f64;
        let centre = Point {
            x: centre,
            y: centre,
        };
        let place = |(index, zone): (usize, &crate::format::Zone)| {
            let (inner, outer) = (index as f64 * band, (index + 1) as f64 * band);
            let (x, y, across) = (centre.x - outer, centre.y - outer, 2.0 * outer);
            let label = Area {
                x: centre.x - RING_TITLE.0 / 2.0,
                y: y + GAP,
                width: RING_TITLE.0,
                height: RING_TITLE.1,
            };
            PlacedZone {
                id: zone.id.clone(),
                title: zone.title.clone(),
                prompt: zone.prompt.clone(),
                x,
                y,
                width: across,
                height: across,
                shape: ZoneShape::Ring {
                    centre,
                    inner,
                    outer,
                },
                label: Some(label),
                cards: Area {
                    x,
                    y,
                    width: across,
                    height: across,
                },
            }
        };
        Ground {
            zones: self.zones.iter().enumerate().map(place).collect(),
            headings: Vec::new(),
        }
    }

    /// The rectangular zone around a card area, with a title strip of this height, 0 for none.
    fn rect_zone(&self, index: usize, cards: Area, strip: f64) -> PlacedZone {
        let zone = &self.zones[index];
        let above = if strip > 0.0 { strip } else { PADDING };
        let (x, y, width) = (
            cards.x - PADDING,
            cards.y - above,
            cards.width + 2.0 * PADDING,
        );
        PlacedZone {
            id: zone.id.clone(),
            title: zone.title.clone(),
            prompt: zone.prompt.clone(),
            x,
            y,
            width,
            height: above + cards.height + PADDING,
            shape: ZoneShape::Rect,
            label: (strip > 0.0).then_some(Area {
                x,
                y,
                width,
                height: strip,
            }),
            cards,
        }
    }
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

    /// Where a card that is dropped with its top left corner here belongs: its middle decides the
    /// zone, and it stays where it was dropped.
    pub fn drop_at(&self, corner: Point, width: f64, height: f64) -> (&str, Point) {
        let middle = Point {
            x: corner.x + width / 2.0,
            y: corner.y + height / 2.0,
        };
        let (zone, at) = self.zone_at(middle);
        (
            zone,
            Point {
                x: at.x - width / 2.0,
                y: at.y - height / 2.0,
            },
        )
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
        let mut spots = placed
            .spots()
            .take_while(|spot| spot.y <= last_row.max(placed.height));
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

    /// Places for cards in reading order, without end.
    fn spots(&self) -> Box<dyn Iterator<Item = Point> + '_> {
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

impl Area {
    /// The area of a card that has not grown.
    pub fn card(at: Point) -> Self {
        Self {
            x: at.x,
            y: at.y,
            width: CARD,
            height: CARD,
        }
    }

    /// Whether the two share more than an edge.
    pub fn touches(self, other: Area) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    /// Whether the other lies wholly inside.
    pub fn contains(self, other: Area) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.x + other.width <= self.x + self.width
            && other.y + other.height <= self.y + self.height
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn around(self, other: Area) -> Area {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Area {
            x,
            y,
            width: right - x,
            height: bottom - y,
        }
    }

    fn moved(self, dx: f64, dy: f64) -> Area {
        Area {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }
}

fn heading(title: &str, prompt: &str, area: Area) -> PlacedHeading {
    PlacedHeading {
        title: title.to_owned(),
        prompt: prompt.to_owned(),
        area,
    }
}

/// Whether a card fits here with half a gap of air on every side.
fn is_free(at: Point, taken: &[Area]) -> bool {
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
