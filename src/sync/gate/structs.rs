//! Reading the structs and the delete set of an update (rules G-1, G-3, G-4, G-6, G-7).
//!
//! Owns the layout of update version 1, as `Update::decode` in yrs 0.28.1 and `readClientsStructRefs`
//! and `readItemContent` in Yjs 13 read it. Must never accept what these two read differently: yrs
//! looks at four bits of a content's kind and Yjs at five, yrs takes garbage with origins for an
//! item and Yjs for garbage, yrs reads no name after an XML hook and Yjs does.

use super::any::{read_any, read_json};
use super::budget::Budget;
use super::horizon::Horizon;
use super::{Refused, advance, read_client, read_clock};
use crate::lib0::Reader;

// The whole first byte of a struct that is not an item.
const GARBAGE: u8 = 0;
const SKIP: u8 = 10;

// Flags of an item's first byte.
const HAS_ORIGIN: u8 = 0x80;
const HAS_RIGHT_ORIGIN: u8 = 0x40;
const HAS_PARENT_SUB: u8 = 0x20;
const CONTENT: u8 = 0x1f;

// Kinds of content.
const DELETED: u8 = 1;
const JSON: u8 = 2;
const BINARY: u8 = 3;
const STRING: u8 = 4;
const EMBED: u8 = 5;
const FORMAT: u8 = 6;
const TYPE: u8 = 7;
const ANY: u8 = 8;

// Kinds of shared type.
const TYPE_ARRAY: u8 = 0;
const TYPE_TEXT: u8 = 2;

/// The least a client's structs take: how many, whose, from where, and one of two bytes.
const SECTION_BYTES: usize = 5;
/// The least a struct takes: its first byte and a length.
const STRUCT_BYTES: usize = 2;
/// The least a client's deletions take: whose, and how many ranges.
const DELETIONS_BYTES: usize = 2;
/// The least a range of deletions takes.
const RANGE_BYTES: usize = 2;

/// What precedes the structs of one client.
pub(crate) struct Section {
    pub(crate) client: u64,
    /// The clock of the first struct.
    pub(crate) clock: u32,
    pub(crate) structs: usize,
}

/// One struct: not what it holds, but which clocks it takes and what it builds on.
pub(crate) struct Struct {
    /// The clock after it.
    pub(crate) end: u32,
    /// Whether it says only that these clocks are left out.
    pub(crate) is_skip: bool,
    /// Its neighbours when it was made: the origin and the right origin.
    pub(crate) origins: [Option<(u64, u32)>; 2],
    /// The type it is in, where it has no neighbours and that type is not a root.
    pub(crate) parent: Option<(u64, u32)>,
}

impl Struct {
    /// The structs that must be known before.
    pub(crate) fn needs(&self) -> impl Iterator<Item = (u64, u32)> {
        self.origins.into_iter().chain([self.parent]).flatten()
    }
}

/// Reads the structs of all clients and says how many there are, skips not counted.
pub(super) fn read_structs<'a>(
    reader: &mut Reader<'a>,
    horizon: &mut Horizon<'_>,
    budget: &mut Budget<'a>,
) -> Result<usize, Refused> {
    let mut structs = 0;
    for _ in 0..read_section_count(reader)? {
        let section = read_section(reader)?;
        budget.client();
        if horizon.open_section(section.client) {
            budget.known_client();
        }
        let mut clock = section.clock;
        for _ in 0..section.structs {
            let read = read_struct(clock, reader, budget)?;
            for (client, needed) in read.needs() {
                horizon.need(clock, client, needed)?;
            }
            for _ in 0..cuts(section.client, clock, read.origins) {
                budget.cut();
            }
            if !read.is_skip {
                horizon.bring(clock, read.end);
                structs += 1;
            }
            clock = read.end;
        }
    }
    Ok(structs)
}

/// Reads how many clients the update holds structs of.
pub(crate) fn read_section_count(reader: &mut Reader<'_>) -> Result<usize, Refused> {
    Ok(reader.count(SECTION_BYTES)?)
}

/// Reads what precedes the structs of one client.
pub(crate) fn read_section(reader: &mut Reader<'_>) -> Result<Section, Refused> {
    let structs = reader.count(STRUCT_BYTES)?;
    if structs == 0 {
        return Err(Refused::Malformed("a client without structs"));
    }
    Ok(Section {
        client: read_client(reader)?,
        clock: read_clock(reader)?,
        structs,
    })
}

/// In how many places a struct at `clock` may make others be cut in two: between its neighbours, or
/// beside each. Nothing is cut where it follows its client's last struct.
fn cuts(client: u64, clock: u32, [origin, right_origin]: [Option<(u64, u32)>; 2]) -> usize {
    let place = origin.map(|(client, clock)| (client, clock + 1));
    let follows = place == Some((client, clock));
    usize::from(place.is_some() && !follows)
        + usize::from(right_origin.is_some() && right_origin != place)
}

