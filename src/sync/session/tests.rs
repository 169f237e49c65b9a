//! Tests of the session's rules, by number, with a relay played by hand. Over 500 lines, because the
//! rules are one table and are read as one.

mod locks;

use yrs::Update;
use yrs::updates::encoder::Encode;

use super::replica::{Device, Replica};
use super::*;
use crate::presence::{self, encode_one};
use crate::wire::Frame;

const PLAN: &str = "w/plan";
const BOARD: &str = "w/board/1";
const OWN: u64 = 7;

/// A session with its device, and the relay's replica to answer from.
struct Play {
    session: Session,
    device: Device,
    relay: Replica,
    now_ms: u64,
}

impl Play {
    fn new() -> Self {
        let documents = [PLAN, BOARD].map(|name| (name.to_owned(), Replica::new(OWN)));
        Self {
            session: Session::new("key".to_owned(), 1),
            device: Device(documents.into()),
            relay: Replica::new(1),
            now_ms: 1_000,
        }
    }

    /// A session whose plan is open on an open connection; nothing has been answered yet.
    fn connected() -> Self {
        let mut play = Self::new();
        play.session.open(play.now_ms, PLAN, OWN);
        assert_eq!(play.events(), [Event::Connect, status(Status::Connecting)]);
        play.session.handle_connected(play.now_ms, &play.device);
        play
    }

    /// A session whose plan is saved.
    fn saved() -> Self {
        let mut play = Self::connected();
        play.sent();
        play.grant();
        play.exchange();
        play.sent();
        play.hear(&Message::SyncStatus(true));
        assert_eq!(play.session.status(PLAN), Status::Saved);
        play.events();
        play
    }

    fn grant(&mut self) {
        self.hear(&Message::Granted { read_only: false });
    }

    /// The relay answers step 1 and asks in its turn.
    fn exchange(&mut self) {
        let state_vector = self.device.0[PLAN].state_vector();
        self.hear(&Message::SyncStep2(&self.relay.diff(&state_vector)));
        self.hear(&Message::SyncStep1(&self.relay.state_vector().encode_v1()));
    }

    fn hear(&mut self, message: &Message<'_>) {
        let frame = wire::encode(Framing::Hocuspocus, PLAN, message);
        self.session
            .handle_frame(self.now_ms, &frame, &mut self.device);
    }

    fn write(&mut self, words: &str) {
        let update = self.device.0[PLAN].write(words);
        self.session.handle_edit(self.now_ms, PLAN, update);
    }

    fn frames(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.session.poll_transmit()).collect()
    }

    /// What is sent, in short words.
    fn sent(&mut self) -> Vec<String> {
        self.frames().iter().map(|frame| in_words(frame)).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    /// Lets time pass, calling at every timeout, until `until_ms`.
    fn pass(&mut self, until_ms: u64) -> Vec<(u64, String)> {
        let mut sent = Vec::new();
        while let Some(next_ms) = self.session.poll_timeout().filter(|next| *next <= until_ms) {
            self.now_ms = self.now_ms.max(next_ms);
            self.session.handle_timeout(self.now_ms);
            assert!(
                self.session.poll_timeout() > Some(self.now_ms),
                "a timer that never ends"
            );
            sent.extend(self.sent().into_iter().map(|words| (self.now_ms, words)));
        }
        self.now_ms = until_ms;
        sent
    }
}

fn in_words(frame: &[u8]) -> String {
    let Frame { document, message } = wire::decode(Framing::Hocuspocus, frame).unwrap();
    let what = match message {
        Message::SyncStep1(_) => "step 1".to_owned(),
        Message::SyncStep2(update) if update == Update::EMPTY_V1 => "empty step 2".to_owned(),
        Message::SyncStep2(_) => "step 2".to_owned(),
        Message::Update(_) => "update".to_owned(),
        Message::Awareness(update) => format!("awareness {}", presence_in_words(update)),
        Message::Token { token, .. } => format!("token {token}"),
        other => format!("{other:?}"),
    };
    document.map_or(what.clone(), |document| format!("{document}: {what}"))
}

fn presence_in_words(update: &[u8]) -> String {
    for clock in 0..1_000 {
        for state in [None, Some("{}"), Some("1"), Some("2"), Some("3")] {
            if encode_one(OWN, clock, state) == update {
                return format!("{clock} {}", state.unwrap_or("gone"));
            }
        }
    }
    "of others".to_owned()
}

fn status(status: Status) -> Event {
    Event::Status {
        document: PLAN.to_owned(),
        status,
    }
}

fn presence_event() -> Event {
    Event::Presence {
        document: PLAN.to_owned(),
    }
}

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
    play.hear(&Message::Awareness(presence::NOTHING));
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

/// Writes over 2 MiB in the way of a device that was offline for days: many edits, and a client id
/// for each time the document was opened.
fn write_long(replica: &Replica) {
    let reopened = Replica::new(OWN + 1);
    for _ in 0..20 {
        for (writer, reader) in [(replica, &reopened), (&reopened, replica)] {
            writer.write(&"Bring back the bus. ".repeat(3_000));
            let lacks = writer.diff(&reader.state_vector());
            reader.apply(&lacks).unwrap();
        }
    }
}

/// Takes what was sent as a relay does, and says of each part what it was sent as.
fn take_all(play: &mut Play) -> Vec<&'static str> {
    let frames = play.frames();
    let taken = frames.iter().map(|frame| {
        let message = wire::decode(Framing::Hocuspocus, frame).unwrap().message;
        let (update, kind) = match message {
            Message::SyncStep2(update) => (update, "step 2"),
            Message::Update(update) => (update, "update"),
            other => panic!("{other:?}"),
        };
        crate::gate::check(update, &play.relay.state_vector()).expect("what is sent passes");
        play.relay.apply(update).unwrap();
        kind
    });
    taken.collect()
}

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
