//! Photos on cards: put there, described, taken off, and read from whatever a foreign client wrote.

use super::kit::*;
use crate::board::{Command, NewCard, Refusal};
use crate::photo::{Photo, PhotoHash};
use yrs::{Any, Doc, Map, MapPrelim, ReadTxn, StateVector, Transact};

fn photo(number: u8, alt: &str) -> Photo {
    Photo {
        hash: PhotoHash::from_digest([number; 32]),
        width: 2048,
        height: 1536,
        alt: alt.into(),
    }
}

#[test]
fn a_card_is_made_with_its_photo_and_others_see_it() {
    let mut board = board(1);
    let new = NewCard {
        photo: Some(photo(1, "The bus stop")),
        ..new_card("a", "")
    };
    board.run(Command::Create(new), 0).unwrap();
    assert_eq!(card(&board, "a").photo, Some(photo(1, "The bus stop")));
    let other = copy(&board, 2);
    assert_eq!(other.snapshot(), board.snapshot());
    assert!(board.undo(0), "photo and card are one step");
    assert!(board.snapshot().cards.is_empty());
}

#[test]
fn a_photo_is_replaced_described_and_taken_off_step_by_step() {
    let mut board = three_cards(1);
    let a = || card_id("a");
    let states = [
        Some(photo(1, "")),
        Some(photo(1, "The bus stop")),
        Some(photo(2, "The shop")),
        None,
    ];
    let commands = [
        Command::SetPhoto(a(), Some(photo(1, ""))),
        Command::DescribePhoto(a(), "The bus stop".into()),
        Command::SetPhoto(a(), Some(photo(2, "The shop"))),
        Command::SetPhoto(a(), None),
    ];
    for (command, state) in commands.into_iter().zip(&states) {
        board.run(command, 0).unwrap();
        assert_eq!(card(&board, "a").photo, *state);
    }
    for state in states[..3].iter().rev() {
        assert!(board.undo(0));
        assert_eq!(card(&board, "a").photo, *state);
    }
    while board.redo(0) {}
    let described = board.run(Command::DescribePhoto(a(), "x".into()), 0);
    assert_eq!(described, Err(Refusal::NoPhoto));
}

#[test]
fn a_photo_without_a_size_or_with_a_strange_one_is_shown_and_a_strange_name_is_none() {
    let name = photo(7, "").hash;
    let size = |width: f64, height: f64| Some(Any::Array([width.into(), height.into()].into()));
    let table = [
        (name.as_str(), None, Some((4, 3))),
        (name.as_str(), size(800.0, 600.0), Some((800, 600))),
        (name.as_str(), size(0.0, 600.0), Some((4, 3))),
        (name.as_str(), size(1e9, 600.0), Some((4, 3))),
        (name.as_str(), Some(Any::from("large")), Some((4, 3))),
        ("https://elsewhere.example/photo.jpg", None, None),
    ];
    for (written, size, expected) in table {
        let doc = Doc::new();
        let cards = doc.get_or_insert_map("cards");
        let mut txn = doc.transact_mut();
        let map = cards.insert(&mut txn, "a", MapPrelim::default());
        map.insert(&mut txn, "photo", written);
        if let Some(size) = size {
            map.insert(&mut txn, "photo_size", size);
        }
        let mut board = board(1);
        board
            .apply(&txn.encode_diff_v1(&StateVector::default()))
            .unwrap();
        let read = card(&board, "a").photo;
        assert_eq!(read.map(|photo| (photo.width, photo.height)), expected);
    }
}
