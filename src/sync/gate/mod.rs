//! The gate: every foreign update is read here before a document may decode it (rules G-1 to G-11).
//!
//! Owns the decision whether bytes may reach yrs, and the reason if not. One pass from front to
//! back, no recursion, no allocation that grows with the structs of an ordinary update. Must never
//! panic, decode into yrs what it has not read itself, or know what a card is.
//!
//! What it cannot see, because it holds no document: whether the parent that a struct names is a
//! type, and whether origins of several clients form a circle. yrs answers the first with an error
//! and the second with pending structs; the relay's room ends such an update there.

mod any;
pub(crate) mod budget;
mod horizon;
#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
mod random_tests;
pub(crate) mod structs;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod yjs_tests;

use yrs::{ClientID, StateVector};

use crate::lib0::{Broken, Reader};
use crate::limits;
pub(crate) use any::json_depth;
use budget::Budget;
pub use budget::{SPLIT_BYTES, SPLIT_MEMORY};
use horizon::Horizon;

/// What the gate learnt about an update it lets pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admitted {
    /// How many structs the update holds, skips not counted.
    pub structs: usize,
    /// How many ranges of deletions the update holds.
    pub deletions: usize,
    /// Whether any struct goes beyond what was known. Without it an update can only delete.
    pub adds: bool,
    /// What its structs may take in memory by themselves, in bytes, by the estimate of G-8; 0 where all
    /// of them are known.
    pub memory: usize,
    /// In how many places its structs may split others in two; 0 where all of them are known.
    pub splits: usize,
    /// For each client with structs in the update the clock after its last one, or the known
    /// clock if that is greater: what is known of it once the update is applied.
    pub clocks: Vec<(u64, u32)>,
}

impl Admitted {
    /// Whether the update says nothing at all, as a step 2 to someone who lacks nothing does.
    pub fn is_empty(&self) -> bool {
        self.structs == 0 && self.deletions == 0
    }

    /// How many structs there may be more, since those that were there are split: where a range of
    /// deletions lies in one, it is three from then on.
    pub fn most_splits(&self) -> usize {
        self.splits + 2 * self.deletions
    }

    /// How many structs and ranges of deletions the update holds: times its bytes, what it is to put
    /// together ([`limits::TRANSACTION_WORK`]).
    pub fn pieces(&self) -> usize {
        self.structs + self.deletions
    }

    /// Brings a state vector up to what is known after this update has been applied.
    pub fn advance(&self, known: &mut StateVector) {
        for &(client, clock) in &self.clocks {
            known.set_max(ClientID::new(client), clock);
        }
    }
}

/// Why the gate holds an update back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// More bytes than this end reads (G-1).
    #[error("the update has {bytes} bytes, which is too many")]
    TooLarge {
        /// The update's size.
        bytes: usize,
    },
    /// A count or length larger than what remains (G-1).
    #[error("the update holds a count or length larger than what remains of it")]
    Truncated,
    /// A value nested too deep (G-2).
    #[error("the update holds a value nested too deep")]
    TooDeep,
    /// Content of the obsolete kind `ContentJSON` (G-3).
    #[error("the update holds content of the obsolete kind ContentJSON")]
    JsonContent,
    /// A client id of 2^53 or more (G-4).
    #[error("the update holds a client id out of range")]
    ClientOutOfRange,
    /// A clock, or clock plus length, of 2^31 or more (G-4).
    #[error("the update holds a clock out of range")]
    ClockOutOfRange,
    /// The update builds on something that is not known (G-5). Not an attack: answer with step 1.
    #[error("the update needs client {client} up to {found}, known is {known}")]
    Hole {
        /// Whose structs are missing.
        client: u64,
        /// The clock up to which they are known.
        known: u32,
        /// The clock that the update needs.
        found: u32,
    },
    /// Content that no document of Trestle holds (G-6).
    #[error("the update holds content of kind {0}, which no document here holds")]
    ForeignContent(u8),
    /// Anything else that is not well formed (G-7).
    #[error("the update is not well formed: {0}")]
    Malformed(&'static str),
    /// Too much memory for its size (G-8).
    #[error("the update would take {bytes} bytes of memory, which is too many for its size")]
    TooDense {
        /// The estimate.
        bytes: usize,
    },
}

impl Refused {
    /// The number of the rule in `SPEC.md` that the update breaks: 5 for G-5.
    pub fn rule(&self) -> u8 {
        match self {
            Self::TooLarge { .. } | Self::Truncated => 1,
            Self::TooDeep => 2,
            Self::JsonContent => 3,
            Self::ClientOutOfRange | Self::ClockOutOfRange => 4,
            Self::Hole { .. } => 5,
            Self::ForeignContent(_) => 6,
            Self::Malformed(_) => 7,
            Self::TooDense { .. } => 8,
        }
    }

