//! What part of the board is in view. Screen places are in CSS pixels from the top left corner of
//! the board's element; board places are in logical pixels.

use methods::Area;
use workshop::board::Point;

/// The least and the most that the board can be enlarged.
pub const ZOOM: std::ops::RangeInclusive<f64> = 0.1..=4.0;
/// One press of "zoom in".
pub const ZOOM_STEP: f64 = 1.25;
/// The space left around what is fitted into view, in CSS pixels.
const MARGIN: f64 = 24.0;

/// What part of the board is in view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Where the board's origin is on the screen, to the right.
    pub x: f64,
    /// Where it is, down.
    pub y: f64,
    /// CSS pixels a logical pixel.
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            zoom: 1.0,
        }
    }
}

impl Camera {
    /// The board place under a screen place.
    pub fn to_board(self, screen: Point) -> Point {
        Point {
            x: (screen.x - self.x) / self.zoom,
            y: (screen.y - self.y) / self.zoom,
        }
    }

    /// Moved by so many CSS pixels.
    #[must_use]
    pub fn panned(self, dx: f64, dy: f64) -> Self {
        Self {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }

    /// Enlarged by a factor, with the board place under `centre` staying where it is.
    #[must_use]
    pub fn zoomed(self, centre: Point, factor: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(*ZOOM.start(), *ZOOM.end());
        let ratio = zoom / self.zoom;
        Self {
            x: centre.x - (centre.x - self.x) * ratio,
            y: centre.y - (centre.y - self.y) * ratio,
            zoom,
        }
    }

    /// With an area of the board in the middle of a screen of this size, as large as fits but no
    /// larger than `most`.
    pub fn fitting(area: Area, width: f64, height: f64, most: f64) -> Self {
        let room = |length: f64| (length - 2.0 * MARGIN).max(1.0);
        let zoom = (room(width) / area.width.max(1.0)).min(room(height) / area.height.max(1.0));
        let zoom = zoom.clamp(*ZOOM.start(), most);
        Self {
            x: (width - area.width * zoom) / 2.0 - area.x * zoom,
            y: (height - area.height * zoom) / 2.0 - area.y * zoom,
            zoom,
        }
    }

    /// The part of the board on a screen of this size.
    pub fn view(self, width: f64, height: f64) -> Area {
        let corner = self.to_board(Point::default());
        Area {
            x: corner.x,
            y: corner.y,
            width: width / self.zoom,
            height: height / self.zoom,
        }
    }

    /// The part of the board on a screen of this size and at least half a screen around it. It stays
    /// the same while the view moves or grows a little.
    pub fn surroundings(self, width: f64, height: f64) -> Area {
        let view = self.view(width.max(1.0), height.max(1.0));
        let along = |start: f64, length: f64| {
            let step = (length / 4.0).log2().ceil().exp2();
            let first = ((start - 0.5 * length) / step).floor() * step;
            let last = ((start + 1.5 * length) / step).ceil() * step;
            (first, last - first)
        };
        let (x, width) = along(view.x, view.width);
        let (y, height) = along(view.y, view.height);
        Area {
            x,
            y,
            width,
            height,
        }
    }

    /// Moved just so far that an area is on a screen of this size, if it is not yet.
    #[must_use]
    pub fn showing(self, area: Area, width: f64, height: f64) -> Self {
        let shift = |at: f64, length: f64, room: f64| {
            let (start, end) = (at, at + length);
            if start < MARGIN {
                MARGIN - start
            } else if end > room - MARGIN {
                (room - MARGIN - end).max(MARGIN - start)
            } else {
                0.0
            }
        };
        let dx = shift(area.x * self.zoom + self.x, area.width * self.zoom, width);
        let dy = shift(area.y * self.zoom + self.y, area.height * self.zoom, height);
        self.panned(dx, dy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Point, b: Point) -> bool {
        (a.x - b.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9
    }

    #[test]
    fn surroundings_hold_half_a_screen_on_every_side_and_seldom_change() {
        let start = Camera {
            x: -40.0,
            y: 10.0,
            zoom: 0.7,
        };
        let mut known = start.surroundings(800.0, 600.0);
        let mut changes = 0;
        for step in 0..400 {
            let camera = start.panned(f64::from(-step) * 4.0, f64::from(step) * 3.0);
            let view = camera.view(800.0, 600.0);
            let half_around = Area {
                x: view.x - view.width / 2.0,
                y: view.y - view.height / 2.0,
                width: view.width * 2.0,
                height: view.height * 2.0,
            };
            let around = camera.surroundings(800.0, 600.0);
            assert!(around.contains(half_around), "{camera:?}");
            changes += usize::from(around != known);
            known = around;
        }
        // Two screens to the left and two up.
        assert!(changes <= 32, "{changes}");
        // A board that has no size yet has surroundings all the same.
        let none = start.surroundings(0.0, 0.0);
        assert!(none.width.is_finite() && none.x.is_finite());
    }

    #[test]
    fn zooming_keeps_the_place_under_the_fingers() {
        let camera = Camera {
            x: 30.0,
            y: -20.0,
            zoom: 0.8,
        };
        let centre = Point { x: 200.0, y: 120.0 };
        for factor in [0.01, 0.5, 1.25, 100.0] {
            let zoomed = camera.zoomed(centre, factor);
            assert!(
                close(camera.to_board(centre), zoomed.to_board(centre)),
                "factor {factor}"
            );
            assert!(ZOOM.contains(&zoomed.zoom), "factor {factor}");
        }
    }

    #[test]
    fn fitting_puts_all_of_an_area_in_view() {
        let area = Area {
            x: -300.0,
            y: 50.0,
            width: 2400.0,
            height: 900.0,
        };
        for (width, height) in [(1180.0, 820.0), (390.0, 844.0), (1920.0, 1080.0)] {
            let camera = Camera::fitting(area, width, height, 1.0);
            assert!(
                camera.view(width, height).contains(area),
                "{width} x {height}"
            );
        }
    }

    #[test]
    fn showing_moves_no_more_than_it_must() {
        let camera = Camera::default();
        let inside = Area {
            x: 100.0,
            y: 100.0,
            width: 200.0,
            height: 200.0,
        };
        assert_eq!(camera.showing(inside, 800.0, 600.0), camera);
        let below = Area { y: 900.0, ..inside };
        let moved = camera.showing(below, 800.0, 600.0);
        assert!(moved.view(800.0, 600.0).contains(below));
        assert!(
            (moved.x - camera.x).abs() < 1e-9,
            "sideways it was in view already"
        );
    }
}
