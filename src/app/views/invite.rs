//! The invitation: a link and a code for tables, for people elsewhere and for the wall, and the
//! signs to print. Whoever holds a link holds its rights, so the facilitator's own is kept apart.

use leptos::prelude::*;
use leptos::task::spawn_local;
use workshop::id::TableId;

use super::dialog::Dialog;
use super::icon::{Icon, Mark};
use super::qr::Qr;
use super::sure::Sure;
use crate::device::Device;
use crate::mirror::{Links, Role, Workshop};
use crate::words::{self, invite};

/// The dialog with all links and codes.
#[component]
pub fn Invite(open: RwSignal<bool>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let link = move |of: fn(&Links) -> Option<String>| {
        Signal::derive(move || workshop.access.with(|access| of(&access.links)))
    };
    let participant = link(|links| links.participant.clone());
    let elsewhere = Signal::derive(move || {
        participant
            .get()
            .map(|link| at_table(&link, &TableId::elsewhere()))
    });
    view! {
        <Dialog id="invite" title=invite::INVITE open=open wide=true>
            <div class="invite-lead">
                <p>{invite::LEAD}</p>
                <button type="button" class="button" on:click=move |_| device.print()>
                    <Icon name="printer" />
                    {invite::PRINT}
                </button>
            </div>
            <div class="invite-parts">
                <Part id="tables" name=invite::TABLES hint=invite::TABLES_HINT link=participant>
                    <Replace role=Role::Participant hint=invite::REPLACE_TABLES />
                </Part>
                <Part
                    id="elsewhere"
                    name=invite::ELSEWHERE
                    hint=invite::ELSEWHERE_HINT
                    link=elsewhere
                />
                <Part
                    id="wall"
                    name=invite::WALL
                    hint=invite::WALL_HINT
                    link=link(|links| links.wall.clone())
                >
                    <Replace role=Role::Wall hint=invite::REPLACE_WALL />
                </Part>
            </div>
            <Spoken link=participant />
            <Show when=move || participant.with(|link| is_on_local_network(link.as_deref()))>
                <p class="hint">{invite::SHARED_WIFI}</p>
            </Show>
            <details class="invite-own">
                <summary>{invite::YOURS}</summary>
                <p class="hint">{invite::YOURS_HINT}</p>
                <LinkField
                    id="own"
                    name=invite::YOURS
                    link=link(|links| links.facilitator.clone())
                />
                <Replace role=Role::Facilitator hint=invite::REPLACE_OWN />
            </details>
        </Dialog>
        <Show when=move || open.get()>
            <Signs link=participant />
        </Show>
    }
}

/// The code that leads to the participants' link, for people who are told rather than shown.
#[component]
pub fn Spoken(link: Signal<Option<String>>) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let code = move || workshop.access.with(|access| access.code.clone());
    move || {
        let (code, link) = (code()?, link.get()?);
        let address = link.split("/w/").next().unwrap_or_default().to_owned();
        Some(view! {
            <p class="spoken">
                <span>{invite::CODE_HINT}</span>
                <span class="spoken-address">{address}</span>
                <strong class="spoken-code">{code}</strong>
            </p>
        })
    }
}

#[component]
fn Part(
    id: &'static str,
    name: &'static str,
    hint: &'static str,
    link: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading = format!("invite-{id}");
    view! {
        <section class="panel" aria-labelledby=heading>
            <h3 id=heading.clone()>{name}</h3>
            <p class="hint">{hint}</p>
            {move || {
                link.get().map(|link| view! { <Qr link=link label=invite::code_for(name) /> })
            }}
            <LinkField id=id name=name link=link />
            {children.map(|children| children())}
        </section>
    }
}

/// Taking a link back: whoever came by it is out.
#[component]
fn Replace(role: Role, hint: &'static str) -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let device = expect_context::<Device>();
    let told = RwSignal::new(String::new());
    let replace = move |()| {
        spawn_local(async move {
            let (id, key) = (workshop.id.get_value(), workshop.key());
            match device.replace_key(&id, &key, role).await {
                Ok(link) if role == Role::Facilitator => device.go(&link),
                Ok(_) => {
                    told.set(invite::REPLACED.to_owned());
                    if let Ok((access, ahead_ms)) = device.access(&id, &key).await {
                        workshop.admit(access, ahead_ms);
                    }
                }
                Err(unanswered) => told.set(words::unanswered(unanswered)),
            }
        });
    };
    view! {
        <details class="replace">
            <summary>{invite::REPLACE}</summary>
            <p class="hint">{hint}</p>
            <Sure icon="link" ask=invite::REPLACE_NOW confirm=invite::REPLACE_FOR_GOOD act=replace />
            <p class="hint" role="status">{told}</p>
        </details>
    }
}

/// A link to read, select and, where the page may, copy.
#[component]
fn LinkField(id: &'static str, name: &'static str, link: Signal<Option<String>>) -> impl IntoView {
    let device = expect_context::<Device>();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(link) = link.get_untracked() else {
            return;
        };
        spawn_local(async move { copied.set(device.copy(link).await) });
    };
    view! {
        <div class="link-field">
            <input
                class="input"
                type="text"
                readonly
                id=format!("invite-link-{id}")
                aria-label=invite::link_for(name)
                prop:value=move || link.get().unwrap_or_else(|| invite::NO_LINK.to_owned())
            />
            {device
                .can_copy()
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=copy>
                            {move || {
                                let icon = if copied.get() { "check" } else { "copy" };
                                view! { <Icon name=icon /> }
                            }}
                            <span aria-live="polite">
                                {move || if copied.get() { invite::COPIED } else { invite::COPY }}
                            </span>
                            <span class="unseen">{invite::link_for(name)}</span>
                        </button>
                    }
                })}
        </div>
    }
}

/// What is printed: one folded sign a table, readable from both sides. Not shown on screen.
#[component]
fn Signs(link: Signal<Option<String>>) -> impl IntoView {
    let plan = expect_context::<Workshop>().plan;
    let signs = move || {
        let link = link.get()?;
        let title = plan.with(|plan| words::title_or_none(&plan.title));
        let tables = plan.with(|plan| plan.tables.clone());
        let signs = tables
            .into_iter()
            .filter(|table| table.id != TableId::elsewhere())
            .map(|table| {
                let link = at_table(&link, &table.id);
                let face = || sign_face(&title, &table.name, &link);
                view! {
                    <div class="sign">
                        <div class="face turned" aria-hidden="true">
                            {face()}
                        </div>
                        <div class="face">{face()}</div>
                    </div>
                }
            });
        Some(signs.collect_view())
    };
    view! { <div class="signs">{signs}</div> }
}

fn sign_face(title: &str, table: &str, link: &str) -> impl IntoView + use<> {
    view! {
        <Qr link=link.to_owned() label=invite::code_for(table) />
        <div class="sign-words">
            <p class="sign-title">
                <Mark />
                {title.to_owned()}
            </p>
            <p class="sign-table">{table.to_owned()}</p>
            <p>{invite::SIGN_STEPS}</p>
        </div>
    }
}

/// The link that has a table chosen already.
fn at_table(link: &str, table: &TableId) -> String {
    match link.split_once('#') {
        Some((place, key)) => format!("{place}?table={table}#{key}"),
        None => link.to_owned(),
    }
}

/// Whether a link names a machine by its number, as it does on a hall's own network.
fn is_on_local_network(link: Option<&str>) -> bool {
    let host = link.and_then(|link| link.split("://").nth(1));
    host.is_some_and(|host| host.starts_with(|first: char| first.is_ascii_digit() || first == '['))
}
