//! Edits say what changed, fit where they should, and can be reckoned with.

use proptest::prelude::*;

use super::TextStep::{Delete, Insert, Keep};
use super::*;

#[track_caller]
fn check_steps(old: &str, new: &str, caret: u32, expected: &[TextStep]) {
    let steps = steps(old, new, caret);
    assert_eq!(steps, expected, "{old:?} -> {new:?}");
    assert_eq!(apply(old, &steps).as_deref(), Some(new));
}

#[test]
fn the_smallest_replacement_is_found() {
    check_steps("", "", 0, &[]);
    check_steps("", "a", 1, &[Insert("a".into())]);
    check_steps("a", "", 0, &[Delete(1)]);
    check_steps(
        "the bus",
        "the old bus",
        8,
        &[Keep(4), Insert("old ".into())],
    );
    check_steps("the old bus", "the bus", 4, &[Keep(4), Delete(4)]);
    check_steps(
        "a bus here",
        "a hall here",
        6,
        &[Keep(2), Delete(3), Insert("hall".into())],
    );
    check_steps("abc", "abXc", 4, &[Keep(2), Insert("X".into())]);
}

#[test]
fn the_caret_decides_where_letters_repeat() {
    check_steps("book", "boook", 2, &[Keep(1), Insert("o".into())]);
    check_steps("book", "boook", 3, &[Keep(2), Insert("o".into())]);
    check_steps("book", "boook", 4, &[Keep(3), Insert("o".into())]);
    check_steps("boook", "book", 1, &[Keep(1), Delete(1)]);
    check_steps("boook", "book", 3, &[Keep(3), Delete(1)]);
    check_steps("boook", "book", 99, &[Keep(3), Delete(1)]);
    check_steps("aa", "aaaa", 2, &[Insert("aa".into())]);
    check_steps("line\n", "line\n\n", 6, &[Keep(5), Insert("\n".into())]);
}

#[test]
fn surrogate_pairs_stay_whole() {
    // U+1F68C and U+1F68D share their first half, U+1F68C and U+1FA8C their second.
    check_steps(
        "\u{1F68C}",
        "\u{1F68D}",
        2,
        &[Delete(2), Insert("\u{1F68D}".into())],
    );
    check_steps(
        "\u{1F68C}",
        "\u{1FA8C}",
        2,
        &[Delete(2), Insert("\u{1FA8C}".into())],
    );
    check_steps(
        "\u{1F68C}\u{1F68C}",
        "\u{1F68C}\u{1F68C}\u{1F68C}",
        3,
        &[Insert("\u{1F68C}".into())],
    );
}

#[test]
fn an_edit_that_does_not_fit_makes_nothing() {
    assert_eq!(apply("abc", &[Keep(4)]), None);
    assert_eq!(apply("abc", &[Keep(2), Delete(2)]), None);
    assert_eq!(apply("\u{1F68C}", &[Keep(1), Insert("x".into())]), None);
    assert_eq!(apply("\u{1F68C}", &[Delete(1)]), None);
    assert_eq!(
        apply("abc", &[Keep(3), Insert("d".into())]).as_deref(),
        Some("abcd")
    );
    assert_eq!(apply("abc", &[Delete(u32::MAX)]), None);
}

#[test]
fn a_caret_is_shifted_by_what_comes_before_it() {
    let check = |index, steps: &[TextStep], expected| assert_eq!(shift(index, steps), expected);
    check(3, &[], 3);
    check(3, &[Insert("ab".into())], 5);
    check(3, &[Keep(3), Insert("ab".into())], 3);
    check(3, &[Delete(2)], 1);
    check(3, &[Keep(1), Delete(9)], 1);
    check(3, &[Keep(1), Delete(1), Insert("xyz".into())], 5);
    check(0, &[Insert("ab".into())], 0);
}

