//! Coming and going: the first exchange, presence, and silence.

use super::*;

#[test]
fn r1_step_1_is_answered_with_step_2_even_if_empty() {
    let mut bench = Bench::new();
    for framing in [Hocuspocus, YWebsocket] {
        let session = bench.join(framing, WRITES);
        bench.send(session, &Message::SyncStep1(&[0]));
        bench.tick();
        assert_eq!(bench.told(session)[0], Told::Step2(vec![0, 0]));
    }
}

#[test]
fn r2_the_relay_asks_once_and_after_its_answer_and_never_a_stock_reader() {
    let table = [
        (Hocuspocus, WRITES, true),
        (Hocuspocus, READS, true),
        (YWebsocket, WRITES, true),
        (YWebsocket, READS, false),
    ];
    for (framing, rights, asks) in table {
        let mut bench = Bench::new();
        let session = bench.join(framing, rights);
        for asked in [asks, false] {
            bench.send(session, &Message::SyncStep1(&[0]));
            bench.tick();
            let mut expected = vec![Told::Step2(vec![0, 0])];
            expected.extend(asked.then_some(Told::Step1));
            assert_eq!(bench.told(session), expected, "{framing:?} {rights:?}");
        }
    }
}

#[test]
fn r3_a_session_is_told_who_is_there_on_joining_and_when_it_asks() {
    let mut bench = Bench::new();
    let ann = bench.joined(Hocuspocus, WRITES);
    let here = encode_one(7, 1, Some("{}"));
    bench.send(ann, &Message::Awareness(&here));
    bench.tick();
    let late = bench.join(YWebsocket, READS);
    bench.tick();
    assert_eq!(bench.told(late), [Told::Awareness(here.clone())]);
    bench.send(late, &Message::QueryAwareness);
    bench.tick();
    assert_eq!(bench.told(late), [Told::Awareness(here)]);
}

#[test]
fn r12_a_lone_stock_client_hears_something_at_least_every_15_s() {
    let mut bench = Bench::new();
    let alone = bench.joined(YWebsocket, READS);
    let mut silence_ms = 0;
    for _ in 0..60 {
        bench.wait(1_000);
        silence_ms += 1_000;
        if !bench.told(alone).is_empty() {
            silence_ms = 0;
        }
        assert!(silence_ms < 15_000);
    }
}

#[test]
fn r12_presence_goes_to_everyone_and_what_meets_in_one_tick_in_one_frame() {
    let mut bench = Bench::new();
    let sessions = [
        bench.joined(Hocuspocus, WRITES),
        bench.joined(YWebsocket, WRITES),
    ];
    for (at, session) in sessions.into_iter().enumerate() {
        let here = encode_one(at as u64 + 1, 1, Some("{}"));
        bench.send(session, &Message::Awareness(&here));
    }
    bench.tick();
    for session in sessions {
        let told = bench.told(session);
        assert!(
            matches!(&told[..], [Told::Awareness(both)] if both[0] == 2),
            "{told:?}"
        );
    }
}

#[test]
fn r13_presence_ends_with_its_session_and_with_silence() {
    let mut bench = Bench::new();
    let watching = bench.joined(Hocuspocus, READS);
    let ann = bench.joined(Hocuspocus, WRITES);
    let bob = bench.joined(Hocuspocus, WRITES);
    bench.send(ann, &Message::Awareness(&encode_one(1, 1, Some("{}"))));
    bench.send(bob, &Message::Awareness(&encode_one(2, 1, Some("{}"))));
    bench.tick();
    bench.told(watching);
    bench.room.handle_leave(bench.now_ms, ann);
    bench.wait(50);
    assert_eq!(
        bench.told(watching),
        [Told::Awareness(encode_one(1, 1, None))]
    );
    for _ in 0..12 {
        bench.wait(3_000);
    }
    assert_eq!(
        bench.told(watching),
        [Told::Awareness(encode_one(2, 1, None))]
    );
}

#[test]
fn r12_however_often_someone_moves_everyone_is_told_twenty_times_a_second_and_the_last() {
    let mut bench = Bench::new();
    let ann = bench.joined(Hocuspocus, WRITES);
    let bob = bench.joined(Hocuspocus, WRITES);
    let mut heard = Vec::new();
    let mut clock = 0;
    for _ in 0..100 {
        // A pointer at 500 Hz, and one that moves once.
        for _ in 0..5 {
            clock += 1;
            let here = encode_one(1, clock, Some(&clock.to_string()));
            bench.send(ann, &Message::Awareness(&here));
        }
        if clock == 50 {
            bench.send(bob, &Message::Awareness(&encode_one(2, 1, Some("{}"))));
        }
        bench.wait(10);
        heard.extend(bench.told(bob));
    }
    assert!((19..=21).contains(&heard.len()), "{}", heard.len());
    let both = |told: &&Told| matches!(told, Told::Awareness(both) if both[0] == 2);
    assert_eq!(heard.iter().filter(both).count(), 1);
    assert!(bench.room.poll_timeout() <= bench.now_ms + 50);
    bench.wait(50);
    let last = encode_one(1, clock, Some(&clock.to_string()));
    assert_eq!(bench.told(bob), [Told::Awareness(last)]);
}
