//! Tests of the gate's rules, by number, with updates written by hand. Over 500 lines, because the
//! rules are one table and are read as one.

use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Any, ClientID, Doc, StateVector, Text, Transact, Update, WriteTxn};

use super::{Admitted, Refused, check, check_snapshot, read_state_vector};
use crate::lib0::{write_var_bytes, write_var_uint};
use crate::limits;
use crate::testing::crafted::{Crafted, text, update_of};

fn nothing_known() -> StateVector {
    StateVector::default()
}

fn known(clocks: &[(u64, u32)]) -> StateVector {
    clocks
        .iter()
        .map(|&(client, clock)| (ClientID::new(client), clock))
        .collect()
}

#[track_caller]
fn refuses(update: &[u8], expected: Refused) {
    assert_eq!(check(update, &nothing_known()), Err(expected));
}

#[track_caller]
fn admits(update: &[u8], known: &StateVector) -> Admitted {
    let admitted = check(update, known).expect("the gate admits this update");
    let decoded = Update::decode_v1(update).expect("yrs decodes what the gate admits");
    let again = decoded.encode_v1();
    Update::decode_v1(&again).expect("what yrs encodes it decodes");
    admitted
}

#[test]
fn g1_four_bytes_that_claim_134_million_clients_are_refused() {
    refuses(&[0xff, 0xff, 0xff, 0x3f], Refused::Truncated);
}

#[test]
fn g1_counts_and_lengths_beyond_what_remains_are_refused() {
    let huge = [0xff, 0xff, 0xff, 0x7f];
    let structs = [&[1][..], &huge, &[1, 0, 0, 1, 0]].concat();
    let deletions = [&[0][..], &huge, &[1, 1, 0, 1]].concat();
    let ranges = [&[0, 1, 7][..], &huge, &[0, 1, 0, 1]].concat();
    for update in [structs, deletions, ranges] {
        refuses(&update, Refused::Truncated);
    }
    for (kind, content) in [
        (3, huge.to_vec()),
        (4, huge.to_vec()),
        (8, huge.to_vec()),
        (8, [&[1, 116][..], &huge].concat()),
        (8, [&[1, 117][..], &huge].concat()),
        (8, [&[1, 118][..], &huge].concat()),
        (8, [&[1, 119][..], &huge].concat()),
    ] {
        refuses(
            &Crafted::by(1).root_item(kind, &content).update(),
            Refused::Truncated,
        );
    }
}

#[test]
fn g1_an_update_over_one_mebibyte_is_refused_but_not_a_snapshot() {
    let content = text(&"x".repeat(limits::FRAME_BYTES));
    let update = Crafted::by(1).root_item(4, &content).update();
    refuses(
        &update,
        Refused::TooLarge {
            bytes: update.len(),
        },
    );
    assert!(check_snapshot(&update, &nothing_known()).is_ok());
}

#[test]
fn g2_twenty_thousand_nested_arrays_are_refused() {
    let mut content = vec![1];
    content.extend([117, 1].repeat(20_000));
    content.push(126);
    refuses(
        &Crafted::by(1).root_item(8, &content).update(),
        Refused::TooDeep,
    );
    let mut content = vec![1];
    content.extend([118, 1, 0].repeat(20_000));
    content.push(126);
    refuses(
        &Crafted::by(1).root_item(8, &content).update(),
        Refused::TooDeep,
    );
    let json = text(&"[".repeat(20_000));
    refuses(
        &Crafted::by(1).root_item(5, &json).update(),
        Refused::TooDeep,
    );
}

#[test]
fn g2_sixty_four_levels_pass_and_one_more_does_not() {
    let nested = |levels: usize| {
        let mut content = vec![1];
        content.extend([117, 1].repeat(levels));
        content.push(126);
        Crafted::by(1).root_item(8, &content).update()
    };
    admits(&nested(64), &nothing_known());
    refuses(&nested(65), Refused::TooDeep);
    let json = |levels: usize| {
        let json = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        Crafted::by(1).root_item(5, &text(&json)).update()
    };
    admits(&json(64), &nothing_known());
    refuses(&json(65), Refused::TooDeep);
}

