//! Undo takes back what was done on this device, and never what someone else did.

use super::kit::*;
use crate::board::{Board, Command, FieldValue, Seat};

#[track_caller]
fn check_steps(board: &mut Board, name: &str, undone: &[&str], redone: &[&str]) {
    for expected in undone {
        assert!(board.undo(0));
        assert_eq!(text(board, name), *expected);
    }
    for expected in redone {
        assert!(board.redo(0));
        assert_eq!(text(board, name), *expected);
    }
}

#[test]
fn keystrokes_of_half_a_second_are_one_step() {
    let mut board = three_cards(1);
    for (at, key, now_ms) in [
        (3, "x", 1_000),
        (4, "y", 1_499),
        (5, "z", 1_998),
        (6, "!", 2_498),
        (7, "?", 2_600),
    ] {
        write(&mut board, "a", insert(at, key), now_ms);
    }
    check_steps(&mut board, "a", &["onexyz", "one"], &["onexyz", "onexyz!?"]);
}

#[test]
fn typing_and_deleting_in_one_step_come_back_together() {
    let mut board = three_cards(1);
    write(&mut board, "c", delete(1, 3), 0);
    write(&mut board, "c", insert(1, "ab"), 10);
    write(&mut board, "c", delete(2, 1), 20);
    assert_eq!(text(&board, "c"), "tae");
    check_steps(&mut board, "c", &["three"], &["tae"]);
}

#[test]
fn another_card_or_another_command_begins_a_new_step() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, "1"), 0);
    write(&mut board, "b", insert(3, "2"), 1);
    write(&mut board, "a", insert(4, "3"), 2);
    board
        .run(Command::SetKind(card_id("a"), "need".into()), 3)
        .unwrap();
    write(&mut board, "a", insert(5, "4"), 4);
    check_steps(
        &mut board,
        "a",
        &["one13", "one13", "one1", "one1", "one"],
        &[],
    );
    assert_eq!(text(&board, "b"), "two");
}

#[test]
fn a_clock_that_jumps_back_only_ends_the_step() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, "x"), 10_000);
    write(&mut board, "a", insert(4, "y"), 5);
    write(&mut board, "a", insert(5, "z"), 6);
    check_steps(&mut board, "a", &["onex", "one"], &["onex", "onexyz"]);
}

#[test]
fn a_new_command_forgets_what_was_undone() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, "x"), 0);
    assert!(board.undo(0) && board.can_redo());
    board
        .run(Command::SetKind(card_id("b"), "need".into()), 0)
        .unwrap();
    assert!(!board.can_redo() && !board.redo(0));
}

#[test]
fn every_command_is_taken_back_and_done_again() {
    let mut board = three_cards(1);
    let (a, b, c) = (card_id("a"), card_id("b"), card_id("c"));
    let group = group_id("g");
    let commands = [
        Command::Create(new_card("d", "four")),
        Command::Move(vec![(a.clone(), "needs".into(), at(1.0, 2.0))]),
        Command::Reorder {
            card: c.clone(),
            after: None,
        },
        Command::Recolour(vec![a.clone(), b.clone()], Seat::Pink),
        Command::SetKind(a.clone(), "need".into()),
        Command::SetField(a.clone(), "cost".into(), Some(FieldValue::Flag(true))),
        Command::SetField(a.clone(), "cost".into(), None),
        Command::Group {
            group: group.clone(),
            title: Some("t".into()),
            cards: vec![a.clone(), b.clone()],
        },
        Command::RenameGroup(group, "u".into()),
        Command::Ungroup(vec![b.clone()]),
        Command::Link {
            link: link_id("l"),
            from: a.clone(),
            to: b.clone(),
            kind: "k".into(),
        },
        Command::Unlink(link_id("l")),
        Command::Delete(vec![a.clone(), c]),
        Command::Restore(vec![a.clone()]),
        Command::Duplicate(vec![(a, card_id("x"), at(0.0, 0.0))]),
        Command::SetMethod("ideas-farm".into()),
    ];
    let mut states = vec![board.snapshot()];
    for command in commands {
        board.run(command, 0).unwrap();
        states.push(board.snapshot());
    }
    for _ in 0..2 {
        for state in states.iter().rev().skip(1) {
            assert!(board.can_undo() && board.undo(0));
            assert_eq!(board.snapshot(), *state);
        }
        for state in &states[1..] {
            assert!(board.can_redo() && board.redo(0));
            assert_eq!(board.snapshot(), *state);
        }
        assert!(!board.can_redo() && !board.redo(0));
    }
}

#[test]
fn undo_is_one_transaction_that_reaches_others() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    while board.poll_update().is_some() {}
    board
        .run(Command::Delete(vec![card_id("a"), card_id("b")]), 0)
        .unwrap();
    assert!(board.undo(0));
    for _ in 0..2 {
        other.apply(&board.poll_update().unwrap()).unwrap();
    }
    assert_eq!(board.poll_update(), None);
    assert_eq!(other.snapshot(), board.snapshot());
    assert_eq!(other.card_count(), 3);
}

