//! What is in view, and how large.

use leptos::prelude::*;
use methods::{Area, CARD, Ground};
use workshop::board::Point;
use workshop::id::CardId;

use super::Scene;
use crate::intent::camera::Camera;

/// Below this enlargement a card is brought closer before someone writes in it.
const LEGIBLE_ZOOM: f64 = 0.7;

impl Scene {
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

    /// Brings the end of a card into view, where most writing goes on: a card may be taller than the
    /// screen.
    pub fn show_end(self, card: &CardId) {
        let Some(area) = self.area(card) else { return };
        let (width, height) = self.size.get_untracked();
        let end = Area {
            y: (area.y + area.height - CARD).max(area.y),
            height: CARD.min(area.height),
            ..area
        };
        let camera = self.camera.get_untracked();
        let shown = camera.showing(end, width, height);
        if width >= 1.0 && shown != camera {
            self.camera.set(shown);
        }
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
}
