//! This device as views see it: the relay's answers to requests, settings, the workshops it knows,
//! and what the page allows.

use std::rc::Rc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use workshop::id::WorkshopId;

use crate::mirror::{Access, Links, Role};
use crate::ports::{Handle, KeyPress, Ports};

/// A workshop that this device has opened before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownWorkshop {
    /// Which one.
    pub id: WorkshopId,
    /// Its title.
    pub title: String,
    /// What this device's link lets it do.
    pub role: Role,
    /// The key of that link.
    pub key: String,
}

impl KnownWorkshop {
    /// The way there: `/w/<id>#<key>`.
    pub fn path(&self) -> String {
        format!("/w/{}#{}", self.id, self.key)
    }
}

/// A workshop just made.
#[derive(Debug, Clone, Deserialize)]
pub struct Created {
    /// Which one.
    pub id: WorkshopId,
    /// Its four links, each a path with the key in the fragment.
    pub links: Links,
}

/// What the relay says of a key.
#[derive(Debug, Clone, Deserialize)]
struct Told {
    title: String,
    role: Role,
    links: Links,
    #[serde(default)]
    code: Option<String>,
    origins: Vec<String>,
    time_ms: u64,
}

/// Why a request to the relay did not work out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// The relay could not be reached.
    Unreachable,
    /// It said no: the status and its sentence.
    Refused(u16, String),
}

/// The device. Copies share it.
#[derive(Clone, Copy)]
pub struct Device(StoredValue<Rc<Ports>, LocalStorage>);

impl Device {
    /// The device behind these ports.
    pub fn new(ports: Ports) -> Self {
        Self(StoredValue::new_local(Rc::new(ports)))
    }

    pub(crate) fn ports(&self) -> Rc<Ports> {
        self.0.get_value()
    }

