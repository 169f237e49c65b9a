//! Documents that other Yjs clients wrote, in whatever way they saw fit.

use super::kit::*;
use crate::board::{Board, Change, Command, FieldValue, Point, Seat};
use crate::text::TextStep;
use yrs::types::Attrs;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, Array, ArrayPrelim, Doc, Map, MapPrelim, MapRef, OffsetKind, Options, ReadTxn,
    StateVector, Text, TextPrelim, Transact, TransactionMut, Update, XmlFragmentPrelim,
};

/// What a foreign client writes into a document's `cards`.
fn foreign(write: impl FnOnce(&mut TransactionMut<'_>, &MapRef)) -> Vec<u8> {
    let options = Options {
        offset_kind: OffsetKind::Utf16,
        ..Options::with_client_id(yrs::ClientID::new(9))
    };
    let doc = Doc::with_options(options);
    let cards = doc.get_or_insert_map("cards");
    let mut txn = doc.transact_mut();
    write(&mut txn, &cards);
    txn.encode_diff_v1(&StateVector::default())
}

fn read(write: impl FnOnce(&mut TransactionMut<'_>, &MapRef)) -> Board {
    let mut board = board(1);
    board.apply(&foreign(write)).unwrap();
    board
}

fn card_map(txn: &mut TransactionMut<'_>, cards: &MapRef, name: &str) -> MapRef {
    cards.insert(txn, name, MapPrelim::default())
}

#[test]
fn an_empty_card_reads_as_a_plain_one() {
    let board = read(|txn, cards| {
        card_map(txn, cards, "a");
    });
    let card = card(&board, "a");
    assert_eq!(
        (card.text.as_str(), card.seat, card.at),
        ("", Seat::Yellow, Point::default())
    );
    assert_eq!(board.snapshot().schema, 0);
}

#[test]
fn what_is_of_another_type_reads_as_absent() {
    let board = read(|txn, cards| {
        cards.insert(txn, "number", 5);
        cards.insert(txn, "array", ArrayPrelim::default());
        cards.insert(txn, "Not an id", MapPrelim::default());
        cards.insert(txn, "", MapPrelim::default());
        let a = card_map(txn, cards, "a");
        a.insert(txn, "kind", 1);
        a.insert(txn, "text", ArrayPrelim::from([1, 2]));
        a.insert(txn, "fields", "none");
        a.insert(txn, "zone", Any::Null);
        a.insert(
            txn,
            "at",
            Any::Array([Any::from(f64::NAN), Any::from(1.0)].into()),
        );
        a.insert(txn, "order", "käse");
        a.insert(txn, "seat", "ultraviolet");
        a.insert(txn, "group", "NOT AN ID");
        a.insert(txn, "from", XmlFragmentPrelim::default());
        a.insert(txn, "gone", "yes");
        let b = card_map(txn, cards, "b");
        b.insert(txn, "at", Any::Array([Any::from(1.0)].into()));
        b.insert(txn, "seat", "pink");
        b.insert(txn, "group", "g");
    });
    let snapshot = board.snapshot();
    assert_eq!(names(&snapshot.cards), ["a", "b"]);
    let a = &snapshot.cards[0];
    assert_eq!(
        (a.kind.as_str(), a.text.as_str(), a.zone.as_str()),
        ("", "", "")
    );
    assert_eq!(
        (a.order.as_str(), a.at, &a.group),
        ("", Point::default(), &None)
    );
    assert_eq!(snapshot.cards[1].seat, Seat::Pink);
    assert_eq!(snapshot.groups.len(), 1, "a card's group is a group");
}

#[test]
fn plain_strings_and_objects_become_shared_types_when_they_are_edited() {
    let mut board = read(|txn, cards| {
        let a = card_map(txn, cards, "a");
        a.insert(txn, "text", "plain");
        let fields = [
            ("cost".to_owned(), Any::from(3)),
            ("odd".to_owned(), Any::Null),
        ];
        a.insert(
            txn,
            "fields",
            Any::from(std::collections::HashMap::from(fields)),
        );
    });
    assert_eq!(card(&board, "a").fields["cost"], FieldValue::Number(3.0));
    write(&mut board, "a", insert(5, " words"), 0);
    let set =
        |key: &str| Command::SetField(card_id("a"), key.into(), Some(FieldValue::Text("x".into())));
    board.run(set("when"), 0).unwrap();
    let changed = card(&board, "a");
    assert_eq!(changed.text, "plain words");
    assert_eq!(changed.fields["cost"], FieldValue::Number(3.0));
    assert_eq!(changed.fields["when"], FieldValue::Text("x".into()));
    assert_eq!(copy(&board, 2).snapshot(), board.snapshot());
    assert!(board.undo(0) && board.undo(0));
    let back = card(&board, "a");
    assert_eq!((back.text.as_str(), back.fields.len()), ("plain", 1));
}

#[test]
fn pictures_and_bold_words_count_as_yjs_counts_them() {
    let mut board = read(|txn, cards| {
        let a = card_map(txn, cards, "a");
        let text = a.insert(txn, "text", TextPrelim::new("one two"));
        text.insert_embed(
            txn,
            3,
            Any::from(std::collections::HashMap::from([(
                "image".to_owned(),
                Any::from("hall.png"),
            )])),
        );
        let bold = Attrs::from([("bold".into(), Any::from(true))]);
        text.format(txn, 0, 3, bold);
    });
    assert_eq!(text(&board, "a"), "one\u{FFFC} two");
    write(&mut board, "a", insert(8, "!"), 0);
    write(&mut board, "a", delete(3, 1), 9_000);
    assert_eq!(text(&board, "a"), "one two!");
    assert!(board.undo(0));
    assert_eq!(crate::text::length(&text(&board, "a")), 9);
}

#[test]
fn a_text_whose_offsets_cannot_be_told_can_still_be_edited() {
    let mut board = read(|txn, cards| {
        let a = card_map(txn, cards, "a");
        let text = a.insert(txn, "text", TextPrelim::new("one two"));
        text.insert_embed(txn, 3, Any::from(" smile"));
    });
    assert_eq!(text(&board, "a"), "one smile two");
    assert_eq!(board.pin(&card_id("a"), 13), None);
    write(&mut board, "a", insert(13, "!"), 0);
    assert_eq!(text(&board, "a"), "one smile two!");
    assert_eq!(copy(&board, 2).snapshot(), board.snapshot());
}

#[test]
fn an_edit_whose_offsets_cannot_be_told_is_told_as_the_texts_differ() {
    let doc = Doc::with_client_id(9);
    let cards = doc.get_or_insert_map("cards");
    let mut txn = doc.transact_mut();
    let a = card_map(&mut txn, &cards, "a");
    let text = a.insert(&mut txn, "text", TextPrelim::new("one two"));
    text.insert_embed(&mut txn, 3, Any::from("smile"));
    let mut board = board(1);
    board
        .apply(&txn.encode_diff_v1(&StateVector::default()))
        .unwrap();
    drain(&mut board);
    text.remove_range(&mut txn, 3, 1);
    board
        .apply(&txn.encode_diff_v1(&StateVector::default()))
        .unwrap();
    let changes = drain(&mut board);
    assert!(
        matches!(&changes[0], Change::Text { steps, .. } if *steps == delete(3, 5)),
        "{changes:?}"
    );
}

#[test]
fn a_replaced_text_tells_how_it_differs() {
    for edited_before in [false, true] {
        let mut board = three_cards(1);
        write(&mut board, "a", insert(3, "!"), 0);
        drain(&mut board);
        let bytes = {
            let doc = Doc::with_client_id(9);
            let cards = doc.get_or_insert_map("cards");
            let mut txn = doc.transact_mut();
            txn.apply_update(Update::decode_v1(&board.encode()).unwrap())
                .unwrap();
            let a: MapRef = cards.get(&txn, "a").unwrap().cast().unwrap();
            if edited_before {
                let old: yrs::TextRef = a.get(&txn, "text").unwrap().cast().unwrap();
                old.insert(&mut txn, 1, "lost");
            }
            a.insert(&mut txn, "text", TextPrelim::new("1 one!"));
            txn.encode_diff_v1(&StateVector::default())
        };
        board.apply(&bytes).unwrap();
        let changes = drain(&mut board);
        let told = changes
            .iter()
            .find(|change| matches!(change, Change::Text { .. }));
        assert!(
            matches!(told, Some(Change::Text { steps, .. }) if *steps == [TextStep::Insert("1 ".into())]),
            "{changes:?}"
        );
        assert!(board.undo(0));
        assert_eq!(
            text(&board, "a"),
            "1 one",
            "mine is taken back where it is now"
        );
    }
}

#[test]
fn a_card_that_a_foreign_client_removed_is_gone_for_undo_too() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, "!"), 0);
    board
        .run(Command::Recolour(vec![card_id("a")], Seat::Blue), 0)
        .unwrap();
    let doc = Doc::with_client_id(9);
    let cards = doc.get_or_insert_map("cards");
    let update = Update::decode_v1(&board.encode()).unwrap();
    let mut txn = doc.transact_mut();
    txn.apply_update(update).unwrap();
    cards.remove(&mut txn, "a");
    board
        .apply(&txn.encode_diff_v1(&StateVector::default()))
        .unwrap();
    drop(txn);
    assert_eq!(board.card(&card_id("a")), None);
    assert_eq!(board.deleted(), []);
    while board.undo(0) {}
    assert_eq!(board.card(&card_id("a")), None);
    assert_eq!(board.card_count(), 0);
}

#[test]
fn an_array_in_the_place_of_cards_is_no_harm() {
    let doc = Doc::with_client_id(9);
    let cards = doc.get_or_insert_array("cards");
    cards.push_back(&mut doc.transact_mut(), MapPrelim::default());
    let mut board = three_cards(1);
    board
        .apply(&doc.transact().encode_diff_v1(&StateVector::default()))
        .unwrap();
    assert_eq!(board.card_count(), 3);
    write(&mut board, "a", insert(0, "x"), 0);
}

#[test]
fn bytes_that_are_no_update_are_an_error() {
    let mut board = three_cards(1);
    for bytes in [&[][..], &[255], &[1, 2, 3, 4], b"not an update"] {
        let result = board.apply(bytes);
        assert!(result.is_err(), "{bytes:?}");
        assert!(board.diff(&[255, 255]).is_err());
    }
    assert_eq!(board.card_count(), 3);
}
