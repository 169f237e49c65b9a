//! What an update costs that the gate lets pass: updates written by hand to cost as much as can be.
//! Memory is counted to the byte.

use sync::limits::{FRAME_BYTES, MEMORY_ALLOWANCE, MEMORY_FACTOR, TRANSACTION_WORK};

use super::crafted::{Crafted, text, update_of};
use super::memory::measure;
use super::*;

/// The kinds of content that are used here.
const STRING: u8 = 4;
const TYPE: u8 = 7;
const ANY: u8 = 8;
/// A shared map, as the content of an item.
const MAP: [u8; 1] = [1];
/// The size of most updates here: enough to be above what any may take whatever its size.
const BYTES: usize = 100_000;

/// A document, and what is known of it.
struct Target {
    replica: Replica,
    known: StateVector,
}

/// What became of an update.
#[derive(Debug)]
enum Outcome {
    /// The gate refused it for the memory that it would take.
    TooDense,
    /// It was not applied to its end.
    Ended,
    /// It changed something, and is passed on in this form.
    Applied(Bytes),
}

impl Target {
    fn new() -> Self {
        Self {
            replica: Replica::new(),
            known: StateVector::default(),
        }
    }

    /// Sends an update through the gate and into the document, and holds what that takes to
    /// [`MEMORY_FACTOR`] times its size.
    #[track_caller]
    fn take(&mut self, name: &str, update: &[u8]) -> Outcome {
        let admitted = match gate::check(update, &self.known) {
            Ok(admitted) => admitted,
            Err(Refused::TooDense { .. }) => return Outcome::TooDense,
            Err(refused) => panic!("{name}: {refused}"),
        };
        let admissible = Admissible::new(update.to_vec().into(), &admitted);
        let (applied, peak) = measure(|| {
            self.replica
                .apply(TRANSACTION_WORK, [&admissible].into_iter())
        });
        let most = (update.len() * MEMORY_FACTOR).max(MEMORY_ALLOWANCE);
        let bytes = update.len();
        assert!(peak <= most, "{name}: {bytes} bytes take {peak}");
        admitted.advance(&mut self.known);
        match applied {
            Ok(applied) if applied.end.is_some() => Outcome::Ended,
            Ok(applied) => Outcome::Applied(applied.changed.expect("it changes something")),
            Err(broken) => panic!("{name}: {broken}"),
        }
    }

