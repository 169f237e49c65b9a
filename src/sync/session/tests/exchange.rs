//! Tests of what is exchanged with the relay for one document, and of what is then said of it (S-2 to
//! S-8, S-14).

use super::*;

#[test]
fn s2_the_client_says_token_step_1_and_presence_in_that_order() {
    let mut play = Play::new();
    play.session.open(play.now_ms, PLAN, OWN);
    play.session.open(play.now_ms, BOARD, OWN);
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{}".to_owned()));
    assert_eq!(play.sent(), [""; 0]);
    play.session.handle_connected(play.now_ms, &play.device);
    let expected = [
        "w/board/1: token key",
        "w/board/1: step 1",
        "w/plan: token key",
        "w/plan: step 1",
        "w/plan: awareness 1 {}",
    ];
    assert_eq!(play.sent(), expected);
}

#[test]
fn s2_a_document_opened_on_an_open_connection_is_asked_for_once_granted() {
    let mut play = Play::saved();
    play.session.open(play.now_ms, BOARD, OWN);
    play.session
        .handle_presence(play.now_ms, BOARD, Some("{}".to_owned()));
    assert_eq!(play.sent(), ["w/board/1: token key"]);
    assert!(play.session.poll_timeout() > Some(play.now_ms));
    let granted = Message::Granted { read_only: false };
    let frame = wire::encode(Framing::Hocuspocus, BOARD, &granted);
    play.session
        .handle_frame(play.now_ms, &frame, &mut play.device);
    assert_eq!(
        play.sent(),
        ["w/board/1: step 1", "w/board/1: awareness 1 {}"]
    );
}

#[test]
fn s2_nothing_written_is_sent_before_the_exchange() {
    let mut play = Play::connected();
    play.write("one");
    play.grant();
    play.write("two");
    assert_eq!(play.sent(), ["w/plan: token key", "w/plan: step 1"]);
    play.exchange();
    play.write("three");
    assert_eq!(play.sent(), ["w/plan: step 2", "w/plan: update"]);
}

#[test]
fn s3_every_step_1_is_answered_even_if_there_is_nothing_to_say() {
    let mut play = Play::connected();
    play.sent();
    play.grant();
    play.exchange();
    assert_eq!(play.sent(), ["w/plan: empty step 2"]);
    play.hear(&Message::SyncStep1(&[0]));
    assert_eq!(play.sent(), ["w/plan: empty step 2"]);
}

#[test]
fn s3_a_read_only_document_answers_nothing_and_sends_nothing() {
    let mut play = Play::connected();
    play.sent();
    play.hear(&Message::Granted { read_only: true });
    assert_eq!(play.session.status(PLAN), Status::Connecting);
    play.relay.write("for all to read");
    play.exchange();
    assert_eq!(play.session.status(PLAN), Status::ReadOnly);
    assert_eq!(play.device.0[PLAN].text(), "for all to read");
    play.write("mine");
    assert_eq!(play.sent(), [""; 0]);
    assert_eq!(play.session.status(PLAN), Status::ReadOnly);
}

