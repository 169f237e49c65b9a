//! What waits to be written to one socket, bounded in bytes.
//!
//! Rooms push without waiting: a reader that is too slow is closed with 1013 (R-11), nothing is
//! dropped in silence, and nobody else waits. Clones share one queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use sync::wire::close;
use tokio::sync::{mpsc, watch};

use crate::measures::Measures;
use crate::refusal::Limit;

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

/// The pushing end.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    frames: mpsc::UnboundedSender<Bytes>,
    queued_bytes: AtomicUsize,
    limit_bytes: usize,
    measures: Arc<Measures>,
    closing: watch::Sender<Option<Closing>>,
}

/// The writing end: frames, and word of the end.
pub(crate) struct Outgoing {
    pub(crate) frames: mpsc::UnboundedReceiver<Bytes>,
    pub(crate) closing: watch::Receiver<Option<Closing>>,
}

impl Outbox {
    pub(crate) fn new(limit_bytes: usize, measures: Arc<Measures>) -> (Self, Outgoing) {
        let (frames, receiver) = mpsc::unbounded_channel();
        let (closing, closed) = watch::channel(None);
        let shared = Shared {
            frames,
            queued_bytes: AtomicUsize::new(0),
            limit_bytes,
            measures,
            closing,
        };
        let outgoing = Outgoing {
            frames: receiver,
            closing: closed,
        };
        (Self(Arc::new(shared)), outgoing)
    }

    /// Queues a frame. An empty queue takes a frame of any size: a whole document may be larger
    /// than the limit, and whoever has nothing else to read is not slow.
    pub(crate) fn push(&self, frame: Bytes) {
        let shared = &*self.0;
        let weight = self.weight(&frame);
        let before = shared.queued_bytes.fetch_add(weight, Ordering::Relaxed);
        if before > 0 && before + frame.len() > shared.limit_bytes {
            shared.queued_bytes.fetch_sub(weight, Ordering::Relaxed);
            let limit = Limit::OutgoingBytes;
            if self.close(limit.code(), limit.sentence()) {
                limit.note(&shared.measures);
            }
            return;
        }
        // Fails only when the writer has ended, and then nobody is left to read it.
        let _ = shared.frames.send(frame);
    }

    /// Ends the connection once what is queued has been written, if that is quick. The first reason
    /// given is the one that is told; says whether it was this one.
    pub(crate) fn close(&self, code: u16, reason: &'static str) -> bool {
        self.0.closing.send_if_modified(|closing| {
            let first = closing.is_none();
            closing.get_or_insert(Closing { code, reason });
            first
        })
    }

    /// What a frame counts for against the limit. One that is over it alone counts for next to
    /// nothing, or whatever follows it would end the connection, however fast it is read.
    pub(crate) fn weight(&self, frame: &Bytes) -> usize {
        match frame.len() {
            bytes if bytes > self.0.limit_bytes => 1,
            bytes => bytes,
        }
    }

    /// Says that frames of this weight together have been written.
    pub(crate) fn written(&self, weight: usize) {
        self.0.queued_bytes.fetch_sub(weight, Ordering::Relaxed);
    }

    /// How many bytes wait to be written, as they count against the limit.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.0.queued_bytes.load(Ordering::Relaxed)
    }

    /// Resolves when the connection is to end.
    pub(crate) async fn closed(&self) {
        let mut closing = self.0.closing.subscribe();
        // Fails only when every sender is gone, which the one held here rules out.
        let _ = closing.wait_for(Option::is_some).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Seen;

    #[test]
    fn r11_a_slow_reader_is_closed_with_1013_and_the_queue_stays_bounded() {
        let measures = Arc::new(Measures::new());
        let (outbox, mut outgoing) = Outbox::new(10, measures.clone());
        for _ in 0..5 {
            outbox.push(Bytes::from_static(b"four"));
        }
        let closing = outgoing.closing.borrow_and_update().unwrap();
        assert_eq!(closing.code, close::COME_BACK_LATER);
        let mut queued = 0;
        while let Ok(frame) = outgoing.frames.try_recv() {
            queued += frame.len();
        }
        assert_eq!(queued, 8);
        let page = measures.page(Seen::default()).unwrap();
        let counted = r#"limits_reached_total{limit="outgoing-bytes"} 1"#;
        assert!(page.contains(counted), "it is not counted once in:\n{page}");
    }

    #[test]
    fn an_empty_queue_takes_a_whole_document() {
        let (outbox, outgoing) = Outbox::new(10, Arc::new(Measures::new()));
        let document = Bytes::from_static(b"much longer than the limit");
        outbox.push(document.clone());
        outbox.push(Bytes::from_static(b"and more"));
        assert_eq!(*outgoing.closing.borrow(), None, "which is not slow");
        outbox.push(document);
        assert!(outgoing.closing.borrow().is_some(), "a second one is");
    }

    #[test]
    fn the_first_reason_is_the_one_that_is_told() {
        let (outbox, outgoing) = Outbox::new(10, Arc::new(Measures::new()));
        outbox.close(close::KEY_REVOKED, "first");
        outbox.close(close::COME_BACK_LATER, "second");
        assert_eq!(outgoing.closing.borrow().unwrap().reason, "first");
    }
}
