//! What the room does when rights change under the sessions that are there.

use super::*;

#[test]
fn r24_who_is_inside_with_a_replaced_key_is_told_and_thrown_out_and_others_stay() {
    let mut bench = Bench::new();
    let old = [
        bench.joined(Hocuspocus, WRITES),
        bench.joined(YWebsocket, WRITES),
    ];
    let new = bench.joined(Hocuspocus, WRITES);
    bench.send(old[0], &Message::Awareness(&encode_one(1, 1, Some("{}"))));
    bench.tick();
    bench.wait(50);
    for session in [old[0], old[1], new] {
        bench.told(session);
    }
    let current = pass_of(new);
    bench
        .room
        .handle_rights(|pass| (*pass == current).then_some(WRITES));
    // What it sent afterwards, or before in the same breath, is nobody's.
    let late = Writer::new(1).edit("late");
    bench.send(old[0], &Message::Update(&late));
    bench.tick();
    for session in old {
        let told = bench.told(session);
        let [Told::Denied(reason), Told::Closed(code)] = &told[..] else {
            panic!("a reason and a close were expected: {told:?}");
        };
        assert_eq!(*code, close::KEY_REVOKED);
        assert!(reason.ends_with('.'), "{reason:?}");
    }
    let gone = Told::Awareness(encode_one(1, 1, None));
    assert_eq!(bench.told(new), [gone], "and its presence is gone");
    assert_eq!(bench.appending, None);
    let update = Writer::new(2).edit("a");
    bench.send(new, &Message::Update(&update));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(new), [Told::Status(true)]);
}

const LOCKED: Rights = Rights {
    may_write: false,
    is_locked: true,
    may_announce: true,
};
const TOLD_TO_READ: Told = Told::Granted { read_only: true };
const TOLD_TO_WRITE: Told = Told::Granted { read_only: false };

fn lock(bench: &mut Bench) {
    bench.room.handle_rights(|_| Some(LOCKED));
    bench.tick();
}

fn unlock(bench: &mut Bench) {
    bench.room.handle_rights(|_| Some(WRITES));
    bench.tick();
}

#[test]
fn r25_a_lock_is_told_at_once_and_keeps_participants_out_but_not_facilitators() {
    let mut bench = Bench::new();
    let table = bench.joined(Hocuspocus, WRITES);
    let stock = bench.joined(YWebsocket, WRITES);
    let facilitator = bench.joined(Hocuspocus, WRITES);
    let hers = pass_of(facilitator);
    bench
        .room
        .handle_rights(|pass| Some(if *pass == hers { WRITES } else { LOCKED }));
    bench.tick();
    assert_eq!(bench.told(table), [TOLD_TO_READ]);
    assert_eq!(bench.told(stock), [], "it has no message for it");
    assert_eq!(bench.told(facilitator), [], "nothing has changed for her");
    for (at, session) in [table, stock].into_iter().enumerate() {
        let update = Writer::new(at as u64 + 1).edit("no");
        bench.send(session, &Message::Update(&update));
        bench.send(session, &Message::SyncStep2(&update));
    }
    bench.tick();
    assert_eq!(bench.told(table), vec![Told::Status(false); 2]);
    assert_eq!(bench.told(stock), [], "it is ignored, and not thrown out");
    assert_eq!(bench.told(facilitator), []);
    assert_eq!(bench.appending, None);
    let update = Writer::new(3).edit("yes");
    bench.send(facilitator, &Message::Update(&update));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(facilitator), [Told::Status(true)]);
    for session in [table, stock] {
        assert_eq!(bench.told(session), [Told::Update(update.clone())]);
    }
}

#[test]
fn r25_what_a_stock_client_wrote_meanwhile_is_asked_for_when_the_lock_is_off() {
    let mut bench = Bench::new();
    let refused = bench.joined(Hocuspocus, WRITES);
    let silent = bench.joined(Hocuspocus, WRITES);
    let stock = bench.joined(YWebsocket, WRITES);
    lock(&mut bench);
    let late = bench.joined(YWebsocket, LOCKED);
    let update = Writer::new(1).edit("meanwhile");
    bench.send(refused, &Message::Update(&update));
    bench.tick();
    for session in [refused, silent] {
        bench.told(session);
    }
    unlock(&mut bench);
    assert_eq!(bench.told(refused), [TOLD_TO_WRITE, Told::Step1]);
    assert_eq!(bench.told(silent), [TOLD_TO_WRITE], "no status is lacking");
    assert_eq!(bench.told(stock), [Told::Step1]);
    assert_eq!(bench.told(late), [Told::Step1]);
    bench.send(refused, &Message::SyncStep2(&update));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(refused), [Told::Status(true)]);
    assert_eq!(keys(&bench.log), ["meanwhile"]);
}

#[test]
fn r25_who_may_write_again_is_asked_in_answer_to_its_step_1_and_once() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    lock(&mut bench);
    unlock(&mut bench);
    assert_eq!(bench.told(session), [TOLD_TO_READ, TOLD_TO_WRITE]);
    for asks in [true, false] {
        bench.send(session, &Message::SyncStep1(&[0]));
        bench.tick();
        let mut expected = vec![Told::Step2(vec![0, 0])];
        expected.extend(asks.then_some(Told::Step1));
        assert_eq!(bench.told(session), expected);
    }
}

#[test]
fn r25_a_lock_and_its_end_are_told_at_once_even_while_the_store_is_slow() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let update = Writer::new(1).edit("taken");
    bench.send(session, &Message::Update(&update));
    bench.tick();
    lock(&mut bench);
    let refused = Writer::new(2).edit("refused");
    bench.send(session, &Message::Update(&refused));
    bench.tick();
    assert_eq!(bench.told(session), [TOLD_TO_READ, Told::Status(false)]);
    unlock(&mut bench);
    assert_eq!(bench.told(session), [TOLD_TO_WRITE, Told::Step1]);
    bench.commit();
    assert_eq!(bench.told(session), [Told::Status(true)]);
}

#[test]
fn r25_a_lock_holds_for_what_waits_while_the_document_is_loaded() {
    let mut bench = Bench::unloaded();
    bench.tick();
    let session = bench.join(Hocuspocus, WRITES);
    let update = Writer::new(1).edit("early");
    bench.send(session, &Message::Update(&update));
    lock(&mut bench);
    bench.load();
    assert_eq!(bench.told(session), [TOLD_TO_READ, Told::Status(false)]);
    assert_eq!(bench.appending, None);
}

#[test]
fn r25_a_hole_left_by_a_lock_is_filled_by_the_one_question_that_follows_it() {
    let mut bench = Bench::new();
    let session = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(1);
    writer.edit("lost on the way");
    // Sent before the lock was heard of, and here after it is over.
    let after = writer.edit("after");
    lock(&mut bench);
    unlock(&mut bench);
    bench.told(session);
    bench.send(session, &Message::Update(&after));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Status(false), Told::Step1]);
    bench.send(session, &Message::SyncStep1(&[0]));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Step2(vec![0, 0])], "once");
    // From now on a hole is a hole.
    bench.send(session, &Message::Update(&after));
    bench.tick();
    assert_eq!(bench.told(session), [Told::Step1]);
}
