//! A text field and a shared text kept as one. Invariants:
//! 1. what is typed becomes the smallest edit of the shared text;
//! 2. an edit from elsewhere moves the caret and the selection with the words around them;
//! 3. while a composition (an input method, an accent being put together) is going on, the field is
//!    left alone, and what came in the meantime is put in when it ends.

use workshop::text::{self, TextStep};

/// What the field is to show after an edit from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub text: String,
    /// Where the selection starts, in UTF-16 units.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// A text field on a shared text.
#[derive(Debug, Default)]
pub struct Editor {
    /// The shared text as the field knows it.
    known: String,
    composing: bool,
    /// Edits from elsewhere since the composition began.
    waiting: Vec<Vec<TextStep>>,
}

impl Editor {
    /// An editor of a text that is in the field now.
    pub fn new(text: String) -> Self {
        Self {
            known: text,
            composing: false,
            waiting: Vec::new(),
        }
    }

    /// The field's text was changed by hand; `caret` is where the caret is now. Gives the edit of
    /// the shared text, unless a composition is going on.
    pub fn handle_input(&mut self, text: &str, caret: u32) -> Option<Vec<TextStep>> {
        if self.composing || text == self.known {
            return None;
        }
        let steps = text::steps(&self.known, text, caret);
        text.clone_into(&mut self.known);
        Some(steps)
    }

    /// A composition begins.
    pub fn handle_composition_start(&mut self) {
        self.composing = true;
    }

    /// A composition ends with this text in the field and the selection there. Gives the edit of
    /// the shared text, if any, and what the field is to show, if that is something else.
    pub fn handle_composition_end(
        &mut self,
        text: &str,
        start: u32,
        end: u32,
    ) -> (Option<Vec<TextStep>>, Option<Shown>) {
        self.composing = false;
        let waiting = std::mem::take(&mut self.waiting);
        let mut own = (text != self.known).then(|| text::steps(&self.known, text, end));
        let mut shown = Shown {
            text: text.to_owned(),
            start,
            end,
        };
        for steps in &waiting {
            // The two edits were made side by side: each is put behind the other.
            let theirs = match &own {
                Some(own) => rebase(steps, own, Tie::Before),
                None => steps.clone(),
            };
            own = own.map(|own| rebase(&own, steps, Tie::After));
            shown.text = text::apply(&shown.text, &theirs).unwrap_or(shown.text);
            shown.start = text::shift(shown.start, &theirs);
            shown.end = text::shift(shown.end, &theirs);
        }
        self.known.clone_from(&shown.text);
        let differs = !waiting.is_empty();
        (own, differs.then_some(shown))
    }

    /// The shared text was edited elsewhere (or by undo). Gives what the field is to show, unless a
    /// composition is going on.
    pub fn handle_elsewhere(&mut self, steps: &[TextStep], start: u32, end: u32) -> Option<Shown> {
        if self.composing {
            self.waiting.push(steps.to_vec());
            return None;
        }
        self.known = text::apply(&self.known, steps)?;
        let (start, end) = (text::shift(start, steps), text::shift(end, steps));
        Some(Shown {
            text: self.known.clone(),
            start,
            end,
        })
    }
}

/// Whose words come first where both edits put some in at one place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// Those of the edit being rebased.
    Before,
    /// Those of the other edit.
    After,
}

/// The edit `steps`, made beside `other`, as an edit of the text that `other` leaves. Words that both
/// put in at one place stay both.
fn rebase(steps: &[TextStep], other: &[TextStep], tie: Tie) -> Vec<TextStep> {
    let mut rebased = Vec::new();
    let mut others = Walk::new(other);
    for step in steps {
        match step {
            TextStep::Insert(words) => {
                if tie == Tie::After {
                    rebased.extend(others.inserted().map(TextStep::Keep));
                }
                rebased.push(TextStep::Insert(words.clone()));
            }
            TextStep::Keep(length) | TextStep::Delete(length) => {
                let deletes = matches!(step, TextStep::Delete(_));
                let mut left = *length;
                while left > 0 {
                    rebased.extend(others.inserted().map(TextStep::Keep));
                    let (run, gone) = others.take(left);
                    left -= run;
                    match (gone, deletes) {
                        (true, _) => {}
                        (false, true) => rebased.push(TextStep::Delete(run)),
                        (false, false) => rebased.push(TextStep::Keep(run)),
                    }
                }
            }
        }
    }
    rebased
}

