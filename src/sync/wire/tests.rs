//! Tests of the wire's rules, by number. The bytes of the stock clients were written by
//! `y-protocols` 1.0, `lib0` 0.2 and `@hocuspocus/common` 4.8.0.

use super::*;
use crate::presence;
use crate::testing::Dice;

const NAME: &str = "w/plan";

/// One message of each kind, and which framings have it.
fn messages() -> Vec<(Message<'static>, bool)> {
    vec![
        (Message::SyncStep1(&[0]), true),
        (Message::SyncStep2(&[0, 0]), true),
        (Message::Update(&[1, 2, 3]), true),
        (Message::Awareness(&[0]), true),
        (Message::QueryAwareness, true),
        (Message::Denied("no"), true),
        (
            Message::Token {
                token: "key",
                version: Some("4.8.0"),
            },
            false,
        ),
        (
            Message::Token {
                token: "",
                version: None,
            },
            false,
        ),
        (Message::Granted { read_only: true }, false),
        (Message::Granted { read_only: false }, false),
        (Message::SyncStatus(true), false),
        (Message::SyncStatus(false), false),
        (Message::Stateless("hi"), false),
        (Message::Close("Zażółć"), false),
        (Message::Ping, false),
        (Message::Pong, false),
    ]
}

#[test]
fn w1_the_first_byte_tells_the_framing() {
    let first = encode(Framing::YWebsocket, "", &Message::SyncStep1(&[0]));
    assert_eq!(Framing::detect(&first), Some(Framing::YWebsocket));
    let first = encode(
        Framing::Hocuspocus,
        NAME,
        &Message::Token {
            token: "k",
            version: None,
        },
    );
    assert_eq!(Framing::detect(&first), Some(Framing::Hocuspocus));
    assert_eq!(Framing::detect(&[]), None);
}

#[test]
fn w2_y_websocket_frames_are_those_of_the_stock_client() {
    let awareness = presence::encode_one(7, 1, Some("{\"n\":\"A\"}"));
    for (message, bytes) in [
        (Message::SyncStep1(&[0]), vec![0, 0, 1, 0]),
        (Message::SyncStep2(&[0, 0]), vec![0, 1, 2, 0, 0]),
        (Message::Update(&[0, 0]), vec![0, 2, 2, 0, 0]),
        (Message::Denied("no"), vec![2, 0, 2, 110, 111]),
        (Message::Awareness(presence::NOTHING), vec![1, 1, 0]),
        (
            Message::Awareness(&awareness),
            vec![1, 13, 1, 7, 1, 9, 123, 34, 110, 34, 58, 34, 65, 34, 125],
        ),
        (Message::QueryAwareness, vec![3]),
    ] {
        assert_eq!(encode(Framing::YWebsocket, "not written", &message), bytes);
        let read = decode(Framing::YWebsocket, &bytes);
        assert_eq!(
            read,
            Ok(Frame {
                document: None,
                message
            })
        );
    }
}

#[test]
fn w3_hocuspocus_frames_are_those_of_the_stock_client() {
    let token = Message::Token {
        token: "key",
        version: Some("4.8.0"),
    };
    for (message, tail) in [
        (token, &[2, 0, 3, 107, 101, 121, 5, 52, 46, 56, 46, 48][..]),
        (
            Message::Token {
                token: "key",
                version: None,
            },
            &[2, 0, 3, 107, 101, 121],
        ),
        (Message::Denied("no"), &[2, 1, 2, 110, 111]),
        (
            Message::Granted { read_only: true },
            &[2, 2, 8, 114, 101, 97, 100, 111, 110, 108, 121],
        ),
        (Message::SyncStep1(&[0]), &[0, 0, 1, 0]),
        (Message::SyncStatus(true), &[8, 1]),
        (Message::Stateless("hi"), &[5, 2, 104, 105]),
    ] {
        let bytes = [&[6, 119, 47, 112, 108, 97, 110], tail].concat();
        assert_eq!(encode(Framing::Hocuspocus, NAME, &message), bytes);
        let read = decode(Framing::Hocuspocus, &bytes);
        assert_eq!(
            read,
            Ok(Frame {
                document: Some(NAME),
                message
            })
        );
    }
}

#[test]
fn w3_a_close_without_a_reason_and_a_sync_reply_are_read() {
    let close = [6, 119, 47, 112, 108, 97, 110, 7];
    assert_eq!(
        decode(Framing::Hocuspocus, &close).unwrap().message,
        Message::Close("")
    );
    let reply = [6, 119, 47, 112, 108, 97, 110, 4, 1, 2, 0, 0];
    let read = decode(Framing::Hocuspocus, &reply).unwrap();
    assert_eq!(read.message, Message::SyncStep2(&[0, 0]));
}

#[test]
fn w4_ping_and_pong_are_one_bare_byte() {
    assert_eq!(encode(Framing::Hocuspocus, NAME, &Message::Ping), [9]);
    assert_eq!(encode(Framing::Hocuspocus, NAME, &Message::Pong), [10]);
    // A name of nine bytes begins with a 9 as well.
    let named = encode(Framing::Hocuspocus, "123456789", &Message::QueryAwareness);
    assert_eq!(
        decode(Framing::Hocuspocus, &named).unwrap().document,
        Some("123456789")
    );
}

