//! A button for what cannot be undone: it asks first, and a double tap means no.
//!
//! The way back stands where the button was, so that whoever taps twice out of habit keeps everything.

use leptos::prelude::*;

use super::icon::Icon;
use crate::words;

/// A button that asks once more before it acts.
#[component]
pub fn Sure(
    /// The icon of what it offers.
    icon: &'static str,
    /// What it offers.
    ask: &'static str,
    /// What the second tap does, said in full.
    confirm: &'static str,
    /// Does it.
    #[prop(into)]
    act: Callback<()>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let go = move |_| {
        asked.set(false);
        act.run(());
    };
    view! {
        <div class="sure">
            <Show
                when=move || asked.get()
                fallback=move || {
                    view! {
                        <button type="button" class="button danger" on:click=move |_| asked.set(true)>
                            <Icon name=icon />
                            {ask}
                        </button>
                    }
                }
            >
                <button type="button" class="button" on:click=move |_| asked.set(false)>
                    {words::KEEP_IT}
                </button>
                <button type="button" class="button danger" on:click=go>
                    {confirm}
                </button>
            </Show>
        </div>
    }
}
