//! The page: its address, the clipboard, printing, keys, the wake lock and the offline copy of the
//! app. What plain HTTP forbids is simply not offered.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::KeyboardEvent;

use super::window;
use crate::ports::{Focus, Handle, KeyPress, Later, Page};

pub(super) struct BrowserPage;

impl Page for BrowserPage {
    fn origin(&self) -> String {
        window().location().origin().unwrap_or_default()
    }

    fn fragment(&self) -> String {
        let hash = window().location().hash().unwrap_or_default();
        hash.trim_start_matches('#').to_owned()
    }

    fn can_copy(&self) -> bool {
        window().is_secure_context()
    }

    fn copy(&self, text: String) -> Later<bool> {
        Box::pin(async move {
            let writing = window().navigator().clipboard().write_text(&text);
            JsFuture::from(writing).await.is_ok()
        })
    }

    fn print(&self) {
        // A browser that cannot print (a kiosk) does nothing.
        let _ = window().print();
    }

    fn stay_awake(&self) -> Box<dyn Handle> {
        let awake = Rc::new(Awake::default());
        awake.clone().ask();
        let again = awake.clone();
        let document = window().document().expect("a window has a document");
        // The browser takes the lock back whenever the page is hidden.
        let shown = EventListener::new(&document, "visibilitychange", move |_| again.clone().ask());
        Box::new(HeldAwake {
            awake,
            _shown: shown,
        })
    }

    fn on_key(&self, hear: Rc<dyn Fn(KeyPress) -> bool>) -> Box<dyn Handle> {
        let listen = |name: &'static str, up: bool| {
            let hear = hear.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window(), name, options, move |event| {
                let event = event.unchecked_ref::<KeyboardEvent>();
                if !event.is_composing() && hear(press_of(event, up)) {
                    event.prevent_default();
                }
            })
        };
        Box::new(Keys([listen("keydown", false), listen("keyup", true)]))
    }
}

struct Keys(#[expect(dead_code, reason = "held so that they stay")] [EventListener; 2]);

impl Handle for Keys {}

/// The screen's wake lock, where there is one.
#[derive(Default)]
struct Awake(Cell<Option<JsValue>>);

impl Awake {
    fn ask(self: Rc<Self>) {
        let Some(locks) = property(&window().navigator(), "wakeLock") else {
            return;
        };
        let Some(asking) = call(&locks, "request", &"screen".into()) else {
            return;
        };
        spawn_local(async move {
            if let Ok(lock) = JsFuture::from(js_sys::Promise::resolve(&asking)).await {
                self.0.set(Some(lock));
            }
        });
    }
}

struct HeldAwake {
    awake: Rc<Awake>,
    _shown: EventListener,
}

impl Handle for HeldAwake {}

impl Drop for HeldAwake {
    fn drop(&mut self) {
        if let Some(lock) = self.awake.0.take() {
            call(&lock, "release", &JsValue::UNDEFINED);
        }
    }
}

/// A property that only some contexts have (web-sys counts it as there, or not at all).
fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &name.into())
        .ok()
        .filter(JsValue::is_object)
}

fn call(object: &JsValue, method: &str, argument: &JsValue) -> Option<JsValue> {
    let function = js_sys::Reflect::get(object, &method.into()).ok()?;
    function
        .dyn_into::<js_sys::Function>()
        .ok()?
        .call1(object, argument)
        .ok()
}

fn press_of(event: &KeyboardEvent, up: bool) -> KeyPress {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let focus = target.map_or(Focus::Page, |target| match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => Focus::Field,
        "INPUT" => match target.get_attribute("type").as_deref() {
            Some("radio" | "checkbox" | "range") => Focus::Control,
            _ => Focus::Field,
        },
        "BUTTON" | "A" | "SUMMARY" => Focus::Control,
        _ => Focus::Page,
    });
    KeyPress {
        key: event.key(),
        command: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        focus,
        up,
    }
}

/// How long the first screen has the network for itself, in milliseconds.
const KEEP_AFTER_MS: u32 = 2_000;
/// The longest wait before asking for it again, in milliseconds.
const KEEP_LAST_MS: u32 = 500_000;

/// Asks the browser to keep a copy of the app, so that a reload without the relay works. Only where
/// the page is a secure context; on plain HTTP the browser has no such thing.
pub(crate) fn keep_app() {
    if let Some(container) = property(&window().navigator(), "serviceWorker") {
        keep_after(KEEP_AFTER_MS, container);
    }
}

fn keep_after(delay_ms: u32, container: JsValue) {
    let keep = move || {
        let Some(asking) = call(&container, "register", &"/sw.js".into()) else {
            return;
        };
        spawn_local(async move {
            let kept = JsFuture::from(js_sys::Promise::resolve(&asking)).await;
            // The relay may be out of reach. A browser that refuses (private windows do) has no copy.
            if kept.is_err() && delay_ms < KEEP_LAST_MS {
                keep_after(delay_ms * 2, container);
            }
        });
    };
    Timeout::new(delay_ms, keep).forget();
}
