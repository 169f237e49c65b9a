//! Reckoning with edits: two in a row as one, an edit's opposite, an edit carried over another one.
//!
//! The history rests on these: an undo made minutes later must touch exactly the words that were
//! written here, wherever others' edits have moved them. Edits must fit their texts; where one does
//! not, the result may not fit either, and whoever applies it finds out.

use super::{TextStep, byte_offset, length};

/// Which of two texts put at the same place comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditOrder {
    /// The text of the edit that is carried over.
    CarriedFirst,
    /// The text of the edit that it is carried over.
    OtherFirst,
}

/// One edit that does what `first` and then `second` do.
pub(crate) fn compose(first: &[TextStep], second: &[TextStep]) -> Vec<TextStep> {
    let (mut first, mut second) = (Reader::new(first), Reader::new(second));
    let mut composed = Writer::default();
    loop {
        match (first.peek(), second.peek()) {
            (Kind::End, Kind::End) => return composed.finish(),
            (_, Kind::Insert) => composed.push(second.take(u32::MAX)),
            (Kind::Delete, _) => composed.push(first.take(u32::MAX)),
            (a, b) => {
                let units = first.left().min(second.left());
                let (earlier, later) = (first.take(units), second.take(units));
                match (a, b) {
                    (Kind::Insert, Kind::Delete) => {}
                    (Kind::Insert, _) => composed.push(earlier),
                    _ => composed.push(later),
                }
            }
        }
    }
}

/// The edit that takes `steps`, made to `text`, back.
pub(crate) fn invert(text: &str, steps: &[TextStep]) -> Vec<TextStep> {
    let mut inverse = Writer::default();
    let mut rest = text;
    for step in steps {
        match step {
            TextStep::Keep(units) => {
                inverse.push(TextStep::Keep(*units));
                rest = split(rest, *units).1;
            }
            TextStep::Insert(inserted) => inverse.push(TextStep::Delete(length(inserted))),
            TextStep::Delete(units) => {
                let (deleted, after) = split(rest, *units);
                inverse.push(TextStep::Insert(deleted.to_owned()));
                rest = after;
            }
        }
    }
    inverse.finish()
}

/// `steps` as they must read once `other`, an edit of the same text, has been made.
pub(crate) fn rebase(steps: &[TextStep], other: &[TextStep], order: EditOrder) -> Vec<TextStep> {
    let (mut steps, mut other) = (Reader::new(steps), Reader::new(other));
    let mut rebased = Writer::default();
    loop {
        match (steps.peek(), other.peek()) {
            (Kind::End, _) => return rebased.finish(),
            (Kind::Insert, Kind::Insert) if order == EditOrder::OtherFirst => {
                rebased.push(TextStep::Keep(other.left()));
                other.take(u32::MAX);
            }
            (Kind::Insert, _) => rebased.push(steps.take(u32::MAX)),
            (_, Kind::Insert) => {
                rebased.push(TextStep::Keep(other.left()));
                other.take(u32::MAX);
            }
            (_, theirs) => {
                let units = steps.left().min(other.left());
                let own = steps.take(units);
                other.take(units);
                if theirs != Kind::Delete {
                    rebased.push(own);
                }
            }
        }
    }
}

/// Splits a text at a UTF-16 offset, or at its end.
fn split(text: &str, units: u32) -> (&str, &str) {
    text.split_at(byte_offset(text, units).unwrap_or(text.len()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keep,
    Insert,
    Delete,
    /// Nothing more: all that follows is kept.
    End,
}

/// Reads an edit in pieces of any length.
struct Reader<'a> {
    steps: std::slice::Iter<'a, TextStep>,
    current: Option<TextStep>,
}

impl<'a> Reader<'a> {
    fn new(steps: &'a [TextStep]) -> Self {
        let mut reader = Self {
            steps: steps.iter(),
            current: None,
        };
        reader.advance();
        reader
    }

    fn advance(&mut self) {
        self.current = self.steps.by_ref().find(|step| units_of(step) > 0).cloned();
    }

    fn peek(&self) -> Kind {
        match self.current {
            Some(TextStep::Keep(_)) => Kind::Keep,
            Some(TextStep::Insert(_)) => Kind::Insert,
            Some(TextStep::Delete(_)) => Kind::Delete,
            None => Kind::End,
        }
    }

    /// How much of the current step is left; after the end, everything is.
    fn left(&self) -> u32 {
        self.current.as_ref().map_or(u32::MAX, units_of)
    }

    /// Takes up to `units` of the current step.
    fn take(&mut self, units: u32) -> TextStep {
        let Some(step) = self.current.take() else {
            return TextStep::Keep(units);
        };
        let all = units_of(&step);
        if units >= all {
            self.advance();
            return step;
        }
        let (taken, left) = match step {
            TextStep::Keep(_) => (TextStep::Keep(units), TextStep::Keep(all - units)),
            TextStep::Delete(_) => (TextStep::Delete(units), TextStep::Delete(all - units)),
            TextStep::Insert(text) => {
                let (taken, left) = split(&text, units);
                (
                    TextStep::Insert(taken.to_owned()),
                    TextStep::Insert(left.to_owned()),
                )
            }
        };
        self.current = Some(left);
        if self.left() == 0 {
            self.advance();
        }
        taken
    }
}

fn units_of(step: &TextStep) -> u32 {
    match step {
        TextStep::Keep(units) | TextStep::Delete(units) => *units,
        TextStep::Insert(text) => length(text),
    }
}

/// Writes an edit in its shortest form: like steps joined, nothing empty, no keep at the end.
#[derive(Default)]
struct Writer(Vec<TextStep>);

impl Writer {
    fn push(&mut self, step: TextStep) {
        if units_of(&step) == 0 {
            return;
        }
        match (self.0.last_mut(), step) {
            (Some(TextStep::Keep(kept)), TextStep::Keep(units)) => {
                *kept = kept.saturating_add(units);
            }
            (Some(TextStep::Delete(deleted)), TextStep::Delete(units)) => {
                *deleted = deleted.saturating_add(units);
            }
            (Some(TextStep::Insert(inserted)), TextStep::Insert(text)) => inserted.push_str(&text),
            (_, step) => self.0.push(step),
        }
    }

    fn finish(mut self) -> Vec<TextStep> {
        if let Some(TextStep::Keep(_)) = self.0.last() {
            self.0.pop();
        }
        self.0
    }
}
