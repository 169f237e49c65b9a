//! The limits of a board, and versions of its shape.

use super::kit::*;
use crate::board::{Board, Command, MAX_CARDS, MAX_CARDS_EVER, MAX_TEXT_UNITS, Refusal};
use crate::id::CardId;
use yrs::{Doc, Map, ReadTxn, StateVector, Transact};

fn fill(board: &mut Board, from: usize, to: usize) {
    for i in from..to {
        board
            .run(Command::Create(new_card(&format!("n{i}"), "")), 0)
            .unwrap();
    }
}

#[test]
fn deleted_cards_make_room_for_others_but_not_without_end() {
    let mut board = board(1);
    let name = |i| CardId::parse(&format!("n{i}")).unwrap();
    fill(&mut board, 0, MAX_CARDS);
    drain(&mut board);
    assert_eq!(
        refused(&mut board, Command::Create(new_card("more", ""))),
        Refusal::BoardFull
    );
    let copies = vec![(name(1), card_id("copy"), at(0.0, 0.0))];
    assert_eq!(
        refused(&mut board, Command::Duplicate(copies)),
        Refusal::BoardFull
    );

    board.run(Command::Delete(vec![name(0)]), 0).unwrap();
    fill(&mut board, MAX_CARDS, MAX_CARDS + 1);
    drain(&mut board);
    assert_eq!(
        refused(&mut board, Command::Restore(vec![name(0)])),
        Refusal::BoardFull
    );

    let mut made = MAX_CARDS + 1;
    while made < MAX_CARDS_EVER {
        let live = board
            .snapshot()
            .cards
            .into_iter()
            .map(|card| card.id)
            .collect();
        board.run(Command::Delete(live), 0).unwrap();
        let next = (made + MAX_CARDS).min(MAX_CARDS_EVER);
        fill(&mut board, made, next);
        made = next;
    }
    board.run(Command::Delete(vec![name(made - 1)]), 0).unwrap();
    drain(&mut board);
    assert_eq!(
        refused(&mut board, Command::Create(new_card("more", ""))),
        Refusal::BoardFull
    );
}

#[test]
fn a_text_holds_four_thousand_units() {
    let mut board = three_cards(1);
    let room = MAX_TEXT_UNITS as usize - 3;
    write(&mut board, "a", insert(3, &"\u{1F68C}".repeat(room / 2)), 0);
    assert_eq!(crate::text::length(&text(&board, "a")), MAX_TEXT_UNITS - 1);
    let edit = |steps| Command::EditText {
        card: card_id("a"),
        steps,
    };
    drain(&mut board);
    let too_long = Refusal::TextTooLong(MAX_TEXT_UNITS + 1);
    assert_eq!(refused(&mut board, edit(insert(0, "\u{1F68C}"))), too_long);
    assert_eq!(
        refused(&mut board, edit(insert(4, "x"))),
        Refusal::EditDoesNotFit
    );
    assert_eq!(
        refused(&mut board, edit(delete(3, 1))),
        Refusal::EditDoesNotFit
    );
    board.run(edit(insert(0, "x")), 0).unwrap();
}

#[test]
fn a_text_that_two_people_made_too_long_can_be_shortened() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    write(&mut board, "a", insert(3, &"x".repeat(3_000)), 0);
    write(&mut other, "a", insert(3, &"y".repeat(3_000)), 0);
    meet(&mut board, &mut other);
    assert_eq!(text(&board, "a").len(), 6_003);
    write(&mut board, "a", delete(0, 1), 0);
    drain(&mut board);
    let more = Command::EditText {
        card: card_id("a"),
        steps: insert(0, "xx"),
    };
    assert_eq!(refused(&mut board, more), Refusal::TextTooLong(6_004));
}

#[test]
fn a_newer_document_is_read_and_never_written() {
    let mut board = three_cards(1);
    let doc = Doc::with_client_id(9);
    let meta = doc.get_or_insert_map("meta");
    meta.insert(&mut doc.transact_mut(), "schema", 7);
    board
        .apply(&doc.transact().encode_diff_v1(&StateVector::default()))
        .unwrap();
    let newer = board.snapshot().schema;
    if newer == 7 {
        drain(&mut board);
        let create = Command::Create(new_card("d", ""));
        assert_eq!(refused(&mut board, create), Refusal::NewerSchema(7));
        assert!(!board.can_undo() && !board.undo(0));
        assert_eq!(board.card_count(), 3);
    } else {
        panic!("the higher client's value wins");
    }
}
