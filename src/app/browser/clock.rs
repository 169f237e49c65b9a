//! Time by `performance.now`, `Date.now` and `setTimeout`.

use gloo::timers::callback::Timeout;

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
        js_sys::Date::now() as u64
    }

    fn after(&self, delay_ms: u32, then: Box<dyn FnOnce()>) -> Box<dyn Handle> {
        Box::new(Timeout::new(delay_ms, then))
    }
}

impl Handle for Timeout {}
