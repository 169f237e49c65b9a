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

/// An array or object that is being read.
#[derive(Clone, Copy)]
struct Open {
    values_left: usize,
    is_object: bool,
}

/// Reads one `Any`.
pub(super) fn read_any(reader: &mut Reader<'_>, budget: &mut Budget) -> Result<(), Refused> {
    let mut open = [Open {
        values_left: 0,
        is_object: false,
    }; ANY_DEPTH];
    let mut depth = 0;
    loop {
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
            tag @ (ARRAY | OBJECT) => {
                let is_object = tag == OBJECT;
                // A value takes at least a byte, an object's key one more.
                let values_left = reader.count(if is_object { 2 } else { 1 })?;
                if is_object {
                    budget.map(values_left);
                } else {
                    budget.array();
                }
                *open.get_mut(depth).ok_or(Refused::TooDeep)? = Open {
                    values_left,
                    is_object,
                };
                depth += 1;
            }
            _ => return Err(Refused::Malformed("a value of unknown kind")),
        }
        // Find the innermost array or object that wants another value.
        loop {
            let Some(innermost) = depth.checked_sub(1).map(|index| &mut open[index]) else {
                return Ok(());
            };
            if innermost.values_left > 0 {
                innermost.values_left -= 1;
                if innermost.is_object {
                    budget.bytes(reader.var_string()?.len());
                }
                break;
            }
            depth -= 1;
        }
    }
}

/// Reads one string of embedded JSON, as formats and embeds carry it.
///
/// Boards hold none; a foreign editor's text may. So it is read twice: once for its depth, then by
/// the parser that yrs will use, which is the only way to accept exactly what yrs accepts.
pub(super) fn read_json(reader: &mut Reader<'_>, budget: &mut Budget) -> Result<(), Refused> {
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
