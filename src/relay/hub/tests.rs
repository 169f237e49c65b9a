//! Rooms that come and go while people join them, and a room that fails.

use std::sync::atomic::{AtomicBool, AtomicUsize};

use sync::wire::{self, Framing, Message, close};
use workshop::address::DocumentKind;
use workshop::id::{BoardId, WorkshopId};
use workshop::photo::PhotoHash;
use yrs::updates::decoder::Decode as _;
use yrs::{Doc, Map as _, Transact as _, Update};

use super::*;
use crate::connection::outbox::Closing;
use crate::connection::outbox::tests::Paper;
use crate::keys::{KeyHash, Lock, NewKeys};
use crate::rights::{Locked, Pass, Role};
use crate::store::memory::MemoryStore;
use crate::store::{
    Answer, Generation, PhotoQuota, Sequence, Snapshot, StoreError, StoredDocument, WorkshopRecord,
};

/// A memory store that counts loads, takes its time, and fails on demand.
#[derive(Default)]
struct Trying {
    kept: MemoryStore,
    loads: AtomicUsize,
    panics: AtomicBool,
}

impl Store for Trying {
    fn append(
        &self,
        document: &DocumentAddress,
        updates: Vec<Bytes>,
        written_ms: u64,
    ) -> Answer<Sequence> {
        if self.panics.swap(false, Ordering::SeqCst) {
            return Box::pin(async { panic!("a fault of our own, made for this test") });
        }
        let answer = self.kept.append(document, updates, written_ms);
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer.await
        })
    }

    fn load(&self, document: &DocumentAddress, generation: Generation) -> Answer<StoredDocument> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let answer = self.kept.load(document, generation);
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer.await
        })
    }

    fn save_snapshot(&self, document: &DocumentAddress, snapshot: Snapshot) -> Answer<()> {
        self.kept.save_snapshot(document, snapshot)
    }

    fn document_count(&self, workshop: &WorkshopId) -> Answer<usize> {
        self.kept.document_count(workshop)
    }

    fn create_workshop(
        &self,
        workshop: WorkshopRecord,
        documents: Vec<(DocumentAddress, Bytes)>,
    ) -> Answer<()> {
        self.kept.create_workshop(workshop, documents)
    }

    fn workshop(&self, id: &WorkshopId) -> Answer<Option<WorkshopRecord>> {
        self.kept.workshop(id)
    }

    fn workshop_ids(&self) -> Answer<Vec<WorkshopId>> {
        self.kept.workshop_ids()
    }

    fn keep_workshop(&self, id: &WorkshopId, days: Option<u32>, written_ms: u64) -> Answer<()> {
        self.kept.keep_workshop(id, days, written_ms)
    }

    fn add_photo(
        &self,
        workshop: &WorkshopId,
        name: &PhotoHash,
        bytes: Bytes,
        most: PhotoQuota,
        written_ms: u64,
    ) -> Answer<bool> {
        self.kept.add_photo(workshop, name, bytes, most, written_ms)
    }

    fn photo(&self, workshop: &WorkshopId, name: &PhotoHash) -> Answer<Option<Bytes>> {
        self.kept.photo(workshop, name)
    }

    fn delete_workshop(&self, id: &WorkshopId) -> Answer<()> {
        self.kept.delete_workshop(id)
    }

    fn scrub(&self) -> Answer<()> {
        self.kept.scrub()
    }

    fn check(&self) -> Answer<()> {
        self.kept.check()
    }

    fn replace_keys(&self, id: &WorkshopId, lock: Lock) -> Answer<()> {
        self.kept.replace_keys(id, lock)
    }

    fn replace_locked(&self, id: &WorkshopId, locked: Locked) -> Answer<()> {
        self.kept.replace_locked(id, locked)
    }

    fn close(&self) -> Answer<()> {
        Box::pin(async { Err(StoreError::Closed) })
    }
}

fn board() -> DocumentAddress {
    DocumentAddress {
        workshop: WorkshopId::parse("village").unwrap(),
        kind: DocumentKind::Board(BoardId::parse("b").unwrap()),
    }
}

