//! Tests of presence, the own and that of others (S-11).

use super::*;

#[test]
fn s11_own_presence_is_said_at_most_ten_times_a_second() {
    let mut play = Play::saved();
    for moment in 0..1_000 {
        let state = ["1", "2", "3"][moment % 3];
        play.session
            .handle_presence(play.now_ms + moment as u64, PLAN, Some(state.to_owned()));
        play.session.handle_timeout(play.now_ms + moment as u64);
    }
    let sent = play.sent();
    assert_eq!(sent.len(), 10);
    assert_eq!(sent[0], "w/plan: awareness 1 1");
    play.now_ms += 1_000;
    // The last state is said even if nothing follows it.
    let sent = play.pass(play.now_ms + 200);
    assert_eq!(sent, [(2_000, "w/plan: awareness 11 1".to_owned())]);
    play.session
        .handle_presence(play.now_ms, PLAN, Some("1".to_owned()));
    assert_eq!(play.sent(), [""; 0]);
}

#[test]
fn s11_own_presence_is_renewed_and_said_again_on_a_new_connection() {
    let mut play = Play::saved();
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{}".to_owned()));
    assert_eq!(play.sent(), ["w/plan: awareness 1 {}"]);
    let sent = play.pass(play.now_ms + 15_000);
    assert!(
        sent.contains(&(16_000, "w/plan: awareness 2 {}".to_owned())),
        "{sent:?}"
    );
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.session.handle_wake(play.now_ms);
    play.session.handle_connected(play.now_ms, &play.device);
    assert_eq!(play.sent()[2], "w/plan: awareness 3 {}");
    play.session.handle_presence(play.now_ms + 100, PLAN, None);
    assert_eq!(play.sent(), ["w/plan: awareness 4 gone"]);
    play.hear(&Message::QueryAwareness);
    assert_eq!(play.sent(), ["w/plan: awareness 5 gone"]);
}

#[test]
fn s11_leaving_a_document_says_so_and_coming_back_takes_a_newer_clock() {
    let mut play = Play::saved();
    play.session.open(play.now_ms, BOARD, OWN);
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{}".to_owned()));
    play.sent();
    play.session.close(play.now_ms, PLAN);
    assert_eq!(
        play.sent(),
        ["w/plan: awareness 2 gone", "w/plan: Close(\"\")"]
    );
    play.session.open(play.now_ms, PLAN, OWN);
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{}".to_owned()));
    play.grant();
    assert_eq!(play.sent()[2], "w/plan: awareness 3 {}");
}

#[test]
fn s11_a_state_that_no_table_would_take_is_not_said() {
    let mut play = Play::saved();
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{".to_owned()));
    play.session.handle_presence(
        play.now_ms,
        PLAN,
        Some(format!("\"{}\"", "x".repeat(4_000))),
    );
    assert_eq!(play.sent(), [""; 0]);
}

#[test]
fn s11_who_the_relay_takes_for_gone_says_that_it_is_there() {
    let mut play = Play::saved();
    play.session
        .handle_presence(play.now_ms, PLAN, Some("{}".to_owned()));
    play.hear(&Message::Awareness(&encode_one(OWN, 1, Some("{}"))));
    play.sent();
    play.now_ms += 200;
    play.hear(&Message::Awareness(&encode_one(OWN, 1, None)));
    assert_eq!(play.sent(), ["w/plan: awareness 2 {}"]);
    assert_eq!(play.events(), []);
}

#[test]
fn s11_others_are_shown_until_they_go_or_the_connection_ends() {
    let mut play = Play::saved();
    let everyone = |play: &Play| -> Vec<(u64, String)> {
        play.session
            .presence(PLAN)
            .map(|(client, state)| (client, state.to_owned()))
            .collect()
    };
    play.hear(&Message::Awareness(&encode_one(8, 1, Some("{}"))));
    play.hear(&Message::Awareness(&encode_one(OWN, 1, Some("{}"))));
    assert_eq!(everyone(&play), [(8, "{}".to_owned())]);
    assert_eq!(play.events(), [presence_event()]);
    play.hear(&Message::Awareness(&encode_one(8, 2, Some("{}"))));
    play.hear(&Message::Awareness(crate::presence::NOTHING));
    assert_eq!(play.events(), []);
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    assert_eq!(everyone(&play), []);
    assert_eq!(play.events(), [presence_event(), status(Status::Offline)]);
    assert_eq!(play.session.presence("nowhere").count(), 0);
}

#[test]
fn s11_others_who_fall_silent_are_shown_no_more() {
    let mut play = Play::saved();
    play.hear(&Message::Awareness(&encode_one(8, 1, Some("{}"))));
    play.events();
    for _ in 0..4 {
        play.pass(play.now_ms + 10_000);
        play.session
            .handle_frame(play.now_ms, &[10], &mut play.device);
    }
    assert_eq!(play.session.presence(PLAN).count(), 0);
    assert_eq!(play.events(), [presence_event()]);
}
