//! Help, at the same place on every screen: how it works, who can see what, the keys, and the choices
//! that make it quieter. It must never open by itself.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::icon::Icon;
use super::pieces::{self, Late, OnItsWay};
use crate::device::Device;
use crate::mirror::{Role, Workshop};
use crate::words::{self, help};

/// The setting that turns single-letter keys off.
pub const NO_LETTERS: &str = "no-letters";
/// The setting that keeps others' edits from being read out.
pub const NO_NEWS: &str = "no-news";

/// Whether the help is open; the `?` key opens it too.
#[derive(Clone, Copy)]
pub struct HelpShown(pub RwSignal<bool>);

/// The help button and its dialog, at the same place on every screen.
#[component]
pub fn Help() -> impl IntoView {
    let HelpShown(open) = expect_context::<HelpShown>();
    view! {
        <button
            type="button"
            class="button quiet help"
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            <Icon name="question" />
            <span class="help-word">{words::HELP}</span>
        </button>
        <Dialog id="help" title=words::HELP open=open>
            <Late bring=pieces::help meanwhile=OnItsWay />
        </Dialog>
    }
}

/// What the help says.
#[component]
pub fn HelpWords() -> impl IntoView {
    view! {
        <RaiseHand />
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
        <section class="help-part">
            <h3>{help::CHOICES_HEADING}</h3>
            <Choice name=NO_LETTERS words=help::LETTERS />
            <Choice name=NO_NEWS words=help::NEWS />
        </section>
    }
}

/// Asking the facilitator to come, for whoever takes part.
#[component]
fn RaiseHand() -> impl IntoView {
    let workshop = use_context::<Workshop>()
        .filter(|workshop| workshop.access.read_untracked().role == Role::Participant);
    workshop.map(|workshop| {
        let up = workshop.hand;
        view! {
            <div class="raise-hand">
                <button
                    type="button"
                    class="button"
                    aria-pressed=move || up.get().to_string()
                    on:click=move |_| workshop.raise_hand(!up.get_untracked())
                >
                    <Icon name="hand" />
                    {help::RAISE_HAND}
                </button>
                <p class="hint" role="status">
                    {move || if up.get() { help::HAND_IS_UP } else { help::HAND_HINT }}
                </p>
            </div>
        }
    })
}

/// Something that is on unless this device remembers that it was turned off.
#[component]
fn Choice(name: &'static str, words: &'static str) -> impl IntoView {
    let device = expect_context::<Device>();
    let on = RwSignal::new(device.setting(name).is_none());
    let choose = move |event| {
        on.set(event_target_checked(&event));
        if on.get_untracked() {
            device.forget_setting(name);
        } else {
            device.set_setting(name, "yes");
        }
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || on.get() on:change=choose />
            <span>{words}</span>
        </label>
    }
}

/// Whether what is sent can be read by others on the way: plain HTTP to another machine.
fn is_on_open_network() -> bool {
    let origin = expect_context::<Device>().origin();
    let host = origin.strip_prefix("http://");
    host.is_some_and(|host| {
        !["localhost", "127.", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    })
}