struct Guest {
    seat: Seat,
    outbox: Outbox,
    socket: Paper,
    document: String,
}

impl Guest {
    async fn join(hub: &Arc<Hub>) -> Self {
        let (outbox, socket) = Paper::outbox(usize::MAX, 1 << 20);
        let document = board();
        let member = NewMember {
            framing: Framing::Hocuspocus,
            name: document.to_string().into(),
            pass: Pass {
                role: Role::Participant,
                key: KeyHash([0; 32]),
            },
            rights: Role::Participant.rights(&document.kind, &Locked::default()),
        };
        let seat = hub.join(&document, member, outbox.clone()).await.unwrap();
        let document = document.to_string();
        Self {
            seat,
            outbox,
            socket,
            document,
        }
    }

    async fn send(&self, message: &Message<'_>) {
        let frame = wire::encode(Framing::Hocuspocus, &self.document, message);
        self.seat.frame(frame.into()).await.unwrap();
    }

    /// What is on the board, by asking.
    async fn keys(&mut self) -> Vec<String> {
        self.send(&Message::SyncStep1(&[0])).await;
        loop {
            let frame = self.socket.next().await;
            let read = wire::decode(Framing::Hocuspocus, &frame).unwrap();
            if let Message::SyncStep2(update) = read.message {
                let doc = Doc::new();
                let cards = doc.get_or_insert_map("cards");
                let update = Update::decode_v1(update).unwrap();
                doc.transact_mut().apply_update(update).unwrap();
                let transaction = doc.transact();
                return cards.keys(&transaction).map(ToString::to_string).collect();
            }
        }
    }

    /// Why the relay has closed the connection.
    async fn closed(&self) -> Closing {
        self.outbox.closed().await
    }

    /// Writes a card; the room may be gone.
    async fn send_card(&self, client: u64) {
        let doc = Doc::with_client_id(client);
        let cards = doc.get_or_insert_map("cards");
        let update = {
            let mut transaction = doc.transact_mut();
            cards.insert(&mut transaction, client.to_string(), 1);
            transaction.encode_update_v1()
        };
        let message = Message::Update(&update);
        let frame = wire::encode(Framing::Hocuspocus, &self.document, &message);
        let _ = self.seat.frame(frame.into()).await;
    }

    /// Writes a card and waits until it is durable.
    async fn write(&mut self, client: u64) {
        self.send_card(client).await;
        loop {
            let frame = self.socket.next().await;
            let read = wire::decode(Framing::Hocuspocus, &frame).unwrap();
            if read.message == Message::SyncStatus(true) {
                return;
            }
        }
    }
}

/// A hub with the workshop that the board belongs to.
async fn hub_with(limits: Limits) -> (Arc<Hub>, Arc<Trying>) {
    let store = Arc::new(Trying::default());
    let id = board().workshop;
    let workshop = WorkshopRecord {
        lock: NewKeys::random().lock(&id),
        locked: Locked::default(),
        id,
        title: "Village".into(),
        created_ms: 0,
        written_ms: 0,
        keep_days: None,
    };
    store.create_workshop(workshop, vec![]).await.unwrap();
    (Hub::new(store.clone(), limits).0, store)
}

async fn hub(idle_room_ms: u64) -> (Arc<Hub>, Arc<Trying>) {
    let limits = Limits {
        idle_room_ms,
        ..Limits::default()
    };
    hub_with(limits).await
}

