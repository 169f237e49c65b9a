//! The photos of an open workshop: those that are shown, and those that wait here to be sent.
//!
//! A card names its photo at once; the photo itself may come later, or not at all while its device is
//! away. So whoever shows one asks again, with growing waits. An address in the browser lasts as long
//! as somebody shows the photo. Must never keep the bytes of a photo that was sent.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::backoff::Backoff;
use workshop::id::WorkshopId;
use workshop::photo::{Photo, PhotoHash};

use super::board::settle;
use crate::device::{Device, Sent};
use crate::ports::Handle;

/// How sending stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sending {
    /// There is nothing to send.
    #[default]
    Nothing,
    /// A photo is being made ready.
    Preparing,
    /// So many are on their way.
    Now(usize),
    /// So many wait on this device for a connection.
    Waiting(usize),
    /// The workshop has no room; so many stay on this device.
    NoRoom(usize),
    /// One was not taken, and is given up.
    Refused,
}

/// The photos of an open workshop.
#[derive(Clone, Copy)]
pub struct Album {
    /// How sending stands.
    pub sending: RwSignal<Sending>,
    shelf: StoredValue<Shelf, LocalStorage>,
}

struct Shelf {
    device: Device,
    workshop: WorkshopId,
    key: String,
    owner: Owner,
    shown: Vec<Shown>,
    /// The photos to be sent, oldest first; with their bytes if they were chosen since the app started.
    waiting: Vec<(PhotoHash, Option<Rc<[u8]>>)>,
    is_sending: bool,
    backoff: Backoff,
    /// The timer until the next try.
    again: Option<Box<dyn Handle>>,
    /// Hears that it is worth trying at once.
    wake: Option<Box<dyn Handle>>,
}

struct Shown {
    hash: PhotoHash,
    /// Where the browser shows it; empty until it is here.
    address: RwSignal<String>,
    views: usize,
    backoff: Backoff,
    /// What gives the address back, or the timer until the next try.
    held: Option<Box<dyn Handle>>,
}

impl Shelf {
    fn shown(&mut self, hash: &PhotoHash) -> Option<&mut Shown> {
        self.shown.iter_mut().find(|shown| shown.hash == *hash)
    }
}

impl Album {
    /// The album of a workshop, within the current owner. What was not sent last time is sent now.
    pub(super) fn open(device: Device, workshop: WorkshopId, key: String) -> Self {
        let owner = Owner::current().expect("an album is opened inside a reactive owner");
        let waiting = device.waiting_photos(&workshop);
        let album = Self {
            sending: RwSignal::default(),
            shelf: StoredValue::new_local(Shelf {
                device,
                workshop,
                key,
                owner,
                shown: Vec::new(),
                waiting: waiting.into_iter().map(|hash| (hash, None)).collect(),
                is_sending: false,
                backoff: Backoff::new(device.fresh() as u64),
                again: None,
                wake: None,
            }),
        };
        let wake = move || album.send();
        let wake = device.ports().network.on_wake(Rc::new(wake));
        album.shelf.update_value(|shelf| shelf.wake = Some(wake));
        album.send();
        album
    }

    /// Takes in a file that somebody chose, and sends it as soon as that is possible. Gives what a card
    /// says of it, or nothing where it is no picture that this device can read.
    pub async fn take_in(self, file: Vec<u8>) -> Option<Photo> {
        let (device, workshop, _) = self.way()?;
        self.say(Sending::Preparing);
        let ready = device.make_photo(file).await;
        self.tell();
        let ready = ready?;
        let hash = ready.photo.hash.clone();
        let bytes: Rc<[u8]> = ready.bytes.into();
        self.shelf.try_update_value(|shelf| {
            if !shelf.waiting.iter().any(|(other, _)| *other == hash) {
                shelf.waiting.push((hash.clone(), Some(bytes.clone())));
            }
        });
        spawn_local(async move {
            // Before it is sent: it may never come to that.
            device.keep_photo(&workshop, &hash, bytes.to_vec()).await;
            self.send();
        });
        Some(ready.photo)
    }

    /// Sends what waits, one after the other.
    pub fn send(self) {
        let next = self.shelf.try_update_value(|shelf| {
            let (hash, bytes) = shelf.waiting.first().cloned()?;
            if std::mem::replace(&mut shelf.is_sending, true) {
                return None;
            }
            shelf.again = None;
            let way = (shelf.device, shelf.workshop.clone(), shelf.key.clone());
            Some((way, hash, bytes))
        });
        // A try that follows another one says nothing before it has come to something.
        let stuck = |now: &Sending| matches!(now, Sending::Waiting(_) | Sending::NoRoom(_));
        if !self.sending.try_with_untracked(stuck).unwrap_or(true) {
            self.tell();
        }
        let Some(((device, workshop, key), hash, bytes)) = next.flatten() else {
            return;
        };
        spawn_local(async move {
            let bytes = match bytes {
                Some(bytes) => Some(bytes.to_vec()),
                None => device.kept_photo(&workshop, &hash).await,
            };
            let sent = match bytes {
                Some(bytes) => device.send_photo(&workshop, &key, &hash, bytes).await,
                // Another tab of this device has sent it, or whatever kept it has lost it.
                None if !device.waiting_photos(&workshop).contains(&hash) => Sent::Done,
                None => Sent::Refused,
            };
            if matches!(sent, Sent::Done | Sent::Refused) {
                device.let_go_of_photo(&workshop, &hash).await;
            }
            self.take_in_answer(&hash, sent);
        });
    }

