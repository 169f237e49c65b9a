//! Tests of splitting: parts against the gate and against yrs, with documents written at random and
//! with the shapes that are hardest to put in order.

use std::borrow::Cow;

use yrs::{Any, Array, Map, ReadTxn, StateVector, Text, Transact};

use super::{Most, in_parts, split, split_within};
use crate::gate::{Refused, check};
use crate::limits;
use crate::testing::Dice;
use crate::testing::editor::Editor;

/// Splits what an editor has and a receiver lacks, holds every part to the gate, and gives the
/// number of parts.
#[track_caller]
fn splits(from: &Editor, most: usize, receivers: [&Editor; 2]) -> usize {
    let [in_parts, at_once] = receivers;
    let whole = from.doc.transact().encode_diff_v1(&in_parts.state_vector());
    let parts = split_within(of_bytes(most), &whole).expect("no struct here is larger than a part");
    for part in &parts {
        assert!(part.len() <= most, "{} bytes", part.len());
        let admitted = check(part, &in_parts.state_vector()).expect("each part passes the gate");
        assert!(!admitted.is_empty(), "no part is for nothing");
        in_parts.apply(part);
    }
    at_once.apply(&whole);
    assert_eq!(in_parts.content(), at_once.content());
    assert_eq!(in_parts.content(), from.content());
    parts.len()
}

fn of_bytes(bytes: usize) -> Most {
    Most {
        bytes,
        work: usize::MAX,
    }
}

fn catch_up(to: &Editor, from: &Editor) {
    let lacks = from.doc.transact().encode_diff_v1(&to.state_vector());
    to.apply(&lacks);
}

#[test]
fn s15_parts_pass_the_gate_in_order_and_make_the_same_document() {
    let mut parts = 0;
    for seed in 0..40 {
        println!("seed {seed}");
        let mut dice = Dice::new(seed);
        let mut editors = [7, 1 << 20, 1 << 40, (1 << 53) - 1].map(Editor::new);
        let receivers = [Editor::of_relay(), Editor::of_relay()];
        for round in 0..150 {
            let (to, from) = (dice.below(4), dice.below(4));
            if to != from {
                catch_up(&editors[to], &editors[from]);
            }
            if round == 30 {
                for receiver in &receivers {
                    catch_up(receiver, &editors[from]);
                }
            }
            editors[from].edit(&mut dice);
        }
        let (last, others) = editors.split_last().expect("four editors");
        for other in others {
            catch_up(last, other);
        }
        let most = 500 + dice.below(500);
        parts += splits(last, most, receivers.each_ref());
    }
    assert!(parts > 400, "too few parts to show anything: {parts}");
}

#[test]
fn s15_clients_that_build_on_each_other_in_turn_come_apart() {
    let (one, other) = (Editor::new(1), Editor::new(2));
    for round in 0..3_000 {
        let (writer, reader) = [(&one, &other), (&other, &one)][round % 2];
        let length = writer.note.len(&writer.doc.transact());
        writer
            .note
            .insert(&mut writer.doc.transact_mut(), length / 2, "word");
        catch_up(reader, writer);
    }
    let parts = splits(&one, 500, [&Editor::of_relay(), &Editor::of_relay()]);
    assert!(parts > 60, "{parts} parts");
}

#[test]
fn s15_a_long_delete_set_is_split_as_well() {
    let writer = Editor::new(1);
    let receivers = [Editor::of_relay(), Editor::of_relay()];
    for index in 0..1_000 {
        let mut txn = writer.doc.transact_mut();
        writer.list.insert(&mut txn, index, Any::from("x"));
    }
    for receiver in &receivers {
        catch_up(receiver, &writer);
    }
    for index in 0..500 {
        writer.list.remove(&mut writer.doc.transact_mut(), index);
    }
    let parts = splits(&writer, 200, receivers.each_ref());
    assert!(parts > 5, "{parts} parts");
}

#[test]
fn s15_what_is_small_enough_stays_as_it_is() {
    let update = Editor::new(1).edit(&mut Dice::new(1));
    assert_eq!(split(&update), Ok(vec![Cow::Borrowed(&update[..])]));
    assert_eq!(split(&[0, 0]), Ok(vec![Cow::Borrowed(&[0, 0][..])]));
}

#[test]
fn s16_a_struct_over_the_limit_is_not_split() {
    let writer = Editor::new(1);
    writer
        .cards
        .insert(&mut writer.doc.transact_mut(), "before", "x");
    let words = "x".repeat(limits::FRAME_BYTES);
    let update = {
        let mut txn = writer.doc.transact_mut();
        writer.note.push(&mut txn, &words);
        drop(txn);
        writer
            .doc
            .transact()
            .encode_diff_v1(&StateVector::default())
    };
    let refused = split(&update).expect_err("one struct is larger than a part");
    let Refused::TooLarge { bytes } = refused else {
        panic!("{refused}");
    };
    assert!((words.len()..words.len() + 20).contains(&bytes), "{bytes}");
}

#[test]
fn s16_structs_that_build_on_each_other_in_a_circle_are_not_split() {
    // Two clients, each with a deleted item that follows the other's.
    let update = [2, 1, 1, 0, 0x81, 2, 0, 1, 1, 2, 0, 0x81, 1, 0, 1, 0];
    check(&update, &StateVector::default()).expect("the gate does not look for circles");
    let refused = split_within(of_bytes(update.len() - 1), &update);
    assert!(matches!(refused, Err(Refused::Malformed(_))), "{refused:?}");
}

#[test]
fn s16_bytes_that_are_no_update_never_panic() {
    let seed = 16;
    println!("seed {seed}");
    let mut dice = Dice::new(seed);
    let mut editor = Editor::new(1);
    (0..50).for_each(|_| drop(editor.edit(&mut dice)));
    let update = editor
        .doc
        .transact()
        .encode_diff_v1(&StateVector::default());
    for _ in 0..3_000 {
        let mut update = update.clone();
        for _ in 0..=dice.below(3) {
            let at = dice.below(update.len());
            update[at] = dice.next() as u8;
        }
        update.truncate(update.len() - dice.below(10));
        let _ = split_within(of_bytes(50 + dice.below(500)), &update);
        let _ = in_parts(limits::TRANSACTION_WORK, &update);
    }
}

#[test]
fn r28_parts_are_light_and_make_the_same_document() {
    let mut dice = Dice::new(28);
    let mut writer = Editor::new(1);
    (0..2_000).for_each(|_| drop(writer.edit(&mut dice)));
    let whole = writer
        .doc
        .transact()
        .encode_diff_v1(&StateVector::default());
    let parts =
        in_parts(limits::TRANSACTION_WORK, &whole).expect("what an editor writes has an order");
    assert!(parts.len() > 5, "{} parts", parts.len());
    let receiver = Editor::of_relay();
    for part in &parts {
        let admitted = check(part, &receiver.state_vector()).expect("each part passes the gate");
        let work = admitted.pieces() * part.len();
        assert!(admitted.pieces() == 1 || work <= limits::TRANSACTION_WORK);
        receiver.apply(part);
    }
    assert_eq!(receiver.content(), writer.content());
}
