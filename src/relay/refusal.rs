//! What happens when a limit is reached: its name for the operator, the close code, and one sentence
//! for the person.
//!
//! This file owns the words of every limit. Whoever turns somebody away for a limit says so with
//! [`Limit::note`], which logs and counts it; a room, which does neither, keeps it in its tally until
//! it is noted.

use sync::wire::close;

use crate::connection::outbox::Closing;
use crate::measures::Measures;

/// A limit that can turn somebody away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The largest frame, and the largest update in it (G-1).
    FrameBytes,
    /// What may wait to be written to one connection.
    OutgoingBytes,
    /// Frames and bytes a second of one connection, for longer than it may be slowed down.
    Pace,
    /// What the changes of one connection may take beyond what their size explains.
    Excess,
    /// What may wait for a document that is being loaded.
    LoadingBytes,
    /// Connections in all.
    Connections,
    /// Connections that one workshop may have.
    ConnectionsPerWorkshop,
    /// Documents that one connection may have open.
    DocumentsPerConnection,
    /// Documents that one workshop may have.
    DocumentsPerWorkshop,
    /// What one document may take.
    DocumentBytes,
    /// What all documents may take in memory together, and those of one workshop.
    Memory,
    /// How long a connection may be without a key.
    UnauthenticatedTime,
    /// What may be sent before a key.
    EarlyFrames,
    /// The size and number of presence states (P-6, P-7).
    Presence,
    /// The headers of an HTTP request.
    HeaderBytes,
    /// The body of an HTTP request.
    BodyBytes,
    /// How long a client may take to agree on TLS, and to send a request.
    ReadTime,
    /// Wrong codes, of everyone together.
    CodeGuesses,
    /// The size of a photo.
    PhotoBytes,
    /// The number and the bytes of the photos of one workshop.
    PhotosPerWorkshop,
}

/// The words of one limit.
struct Words {
    /// In the log and in the metrics.
    name: &'static str,
    /// For those limits that end a socket (W-11); a request is answered with a status of HTTP.
    code: u16,
    /// For the person, short enough for a close frame.
    sentence: &'static str,
}

impl Limit {
    /// Every limit, in the order in which they are declared.
    pub(crate) const ALL: [Self; 20] = [
        Self::FrameBytes,
        Self::OutgoingBytes,
        Self::Pace,
        Self::Excess,
        Self::LoadingBytes,
        Self::Connections,
        Self::ConnectionsPerWorkshop,
        Self::DocumentsPerConnection,
        Self::DocumentsPerWorkshop,
        Self::DocumentBytes,
        Self::Memory,
        Self::UnauthenticatedTime,
        Self::EarlyFrames,
        Self::Presence,
        Self::HeaderBytes,
        Self::BodyBytes,
        Self::ReadTime,
        Self::CodeGuesses,
        Self::PhotoBytes,
        Self::PhotosPerWorkshop,
    ];

    const fn words(self) -> Words {
        let (name, code, sentence) = match self {
            Self::FrameBytes => (
                "frame-bytes",
                close::TOO_BIG,
                "This change is too big to be sent.",
            ),
            Self::OutgoingBytes => (
                "outgoing-bytes",
                close::COME_BACK_LATER,
                "The connection is too slow. Please try again.",
            ),
            Self::Pace => (
                "pace",
                close::COME_BACK_LATER,
                "Too much was sent for too long. Please try again.",
            ),
            Self::Excess => (
                "excess",
                close::COME_BACK_LATER,
                "Changes from here kept the relay too busy. Please try again.",
            ),
            Self::LoadingBytes => (
                "loading-bytes",
                close::COME_BACK_LATER,
                "There is too much to do just now. Please try again.",
            ),
            Self::Connections => (
                "connections",
                close::COME_BACK_LATER,
                "There are too many people here just now. Please try again later.",
            ),
            Self::ConnectionsPerWorkshop => (
                "connections-per-workshop",
                close::COME_BACK_LATER,
                "This workshop is full just now. Please try again later.",
            ),
            Self::DocumentsPerConnection => (
                "documents-per-connection",
                close::NOT_ALLOWED,
                "Too many boards are open at once.",
            ),
            Self::DocumentsPerWorkshop => (
                "documents-per-workshop",
                close::NOT_ALLOWED,
                "This workshop has as many boards as it may have.",
            ),
            Self::DocumentBytes => (
                "document-bytes",
                close::NOT_ALLOWED,
                "This board is full. Please go on with another one.",
            ),
            Self::Memory => (
                "memory",
                close::COME_BACK_LATER,
                "There is no memory left for this board just now. Please try again later.",
            ),
            Self::UnauthenticatedTime => (
                "unauthenticated-time",
                close::COME_BACK_LATER,
                "No key came in time. Please try again.",
            ),
            Self::EarlyFrames => (
                "early-frames",
                close::BAD_MESSAGE,
                "Too much was sent before the key.",
            ),
            Self::Presence => (
                "presence",
                close::BAD_MESSAGE,
                "What was said about who is here is too long.",
            ),
            Self::HeaderBytes => (
                "header-bytes",
                close::TOO_BIG,
                "The headers of the request are too long.",
            ),
            Self::BodyBytes => ("body-bytes", close::TOO_BIG, "The request is too long."),
            Self::ReadTime => (
                "read-time",
                close::COME_BACK_LATER,
                "The request took too long to arrive.",
            ),
            Self::CodeGuesses => (
                "code-guesses",
                close::COME_BACK_LATER,
                "Too many wrong codes were tried. Please wait a minute, or use the link.",
            ),
            Self::PhotoBytes => (
                "photo-bytes",
                close::TOO_BIG,
                "This photo is too large. Please make it smaller.",
            ),
            Self::PhotosPerWorkshop => (
                "photos-per-workshop",
                close::NOT_ALLOWED,
                "This workshop has as many photos as it may have.",
            ),
        };
        Words {
            name,
            code,
            sentence,
        }
    }

    /// Its name in the log and in the metrics.
    pub(crate) const fn name(self) -> &'static str {
        self.words().name
    }

    /// The close code, for those limits that end a socket.
    pub(crate) const fn code(self) -> u16 {
        self.words().code
    }

    /// What the person is told.
    pub(crate) const fn sentence(self) -> &'static str {
        self.words().sentence
    }

    /// Notes that somebody was turned away for this limit.
    pub(crate) fn note(self, measures: &Measures) {
        let Words { name, sentence, .. } = self.words();
        tracing::info!(limit = name, "{sentence}");
        measures.count(self);
    }

    /// Notes it, and gives what the connection is to be closed with.
    pub(crate) fn closing(self, measures: &Measures) -> Closing {
        self.note(measures);
        Closing {
            code: self.code(),
            reason: self.sentence(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_short_name_and_one_sentence_that_fits_into_a_close_frame() {
        for (number, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(number, limit as usize, "{limit:?} is out of its order");
            let Words { name, sentence, .. } = limit.words();
            assert!(sentence.ends_with('.') && sentence.len() < 120, "{limit:?}");
            assert!(!name.contains(' ') && name.len() < 30, "{limit:?}");
        }
    }
}