    fn take_in_answer(self, hash: &PhotoHash, sent: Sent) {
        let left = self.shelf.try_update_value(|shelf| {
            shelf.is_sending = false;
            match sent {
                Sent::Done | Sent::Refused => {
                    shelf.waiting.retain(|(other, _)| other != hash);
                    shelf.backoff.reset();
                }
                Sent::Later => {
                    let delay_ms = shelf.backoff.next_delay_ms() as u32;
                    shelf.again = Some(shelf.device.after(delay_ms, move || self.send()));
                }
                Sent::NoRoom | Sent::NotFromHere => {}
            }
            shelf.waiting.len()
        });
        let Some(left) = left else { return };
        match sent {
            Sent::Done => {
                self.tell();
                self.send();
            }
            Sent::Later => self.say(Sending::Waiting(left)),
            Sent::NoRoom => self.say(Sending::NoRoom(left)),
            Sent::NotFromHere => self.say(Sending::Nothing),
            Sent::Refused => {
                self.say(Sending::Refused);
                if left > 0 {
                    self.send();
                }
            }
        }
    }

    /// Sends what waits at once, since somebody asks for it.
    pub fn send_now(self) {
        self.tell();
        self.send();
    }

    /// Says how sending stands while nothing is wrong.
    fn tell(self) {
        let count = self.shelf.try_with_value(|shelf| shelf.waiting.len());
        let sending = match count {
            None | Some(0) => Sending::Nothing,
            Some(count) => Sending::Now(count),
        };
        self.say(sending);
    }

    fn say(self, sending: Sending) {
        settle(self.sending, sending);
    }

    /// Where the browser shows a photo, for as long as the calling view is there; empty until it is
    /// here.
    pub fn address(self, hash: PhotoHash) -> RwSignal<String> {
        let known = self.shelf.try_update_value(|shelf| {
            let shown = shelf.shown(&hash)?;
            shown.views += 1;
            Some(shown.address)
        });
        let address = known.flatten().unwrap_or_else(|| self.begin(hash.clone()));
        on_cleanup(move || self.leave(&hash));
        address
    }

    fn begin(self, hash: PhotoHash) -> RwSignal<String> {
        let address = self.shelf.try_update_value(|shelf| {
            // Not the calling view's own: another view may show the same photo for longer.
            let address = shelf.owner.with(RwSignal::<String>::default);
            shelf.shown.push(Shown {
                hash: hash.clone(),
                address,
                views: 1,
                backoff: Backoff::new(shelf.device.fresh() as u64),
                held: None,
            });
            address
        });
        self.fetch(hash);
        address.unwrap_or_default()
    }

    fn leave(self, hash: &PhotoHash) {
        let left = self.shelf.try_update_value(|shelf| {
            let shown = shelf.shown(hash)?;
            shown.views -= 1;
            let is_last = shown.views == 0;
            let at = shelf.shown.iter().position(|shown| shown.hash == *hash)?;
            is_last.then(|| shelf.shown.swap_remove(at))
        });
        if let Some(left) = left.flatten() {
            left.address.dispose();
        }
    }

    fn fetch(self, hash: PhotoHash) {
        let Some((device, workshop, key)) = self.way() else {
            return;
        };
        let waiting = self.shelf.try_with_value(|shelf| {
            let mut waiting = shelf.waiting.iter();
            waiting.find(|(other, _)| *other == hash).cloned()
        });
        spawn_local(async move {
            let bytes = match waiting.flatten() {
                Some((_, Some(bytes))) => Some(bytes.to_vec()),
                Some((_, None)) => device.kept_photo(&workshop, &hash).await,
                None => device.fetch_photo(&workshop, &key, &hash).await,
            };
            let address = bytes.and_then(|bytes| device.show_photo(&bytes));
            let news = self.shelf.try_update_value(|shelf| {
                // Whoever wanted it may be gone meanwhile; then so is its address.
                let shown = shelf.shown(&hash)?;
                let (address, held) = address.unwrap_or_else(|| {
                    let delay_ms = shown.backoff.next_delay_ms() as u32;
                    let again = device.after(delay_ms, move || self.fetch(hash));
                    (String::new(), again)
                });
                shown.held = Some(held);
                Some((shown.address, address))
            });
            if let Some((signal, address)) = news.flatten() {
                settle(signal, address);
            }
        });
    }

    fn way(self) -> Option<(Device, WorkshopId, String)> {
        let way = |shelf: &Shelf| (shelf.device, shelf.workshop.clone(), shelf.key.clone());
        self.shelf.try_with_value(way)
    }
}
