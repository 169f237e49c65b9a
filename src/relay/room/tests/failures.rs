//! What the room does when bytes are bad, the document breaks, or the store does.

use super::*;

#[test]
fn r7_when_the_store_fails_people_go_on_and_all_is_stored_once_it_works_again() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let other = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    let update = writer.edit("a");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    bench.fail();
    let update = writer.edit("b");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    assert_eq!(bench.told(session), [], "nothing is acknowledged");
    assert_eq!(bench.told(other).len(), 2, "but both were passed on");
    assert_eq!(
        bench.appending, None,
        "and the store is left alone for a while"
    );
    bench.wait(10_000);
    bench.commit();
    assert_eq!(bench.told(session), vec![Told::Status(true); 2]);
    assert_eq!(keys(&bench.log), ["a", "b"]);
}

#[test]
fn r10_bad_bytes_cost_their_sender_the_connection_and_nobody_else_anything() {
    let too_big = vec![0; (1 << 20) + 1];
    let table = [
        (Message::Update(&[0xff; 8]), close::BAD_MESSAGE),
        (Message::SyncStep2(&[1, 1, 1, 0, 2]), close::BAD_MESSAGE),
        (Message::Update(&too_big), close::TOO_BIG),
        (Message::SyncStep1(&[0xff; 8]), close::BAD_MESSAGE),
        (Message::Awareness(&[0xff; 8]), close::BAD_MESSAGE),
        (Message::Awareness(&[1, 1, 1, 1, b'{']), close::BAD_MESSAGE),
    ];
    for (message, code) in table {
        let mut bench = Bench::new();
        let bad = bench.joined(Hocuspocus, WRITES);
        let good = bench.joined(Hocuspocus, WRITES);
        bench.send(bad, &message);
        bench.tick();
        assert_eq!(bench.told(bad), [Told::Closed(code)]);
        assert_eq!(bench.told(good), []);
        bench.send(bad, &Message::SyncStep1(&[0]));
        bench.tick();
        assert_eq!(bench.told(bad), [], "who was closed is no member");
    }
}

#[test]
fn r14_an_update_on_which_yrs_panics_costs_its_sender_and_nobody_else() {
    let mut bench = Bench::new();
    let bad = bench.joined(Hocuspocus, WRITES);
    let good = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(10);
    let first = writer.edit("durable");
    bench.send(good, &Message::Update(&first));
    bench.tick();
    bench.commit();
    let second = writer.edit("on its way");
    bench.send(good, &Message::Update(&second));
    bench.tick();
    bench.told(good);

    // Both in one tick: what is good of it must survive.
    let third = writer.edit("together with bad");
    bench.send(good, &Message::Update(&third));
    bench.send(bad, &Message::Update(&panics()));
    let loads = bench.loads;
    bench.tick();
    assert_eq!(bench.loads, loads + 1, "the room is rebuilt");
    let fourth = writer.edit("meanwhile");
    bench.send(good, &Message::Update(&fourth));
    while bench.loads > loads {
        bench.loads -= 1;
        bench.load();
    }
    assert_eq!(
        bench.told(bad).last(),
        Some(&Told::Closed(close::BAD_MESSAGE))
    );
    assert_eq!(
        bench.told(good),
        [],
        "nothing is durable yet, and nobody is closed"
    );
    bench.commit();
    bench.commit();
    assert_eq!(bench.told(good), vec![Told::Status(true); 3]);
    let all = ["durable", "meanwhile", "on its way", "together with bad"];
    assert_eq!(keys(&bench.log), all);
    let late = bench.join(Hocuspocus, READS);
    bench.send(late, &Message::SyncStep1(&[0]));
    bench.tick();
    let told = bench.told(late);
    let Told::Step2(whole) = &told[0] else {
        panic!("step 2 was expected: {told:?}");
    };
    assert_eq!(keys(&[whole]), all);
}

