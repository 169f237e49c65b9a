//! What becomes of updates: statuses, holes, passing on, and readers who write.

use yrs::encoding::write::Write as _;

use super::crafted::{Crafted, text, update_of};
use super::*;

#[test]
fn r5_each_update_and_step_2_gets_one_status_and_a_refusal_at_once() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let reader = bench.joined(Hocuspocus, READS);
    let mut writer = Writer::new(1);
    for key in ["a", "b"] {
        let update = writer.edit(key);
        bench.send(session, &Message::Update(&update));
    }
    bench.send(session, &Message::SyncStep2(&[0, 0]));
    let refused = Writer::new(2).edit("c");
    bench.send(reader, &Message::SyncStep2(&[0, 0]));
    bench.send(reader, &Message::Update(&refused));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(session), vec![Told::Status(true); 3]);
    let reader_told = bench.told(reader);
    let statuses: Vec<_> = reader_told
        .iter()
        .filter(|it| matches!(it, Told::Status(_)))
        .collect();
    assert_eq!(statuses, [&Told::Status(false), &Told::Status(true)]);
}

#[test]
fn r5_an_update_that_adds_nothing_is_saved_once_what_it_repeats_is() {
    let mut bench = Bench::new();
    let first = bench.joined(Hocuspocus, WRITES);
    let again = bench.joined(Hocuspocus, WRITES);
    let update = Writer::new(1).edit("a");
    bench.send(first, &Message::Update(&update));
    bench.tick();
    bench.told(again);
    bench.send(again, &Message::SyncStep2(&update));
    bench.tick();
    assert_eq!(bench.told(again), [], "it is not durable yet");
    bench.commit();
    assert_eq!(bench.told(again), [Told::Status(true)]);
    bench.send(again, &Message::SyncStep2(&update));
    bench.tick();
    assert_eq!(bench.told(again), [Told::Status(true)], "now it is");
    assert_eq!(bench.log.len(), 1, "nothing was stored twice");
}

#[test]
fn r6_an_update_with_a_hole_is_asked_for_and_not_applied() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let other = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    writer.edit("lost on the way");
    let after = writer.edit("after");
    bench.send(session, &Message::Update(&after));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Step1]);
    assert_eq!(bench.told(other), []);
    let all = writer.0.transact().encode_diff_v1(&StateVector::default());
    bench.send(session, &Message::SyncStep2(&all));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(session), [Told::Status(true)]);
    assert_eq!(keys(&bench.log), ["after", "lost on the way"]);
}

#[test]
fn r6_a_step_2_with_a_hole_is_refused_so_that_nobody_asks_in_circles() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    writer.edit("lost");
    let after = writer.edit("after");
    bench.send(session, &Message::SyncStep2(&after));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Status(false)]);
}

#[test]
fn r7_nothing_is_acknowledged_before_it_is_durable() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let update = Writer::new(1).edit("a");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    assert_eq!(bench.told(session), []);
    bench.commit();
    assert_eq!(bench.told(session), [Told::Status(true)]);
}

#[test]
fn r8_an_update_goes_at_once_to_all_others_and_not_back() {
    let mut bench = Bench::new();
    let writer = bench.joined(Hocuspocus, WRITES);
    let others = [
        bench.joined(Hocuspocus, READS),
        bench.joined(YWebsocket, WRITES),
        bench.joined(YWebsocket, READS),
    ];
    let update = Writer::new(1).edit("a");
    bench.send(writer, &Message::Update(&update));
    bench.tick();
    for other in others {
        assert_eq!(bench.told(other), [Told::Update(update.clone())]);
    }
    assert_eq!(bench.told(writer), []);
}

