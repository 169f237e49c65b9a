//! A button for what cannot be undone: it asks first, and the second press of a double tap is no answer.
//!
//! The way back stands where the button was. Must never act on a press that came so soon after another
//! that nobody can have read what it would do.

use leptos::prelude::*;

use super::icon::Icon;
use crate::device::Device;
use crate::words;

/// The second press of a double tap comes within so many milliseconds, and whoever reads takes longer.
const DOUBLE_TAP_MS: u64 = 700;

/// Tells the second press of a double tap from one that is meant.
#[derive(Clone, Copy)]
pub struct DoubleTap {
    device: Device,
    last_ms: StoredValue<u64>,
}

impl DoubleTap {
    pub fn new(device: Device) -> Self {
        Self {
            device,
            last_ms: StoredValue::new(0),
        }
    }

    /// Notes a press. Gives whether it is meant, and not the second of a double tap.
    pub fn is_meant(self) -> bool {
        let now_ms = self.device.now_ms();
        let last_ms = self.last_ms.get_value();
        self.last_ms.set_value(now_ms);
        now_ms.abs_diff(last_ms) > DOUBLE_TAP_MS
    }
}

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
    let presses = DoubleTap::new(expect_context::<Device>());
    let ask_first = move |_| {
        presses.is_meant();
        asked.set(true);
    };
    let go = move |_| {
        if presses.is_meant() {
            asked.set(false);
            act.run(());
        }
    };
    view! {
        <div class="sure">
            <Show
                when=move || asked.get()
                fallback=move || {
                    view! {
                        <button type="button" class="button danger" on:click=ask_first>
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