#[test]
fn g2_brackets_inside_strings_are_not_nesting() {
    let json = format!("\"{}\\\"{}\"", "[".repeat(100), "{".repeat(100));
    admits(
        &Crafted::by(1).root_item(5, &text(&json)).update(),
        &nothing_known(),
    );
}

#[test]
fn g3_the_fifteen_bytes_of_content_json_that_poison_a_snapshot_are_refused() {
    // One string, says the count; yrs 0.28.1 reads two, writes two, and then reads three.
    let update = [1, 1, 1, 0, 2, 1, 2, b'r', b'r', 1, 1, b'1', 1, b'2', 0];
    refuses(&update, Refused::JsonContent);
    let poison = Update::decode_v1(&update)
        .expect("yrs takes the poison")
        .encode_v1();
    assert!(
        Update::decode_v1(&poison).is_err(),
        "yrs has mended this: the rule may go"
    );
}

#[test]
fn g4_a_client_id_of_two_to_the_53_is_refused() {
    let mut update = vec![1, 1];
    write_var_uint(&mut update, 1 << 53);
    update.extend([0, 4, 1, 1, b'r', 1, b'x', 0]);
    refuses(&update, Refused::ClientOutOfRange);
    let largest = (1 << 53) - 1;
    admits(
        &Crafted::by(largest).root_item(4, &text("x")).update(),
        &nothing_known(),
    );
    let mut origin = vec![0x84];
    write_var_uint(&mut origin, u64::MAX);
    origin.extend([0, 1, b'x']);
    refuses(
        &Crafted::by(1).raw(&origin).update(),
        Refused::ClientOutOfRange,
    );
    let mut deletions = vec![1];
    write_var_uint(&mut deletions, 1 << 53);
    deletions.extend([1, 0, 1]);
    refuses(&update_of(&[], &deletions), Refused::ClientOutOfRange);
}

#[test]
fn g4_clock_plus_length_of_two_to_the_31_is_refused() {
    let end = (1_u64 << 31) - 1;
    for update in [
        Crafted::by(1)
            .at_clock(end)
            .root_item(4, &text("x"))
            .update(),
        Crafted::by(1)
            .at_clock(end + 1)
            .root_item(4, &text("x"))
            .update(),
        Crafted::by(1)
            .at_clock(end - 1)
            .root_item(4, &text("😀"))
            .update(),
        Crafted::by(1)
            .raw(&[0, 0xff, 0xff, 0xff, 0xff, 0x0f])
            .update(),
        Crafted::by(1)
            .root_item(1, &[0xff, 0xff, 0xff, 0xff, 0x0f])
            .update(),
    ] {
        refuses(&update, Refused::ClockOutOfRange);
    }
    let last = Crafted::by(1)
        .at_clock(end - 1)
        .root_item(4, &text("x"))
        .update();
    admits(&last, &known(&[(1, end as u32 - 1)]));
    let mut deletions = vec![1, 1, 1, 1];
    write_var_uint(&mut deletions, end);
    refuses(&update_of(&[], &deletions), Refused::ClockOutOfRange);
}

#[test]
fn g5_a_struct_beyond_the_known_clock_is_a_hole() {
    let update = Crafted::by(7)
        .at_clock(5)
        .root_item(4, &text("abc"))
        .update();
    refuses(
        &update,
        Refused::Hole {
            client: 7,
            known: 0,
            found: 5,
        },
    );
    let admitted = admits(&update, &known(&[(7, 5)]));
    assert!(admitted.adds);
    assert_eq!(admitted.clocks, [(7, 8)]);
    assert!(!admits(&update, &known(&[(7, 9)])).adds);
}