#[test]
fn only_own_edits_are_undone() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    assert!(
        !other.can_undo() && !other.undo(0),
        "what came from elsewhere is not ours"
    );
    write(&mut board, "a", insert(3, " mine"), 0);
    meet(&mut board, &mut other);
    write(&mut other, "a", insert(8, " theirs"), 0);
    write(&mut other, "a", insert(0, "their "), 0);
    meet(&mut board, &mut other);
    assert_eq!(text(&board, "a"), "their one mine theirs");
    assert!(board.undo(0));
    assert_eq!(text(&board, "a"), "their one theirs");
    meet(&mut board, &mut other);
    assert!(other.undo(0));
    assert_eq!(text(&other, "a"), "one");
    meet(&mut board, &mut other);
    assert!(board.redo(0));
    assert_eq!(text(&board, "a"), "one mine");
}

#[test]
fn words_written_inside_mine_stay_when_mine_go() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, " my words"), 0);
    let mut other = copy(&board, 2);
    write(&mut other, "a", insert(6, " and theirs"), 0);
    meet(&mut board, &mut other);
    assert_eq!(text(&board, "a"), "one my and theirs words");
    assert!(board.undo(0));
    assert_eq!(text(&board, "a"), "one and theirs");
    assert!(board.redo(0));
    assert_eq!(text(&board, "a"), "one my and theirs words");
}

#[test]
fn a_value_that_someone_else_has_written_since_stays() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    let (a, b) = (card_id("a"), card_id("b"));
    let to = |x| at(x, 0.0);
    let ideas = || "ideas".to_owned();
    board
        .run(Command::SetKind(b.clone(), "mine".into()), 0)
        .unwrap();
    board
        .run(
            Command::Move(vec![(a.clone(), ideas(), to(1.0)), (b, ideas(), to(1.0))]),
            0,
        )
        .unwrap();
    meet(&mut board, &mut other);
    other
        .run(Command::Move(vec![(a, ideas(), to(2.0))]), 0)
        .unwrap();
    meet(&mut board, &mut other);
    assert!(board.undo(0));
    assert_eq!(card(&board, "a").at, to(2.0), "theirs stays");
    assert_eq!(card(&board, "b").at, at(10.0, 20.0), "mine is taken back");
    assert!(board.redo(0));
    assert_eq!(
        card(&board, "a").at,
        to(2.0),
        "nor is it written over by a redo"
    );
    assert_eq!(card(&board, "b").at, to(1.0));
}

#[test]
fn a_step_that_no_longer_has_an_effect_is_passed_over() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    board
        .run(Command::SetKind(card_id("b"), "mine".into()), 0)
        .unwrap();
    board
        .run(Command::SetKind(card_id("a"), "mine".into()), 0)
        .unwrap();
    write(&mut board, "c", insert(5, "x"), 0);
    meet(&mut board, &mut other);
    other
        .run(Command::SetKind(card_id("a"), "mine".into()), 0)
        .unwrap();
    other
        .run(Command::SetKind(card_id("a"), "theirs".into()), 0)
        .unwrap();
    write(&mut other, "c", delete(5, 1), 0);
    meet(&mut board, &mut other);
    assert!(board.undo(0));
    assert_eq!(card(&board, "b").kind, "idea");
    assert_eq!(card(&board, "a").kind, "theirs");
}

#[test]
fn a_value_overwritten_at_the_same_time_is_theirs_on_both_sides() {
    for clients in [(1, 2), (2, 1)] {
        let mut board = three_cards(clients.0);
        let mut other = copy(&board, clients.1);
        board
            .run(Command::SetKind(card_id("a"), "mine".into()), 0)
            .unwrap();
        other
            .run(Command::SetKind(card_id("a"), "theirs".into()), 0)
            .unwrap();
        meet(&mut board, &mut other);
        let winner = card(&board, "a").kind;
        board.undo(0);
        meet(&mut board, &mut other);
        let expected = if winner == "mine" { "idea" } else { "theirs" };
        assert_eq!(card(&other, "a").kind, expected, "{clients:?}");
    }
}

#[test]
fn making_a_card_is_undone_only_while_nobody_else_has_touched_it() {
    let mut board = board(1);
    for name in ["a", "b", "c", "d"] {
        board.run(Command::Create(new_card(name, name)), 0).unwrap();
    }
    let mut other = copy(&board, 2);
    write(&mut other, "d", insert(1, " theirs"), 0);
    other
        .run(Command::Recolour(vec![card_id("c")], Seat::Blue), 0)
        .unwrap();
    let (link, from, to) = (link_id("l"), card_id("b"), card_id("d"));
    other
        .run(
            Command::Link {
                link,
                from,
                to,
                kind: String::new(),
            },
            0,
        )
        .unwrap();
    meet(&mut board, &mut other);
    assert!(board.undo(0));
    assert_eq!(
        names(&board.snapshot().cards),
        ["b", "c", "d"],
        "a was only ours"
    );
    assert!(!board.can_undo() && !board.undo(0));
    assert!(board.redo(0));
    assert_eq!(board.card_count(), 4);
}

