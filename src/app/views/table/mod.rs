//! The table: one board with everything a table does to it, as a board or as a list.

mod canvas;
pub mod card;
mod editor;
mod fields;
pub mod ground;
mod hear;
mod list;
mod lock;
mod photos;
mod pointers;
mod reading;
pub mod scene;
mod sheet;
mod tools;
mod waiting;

pub use canvas::transform;
pub use list::List;
pub use photos::LargePhoto;
pub use sheet::Sheet;

use leptos::prelude::*;
use workshop::id::{ActivityId, BoardId, TableId};
use workshop::plan::{Activity, PlanSnapshot, Sharing};

use self::scene::{Mode, Scene};
use crate::browser::dom;
use crate::device::Device;
use crate::intent::keys::{Ask, ask};
use crate::mirror::Workshop;
use crate::ports::Focus;
use crate::views::frame::SavedOrNot;
use crate::views::help::{self, Help, HelpShown};
use crate::views::icon::Icon;
use crate::views::join::{IN_LIST, ON_BOARD, WORK_IN};
use crate::views::photo::PhotoNews;
use crate::views::pieces::{self, Late, OnItsWay};
use crate::views::timer::Timer;
use crate::words;
use crate::words::table;

/// A prompt of more characters than this may not fit into the bar of a tablet.
const LONG_PROMPT: usize = 70;

/// The table that this device sits at, activity after activity. The next one opens by itself, but
/// never takes a caret away: whoever is writing is offered to follow, and follows when done.
#[component]
pub fn Table() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let leave = move || workshop.sit(None);
    expect_context::<Device>().step_in(leave, move || workshop.sit(workshop.last_sitting()));
    let table = Memo::new(move |_| {
        workshop
            .sitting
            .with(|s| s.as_ref().map(|s| s.table.clone()))
    });
    let on = Memo::new(move |_| workshop.plan.with(stage_on));
    let shown = RwSignal::new(on.get_untracked());
    let writing = RwSignal::new(false);
    Effect::new(move || {
        let on = on.get();
        if !writing.get() && shown.with_untracked(|shown| *shown != on) {
            let title = on.as_ref().and_then(|stage| title_of(workshop, stage));
            shown.set(on);
            // Once the new screen is there to say it.
            if let Some(title) = title {
                dom::before_paint(move || workshop.notice(table::now_on(&title)));
            }
        }
    });
    let left_behind = Signal::derive(move || on.get() != shown.get());
    let news = Signal::derive(move || {
        let words = if on.get().is_some() {
            table::NEW_ACTIVITY
        } else {
            table::ACTIVITY_ENDED
        };
        left_behind.get().then_some(words)
    });
    let follow = Callback::new(move |()| shown.set(on.get_untracked()));
    move || match (table.get(), shown.get()) {
        (Some(table), Some(stage)) => {
            view! { <AtWork stage=stage table=table writing=writing news=news follow=follow /> }
                .into_any()
        }
        _ => view! { <waiting::Waiting /> }.into_any(),
    }
}

fn title_of(workshop: Workshop, stage: &Stage) -> Option<String> {
    workshop.plan.with_untracked(|plan| {
        let mut activities = plan.activities.iter();
        let activity = activities.find(|activity| activity.id == stage.activity);
        activity.map(|activity| activity.title.clone())
    })
}

/// What of an activity decides which board is shown. Its words may change without a new board.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stage {
    activity: ActivityId,
    method: String,
    sharing: Sharing,
}

fn stage_on(plan: &PlanSnapshot) -> Option<Stage> {
    let on = plan.now.activity.as_ref()?;
    let activity = plan.activities.iter().find(|activity| activity.id == *on)?;
    let Activity {
        id,
        method,
        sharing,
        ..
    } = activity.clone();
    Some(Stage {
        activity: id,
        method,
        sharing,
    })
}

/// The board of an activity at a table.
pub fn board_of(activity: &ActivityId, sharing: Sharing, table: &TableId) -> BoardId {
    match sharing {
        Sharing::EachTable => BoardId::at_table(activity, table),
        Sharing::Shared => BoardId::shared(activity),
    }
}