#[test]
fn r8_updates_that_meet_in_one_tick_leave_in_one_frame() {
    let mut bench = Bench::new();
    let writers = [
        bench.joined(Hocuspocus, WRITES),
        bench.joined(YWebsocket, WRITES),
    ];
    let reader = bench.joined(Hocuspocus, READS);
    let mut sent = Vec::new();
    for (at, writer) in writers.into_iter().enumerate() {
        let mut document = Writer::new(at as u64 + 1);
        for key in ["x", "y"] {
            let update = document.edit(&format!("{key}{at}"));
            bench.send(writer, &Message::Update(&update));
            sent.push(update);
        }
    }
    bench.tick();
    let told = bench.told(reader);
    let [Told::Update(together)] = &told[..] else {
        panic!("one update was expected: {told:?}");
    };
    assert_eq!(keys(&[together]), keys(&sent));
    bench.commit();
    assert_eq!(keys(&bench.log), keys(&sent));
    assert_eq!(bench.log.len(), 1);
}

#[test]
fn r9_what_a_reader_sends_is_refused() {
    let update = Writer::new(1).edit("a");
    for message in [Message::Update(&update), Message::SyncStep2(&update)] {
        let mut bench = Bench::new();
        let watching = bench.joined(Hocuspocus, WRITES);
        let stock = bench.joined(YWebsocket, READS);
        let wall = bench.joined(Hocuspocus, READS);
        bench.send(stock, &message);
        bench.send(wall, &message);
        bench.tick();
        assert_eq!(bench.told(stock), [Told::Closed(close::NOT_ALLOWED)]);
        assert_eq!(bench.told(wall), [Told::Status(false)]);
        assert_eq!(bench.told(watching), []);
        assert_eq!(bench.appending, None);
    }
}

#[test]
fn r9_a_readers_deletion_is_ignored() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let wall = bench.joined(Hocuspocus, READS);
    let mut writer = Writer::new(1);
    let update = writer.edit("a");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    bench.commit();
    bench.told(wall);
    let deletion = [0, 1, 1, 1, 0, 1];
    bench.send(wall, &Message::SyncStep2(&deletion));
    bench.tick();
    assert_eq!(bench.told(wall), [Told::Status(true)]);
    assert_eq!(bench.appending, None, "nothing of it was applied");
}

#[test]
fn r23_what_would_make_a_document_too_large_is_refused_and_nobody_loses_anything() {
    let mut bench = Bench::with(&Limits {
        document_bytes: 1_000,
        ..Limits::default()
    });
    bench.tick();
    bench.load();
    let table = bench.joined(Hocuspocus, WRITES);
    let other = bench.joined(Hocuspocus, WRITES);
    let stock = bench.joined(YWebsocket, WRITES);
    let mut writer = Writer::new(1);
    let mut taken = 0;
    let refused = loop {
        let update = writer.edit(&format!("card{taken}"));
        bench.send(table, &Message::Update(&update));
        bench.tick();
        if bench.appending.is_none() {
            break update;
        }
        bench.commit();
        assert_eq!(bench.told(table), [Told::Status(true)]);
        taken += 1;
        assert!(taken < 1_000, "it grows and grows");
    };
    assert_eq!(bench.told(table), [Told::Status(false)]);
    let tally = bench.room.take_tally();
    assert_eq!(tally.turned_away, [Limit::DocumentBytes]);
    assert_eq!(
        bench.told(other).len(),
        taken,
        "nothing refused is passed on"
    );
    let bytes: usize = bench.log.iter().map(Bytes::len).sum();
    assert!((900..=1_000).contains(&bytes), "{bytes}");

    // What only deletes is still taken, and what is there already is no growth.
    bench.send(table, &Message::Update(&[0, 1, 1, 1, 0, 1]));
    let again = bench.log[0].clone();
    bench.send(table, &Message::SyncStep2(&again));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(table), vec![Told::Status(true); 2]);
    // y-websocket has no other way to say so.
    bench.told(stock);
    bench.send(stock, &Message::Update(&refused));
    bench.tick();
    assert_eq!(bench.told(stock), [Told::Closed(close::NOT_ALLOWED)]);
}

