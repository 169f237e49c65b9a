//! What waits to be written to one socket, as a state machine without input or output.
//!
//! Owns how frames become as few and as cheap writes as can be, how far a write has come, and the
//! limit in bytes. Must never lose a byte or send one twice, whatever a socket takes at a time.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::Bytes;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// How many frames are put together into one write.
const FRAMES_AT_ONCE: usize = 32;

/// After so many bytes others get their turn: whoever writes keeps everyone else from this queue.
const BYTES_AT_ONCE: usize = 256 << 10;

/// Frames that together have so many bytes are copied into one piece.
const PIECE_BYTES: usize = 512;

/// Room for so many frames stays with a socket that has nothing to write.
const FEW_FRAMES: usize = 4;

/// The longest head of a frame that is not masked.
const HEAD_BYTES: usize = 10;

/// Frames, the first perhaps written in part.
#[derive(Debug)]
pub(super) struct Queue {
    frames: VecDeque<Frame>,
    /// How much of the first frame has been written.
    written: usize,
    /// What the frames count for against the limit.
    weight: usize,
    limit_bytes: usize,
}

/// More waits already than may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A frame: its head, and a payload that others may share.
#[derive(Debug)]
pub(super) struct Frame {
    head: [u8; HEAD_BYTES],
    head_length: u8,
    payload: Bytes,
}

impl Frame {
    /// A message as one frame.
    pub(super) fn binary(payload: Bytes) -> Self {
        let mut head = [0; HEAD_BYTES];
        let mut free = &mut head[..];
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Binary),
            ..FrameHeader::default()
        };
        header
            .format(payload.len() as u64, &mut free)
            .expect("an unmasked head fits");
        let head_length = (HEAD_BYTES - free.len()) as u8;
        Self {
            head,
            head_length,
            payload,
        }
    }

    /// Bytes that are frames already.
    pub(super) fn raw(payload: Bytes) -> Self {
        Self {
            head: [0; HEAD_BYTES],
            head_length: 0,
            payload,
        }
    }

    fn head(&self) -> &[u8] {
        &self.head[..usize::from(self.head_length)]
    }

    fn parts(&self) -> [&[u8]; 2] {
        [self.head(), &self.payload]
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.head_length) + self.payload.len()
    }
}

impl Queue {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            frames: VecDeque::new(),
            written: 0,
            weight: 0,
            limit_bytes,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// How many bytes wait, as they count against the limit.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Adds a frame. An empty queue takes one of any size: a whole document may be larger than the
    /// limit, and whoever has nothing else to read is not slow.
    ///
    /// # Errors
    /// When there are more bytes than may wait.
    pub(super) fn push(&mut self, frame: Frame) -> Result<(), Full> {
        if self.weight > 0 && self.weight + frame.payload.len() > self.limit_bytes {
            return Err(Full);
        }
        self.push_last(frame);
        Ok(())
    }

    /// Adds the last frame of all, for which there is always room.
    pub(super) fn push_last(&mut self, frame: Frame) {
        self.weight += self.weigh(&frame);
        self.frames.push_back(frame);
    }

    /// What a frame counts for against the limit. One that is over it alone counts for next to
    /// nothing, or whatever follows it would end the connection, however fast it is read.
    fn weigh(&self, frame: &Frame) -> usize {
        match frame.payload.len() {
            bytes if bytes > self.limit_bytes => 1,
            bytes => bytes,
        }
    }