/// A table at work on an activity.
#[component]
fn AtWork(
    stage: Stage,
    table: TableId,
    writing: RwSignal<bool>,
    /// What has become of the activity, if it is not the one that is on.
    news: Signal<Option<&'static str>>,
    /// Goes on to the one that is.
    follow: Callback<()>,
) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let Some(method) = methods::catalog().method(&stage.method) else {
        return view! { <p class="lone">{words::table::UNKNOWN_METHOD}</p> }.into_any();
    };
    let board = board_of(&stage.activity, stage.sharing, &table);
    let board = workshop.board(&board, &method.id);
    let scene = Scene::new(workshop, board, method);
    provide_context(scene);
    lock::obey(scene);
    Effect::new(move || {
        // A photo goes to the board it was chosen for, so that board stays as well.
        writing.set(scene.editing.with(Option::is_some) || scene.choosing.get());
        workshop.announce_at(board, scene.editing.get());
    });
    let in_list = RwSignal::new(device.setting(WORK_IN).as_deref() == Some(IN_LIST));
    let hold_pan = RwSignal::new(false);
    listen_to_keys(scene, device, hold_pan);
    dom::before_paint(dom::focus_title_if_lost);
    let choose_view = move |list: bool| {
        scene.stop_writing();
        scene.picked.set(Vec::new());
        scene.mode.set(Mode::Hand);
        device.set_setting(WORK_IN, if list { IN_LIST } else { ON_BOARD });
        in_list.set(list);
    };
    let id = stage.activity;
    let activity = Memo::new(move |_| {
        workshop
            .plan
            .with(|plan| plan.activities.iter().find(|a| a.id == id).cloned())
    });
    let said =
        move |words: fn(Activity) -> String| move || activity.get().map(words).unwrap_or_default();
    view! {
        <div class="table-screen" class:in-list=in_list>
            <header class="bar table-bar">
                <Leave />
                <div class="what">
                    <h1 tabindex="-1">{said(|activity| activity.title)}</h1>
                    <p>
                        <lock::LockMark />
                        <span class="prompt">{said(|activity| activity.prompt)}</span>
                    </p>
                </div>
                <About activity=activity />
                <span class="gap"></span>
                <hear::Here />
                <Timer />
                <SavedOrNot />
                <ViewSwitch in_list=in_list choose=Callback::new(choose_view) />
                <Help />
            </header>
            <main class="table-main">
                <Show
                    when=move || in_list.get()
                    fallback=move || {
                        view! {
                            <canvas::Canvas hold_pan=hold_pan />
                            <tools::ZoomTools />
                        }
                    }
                >
                    <Late bring=pieces::list meanwhile=OnItsWay />
                </Show>
                <tools::Next />
            </main>
            <footer class="table-foot">
                // Below the board, and never over what is being written.
                <div class="follow" role="status">
                    {move || news.get().map(|words| view! { <p>{words}</p> })}
                    <Show when=move || news.with(Option::is_some)>
                        <button type="button" class="button primary" on:click=move |_| follow.run(())>
                            {table::FOLLOW_ACTIVITY}
                        </button>
                    </Show>
                </div>
                <lock::Locked />
                <PhotoNews />
                // Hidden and not gone: a photo may be being chosen.
                <div hidden=move || scene.held.get()>
                    <tools::Tools in_list=in_list.into() />
                </div>
            </footer>
            <Late bring=pieces::sheet />
            <Late bring=pieces::large_photo />
            <hear::News />
        </div>
    }
    .into_any()
}

/// The way out: back to all tables for a facilitator, to the choice of table for anyone else.
#[component]
fn Leave() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let words = if untrack(|| workshop.facilitates()) {
        table::BACK_TO_TABLES
    } else {
        table::CHANGE_TABLE
    };
    view! {
        <button type="button" class="button quiet leave" on:click=move |_| workshop.sit(None)>
            <Icon name="back" />
            <span>{words}</span>
        </button>
    }
}

