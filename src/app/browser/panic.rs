//! What happens when the program is broken: the browser says where in its console, and the page says
//! plainly what to do instead of standing still.
//!
//! A broken invariant ends as a trap of WebAssembly, whatever it was called in, and a trap reaches
//! the window as an error or as a rejection that nobody handles.

use gloo::events::EventListener;
use js_sys::WebAssembly::RuntimeError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, PromiseRejectionEvent};

use super::window;

/// From now on a broken invariant is said aloud.
pub(crate) fn speak_of_panics(sentence: &'static str, button: &'static str) {
    // Builds for work on the app have words for it; the released one is built without them.
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
    let speak = move |error: JsValue| {
        if error.has_type::<RuntimeError>() {
            // Whatever is broken, the page may be too: nothing here may break again.
            let _ = say(sentence, button);
        }
    };
    let error = EventListener::new(&window(), "error", move |event| {
        speak(event.unchecked_ref::<ErrorEvent>().error());
    });
    let rejected = EventListener::new(&window(), "unhandledrejection", move |event| {
        speak(event.unchecked_ref::<PromiseRejectionEvent>().reason());
    });
    // They listen as long as the page is there.
    error.forget();
    rejected.forget();
}

fn say(sentence: &str, button: &str) -> Option<()> {
    let document = window().document()?;
    let place = document.create_element("div").ok()?;
    place.set_class_name("broken");
    place.set_attribute("role", "alert").ok()?;
    let words = document.create_element("p").ok()?;
    words.set_text_content(Some(sentence));
    let reload = document.create_element("a").ok()?;
    reload.set_class_name("button");
    reload.set_attribute("href", "").ok()?;
    reload.set_text_content(Some(button));
    place.append_with_node_2(&words, &reload).ok()?;
    document.body()?.append_child(&place).ok()?;
    Some(())
}