#[test]
fn r14_an_update_that_cannot_be_applied_to_its_end_costs_its_sender_and_the_room_nothing() {
    // An item in an item that is no type, and before it one that can be applied.
    let parent = Crafted::by(7)
        .root_item(8, &[1, 126])
        .item_in(7, 0, 8, &[1, 126]);
    for (name, update, stays) in [("circle", CIRCLE, 0), ("parent", &parent.update(), 1)] {
        let mut bench = Bench::new();
        let bad = bench.joined(Hocuspocus, WRITES);
        let good = bench.joined(Hocuspocus, WRITES);
        let mut writer = Writer::new(10);
        let loads = bench.loads;
        // All in one tick: what builds on what was not taken in leaves no hole behind.
        let next = Crafted::by(1).at_clock(1).item_after(1, 0, 4, &text("x"));
        bench.send(good, &Message::Update(&writer.edit("a")));
        bench.send(bad, &Message::Update(update));
        if name == "circle" {
            bench.send(bad, &Message::Update(&next.update()));
        }
        bench.send(good, &Message::Update(&writer.edit("b")));
        bench.tick();
        bench.commit();
        assert_eq!(bench.loads, loads, "{name}: nothing is rebuilt");
        let told = bench.told(bad);
        assert_eq!(told.last(), Some(&Told::Closed(close::BAD_MESSAGE)));
        let statuses = bench
            .told(good)
            .into_iter()
            .filter(|it| *it == Told::Status(true));
        assert_eq!(statuses.count(), 2, "{name}");
        assert_eq!(keys(&bench.log), ["a", "b"]);
        let whole = rebuild(&bench.stored()).unwrap();
        let clocks = whole.state_vector();
        assert_eq!(clocks.get(&yrs::ClientID::new(7)), stays, "{name}");
        assert_eq!(clocks, bench.room.known, "{name}");
    }
}

#[test]
fn r15_who_comes_while_the_document_is_loaded_waits_and_finds_it() {
    let mut bench = Bench::unloaded();
    bench.tick();
    assert_eq!(bench.loads, 1);
    bench.log.push(Writer::new(1).edit("stored").into());
    let sessions = [
        bench.join(Hocuspocus, WRITES),
        bench.join(YWebsocket, WRITES),
    ];
    for session in sessions {
        bench.send(session, &Message::SyncStep1(&[0]));
        bench.tick();
        assert_eq!(bench.told(session), []);
    }
    bench.load();
    assert_eq!(bench.loads, 1);
    for session in sessions {
        let told = bench.told(session);
        let Told::Step2(whole) = &told[0] else {
            panic!("step 2 was expected: {told:?}");
        };
        assert_eq!(keys(&[whole]), ["stored"]);
    }
}

#[test]
fn r16_an_empty_room_is_done_after_a_while_but_not_with_anything_undurable() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    bench.wait(IDLE_MS);
    assert!(!bench.room.is_done(bench.now_ms), "somebody is here");
    let update = Writer::new(1).edit("a");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    bench.room.handle_leave(bench.now_ms, session);
    bench.wait(IDLE_MS);
    assert!(
        !bench.room.is_done(bench.now_ms),
        "something is not durable"
    );
    bench.commit();
    assert!(bench.room.is_done(bench.now_ms));
    bench.join(Hocuspocus, WRITES);
    assert!(!bench.room.is_done(bench.now_ms), "somebody came back");
}

#[test]
fn a_snapshot_that_cannot_be_read_gives_way_to_the_one_before() {
    let mut room = Bench::unloaded().room;
    assert_eq!(room.poll_output(), Some(Output::Load(Generation::Newest)));
    let mut stored = StoredDocument {
        snapshot: Some(crate::store::Snapshot {
            through: 1,
            update: vec![0xff; 9].into(),
        }),
        ..StoredDocument::default()
    };
    room.handle_loaded(0, Generation::Newest, &stored);
    assert_eq!(room.poll_output(), Some(Output::Load(Generation::Previous)));
    stored.snapshot = None;
    stored.updates = vec![Writer::new(1).edit("a").into()];
    room.handle_loaded(0, Generation::Previous, &stored);
    assert!(!room.is_done(0));
}

#[test]
fn a_document_that_cannot_be_read_sends_everyone_away_for_a_while() {
    let mut bench = Bench::unloaded();
    bench.log.push(vec![0xff; 9].into());
    let session = bench.join(Hocuspocus, WRITES);
    bench.tick();
    bench.load();
    assert_eq!(bench.told(session), [Told::Closed(close::COME_BACK_LATER)]);
    assert!(bench.room.is_done(bench.now_ms));
}

#[test]
fn who_joins_a_room_at_its_end_is_told_the_same_reason() {
    let mut bench = Bench::unloaded();
    bench.tick();
    bench.room.handle_one_too_many();
    let late = bench.join(Hocuspocus, WRITES);
    bench.tick();
    assert_eq!(bench.told(late), [Told::Closed(close::NOT_ALLOWED)]);
}