#[test]
fn g5_a_skip_leaves_a_hole_unless_it_is_known() {
    let update = Crafted::by(7)
        .root_item(4, &text("ab"))
        .raw(&[10, 3])
        .root_item(4, &text("c"))
        .update();
    refuses(
        &update,
        Refused::Hole {
            client: 7,
            known: 2,
            found: 5,
        },
    );
    let admitted = admits(&update, &known(&[(7, 5)]));
    assert_eq!((admitted.structs, admitted.clocks), (2, vec![(7, 6)]));
}

#[test]
fn g5_a_client_with_skips_alone_does_not_become_known() {
    let skips = update_of(
        &[
            Crafted::by(7).raw(&[10, 3]).section(),
            Crafted::by(8).raw(&[10, 3]).section(),
        ],
        &[0],
    );
    let mut seen = known(&[(8, 4)]);
    admits(&skips, &seen).advance(&mut seen);
    assert_eq!(seen, known(&[(8, 4)]));
}

#[test]
fn g5_an_origin_or_parent_nobody_has_is_a_hole() {
    let update = Crafted::by(7).item_after(9, 4, 4, &text("x")).update();
    refuses(
        &update,
        Refused::Hole {
            client: 9,
            known: 0,
            found: 4,
        },
    );
    admits(&update, &known(&[(9, 5)]));
    let parent = Crafted::by(7).raw(&[4, 0, 9, 4, 1, b'x']).update();
    refuses(
        &parent,
        Refused::Hole {
            client: 9,
            known: 0,
            found: 4,
        },
    );
}

#[test]
fn g5_an_origin_that_the_update_itself_brings_is_no_hole() {
    let of_9 = Crafted::by(9).root_item(4, &text("hello")).section();
    let of_7 = Crafted::by(7).item_after(9, 4, 4, &text("x")).section();
    for sections in [[of_9.clone(), of_7.clone()], [of_7, of_9]] {
        admits(&update_of(&sections, &[0]), &nothing_known());
    }
}

#[test]
fn g5_an_origin_by_the_same_client_lies_before_its_struct() {
    for clock in [0, 1, 5] {
        let update = Crafted::by(7)
            .item_after(7, clock, 4, &text("x"))
            .root_item(4, &text("yyyyyy"));
        let expected = Refused::Malformed("a struct builds on one that its client made later");
        refuses(&update.update(), expected);
    }
}

#[test]
fn g5_a_deletion_of_what_nobody_has_is_a_hole() {
    let update = update_of(&[], &[1, 9, 1, 2, 3]);
    refuses(
        &update,
        Refused::Hole {
            client: 9,
            known: 0,
            found: 5,
        },
    );
    admits(&update, &known(&[(9, 5)]));
    let of_9 = Crafted::by(9).root_item(4, &text("hello")).section();
    admits(&update_of(&[of_9], &[1, 9, 1, 2, 3]), &nothing_known());
}

#[test]
fn g5_a_hole_is_reported_only_if_the_rest_can_be_read() {
    let update = Crafted::by(7)
        .at_clock(5)
        .root_item(4, &text("abc"))
        .root_item(2, &[1]);
    refuses(&update.update(), Refused::JsonContent);
}

#[test]
fn g6_what_documents_never_hold_is_refused() {
    let mut sub_document = text("guid");
    sub_document.extend([118, 0]);
    refuses(
        &Crafted::by(1).root_item(9, &sub_document).update(),
        Refused::ForeignContent(9),
    );
    for type_ref in [3, 4, 5, 6, 7, 9, 15, 200] {
        let update = Crafted::by(1).root_item(7, &[type_ref, 1, b'p']).update();
        refuses(&update, Refused::ForeignContent(7));
    }
}

#[test]
fn g6_kinds_that_yrs_and_yjs_read_differently_are_refused() {
    // Yjs reads five bits of the kind, yrs four; garbage and skips have no flags.
    for kind in [0x14, 0x18, 0x20, 0x2a, 11, 15, 31] {
        let update = Crafted::by(1).root_item(kind, &[1, b'x', 0, 0]).update();
        refuses(&update, Refused::ForeignContent(kind & 0x1f));
    }
    let update = Crafted::by(1)
        .root_item(4, &text("ab"))
        .item_after(1, 0, 0, &[1])
        .update();
    refuses(&update, Refused::ForeignContent(0));
}