#[test]
fn s4_every_update_awaits_its_status() {
    let mut play = Play::saved();
    play.write("one");
    play.write("two");
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s4_a_step_2_that_fills_a_hole_takes_the_updates_place() {
    let mut play = Play::saved();
    play.write("one");
    play.write("two");
    // The relay lost the first, so the second leaves a hole: one status, one step 1.
    play.hear(&Message::SyncStatus(true));
    play.hear(&Message::SyncStep1(&play.relay.state_vector().encode_v1()));
    assert_eq!(
        play.sent(),
        ["w/plan: update", "w/plan: update", "w/plan: step 2"]
    );
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s4_a_step_2_in_parts_takes_the_updates_place_with_all_its_statuses() {
    let mut play = Play::saved();
    play.write("one");
    write_long(&play.device.0[PLAN]);
    // The relay took the update for a hole and asks.
    play.hear(&Message::SyncStep1(&play.relay.state_vector().encode_v1()));
    let sent = play.sent();
    assert_eq!(
        sent[..3],
        ["w/plan: update", "w/plan: step 2", "w/plan: update"]
    );
    for _ in &sent[1..] {
        assert_eq!(play.session.status(PLAN), Status::Saving);
        play.hear(&Message::SyncStatus(true));
    }
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s5_saved_wants_both_directions_and_every_status() {
    let mut play = Play::connected();
    play.grant();
    assert_eq!(play.session.status(PLAN), Status::Connecting);
    play.hear(&Message::SyncStep2(Update::EMPTY_V1));
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStep1(&[0]));
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    assert_eq!(play.session.status(PLAN), Status::Offline);
}

#[test]
fn s5_a_document_that_is_not_there_is_never_saved() {
    let mut play = Play::new();
    play.device.0.remove(PLAN);
    play.session.open(play.now_ms, PLAN, OWN);
    play.session.handle_connected(play.now_ms, &play.device);
    play.grant();
    play.hear(&Message::SyncStep1(&[0]));
    assert_eq!(play.sent(), ["w/plan: token key"]);
    assert_eq!(play.session.status(PLAN), Status::Connecting);
}

#[test]
fn s6_what_is_written_offline_arrives_with_the_answer_to_step_1() {
    let mut play = Play::saved();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.write("offline");
    assert_eq!(play.sent(), [""; 0]);
    play.session.handle_wake(play.now_ms);
    play.session.handle_connected(play.now_ms, &play.device);
    play.sent();
    play.grant();
    play.exchange();
    let frames = play.frames();
    assert_eq!(frames.len(), 1);
    let step_2 = wire::decode(Framing::Hocuspocus, &frames[0])
        .unwrap()
        .message;
    let Message::SyncStep2(update) = step_2 else {
        panic!("{step_2:?}")
    };
    play.relay.apply(update).unwrap();
    assert_eq!(play.relay.text(), "offline");
}

#[test]
fn s7_a_refused_update_shows_until_the_next_connection() {
    let mut play = Play::saved();
    play.write("too much");
    play.hear(&Message::SyncStatus(false));
    assert_eq!(play.session.status(PLAN), Status::Refused);
    play.write("more");
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Refused);
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    assert_eq!(play.session.status(PLAN), Status::Offline);
}

#[test]
fn s7_a_denied_document_shows_and_leaves_the_others_alone() {
    let mut play = Play::saved();
    play.session.open(play.now_ms, BOARD, OWN);
    let denied = wire::encode(Framing::Hocuspocus, BOARD, &Message::Denied("locked"));
    play.session
        .handle_frame(play.now_ms, &denied, &mut play.device);
    assert_eq!(play.session.status(BOARD), Status::Refused);
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s8_what_the_relay_sends_passes_the_gate() {
    let update = [1, 1, 1, 0, 2, 1, 2, b'r', b'r', 1, 1, b'1', 1, b'2', 0];
    for message in [
        Message::Update(&update),
        Message::SyncStep2(&update),
        Message::Update(&[1]),
        Message::SyncStep1(&[0xff, 0xff, 0xff, 0x7a]),
        Message::Awareness(&[9]),
        Message::Token {
            token: "",
            version: None,
        },
    ] {
        let mut play = Play::saved();
        play.hear(&message);
        assert_eq!(
            play.events(),
            [Event::Disconnect, status(Status::Offline)],
            "{message:?}"
        );
        assert!(play.session.poll_timeout() > Some(play.now_ms));
    }
}

#[test]
fn s8_a_hole_is_asked_to_be_filled_once() {
    let mut play = Play::saved();
    play.relay.write("lost ");
    let second = play.relay.write("on ");
    let third = play.relay.write("the way");
    play.hear(&Message::Update(&second));
    play.hear(&Message::Update(&third));
    assert_eq!(play.sent(), ["w/plan: step 1"]);
    assert_eq!(play.device.0[PLAN].text(), "");
    let state_vector = play.device.0[PLAN].state_vector();
    play.hear(&Message::SyncStep2(&play.relay.diff(&state_vector)));
    assert_eq!(play.device.0[PLAN].text(), "lost on the way");
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s8_an_answer_with_a_hole_is_not_asked_for_again() {
    let mut play = Play::saved();
    play.relay.write("lost");
    let second = play.relay.write("again");
    play.hear(&Message::SyncStep2(&second));
    assert_eq!(play.sent(), [""; 0]);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
}

#[test]
fn s8_frames_that_are_not_frames_end_the_connection() {
    let mut play = Play::saved();
    play.session
        .handle_frame(play.now_ms, &[1, 2], &mut play.device);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
}

#[test]
fn s14_a_status_is_told_once_for_each_change() {
    let mut play = Play::connected();
    play.grant();
    play.exchange();
    play.hear(&Message::SyncStatus(true));
    play.write("a");
    play.write("b");
    play.hear(&Message::SyncStatus(true));
    play.hear(&Message::SyncStatus(true));
    let told = [Status::Saving, Status::Saved, Status::Saving, Status::Saved].map(status);
    assert_eq!(play.events(), told);
}
