//! What stands in a workshop's place when the relay said not to come back: why, and what to do.

use leptos::prelude::*;
use sync::wire::close;

use super::frame::Bar;
use super::help::HelpShown;
use super::icon::Icon;
use crate::provider::Stopped;
use crate::words::{self, stop};

/// Why the workshop is shut to this device, in one sentence, and what to do about it.
#[component]
pub fn StoppedScreen(
    stopped: Stopped,
    /// Whether it was open before, so that "not there" means "not there any more".
    #[prop(optional)]
    was_open: bool,
) -> impl IntoView {
    // What was open over it belongs to a workshop that is not there any more.
    expect_context::<HelpShown>().0.set(false);
    let (sentence, advice) = match (stopped.code, was_open) {
        (close::DELETED, true) => (stop::DELETED, stop::DELETED_HINT),
        (code, _) => (stop::sentence(code), stop::advice(code)),
    };
    view! { <Shut sentence=sentence advice=advice /> }
}

/// What stands in a workshop's place when the link has lost its key.
#[component]
pub fn KeylessScreen() -> impl IntoView {
    view! { <Shut sentence=stop::NO_KEY advice=stop::NO_KEY_HINT /> }
}

#[component]
fn Shut(sentence: &'static str, advice: &'static str) -> impl IntoView {
    view! {
        <Bar />
        <main class="lone">
            <Icon name="lock" />
            <h1>{sentence}</h1>
            <p>{advice}</p>
            <a class="button primary" href="/">
                {words::BACK_HOME}
            </a>
        </main>
    }
}