#[test]
fn g7_what_is_not_well_formed_is_refused() {
    let garbage = Crafted::by(1).raw(&[0, 1]).section();
    for (update, reason) in [
        (
            Crafted::by(1).root_item(4, &[0]).update(),
            "a struct of no length",
        ),
        (
            Crafted::by(1).root_item(8, &[0]).update(),
            "a struct of no length",
        ),
        (
            Crafted::by(1).root_item(1, &[0]).update(),
            "a struct of no length",
        ),
        (
            Crafted::by(1).raw(&[0, 0]).update(),
            "a struct of no length",
        ),
        (
            Crafted::by(1).raw(&[10, 0]).update(),
            "a struct of no length",
        ),
        (
            Crafted::by(1).root_item(4, &[2, 0xff, 0xfe]).update(),
            "a string is not UTF-8",
        ),
        (
            Crafted::by(1).root_item(8, &[1, 115]).update(),
            "a value of unknown kind",
        ),
        (
            Crafted::by(1).raw(&[4, 2, 1, b'r', 1, b'x']).update(),
            "a parent of unknown kind",
        ),
        (
            Crafted::by(1).root_item(5, &text("{]")).update(),
            "embedded JSON that is not JSON",
        ),
        (vec![1, 0, 5, 0, 0, 0], "a client without structs"),
        (
            update_of(&[garbage.clone(), garbage.clone()], &[0]),
            "a client appears twice",
        ),
        (
            update_of(std::slice::from_ref(&garbage), &[2, 1, 1, 0, 1, 1, 1, 0, 1]),
            "a client appears twice in the delete set",
        ),
        (
            update_of(&[], &[1, 1, 1, 0, 0]),
            "ranges of deletions that do not ascend",
        ),
        (
            update_of(&[], &[1, 1, 2, 3, 2, 4, 1]),
            "ranges of deletions that do not ascend",
        ),
        (update_of(&[garbage], &[0, 0]), "bytes follow its end"),
    ] {
        refuses(&update, Refused::Malformed(reason));
    }
    refuses(&[], Refused::Truncated);
}

#[test]
fn g7_an_integer_that_would_overflow_in_yrs_is_refused() {
    let mut content = vec![1, 125];
    content.extend([0xff; 9]);
    content.push(0x7f);
    let expected = Refused::Malformed("a number does not fit where it stands");
    refuses(&Crafted::by(1).root_item(8, &content).update(), expected);
}

#[test]
fn g8_many_tiny_shared_types_are_too_dense() {
    let mut crafted = Crafted::by(1).root_item(7, &[1]);
    for clock in 0..50_000 {
        crafted = crafted.item_after(1, clock, 7, &[1]);
    }
    let refused = check(&crafted.update(), &nothing_known()).unwrap_err();
    assert!(matches!(refused, Refused::TooDense { .. }), "{refused}");
    assert_eq!(refused.rule(), 8);
}

#[test]
fn g8_an_update_of_many_tiny_objects_is_too_dense() {
    let mut content = Vec::new();
    write_var_uint(&mut content, 50_000);
    content.extend([118, 1, 0, 126].repeat(50_000));
    let refused = check(
        &Crafted::by(1).root_item(8, &content).update(),
        &nothing_known(),
    );
    assert_eq!(refused.unwrap_err().rule(), 8);
}

