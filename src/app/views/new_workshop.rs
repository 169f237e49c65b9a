//! "Start a workshop": a title, a question, a place to start from and the kind of session. The plan
//! comes with the starting point; this screen must never ask for what can be changed later.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use workshop::plan::SessionKind;
use workshop::text::is_blank;

use super::field::{Choice, Choices, TextField};
use super::frame::Bar;
use super::icon::Icon;
use crate::browser::dom;
use crate::device::Device;
use crate::words::{self, start};

/// "Start a workshop".
#[component]
pub fn NewWorkshop() -> impl IntoView {
    let device = expect_context::<Device>();
    let title = RwSignal::new(String::new());
    let question = RwSignal::new(String::new());
    let places = places();
    let place = RwSignal::new(places.first().map(|p| p.value.clone()).unwrap_or_default());
    let session = RwSignal::new(session_id(SessionKind::default()).to_owned());
    let making = RwSignal::new(false);
    let untitled = RwSignal::new("");
    let wrong = RwSignal::new(None::<String>);
    let make = move |event: SubmitEvent| {
        event.prevent_default();
        let (title, question) = (title.get_untracked(), question.get_untracked());
        if is_blank(&title) {
            untitled.set(start::TITLE_NEEDED);
            dom::focus_first_wrong();
            return;
        }
        if making.get_untracked() {
            return;
        }
        making.set(true);
        wrong.set(None);
        spawn_local(async move {
            let place = place.get_untracked();
            match device
                .create_workshop(title.trim(), question.trim(), &place)
                .await
            {
                Ok(created) => {
                    // The relay seeds the starting point's own kind; the facilitator's screen sets
                    // what was chosen here, once, when the plan has arrived.
                    device.set_setting(
                        &chosen_session(created.id.as_str()),
                        &session.get_untracked(),
                    );
                    device.go(&created.links.facilitator.unwrap_or_default());
                }
                Err(unanswered) => wrong.set(Some(words::unanswered(unanswered))),
            }
            making.set(false);
        });
    };
    view! {
        <Bar />
        <main class="form-screen">
            <header>
                <h1>{start::HEADING}</h1>
                <p class="hint">{start::LEAD}</p>
            </header>
            <form on:submit=make>
                <TextField
                    id="title"
                    label=start::TITLE
                    hint=start::TITLE_HINT
                    needed=true
                    wrong=untitled
                    value=title
                />
                <TextField
                    id="question"
                    label=start::QUESTION
                    hint=start::QUESTION_HINT
                    value=question
                />
                <Choices id="place" question=start::WHERE options=places chosen=place />
                <Choices
                    id="session"
                    question=start::SESSION
                    hint=start::SESSION_HINT
                    options=sessions()
                    chosen=session
                />
                <div class="end">
                    <p class="wrong" role="alert">{move || wrong.get()}</p>
                    <button type="submit" class="button primary large">
                        <Icon name="check" />
                        {move || if making.get() { start::MAKING } else { start::MAKE }}
                    </button>
                </div>
            </form>
        </main>
    }
}

/// Where the kind of session chosen for a new workshop waits until its plan has arrived.
pub fn chosen_session(workshop: &str) -> String {
    format!("session/{workshop}")
}

/// The kinds of session to choose from.
pub fn sessions() -> Vec<Choice> {
    let choice = |session| Choice {
        value: session_id(session).to_owned(),
        name: words::session_name(session).to_owned(),
        about: words::session_meaning(session).to_owned(),
    };
    SESSIONS.map(choice).to_vec()
}

/// The kind of session with this identifier.
pub fn session_of(id: &str) -> Option<SessionKind> {
    SESSIONS
        .into_iter()
        .find(|session| session_id(*session) == id)
}

/// A kind of session's identifier in a form.
pub fn session_id(session: SessionKind) -> &'static str {
    match session {
        SessionKind::Consultation => "consultation",
        SessionKind::CoDesign => "codesign",
        SessionKind::CoProduction => "coproduction",
    }
}

const SESSIONS: [SessionKind; 3] = [
    SessionKind::Consultation,
    SessionKind::CoDesign,
    SessionKind::CoProduction,
];

fn places() -> Vec<Choice> {
    methods::starts()
        .iter()
        .filter(|start| !start.sample)
        .map(|start| Choice {
            value: start.id.clone(),
            name: start.title.clone(),
            about: start.about.clone(),
        })
        .collect()
}
