//! One update made into several: what is larger than a relay reads in one frame (rules S-15 and
//! S-16), and what is more than a document should take in at once.
//!
//! Owns the order in which structs go and where one part ends, so that a gate that would pass the
//! whole finds no hole in any part once those before it have been applied. Structs are copied byte
//! for byte: what they hold is read, never understood, and by the gate's own reader. Must never
//! recurse, and never give some of the parts of what cannot be given in full.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::gate::budget::Budget;
use crate::gate::{Refused, structs};
use crate::lib0::{Reader, write_var_uint};
use crate::limits;

/// The most that precedes the structs or deletions of one client: its id, a clock and a count.
const HEAD_BYTES: usize = 8 + 5 + 5;
/// The most that a part takes beside that: how many clients have structs, how many deletions.
const PART_BYTES: usize = 5 + 5;

/// How much one part may hold.
#[derive(Clone, Copy)]
struct Most {
    bytes: usize,
    /// Its structs and ranges of deletions, times their bytes.
    work: usize,
}

/// Makes one update into as few as a relay reads one by one, in the order in which to send them.
/// One that is small enough stays as it is, unread.
///
/// # Errors
/// [`Refused::TooLarge`] when a single struct is larger than a relay reads. Else the reason why no
/// gate would pass the update.
pub(crate) fn split(update: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Refused> {
    if update.len() <= limits::FRAME_BYTES {
        return Ok(vec![Cow::Borrowed(update)]);
    }
    let most = Most {
        bytes: limits::FRAME_BYTES,
        work: usize::MAX,
    };
    split_within(most, update)
}

/// Makes one update into as few as a document can take in cheaply, each in a transaction of its own
/// and in this order: each holds so little that its structs and ranges of deletions, times their
/// bytes, come to `work` at most, or a single struct or range.
///
/// # Errors
/// The reason why no gate would pass the update, or why its structs have no order: some build on
/// each other in a circle.
pub fn in_parts(work: usize, update: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Refused> {
    let most = Most {
        bytes: usize::MAX,
        work,
    };
    split_within(most, update)
}

fn split_within(most: Most, update: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Refused> {
    let mut reader = Reader::new(update);
    let mut sections = read_sections(&mut reader)?;
    let mut parts = Parts::new(most);
    add_structs(&mut sections, &mut parts)?;
    add_deletions(&mut reader, &mut parts)?;
    parts.close();
    Ok(parts.closed)
}

/// The structs of one client that are not in a part yet.
struct Section<'a> {
    client: u64,
    /// The clock of the next struct: all before it have gone.
    clock: u32,
    /// How many are left.
    structs: usize,
    /// Begins with the next struct.
    rest: Reader<'a>,
    /// Whether the walk is under way here, so that coming here again is going round in a circle.
    is_entered: bool,
}

/// Finds where the structs of each client begin, and leaves the reader at the delete set.
fn read_sections<'a>(reader: &mut Reader<'a>) -> Result<Vec<Section<'a>>, Refused> {
    let mut sections = Vec::new();
    for _ in 0..structs::read_section_count(reader)? {
        let head = structs::read_section(reader)?;
        sections.push(Section {
            client: head.client,
            clock: head.clock,
            structs: head.structs,
            rest: reader.clone(),
            is_entered: false,
        });
        let mut clock = head.clock;
        for _ in 0..head.structs {
            clock = structs::read_struct(clock, reader, &mut Budget::default())?.end;
        }
    }
    Ok(sections)
}

