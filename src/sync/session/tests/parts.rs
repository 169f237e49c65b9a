//! Tests of what is too large for one frame (S-15, S-16).

use super::*;

#[test]
fn s15_a_document_over_the_limit_arrives_in_parts_that_all_count() {
    let mut play = Play::connected();
    play.sent();
    write_long(&play.device.0[PLAN]);
    play.grant();
    play.exchange();
    let sent = take_all(&mut play);
    assert_eq!(sent[..2], ["step 2", "update"]);
    assert_eq!(play.relay.text(), play.device.0[PLAN].text());
    for _ in sent {
        assert_eq!(play.session.status(PLAN), Status::Saving);
        play.hear(&Message::SyncStatus(true));
    }
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s15_an_update_over_the_limit_goes_in_parts_that_all_count() {
    let mut play = Play::saved();
    write_long(&play.device.0[PLAN]);
    let update = play.device.0[PLAN].diff(&play.relay.state_vector());
    play.session.handle_edit(play.now_ms, PLAN, update);
    play.write("The end.");
    let sent = take_all(&mut play);
    assert!(sent.len() > 3 && sent.iter().all(|kind| *kind == "update"));
    assert_eq!(play.relay.text(), play.device.0[PLAN].text());
    for _ in sent {
        assert_eq!(play.session.status(PLAN), Status::Saving);
        play.hear(&Message::SyncStatus(true));
    }
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s16_what_no_relay_would_read_is_kept_and_shown_as_refused() {
    let unsendable = "x".repeat(crate::limits::FRAME_BYTES);
    let mut offline = Play::connected();
    offline.sent();
    offline.device.0[PLAN].write(&unsendable);
    offline.grant();
    offline.exchange();
    let mut live = Play::saved();
    live.write(&unsendable);
    for mut play in [offline, live] {
        assert_eq!(play.session.status(PLAN), Status::Refused);
        // Nothing more is sent, whatever happens: it would build on what the relay lacks.
        play.write("more");
        play.hear(&Message::SyncStep1(&[0]));
        assert_eq!(play.sent(), [""; 0]);
        assert!(!play.events().contains(&Event::Disconnect));
        // What others write still arrives.
        let update = play.relay.write("theirs");
        play.hear(&Message::Update(&update));
        assert!(play.device.0[PLAN].text().contains("theirs"));
        assert_eq!(play.session.status(PLAN), Status::Refused);
        // The next connection tries again, in case the relay reads more by then.
        play.session.handle_closed(play.now_ms, close::ABNORMAL);
        assert_eq!(play.session.status(PLAN), Status::Offline);
    }
}

#[test]
fn s16_a_grant_does_not_make_sendable_what_is_not() {
    let mut play = Play::saved();
    play.write(&"x".repeat(crate::limits::FRAME_BYTES));
    play.grant();
    play.write("more");
    assert_eq!(play.sent(), [""; 0]);
    assert_eq!(play.session.status(PLAN), Status::Refused);
    play.hear(&Message::Granted { read_only: true });
    assert!(!play.session.is_acknowledged(PLAN));
}
