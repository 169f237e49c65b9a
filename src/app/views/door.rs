//! The door of a workshop: asks the relay what the link's key allows and shows the view for it. What
//! this device remembers opens it at once, and is all there is while the relay is out of reach.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use workshop::id::WorkshopId;

use super::getting::Getting;
use super::participant::Participant;
use super::pieces::{self, Late};
use super::report::Report;
use super::stopped::{KeylessScreen, StoppedScreen};
use crate::device::{Device, KnownWorkshop, Unanswered};
use crate::mirror::{Access, Role, Workshop};
use crate::provider::Stopped;

/// What a device remembers of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    access: Access,
    /// The relay's clock less this device's, in milliseconds.
    ahead_ms: i64,
}

/// What there is behind a door.
#[derive(Debug, Clone)]
enum Behind {
    /// Not known yet.
    Getting,
    Open,
    Closed(Stopped),
}

/// The door of the workshop with this id, as it stands in the address.
#[component]
pub fn Door(id: String) -> impl IntoView {
    let device = expect_context::<Device>();
    let key = device.key_in_address();
    let Ok(id) = WorkshopId::parse(&id) else {
        let stopped = Stopped {
            code: 4404,
            reason: String::new(),
        };
        return view! { <StoppedScreen stopped=stopped /> }.into_any();
    };
    if key.is_empty() {
        return view! { <KeylessScreen /> }.into_any();
    }
    pieces::bring_early(&[pieces::table]);
    // The plan is fetched while the relay is asked what the key allows: on a slow network each
    // answer takes its time.
    let workshop = Workshop::open(device, id.clone(), &key);
    provide_context(workshop);
    let behind = RwSignal::new(Behind::Getting);
    if let Some(known) = recall(device, &id, &key) {
        workshop.admit(known.access, known.ahead_ms);
        behind.set(Behind::Open);
    }
    spawn_local(async move {
        let answer = knock(device, &id, &key).await;
        let open_already = behind.with_untracked(|behind| matches!(behind, Behind::Open));
        match answer {
            Ok(known) => {
                workshop.admit(known.access, known.ahead_ms);
                if !open_already {
                    behind.set(Behind::Open);
                }
            }
            Err(Unanswered::Unreachable) if open_already => {}
            Err(unanswered) => behind.set(Behind::Closed(stopped_by(unanswered))),
        }
    });
    (move || match behind.get() {
        Behind::Getting => view! { <Getting /> }.into_any(),
        Behind::Closed(stopped) => view! { <StoppedScreen stopped=stopped /> }.into_any(),
        Behind::Open => view! { <Inside /> }.into_any(),
    })
    .into_any()
}

/// The view for this device's role, until the relay says otherwise.
#[component]
fn Inside() -> impl IntoView {
    let workshop = expect_context::<Workshop>();
    let role = Memo::new(move |_| workshop.access.with(|access| access.role));
    move || match workshop.stopped.get() {
        Some(stopped) => view! { <StoppedScreen stopped=stopped was_open=true /> }.into_any(),
        None => match role.get() {
            Role::Facilitator => {
                view! { <Late bring=pieces::facilitator meanwhile=Getting /> }.into_any()
            }
            Role::Participant => view! { <Participant /> }.into_any(),
            Role::Wall => view! { <Late bring=pieces::wall meanwhile=Getting /> }.into_any(),
            Role::Report => view! { <Report /> }.into_any(),
        },
    }
}

/// Asks the relay, and remembers its answer.
async fn knock(device: Device, id: &WorkshopId, key: &str) -> Result<Known, Unanswered> {
    let (access, ahead_ms) = device.access(id, key).await?;
    let known = Known { access, ahead_ms };
    if let Ok(text) = serde_json::to_string(&known) {
        device.set_setting(&remembered_name(id, key), &text);
    }
    device.remember(KnownWorkshop {
        id: id.clone(),
        title: known.access.title.clone(),
        role: known.access.role,
        key: key.to_owned(),
    });
    Ok(known)
}

fn recall(device: Device, id: &WorkshopId, key: &str) -> Option<Known> {
    let text = device.setting(&remembered_name(id, key))?;
    serde_json::from_str(&text).ok()
}

/// Enough of the key to tell two links apart on one device.
fn remembered_name(id: &WorkshopId, key: &str) -> String {
    let start: String = key.chars().take(6).collect();
    format!("access.{id}.{start}")
}

fn stopped_by(unanswered: Unanswered) -> Stopped {
    match unanswered {
        Unanswered::Unreachable => Stopped {
            code: 1006,
            reason: String::new(),
        },
        Unanswered::Refused(404, reason) => Stopped { code: 4404, reason },
        Unanswered::Refused(_, reason) => Stopped { code: 4401, reason },
    }
}
