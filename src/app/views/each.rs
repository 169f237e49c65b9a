//! A list drawn by key: what stays keeps its elements, only what came is drawn.
//!
//! Every list of the app is drawn by the one `<For>` here. A `<For>` a list would make the program
//! larger by three kilobytes each, since all of its machinery is compiled anew for each type of item.

use std::sync::Arc;

use leptos::prelude::*;

struct Item {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Draws each of some things, in their order. `key` tells them apart; a thing whose key is new is
/// drawn, whatever else it holds.
pub fn each<T, K, V>(
    things: impl Fn() -> Vec<T> + Send + 'static,
    key: impl Fn(&T) -> K + Send + 'static,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    K: ToString,
    V: IntoView + 'static,
{
    let draw = Arc::new(move |thing| draw(thing).into_any());
    list(Box::new(move || {
        let item = |thing| {
            let draw = draw.clone();
            Item {
                key: key(&thing).to_string(),
                draw: Box::new(move || draw(thing)),
            }
        };
        things().into_iter().map(item).collect()
    }))
}

fn list(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=items key=|item: &Item| item.key.clone() let(item)>{(item.draw)()}</For> }
        .into_any()
}
