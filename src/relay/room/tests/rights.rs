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
