//! What is in view, and how large.

use leptos::prelude::*;
use methods::{Area, Ground};
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
