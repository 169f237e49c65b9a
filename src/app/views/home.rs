//! The first screen: start a workshop, open the sample, join with a link, and what this device
//! knows already. It must never ask who someone is.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use workshop::id::WorkshopId;

use super::each::each;
use super::help::Help;
use super::icon::{Icon, Mark};
use super::pieces;
use super::sure::DoubleTap;
use crate::browser::dom;
use crate::device::{Device, KnownWorkshop, Unanswered};
use crate::words::{self, home};

/// The starting point that is a finished example, with a title and a question of its own.
const SAMPLE: &str = "sample";

/// The first screen.
#[component]
pub fn Home() -> impl IntoView {
    let device = expect_context::<Device>();
    pieces::bring_early(&[pieces::help]);
    let opening = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let open_sample = move |_| {
        if opening.get_untracked() {
            return;
        }
        opening.set(true);
        wrong.set(None);
        spawn_local(async move {
            match device.create_workshop("", "", SAMPLE).await {
                Ok(created) => {
                    device.go(&created.links.facilitator.unwrap_or_default());
                }
                Err(unanswered) => wrong.set(Some(words::unanswered(unanswered))),
            }
            opening.set(false);
        });
    };
    view! {
        <header class="bar plain">
            <span class="gap"></span>
            <Help />
        </header>
        <main class="home-screen">
            <div class="hero">
                <Mark />
                <div class="words">
                    <h1>{words::TRESTLE}</h1>
                    <p class="tagline">{home::TAGLINE}</p>
                </div>
            </div>
            <div class="doors">
                <div class="door">
                    <a class="button primary large" href="/new" aria-describedby="start-hint">
                        <Icon name="plus" />
                        {home::START}
                    </a>
                    <p class="hint" id="start-hint">{home::START_HINT}</p>
                </div>
                <div class="door">
                    <button
                        type="button"
                        class="button large"
                        aria-describedby="sample-hint"
                        on:click=open_sample
                    >
                        <Icon name="story" />
                        {move || if opening.get() { home::OPENING } else { home::SAMPLE }}
                    </button>
                    <p class="hint" id="sample-hint">{home::SAMPLE_HINT}</p>
                </div>
            </div>
            <p class="wrong" role="alert">{move || wrong.get()}</p>
            <JoinForm />
            <Known />
        </main>
    }
}

/// What is wrong with what someone wrote to join.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wrong {
    /// It is neither a link nor a code.
    Unreadable,
    /// The relay does not know the code, or cannot be reached; in a sentence.
    Code(String),
    /// It is a link to another relay, at this origin.
    Elsewhere(String),
}

#[component]
fn JoinForm() -> impl IntoView {
    let device = expect_context::<Device>();
    let written = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Wrong>);
    let join = move |event: SubmitEvent| {
        event.prevent_default();
        let text = written.get_untracked();
        if let Some(code) = code_in(&text) {
            spawn_local(async move {
                match device.find_code(&code).await {
                    Ok(link) => device.go(&link),
                    Err(Unanswered::Refused(404, _)) => {
                        wrong.set(Some(Wrong::Code(home::NO_SUCH_CODE.to_owned())));
                    }
                    Err(unanswered) => wrong.set(Some(Wrong::Code(words::unanswered(unanswered)))),
                }
            });
            return;
        }
        match (workshop_path(&text), origin_of(&text)) {
            (Some(_), Some(origin)) if origin != device.origin() => {
                wrong.set(Some(Wrong::Elsewhere(origin)));
            }
            (Some(path), _) => device.go(&path),
            (None, _) => {
                wrong.set(Some(Wrong::Unreadable));
                dom::focus_first_wrong();
            }
        }
    };
    let said = move || match wrong.get()? {
        Wrong::Unreadable => Some(home::NOT_A_LINK.into_any()),
        Wrong::Code(sentence) => Some(sentence.into_any()),
        Wrong::Elsewhere(origin) => Some(
            view! {
                {home::OTHER_ADDRESS}
                " "
                <a href=written.get_untracked().trim().to_owned()>{home::GO_THERE} " " {origin}</a>
            }
            .into_any(),
        ),
    };
    view! {
        <form class="join-form panel" on:submit=join>
            <label for="code">{home::HAVE_LINK}</label>
            <div class="line">
                <input
                    class="input"
                    type="text"
                    id="code"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=home::LINK_PLACEHOLDER
                    aria-describedby="code-wrong"
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    prop:value=move || written.get()
                    on:input=move |event| {
                        written.set(event_target_value(&event));
                        wrong.set(None);
                    }
                />
                <button type="submit" class="button">{home::JOIN}</button>
            </div>
            <p class="wrong" id="code-wrong" role="alert">{said}</p>
        </form>
    }
}