#[test]
fn g11_a_state_vector_is_read_with_care() {
    let vector = known(&[(1, 5), ((1 << 53) - 1, (1 << 31) - 1)]);
    assert_eq!(read_state_vector(&vector.encode_v1()), Ok(vector));
    assert_eq!(read_state_vector(&[0]), Ok(nothing_known()));
    assert_eq!(
        read_state_vector(&[0xff, 0xff, 0xff, 0x7a]),
        Err(Refused::Truncated)
    );
    assert_eq!(read_state_vector(&[]), Err(Refused::Truncated));
    assert_eq!(read_state_vector(&[0, 0]).unwrap_err().rule(), 7);
    let mut client = vec![1];
    write_var_uint(&mut client, 1 << 53);
    client.push(0);
    assert_eq!(read_state_vector(&client), Err(Refused::ClientOutOfRange));
    let mut clock = vec![1, 1];
    write_var_uint(&mut clock, 1 << 31);
    assert_eq!(read_state_vector(&clock), Err(Refused::ClockOutOfRange));
}

#[test]
fn g9_the_cost_is_linear() {
    // A quadratic reader would take minutes here: a million structs, each with a reference to
    // another client, in a snapshot.
    let mut of_7 = Crafted::by(7).item_after(9, 0, 4, &text("x"));
    for clock in 0..300_000 {
        of_7 = of_7.item_after(if clock % 2 == 0 { 8 } else { 9 }, clock % 4, 1, &[1]);
    }
    let of_8 = Crafted::by(8).root_item(4, &text("abcd")).section();
    let of_9 = Crafted::by(9).root_item(4, &text("abcd")).section();
    let update = update_of(&[of_7.section(), of_8, of_9], &[0]);
    assert!(check_snapshot(&update, &nothing_known()).is_ok());
}

#[test]
fn g10_a_binary_and_an_embed_pass() {
    let mut bytes = Vec::new();
    write_var_bytes(&mut bytes, &[1, 2, 3]);
    admits(
        &Crafted::by(1).root_item(3, &bytes).update(),
        &nothing_known(),
    );
    admits(
        &Crafted::by(1)
            .root_item(5, &text("{\"image\":\"a.png\"}"))
            .update(),
        &nothing_known(),
    );
    let doc = Doc::with_client_id(4_u64);
    let mut txn = doc.transact_mut();
    let note = txn.get_or_insert_text("note");
    note.insert_embed(
        &mut txn,
        0,
        Any::from(std::collections::HashMap::from([(
            "image".to_owned(),
            "a".to_owned(),
        )])),
    );
    let update = txn.encode_update_v1();
    assert_eq!(admits(&update, &nothing_known()).structs, 1);
}

#[test]
fn an_empty_update_is_admitted_as_empty() {
    let admitted = admits(Update::EMPTY_V1, &nothing_known());
    assert!(admitted.is_empty());
    assert!(!admitted.adds);
}

#[test]
fn g7_json_with_half_a_surrogate_pair_which_yrs_cannot_read_is_refused() {
    // Stock Yjs writes it; yrs would fail on it in the middle of an update.
    let update = Crafted::by(1).root_item(5, &text("\"\\ud83d\"")).update();
    refuses(
        &update,
        Refused::Malformed("embedded JSON that is not JSON"),
    );
    assert!(Update::decode_v1(&update).is_err());
}

#[test]
fn g8_a_letter_by_a_known_client_is_estimated_by_what_the_document_grows_by() {
    let first = admits(
        &Crafted::by(1).root_item(4, &text("ab")).update(),
        &nothing_known(),
    );
    let known = known(&[(1, 2)]);
    let letter = |crafted: Crafted| admits(&crafted.update(), &known);
    let at_end = letter(Crafted::by(1).at_clock(2).item_after(1, 1, 4, &text("c")));
    assert!(
        at_end.memory < 400 && first.memory > 2 * at_end.memory,
        "{at_end:?}"
    );
    assert_eq!((at_end.splits, at_end.most_splits()), (0, 0));
    let between = letter(Crafted::by(1).at_clock(2).item_after(1, 0, 4, &text("c")));
    assert_eq!((between.splits, between.memory), (1, at_end.memory));
    let again = letter(Crafted::by(1).root_item(4, &text("ab")));
    assert_eq!((again.splits, again.memory), (0, 0));
}
