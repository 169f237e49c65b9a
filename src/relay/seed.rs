//! What a new workshop begins with. The only file of this crate that names `methods`; to the relay
//! its documents are opaque bytes, and they pass the gate like anyone else's.

use bytes::Bytes;
use methods::CannotSeed;
use workshop::address::DocumentKind;

use crate::room::stored;

/// A new workshop's title and documents.
pub(crate) struct Seeded {
    pub(crate) title: String,
    pub(crate) documents: Vec<(DocumentKind, Bytes)>,
}

/// Why there is nothing to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSeeded {
    UnknownStart,
    NoTitle,
    TooLong,
    /// The documents did not pass the gate: a fault of the program, not of whoever asked.
    Unsound,
}

/// Makes the first documents of a workshop. Only a sample has a title of its own.
pub(crate) fn documents(start: &str, title: &str, question: &str) -> Result<Seeded, NotSeeded> {
    let seeded = methods::seed(start, title, question, random_bits);
    let seeded = seeded.map_err(|cannot| match cannot {
        CannotSeed::UnknownStart(_) => NotSeeded::UnknownStart,
        CannotSeed::NoTitle => NotSeeded::NoTitle,
        CannotSeed::TooLong(_) => NotSeeded::TooLong,
    })?;
    let mut documents = Vec::with_capacity(seeded.documents.len());
    for (kind, update) in seeded.documents {
        let update = Bytes::from(update);
        if let Err(broken) = stored::check_whole(&update) {
            tracing::error!(%broken, start, "a starting point is not sound");
            return Err(NotSeeded::Unsound);
        }
        documents.push((kind, update));
    }
    Ok(Seeded {
        title: seeded.title,
        documents,
    })
}

/// Fresh random bits from the operating system.
pub(crate) fn random_bits() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    u128::from_le_bytes(bytes)
}