    /// Whether the sender may be honest and only an update is missing: answer with step 1.
    pub fn is_hole(&self) -> bool {
        matches!(self, Self::Hole { .. })
    }
}

impl From<Broken> for Refused {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Truncated => Self::Truncated,
            Broken::Overflow => Self::Malformed("a number does not fit where it stands"),
            Broken::NotText => Self::Malformed("a string is not UTF-8"),
        }
    }
}

/// Checks an update that a client sent to the relay, against what the relay's document knows.
///
/// # Errors
/// The reason why the update may not be decoded.
pub fn check(update: &[u8], known: &StateVector) -> Result<Admitted, Refused> {
    let most = (update.len() * limits::MEMORY_FACTOR).max(limits::MEMORY_ALLOWANCE);
    read(limits::FRAME_BYTES, most, update, known)
}

/// Checks an update that may be a whole document: one that the relay sends to a client, or that
/// the relay reads back from its store. All of it has passed [`check`] in pieces, so it may be denser
/// than any of them: a rule on the whole could make a document unreadable (G-8).
///
/// # Errors
/// The reason why the update may not be decoded.
pub fn check_snapshot(update: &[u8], known: &StateVector) -> Result<Admitted, Refused> {
    read(limits::SNAPSHOT_BYTES, usize::MAX, update, known)
}

fn read(
    most_bytes: usize,
    most_memory: usize,
    update: &[u8],
    known: &StateVector,
) -> Result<Admitted, Refused> {
    if update.len() > most_bytes {
        return Err(Refused::TooLarge {
            bytes: update.len(),
        });
    }
    let mut budget = Budget::default();
    let mut horizon = Horizon::new(known);
    let mut reader = Reader::new(update);
    let structs = structs::read_structs(&mut reader, &mut horizon, &mut budget)?;
    horizon.close_sections()?;
    let (memory, splits) = budget.of_structs();
    let deletions = structs::read_deletions(&mut reader, &mut horizon, &mut budget)?;
    if !reader.is_empty() {
        return Err(Refused::Malformed("bytes follow its end"));
    }
    budget.settle(most_memory)?;
    // A hole is asked to be filled, so it comes last: only what is otherwise sound is worth it.
    horizon.settle()?;
    let (adds, clocks) = horizon.into_clocks();
    Ok(Admitted {
        structs,
        deletions,
        adds,
        memory: if adds { memory } else { 0 },
        splits: if adds { splits } else { 0 },
        clocks,
    })
}

/// Reads a state vector, version 1, as it comes with a step 1 (G-11).
///
/// # Errors
/// When the bytes are not exactly one state vector with ids and clocks in range.
pub fn read_state_vector(bytes: &[u8]) -> Result<StateVector, Refused> {
    if bytes.len() > limits::FRAME_BYTES {
        return Err(Refused::TooLarge { bytes: bytes.len() });
    }
    let mut reader = Reader::new(bytes);
    let count = reader.count(2)?;
    let mut clocks = Vec::with_capacity(count);
    for _ in 0..count {
        let client = read_client(&mut reader)?;
        clocks.push((ClientID::new(client), read_clock(&mut reader)?));
    }
    if !reader.is_empty() {
        return Err(Refused::Malformed("bytes follow its end"));
    }
    Ok(clocks.into_iter().collect())
}

/// A client id below 2^53.
fn read_client(reader: &mut Reader<'_>) -> Result<u64, Refused> {
    reader.var_uint().map_err(|broken| match broken {
        Broken::Overflow => Refused::ClientOutOfRange,
        other => other.into(),
    })
}

/// A clock below 2^31.
fn read_clock(reader: &mut Reader<'_>) -> Result<u32, Refused> {
    match reader.var_uint() {
        Ok(clock) if clock < limits::CLOCKS => Ok(clock as u32),
        Ok(_) | Err(Broken::Overflow) => Err(Refused::ClockOutOfRange),
        Err(broken) => Err(broken.into()),
    }
}

/// The clock after `length` more, still below 2^31.
fn advance(clock: u32, length: u64) -> Result<u32, Refused> {
    match u64::from(clock).checked_add(length) {
        Some(end) if end < limits::CLOCKS => Ok(end as u32),
        _ => Err(Refused::ClockOutOfRange),
    }
}