#[test]
fn r18_a_snapshot_is_asked_for_once_the_log_is_long_and_reads_back_the_same() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    while bench.compactions == 0 {
        let update = writer.edit(&format!("card {}", bench.log.len() % 50));
        bench.send(session, &Message::Update(&update));
        bench.tick();
        bench.commit();
        assert!(bench.log.len() < 10_000);
    }
    let (snapshot, _) = stored::compact(&bench.stored()).unwrap();
    assert_eq!(snapshot.through, bench.log.len() as u64);
    assert_eq!(keys(&[&snapshot.update]), keys(&bench.log));
    assert!(snapshot.update.len() < bench.log.iter().map(Bytes::len).sum());
}

#[test]
fn r18_a_broken_log_is_never_made_into_a_snapshot() {
    let stored = StoredDocument {
        updates: vec![CIRCLE.to_vec().into()],
        last: 1,
        ..StoredDocument::default()
    };
    assert!(stored::compact(&stored).is_err());
}

#[test]
fn r17_state_vectors_and_stored_documents_are_read_with_the_gates_care() {
    // A count that would make yrs allocate, and values nested so deep that decoding them would
    // end the process.
    let huge = vec![0xff, 0xff, 0xff, 0x7f];
    let mut deep = vec![1, 1, 1, 0, 8, 1, 1, b'a', 1];
    deep.extend([117, 1].repeat(20_000));
    for bytes in [huge, deep] {
        let mut bench = Bench::new();
        let session = bench.joined(Hocuspocus, WRITES);
        bench.send(session, &Message::SyncStep1(&bytes));
        bench.tick();
        assert_eq!(bench.told(session), [Told::Closed(close::BAD_MESSAGE)]);

        let mut bench = Bench::unloaded();
        let session = bench.join(Hocuspocus, WRITES);
        bench.tick();
        bench.log.push(bytes.into());
        bench.load();
        assert_eq!(bench.told(session), [Told::Closed(close::COME_BACK_LATER)]);
    }
}

#[test]
fn r21_a_deleted_room_closes_everyone_owes_nothing_and_stores_nothing() {
    let mut bench = Bench::new();
    let ann = bench.joined(Hocuspocus, WRITES);
    let bob = bench.joined(YWebsocket, WRITES);
    let mut writer = Writer::new(1);
    let update = writer.edit("under way");
    bench.send(ann, &Message::Update(&update));
    bench.tick();
    bench.told(bob);
    assert!(bench.appending.take().is_some());
    let update = writer.edit("waiting");
    bench.send(ann, &Message::Update(&update));
    bench.room.handle_deleted();
    bench.tick();
    for session in [ann, bob] {
        assert_eq!(bench.told(session), [Told::Closed(close::DELETED)]);
    }
    bench.wait(60_000);
    assert_eq!(bench.appending, None);
    assert!(bench.room.is_done(bench.now_ms) && bench.room.is_settled());
    let late = bench.join(Hocuspocus, WRITES);
    bench.tick();
    assert_eq!(bench.told(late), [Told::Closed(close::DELETED)]);
}

#[test]
fn r27_what_builds_on_something_damaged_is_passed_over_until_a_device_brings_both_back() {
    let mut writer = Writer::new(1);
    let first = writer.edit("first");
    let lost = writer.edit("lost");
    let next = writer.edit("builds on what is lost");
    let other = Writer::new(2).edit("by somebody else");
    let mut bench = Bench::unloaded();
    bench.tick();
    let mut stored = StoredDocument {
        updates: [&first, &next, &other].map(|it| it.clone().into()).to_vec(),
        last: 4,
        damaged: true,
        ..StoredDocument::default()
    };
    let newest = Generation::Newest;
    bench.room.handle_loaded(bench.now_ms, newest, &stored);
    let session = bench.joined(Hocuspocus, WRITES);
    bench.send(session, &Message::SyncStep1(&[0]));
    bench.tick();
    let told = bench.told(session);
    let Told::Step2(whole) = &told[0] else {
        panic!("step 2 was expected: {told:?}");
    };
    assert_eq!(keys(&[whole]), ["by somebody else", "first"]);

    // What a device holds that was there all the time.
    for update in [&lost, &next] {
        bench.send(session, &Message::Update(update));
    }
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(session), vec![Told::Status(true); 2]);
    stored.updates.append(&mut bench.log);
    let replica = rebuild(&stored).unwrap();
    let whole = replica.diff(&StateVector::default()).unwrap();
    assert_eq!(keys(&[whole]).len(), 4);

    stored.damaged = false;
    stored.updates.remove(0);
    let refused = rebuild(&stored);
    assert!(refused.is_err(), "a hole in a log that is whole is a fault");
}
