//! What is always at hand at a table: the tools at the bottom with their words, the size of the board
//! at the side, and what to do next while something is being moved or linked.

use leptos::prelude::*;

use super::scene::{Mode, Scene};
use super::sheet::Colours;
use crate::intent::camera::ZOOM_STEP;
use crate::views::icon::Icon;
use crate::views::photo::ChoosePhoto;
use crate::words;
use crate::words::table;

/// The bar at the bottom.
#[component]
pub fn Tools(
    /// Whether the list is shown: tools that need a place on the board are left out.
    in_list: Signal<bool>,
) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let moving = move || scene.mode.get() == Mode::Move;
    let toggle_move = move |_| {
        if scene.mode.get_untracked() == Mode::Move {
            scene.mode.set(Mode::Hand);
            scene.picked.set(Vec::new());
        } else {
            // What is being written in is what is meant to move; what was only touched last is not.
            let written_in = scene.editing.get_untracked();
            scene.stop_writing();
            scene.picked.update(|picked| {
                if picked.is_empty() {
                    picked.extend(written_in);
                }
                picked.retain(|card| scene.board.card(card).is_some());
            });
            scene.mode.set(Mode::Move);
        }
    };
    let add = move |_| {
        scene.mode.set(Mode::Hand);
        scene.add_card();
    };
    view! {
        <div class="tools" role="toolbar" aria-label=table::TOOLS>
            <button type="button" class="tool primary" on:mousedown=keep_focus on:click=add>
                <Icon name="plus" />
                <span>{table::ADD_CARD}</span>
            </button>
            <ChoosePhoto
                class="tool"
                words=words::photo::PHOTO
                choosing=scene.choosing
                chosen=Callback::new(move |file| scene.add_photo(file))
            />
            <Show when=move || !in_list.get()>
                <button
                    type="button"
                    class="tool"
                    aria-pressed=move || moving().to_string()
                    on:mousedown=keep_focus
                    on:click=toggle_move
                >
                    <Icon name="move" />
                    <span>{table::MOVE}</span>
                </button>
            </Show>
            <button
                type="button"
                class="tool"
                aria-disabled=move || (!scene.board.can_undo.get()).to_string()
                on:mousedown=keep_focus
                on:click=move |_| scene.undo()
            >
                <Icon name="undo" />
                <span>{table::UNDO}</span>
            </button>
            <button
                type="button"
                class="tool"
                aria-disabled=move || (!scene.board.can_redo.get()).to_string()
                on:mousedown=keep_focus
                on:click=move |_| scene.redo()
            >
                <Icon name="redo" />
                <span>{table::REDO}</span>
            </button>
            <details class="seat-picker">
                <summary class="tool">
                    <span
                        class="swatch"
                        data-seat=move || super::card::seat_name(scene.workshop.seat.get())
                    ></span>
                    <span>{table::YOUR_COLOUR}</span>
                </summary>
                <div class="seats">
                    <Colours
                        label=table::YOUR_COLOUR
                        name="seat"
                        chosen=Signal::derive(move || scene.workshop.seat.get())
                        choose=Callback::new(move |seat| scene.workshop.choose_seat(seat))
                    />
                </div>
            </details>
        </div>
    }
}

/// A press on a tool must not take the caret out of the card it is about.
fn keep_focus(event: leptos::ev::MouseEvent) {
    event.prevent_default();
}

/// The size of the board.
#[component]
pub fn ZoomTools() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let percent = move || format!("{:.0}%", scene.camera.get().zoom * 100.0);
    view! {
        <div class="zoom-tools" role="group" aria-label=table::ZOOM_TOOLS>
            <button type="button" class="tool" on:click=move |_| scene.zoom(ZOOM_STEP)>
                <Icon name="zoom-in" />
                <span>{table::ZOOM_IN}</span>
            </button>
            <span class="percent" aria-hidden="true">{percent}</span>
            <button type="button" class="tool" on:click=move |_| scene.zoom(1.0 / ZOOM_STEP)>
                <Icon name="zoom-out" />
                <span>{table::ZOOM_OUT}</span>
            </button>
            <button type="button" class="tool" on:click=move |_| scene.fit()>
                <Icon name="fit" />
                <span>{table::FIT}</span>
            </button>
        </div>
    }
}

/// What to do next while cards are moved or linked, and what can be done with those picked.
#[component]
pub fn Next() -> impl IntoView {
    let scene = expect_context::<Scene>();
    let count = Memo::new(move |_| scene.picked.with(Vec::len));
    let busy = move || count.get() > 0 || !matches!(scene.mode.get(), Mode::Hand | Mode::Select);
    let sentence = move || match scene.mode.get() {
        Mode::Move if count.get() == 0 => table::TAP_CARDS.to_owned(),
        Mode::Move => table::TAP_PLACE.to_owned(),
        Mode::Link(_) => table::TAP_LINKED.to_owned(),
        Mode::Hand | Mode::Select => table::picked(count.get()),
    };
    let done = move |_| {
        scene.picked.set(Vec::new());
        scene.mode.set(Mode::Hand);
    };
    view! {
        <Show when=busy>
            <div class="next" role="status">
                <p>{sentence}</p>
                <Show when=move || { count.get() > 1 }>
                    <button type="button" class="button" on:click=move |_| {
                        scene.group(scene.picked.get_untracked(), None);
                        scene.picked.set(Vec::new());
                        scene.mode.set(Mode::Hand);
                    }>
                        <Icon name="group" />
                        {table::GROUP}
                    </button>
                </Show>
                <Show when=move || { count.get() > 0 }>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| scene.delete(scene.picked.get_untracked())
                    >
                        <Icon name="trash" />
                        {table::DELETE}
                    </button>
                </Show>
                <button type="button" class="button" on:click=done>
                    {words::CANCEL}
                </button>
            </div>
        </Show>
    }
}
