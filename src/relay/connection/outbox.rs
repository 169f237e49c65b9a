//! What is to be written to one socket, and the writing.
//!
//! Rooms queue frames and flush: as much as the socket takes goes out at once, in one system call from
//! the room's own task, so that a frame wakes nobody. The payload is shared by everyone it goes to.
//! What the socket does not take waits here, bounded in bytes, and the connection's task goes on when
//! there is space.
//!
//! Nobody waits: a reader that is too slow is closed with 1013 (R-11), and nothing is dropped in
//! silence. Clones share one queue.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sync::wire::close;
use tokio::sync::Notify;

use super::queue::{Frame, Queue};
use super::stream::{Stream, is_blocked};
use crate::measures::Measures;
use crate::refusal::Limit;

/// A frame of more bytes is left to the connection's task: to copy it, or to encrypt it, takes so long
/// that everyone in the room would wait.
const LARGE_BYTES: usize = 32 << 10;

/// Why a connection ends: a close code and a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

impl Closing {
    pub(crate) const NORMAL: Self = Self {
        code: close::NORMAL,
        reason: "",
    };
    pub(crate) const GOING_AWAY: Self = Self {
        code: 1001,
        reason: "The relay is being stopped.",
    };
    pub(crate) const BAD_MESSAGE: Self = Self {
        code: close::BAD_MESSAGE,
        reason: "A message could not be read.",
    };
    pub(crate) const COME_BACK_LATER: Self = Self {
        code: close::COME_BACK_LATER,
        reason: "Please try again.",
    };
}

/// The pushing end of a socket.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    stream: Box<dyn Stream>,
    state: Mutex<State>,
    measures: Arc<Measures>,
    /// Tells the connection's task that something was left to it.
    left: Notify,
    /// Tells it that the connection is to end.
    ended: Notify,
}

#[derive(Debug)]
struct State {
    queue: Queue,
    /// Whether what waits is left to the connection's task.
    is_left: bool,
    closing: Option<Closing>,
}

impl Outbox {
    pub(crate) fn new(
        stream: Box<dyn Stream>,
        limit_bytes: usize,
        measures: Arc<Measures>,
    ) -> Self {
        Self(Arc::new(Shared {
            stream,
            state: Mutex::new(State {
                queue: Queue::new(limit_bytes),
                is_left: false,
                closing: None,
            }),
            measures,
            left: Notify::new(),
            ended: Notify::new(),
        }))
    }

    /// Queues a frame and sends it as soon as the socket takes it.
    pub(crate) fn send(&self, frame: Bytes) {
        if self.push(frame) {
            self.flush();
        }
    }

    /// Queues a frame. Gives whether it is the first to wait, and so [`Self::flush`] is to be called
    /// once all that belongs together is queued. A connection that ends takes nothing more.
    pub(crate) fn push(&self, frame: Bytes) -> bool {
        self.push_frame(Frame::binary(frame))
    }

    /// Queues bytes that are a frame already, and sends them.
    pub(super) fn send_control(&self, bytes: Vec<u8>) {
        if self.push_frame(Frame::raw(bytes.into())) {
            self.flush();
        }
    }

    fn push_frame(&self, frame: Frame) -> bool {
        let mut state = self.state();
        if state.closing.is_some() {
            return false;
        }
        let is_first = state.queue.is_empty();
        let is_large = frame.len() > LARGE_BYTES;
        if state.queue.push(frame).is_err() {
            drop(state);
            let limit = Limit::OutgoingBytes;
            if self.close(limit.code(), limit.sentence()) {
                limit.note(&self.0.measures);
            }
            return false;
        }
        if is_large {
            self.leave(&mut state);
        }
        is_first
    }

    /// Writes as much of what waits as the socket takes now, unless it is left to the connection's
    /// task.
    pub(crate) fn flush(&self) {
        let mut state = self.state();
        if !state.is_left {
            self.write(&mut state);
        }
    }

    fn write(&self, state: &mut State) {
        let Shared {
            stream, measures, ..
        } = &*self.0;
        let written = state.queue.write(|parts| {
            let bytes = stream.try_write(parts)?;
            measures.bytes_sent.inc_by(bytes as u64);
            Ok(bytes)
        });
        let written = written.and_then(|()| stream.try_flush());
        if is_blocked(&written) {
            self.leave(state);
        } else if written.is_err() {
            // The socket is gone; let the connection and its rooms know.
            self.end(state, close::ABNORMAL, "");
        }
    }

    fn leave(&self, state: &mut State) {
        state.is_left = true;
        self.0.left.notify_one();
    }

