//! Settings in `localStorage`. Where it is forbidden, nothing is remembered and nothing fails.

use gloo::storage::{LocalStorage, Storage};

use crate::ports::Settings;

pub(super) struct BrowserSettings;

fn name_here(name: &str) -> String {
    format!("trestle.{name}")
}

impl Settings for BrowserSettings {
    fn get(&self, name: &str) -> Option<String> {
        LocalStorage::get(name_here(name)).ok()
    }

    fn set(&self, name: &str, value: &str) {
        // A full or forbidden storage costs the memory of a choice, nothing more.
        let _ = LocalStorage::set(name_here(name), value);
    }

    fn names(&self) -> Vec<String> {
        let storage = LocalStorage::raw();
        let names =
            (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok().flatten());
        names
            .filter_map(|name| name.strip_prefix(&name_here("")).map(str::to_owned))
            .collect()
    }

    fn forget(&self, name: &str) {
        LocalStorage::delete(name_here(name));
    }
}