#[test]
fn a_text_that_nobody_can_see_is_blank() {
    for (text, blank) in [
        ("", true),
        (" \n\t\u{3000}", true),
        ("\u{200B}\u{2060}\u{FEFF}\u{FE0F}", true),
        ("\u{3164}\u{2800}\u{AD}", true),
        (".", false),
        ("\u{200F}\u{5D0}", false),
        ("\u{1F68C}", false),
    ] {
        assert_eq!(is_blank(text), blank, "{text:?}");
    }
}

/// A text, and an edit that fits it.
fn text_and_edit() -> impl Strategy<Value = (String, Vec<TextStep>)> {
    text_with_edits(1).prop_map(|(text, mut edits)| (text, edits.remove(0)))
}

fn words() -> impl Strategy<Value = String> {
    "[ab\u{e9}\u{1F68C}]{0,8}"
}

/// A text, and edits that each fit it.
fn text_with_edits(count: usize) -> impl Strategy<Value = (String, Vec<Vec<TextStep>>)> {
    let edits = prop::collection::vec(edit_choices(), count);
    (words(), edits).prop_map(|(text, edits)| {
        let edits = edits
            .into_iter()
            .map(|choices| edit_of(&text, &choices))
            .collect();
        (text, edits)
    })
}

fn edit_choices() -> impl Strategy<Value = Vec<(u8, String)>> {
    prop::collection::vec((0..3_u8, words()), 0..12)
}

/// Reads choices as an edit: each keeps or deletes the next character, or inserts words.
fn edit_of(text: &str, choices: &[(u8, String)]) -> Vec<TextStep> {
    let mut characters = text.chars();
    let mut edit = Vec::new();
    for (choice, words) in choices {
        match choice {
            0 => edit.push(Insert(words.clone())),
            kind => match characters.next() {
                Some(character) if *kind == 1 => edit.push(Keep(character.len_utf16() as u32)),
                Some(character) => edit.push(Delete(character.len_utf16() as u32)),
                None => {}
            },
        }
    }
    edit
}

fn applied(text: &str, steps: &[TextStep]) -> String {
    apply(text, steps).expect("the edit fits")
}

proptest! {
    #[test]
    fn the_steps_between_two_texts_lead_from_one_to_the_other(
        old in words(), new in words(), caret in 0..20_u32,
    ) {
        prop_assert_eq!(applied(&old, &steps(&old, &new, caret)), new);
    }

    #[test]
    fn an_edit_and_its_inverse_cancel_out((text, edit) in text_and_edit()) {
        let inverse = invert(&text, &edit);
        prop_assert_eq!(applied(&applied(&text, &edit), &inverse), text);
    }

    #[test]
    fn two_edits_composed_are_the_two_in_a_row(
        (text, first) in text_and_edit(), choices in edit_choices(),
    ) {
        let between = applied(&text, &first);
        let second = edit_of(&between, &choices);
        let composed = compose(&first, &second);
        prop_assert_eq!(applied(&text, &composed), applied(&between, &second));
    }

    #[test]
    fn two_edits_at_once_come_to_the_same_in_either_order((text, edits) in text_with_edits(2)) {
        let (ours, theirs) = (&edits[0], &edits[1]);
        let theirs_later = rebase(theirs, ours, EditOrder::OtherFirst);
        let ours_later = rebase(ours, theirs, EditOrder::CarriedFirst);
        prop_assert_eq!(
            applied(&applied(&text, ours), &theirs_later),
            applied(&applied(&text, theirs), &ours_later)
        );
    }
}

#[test]
fn words_put_after_a_deleted_letter_stay_when_the_two_meet() {
    let (text, ours, theirs) = ("a", [Delete(1)], [Keep(1), Insert("\u{1F68C}".into())]);
    let theirs_later = rebase(&theirs, &ours, EditOrder::OtherFirst);
    let ours_later = rebase(&ours, &theirs, EditOrder::CarriedFirst);
    let met = applied(&applied(text, &ours), &theirs_later);
    assert_eq!(met, "\u{1F68C}");
    assert_eq!(applied(&applied(text, &theirs), &ours_later), met);
}