/// The prompt in full, which has little room in the bar or none, and the story that every table sees
/// the same words of, folded away until someone wants them.
#[component]
fn About(activity: Memo<Option<Activity>>) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let parts = Memo::new(move |_| {
        let activity = activity.get()?;
        let story = activity.story.trim().to_owned();
        (!activity.prompt.is_empty() || !story.is_empty()).then_some((activity.prompt, story))
    });
    move || {
        parts.get().map(|(prompt, story)| {
            let (label, is_in_the_bar) = if story.is_empty() {
                (table::PROMPT, prompt.chars().count() <= LONG_PROMPT)
            } else {
                (table::STORY, false)
            };
            view! {
                <details
                    class="story"
                    class:in-the-bar=is_in_the_bar
                    prop:open=move || scene.story_open.get()
                    on:toggle=move |event| scene.story_open.set(dom::is_open(&event))
                >
                    <summary class="button quiet">
                        <Icon name="story" />
                        {label}
                    </summary>
                    <div class="story-words">
                        <p class="story-prompt">{prompt}</p>
                        {story
                            .split("\n\n")
                            .map(|part| view! { <p>{part.to_owned()}</p> })
                            .collect_view()}
                    </div>
                </details>
            }
        })
    }
}

/// Board or list, as two buttons of which one is pressed.
#[component]
fn ViewSwitch(in_list: RwSignal<bool>, choose: Callback<bool>) -> impl IntoView {
    let way = move |list: bool, icon: &'static str, words: &'static str| {
        view! {
            <button
                type="button"
                class="button switch"
                aria-pressed=move || (in_list.get() == list).to_string()
                on:click=move |_| choose.run(list)
            >
                <Icon name=icon />
                <span>{words}</span>
            </button>
        }
    };
    view! {
        <div class="view-switch" role="group" aria-label=table::VIEW>
            {way(false, "board", words::BOARD)}
            {way(true, "list", words::LIST)}
        </div>
    }
}

fn listen_to_keys(scene: Scene, device: Device, hold_pan: RwSignal<bool>) {
    let help = expect_context::<HelpShown>();
    device.on_key(move |press| {
        // A dialog has its own keys.
        if scene.sheet.with_untracked(Option::is_some) || dom::dialog_is_open() {
            return false;
        }
        if scene.is_bereft() && press.focus == Focus::Page {
            return true;
        }
        let letters = device.setting(help::NO_LETTERS).is_none();
        ask(&press, letters).is_some_and(|ask| obey(scene, hold_pan, help, ask))
    });
}

/// Does what a key asks for; tells whether it meant anything here.
fn obey(scene: Scene, hold_pan: RwSignal<bool>, help: HelpShown, ask: Ask) -> bool {
    let subject = scene.subject();
    match ask {
        Ask::NewCard => scene.add_card(),
        Ask::SelectTool => scene.mode.set(Mode::Select),
        Ask::HandTool => scene.mode.set(Mode::Hand),
        Ask::HoldPan(held) => hold_pan.set(held),
        Ask::Fit => scene.fit(),
        Ask::FitSelection => scene.fit_subject(),
        Ask::Undo => scene.undo(),
        Ask::Redo => scene.redo(),
        Ask::Help => help.0.set(true),
        _ if subject.is_empty() && ask != Ask::Done => return false,
        Ask::Duplicate => scene.duplicate(&subject),
        Ask::Group if subject.len() < 2 => scene.sheet.set(subject.first().cloned()),
        Ask::Group => {
            scene.group(subject, None);
            scene.picked.set(Vec::new());
        }
        Ask::Pick => {
            if let Some(card) = scene.focused.get_untracked() {
                scene.pick(&card);
            }
        }
        Ask::Delete => scene.delete(subject),
        Ask::Nudge(x, y) => {
            scene.move_by(&subject, workshop::board::Point { x, y });
            if let Some(card) = subject.first() {
                scene.show(card);
            }
        }
        Ask::Edit => scene.write_in(&subject[0]),
        Ask::Done => return leave(scene),
        Ask::NextCard => {
            scene.stop_writing();
            scene.add_card();
        }
    }
    true
}

/// Esc leaves one thing at a time: a drag, the card, what is picked or moved.
fn leave(scene: Scene) -> bool {
    if scene.story_open.get_untracked() {
        scene.story_open.set(false);
        return true;
    }
    if canvas::cancel_gesture(scene) {
        return true;
    }
    let editing = scene.editing.get_untracked();
    if let Some(card) = editing {
        scene.stop_writing();
        dom::before_paint(move || dom::focus_card(&card));
        return true;
    }
    let busy = !scene.picked.with_untracked(Vec::is_empty)
        || scene.mode.with_untracked(|mode| *mode != Mode::Hand);
    scene.picked.set(Vec::new());
    scene.mode.set(Mode::Hand);
    busy
}
