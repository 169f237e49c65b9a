//! What views need of elements and events beyond what Leptos gives them: where a pointer is, which
//! card is under it, the selection in a text field, the size of an element.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement, IntersectionObserverEntry,
    PointerEvent,
};
use workshop::board::Point;
use workshop::id::CardId;

use super::window;
use crate::ports::{Handle, Later};

/// The most bytes of a file that is read: a camera's largest photos have a third of it.
const MOST_FILE_BYTES: f64 = 60e6;

/// The attribute by which a card's element says which card it is.
const CARD: &str = "data-card";

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The card that an event is about.
pub(crate) fn card_of(event: &Event) -> Option<CardId> {
    let card = target(event)?.closest(&format!("[{CARD}]")).ok()??;
    CardId::parse(&card.get_attribute(CARD)?).ok()
}

/// Whether an event is about something that has its own way with pointers: a field being written
/// in, or a button.
pub(crate) fn is_control(event: &Event) -> bool {
    let control = target(event).and_then(|target| target.closest("textarea, button, input").ok());
    control.flatten().is_some()
}

/// Whether an event is about a card's photo.
pub(crate) fn is_photo(event: &Event) -> bool {
    let photo = target(event).and_then(|target| target.closest(".photo").ok());
    photo.flatten().is_some()
}

/// The file that was just chosen in a file input, to be read; nothing where it is too large for that.
/// The input is empty afterwards, so that the same file can be chosen again.
pub(crate) fn chosen_file(event: &Event) -> Option<Later<Option<Vec<u8>>>> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    input.set_value("");
    Some(Box::pin(async move {
        if file.size() > MOST_FILE_BYTES {
            return None;
        }
        let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&bytes).to_vec())
    }))
}

/// Whether an event is about the element that hears it and nothing inside: a dialog hears so of a
/// click beside it.
pub(crate) fn is_about_itself(event: &Event) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Where a pointer is, from the top left corner of an element, in CSS pixels.
pub(crate) fn place_in(element: &Element, x: i32, y: i32) -> Point {
    let rect = element.get_bounding_client_rect();
    Point {
        x: f64::from(x) - rect.left(),
        y: f64::from(y) - rect.top(),
    }
}

/// Has an element hear of a pointer wherever it goes.
pub(crate) fn capture(element: &Element, event: &PointerEvent) {
    // Refused only for a pointer that is up again already.
    let _ = element.set_pointer_capture(event.pointer_id());
}

/// The width and height of an element, in CSS pixels.
pub(crate) fn size_of(element: &Element) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    (rect.width(), rect.height())
}

/// Calls back with an element's size, now and whenever it changes.
pub(crate) fn on_size(element: &Element, hear: impl Fn(f64, f64) + 'static) -> Box<dyn Handle> {
    let watched = element.clone();
    let hear = Closure::<dyn Fn()>::new(move || {
        let (width, height) = size_of(&watched);
        hear(width, height);
    });
    let observer = web_sys::ResizeObserver::new(hear.as_ref().unchecked_ref());
    match observer {
        Ok(observer) => {
            observer.observe(element);
            Box::new(Watched {
                observer,
                _hear: hear,
            })
        }
        Err(_) => Box::new(()),
    }
}

/// Calls back once when an element comes into view, or is about to.
pub(crate) fn on_seen(element: &Element, seen: impl Fn() + 'static) -> Box<dyn Handle> {
    let hear = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let is_seen = |entry: JsValue| {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            entry.is_intersecting()
        };
        if entries.iter().any(is_seen) {
            seen();
        }
    });
    let observer = web_sys::IntersectionObserver::new(hear.as_ref().unchecked_ref());
    match observer {
        Ok(observer) => {
            observer.observe(element);
            Box::new(Awaited {
                observer,
                _hear: hear,
            })
        }
        Err(_) => Box::new(()),
    }
}

struct Awaited {
    observer: web_sys::IntersectionObserver,
    _hear: Closure<dyn Fn(Array)>,
}

impl Handle for Awaited {}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

struct Watched {
    observer: web_sys::ResizeObserver,
    _hear: Closure<dyn Fn()>,
}

impl Handle for Watched {}

impl Drop for Watched {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Whether what a `toggle` event is about is unfolded now.
pub(crate) fn is_open(event: &Event) -> bool {
    target(event).is_some_and(|it| it.has_attribute("open"))
}

/// Whether a dialog is over the page.
pub(crate) fn dialog_is_open() -> bool {
    let document = window().document();
    document.is_some_and(|d| {
        d.query_selector("dialog[open]")
            .is_ok_and(|found| found.is_some())
    })
}

/// Puts the focus on a card's element, if it is on the page.
pub(crate) fn focus_card(card: &CardId) {
    let found = window().document().and_then(|document| {
        document
            .query_selector(&format!("[{CARD}='{card}']"))
            .ok()
            .flatten()
    });
    if let Some(card) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = card.focus_with_options(&options);
    }
}

/// Puts the focus on the screen's title when what had it is gone, so that whoever reads with a screen
/// reader or goes by keys starts at the top of the new screen and not at nothing.
pub(crate) fn focus_title_if_lost() {
    let Some(document) = window().document() else {
        return;
    };
    let is_lost = document
        .active_element()
        .is_none_or(|focused| focused.tag_name() == "BODY");
    let title = document.query_selector("h1[tabindex]").ok().flatten();
    if let Some(title) = title.and_then(|title| title.dyn_into::<HtmlElement>().ok())
        && is_lost
    {
        let _ = title.focus();
    }
}

/// Puts the focus on the first field that something is said to be wrong with, once that is on the page.
pub(crate) fn focus_first_wrong() {
    before_paint(|| {
        let wrong = window().document().and_then(|document| {
            document
                .query_selector("input[aria-invalid], [aria-invalid] input")
                .ok()
                .flatten()
        });
        if let Some(field) = wrong.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}

/// Puts the focus in a text field without moving the page.
pub(crate) fn focus_field(field: &HtmlTextAreaElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = field.focus_with_options(&options);
}

/// Takes the focus out of the field that has it, so that what was typed into it is handed over: a
/// composition ends, a change is told.
pub(crate) fn leave_field() {
    let active = window().document().and_then(|d| d.active_element());
    if let Some(field) = active.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = field.blur();
    }
}

/// The selection in a text field, in UTF-16 units.
pub(crate) fn selection(field: &HtmlTextAreaElement) -> (u32, u32) {
    let at = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(0);
    (at(field.selection_start()), at(field.selection_end()))
}

/// Shows a text in a field with a selection, without a jump if it is there already.
pub(crate) fn show_text(field: &HtmlTextAreaElement, text: &str, start: u32, end: u32) {
    if field.value() != text {
        field.set_value(text);
    }
    if selection(field) != (start, end) {
        let _ = field.set_selection_range(start, end);
    }
}

/// Runs once the browser has done its layout and is about to paint.
pub(crate) fn before_paint(then: impl FnOnce() + 'static) {
    let then = Closure::once_into_js(then);
    let _ = window().request_animation_frame(then.unchecked_ref());
}
