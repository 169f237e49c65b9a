//! What frames every screen: the bar with the mark and the help, and whether things are saved.

use leptos::prelude::*;

use super::help::Help;
use super::icon::{Icon, Mark};
use crate::mirror::{Role, Workshop};
use crate::provider::SaveState;
use crate::words::{self, saving};

/// The bar at the top: the mark at its start, help at its end, and the screen's own between.
#[component]
pub fn Bar(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <header class="bar">
            <a class="home" href="/">
                <Mark />
                <span>{words::TRESTLE}</span>
            </a>
            <span class="gap"></span>
            {children.map(|children| children())}
            <Help />
        </header>
    }
}

/// Whether what was written here is safe, in words and with a sign.
#[component]
pub fn SavedOrNot() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    // The plan is not a participant's to write: between boards, "watching" would only puzzle.
    let takes_part = workshop
        .access
        .with_untracked(|access| access.role == Role::Participant);
    let shown = move || match workshop.status.get() {
        SaveState::WatchOnly if takes_part => ("saved", "check", saving::SAVED),
        SaveState::Connecting => ("connecting", "more", saving::CONNECTING),
        SaveState::Saving => ("saving", "cloud", saving::SAVING),
        SaveState::Saved => ("saved", "check", saving::SAVED),
        SaveState::Offline { kept: true } => ("offline", "cloud-off", saving::OFFLINE_KEPT),
        SaveState::Offline { kept: false } => ("offline", "cloud-off", saving::OFFLINE),
        SaveState::Refused { kept: true } => ("offline", "cloud-off", saving::REFUSED_KEPT),
        SaveState::Refused { kept: false } => ("offline", "cloud-off", saving::REFUSED),
        SaveState::Held { kept: true } => ("offline", "lock", saving::HELD_KEPT),
        SaveState::Held { kept: false } => ("offline", "lock", saving::HELD),
        SaveState::WatchOnly => ("watching", "eye", saving::WATCHING),
    };
    view! {
        <p class="save-state" role="status" data-state=move || shown().0>
            {move || view! { <Icon name=shown().1 /> }}
            <span>{move || shown().2}</span>
        </p>
    }
}
