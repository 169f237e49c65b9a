//! Which view an address shows: `/`, `/new` and `/w/<workshop>#<key>`.

use leptos::prelude::*;

use crate::device::Device;
use crate::views::Door;
use crate::views::help::HelpShown;
use crate::views::pieces::{self, Late};

/// The app. A view is made anew for each place.
#[component]
pub fn App() -> impl IntoView {
    let device = Device::new(crate::browser::ports());
    provide_context(device);
    provide_context(HelpShown(RwSignal::new(false)));
    let place = RwSignal::new(device.place());
    device.on_place(move || {
        if place.get_untracked() != device.place() {
            place.set(device.place());
        }
    });
    move || match view_of(&place.get()) {
        View::Home => view! { <Late bring=pieces::home /> }.into_any(),
        View::NewWorkshop => view! { <Late bring=pieces::new_workshop /> }.into_any(),
        View::Door(id) => view! { <Door id=id /> }.into_any(),
    }
}

/// What an address shows.
#[derive(Debug, PartialEq, Eq)]
enum View {
    Home,
    NewWorkshop,
    /// The door of the workshop with this id, which may be none.
    Door(String),
}

fn view_of(place: &str) -> View {
    let path = place.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next()) {
        (Some("new"), None, None) => View::NewWorkshop,
        (Some("w"), Some(id), None) => View::Door(id.to_owned()),
        _ => View::Home,
    }
}

#[cfg(test)]
mod tests {
    use super::{View, view_of};

    #[test]
    fn an_address_shows_its_view_and_any_other_the_first_screen() {
        let door = |id: &str| View::Door(id.to_owned());
        for (place, view) in [
            ("/", View::Home),
            ("/new", View::NewWorkshop),
            ("/new/", View::NewWorkshop),
            ("/w/abc123#key", door("abc123")),
            ("/w/abc123/?table=t1#key", door("abc123")),
            ("/w", View::Home),
            ("/w/abc123/more", View::Home),
            ("/elsewhere", View::Home),
            ("", View::Home),
        ] {
            assert_eq!(view_of(place), view, "{place:?}");
        }
    }
}
