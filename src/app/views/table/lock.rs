//! A locked board, as those at a table see it: what they were writing is finished, and the tools give
//! way to one calm sentence until it is unlocked.

use leptos::prelude::*;

use super::canvas;
use super::scene::Scene;
use crate::provider::SaveState;
use crate::views::icon::Icon;
use crate::words::{self, table};

/// Keeps the scene to what the facilitator has locked. Facilitators themselves go on writing.
pub fn obey(scene: Scene) {
    let waits = Memo::new(move |_| matches!(scene.workshop.status.get(), SaveState::Held { .. }));
    // Whether anything has waited since the board was locked. It may be on its way already when this
    // device hears that the board is unlocked.
    let waited = StoredValue::new(false);
    Effect::new(move || {
        if waits.get() {
            waited.set_value(true);
        }
    });
    Effect::new(move || {
        let held = scene.board.locked.get() && !scene.workshop.facilitates();
        if held == scene.held.get_untracked() {
            return;
        }
        if held {
            waited.set_value(waits.get_untracked());
            canvas::cancel_gesture(scene);
            scene.put_pen_down();
        } else {
            let words = if waited.get_value() {
                table::UNLOCKED_AND_SHARED
            } else {
                table::UNLOCKED
            };
            scene.workshop.notice(words.to_owned());
        }
        scene.held.set(held);
    });
}

/// In the header, before the prompt: that the board is locked, for whoever is at it, facilitators too.
#[component]
pub fn LockMark() -> impl IntoView {
    let scene = expect_context::<Scene>();
    view! {
        <Show when=move || scene.board.locked.get()>
            <strong class="lock-mark">
                <Icon name="lock" />
                {words::LOCKED}
            </strong>
            " "
        </Show>
    }
}

/// In the place of the tools, and said aloud: that the board is locked, and what becomes of what was
/// written.
#[component]
pub fn Locked() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let rest = move || match scene.workshop.status.get() {
        SaveState::Held { .. } => table::WORDS_WAIT,
        _ => table::WORDS_KEPT,
    };
    view! {
        <div role="status">
            <Show when=move || scene.held.get()>
                <div class="locked">
                    <Icon name="lock" />
                    <p>
                        <strong>{table::BOARD_LOCKED}</strong>
                        " "
                        {rest}
                    </p>
                </div>
            </Show>
        </div>
    }
}