#[tokio::test]
async fn r15_a_room_is_loaded_once_however_many_join_at_the_same_moment() {
    let (hub, store) = hub(30_000).await;
    let joins = (0..50).map(|_| Guest::join(&hub));
    let mut guests = futures_util::future::join_all(joins).await;
    guests[0].write(1).await;
    for guest in &mut guests {
        assert_eq!(guest.keys().await, ["1"]);
    }
    assert_eq!(store.loads.load(Ordering::SeqCst), 1);
    assert_eq!(hub.room_count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r16_joining_while_the_room_is_being_unloaded_finds_everything() {
    let (hub, store) = hub(0).await;
    let visits = (0..8_u64).map(|visitor| {
        let hub = hub.clone();
        tokio::spawn(async move {
            for visit in 0..60 {
                let mut guest = Guest::join(&hub).await;
                let client = visitor * 1_000 + visit + 1;
                guest.write(client).await;
                let keys = guest.keys().await;
                for earlier in 0..=visit {
                    let earlier = (visitor * 1_000 + earlier + 1).to_string();
                    assert!(keys.contains(&earlier), "{earlier} is missing at {client}");
                }
                guest.seat.leave().await;
                tokio::task::yield_now().await;
            }
        })
    });
    for visit in futures_util::future::join_all(visits).await {
        visit.unwrap();
    }
    assert!(
        store.loads.load(Ordering::SeqCst) > 1,
        "the room was never unloaded"
    );
}

#[tokio::test]
async fn a_room_that_panics_asks_its_people_back_and_starts_again_from_its_log() {
    let (hub, store) = hub(30_000).await;
    let mut guest = Guest::join(&hub).await;
    guest.write(1).await;
    store.panics.store(true, Ordering::SeqCst);
    let outbox = guest.outbox.clone();
    let unlucky = tokio::spawn(async move {
        guest.write(2).await;
    });
    assert_eq!(outbox.closed().await.code, close::COME_BACK_LATER);
    unlucky.abort();
    let mut again = Guest::join(&hub).await;
    assert_eq!(again.keys().await, ["1"]);
    again.write(3).await;
}

#[tokio::test]
async fn a_workshop_may_have_only_so_many_documents() {
    let limits = Limits {
        documents_per_workshop: 1,
        ..Limits::default()
    };
    let (hub, store) = hub_with(limits).await;
    let other = DocumentAddress {
        kind: DocumentKind::Plan,
        ..board()
    };
    store.append(&other, vec!["x".into()], 0).await.unwrap();
    let guest = Guest::join(&hub).await;
    assert_eq!(guest.closed().await.code, close::NOT_ALLOWED);
}

#[tokio::test]
async fn r21_everyone_in_a_deleted_workshop_is_told_and_whoever_comes_later() {
    let (hub, store) = hub(30_000).await;
    let mut guest = Guest::join(&hub).await;
    guest.write(1).await;
    store.delete_workshop(&board().workshop).await.unwrap();
    hub.end_workshop(&board().workshop).await;
    // Its key was found good before the deletion, and it joins after it.
    let mut late = Guest::join(&hub).await;
    for guest in [&mut guest, &mut late] {
        let closing = guest.closed().await;
        assert_eq!(closing.code, close::DELETED);
        assert_eq!(closing.reason, "This workshop was deleted.");
    }
}

#[tokio::test]
async fn r21_a_room_that_was_not_told_finds_out_when_it_stores() {
    let (hub, store) = hub(30_000).await;
    let mut guest = Guest::join(&hub).await;
    guest.write(1).await;
    store.delete_workshop(&board().workshop).await.unwrap();
    guest.send_card(2).await;
    assert_eq!(guest.closed().await.code, close::DELETED);
    let count = store.document_count(&board().workshop).await;
    assert_eq!(count, Ok(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r21_joins_and_writings_that_race_with_a_deletion_bring_nothing_back() {
    for _ in 0..50 {
        let (hub, store) = hub(0).await;
        let visits = (1..=8).map(|client| {
            let hub = hub.clone();
            tokio::spawn(async move {
                let guest = Guest::join(&hub).await;
                guest.send_card(client).await;
                guest.closed().await
            })
        });
        let visits: Vec<_> = visits.collect();
        let deletion = async {
            store.delete_workshop(&board().workshop).await.unwrap();
            hub.end_workshop(&board().workshop).await;
        };
        let (closings, ()) = tokio::join!(futures_util::future::join_all(visits), deletion);
        for closing in closings {
            assert_eq!(closing.unwrap().code, close::DELETED);
        }
        let count = store.document_count(&board().workshop).await;
        assert_eq!(count, Ok(0));
    }
}