#[component]
fn Known() -> impl IntoView {
    let device = expect_context::<Device>();
    let known = RwSignal::new(device.known());
    view! {
        <section class="known" aria-labelledby="known">
            <h2 id="known">{home::KNOWN}</h2>
            <Show
                when=move || known.with(|known| !known.is_empty())
                fallback=|| view! { <p class="hint">{home::KNOWN_EMPTY}</p> }
            >
                <ul>
                    {each(move || known.get(), KnownWorkshop::path, move |workshop| {
                            let title = words::title_or_none(&workshop.title);
                            let asked = RwSignal::new(false);
                            let presses = DoubleTap::new(device);
                            let word = move || if asked.get() { home::FORGET_FOR_GOOD } else { home::FORGET };
                            let named = title.clone();
                            let forget = move || format!("{} {named}", word());
                            let id = workshop.id.clone();
                            view! {
                                <li>
                                    <a href=workshop.path()>
                                        <span class="name">{title}</span>
                                        <span class="hint">{home::role(workshop.role)}</span>
                                    </a>
                                    <button
                                        type="button"
                                        class="button quiet small"
                                        aria-label=forget
                                        on:click=move |_| {
                                            if !presses.is_meant() {
                                                return;
                                            }
                                            if asked.get_untracked() {
                                                device.forget(&id);
                                                known.set(device.known());
                                            }
                                            asked.set(true);
                                        }
                                        on:blur=move |_| asked.set(false)
                                    >
                                        {word}
                                    </button>
                                </li>
                            }
                        })}
                </ul>
            </Show>
        </section>
    }
}

/// The digits of a spoken code, however they are set apart.
fn code_in(written: &str) -> Option<String> {
    let apart = |character: char| character.is_whitespace() || "-.".contains(character);
    let code: String = written.chars().filter(|c| !apart(*c)).collect();
    let digits = code.chars().all(|character| character.is_ascii_digit());
    (digits && (6..=15).contains(&code.len())).then_some(code)
}

/// The origin that a whole link names.
fn origin_of(written: &str) -> Option<String> {
    let (scheme, rest) = written.trim().split_once("://")?;
    let host = rest.split('/').next()?;
    Some(format!("{scheme}://{host}").to_lowercase())
}

/// The path and key in whatever someone pasted: a whole link, its end from `/w/`, or only
/// `<workshop>#<key>`.
fn workshop_path(written: &str) -> Option<String> {
    let written = written.trim();
    let rest = written.split_once("/w/").map_or(written, |(_, rest)| rest);
    let (place, key) = rest.split_once('#')?;
    let (id, query) = place.split_once('?').unwrap_or((place, ""));
    WorkshopId::parse(id.trim_end_matches('/'))
        .ok()
        .filter(|_| !key.is_empty())?;
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    Some(format!("/w/{}{query}#{key}", id.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::{code_in, origin_of, workshop_path};

    #[test]
    fn a_code_is_read_however_it_is_written() {
        for (written, code) in [
            ("482913076", Some("482913076")),
            (" 482 913 076 ", Some("482913076")),
            ("482-913-076", Some("482913076")),
            ("48", None),
            ("482 913 07a", None),
            ("", None),
        ] {
            assert_eq!(code_in(written).as_deref(), code, "{written:?}");
        }
    }

    #[test]
    fn a_link_says_which_relay_it_belongs_to() {
        let here = "http://192.168.1.5:4010";
        for (written, origin) in [
            (" http://192.168.1.5:4010/w/abc#key", Some(here)),
            ("HTTP://192.168.1.5:4010/w/abc#key", Some(here)),
            ("/w/abc#key", None),
            ("abc#key", None),
        ] {
            assert_eq!(origin_of(written).as_deref(), origin, "{written:?}");
        }
    }

    #[test]
    fn a_pasted_link_is_read_in_every_form_it_comes_in() {
        for (written, path) in [
            (
                "http://192.168.1.5:4010/w/abc123#key",
                Some("/w/abc123#key"),
            ),
            (
                "  https://trestle.example/w/abc123?table=t1#key ",
                Some("/w/abc123?table=t1#key"),
            ),
            ("/w/abc123/#key", Some("/w/abc123#key")),
            ("abc123#key", Some("/w/abc123#key")),
            ("abc123", None),
            ("abc123#", None),
            ("http://example.org/#key", None),
            ("Not A Link#key", None),
            ("", None),
        ] {
            assert_eq!(workshop_path(written).as_deref(), path, "{written:?}");
        }
    }
}
