//! Documents in memory together: what they take, and what happens when there is no more.

use super::cost::types;
use super::memory::measure;
use super::*;
use yrs::{MapPrelim, Text as _, TextPrelim};

const MIB: usize = 1 << 20;

fn limits(memory_bytes: usize) -> Limits {
    Limits {
        memory_bytes,
        ..Limits::default()
    }
}

/// A card in the form of the app, with a text of its own.
fn add_card(writer: &Writer, number: u32) -> Vec<u8> {
    let cards = writer.0.get_or_insert_map("cards");
    let mut transaction = writer.0.transact_mut();
    let card = cards.insert(
        &mut transaction,
        format!("k3v9q0m2{number:04}"),
        MapPrelim::default(),
    );
    for (key, value) in [
        ("kind", "idea"),
        ("zone", "farm"),
        ("order", "a1"),
        ("seat", "blue"),
    ] {
        card.insert(&mut transaction, key, value);
    }
    card.insert(
        &mut transaction,
        "text",
        TextPrelim::new("Bring back the bus on Sundays"),
    );
    card.insert(&mut transaction, "at", vec![0.0, 216.0]);
    transaction.encode_update_v1()
}

#[test]
fn r29_a_board_of_five_thousand_cards_is_far_from_the_limit_and_its_estimate_errs_upwards() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let writer = Writer::new(1);
    for number in 0..5_000 {
        bench.send(session, &Message::Update(&add_card(&writer, number)));
        bench.tick();
        bench.commit();
    }
    assert_eq!(bench.told(session), vec![Told::Status(true); 5_000]);
    let (_, size) = stored::compact(&bench.stored()).unwrap();
    let (replica, taken) = measure(|| rebuild(&bench.stored()).unwrap());
    drop(replica);
    assert!(taken < size.memory, "{taken} for an estimate of {size:?}");
    assert!(size.memory < 32 * MIB, "{size:?}");
}

#[test]
fn r29_an_update_for_which_there_is_no_memory_is_not_taken_and_its_sender_comes_back_later() {
    let mut bench = Bench::with(&limits(4 * MIB));
    bench.tick();
    bench.load();
    let [bad, good] = [(); 2].map(|()| bench.joined(Hocuspocus, WRITES));
    let mut writer = Writer::new(10);
    bench.send(good, &Message::Update(&writer.edit("before")));
    // Within the limit of one update, and above that of one workshop.
    bench.send(bad, &Message::Update(&types(1, 0..4_000)));
    bench.send(bad, &Message::Update(&types(2, 0..4_000)));
    bench.tick();
    bench.commit();
    assert_eq!(
        bench.told(bad).pop(),
        Some(Told::Closed(close::COME_BACK_LATER))
    );
    assert_eq!(bench.room.take_tally().turned_away, [Limit::Memory]);
    bench.told(good);
    bench.send(good, &Message::Update(&writer.edit("after")));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(good), [Told::Status(true)]);
    assert_eq!(keys(&bench.log), ["after", "before"]);
}

#[test]
fn r29_a_document_for_which_there_is_no_memory_is_loaded_once_another_room_has_ended() {
    let limits = limits(8 * MIB);
    let memory = Memory::new(limits.memory_bytes);
    let log: Vec<Bytes> = [1, 2].map(|client| types(client, 0..4_000).into()).into();
    let mut first = Bench::sharing(&memory, &limits);
    first.log.clone_from(&log);
    let reader = first.join(Hocuspocus, READS);
    first.load();
    let mut second = Bench::sharing(&memory, &limits);
    second.log.clone_from(&log);
    let late = second.join(Hocuspocus, READS);
    second.load();
    assert_eq!(second.told(late), [Told::Closed(close::COME_BACK_LATER)]);
    assert!(second.room.is_done(0));
    // Memory is scarce, so the room goes as soon as it is empty.
    assert!(!first.room.is_done(0));
    first.room.handle_leave(0, reader);
    assert!(first.room.is_done(0));
    drop((first, second));
    let mut again = Bench::sharing(&memory, &limits);
    again.log.clone_from(&log);
    let reader = again.join(Hocuspocus, READS);
    again.send(reader, &Message::SyncStep1(&[0]));
    again.load();
    assert!(matches!(again.told(reader)[0], Told::Step2(_)));
}

/// A text of 40,000 letters, and the deletion of every other one.
fn text_and_cuts(writer: &Writer) -> [Vec<u8>; 2] {
    let text = writer.0.get_or_insert_text("text");
    let long = {
        let mut transaction = writer.0.transact_mut();
        text.push(&mut transaction, &"x".repeat(40_000));
        transaction.encode_update_v1()
    };
    let cuts = {
        let mut transaction = writer.0.transact_mut();
        for at in 0..19_999 {
            text.remove_range(&mut transaction, at + 1, 1);
        }
        transaction.encode_update_v1()
    };
    [long, cuts]
}

#[test]
fn r29_deletions_for_which_there_is_no_memory_are_not_taken() {
    let mut bench = Bench::with(&limits(8 * MIB));
    bench.tick();
    bench.load();
    let session = bench.joined(Hocuspocus, WRITES);
    let [long, cuts] = text_and_cuts(&Writer::new(1));
    bench.send(session, &Message::Update(&long));
    bench.send(session, &Message::Update(&cuts));
    bench.tick();
    assert_eq!(
        bench.told(session).pop(),
        Some(Told::Closed(close::COME_BACK_LATER))
    );
    assert_eq!(bench.room.take_tally().turned_away, [Limit::Memory]);
}

#[test]
fn r28_what_only_deletes_goes_on_without_what_was_deleted_before() {
    let mut bench = Bench::new();
    let [session, observer] = [WRITES, READS].map(|rights| bench.joined(Hocuspocus, rights));
    let writer = Writer::new(1);
    for update in text_and_cuts(&writer) {
        bench.send(session, &Message::Update(&update));
        bench.tick();
    }
    bench.told(observer);
    let text = writer.0.get_or_insert_text("text");
    let mut transaction = writer.0.transact_mut();
    for at in 0..400 {
        text.remove_range(&mut transaction, at * 2, 1);
    }
    let deletion = transaction.encode_update_v1();
    drop(transaction);
    bench.send(session, &Message::Update(&deletion));
    bench.tick();
    let told = bench.told(observer);
    let [Told::Update(passed_on)] = &told[..] else {
        panic!("{} frames", told.len());
    };
    assert!(passed_on.len() <= deletion.len(), "{}", passed_on.len());
}

#[test]
fn r29_what_deletions_cut_apart_is_counted() {
    let mut bench = Bench::with(&limits(40 * MIB));
    bench.tick();
    bench.load();
    let session = bench.joined(Hocuspocus, WRITES);
    // Half of that is enough for the first text in pieces, and not for the second.
    let [first, second] = [1, 2].map(|client| text_and_cuts(&Writer::new(client)));
    for update in first.iter().chain(&second[..1]) {
        bench.send(session, &Message::Update(update));
        bench.tick();
        bench.commit();
        assert_eq!(bench.told(session), [Told::Status(true)]);
    }
    let (_, size) = stored::compact(&bench.stored()).unwrap();
    let estimate = 19_999 * 2 * gate::SPLIT_MEMORY;
    assert!(
        (estimate / 2..estimate * 2).contains(&size.memory),
        "{size:?}, cuts were taken for {estimate}"
    );
    bench.send(session, &Message::Update(&second[1]));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Closed(close::COME_BACK_LATER)]);
    assert_eq!(bench.appending, None);
}