/// Reads the struct at `clock` of its client.
#[inline]
pub(crate) fn read_struct<'a>(
    clock: u32,
    reader: &mut Reader<'a>,
    budget: &mut Budget<'a>,
) -> Result<Struct, Refused> {
    let info = reader.u8()?;
    let mut read = Struct {
        end: clock,
        is_skip: info == SKIP,
        origins: [None; 2],
        parent: None,
    };
    let length = match info {
        GARBAGE | SKIP => {
            budget.block();
            reader.var_uint()?
        }
        _ => {
            budget.item();
            read_place(info, &mut read, reader, budget)?;
            read_content(info & CONTENT, reader, budget)?
        }
    };
    if length == 0 {
        return Err(Refused::Malformed("a struct of no length"));
    }
    read.end = advance(clock, length)?;
    Ok(read)
}

/// Reads where an item stands, which comes after its first byte and before its content.
fn read_place<'a>(
    info: u8,
    read: &mut Struct,
    reader: &mut Reader<'a>,
    budget: &mut Budget<'a>,
) -> Result<(), Refused> {
    if info & HAS_ORIGIN != 0 {
        read.origins[0] = Some(read_reference(reader)?);
    }
    if info & HAS_RIGHT_ORIGIN != 0 {
        read.origins[1] = Some(read_reference(reader)?);
    }
    // An item with an origin takes its parent, and its key in the parent, from there.
    if info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN) != 0 {
        return Ok(());
    }
    match reader.var_uint()? {
        0 => read.parent = Some(read_reference(reader)?),
        1 => budget.root(reader.var_string()?),
        _ => return Err(Refused::Malformed("a parent of unknown kind")),
    }
    if info & HAS_PARENT_SUB != 0 {
        budget.key(reader.var_string()?.len());
    }
    Ok(())
}

fn read_reference(reader: &mut Reader<'_>) -> Result<(u64, u32), Refused> {
    Ok((read_client(reader)?, read_clock(reader)?))
}

/// Reads the content of an item, and says how many clocks it takes.
fn read_content(
    kind: u8,
    reader: &mut Reader<'_>,
    budget: &mut Budget<'_>,
) -> Result<u64, Refused> {
    match kind {
        DELETED => Ok(reader.var_uint()?),
        JSON => Err(Refused::JsonContent),
        BINARY => {
            budget.bytes(reader.var_bytes()?.len());
            Ok(1)
        }
        STRING => {
            let text = reader.var_string()?;
            budget.bytes(text.len());
            Ok(utf16_length(text) as u64)
        }
        EMBED => {
            read_json(reader, budget)?;
            Ok(1)
        }
        FORMAT => {
            budget.bytes(reader.var_string()?.len());
            read_json(reader, budget)?;
            Ok(1)
        }
        TYPE => match reader.u8()? {
            TYPE_ARRAY..=TYPE_TEXT => {
                budget.shared_type();
                Ok(1)
            }
            _ => Err(Refused::ForeignContent(TYPE)),
        },
        ANY => {
            let count = reader.count(1)?;
            for _ in 0..count {
                read_any(reader, budget)?;
            }
            Ok(count as u64)
        }
        other => Err(Refused::ForeignContent(other)),
    }
}

/// The length of a text as JavaScript counts it, which is how clocks count it.
fn utf16_length(text: &str) -> usize {
    // One unit for each character, and one more for each that takes four bytes in UTF-8.
    text.bytes()
        .map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0))
        .sum()
}

/// Reads the delete set and says how many ranges it holds.
pub(super) fn read_deletions(
    reader: &mut Reader<'_>,
    horizon: &mut Horizon<'_>,
    budget: &mut Budget<'_>,
) -> Result<usize, Refused> {
    let mut deletions = 0;
    let mut clients = Vec::new();
    for _ in 0..read_deleted_client_count(reader)? {
        let (client, ranges) = read_deleted_client(reader)?;
        clients.push(client);
        budget.client();
        let mut end = 0;
        for _ in 0..ranges {
            end = read_range(end, reader)?;
            budget.range();
        }
        horizon.delete(client, end);
        deletions += ranges;
    }
    clients.sort_unstable();
    if clients.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refused::Malformed(
            "a client appears twice in the delete set",
        ));
    }
    Ok(deletions)
}

/// Reads of how many clients the delete set holds ranges.
pub(crate) fn read_deleted_client_count(reader: &mut Reader<'_>) -> Result<usize, Refused> {
    Ok(reader.count(DELETIONS_BYTES)?)
}

/// Reads what precedes the deletions of one client: whose they are, and how many ranges.
pub(crate) fn read_deleted_client(reader: &mut Reader<'_>) -> Result<(u64, usize), Refused> {
    Ok((read_client(reader)?, reader.count(RANGE_BYTES)?))
}

/// Reads the range of deletions that follows one which ended at `last_end`, and says where it ends.
pub(crate) fn read_range(last_end: u32, reader: &mut Reader<'_>) -> Result<u32, Refused> {
    let start = read_clock(reader)?;
    let length = reader.var_uint()?;
    if length == 0 || start < last_end {
        return Err(Refused::Malformed("ranges of deletions that do not ascend"));
    }
    advance(start, length)
}