    /// Goes on where others left something, for as long as it is polled. For the connection's task.
    pub(super) async fn go_on_writing(&self) -> Infallible {
        loop {
            self.0.left.notified().await;
            self.drain().await;
        }
    }

    /// Writes until nothing is left to the connection's task, which this is for.
    pub(super) async fn drain(&self) {
        while self.state().is_left {
            let ready = poll_fn(|context| self.0.stream.poll_writable(context)).await;
            let mut state = self.state();
            state.is_left = false;
            match ready {
                Ok(()) => self.write(&mut state),
                Err(_) => _ = self.end(&mut state, close::ABNORMAL, ""),
            }
        }
    }

    /// Ends the connection once what is queued has been written, if that is quick. The first reason
    /// given is the one that is told; says whether it was this one.
    pub(crate) fn close(&self, code: u16, reason: &'static str) -> bool {
        self.end(&mut self.state(), code, reason)
    }

    fn end(&self, state: &mut State, code: u16, reason: &'static str) -> bool {
        let is_first = state.closing.is_none();
        state.closing.get_or_insert(Closing { code, reason });
        self.0.ended.notify_one();
        is_first
    }

    /// Resolves when the connection is to end, and says why. For the connection's task.
    pub(crate) async fn closed(&self) -> Closing {
        loop {
            let closing = self.state().closing;
            if let Some(closing) = closing {
                return closing;
            }
            self.0.ended.notified().await;
        }
    }

    /// Forgets what waits, but for a frame that has been written in part.
    pub(super) fn forget_waiting(&self) {
        self.state().queue.forget_waiting();
    }

