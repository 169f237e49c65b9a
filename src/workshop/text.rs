//! Edits of a text as plain data: how two texts differ, what an edit makes of a text and of a caret.
//!
//! Offsets and lengths are UTF-16 units, as browsers and Yjs count. Nothing here knows a document,
//! and nothing here ever cuts a surrogate pair in two.

mod algebra;

pub(crate) use algebra::{EditOrder, compose, invert, rebase};

/// One step of an edit, read from the start of the text; what no step reaches stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextStep {
    /// Leaves this many UTF-16 units as they are.
    Keep(u32),
    /// Puts this text here.
    Insert(String),
    /// Takes this many UTF-16 units away.
    Delete(u32),
}

/// The length of a text in UTF-16 units.
pub fn length(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}

/// Whether nobody could see anything of a text: it is empty, or holds only white space, controls and
/// characters without a shape of their own (Unicode's `Default_Ignorable_Code_Point`, in short).
pub fn is_blank(text: &str) -> bool {
    let shapeless = |character| {
        matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
    };
    text.chars().all(|character| {
        character.is_whitespace() || character.is_control() || shapeless(character)
    })
}

/// The smallest single replacement that makes `new` of `old`; nothing when they are equal.
///
/// Where several places would do (one more `o` in `book`), the one that leaves the caret where it
/// is said to be: `caret` is its offset in `new`, after the edit.
pub fn steps(old: &str, new: &str, caret: u32) -> Vec<TextStep> {
    if old == new {
        return Vec::new();
    }
    let old_units: Vec<u16> = old.encode_utf16().collect();
    let new_units: Vec<u16> = new.encode_utf16().collect();
    let (old_length, new_length) = (old_units.len(), new_units.len());
    let shorter = old_length.min(new_length);

    let mut prefix = old_units
        .iter()
        .zip(&new_units)
        .take_while(|(a, b)| a == b)
        .count();
    while cuts_a_pair(&old_units, prefix) || cuts_a_pair(&new_units, prefix) {
        prefix -= 1;
    }
    let mut suffix = old_units
        .iter()
        .rev()
        .zip(new_units.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    while cuts_a_pair(&old_units, old_length - suffix)
        || cuts_a_pair(&new_units, new_length - suffix)
    {
        suffix -= 1;
    }

    let start = if prefix + suffix <= shorter {
        prefix
    } else {
        // Pure insertion or pure deletion within a repetition: it may have begun anywhere between
        // the two bounds, and typing leaves the caret behind what it inserted.
        let inserted = new_length.saturating_sub(old_length);
        let mut start = (caret as usize)
            .saturating_sub(inserted)
            .clamp(shorter - suffix, prefix);
        while cuts_a_pair(&old_units, start) {
            start -= 1;
        }
        suffix = shorter - start;
        start
    };

    let mut edit = Vec::with_capacity(3);
    if start > 0 {
        edit.push(TextStep::Keep(start as u32));
    }
    if old_length > start + suffix {
        edit.push(TextStep::Delete((old_length - start - suffix) as u32));
    }
    if new_length > start + suffix {
        edit.push(TextStep::Insert(String::from_utf16_lossy(
            &new_units[start..new_length - suffix],
        )));
    }
    edit
}

/// What an edit makes of a text; `None` when it reaches past the end or cuts a surrogate pair.
pub fn apply(text: &str, steps: &[TextStep]) -> Option<String> {
    let mut edited = String::with_capacity(text.len());
    let mut rest = text;
    for step in steps {
        match step {
            TextStep::Keep(units) => {
                let (kept, after) = rest.split_at(byte_offset(rest, *units)?);
                edited.push_str(kept);
                rest = after;
            }
            TextStep::Insert(inserted) => edited.push_str(inserted),
            TextStep::Delete(units) => rest = &rest[byte_offset(rest, *units)?..],
        }
    }
    edited.push_str(rest);
    Some(edited)
}

/// Where a caret at `index` goes when someone else makes an edit: text put exactly at the caret
/// comes after it, and a caret in a deleted stretch goes to where that stretch began.
pub fn shift(index: u32, steps: &[TextStep]) -> u32 {
    let mut reached = 0; // in the text as it was
    let mut shifted = index;
    for step in steps {
        if reached >= index {
            break;
        }
        match step {
            TextStep::Keep(units) => reached += units,
            TextStep::Insert(inserted) => shifted += length(inserted),
            TextStep::Delete(units) => {
                shifted -= (*units).min(index - reached);
                reached += units;
            }
        }
    }
    shifted
}

/// The byte offset of a UTF-16 offset; `None` past the end and within a surrogate pair.
pub(crate) fn byte_offset(text: &str, units: u32) -> Option<usize> {
    let mut reached = 0;
    for (offset, character) in text.char_indices() {
        if reached >= units {
            return (reached == units).then_some(offset);
        }
        reached += character.len_utf16() as u32;
    }
    (reached == units).then_some(text.len())
}

/// Whether `offset` falls between the two halves of a surrogate pair.
fn cuts_a_pair(units: &[u16], offset: usize) -> bool {
    units
        .get(offset)
        .is_some_and(|unit| (0xDC00..0xE000).contains(unit))
}

#[cfg(test)]
mod tests;