#[test]
fn r23_a_document_has_room_again_once_a_snapshot_has_made_it_smaller() {
    let mut bench = Bench::with(&Limits {
        document_bytes: 3 << 20,
        ..Limits::default()
    });
    bench.tick();
    bench.load();
    let session = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    let long = "x".repeat(200_000);
    // The same card again and again: its history is long, and the snapshot holds the last only.
    for _ in 0..60 {
        let update = writer.write("card", &long);
        bench.send(session, &Message::Update(&update));
        bench.tick();
        bench.commit();
        assert_eq!(bench.told(session), [Told::Status(true)]);
        if bench.compactions > 0 {
            bench.compactions = 0;
            let (snapshot, size) = stored::compact(&bench.stored()).unwrap();
            bench.room.handle_compacted(Some(size));
            bench.log = vec![snapshot.update];
        }
    }
}

/// Every second letter of a text of client 1, from this one on, as ranges of deletions.
fn every_second(letters: std::ops::Range<u64>) -> Vec<u8> {
    let mut ranges = vec![1, 1];
    ranges.write_var((letters.end - letters.start) / 2);
    for letter in letters.step_by(2) {
        ranges.write_var(letter + 1);
        ranges.write_var(1_u32);
    }
    update_of(&[], &ranges)
}

/// A room of a document of at most 1 MiB with a text of so many letters by client 1, and a session.
fn with_letters(letters: usize) -> (Bench, SessionId) {
    let mut bench = Bench::with(&Limits {
        document_bytes: 1 << 20,
        ..Limits::default()
    });
    bench.tick();
    bench.load();
    let session = bench.joined(Hocuspocus, WRITES);
    let long = Crafted::by(1).root_item(4, &text(&"x".repeat(letters)));
    bench.send(session, &Message::Update(&long.update()));
    bench.tick();
    bench.commit();
    bench.told(session);
    (bench, session)
}

/// How many bytes the document has, and how many updates were taken.
fn whole_and_saved(bench: &mut Bench, session: SessionId) -> (usize, usize) {
    if bench.appending.is_some() {
        bench.commit();
    }
    let (snapshot, size) = stored::compact(&bench.stored()).unwrap();
    assert!(size.bytes <= bench.room.journal.document_bytes());
    let told = bench.told(session);
    let saved = told.iter().filter(|it| **it == Told::Status(true)).count();
    (snapshot.update.len(), saved)
}

#[test]
fn r23_however_many_deletions_cut_a_text_at_once_it_stays_within_the_limit() {
    let (mut bench, session) = with_letters(200_000);
    // All in one tick, each within the limit alone, and what is deleted already counts for nothing.
    for _ in 0..3 {
        bench.send(session, &Message::Update(&every_second(0..8_000)));
    }
    for part in 0..20 {
        let first = 8_000 * part;
        let update = every_second(first..first + 8_000);
        bench.send(session, &Message::Update(&update));
    }
    bench.tick();
    let (bytes, saved) = whole_and_saved(&mut bench, session);
    assert!(bytes <= (1 << 20) / 8 * 9, "{bytes}");
    assert!((5..23).contains(&saved), "{saved}");
    // What is stored says again and again what was deleted, and is counted no more often for that.
    let mut again = Bench::unloaded();
    again.tick();
    again.log.clone_from(&bench.log);
    again.load();
    let [before, after] = [&bench, &again].map(|it| it.room.journal.document_bytes());
    assert!(after <= before, "{before} grew to {after}");
}

#[test]
fn r23_what_is_put_between_letters_counts_for_what_it_splits() {
    let (mut bench, session) = with_letters(200_000);
    for part in 0..20_u64 {
        let first = Crafted::by(2).at_clock(2_000 * part);
        let between = (0..2_000).fold(first, |crafted, number| {
            crafted.item_after(1, 2 * (2_000 * part + number), 8, &[1, 126])
        });
        bench.send(session, &Message::Update(&between.update()));
    }
    bench.tick();
    let (bytes, saved) = whole_and_saved(&mut bench, session);
    assert!(bytes <= 1 << 20, "{bytes}");
    assert!((5..20).contains(&saved), "{saved}");
}