#[test]
fn words_that_arrive_after_a_making_was_undone_can_be_brought_back() {
    let mut board = board(1);
    board
        .run(Command::Create(new_card("a", "mine")), 0)
        .unwrap();
    let mut other = copy(&board, 2);
    write(&mut other, "a", insert(4, " and theirs"), 0);
    assert!(board.undo(0));
    meet(&mut board, &mut other);
    assert_eq!(board.card_count(), 0);
    other.run(Command::Restore(vec![card_id("a")]), 0).unwrap();
    meet(&mut board, &mut other);
    assert_eq!(text(&board, "a"), "mine and theirs");
}

#[test]
fn a_deletion_is_not_undone_twice() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    board.run(Command::Delete(vec![card_id("a")]), 0).unwrap();
    meet(&mut board, &mut other);
    other.run(Command::Restore(vec![card_id("a")]), 0).unwrap();
    other.run(Command::Delete(vec![card_id("a")]), 0).unwrap();
    meet(&mut board, &mut other);
    board.undo(0);
    assert_eq!(
        board.card(&card_id("a")),
        None,
        "it was someone else who deleted it now"
    );
}

#[test]
fn an_undo_passes_over_what_was_done_to_cards_that_others_deleted() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    board
        .run(Command::SetKind(card_id("b"), "need".into()), 0)
        .unwrap();
    write(&mut board, "a", insert(3, "x"), 0);
    board
        .run(Command::SetKind(card_id("a"), "need".into()), 0)
        .unwrap();
    meet(&mut board, &mut other);
    other.run(Command::Delete(vec![card_id("a")]), 0).unwrap();
    meet(&mut board, &mut other);
    assert!(board.undo(0));
    assert_eq!(card(&board, "b").kind, "idea");
    other.run(Command::Restore(vec![card_id("a")]), 0).unwrap();
    assert_eq!(text(&other, "a"), "onex");
}

#[test]
fn a_card_brought_back_here_and_written_on_elsewhere_is_not_hidden_again() {
    let mut board = three_cards(1);
    board.run(Command::Delete(vec![card_id("a")]), 0).unwrap();
    let mut other = copy(&board, 2);
    other.run(Command::Restore(vec![card_id("a")]), 0).unwrap();
    meet(&mut board, &mut other);
    write(&mut board, "a", insert(3, "!"), 0);
    meet(&mut board, &mut other);
    assert!(!other.can_undo() && !other.undo(0));

    board.run(Command::Delete(vec![card_id("b")]), 0).unwrap();
    assert!(board.undo(0));
    meet(&mut board, &mut other);
    write(&mut other, "b", insert(3, "!"), 0);
    meet(&mut board, &mut other);
    assert!(!board.can_redo() && !board.redo(0));
    assert_eq!(board.card_count(), 3);
}

#[test]
fn a_group_that_someone_else_joined_keeps_its_title() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    let join = |title: Option<&str>, cards: &[&str]| Command::Group {
        group: group_id("g"),
        title: title.map(str::to_owned),
        cards: cards.iter().map(|name| card_id(name)).collect(),
    };
    board.run(join(Some("Transport"), &["a", "b"]), 0).unwrap();
    meet(&mut board, &mut other);
    other.run(join(None, &["c"]), 0).unwrap();
    meet(&mut board, &mut other);
    assert!(board.undo(0));
    assert_eq!(card(&board, "a").group, None);
    assert_eq!(board.snapshot().groups[0].title, "Transport");
}

#[test]
fn their_words_are_carried_through_every_step_below() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(3, "X"), 0);
    write(&mut board, "a", insert(0, "LONG "), 9_000);
    let mut other = copy(&board, 2);
    write(&mut other, "a", insert(6, "!"), 0);
    meet(&mut board, &mut other);
    check_steps(
        &mut board,
        "a",
        &["o!neX", "o!ne"],
        &["o!neX", "LONG o!neX"],
    );
}

#[test]
fn words_put_where_mine_were_deleted_stay_theirs_at_every_step() {
    let mut board = three_cards(1);
    write(&mut board, "a", insert(1, "b"), 0);
    write(&mut board, "a", delete(1, 1), 9_000);
    let mut other = copy(&board, 2);
    write(&mut other, "a", insert(1, "X"), 0);
    meet(&mut board, &mut other);
    check_steps(&mut board, "a", &["obXne", "oXne"], &["obXne", "oXne"]);
}

#[test]
fn a_field_that_someone_else_filled_in_since_stays() {
    let mut board = copy(&three_cards(1), 3);
    let field = |words: &str| {
        let value = Some(FieldValue::Text(words.into()));
        Command::SetField(card_id("a"), "when".into(), value)
    };
    board.run(field("Monday"), 0).unwrap();
    let mut other = copy(&board, 2);
    other.run(field("Tuesday"), 0).unwrap();
    meet(&mut board, &mut other);
    assert!(!board.can_undo() && !board.undo(0));
    assert_eq!(
        card(&board, "a").fields["when"],
        FieldValue::Text("Tuesday".into())
    );
}
