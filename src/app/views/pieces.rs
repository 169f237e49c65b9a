//! The pieces of the program: whatever a participant does not need to add a card comes after it.
//!
//! `cargo xtask run` cuts the program at the functions made here, so that a piece holds what is reached
//! through them only (`cfg(pieces)`); any other build leaves it whole, and they answer at once. Every
//! view of a piece is asked for as soon as its place is on screen, and not only when it opens: the
//! relay may be out of reach by then. Must never hold a view that people use.

// The two sides of a cut are declared as foreign functions.
#![allow(unsafe_code)]

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::facilitator::Facilitator;
use super::help::HelpWords;
use super::home::Home;
use super::new_workshop::NewWorkshop;
use super::table::{LargePhoto, List, Sheet, Table};
use super::wall::Wall;
use crate::device::Device;
use crate::ports::{Handle, Later};
use crate::words;

/// The least wait before a piece that could not be had is asked for again, in milliseconds, and half of
/// the most.
const AGAIN_MS: u32 = 3_000;

/// Makes a view; the function lies in a piece.
type Make = fn() -> AnyView;

/// Brings a piece here and tells what makes a view of it; `None` when it could not be had.
pub type Bring = fn() -> Later<Option<Make>>;

/// A function that brings a view of a piece.
macro_rules! bring {
    ($name:ident, $view:ident, $piece:ident) => {
        #[doc = concat!("`", stringify!($view), "`, in the piece `", stringify!($piece), "`.")]
        pub fn $name() -> Later<Option<Make>> {
            #[cfg(pieces)]
            #[wasm_split_helpers::wasm_split($piece, fallible)]
            fn make() -> Result<Make, wasm_split_helpers::SplitLoaderError> {
                Ok(|| view! { <$view /> }.into_any())
            }
            #[cfg(not(pieces))]
            async fn make() -> Result<Make, std::convert::Infallible> {
                Ok(|| view! { <$view /> }.into_any())
            }
            Box::pin(async { make().await.ok() })
        }
    };
}

/// Brings pieces here for later, one after the other: what is needed first has the network for itself.
pub fn bring_early(all: &'static [Bring]) {
    spawn_local(async move {
        for bring in all {
            bring().await;
        }
    });
}

bring!(home, Home, hosting);
bring!(new_workshop, NewWorkshop, hosting);
bring!(facilitator, Facilitator, hosting);
bring!(wall, Wall, hosting);
bring!(table, Table, table);
bring!(help, HelpWords, more);
bring!(sheet, Sheet, more);
bring!(list, List, more);
bring!(large_photo, LargePhoto, more);

/// A view of a piece, as soon as that is here. While it cannot be had it is asked for again and again.
#[component]
pub fn Late(
    bring: Bring,
    /// What stands in its place until then.
    #[prop(optional, into)]
    meanwhile: ViewFn,
) -> impl IntoView {
    let device = expect_context::<Device>();
    let late = Waiting {
        device,
        bring,
        make: RwSignal::new(None),
        again: StoredValue::new_local(None),
    };
    late.ask();
    move || {
        late.make
            .get()
            .map_or_else(|| meanwhile.run(), |make| make())
    }
}

#[derive(Clone, Copy)]
struct Waiting {
    device: Device,
    bring: Bring,
    make: RwSignal<Option<Make>>,
    /// What leads to the next try: a while, or the network's return. It ends with the view.
    again: StoredValue<Option<[Box<dyn Handle>; 2]>, LocalStorage>,
}

impl Waiting {
    fn ask(self) {
        let _ = self.again.try_set_value(None);
        spawn_local(async move {
            if let Some(make) = (self.bring)().await {
                let _ = self.make.try_set(Some(make));
                return;
            }
            // Not all tablets of a hall at once.
            let delay_ms = AGAIN_MS + self.device.fresh() as u32 % AGAIN_MS;
            let after = self.device.after(delay_ms, move || self.ask());
            let wake = self
                .device
                .ports()
                .network
                .on_wake(Rc::new(move || self.ask()));
            let _ = self.again.try_set_value(Some([after, wake]));
        });
    }
}

/// In the place of a view that is still on its way, where a person is waiting for it.
#[component]
pub fn OnItsWay() -> impl IntoView {
    view! {
        <p class="hint" role="status">
            {words::COMING}
        </p>
    }
}
