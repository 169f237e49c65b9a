//! What stands in a workshop's place when the relay said not to come back: why, and what to do.

use leptos::prelude::*;

use super::frame::Bar;
use super::icon::Icon;
use crate::provider::Stopped;
use crate::words::{self, stop};

/// Why the workshop is shut to this device, in one sentence, and what to do about it.
#[component]
pub fn StoppedScreen(stopped: Stopped) -> impl IntoView {
    view! {
        <Bar />
        <main class="lone">
            <Icon name="lock" />
            <h1>{stop::sentence(stopped.code)}</h1>
            <p>{stop::advice(stopped.code)}</p>
            <a class="button primary" href="/">
                {words::BACK_HOME}
            </a>
        </main>
    }
}
