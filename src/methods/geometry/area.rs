//! Rectangles. This module must never know what lies in them.

use workshop::board::Point;

use super::CARD;

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

    /// The same rectangle elsewhere.
    #[must_use]
    pub(crate) fn moved(self, dx: f64, dy: f64) -> Area {
        Area {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }
}
