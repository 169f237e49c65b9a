//! This device as views see it: the relay's answers to requests, settings, the workshops it knows,
//! and what the page allows.

mod photos;
mod requests;

pub use photos::Sent;
pub use requests::{Lockable, Unanswered};

use std::rc::Rc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use workshop::id::WorkshopId;

use crate::mirror::Role;
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

    /// A moment's day in words, as the reader's language has it.
    pub fn day(&self, wall_ms: u64) -> String {
        self.ports().clock.day(wall_ms)
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
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
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

    /// Makes the browser's Back call `back`, once, as long as the calling view is there, and its Forward
    /// `again` once the view is gone.
    pub fn step_in(&self, back: impl Fn() + 'static, again: impl Fn() + 'static) {
        let step = self.ports().history.step_in(Rc::new(back), Rc::new(again));
        let handle = StoredValue::new_local(step);
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
