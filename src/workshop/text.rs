//! Edits of a text as plain data. Offsets and lengths are UTF-16 units, as browsers and Yjs count.

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
