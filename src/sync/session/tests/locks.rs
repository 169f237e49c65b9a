//! Tests of what may be written changing on a connection that is there (S-18).

use super::*;

fn locked(play: &mut Play) {
    play.hear(&Message::Granted { read_only: true });
}

/// Lets the relay take what was sent, and answers each part.
fn take_step_2(play: &mut Play) {
    assert_eq!(take_all(play), ["step 2"]);
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
    assert_eq!(play.relay.text(), play.device.0[PLAN].text());
}

#[test]
fn s18_a_document_that_is_locked_is_read_only_at_once_and_writable_at_once_again() {
    let mut play = Play::saved();
    locked(&mut play);
    assert_eq!(play.events(), [status(Status::ReadOnly)]);
    let theirs = play.relay.write("theirs ");
    play.hear(&Message::Update(&theirs));
    assert_eq!(play.device.0[PLAN].text(), "theirs ");
    play.grant();
    assert_eq!(play.events(), [status(Status::Saving)]);
    assert_eq!(play.sent(), ["w/plan: step 1"]);
    play.exchange();
    take_step_2(&mut play);
    play.write("mine");
    assert_eq!(play.sent(), ["w/plan: update"]);
}

#[test]
fn s18_what_is_written_while_it_is_locked_stays_here_and_is_sent_when_it_is_free() {
    let mut play = Play::saved();
    locked(&mut play);
    play.events();
    assert!(play.session.is_acknowledged(PLAN));
    play.write("meanwhile");
    assert!(!play.session.is_acknowledged(PLAN));
    // Even if the relay asks, as it asks every reader that comes in.
    play.hear(&Message::SyncStep1(&[0]));
    assert_eq!(play.sent(), [""; 0]);
    assert_eq!(play.events(), [], "it is not said to be saved");
    play.grant();
    play.write(", and a moment later");
    assert_eq!(play.sent(), ["w/plan: step 1"]);
    play.exchange();
    take_step_2(&mut play);
    assert_eq!(play.relay.text(), "meanwhile, and a moment later");
}

#[test]
fn s18_what_was_under_way_when_it_was_locked_is_not_lost_whether_it_was_taken_or_not() {
    for taken in [true, false] {
        let mut play = Play::saved();
        play.write("under way");
        let sent = play.frames();
        if taken {
            let Message::Update(update) =
                wire::decode(Framing::Hocuspocus, &sent[0]).unwrap().message
            else {
                panic!("an update was expected");
            };
            play.relay.apply(update).unwrap();
        }
        locked(&mut play);
        assert!(!play.session.is_acknowledged(PLAN));
        play.hear(&Message::SyncStatus(taken));
        assert_eq!(play.session.status(PLAN), Status::ReadOnly, "{taken}");
        assert_eq!(play.session.is_acknowledged(PLAN), taken);
        play.grant();
        play.sent();
        assert_eq!(play.session.status(PLAN), Status::Saving, "{taken}");
        play.exchange();
        take_step_2(&mut play);
        assert_eq!(play.relay.text(), "under way");
    }
}

#[test]
fn s18_what_was_written_offline_waits_for_a_locked_document_to_be_free() {
    let mut play = Play::saved();
    play.session.handle_closed(play.now_ms, close::ABNORMAL);
    play.write("offline");
    play.session.handle_wake(play.now_ms);
    play.session.handle_connected(play.now_ms, &play.device);
    play.sent();
    locked(&mut play);
    play.exchange();
    assert_eq!(play.session.status(PLAN), Status::ReadOnly);
    assert!(!play.session.is_acknowledged(PLAN), "nobody knows yet");
    assert_eq!(play.sent(), [""; 0]);
    play.grant();
    assert_eq!(play.sent(), ["w/plan: step 1"]);
    play.exchange();
    take_step_2(&mut play);
    assert_eq!(play.relay.text(), "offline");
}

#[test]
fn s18_a_lock_that_is_over_before_the_relay_has_answered_is_asked_about_once() {
    let mut play = Play::connected();
    play.sent();
    locked(&mut play);
    play.grant();
    assert_eq!(play.sent(), [""; 0], "step 1 is under way already");
    play.write("early");
    play.exchange();
    take_step_2(&mut play);
}

#[test]
fn s18_what_is_refused_before_everything_is_sent_anew_is_not_shown_as_refused() {
    let mut play = Play::saved();
    play.write("under way");
    play.sent();
    locked(&mut play);
    play.grant();
    // It had not reached the relay before, and left a hole there.
    play.hear(&Message::SyncStatus(false));
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.exchange();
    play.sent();
    let update = play.device.0[PLAN].diff(&play.relay.state_vector());
    play.relay.apply(&update).unwrap();
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
    // And afterwards a refusal is one.
    play.write("more");
    play.hear(&Message::SyncStatus(false));
    assert_eq!(play.session.status(PLAN), Status::Refused);
}

#[test]
fn s18_a_grant_that_changes_nothing_sends_nothing() {
    let mut play = Play::saved();
    play.write("one");
    play.sent();
    play.grant();
    assert_eq!(play.sent(), [""; 0]);
    assert_eq!(play.session.status(PLAN), Status::Saving);
    play.hear(&Message::SyncStatus(true));
    assert_eq!(play.session.status(PLAN), Status::Saved);
}

#[test]
fn s18_what_the_relay_tells_beside_the_content_is_handed_on_as_it_came() {
    let mut play = Play::saved();
    play.hear(&Message::Stateless(r#"{"locks":{}}"#));
    let told = Event::Told {
        document: PLAN.to_owned(),
        payload: r#"{"locks":{}}"#.to_owned(),
    };
    assert_eq!(play.events(), [told]);
    assert_eq!(play.session.status(PLAN), Status::Saved);
}