    /// Sends the frame after which there is no other, though the connection is to end.
    pub(super) fn send_last(&self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.state().queue.push_last(Frame::raw(bytes.into()));
            self.flush();
        }
    }

    /// How many bytes wait to be written, as they count against the limit.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.state().queue.weight()
    }

    /// Reads what has come; fails with `WouldBlock` when nothing has.
    pub(super) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.stream.try_read(buffer)
    }

    /// Waits until something may have come. For the connection's task.
    pub(super) async fn readable(&self) -> io::Result<()> {
        poll_fn(|context| self.0.stream.poll_readable(context)).await
    }

    /// What the lock guards is whole between any two statements, so a panic elsewhere while it was
    /// held is no reason to write no more.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::VecDeque;
    use std::io::IoSlice;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::measures::Seen;

    /// A socket that takes so many bytes, is given more space now and then, and keeps what it took.
    #[derive(Debug, Default, Clone)]
    pub(crate) struct Paper(Arc<Mutex<Sheet>>);

    #[derive(Debug, Default)]
    struct Sheet {
        space: usize,
        taken: VecDeque<u8>,
        writes: usize,
        writer: Option<Waker>,
        reader: Option<Waker>,
    }

    impl Paper {
        /// An outbox whose socket has so much space.
        pub(crate) fn outbox(space: usize, limit_bytes: usize) -> (Outbox, Self) {
            let paper = Self::default();
            paper.give(space);
            let measures = Arc::new(Measures::new());
            let outbox = Outbox::new(Box::new(paper.clone()), limit_bytes, measures);
            (outbox, paper)
        }

        fn sheet(&self) -> MutexGuard<'_, Sheet> {
            self.0.lock().unwrap()
        }

        fn give(&self, space: usize) {
            let mut sheet = self.sheet();
            sheet.space += space;
            sheet.writer.take().map(Waker::wake).unwrap_or_default();
        }

        fn taken(&self) -> Vec<u8> {
            self.sheet().taken.iter().copied().collect()
        }

        /// The payload of the next frame, once it is there as a whole.
        pub(crate) async fn next(&self) -> Bytes {
            poll_fn(|context| {
                let mut sheet = self.sheet();
                if let Some(payload) = take_frame(&mut sheet.taken) {
                    return Poll::Ready(payload);
                }
                sheet.reader = Some(context.waker().clone());
                Poll::Pending
            })
            .await
        }
    }

    fn take_frame(taken: &mut VecDeque<u8>) -> Option<Bytes> {
        let (head, length) = match *taken.get(1)? {
            126 => (
                4,
                usize::from(u16::from_be_bytes([*taken.get(2)?, *taken.get(3)?])),
            ),
            length => (2, usize::from(length)),
        };
        if taken.len() < head + length {
            return None;
        }
        let frame: Bytes = taken.drain(..head + length).collect();
        Some(frame.slice(head..))
    }

    impl Stream for Paper {
        fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }

        fn try_write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
            let mut sheet = self.sheet();
            let all: Vec<u8> = parts.iter().flat_map(|part| part.to_vec()).collect();
            let some = all.len().min(sheet.space);
            if some == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            sheet.space -= some;
            sheet.writes += 1;
            sheet.taken.extend(&all[..some]);
            sheet.reader.take().map(Waker::wake).unwrap_or_default();
            Ok(some)
        }

        fn try_flush(&self) -> io::Result<()> {
            Ok(())
        }

        fn poll_readable(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }

        fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            let mut sheet = self.sheet();
            if sheet.space > 0 {
                return Poll::Ready(Ok(()));
            }
            sheet.writer = Some(context.waker().clone());
            Poll::Pending
        }
    }

    fn closing(outbox: &Outbox) -> Option<Closing> {
        outbox.state().closing
    }

    #[test]
    fn what_a_tick_has_for_a_socket_is_one_write() {
        let (outbox, paper) = Paper::outbox(100, 100);
        assert!(outbox.push("one".into()), "the first is to be flushed");
        assert!(!outbox.push("two".into()), "and with it the second");
        assert_eq!(paper.sheet().writes, 0);
        outbox.flush();
        assert_eq!(paper.sheet().writes, 1);
        assert_eq!(paper.taken(), b"\x82\x03one\x82\x03two");
        assert_eq!(outbox.queued_bytes(), 0);
    }

    #[tokio::test]
    async fn what_a_socket_did_not_take_follows_and_nothing_overtakes_it() {
        let (outbox, paper) = Paper::outbox(4, 100);
        let writer = tokio::spawn({
            let outbox = outbox.clone();
            async move { outbox.go_on_writing().await }
        });
        outbox.send("one".into());
        assert_eq!(paper.taken(), b"\x82\x03on", "the room was not held up");
        paper.give(1);
        // There is space, but it belongs to what waits.
        outbox.send("two".into());
        assert_eq!(paper.next().await, "one");
        paper.give(2);
        paper.give(3);
        assert_eq!(paper.next().await, "two");
        outbox.send("three".into());
        paper.give(7);
        assert_eq!(paper.next().await, "three");
        writer.abort();
    }

    #[tokio::test]
    async fn a_large_frame_is_not_written_by_the_room() {
        let (outbox, paper) = Paper::outbox(1 << 20, 1 << 20);
        outbox.send(vec![7; LARGE_BYTES].into());
        outbox.send("and more".into());
        assert_eq!(paper.sheet().writes, 0);
        outbox.drain().await;
        assert!(paper.taken().ends_with(b"\x07\x07\x82\x08and more"));
        outbox.send("again".into());
        assert!(paper.taken().ends_with(b"again"), "the room writes again");
    }

    #[test]
    fn r11_a_slow_reader_is_closed_with_1013_and_the_queue_stays_bounded() {
        let (outbox, paper) = Paper::outbox(0, 10);
        for _ in 0..5 {
            outbox.send("four".into());
        }
        let told = closing(&outbox).unwrap();
        assert_eq!(told.code, close::COME_BACK_LATER);
        assert_eq!(outbox.queued_bytes(), 8);
        assert_eq!(paper.taken(), b"");
        let page = outbox.0.measures.page(Seen::default()).unwrap();
        let counted = r#"limits_reached_total{limit="outgoing-bytes"} 1"#;
        assert!(page.contains(counted), "it is not counted once in:\n{page}");
    }

    #[tokio::test]
    async fn the_last_frame_goes_out_after_all_that_waits_or_in_its_place() {
        for (forgets, rest) in [(false, &b"ne\x82\x03two\x88\0"[..]), (true, b"ne\x88\0")] {
            let (outbox, paper) = Paper::outbox(3, 100);
            outbox.send("one".into());
            outbox.send("two".into());
            outbox.close(close::COME_BACK_LATER, "");
            outbox.send("three".into());
            if forgets {
                outbox.forget_waiting();
            }
            outbox.send_last(b"\x88\0".to_vec());
            paper.give(100);
            outbox.drain().await;
            assert_eq!(paper.taken(), [b"\x82\x03o", rest].concat());
        }
    }

    #[tokio::test]
    async fn the_first_reason_is_the_one_that_is_told() {
        let (outbox, _paper) = Paper::outbox(0, 10);
        assert!(outbox.close(close::KEY_REVOKED, "first"));
        assert!(!outbox.close(close::COME_BACK_LATER, "second"));
        assert_eq!(outbox.closed().await.reason, "first");
    }
}