    /// Asks the relay for a new workshop.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn create_workshop(
        &self,
        title: &str,
        question: &str,
        start: &str,
    ) -> Result<Created, Unanswered> {
        let body = serde_json::json!({ "title": title, "question": question, "start": start });
        let network = self.ports();
        let asking = network.network.ask(
            "POST",
            "/api/workshops".into(),
            None,
            Some(body.to_string()),
        );
        read(asking.await)
    }

    /// Asks the relay what a key lets its holder do; the second number is the relay's clock less
    /// this device's, in milliseconds.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn access(&self, id: &WorkshopId, key: &str) -> Result<(Access, i64), Unanswered> {
        let ports = self.ports();
        let path = format!("/api/workshops/{id}");
        let told: Told = read(
            ports
                .network
                .ask("GET", path, Some(key.to_owned()), None)
                .await,
        )?;
        let origin = self.reachable_origin(&told.origins);
        let whole = |path: Option<String>| path.map(|path| format!("{origin}{path}"));
        let links = Links {
            facilitator: whole(told.links.facilitator),
            participant: whole(told.links.participant),
            wall: whole(told.links.wall),
            report: whole(told.links.report),
        };
        let ahead_ms = told.time_ms as i64 - self.wall_ms() as i64;
        Ok((
            Access {
                title: told.title,
                role: told.role,
                links,
                code: told.code,
            },
            ahead_ms,
        ))
    }

    /// Asks the relay where a spoken code leads.
    ///
    /// # Errors
    /// When the relay is out of reach or knows no such code.
    pub async fn find_code(&self, code: &str) -> Result<String, Unanswered> {
        #[derive(Deserialize)]
        struct Found {
            link: String,
        }
        let ports = self.ports();
        let path = format!("/api/codes/{code}");
        let found: Found = read(ports.network.ask("GET", path, None, None).await)?;
        Ok(found.link)
    }

    /// The origin others can reach: this page's own, unless that is only this very computer.
    fn reachable_origin(&self, origins: &[String]) -> String {
        let own = self.ports().page.origin();
        let host = own.split("://").nth(1).unwrap_or_default();
        let is_local = ["localhost", "127.", "[::1]"]
            .iter()
            .any(|local| host.starts_with(local));
        match origins.first() {
            Some(origin) if is_local => origin.clone(),
            _ => own,
        }
    }

    /// The workshops this device knows, the last opened first.
    pub fn known(&self) -> Vec<KnownWorkshop> {
        let known = self.setting("workshops").unwrap_or_default();
        serde_json::from_str(&known).unwrap_or_default()
    }

    /// Remembers a workshop as the last opened.
    pub fn remember(&self, workshop: KnownWorkshop) {
        let mut known = self.known();
        known.retain(|other| other.id != workshop.id || other.role != workshop.role);
        known.insert(0, workshop);
        known.truncate(30);
        self.set_known(&known);
    }

    /// Forgets a workshop with everything this device kept of it; what others have stays.
    pub fn forget(&self, id: &WorkshopId) {
        let mut known = self.known();
        known.retain(|other| other.id != *id);
        self.set_known(&known);
        let ports = self.ports();
        for name in ports.settings.names() {
            if name.split('.').any(|part| part == id.as_str()) {
                ports.settings.forget(&name);
            }
        }
        let forgetting = ports.vault.forget(id.as_str());
        leptos::task::spawn_local(async move {
            forgetting.await;
        });
    }

    fn set_known(&self, known: &[KnownWorkshop]) {
        if let Ok(text) = serde_json::to_string(known) {
            self.set_setting("workshops", &text);
        }
    }

    /// What was set under a name on this device.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.ports().settings.get(name)
    }

    /// Sets it.
    pub fn set_setting(&self, name: &str, value: &str) {
        self.ports().settings.set(name, value);
    }

    /// Forgets it.
    pub fn forget_setting(&self, name: &str) {
        self.ports().settings.forget(name);
    }

    /// 128 fresh random bits.
    pub fn fresh(&self) -> u128 {
        self.ports().entropy.bits()
    }

    /// The device's own clock, in milliseconds since 1970.
    pub fn wall_ms(&self) -> u64 {
        self.ports().clock.wall_ms()
    }

    /// Milliseconds since the app started; never backwards.
    pub fn now_ms(&self) -> u64 {
        self.ports().clock.now_ms()
    }

    /// Calls back once after a delay, unless the handle is dropped before.
    pub fn after(&self, delay_ms: u32, then: impl FnOnce() + 'static) -> Box<dyn Handle> {
        self.ports().clock.after(delay_ms, Box::new(then))
    }

    /// The key in the page's address.
    pub fn key_in_address(&self) -> String {
        self.ports().page.fragment()
    }

    /// Scheme, host and port of the relay that served the app.
    pub fn origin(&self) -> String {
        self.ports().page.origin()
    }

    /// The place of the app in the page's address: path, query and fragment.
    pub fn place(&self) -> String {
        self.ports().history.place()
    }

    /// What the page's address asks for under a name.
    pub fn asked_for(&self, name: &str) -> Option<String> {
        let place = self.place();
        let (_, query) = place.split('#').next()?.split_once('?')?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Goes to another place of the app.
    pub fn go(&self, place: &str) {
        self.ports().history.go(place);
    }

    /// Calls back whenever the address shows another place, until the calling view is gone.
    pub fn on_place(&self, hear: impl Fn() + 'static) {
        let handle = StoredValue::new_local(self.ports().history.on_change(Rc::new(hear)));
        on_cleanup(move || handle.dispose());
    }

    /// Makes the browser's Back call `back`, once, as long as the calling view is there.
    pub fn step_in(&self, back: impl Fn() + 'static) {
        let handle = StoredValue::new_local(self.ports().history.step_in(Rc::new(back)));
        on_cleanup(move || handle.dispose());
    }

    /// Whether text can be copied here.
    pub fn can_copy(&self) -> bool {
        self.ports().page.can_copy()
    }

    /// Copies text; tells whether it worked.
    pub async fn copy(&self, text: String) -> bool {
        let ports = self.ports();
        ports.page.copy(text).await
    }

    /// Opens the print dialog.
    pub fn print(&self) {
        self.ports().page.print();
    }

    /// Keeps the screen awake until the calling view is gone.
    pub fn stay_awake(&self) {
        let handle = StoredValue::new_local(self.ports().page.stay_awake());
        on_cleanup(move || handle.dispose());
    }

    /// Hears every key until the calling view is gone; the answer tells whether it was used up.
    pub fn on_key(&self, hear: impl Fn(KeyPress) -> bool + 'static) {
        let handle = StoredValue::new_local(self.ports().page.on_key(Rc::new(hear)));
        on_cleanup(move || handle.dispose());
    }
}

fn read<T: for<'a> Deserialize<'a>>(answer: Option<(u16, String)>) -> Result<T, Unanswered> {
    #[derive(Deserialize)]
    struct Sentence {
        error: String,
    }
    let (status, body) = answer.ok_or(Unanswered::Unreachable)?;
    match serde_json::from_str(&body) {
        Ok(value) if status < 300 => Ok(value),
        _ => {
            let sentence = serde_json::from_str::<Sentence>(&body);
            Err(Unanswered::Refused(
                status,
                sentence.map(|s| s.error).unwrap_or_default(),
            ))
        }
    }
}
