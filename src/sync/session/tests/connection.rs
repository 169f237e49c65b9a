//! Tests of the connection: when there is one, whether it lives, and what ends with it (S-1, S-9, S-10,
//! S-12, S-13).

use super::*;

#[test]
fn s1_a_connection_is_wanted_while_a_document_is_open() {
    let mut play = Play::new();
    assert_eq!((play.events(), play.session.poll_timeout()), (vec![], None));
    play.session.open(play.now_ms, PLAN, OWN);
    play.session.open(play.now_ms, BOARD, OWN);
    play.events();
    play.session.handle_connected(play.now_ms, &play.device);
    play.session.close(play.now_ms, PLAN);
    assert_eq!(play.events(), []);
    play.session.close(play.now_ms, BOARD);
    assert_eq!(play.events(), [Event::Disconnect]);
    assert_eq!(play.session.poll_timeout(), None);
    play.session.open(play.now_ms, PLAN, OWN);
    assert_eq!(play.events()[0], Event::Connect);
}

#[test]
fn s1_closing_while_waiting_ends_the_waiting() {
    let mut play = Play::connected();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    assert!(play.session.poll_timeout().is_some());
    play.session.close(play.now_ms, PLAN);
    assert_eq!(play.session.poll_timeout(), None);
}

#[test]
fn s9_codes_that_mean_stay_away_stop_the_session_for_good() {
    for code in [
        close::KEY_REVOKED,
        close::NOT_ALLOWED,
        close::DELETED,
        close::TOO_BIG,
        4_400,
    ] {
        let mut play = Play::saved();
        play.hear(&Message::Denied("This link has been replaced."));
        play.events();
        play.session.handle_closed(play.now_ms, code);
        let reason = "This link has been replaced.".to_owned();
        assert_eq!(play.events(), [Event::Refused { code, reason }]);
        assert_eq!(play.session.status(PLAN), Status::Refused);
        play.session.handle_wake(play.now_ms);
        play.session.open(play.now_ms, BOARD, OWN);
        assert_eq!(play.session.poll_timeout(), None);
        assert!(!play.events().contains(&Event::Connect));
    }
}

#[test]
fn s9_all_other_codes_come_back_after_a_wait() {
    for code in [
        close::NORMAL,
        close::ABNORMAL,
        close::COME_BACK_LATER,
        1_012,
        4_500,
    ] {
        let mut play = Play::saved();
        play.session.handle_closed(play.now_ms, code);
        assert_eq!(play.events(), [status(Status::Offline)]);
        let wait = play.session.poll_timeout().unwrap() - play.now_ms;
        assert!((1_000..=2_000).contains(&wait), "{wait}");
        play.session.handle_timeout(play.now_ms + wait - 1);
        assert_eq!(play.events(), []);
        play.session.handle_timeout(play.now_ms + wait);
        assert_eq!(play.events(), [Event::Connect]);
    }
}

#[test]
fn s9_failures_in_a_row_wait_longer_and_a_grant_ends_the_row() {
    let mut play = Play::connected();
    let mut longest = 0;
    for _ in 0..40 {
        play.session.handle_closed(play.now_ms, close::ABNORMAL);
        let wait = play.session.poll_timeout().unwrap() - play.now_ms;
        longest = longest.max(wait);
        play.pass(play.now_ms + wait);
        assert_eq!(play.session.status(PLAN), Status::Offline);
        play.session.handle_connected(play.now_ms, &play.device);
    }
    assert!((20_000..=30_000).contains(&longest), "{longest}");
    play.grant();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    assert!(play.session.poll_timeout().unwrap() <= play.now_ms + 2_000);
}

#[test]
fn s9_waking_connects_at_once() {
    let mut play = Play::saved();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.events();
    play.session.handle_wake(play.now_ms);
    assert_eq!(play.events(), [Event::Connect]);
}

