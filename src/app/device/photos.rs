//! Photos on this device: made ready to be sent, kept until they are, sent and fetched.

use workshop::id::WorkshopId;
use workshop::photo::{Photo, PhotoHash};

use super::Device;
use crate::intent::photo::{finished, hash_of, tries};
use crate::ports::Handle;

/// A photo that was just chosen, ready to be sent.
pub struct ReadyPhoto {
    /// What a card says of it.
    pub photo: Photo,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of sending a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The relay has it.
    Done,
    /// Not now; trying again may help.
    Later,
    /// The workshop has as many photos as it may have.
    NoRoom,
    /// Not with this link, or there is no such workshop any more. It is kept: another link may send it.
    NotFromHere,
    /// The relay does not take it.
    Refused,
}

impl Device {
    /// Makes a file that somebody chose into a photo: smaller, and without a word of where it was
    /// taken. `None` where it is no picture that this device can read.
    pub async fn make_photo(&self, file: Vec<u8>) -> Option<ReadyPhoto> {
        let ports = self.ports();
        let picture = ports.pictures.decode(file).await?;
        let (width, height) = picture.size();
        for wanted in tries(width, height) {
            let encoded = picture.encode(wanted.width, wanted.height, wanted.quality);
            if let Some(bytes) = finished(&encoded.await?) {
                let photo = Photo {
                    hash: hash_of(&bytes),
                    width: wanted.width,
                    height: wanted.height,
                    alt: String::new(),
                };
                return Some(ReadyPhoto { photo, bytes });
            }
        }
        None
    }

    /// An address under which these bytes are shown until the handle is dropped.
    pub fn show_photo(&self, bytes: &[u8]) -> Option<(String, Box<dyn Handle>)> {
        self.ports().pictures.show(bytes)
    }

    /// Keeps a photo on this device until it is sent.
    pub async fn keep_photo(&self, id: &WorkshopId, hash: &PhotoHash, bytes: Vec<u8>) {
        let mut waiting = self.waiting_photos(id);
        if waiting.contains(hash) {
            return;
        }
        waiting.push(hash.clone());
        self.set_waiting(id, &waiting);
        let keeping = self.ports().vault.append(&kept_name(id, hash), bytes);
        keeping.await;
    }

    /// The photos that this device keeps until they are sent, oldest first.
    pub fn waiting_photos(&self, id: &WorkshopId) -> Vec<PhotoHash> {
        let waiting = self.setting(&waiting_name(id)).unwrap_or_default();
        let names = waiting.split(' ').map(PhotoHash::parse);
        names.filter_map(Result::ok).collect()
    }

    /// A photo that this device keeps.
    pub async fn kept_photo(&self, id: &WorkshopId, hash: &PhotoHash) -> Option<Vec<u8>> {
        let loading = self.ports().vault.load(&kept_name(id, hash));
        loading.await.into_iter().next()
    }

    /// Keeps a photo no longer.
    pub async fn let_go_of_photo(&self, id: &WorkshopId, hash: &PhotoHash) {
        let mut waiting = self.waiting_photos(id);
        waiting.retain(|other| other != hash);
        self.set_waiting(id, &waiting);
        let forgetting = self.ports().vault.forget(&kept_place(id, hash));
        forgetting.await;
    }

    fn set_waiting(&self, id: &WorkshopId, waiting: &[PhotoHash]) {
        let names: Vec<&str> = waiting.iter().map(PhotoHash::as_str).collect();
        match names[..] {
            [] => self.forget_setting(&waiting_name(id)),
            _ => self.set_setting(&waiting_name(id), &names.join(" ")),
        }
    }

    /// Sends a photo to the relay.
    pub async fn send_photo(
        &self,
        id: &WorkshopId,
        key: &str,
        hash: &PhotoHash,
        bytes: Vec<u8>,
    ) -> Sent {
        let ports = self.ports();
        let sending = ports.network.put(path(id, hash), key.to_owned(), bytes);
        match sending.await {
            Some(200 | 201) => Sent::Done,
            Some(507) => Sent::NoRoom,
            Some(401 | 403 | 404) => Sent::NotFromHere,
            Some(413 | 415 | 422) => Sent::Refused,
            _ => Sent::Later,
        }
    }

    /// Fetches a photo from the relay, if it has it.
    pub async fn fetch_photo(
        &self,
        id: &WorkshopId,
        key: &str,
        hash: &PhotoHash,
    ) -> Option<Vec<u8>> {
        let ports = self.ports();
        let fetching = ports.network.get(path(id, hash), key.to_owned());
        let (status, bytes) = fetching.await?;
        (status == 200).then_some(bytes)
    }
}

fn path(id: &WorkshopId, hash: &PhotoHash) -> String {
    format!("/api/workshops/{id}/photos/{hash}")
}

/// Where a photo is kept: within its workshop, so that it is forgotten with it.
fn kept_place(id: &WorkshopId, hash: &PhotoHash) -> String {
    format!("{id}/photo/{hash}")
}

fn kept_name(id: &WorkshopId, hash: &PhotoHash) -> String {
    format!("{}/bytes", kept_place(id, hash))
}

fn waiting_name(id: &WorkshopId) -> String {
    format!("photos.{id}")
}
