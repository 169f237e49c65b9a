//! Lays a method's zones out: from the method to its [`Ground`].
//!
//! The same method and the same reach of its cards give the same ground everywhere.

use workshop::board::Point;

use super::spots::BAND;
use super::{
    Area, GAP, Ground, Growth, PADDING, PlacedHeading, PlacedZone, Reach, SLOT, TITLE_STRIP,
    ZONE_GAP, ZoneShape,
};
use crate::format::{Heading, Layout, Method, Shape, Zone};

/// The space between two cells of a grid, which belong together more closely than zones.
const CELL_GAP: f64 = 12.0;
/// The width of a grid's row headings.
const ROW_HEADING: f64 = 320.0;
/// The box at the top of a ring in which its title stands.
const RING_TITLE: (f64, f64) = (440.0, 88.0);

impl Method {
    /// The zones at their places on an empty board.
    pub fn zones_at(&self) -> Vec<PlacedZone> {
        self.ground().zones
    }

    /// The ground of an empty board.
    pub fn ground(&self) -> Ground {
        self.ground_holding(|_| Reach::default())
    }

    /// The ground of a board whose zones have grown to hold their cards: `reach` says, for a zone's
    /// identifier, how far its cards go. A canvas grows down and to the right, columns and cells
    /// grow down and push what is below them further down, rings do not grow.
    pub fn ground_holding(&self, reach: impl Fn(&str) -> Reach) -> Ground {
        let sized = |cards: u32| f64::from(cards) * SLOT - GAP;
        let (width, height) = (
            sized(self.layout.cards_across),
            sized(self.layout.cards_down),
        );
        let grown = |least: f64, reach: f64| {
            if reach.is_finite() {
                least.max(reach)
            } else {
                least
            }
        };
        let height_of = |index: usize| grown(height, reach(&self.zones[index].id).bottom);
        match &self.layout.shape {
            Shape::Canvas => {
                let width = grown(width, reach(&self.zones[0].id).right);
                self.side_by_side(1, width, Growth::DownAndRight, height_of)
            }
            Shape::Columns { across } => {
                self.side_by_side(*across as usize, width, Growth::Down, height_of)
            }
            Shape::Grid {
                rows,
                columns,
                rows_title,
                columns_title,
            } => {
                let titles = (rows_title.as_str(), columns_title.as_str());
                self.grid(rows, columns, titles, width, height_of)
            }
            Shape::Rings => self.rings(&self.layout),
        }
    }

    fn side_by_side(
        &self,
        across: usize,
        width: f64,
        growth: Growth,
        height_of: impl Fn(usize) -> f64,
    ) -> Ground {
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
                zones.push(self.rect_zone(index, cards, TITLE_STRIP, growth));
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
                zones.push(self.rect_zone(index, cards, 0.0, Growth::Down));
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
        let place = |(index, zone): (usize, &Zone)| {
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
                growth: Growth::None,
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
    fn rect_zone(&self, index: usize, cards: Area, strip: f64, growth: Growth) -> PlacedZone {
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
            growth,
            label: (strip > 0.0).then_some(Area {
                y,
                height: strip,
                ..cards
            }),
            cards,
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
