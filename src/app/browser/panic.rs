//! What happens when the program is broken: the reason goes to the console, and the page says plainly
//! what to do instead of standing still.

use super::window;

/// From now on a broken invariant is said aloud.
pub(crate) fn speak_of_panics(sentence: &'static str, button: &'static str) {
    std::panic::set_hook(Box::new(move |info| {
        web_sys::console::error_1(&info.to_string().into());
        // Whatever is broken, the page may be too: nothing here may panic again.
        let _ = say(sentence, button);
    }));
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