#[test]
fn w5_whatever_is_written_is_read_back_the_same() {
    for (message, is_shared) in messages() {
        let frame = encode(Framing::Hocuspocus, NAME, &message);
        let read = decode(Framing::Hocuspocus, &frame).expect("what is written can be read");
        assert_eq!(read.message, message);
        let is_bare = matches!(message, Message::Ping | Message::Pong);
        assert_eq!(read.document, (!is_bare).then_some(NAME));
        if is_shared {
            let frame = encode(Framing::YWebsocket, NAME, &message);
            assert_eq!(
                decode(Framing::YWebsocket, &frame).map(|read| read.message),
                Ok(message)
            );
        }
    }
}

#[test]
fn w6_a_frame_that_ends_early_or_late_is_refused() {
    for (message, is_shared) in messages() {
        for framing in [Framing::Hocuspocus, Framing::YWebsocket] {
            if framing == Framing::YWebsocket && !is_shared {
                continue;
            }
            let mut frame = encode(framing, NAME, &message);
            for length in 0..frame.len() {
                // A token may lack its version and a close its reason.
                let whole = matches!(
                    decode(framing, &frame[..length]).map(|read| read.message),
                    Ok(Message::Token { version: None, .. } | Message::Close(""))
                );
                assert!(
                    whole || decode(framing, &frame[..length]).is_err(),
                    "{message:?}"
                );
            }
            frame.push(0xff);
            assert!(decode(framing, &frame).is_err(), "{message:?} and a byte");
        }
    }
}

#[test]
fn w6_random_frames_never_panic() {
    let mut dice = Dice::new(6);
    let seeds: Vec<_> = messages()
        .iter()
        .map(|(message, _)| encode(Framing::Hocuspocus, NAME, message))
        .collect();
    for _ in 0..50_000 {
        let mut frame = seeds[dice.below(seeds.len())].clone();
        for _ in 0..=dice.below(3) {
            let at = dice.below(frame.len());
            frame[at] = dice.next() as u8;
        }
        for framing in [Framing::Hocuspocus, Framing::YWebsocket] {
            let _ = decode(framing, &frame);
        }
    }
    let huge = [0, 1, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(
        decode(Framing::YWebsocket, &huge),
        Err(WireError::Truncated)
    );
}

#[test]
fn w6_unknown_messages_are_refused() {
    for (framing, frame, unknown) in [
        (Framing::YWebsocket, &[4, 0][..], 4),
        (Framing::YWebsocket, &[8, 1], 8),
        (Framing::YWebsocket, &[0, 3, 0], 3),
        (Framing::YWebsocket, &[2, 2, 0], 2),
        (Framing::Hocuspocus, &[1, b'd', 6], 6),
        (Framing::Hocuspocus, &[1, b'd', 0, 7, 0], 7),
        (Framing::Hocuspocus, &[1, b'd', 2, 3], 3),
        (Framing::Hocuspocus, &[1, b'd', 8, 2], 2),
    ] {
        assert_eq!(
            decode(framing, frame),
            Err(WireError::UnknownMessage(unknown))
        );
    }
}

#[test]
fn w7_text_that_is_not_utf_8_is_refused() {
    for frame in [
        &[1, 0xff, 3][..],
        &[1, b'd', 5, 1, 0xff],
        &[1, b'd', 2, 0, 1, 0xff],
    ] {
        assert_eq!(decode(Framing::Hocuspocus, frame), Err(WireError::NotText));
    }
}

#[test]
fn w8_names_and_tokens_have_a_length() {
    let query = |name: &str| encode(Framing::Hocuspocus, name, &Message::QueryAwareness);
    assert!(decode(Framing::Hocuspocus, &query(&"n".repeat(256))).is_ok());
    let long = query(&"n".repeat(257));
    assert_eq!(decode(Framing::Hocuspocus, &long), Err(WireError::TooLarge));
    assert_eq!(
        decode(Framing::Hocuspocus, &query("")),
        Err(WireError::NoName)
    );
    let token = "k".repeat(1_025);
    for message in [
        Message::Token {
            token: &token,
            version: None,
        },
        Message::Token {
            token: "k",
            version: Some(&token),
        },
    ] {
        let frame = encode(Framing::Hocuspocus, NAME, &message);
        assert_eq!(
            decode(Framing::Hocuspocus, &frame),
            Err(WireError::TooLarge)
        );
    }
}

#[test]
fn w9_what_y_websocket_does_not_have_is_written_as_nothing() {
    for (message, is_shared) in messages() {
        assert_eq!(
            encode(Framing::YWebsocket, NAME, &message).is_empty(),
            !is_shared
        );
    }
}

#[test]
fn w10_the_part_before_a_nul_names_the_document() {
    assert_eq!(room_name("w/plan"), "w/plan");
    assert_eq!(room_name("w/plan\0x3f"), "w/plan");
    let frame = encode(Framing::Hocuspocus, "w/plan\0x3f", &Message::QueryAwareness);
    assert_eq!(
        decode(Framing::Hocuspocus, &frame).unwrap().document,
        Some("w/plan\0x3f")
    );
}

#[test]
fn w11_close_codes_say_whether_to_come_back() {
    let away = [
        close::TOO_BIG,
        close::BAD_MESSAGE,
        close::KEY_REVOKED,
        close::NOT_ALLOWED,
        close::DELETED,
        4_400,
        4_499,
    ];
    assert!(away.into_iter().all(|code| !close::allows_return(code)));
    let back = [
        close::NORMAL,
        close::ABNORMAL,
        close::COME_BACK_LATER,
        1_001,
        4_399,
        4_500,
    ];
    assert!(back.into_iter().all(close::allows_return));
}