    #[track_caller]
    fn applies(&mut self, name: &str, update: &[u8]) -> Bytes {
        match self.take(name, update) {
            Outcome::Applied(changed) => changed,
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// Structs by client 1 until there are enough bytes.
fn filled(add: impl Fn(u64, Crafted) -> Crafted) -> Vec<u8> {
    let mut crafted = Crafted::by(1);
    while crafted.bytes() < BYTES {
        crafted = add(crafted.structs(), crafted);
    }
    crafted.update()
}

/// Items of one kind by client 1, each behind the one before, until there are enough bytes.
fn run(kind: u8, content: &[u8]) -> Vec<u8> {
    filled(|number, next| match number.checked_sub(1) {
        None => next.root_item(kind, content),
        Some(last) => next.item_after(1, last, kind, content),
    })
}

/// Types by a client, all in one root.
pub(super) fn types(client: u64, clocks: std::ops::Range<u64>) -> Vec<u8> {
    let first = Crafted::by(client).at_clock(clocks.start);
    let types = clocks.fold(first, |crafted, _| crafted.root_item(TYPE, &MAP));
    types.update()
}

/// Types by client 1, each in the one before, from this clock on.
fn nested(clocks: std::ops::Range<u64>) -> Vec<u8> {
    let first = Crafted::by(1).at_clock(clocks.start);
    let nested = clocks.fold(first, |crafted, clock| match clock {
        0 => crafted.root_item(TYPE, &MAP),
        _ => crafted.item_in(1, clock - 1, TYPE, &MAP),
    });
    nested.update()
}

#[test]
fn g8_and_r28_an_update_takes_at_most_64_times_its_size() {
    let key = |number: u64| [&[0x23, 1, 0][..], &text(&format!("{number:x}")), &[0]].concat();
    let json = format!("[{}0]", "{\"\":0},".repeat(BYTES / 7));
    for (name, update) in [
        ("garbage", filled(|_, next| next.raw(&[0, 1]))),
        ("deleted", run(1, &[1])),
        ("formats", run(6, &[0, 1, b'1'])),
        ("binaries", run(3, &[0])),
        ("keys", filled(|number, next| next.raw(&key(number)))),
        ("letters", run(STRING, &[1, b'x'])),
        ("values", run(ANY, &[1, 126])),
        (
            "eight values each",
            run(ANY, &[8, 126, 126, 126, 126, 126, 126, 126, 126]),
        ),
        ("words", run(STRING, &text("a word or two"))),
        (
            "maps in JSON",
            Crafted::by(1).root_item(5, &text(&json)).update(),
        ),
        (
            "a long text",
            Crafted::by(1)
                .root_item(STRING, &text(&"x".repeat(BYTES)))
                .update(),
        ),
    ] {
        Target::new().applies(name, &update);
    }
    for (name, update) in [
        (
            "roots",
            filled(|number, next| next.in_root(&number.to_string(), 3, &[0])),
        ),
        ("types", run(TYPE, &[0])),
    ] {
        let outcome = Target::new().take(name, &update);
        assert!(matches!(outcome, Outcome::TooDense), "{name}: {outcome:?}");
    }
}

#[test]
fn g8_what_cuts_a_long_text_into_letters_is_too_dense() {
    let long = Crafted::by(2).root_item(STRING, &text(&"x".repeat(BYTES)));
    let odd = |number: u64| (2 * number + 1) % BYTES as u64;
    for update in [
        filled(|number, next| next.item_after(2, odd(number), ANY, &[1, 126])),
        filled(|number, next| next.item_before(2, odd(number), ANY, &[1, 126])),
    ] {
        let mut target = Target::new();
        target.applies("a long text", &long.update());
        let outcome = target.take("cuts", &update);
        assert!(matches!(outcome, Outcome::TooDense), "{outcome:?}");
    }
}

#[test]
fn r28_letters_that_come_one_by_one_go_on_as_one_text() {
    let letters = run(STRING, &[1, b'x']);
    let changed = Target::new().applies("letters", &letters);
    let count = letters.windows(2).filter(|it| it == &[1, b'x']).count();
    let admitted =
        gate::check(&changed, &StateVector::default()).expect("what is passed on passes");
    assert_eq!(admitted.structs, 1, "one text of {count} letters");
    assert!((count..count + 50).contains(&changed.len()));
}

#[test]
fn r28_types_too_deep_in_each_other_are_deleted_before_they_are_more() {
    // All at once, and piece by piece, again and again.
    let mut target = Target::new();
    let outcome = target.take("at once", &nested(0..3_000));
    assert!(matches!(outcome, Outcome::Ended), "{outcome:?}");
    let mut target = Target::new();
    let mut depth = 0;
    let ended = (0..50).filter(|_| {
        let outcome = target.take("more", &nested(depth..depth + 20));
        depth += 20;
        matches!(outcome, Outcome::Ended)
    });
    // Once there is nothing to put them in, they are not there at all.
    assert_eq!(ended.count(), 1);
    let whole = Bytes::from(target.replica.diff(&StateVector::default()).unwrap());
    let admitted = gate::check_snapshot(&whole, &StateVector::default()).unwrap();
    assert!(admitted.structs < 100, "{admitted:?}");
    stored::check_whole(&whole).expect("a document must stay readable");
}

#[test]
fn r28_the_deepest_types_that_there_may_be_can_be_deleted() {
    // One light update of types in each other below the deepest that are let in one by one.
    let mut target = Target::new();
    target.applies("60 types", &nested(0..60));
    let heaviest = (61..1_000).find(|&end| {
        let update = nested(60..end);
        update.len() * (end as usize - 60) > TRANSACTION_WORK
    });
    let deepest = heaviest.expect("types weigh something") - 1;
    target.applies("as many as go into one transaction", &nested(60..deepest));
    target.applies(
        "the outermost is deleted",
        &update_of(&[], &[1, 1, 1, 0, 1]),
    );
}

#[test]
fn r28_a_snapshot_reads_back_however_dense_its_document_became() {
    let mut target = Target::new();
    target.applies("one type", &Crafted::by(1).root_item(TYPE, &[0]).update());
    for part in 0..20 {
        let first = 1 + 2_000 * part;
        let crafted = (first..first + 2_000)
            .fold(Crafted::by(1).at_clock(first), |crafted, clock| {
                crafted.item_after(1, clock - 1, TYPE, &[0])
            });
        target.applies("two thousand types", &crafted.update());
    }
    let whole = Bytes::from(target.replica.diff(&StateVector::default()).unwrap());
    let nothing = StateVector::default();
    assert_eq!(
        gate::check(&whole, &nothing).map_err(|it| it.rule()),
        Err(8)
    );
    stored::check_whole(&whole).expect("a document must stay readable");
}

/// Words by one client that all want to stand behind the first of client 1.
fn rivals(client: u64, clocks: std::ops::Range<u64>) -> Crafted {
    let first = Crafted::by(client).at_clock(clocks.start);
    clocks.fold(first, |crafted, _| {
        crafted.item_after(1, 0, ANY, &[1, 119, 4, b'w', b'o', b'r', b'd'])
    })
}

/// A room where a connection may cost so much beyond what is fair, with so many rivals for one place
/// already, and two who write: one who makes more of them, and one who wrote these.
fn crowded(excess_ms: u64, words: u64) -> (Bench, [SessionId; 2]) {
    let mut bench = Bench::with(&Limits {
        excess_ms,
        ..Limits::default()
    });
    bench.tick();
    bench.load();
    let [bad, good] = [(); 2].map(|()| bench.joined(Hocuspocus, WRITES));
    let first = Crafted::by(1).root_item(ANY, &[1, 126]).section();
    let update = update_of(&[first, rivals(2, 0..words).section()], &[0]);
    bench.send(good, &Message::Update(&update));
    bench.tick();
    bench.commit();
    bench.told(good);
    (bench, [bad, good])
}

#[test]
fn r28_a_change_that_takes_too_long_is_taken_in_as_its_sender_comes_again_and_again() {
    let mut bench = Bench::new();
    let mut slow = bench.joined(Hocuspocus, WRITES);
    let good = bench.joined(Hocuspocus, WRITES);
    let mut writer = Writer::new(10);
    bench.send(good, &Message::Update(&writer.edit("before")));
    let first = Crafted::by(1).root_item(ANY, &[1, 126]);
    bench.send(slow, &Message::Update(&first.update()));
    bench.tick();
    bench.commit();
    bench.told(good);
    // Each word of the second rival has to be compared with all those of the first.
    let words = 8_000;
    let loads = bench.loads;
    let mut visits = 0;
    loop {
        visits += 1;
        assert!(visits < 1_000, "it goes on and on");
        let sections = [2, 3].map(|client| {
            let known = bench.room.known.get(&yrs::ClientID::new(client));
            rivals(client, u64::from(known)..words)
        });
        let sections = sections.iter().filter(|it| it.structs() > 0);
        let lacking = update_of(&sections.map(Crafted::section).collect::<Vec<_>>(), &[0]);
        assert!(lacking.len() < FRAME_BYTES);
        bench.send(slow, &Message::SyncStep2(&lacking));
        bench.send(good, &Message::Update(&writer.edit(&visits.to_string())));
        bench.tick();
        bench.commit();
        assert_eq!(bench.told(good).pop(), Some(Told::Status(true)));
        match bench.told(slow).pop() {
            Some(Told::Status(true)) => break,
            told => assert_eq!(told, Some(Told::Closed(close::COME_BACK_LATER))),
        }
        slow = bench.joined(Hocuspocus, WRITES);
    }
    assert!(visits > 1, "it was never too long");
    assert_eq!(bench.loads, loads, "nothing is rebuilt");
    let whole = rebuild(&bench.stored()).unwrap().state_vector();
    for client in [2, 3] {
        assert_eq!(u64::from(whole.get(&yrs::ClientID::new(client))), words);
    }
}

#[test]
fn r28_whoever_keeps_a_room_busy_again_and_again_is_closed() {
    let (mut bench, [bad, good]) = crowded(20, 5_000);
    let mut clock = 0;
    let told = loop {
        // Light, but each of these few words has to be compared with thousands.
        let update = rivals(3, clock..clock + 20).update();
        clock += 20;
        bench.send(bad, &Message::Update(&update));
        bench.tick();
        bench.commit();
        match bench.told(bad).pop() {
            Some(Told::Status(true)) => assert!(clock < 100_000, "it goes on and on"),
            other => break other,
        }
    };
    assert_eq!(told, Some(Told::Closed(close::COME_BACK_LATER)));
    assert_eq!(bench.room.take_tally().turned_away, [Limit::Excess]);
    bench.send(good, &Message::Update(&Writer::new(10).edit("a")));
    bench.tick();
    bench.commit();
    assert_eq!(bench.told(good).pop(), Some(Told::Status(true)));
}

#[test]
fn r28_what_else_a_closed_session_sent_is_not_applied() {
    let (mut bench, [bad, good]) = crowded(20, 5_000);
    // All of it arrives before the room looks at any of it.
    for clock in (0..10_000).step_by(20) {
        bench.send(
            bad,
            &Message::Update(&rivals(3, clock..clock + 20).update()),
        );
    }
    bench.send(good, &Message::Update(&Writer::new(10).edit("a")));
    bench.tick();
    bench.commit();
    assert_eq!(
        bench.told(bad).pop(),
        Some(Told::Closed(close::COME_BACK_LATER))
    );
    assert_eq!(bench.told(good).pop(), Some(Told::Status(true)));
    assert_eq!(keys(&bench.log), ["a"]);
    let whole = rebuild(&bench.stored()).unwrap();
    let taken = whole.state_vector().get(&yrs::ClientID::new(3));
    assert!((20..5_000).contains(&taken), "{taken} of 10,000 were taken");
}

#[test]
fn r28_one_who_sends_many_changes_that_take_too_long_is_closed_and_the_room_goes_on() {
    let (mut bench, [bad, good]) = crowded(Limits::default().excess_ms, 40_000);
    let loads = bench.loads;
    for client in 3..40 {
        bench.send(bad, &Message::Update(&rivals(client, 0..90).update()));
    }
    bench.send(good, &Message::Update(&Writer::new(100).edit("a")));
    bench.tick();
    bench.commit();
    assert_eq!(bench.loads, loads, "nothing is rebuilt");
    assert_eq!(
        bench.told(bad).pop(),
        Some(Told::Closed(close::COME_BACK_LATER))
    );
    assert_eq!(bench.told(good).pop(), Some(Told::Status(true)));
    assert_eq!(keys(&bench.log), ["a"]);
}

#[test]
fn r14_what_could_not_be_applied_leaves_nothing_in_memory() {
    let text = Crafted::by(9).root_item(STRING, &text(&"x".repeat(BYTES)));
    let stored = StoredDocument {
        updates: vec![text.update().into()],
        last: 1,
        ..StoredDocument::default()
    };
    let admitted = gate::check(CIRCLE, &StateVector::default()).unwrap();
    let circle = Admissible::new(CIRCLE.to_vec().into(), &admitted);
    let mut replica = rebuild(&stored).unwrap();
    let mut try_one = || {
        let applied = replica
            .apply(TRANSACTION_WORK, [&circle].into_iter())
            .unwrap();
        assert!(applied.end.is_some() && applied.changed.is_none());
    };
    let ((), once) = measure(&mut try_one);
    let ((), often) = measure(|| (0..20).for_each(|_| try_one()));
    assert!(often < 2 * once, "{once} bytes once, {often} for twenty");
}