/// Adds every struct after those that it builds on. A struct that waits for another client's is
/// read again when that one has gone, at most once for each of its needs, so the cost is linear.
///
/// What the update does not bring itself the receiver knows, or the whole would leave a hole too.
fn add_structs(sections: &mut [Section<'_>], parts: &mut Parts<'_>) -> Result<(), Refused> {
    let by_client: BTreeMap<u64, usize> = sections
        .iter()
        .enumerate()
        .map(|(index, section)| (section.client, index))
        .collect();
    for first in 0..sections.len() {
        // The sections that wait for one another, and the clock that the one before waits for.
        let mut path = vec![(first, u32::MAX)];
        while let Some(&(index, awaited)) = path.last() {
            let section = &mut sections[index];
            let is_done = section.structs == 0 || section.clock > awaited;
            section.is_entered = !is_done;
            if is_done {
                path.pop();
                continue;
            }
            let mut after = section.rest.clone();
            let next = structs::read_struct(section.clock, &mut after, &mut Budget::default())?;
            let missing = |(client, clock): (u64, u32)| {
                let needed = *by_client.get(&client)?;
                let has_gone = sections[needed].structs == 0 || sections[needed].clock > clock;
                (!has_gone).then_some((needed, clock))
            };
            let missing = next.needs().find_map(missing);
            if let Some((needed, clock)) = missing {
                if sections[needed].is_entered {
                    return Err(Refused::Malformed("structs that build on each other"));
                }
                path.push((needed, clock));
                continue;
            }
            let section = &mut sections[index];
            let bytes = read_between(&section.rest, &after)?;
            parts.add_struct(section.client, section.clock, bytes)?;
            section.clock = next.end;
            section.structs -= 1;
            section.rest = after;
        }
    }
    Ok(())
}

/// Adds the delete set, range by range. It comes last, when everything it deletes has gone.
fn add_deletions(reader: &mut Reader<'_>, parts: &mut Parts<'_>) -> Result<(), Refused> {
    for _ in 0..structs::read_deleted_client_count(reader)? {
        let (client, ranges) = structs::read_deleted_client(reader)?;
        let mut end = 0;
        for _ in 0..ranges {
            let from = reader.clone();
            end = structs::read_range(end, reader)?;
            parts.add_deletion(client, read_between(&from, reader)?)?;
        }
    }
    Ok(())
}

/// The bytes that have been read since a reader was at `from`.
fn read_between<'a>(from: &Reader<'a>, to: &Reader<'a>) -> Result<&'a [u8], Refused> {
    Ok(from.clone().take(from.remaining() - to.remaining())?)
}

/// The structs of one client in the open part.
struct Structs {
    /// The clock of the first.
    clock: u32,
    count: usize,
    bytes: Vec<u8>,
}

/// The deletions of one client in the open part.
#[derive(Default)]
struct Deletions {
    count: usize,
    bytes: Vec<u8>,
}

/// The part that is being put together, and those that are closed.
struct Parts<'a> {
    most: Most,
    closed: Vec<Cow<'a, [u8]>>,
    /// What the open part takes, at most.
    bytes: usize,
    /// How many structs and ranges of deletions it holds.
    pieces: usize,
    /// What it holds, by client.
    structs: BTreeMap<u64, Structs>,
    deletions: BTreeMap<u64, Deletions>,
}

impl Parts<'_> {
    fn new(most: Most) -> Self {
        Self {
            most,
            closed: Vec::new(),
            bytes: PART_BYTES,
            pieces: 0,
            structs: BTreeMap::new(),
            deletions: BTreeMap::new(),
        }
    }

    /// Adds the struct of a client at this clock, which follows the one added last.
    fn add_struct(&mut self, client: u64, clock: u32, bytes: &[u8]) -> Result<(), Refused> {
        let has_head = self.structs.contains_key(&client);
        self.make_room(if has_head { 0 } else { HEAD_BYTES }, bytes.len())?;
        let structs = self.structs.entry(client).or_insert(Structs {
            clock,
            count: 0,
            bytes: Vec::new(),
        });
        structs.count += 1;
        structs.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Adds a range of a client's deletions, which follows the one added last.
    fn add_deletion(&mut self, client: u64, bytes: &[u8]) -> Result<(), Refused> {
        let has_head = self.deletions.contains_key(&client);
        self.make_room(if has_head { 0 } else { HEAD_BYTES }, bytes.len())?;
        let deletions = self.deletions.entry(client).or_default();
        deletions.count += 1;
        deletions.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Closes the open part if a piece of so many bytes, with their head, does not go into it.
    fn make_room(&mut self, head: usize, bytes: usize) -> Result<(), Refused> {
        let mut needed = head + bytes;
        let work = (self.pieces + 1).saturating_mul(self.bytes + needed);
        let is_too_much = work > self.most.work && self.pieces > 0;
        if is_too_much || self.bytes + needed > self.most.bytes {
            self.close();
            needed = HEAD_BYTES + bytes;
            if self.bytes + needed > self.most.bytes {
                return Err(Refused::TooLarge { bytes });
            }
        }
        self.bytes += needed;
        self.pieces += 1;
        Ok(())
    }

    /// Writes the open part down, unless there is nothing in it, and begins another.
    fn close(&mut self) {
        if self.pieces == 0 {
            return;
        }
        let mut part = Vec::with_capacity(self.bytes);
        self.bytes = PART_BYTES;
        self.pieces = 0;
        write_var_uint(&mut part, self.structs.len() as u64);
        for (client, structs) in std::mem::take(&mut self.structs) {
            write_var_uint(&mut part, structs.count as u64);
            write_var_uint(&mut part, client);
            write_var_uint(&mut part, u64::from(structs.clock));
            part.extend(structs.bytes);
        }
        write_var_uint(&mut part, self.deletions.len() as u64);
        for (client, deletions) in std::mem::take(&mut self.deletions) {
            write_var_uint(&mut part, client);
            write_var_uint(&mut part, deletions.count as u64);
            part.extend(deletions.bytes);
        }
        self.closed.push(part.into());
    }
}
