//! Locks: what is locked, always with the way to change it beside it. It must never show what the relay
//! has not told: another facilitator may change it too.

use leptos::prelude::*;
use leptos::task::spawn_local;
use workshop::id::BoardId;

use crate::device::{Device, Lockable};
use crate::mirror::Workshop;
use crate::views::icon::Icon;
use crate::words::{self, facilitator};

/// That a board is locked, by itself or with all others.
#[component]
pub fn LockedTag(board: BoardId) -> impl IntoView {
    let locks = expect_context::<Workshop>().locks;
    let locked = Memo::new(move |_| locks.with(|locks| locks.cover(&board)));
    view! {
        <div class="lock-tag" role="status">
            <Show when=move || locked.get()>
                <p class="tag">
                    <Icon name="lock" />
                    {words::LOCKED}
                </p>
            </Show>
        </div>
    }
}

/// The button of one board. While every board is locked there is none, since it would change nothing
/// that anyone could see.
#[component]
pub fn BoardLock(
    board: BoardId,
    /// Whose board it is, for ears.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let locks = expect_context::<Workshop>().locks;
    let own = board.clone();
    let locked = Memo::new(move |_| locks.with(|locks| locks.boards.contains(&own)));
    let board = StoredValue::new(board);
    view! {
        <Show when=move || !locks.with(|locks| locks.workshop)>
            <LockButton what=Lockable::Board(board.get_value()) locked=locked>
                <span class="unseen">" " {name}</span>
            </LockButton>
        </Show>
    }
}

/// Every board at once.
#[component]
pub fn WorkshopLock() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let locked = Memo::new(move |_| workshop.locks.with(|locks| locks.workshop));
    view! {
        <div class="workshop-lock">
            <div role="status">
                <Show when=move || locked.get()>
                    <p class="all-locked">
                        <Icon name="lock" />
                        {facilitator::ALL_LOCKED}
                    </p>
                </Show>
            </div>
            <LockButton what=Lockable::Workshop locked=locked>
                " "
                {facilitator::EVERY_BOARD}
            </LockButton>
        </div>
    }
}

/// Locks what is open, unlocks what is locked.
#[component]
fn LockButton(
    what: Lockable,
    locked: Memo<bool>,
    /// What it is, after the word of what is done with it.
    children: Children,
) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let what = StoredValue::new(what);
    let wrong = RwSignal::new(None);
    let press = move |_| {
        let locked = !locked.get_untracked();
        spawn_local(async move {
            let (id, key, what) = (workshop.id.get_value(), workshop.key(), what.get_value());
            let done = device.lock(&id, &key, &what, locked).await;
            wrong.set(done.err().map(words::unanswered));
        });
    };
    let icon = move || if locked.get() { "unlock" } else { "lock" };
    let word = move || {
        if locked.get() {
            facilitator::UNLOCK
        } else {
            facilitator::LOCK
        }
    };
    view! {
        <button type="button" class="button small" on:click=press>
            {move || view! { <Icon name=icon() /> }}
            <span>{word} {children()}</span>
        </button>
        <p class="wrong" role="alert">{move || wrong.get()}</p>
    }
}