/// Reads an edit along the text it was made on.
struct Walk<'a> {
    steps: std::slice::Iter<'a, TextStep>,
    /// What is left of the step being read: its length, and whether it deletes.
    run: Option<(u32, bool)>,
    inserted: u32,
}

impl<'a> Walk<'a> {
    fn new(steps: &'a [TextStep]) -> Self {
        let mut walk = Self {
            steps: steps.iter(),
            run: None,
            inserted: 0,
        };
        walk.advance();
        walk
    }

    fn advance(&mut self) {
        self.run = None;
        while self.run.is_none() {
            match self.steps.next() {
                Some(TextStep::Insert(words)) => {
                    self.inserted += words.encode_utf16().count() as u32;
                }
                Some(TextStep::Keep(length)) => self.run = Some((*length, false)),
                Some(TextStep::Delete(length)) => self.run = Some((*length, true)),
                None => self.run = Some((u32::MAX, false)),
            }
        }
    }

    /// The length of what was put in at this place, once.
    fn inserted(&mut self) -> Option<u32> {
        match std::mem::take(&mut self.inserted) {
            0 => None,
            length => Some(length),
        }
    }

    /// At most `length` units of the old text with one fate: how many, and whether they are gone.
    fn take(&mut self, length: u32) -> (u32, bool) {
        let (run, gone) = self
            .run
            .expect("a walk always has a run: the last is endless");
        let taken = run.min(length);
        if taken == run {
            self.advance();
        } else {
            self.run = Some((run - taken, gone));
        }
        (taken, gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(at: u32, words: &str) -> Vec<TextStep> {
        vec![TextStep::Keep(at), TextStep::Insert(words.into())]
    }

    #[test]
    fn typing_becomes_an_edit_once() {
        let mut editor = Editor::new("bus".into());
        let steps = editor.handle_input("a bus", 2).unwrap();
        assert_eq!(text::apply("bus", &steps).as_deref(), Some("a bus"));
        assert_eq!(editor.handle_input("a bus", 2), None);
    }

    #[test]
    fn words_from_elsewhere_carry_the_caret_along() {
        let mut editor = Editor::new("the hall".into());
        let shown = editor.handle_elsewhere(&insert(0, "at "), 4, 8).unwrap();
        assert_eq!(
            shown,
            Shown {
                text: "at the hall".into(),
                start: 7,
                end: 11
            }
        );
        let shown = editor.handle_elsewhere(&insert(11, "!"), 7, 7).unwrap();
        assert_eq!(
            shown,
            Shown {
                text: "at the hall!".into(),
                start: 7,
                end: 7
            }
        );
    }

    #[test]
    fn a_composition_is_left_alone_and_both_keep_their_words() {
        // (the text, what elsewhere does meanwhile, the field at the end with the caret, the whole)
        for (text, elsewhere, field, caret, whole) in [
            ("ab", insert(0, "X"), "aéb", 2, "Xaéb"),
            ("ab", insert(2, "X"), "aéb", 2, "aébX"),
            ("ab", insert(1, "X"), "aéb", 2, "aXéb"),
            ("ab", vec![TextStep::Delete(2)], "aéb", 2, "é"),
            ("ab", insert(1, "X"), "ab", 2, "aXb"),
            ("abc", insert(2, "X"), "c", 0, "Xc"),
            (
                "abc",
                vec![TextStep::Keep(1), TextStep::Delete(1)],
                "abcd",
                4,
                "acd",
            ),
        ] {
            let mut editor = Editor::new(text.into());
            editor.handle_composition_start();
            assert_eq!(
                editor.handle_input(field, caret),
                None,
                "{text}: typed while composing"
            );
            assert_eq!(
                editor.handle_elsewhere(&elsewhere, caret, caret),
                None,
                "{text}: left alone"
            );
            let (own, shown) = editor.handle_composition_end(field, caret, caret);
            let shared = text::apply(text, &elsewhere).unwrap();
            let shared = match own {
                Some(steps) => text::apply(&shared, &steps).unwrap(),
                None => shared,
            };
            let shown = shown.unwrap();
            assert_eq!(
                shared, shown.text,
                "{text}: the field shows the shared text"
            );
            assert_eq!(shared, whole, "{text}");
        }
    }
}
