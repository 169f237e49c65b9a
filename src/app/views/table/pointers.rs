//! Where others point, while few enough are here for it to help.

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use workshop::board::Point;

use super::card::seat_name;
use super::scene::Scene;
use crate::mirror::Person;
use crate::views::each::each;

/// With more people than this at a board, nobody's pointer is sent or shown: it would be a swarm,
/// and presence is what melts relays.
const MOST_PEOPLE: usize = 15;

/// Tells others where the mouse is. Fingers hide what they point at, so they say nothing.
pub fn point(scene: Scene, event: &PointerEvent, at: Point) {
    let few = scene.board.people.with_untracked(Vec::len) < MOST_PEOPLE;
    if event.pointer_type() == "mouse" && few {
        let place = scene.camera.get_untracked().to_board(at);
        let writing = scene.editing.get_untracked();
        scene.workshop.point_at(
            scene.board,
            writing,
            Some([place.x.round(), place.y.round()]),
        );
    }
}

/// Others' pointers, each with a name if there is one.
#[component]
pub fn Pointers() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let people = move || {
        let mut people = scene.board.people.get();
        people.retain(|person| person.presence.pointer.is_some());
        if people.len() > MOST_PEOPLE {
            Vec::new()
        } else {
            people
        }
    };
    let key = |person: &Person| {
        let [x, y] = person.presence.pointer.unwrap_or_default();
        format!("{} {x} {y}", person.client)
    };
    view! {
        {each(people, key, move |person| {
                let [x, y] = person.presence.pointer.unwrap_or_default();
                view! {
                    <div
                        class="pointer"
                        aria-hidden="true"
                        data-seat=seat_name(person.presence.seat)
                        style:transform=format!("translate({x:.0}px, {y:.0}px)")
                    >
                        <svg viewBox="0 0 24 24">
                            <path d="M5 3.5l5.6 17 2.6-7.3 7.3-2.6z"></path>
                        </svg>
                        {person.presence.name.map(|name| view! { <span>{name}</span> })}
                    </div>
                }
            })}
    }
}