    /// Writes with `write`, which says how much of the parts it took, until all is written, `write`
    /// fails, or it is others' turn, which is the same as a socket that takes no more.
    pub(super) fn write(
        &mut self,
        write: impl Fn(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<()> {
        let mut total = 0;
        while !self.frames.is_empty() {
            if total >= BYTES_AT_ONCE {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let mut piece = [0; PIECE_BYTES];
            let packed = self.pack(&mut piece);
            let written = if packed > 0 {
                write(&[IoSlice::new(&piece[..packed])])?
            } else {
                let mut parts = [IoSlice::new(&[]); 2 * FRAMES_AT_ONCE];
                let count = self.gather(&mut parts);
                write(&parts[..count])?
            };
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.advance(written);
            total += written;
        }
        Ok(())
    }

    /// Copies the frames at the front into one piece, as many as fit; none when the first does not
    /// or has been begun. For a small frame this costs less than a system call with two parts does
    /// beyond one with one.
    fn pack(&self, piece: &mut [u8]) -> usize {
        if self.written > 0 {
            return 0;
        }
        let mut end = 0;
        for frame in &self.frames {
            let Some(place) = piece.get_mut(end..end + frame.len()) else {
                break;
            };
            let (head, payload) = place.split_at_mut(frame.head().len());
            head.copy_from_slice(frame.head());
            payload.copy_from_slice(&frame.payload);
            end += frame.len();
        }
        end
    }

    /// Points at what is to be written, as much as there are parts for, and gives their count.
    fn gather<'a>(&'a self, parts: &mut [IoSlice<'a>]) -> usize {
        let mut begun = self.written;
        let mut count = 0;
        let all = self.frames.iter().flat_map(Frame::parts);
        for (part, bytes) in parts.iter_mut().zip(all) {
            let skipped = begun.min(bytes.len());
            begun -= skipped;
            *part = IoSlice::new(&bytes[skipped..]);
            count += 1;
        }
        count
    }

    fn advance(&mut self, written: usize) {
        self.written += written;
        while let Some(first) = self.frames.front()
            && self.written >= first.len()
        {
            self.written -= first.len();
            self.weight -= self.weigh(first);
            self.frames.pop_front();
        }
        if self.frames.is_empty() {
            // A burst must not leave its space with a socket that is idle from then on.
            self.frames.shrink_to(FEW_FRAMES);
        }
    }

    /// Forgets all but the frame that has been written in part.
    pub(super) fn forget_waiting(&mut self) {
        self.frames.truncate(usize::from(self.written > 0));
        self.weight = self.frames.iter().map(|frame| self.weigh(frame)).sum();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    fn queue_of(payloads: &[&'static [u8]]) -> Queue {
        let mut queue = Queue::new(1 << 20);
        for payload in payloads {
            queue
                .push(Frame::binary(Bytes::from_static(payload)))
                .unwrap();
        }
        queue
    }

    /// What a socket with so much space takes.
    fn write(queue: &mut Queue, space: usize) -> Vec<u8> {
        let taken = RefCell::new(Vec::new());
        let space = Cell::new(space);
        let written = queue.write(|parts| {
            if space.get() == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let all: Vec<u8> = parts.iter().flat_map(|part| part.to_vec()).collect();
            let some = all.len().min(space.get());
            taken.borrow_mut().extend_from_slice(&all[..some]);
            space.set(space.get() - some);
            Ok(some)
        });
        assert_eq!(written.is_ok(), queue.is_empty());
        taken.into_inner()
    }

    #[test]
    fn a_frame_has_the_head_that_its_length_asks_for() {
        for (length, head) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = Frame::binary(vec![0; length].into());
            assert_eq!(frame.head(), head, "{length}");
            assert_eq!(frame.len(), head.len() + length);
        }
    }

    #[test]
    fn whatever_a_socket_takes_at_a_time_it_gets_every_byte_once_and_in_order() {
        const PIECE: usize = PIECE_BYTES;
        let mut payloads = [&b"one"[..], b"", b"twenty-one bytes long"].repeat(FRAMES_AT_ONCE);
        payloads.insert(1, &[b'x'; 2 * PIECE]);
        payloads.push(&[b'y'; PIECE]);
        let whole = write(&mut queue_of(&payloads), usize::MAX);
        assert_eq!(&whole[..5], b"\x82\x03one");
        for space in [1, 2, 3, 5, 7, 40, PIECE - 1, PIECE, 5 * PIECE] {
            let mut queue = queue_of(&payloads);
            let mut taken = Vec::new();
            while !queue.is_empty() {
                taken.extend(write(&mut queue, space));
            }
            assert_eq!(taken, whole, "{space} at a time");
            assert_eq!((queue.weight, queue.written), (0, 0));
        }
    }

    #[test]
    fn a_long_queue_is_written_in_turns() {
        let all = BYTES_AT_ONCE * 4;
        let mut queue = Queue::new(all);
        for _ in 0..64 {
            queue.push(Frame::binary(vec![0; all / 64].into())).unwrap();
        }
        let taken = Cell::new(0);
        let mut turns = 1;
        let write = |parts: &[IoSlice<'_>]| {
            let length = parts.iter().map(|part| part.len()).sum::<usize>().min(1000);
            taken.set(taken.get() + length);
            Ok(length)
        };
        while queue.write(write).is_err() {
            turns += 1;
        }
        assert_eq!(taken.get(), all + 64 * 4, "and a head for each");
        assert_eq!(turns, all / BYTES_AT_ONCE);
    }

    #[test]
    fn a_frame_written_in_part_is_not_forgotten_with_what_waits() {
        for (space, rest) in [(0, &b""[..]), (3, b"ne"), (5, b""), (6, b"\x03two")] {
            let mut queue = queue_of(&[b"one", b"two", b"three"]);
            write(&mut queue, space);
            queue.forget_waiting();
            assert_eq!(write(&mut queue, usize::MAX), rest, "after {space} bytes");
            assert_eq!(queue.weight, 0);
        }
    }

    #[test]
    fn r11_only_so_much_waits_but_a_whole_document_and_what_follows_it() {
        let table: [(&[usize], bool); 5] = [
            (&[4, 4], true),
            (&[4, 4, 4], false),
            (&[26], true),
            (&[26, 8], true),
            (&[26, 26], false),
        ];
        for (lengths, fits) in table {
            let mut queue = Queue::new(10);
            let frames = lengths
                .iter()
                .map(|length| Frame::binary(vec![0; *length].into()));
            let pushed: Vec<_> = frames.map(|frame| queue.push(frame)).collect();
            assert_eq!(pushed.iter().all(Result::is_ok), fits, "{lengths:?}");
            assert!(pushed[..pushed.len() - 1].iter().all(Result::is_ok));
            assert!(queue.weight <= 10, "{lengths:?}");
        }
    }
}
