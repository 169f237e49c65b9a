//! The places of the app that the browser has gone through: links within the app, Back and Forward.
//!
//! A step inside a place, such as an opened table, has a history entry of the same address that is
//! marked as a step, so that Back undoes the step and not the visit.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, MouseEvent};

use super::window;
use crate::ports::{Handle, History};

/// What marks an entry as a step.
const STEP: &str = "step";

#[derive(Default)]
pub(super) struct BrowserHistory(Rc<Shared>);

#[derive(Default)]
struct Shared {
    hear: RefCell<Option<Rc<dyn Fn()>>>,
    step: RefCell<Option<Rc<dyn Fn()>>>,
    /// Takes the last step once more.
    again: RefCell<Option<Rc<dyn Fn()>>>,
    /// A step that ended otherwise takes its own entry back, which is nobody's news.
    going_back: Cell<bool>,
    /// The place that was shown last.
    shown: RefCell<String>,
}

impl History for BrowserHistory {
    fn place(&self) -> String {
        place()
    }

    fn go(&self, place: &str) {
        self.0.go(place);
    }

    fn on_change(&self, hear: Rc<dyn Fn()>) -> Box<dyn Handle> {
        *self.0.hear.borrow_mut() = Some(hear);
        *self.0.shown.borrow_mut() = place();
        let shared = self.0.clone();
        let popped = EventListener::new(&window(), "popstate", move |_| shared.popped());
        let shared = self.0.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let clicked = EventListener::new_with_options(&window(), "click", options, move |event| {
            if let Some(place) = place_clicked(event) {
                event.prevent_default();
                shared.go(&place);
            }
        });
        Box::new(Listeners([popped, clicked]))
    }

    fn step_in(&self, back: Rc<dyn Fn()>, again: Rc<dyn Fn()>) -> Box<dyn Handle> {
        // After a reload, or gone Forward to, the entry is there already.
        if !at_a_step() {
            push(&STEP.into(), None);
        }
        *self.0.step.borrow_mut() = Some(back);
        *self.0.again.borrow_mut() = Some(again);
        Box::new(Step(self.0.clone()))
    }
}

impl Shared {
    fn go(&self, place: &str) {
        push(&JsValue::NULL, Some(place));
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.tell();
    }

    fn popped(&self) {
        if self.going_back.take() {
            return;
        }
        // Another link put into the address bar differs in its key only, and is no way back.
        let is_elsewhere = *self.shown.borrow() != place();
        let step = match at_a_step() {
            true if self.step.borrow().is_none() => self.again.borrow().clone(),
            true => None,
            false => self.step.take(),
        };
        match step {
            Some(step) if !is_elsewhere => step(),
            _ => self.tell(),
        }
    }

    fn tell(&self) {
        // What is shown from now on has steps of its own.
        self.again.take();
        *self.shown.borrow_mut() = place();
        let hear = self.hear.borrow().clone();
        if let Some(hear) = hear {
            hear();
        }
    }
}

struct Listeners(#[expect(dead_code, reason = "held so that they stay")] [EventListener; 2]);

impl Handle for Listeners {}

struct Step(Rc<Shared>);

impl Handle for Step {}

impl Drop for Step {
    fn drop(&mut self) {
        if self.0.step.take().is_some() && at_a_step() {
            let going = window().history().and_then(|history| history.back());
            self.0.going_back.set(going.is_ok());
        }
    }
}

fn place() -> String {
    let location = window().location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}

fn at_a_step() -> bool {
    let state = window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(STEP))
}

fn push(state: &JsValue, place: Option<&str>) {
    // Refused only where a page pushes without end; the view changes all the same.
    let _ = window()
        .history()
        .and_then(|history| history.push_state_with_url(state, "", place));
}

/// The place of the app that a plain click on a link leads to. Other clicks are the browser's.
fn place_clicked(event: &Event) -> Option<String> {
    let mouse = event.dyn_ref::<MouseEvent>()?;
    let plain = mouse.button() == 0
        && !(mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.alt_key());
    if !plain || event.default_prevented() {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href^='/']:not([target])").ok()??;
    link.get_attribute("href")
}
