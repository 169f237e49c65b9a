//! The icons and the Trestle mark: our own drawings, 24 px, one stroke path each.
//!
//! Always beside a word or inside something that has a name, so they are hidden from ears. An icon
//! that is not known is drawn as a plain card; it must never be the only sign of anything.

use leptos::prelude::*;

/// An icon by name: one of those below, or of `methods::ICONS`.
#[component]
pub fn Icon(#[prop(into)] name: String) -> impl IntoView {
    let path = path_of(&name);
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}

/// The Trestle mark: a table top on two trestles, with a card on it.
#[component]
pub fn Mark(#[prop(optional)] waiting: bool) -> impl IntoView {
    view! {
        <svg
            class="mark"
            class:waiting=waiting
            viewBox="0 0 32 32"
            aria-hidden="true"
            focusable="false"
        >
            <path class="mark-card" d="M12.2 4.2 20.5 3l1 7.5h-8.4z"></path>
            <path class="mark-top" d="M3 11h26a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1z"></path>
            <path class="mark-legs" d="M8.5 15 4.5 28M8.5 15l4 13M6 23.4h5M23.5 15l-4 13M23.5 15l4 13M21 23.4h5"></path>
        </svg>
    }
}

fn path_of(name: &str) -> &'static str {
    match name {
        // Doing
        "plus" => "M12 5v14M5 12h14",
        "minus" => "M5 12h14",
        "pencil" => "M4 20l1-4.2L16.3 4.5a2.2 2.2 0 0 1 3.2 3.2L8.2 19zM14 6.8l3.2 3.2",
        "select" => "M5 3.5l5.6 17 2.6-7.3 7.3-2.6z",
        "move" => "M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3",
        "undo" => "M8.5 13.5L4 9l4.5-4.5M4 9h10.5a5.5 5.5 0 0 1 0 11H11",
        "redo" => "M15.5 13.5L20 9l-4.5-4.5M20 9H9.5a5.5 5.5 0 0 0 0 11H13",
        "zoom-in" => {
            "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20.5 20.5L15.2 15.2M10.5 8v5M8 10.5h5"
        }
        "zoom-out" => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20.5 20.5L15.2 15.2M8 10.5h5",
        "fit" => "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9.5 9.5h5v5h-5z",
        "link" => "M10 7.5H7.5a4.5 4.5 0 0 0 0 9H10M14 7.5h2.5a4.5 4.5 0 0 1 0 9H14M8.5 12h7",
        "group" => "M4 4h8v8H4zM12 16h4v-4M16 8h4v12H8v-4",
        "copy" => "M8.5 8.5H20V20H8.5zM4 15.5V4h11.5",
        "trash" => "M4 7h16M9.5 7V4h5v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
        "colour" => {
            "M12 3.5S5.5 10.4 5.5 14.6a6.5 6.5 0 0 0 13 0C18.5 10.4 12 3.5 12 3.5zM9 15a3 3 0 0 0 3 3"
        }
        "draw" => "M3.5 17c3-9 6-9 6-4.5s-1 6 1.5 6 2.5-7.5 5-7.5 1 5 4.5 5",
        "photo" => "M3 7.5h4L9 4.5h6l2 3h4v12H3zM12 17a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4z",
        "check" => "M5 12.5l4.5 4.5L19 7",
        "close" => "M6 6l12 12M18 6L6 18",
        "more" => "M5 12h.01M12 12h.01M19 12h.01",
        "play" => "M7.5 5l11 7-11 7z",
        "stop" => "M6.5 6.5h11v11h-11z",
        "up" => "M12 19V5M6 11l6-6 6 6",
        "down" => "M12 5v14M6 13l6 6 6-6",
        "back" => "M15 5l-7 7 7 7",
        "next" => "M9 5l7 7-7 7",
        "printer" => "M7 8V3.5h10V8M7 17H4V8h16v9h-3M7.5 13.5h9V21h-9z",
        // Showing
        "list" => "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
        "board" => "M3 4.5h18v15H3zM6.5 8h4.5v4.5H6.5zM14 11.5h3.5V16H14z",
        "wall" => "M3 4h18v12H3zM12 16v4M8 20h8",
        "qr" => {
            "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3M20 14v.01M14 20h.01M17.5 20H20v-2.5"
        }
        "clock" => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
        "eye" => {
            "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
        }
        "lock" => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
        "unlock" => "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.7-1.4",
        "cloud" => "M7.5 18.5a4.5 4.5 0 0 1-.6-8.95A5.7 5.7 0 0 1 18 9.7a4.4 4.4 0 0 1-.5 8.8z",
        "cloud-off" => {
            "M15 18.5H7.5a4.5 4.5 0 0 1-.6-8.95 6 6 0 0 1 1.1-2M11 5.6a5.7 5.7 0 0 1 7 4.1 4.4 4.4 0 0 1 2.2 7.3M4 3.5l16.5 17"
        }
        "hand" => {
            "M8 13V6.5a1.5 1.5 0 0 1 3 0V11M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8.5a6.5 6.5 0 0 1-6.5 6.5c-2.8 0-4.3-1.4-5.7-3.8l-1.9-3.3a1.5 1.5 0 0 1 2.5-1.6L8 15.5"
        }
        "people" => {
            "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.4a3.5 3.5 0 0 1 0 6.2M18 14.3a6.5 6.5 0 0 1 3.5 5.7"
        }
        "person" => "M12 11a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM4.8 20.5a7.2 7.2 0 0 1 14.4 0",
        "home" => "M4 11.5L12 4.5l8 7M6.5 9.5V20h11V9.5",
        "question" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.6 9.6a2.5 2.5 0 1 1 3.7 2.3c-.9.500-1.3 1-1.3 1.8M12 16.6v.01"
        }
        // Kinds of card
        "idea" => {
            "M9.5 18h5M10.5 21h3M9.5 15.5c0-1.5-3.5-2.9-3.5-6.5a6 6 0 0 1 12 0c0 3.6-3.5 5-3.5 6.5z"
        }
        "gripe" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9.8v.01M15 9.8v.01M8.5 16a4.5 4.5 0 0 1 7 0"
        }
        "feeling" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9.8v.01M15 9.8v.01M8.5 14a4.5 4.5 0 0 0 7 0"
        }
        "topic" => "M4 4.5h16v11.5h-8L7.5 20v-4H4z",
        "place" => {
            "M12 21s-6.5-5.8-6.5-11a6.5 6.5 0 0 1 13 0C18.5 15.2 12 21 12 21zM12 12.2a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z"
        }
        "thing" => "M12 3.5l8 4.3v8.4l-8 4.3-8-4.3V7.8zM4 7.8l8 4.3 8-4.3M12 12.1v8.4",
        "story" => {
            "M12 6.5C10 5 7 4.5 3.5 4.5V18c3.5 0 6.5.500 8.5 2 2-1.5 5-2 8.5-2V4.5C17 4.5 14 5 12 6.5zM12 6.5V20"
        }
        "skill" => {
            "M14.5 9.5l-9.7 9.7M15.2 3.7a5 5 0 0 0 5.1 5.1 5 5 0 0 1-5.3 5.2 5 5 0 0 1-5-5 5 5 0 0 1 5.2-5.3z"
        }
        "want" => "M12 3.8l2.5 5.2 5.7.800-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
        "value" => "M7.5 4.5h9l4 5.5L12 20 3.5 10zM3.5 10h17M12 20l-3.5-10M12 20l3.5-10",
        "need" => {
            "M12 20S3.5 15 3.5 9.2A4.4 4.4 0 0 1 12 7.5a4.4 4.4 0 0 1 8.5 1.7C20.5 15 12 20 12 20z"
        }
        "wish" => {
            "M12 3c.6 5.4 3.6 8.4 9 9-5.4.600-8.4 3.6-9 9-.6-5.4-3.6-8.4-9-9 5.4-.6 8.4-3.6 9-9z"
        }
        "outcome" => "M6 21V4h12l-2.5 4L18 12H6",
        "service" => "M3.5 20.5h17M5.5 20.5V9.5L12 4l6.5 5.5v11M10 20.5V14h4v6.5",
        "decision" => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 12.3l2.8 2.7 5.2-5.5",
        "step" => "M3.5 20v-5H9v-5h5.5V5h6",
        "help" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM6 6l3.5 3.5M18 6l-3.5 3.5M6 18l3.5-3.5M18 18l-3.5-3.5"
        }
        "hurdle" => "M5 20.5V6.5M19 20.5V6.5M5 8.5h14M5 13h14",
        "measure" => "M3.5 20.5h17M7 20.5v-6M12 20.5V9.5M17 20.5V4.5",
        "date" => "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4",
        _ => "M5 4h14v10.5L13.5 20H5zM13.5 20v-5.5H19",
    }
}
