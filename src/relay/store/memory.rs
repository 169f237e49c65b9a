//! A store that forgets everything when the process ends: for tests and for trying things out.
//!
//! It keeps the same promises as any other store while it lives.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use workshop::address::DocumentAddress;
use workshop::id::WorkshopId;
use workshop::photo::PhotoHash;

use super::{
    Answer, Generation, PhotoQuota, Sequence, Snapshot, Store, StoreError, StoredDocument,
    WorkshopRecord,
};
use crate::keys::Lock;
use crate::rights::Locked;

/// Keeps everything in memory. Clones share what they keep.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    documents: HashMap<DocumentAddress, Document>,
    workshops: HashMap<WorkshopId, WorkshopRecord>,
    photos: HashMap<WorkshopId, HashMap<PhotoHash, Bytes>>,
    last: Sequence,
    closed: bool,
}

#[derive(Debug, Default)]
struct Document {
    newest: Option<Snapshot>,
    previous: Option<Snapshot>,
    log: Vec<(Sequence, Bytes)>,
}

impl State {
    fn workshop(&mut self, id: &WorkshopId) -> Result<&mut WorkshopRecord, StoreError> {
        self.workshops.get_mut(id).ok_or(StoreError::NoWorkshop)
    }

    fn append(&mut self, document: &DocumentAddress, updates: Vec<Bytes>) -> Sequence {
        let log = &mut self.documents.entry(document.clone()).or_default().log;
        for update in updates {
            self.last += 1;
            log.push((self.last, update));
        }
        self.last
    }
}

impl MemoryStore {
    fn answer<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Answer<T> {
        // Nothing below panics half way through a change, so a poisoned lock guards sound state.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = if state.closed {
            Err(StoreError::Closed)
        } else {
            act(&mut state)
        };
        Box::pin(ready(answer))
    }
}

impl Store for MemoryStore {
    fn append(
        &self,
        document: &DocumentAddress,
        updates: Vec<Bytes>,
        written_ms: u64,
    ) -> Answer<Sequence> {
        self.answer(|state| {
            let workshop = state.workshop(&document.workshop)?;
            workshop.written_ms = workshop.written_ms.max(written_ms);
            Ok(state.append(document, updates))
        })
    }

    fn load(&self, document: &DocumentAddress, generation: Generation) -> Answer<StoredDocument> {
        self.answer(|state| {
            state.workshop(&document.workshop)?;
            let Some(document) = state.documents.get(document) else {
                return Ok(StoredDocument::default());
            };
            let snapshot = match generation {
                Generation::Newest => document.newest.clone(),
                Generation::Previous => document.previous.clone(),
            };
            let through = snapshot.as_ref().map_or(0, |snapshot| snapshot.through);
            let after = document.log.iter().filter(|(at, _)| *at > through);
            Ok(StoredDocument {
                updates: after.clone().map(|(_, update)| update.clone()).collect(),
                last: after.last().map_or(through, |(at, _)| *at),
                snapshot,
                damaged: false,
            })
        })
    }

    fn save_snapshot(&self, document: &DocumentAddress, snapshot: Snapshot) -> Answer<()> {
        self.answer(|state| {
            state.workshop(&document.workshop)?;
            let document = state.documents.entry(document.clone()).or_default();
            document.previous = document.newest.replace(snapshot);
            let covered = document.previous.as_ref().map_or(0, |old| old.through);
            document.log.retain(|(at, _)| *at > covered);
            Ok(())
        })
    }

    fn document_count(&self, workshop: &WorkshopId) -> Answer<usize> {
        self.answer(|state| {
            let documents = state.documents.keys();
            Ok(documents.filter(|it| it.workshop == *workshop).count())
        })
    }

    fn create_workshop(
        &self,
        workshop: WorkshopRecord,
        documents: Vec<(DocumentAddress, Bytes)>,
    ) -> Answer<()> {
        self.answer(|state| {
            if state.workshops.contains_key(&workshop.id) {
                return Err(StoreError::Exists);
            }
            state.workshops.insert(workshop.id.clone(), workshop);
            for (document, update) in documents {
                state.append(&document, vec![update]);
            }
            Ok(())
        })
    }

    fn workshop(&self, id: &WorkshopId) -> Answer<Option<WorkshopRecord>> {
        self.answer(|state| Ok(state.workshops.get(id).cloned()))
    }

    fn workshop_ids(&self) -> Answer<Vec<WorkshopId>> {
        self.answer(|state| Ok(state.workshops.keys().cloned().collect()))
    }

    fn keep_workshop(
        &self,
        id: &WorkshopId,
        keep_days: Option<u32>,
        written_ms: u64,
    ) -> Answer<()> {
        self.answer(|state| {
            let workshop = state.workshop(id)?;
            (workshop.keep_days, workshop.written_ms) = (keep_days, written_ms);
            Ok(())
        })
    }

    fn replace_keys(&self, id: &WorkshopId, lock: Lock) -> Answer<()> {
        self.answer(|state| {
            state.workshop(id)?.lock = lock;
            Ok(())
        })
    }

    fn add_photo(
        &self,
        workshop: &WorkshopId,
        name: &PhotoHash,
        bytes: Bytes,
        most: PhotoQuota,
        written_ms: u64,
    ) -> Answer<bool> {
        self.answer(|state| {
            let record = state.workshops.get_mut(workshop);
            let record = record.ok_or(StoreError::NoWorkshop)?;
            let photos = state.photos.entry(workshop.clone()).or_default();
            if photos.contains_key(name) {
                return Ok(false);
            }
            let stored = photos.values().map(|bytes| bytes.len() as u64).sum();
            if !most.has_room(photos.len(), stored, &bytes) {
                return Err(StoreError::NoRoom);
            }
            photos.insert(name.clone(), bytes);
            record.written_ms = record.written_ms.max(written_ms);
            Ok(true)
        })
    }

    fn photo(&self, workshop: &WorkshopId, name: &PhotoHash) -> Answer<Option<Bytes>> {
        self.answer(|state| {
            let photos = state.photos.get(workshop);
            Ok(photos.and_then(|photos| photos.get(name).cloned()))
        })
    }

    fn delete_workshop(&self, id: &WorkshopId) -> Answer<()> {
        self.answer(|state| {
            state.workshops.remove(id).ok_or(StoreError::NoWorkshop)?;
            state.photos.remove(id);
            state
                .documents
                .retain(|document, _| document.workshop != *id);
            Ok(())
        })
    }

    fn replace_locked(&self, id: &WorkshopId, locked: Locked) -> Answer<()> {
        self.answer(|state| {
            let workshop = state.workshops.get_mut(id).ok_or(StoreError::NoWorkshop)?;
            workshop.locked = locked;
            Ok(())
        })
    }

    fn scrub(&self) -> Answer<()> {
        self.answer(|_| Ok(()))
    }

    fn check(&self) -> Answer<()> {
        self.answer(|_| Ok(()))
    }

    fn close(&self) -> Answer<()> {
        self.answer(|state| {
            state.closed = true;
            Ok(())
        })
    }
}
