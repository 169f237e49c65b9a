//! Reading `Any` and embedded JSON without recursion (rule G-2).
//!
//! Owns the walk over nested values. Must never follow nesting on the stack of the processor: that
//! is what it is here to prevent.

use super::Refused;
use super::budget::Budget;
use crate::lib0::Reader;
use crate::limits::ANY_DEPTH;

// The tags of lib0's `writeAny`.
const UNDEFINED: u8 = 127;
const NULL: u8 = 126;
const INTEGER: u8 = 125;
const FLOAT_32: u8 = 124;
const FLOAT_64: u8 = 123;
const BIG_INTEGER: u8 = 122;
const FALSE: u8 = 121;
const TRUE: u8 = 120;
const STRING: u8 = 119;
const OBJECT: u8 = 118;
const ARRAY: u8 = 117;
const BINARY: u8 = 116;

/// An array or object that is being read. A count never exceeds the bytes of an update, so 32 bits
/// hold it.
#[derive(Clone, Copy, Default)]
struct Open {
    values_left: u32,
    is_object: bool,
}

/// Reads one `Any`.
#[inline]
pub(super) fn read_any(reader: &mut Reader<'_>, budget: &mut Budget<'_>) -> Result<(), Refused> {
    // Most values are plain, and need no room for nesting.
    match read_value(reader, budget)? {
        None => Ok(()),
        Some(outermost) => read_nested(outermost, reader, budget),
    }
}

/// Reads the values of an array or object, and those within them.
fn read_nested(
    outermost: Open,
    reader: &mut Reader<'_>,
    budget: &mut Budget<'_>,
) -> Result<(), Refused> {
    let mut open = [Open::default(); ANY_DEPTH];
    open[0] = outermost;
    let mut depth = 1;
    while depth > 0 {
        let innermost = &mut open[depth - 1];
        if innermost.values_left == 0 {
            depth -= 1;
            continue;
        }
        innermost.values_left -= 1;
        if innermost.is_object {
            budget.bytes(reader.var_string()?.len());
        }
        if let Some(within) = read_value(reader, budget)? {
            *open.get_mut(depth).ok_or(Refused::TooDeep)? = within;
            depth += 1;
        }
    }
    Ok(())
}

/// Reads one plain value, or the beginning of an array or object.
#[inline]
fn read_value(reader: &mut Reader<'_>, budget: &mut Budget<'_>) -> Result<Option<Open>, Refused> {
    budget.value();
    match reader.u8()? {
        UNDEFINED | NULL | FALSE | TRUE => {}
        INTEGER => reader.skip_var_int()?,
        FLOAT_32 => {
            reader.take(4)?;
        }
        FLOAT_64 | BIG_INTEGER => {
            reader.take(8)?;
        }
        STRING => budget.bytes(reader.var_string()?.len()),
        BINARY => budget.bytes(reader.var_bytes()?.len()),
        ARRAY => {
            let values_left = reader.count(1)? as u32;
            budget.array(values_left as usize);
            return Ok(Some(Open {
                values_left,
                is_object: false,
            }));
        }
        OBJECT => {
            // A key takes at least a byte, and so does its value.
            let values_left = reader.count(2)? as u32;
            budget.map(values_left as usize);
            return Ok(Some(Open {
                values_left,
                is_object: true,
            }));
        }
        _ => return Err(Refused::Malformed("a value of unknown kind")),
    }
    Ok(None)
}

/// Reads one string of embedded JSON, as formats and embeds carry it.
///
/// Boards hold none; a foreign editor's text may. So it is read twice: once for its depth, then by
/// the parser that yrs will use, which is the only way to accept exactly what yrs accepts.
pub(super) fn read_json(reader: &mut Reader<'_>, budget: &mut Budget<'_>) -> Result<(), Refused> {
    let json = reader.var_string()?;
    budget.json(json.len());
    if json_depth(json) > ANY_DEPTH {
        return Err(Refused::TooDeep);
    }
    match yrs::Any::from_json(json) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refused::Malformed("embedded JSON that is not JSON")),
    }
}

/// How deep arrays and objects nest in JSON text, or would if it were JSON.
pub(crate) fn json_depth(json: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut in_string = false;
    let mut escaped = false;
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
