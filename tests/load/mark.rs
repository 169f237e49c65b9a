//! Operations that can be told apart in any frame: who did it, the how manieth, and when.
//!
//! An operation carries a mark: `@`, the writer, its number, and the microseconds since the
//! generator began. A receiver finds marks in the raw bytes. It need not decode, and however a
//! server merges updates it keeps what they insert, so no operation is lost or counted as a frame.

use std::sync::LazyLock;
use std::time::Instant;

use sync::presence::encode_one;
use sync::wire::Message;
use yrs::{Doc, Map, MapRef, Text, TextRef, Transact};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Digits of the writer, of the operation's number, and of the time.
const WRITER: usize = 4;
const NUMBER: usize = 6;
const TIME: usize = 12;
const DIGITS: usize = WRITER + NUMBER + TIME;

/// The root map that large operations are written to.
pub(crate) const SHEET: &str = "load";

/// One operation, as it was read.
pub(crate) struct Mark {
    pub(crate) writer: usize,
    pub(crate) number: u32,
    /// How long ago it was made, in microseconds.
    pub(crate) age_us: u32,
}

/// Microseconds since the generator began.
fn now_us() -> u64 {
    START.elapsed().as_micros() as u64
}

fn write_mark(writer: usize, number: u32) -> String {
    let now_us = now_us();
    format!("@{writer:0WRITER$}{number:0NUMBER$}{now_us:0TIME$}")
}

/// Finds every mark.
pub(crate) fn marks(bytes: &[u8], mut found: impl FnMut(Mark)) {
    let now_us = now_us();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'@') {
        rest = &rest[at + 1..];
        let Some((digits, after)) = rest.split_at_checked(DIGITS) else {
            return;
        };
        if digits.iter().all(u8::is_ascii_digit) {
            let (writer, digits) = digits.split_at(WRITER);
            let (number, time) = digits.split_at(NUMBER);
            found(Mark {
                writer: value(writer) as usize,
                number: value(number) as u32,
                age_us: now_us.saturating_sub(value(time)) as u32,
            });
            rest = after;
        }
    }
}

fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
}

/// Someone who does one thing again and again.
pub(crate) struct Hand {
    writer: usize,
    done: u32,
    work: Work,
}

enum Work {
    /// Adds a mark to the end of a text of its own, as typing does.
    Append(Doc, TextRef),
    /// Writes a mark and a filling over the last ones, so that much is sent and little is kept.
    Overwrite(Doc, MapRef, String),
    /// Says where it is, as a pointer does.
    Announce,
}

/// What a hand did, ready to be sent.
pub(crate) enum Operation {
    Update(Vec<u8>),
    Presence(Vec<u8>),
}

impl Operation {
    pub(crate) fn message(&self) -> Message<'_> {
        match self {
            Self::Update(update) => Message::Update(update),
            Self::Presence(presence) => Message::Awareness(presence),
        }
    }
}

impl Hand {
    pub(crate) fn appending(writer: usize) -> Self {
        let doc = Doc::with_client_id(client_id(writer));
        let text = doc.get_or_insert_text(format!("load-{writer}"));
        Self::new(writer, Work::Append(doc, text))
    }

    pub(crate) fn overwriting(writer: usize, bytes: usize) -> Self {
        let doc = Doc::with_client_id(client_id(writer));
        let map = doc.get_or_insert_map(SHEET);
        Self::new(writer, Work::Overwrite(doc, map, "-".repeat(bytes)))
    }

    pub(crate) fn announcing(writer: usize) -> Self {
        Self::new(writer, Work::Announce)
    }

    fn new(writer: usize, work: Work) -> Self {
        let done = 0;
        Self { writer, done, work }
    }

    pub(crate) fn writer(&self) -> usize {
        self.writer
    }

    /// How many operations were made.
    pub(crate) fn done(&self) -> u32 {
        self.done
    }

    /// One more operation.
    pub(crate) fn act(&mut self) -> Operation {
        let mark = write_mark(self.writer, self.done);
        self.done += 1;
        match &self.work {
            Work::Append(doc, text) => {
                let mut txn = doc.transact_mut();
                let end = text.len(&txn);
                text.insert(&mut txn, end, &mark);
                Operation::Update(txn.encode_update_v1())
            }
            Work::Overwrite(doc, map, filling) => {
                let mut txn = doc.transact_mut();
                let value = format!("{mark}{filling}");
                map.insert(&mut txn, self.writer.to_string(), value);
                Operation::Update(txn.encode_update_v1())
            }
            Work::Announce => {
                let (x, y) = (self.done % 1_000, self.done % 700);
                let state = format!(
                    r##"{{"user":{{"name":"{mark}","color":"#3a6ea5"}},"pointer":{{"x":{x},"y":{y}}}}}"##
                );
                let client = client_id(self.writer);
                Operation::Presence(encode_one(client, self.done, Some(&state)))
            }
        }
    }
}

/// Client ids as large as those that Yjs draws.
fn client_id(writer: usize) -> u64 {
    1_000_000_000 + writer as u64
}
