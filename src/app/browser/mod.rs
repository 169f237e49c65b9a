//! The browser, one capability a file, each behind its trait in `ports`. The only folder of the app
//! that may name web-sys, js-sys, gloo or wasm-bindgen. Every listener and timer made here is
//! removed when its handle is dropped.

mod clock;
pub(crate) mod dom;
mod entropy;
mod history;
mod network;
mod page;
mod panic;
mod pictures;
mod settings;
mod vault;

use crate::ports::Ports;

pub(crate) use page::keep_app;
pub(crate) use panic::speak_of_panics;

/// The ports of this browser.
pub fn ports() -> Ports {
    Ports {
        clock: Box::new(clock::BrowserClock),
        entropy: Box::new(entropy::BrowserEntropy),
        network: Box::new(network::BrowserNetwork),
        vault: Box::new(vault::BrowserVault::default()),
        settings: Box::new(settings::BrowserSettings),
        page: Box::new(page::BrowserPage),
        pictures: Box::new(pictures::BrowserPictures),
        history: Box::new(history::BrowserHistory::default()),
    }
}

fn window() -> web_sys::Window {
    web_sys::window().expect("the app runs in a page")
}
