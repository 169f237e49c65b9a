//! Time by `performance.now`, `Date.now` and `setTimeout`.

use gloo::timers::callback::Timeout;

use js_sys::{Date, Object, Reflect};

use super::window;
use crate::ports::{Clock, Handle};

pub(super) struct BrowserClock;

impl Clock for BrowserClock {
    fn now_ms(&self) -> u64 {
        window()
            .performance()
            .map_or(0, |performance| performance.now() as u64)
    }

    fn wall_ms(&self) -> u64 {
        Date::now() as u64
    }

    fn day(&self, wall_ms: u64) -> String {
        let options = Object::new();
        for (part, form) in [("day", "numeric"), ("month", "long"), ("year", "numeric")] {
            Reflect::set(&options, &part.into(), &form.into())
                .expect("a fresh object takes any property");
        }
        let date = Date::new(&(wall_ms as f64).into());
        date.to_locale_date_string("default", &options).into()
    }

    fn after(&self, delay_ms: u32, then: Box<dyn FnOnce()>) -> Box<dyn Handle> {
        Box::new(Timeout::new(delay_ms, then))
    }
}

impl Handle for Timeout {}
