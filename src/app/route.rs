//! Which view an address shows: `/`, `/new` and `/w/<workshop>#<key>`.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_params_map;
use leptos_router::path;

use crate::device::Device;
use crate::views::help::HelpShown;
use crate::views::{Door, Home, NewWorkshop};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Device::new(crate::browser::ports()));
    provide_context(HelpShown(RwSignal::new(false)));
    view! {
        <Router>
            <Routes fallback=Home>
                <Route path=path!("/") view=Home/>
                <Route path=path!("/new") view=NewWorkshop/>
                <Route path=path!("/w/:id") view=WorkshopDoor/>
            </Routes>
        </Router>
    }
}

/// A workshop's door, made anew for each workshop.
#[component]
fn WorkshopDoor() -> impl IntoView {
    let params = use_params_map();
    move || {
        let id = params.read().get("id").unwrap_or_default();
        view! { <Door id/> }
    }
}
