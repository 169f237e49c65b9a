//! What frames every screen: the bar with the mark and the help, and whether things are saved.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Mark};
use crate::device::Device;
use crate::mirror::Workshop;
use crate::provider::SaveState;
use crate::words::{self, help, saving};

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

/// The help button and its dialog, at the same place on every screen.
#[component]
pub fn Help() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button quiet help"
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            <Icon name="question" />
            {words::HELP}
        </button>
        <Dialog id="help" title=words::HELP open=open>
            <ul class="help-list">
                {help::FIRST
                    .map(|(icon, words)| {
                        view! {
                            <li>
                                <Icon name=icon />
                                <p>{words}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <section class="help-part">
                <h3>{help::PRIVACY_HEADING}</h3>
                <p>{help::PRIVACY}</p>
                {is_on_open_network().then(|| view! { <p>{help::OPEN_NETWORK}</p> })}
            </section>
            <section class="help-part">
                <h3>{help::KEYS_HEADING}</h3>
                <dl class="keys">
                    {help::KEYS
                        .map(|(words, key)| {
                            view! {
                                <div>
                                    <dt>{words}</dt>
                                    <dd>
                                        <kbd>{key}</kbd>
                                    </dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </section>
        </Dialog>
    }
}

/// Whether what was written here is safe, in words and with a sign.
#[component]
pub fn SavedOrNot() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let shown = move || match workshop.status.get() {
        SaveState::Connecting => ("connecting", "more", saving::CONNECTING),
        SaveState::Saving => ("saving", "cloud", saving::SAVING),
        SaveState::Saved => ("saved", "check", saving::SAVED),
        SaveState::Offline { kept: true } => ("offline", "cloud-off", saving::OFFLINE_KEPT),
        SaveState::Offline { kept: false } => ("offline", "cloud-off", saving::OFFLINE),
        SaveState::WatchOnly => ("watching", "eye", saving::WATCHING),
    };
    view! {
        <p class="save-state" role="status" data-state=move || shown().0>
            {move || view! { <Icon name=shown().1 /> }}
            <span>{move || shown().2}</span>
        </p>
    }
}

/// Whether what is sent can be read by others on the way: plain HTTP to another machine.
fn is_on_open_network() -> bool {
    let origin = expect_context::<Device>().ports().page.origin();
    let host = origin.strip_prefix("http://");
    host.is_some_and(|host| {
        !["localhost", "127.", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    })
}