#[test]
fn s10_silence_is_asked_about_and_then_ends_the_connection() {
    let mut play = Play::saved();
    let sent = play.pass(play.now_ms + 29_999);
    assert_eq!(sent, [(16_000, "Ping".to_owned())]);
    assert_eq!(play.events(), []);
    play.pass(play.now_ms + 1);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
}

#[test]
fn s10_an_answer_keeps_the_connection() {
    let mut play = Play::saved();
    for _ in 0..10 {
        assert_eq!(play.pass(play.now_ms + 20_000).len(), 1);
        play.session
            .handle_frame(play.now_ms, &[10], &mut play.device);
    }
    assert_eq!(play.events(), []);
    play.session
        .handle_frame(play.now_ms, &[9], &mut play.device);
    assert_eq!(play.sent(), ["Pong"]);
}

#[test]
fn s10_on_waking_the_connection_must_show_that_it_lives() {
    let mut play = Play::saved();
    play.session.handle_wake(play.now_ms);
    assert_eq!(play.sent(), ["Ping"]);
    play.pass(play.now_ms + 5_000);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
    let mut play = Play::saved();
    play.session.handle_wake(play.now_ms);
    play.session
        .handle_frame(play.now_ms, &[10], &mut play.device);
    play.sent();
    play.pass(play.now_ms + 14_000);
    assert_eq!(play.events(), []);
}

#[test]
fn s10_a_document_on_its_way_has_more_time_than_silence_has() {
    let mut play = Play::connected();
    play.sent();
    play.grant();
    play.events();
    let granted_ms = play.now_ms;
    play.pass(granted_ms + 60_000);
    // The hand of a person who looks after something else meanwhile.
    play.session.handle_wake(play.now_ms);
    play.pass(granted_ms + 119_000);
    assert_eq!(play.events(), []);
    play.exchange();
    assert_eq!(play.session.status(PLAN), Status::Saving);
    // From now on silence is silence.
    let arrived_ms = play.now_ms;
    play.events();
    play.pass(arrived_ms + 30_000);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
}

#[test]
fn s10_a_document_that_never_comes_ends_the_connection_in_the_end() {
    let mut play = Play::connected();
    play.grant();
    play.events();
    play.pass(play.now_ms + 120_000);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
}

#[test]
fn s10_a_clock_that_jumps_back_stops_no_timer() {
    let mut play = Play::saved();
    play.now_ms = 4_000_000;
    play.session
        .handle_frame(play.now_ms, &[10], &mut play.device);
    play.now_ms = 400_000;
    play.session.handle_timeout(play.now_ms);
    let sent = play.pass(play.now_ms + 16_000);
    assert_eq!(sent, [(415_000, "Ping".to_owned())]);
}

#[test]
fn s12_a_connection_that_does_not_open_is_given_up() {
    let mut play = Play::new();
    play.session.open(play.now_ms, PLAN, OWN);
    play.events();
    play.session.handle_timeout(play.now_ms + 19_999);
    assert_eq!(play.events(), []);
    play.session.handle_timeout(play.now_ms + 20_000);
    assert_eq!(play.events(), [Event::Disconnect, status(Status::Offline)]);
    // And a socket that opens after all is not listened to.
    play.session
        .handle_connected(play.now_ms + 20_001, &play.device);
    assert_eq!(play.sent(), [""; 0]);
}

#[test]
fn s13_nothing_of_one_connection_is_sent_on_the_next() {
    let mut play = Play::saved();
    play.write("unsent");
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.session.handle_wake(play.now_ms);
    play.session.handle_connected(play.now_ms, &play.device);
    assert_eq!(play.sent(), ["w/plan: token key", "w/plan: step 1"]);
    // Nor is a status of the old connection owed on the new one.
    play.grant();
    play.exchange();
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s13_a_late_frame_or_close_of_an_old_socket_changes_nothing() {
    let mut play = Play::saved();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.events();
    play.hear(&Message::Granted { read_only: true });
    play.session.handle_closed(play.now_ms, close::KEY_REVOKED);
    assert_eq!(play.events(), []);
    assert_eq!(play.session.status(PLAN), Status::Offline);
}
