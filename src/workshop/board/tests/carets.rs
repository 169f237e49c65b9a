//! Carets stay where they are in the text.

use super::kit::*;
use crate::board::{Board, Command};
use crate::text::{self, TextStep};

#[track_caller]
fn check(index: u32, steps: Vec<TextStep>, expected: u32) {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    let caret = board.pin(&card_id("c"), index).unwrap();
    assert_eq!(board.caret(&card_id("c"), &caret), Some(index));
    assert_eq!(text::shift(index, &steps), expected);
    write(&mut other, "c", steps, 0);
    meet(&mut board, &mut other);
    assert_eq!(board.caret(&card_id("c"), &caret), Some(expected));
}

#[test]
fn a_caret_moves_with_the_words_before_it() {
    check(2, insert(0, "wow "), 6);
    check(2, insert(2, "!"), 2);
    check(2, insert(3, "!"), 2);
    check(0, insert(0, "!"), 0);
    check(5, insert(5, "!"), 5);
    check(5, insert(4, "!"), 6);
    check(3, delete(0, 2), 1);
    check(3, delete(1, 3), 1);
    check(1, delete(2, 3), 1);
}

#[test]
fn a_caret_on_a_missing_text_is_none() {
    let mut board = three_cards(1);
    let other: Board = copy(&board, 2);
    assert_eq!(board.pin(&card_id("nowhere"), 0), None);
    assert_eq!(board.pin(&card_id("a"), 4), None, "past the end");
    let caret = board.pin(&card_id("a"), 1).unwrap();
    assert_eq!(board.caret(&card_id("b"), &caret), None, "another card's");
    board.run(Command::Create(new_card("d", "new")), 0).unwrap();
    let fresh = board.pin(&card_id("d"), 1).unwrap();
    assert_eq!(
        other.caret(&card_id("a"), &fresh),
        None,
        "not arrived there yet"
    );
}
