//! The browser client of Trestle: a reactive mirror of the workshop's documents, and the views of it.
//!
//! Data goes round one way: gesture → `intent` → command → `provider` → document → change →
//! `mirror` → `views`. Only `browser` knows the browser.

mod browser;
mod device;
mod intent;
mod mirror;
mod ports;
mod provider;
mod route;
mod views;
mod words;

use leptos::prelude::*;

fn main() {
    browser::speak_of_panics(words::BROKEN, words::RELOAD);
    mount_to_body(route::App);
    browser::keep_app();
}
