//! A dialog over the page: the browser's own, so that focus stays inside and Esc closes it.
//!
//! A tap beside it closes it too, but only one that began there, not the end of a press that opened it:
//! the browser's own way (`closedby="any"`) takes that for a tap.

use leptos::html;
use leptos::prelude::*;

use super::icon::Icon;
use crate::browser::dom;
use crate::words;

/// A dialog named by its heading. What is inside is made when it opens and dropped when it closes.
#[component]
pub fn Dialog(
    /// Names the heading, and so the dialog; one of its kind on a page.
    id: &'static str,
    /// The heading.
    title: &'static str,
    /// Whether it is open; closing it in any way sets this to false.
    open: RwSignal<bool>,
    /// Whether it may take the whole width of a laptop.
    #[prop(optional)]
    wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let pressed_beside = StoredValue::new(false);
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            if !dialog.open() {
                pressed_beside.set_value(false);
                // Refused only where it is open already or off the page.
                let _ = dialog.show_modal();
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            class="dialog"
            class:wide=wide
            aria-labelledby=id
            closedby="closerequest"
            node_ref=dialog
            on:close=move |_| open.set(false)
            on:pointerdown=move |event| pressed_beside.set_value(dom::is_about_itself(&event))
            on:click=move |event| {
                if pressed_beside.get_value() && dom::is_about_itself(&event) {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>
                <div class="head">
                    <h2 id=id>{title}</h2>
                    <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                        <Icon name="close" />
                        {words::CLOSE}
                    </button>
                </div>
                <div class="body">{children.with_value(|children| children())}</div>
            </Show>
        </dialog>
    }
}
