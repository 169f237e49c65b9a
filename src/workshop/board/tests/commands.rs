//! Each command does what it says, says so in changes, and is refused when it cannot be done.

use super::kit::*;
use crate::Origin;
use crate::board::{Change, Command, FieldValue, MAX_TEXT_UNITS, Refusal, Seat};
use crate::text::TextStep;

#[test]
fn a_created_card_is_there_on_both_sides() {
    let mut board = board(1);
    let mut new = new_card("a", "Meet at the hall");
    new.fields.insert("cost".into(), FieldValue::Number(2.5));
    new.fields
        .insert("when".into(), FieldValue::Text("Tuesday".into()));
    new.fields.insert("sure".into(), FieldValue::Flag(true));
    board.run(Command::Create(new.clone()), 0).unwrap();

    let card = card(&board, "a");
    assert_eq!(card.text, "Meet at the hall");
    assert_eq!(card.fields, new.fields);
    assert_eq!(card.at, at(10.0, 20.0));
    assert_eq!(drain(&mut board), [Change::Card(card.clone())]);
    assert_eq!(board.card_count(), 1);
    assert_eq!(board.snapshot().schema, 1);

    let update = board.poll_update().unwrap();
    assert_eq!(board.poll_update(), None, "one command is one update");
    let mut other = self::board(2);
    other.apply(&update).unwrap();
    assert_eq!(drain(&mut other), [Change::Card(card)]);
    assert_eq!(
        other.poll_update(),
        None,
        "what came from elsewhere is not sent again"
    );
    assert_eq!(other.snapshot(), board.snapshot());
}

#[test]
fn the_same_commands_give_the_same_bytes() {
    let build = || {
        let mut board = three_cards(7);
        let link = link_id("l");
        let (from, to) = (card_id("a"), card_id("b"));
        board
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
        board.encode()
    };
    assert_eq!(build(), build());
}

#[test]
fn text_is_edited_on_both_sides_with_its_steps_told() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    let steps = insert(3, " more");
    write(&mut board, "a", steps.clone(), 0);
    assert_eq!(text(&board, "a"), "one more");
    let told = |card, origin| {
        [
            Change::Text {
                card: card_id("a"),
                steps: steps.clone(),
                origin,
            },
            Change::Card(card),
        ]
    };
    assert_eq!(drain(&mut board), told(card(&board, "a"), Origin::Local));
    meet(&mut board, &mut other);
    assert_eq!(drain(&mut other), told(card(&other, "a"), Origin::Remote));
}

#[test]
fn two_people_at_the_same_spot_both_keep_their_words() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    write(&mut board, "a", insert(3, " bus"), 0);
    write(&mut other, "a", insert(3, " hall"), 0);
    meet(&mut board, &mut other);
    let text = text(&board, "a");
    assert!(text == "one bus hall" || text == "one hall bus", "{text}");
}

#[test]
fn cards_move_and_come_last_in_a_new_zone() {
    let mut board = three_cards(1);
    let moved = |name, zone: &str, x| (card_id(name), zone.to_owned(), at(x, 0.0));
    board
        .run(Command::Move(vec![moved("b", "needs", 1.0)]), 0)
        .unwrap();
    board
        .run(
            Command::Move(vec![moved("a", "needs", 2.0), moved("c", "ideas", 3.0)]),
            0,
        )
        .unwrap();
    let snapshot = board.snapshot();
    assert_eq!(names(&snapshot.cards), ["c", "b", "a"]);
    assert_eq!(snapshot.cards[0].at, at(3.0, 0.0));
    assert_eq!(snapshot.cards[2].at, at(2.0, 0.0));
}

#[test]
fn cards_are_put_after_others_or_first() {
    let mut board = three_cards(1);
    let mut check = |name, after: Option<&str>, expected: [&str; 3]| {
        let after = after.map(card_id);
        board
            .run(
                Command::Reorder {
                    card: card_id(name),
                    after,
                },
                0,
            )
            .unwrap();
        assert_eq!(names(&board.snapshot().cards), expected);
    };
    check("c", None, ["c", "a", "b"]);
    check("c", Some("a"), ["a", "c", "b"]);
    check("c", Some("a"), ["a", "c", "b"]);
    check("a", Some("b"), ["c", "b", "a"]);
    check("c", Some("b"), ["b", "c", "a"]);
}

#[test]
fn a_card_goes_between_two_that_were_made_at_once() {
    let mut board = board(1);
    board
        .run(Command::Create(new_card("z", "first")), 0)
        .unwrap();
    let mut other = copy(&board, 2);
    board.run(Command::Create(new_card("a", "")), 0).unwrap();
    other.run(Command::Create(new_card("b", "")), 0).unwrap();
    meet(&mut board, &mut other);
    assert_eq!(card(&board, "a").order, card(&board, "b").order);
    let after = Some(card_id("a"));
    board
        .run(
            Command::Reorder {
                card: card_id("z"),
                after,
            },
            0,
        )
        .unwrap();
    assert_eq!(names(&board.snapshot().cards), ["a", "z", "b"]);
}

#[test]
fn colour_kind_and_fields_are_set_and_cleared() {
    let mut board = three_cards(1);
    board
        .run(
            Command::Recolour(vec![card_id("a"), card_id("b")], Seat::Violet),
            0,
        )
        .unwrap();
    board
        .run(Command::SetKind(card_id("a"), "need".into()), 0)
        .unwrap();
    let field = |value| Command::SetField(card_id("a"), "cost".into(), value);
    board.run(field(Some(FieldValue::Number(3.0))), 0).unwrap();
    let changed = card(&board, "a");
    assert_eq!(
        (changed.seat, changed.kind.as_str()),
        (Seat::Violet, "need")
    );
    assert_eq!(changed.fields["cost"], FieldValue::Number(3.0));
    assert_eq!(card(&board, "b").seat, Seat::Violet);
    board.run(field(None), 0).unwrap();
    assert!(card(&board, "a").fields.is_empty());
}

#[test]
fn a_group_is_there_while_it_has_cards() {
    let mut board = three_cards(1);
    let group = |title: Option<&str>, cards: &[&str]| Command::Group {
        group: group_id("g"),
        title: title.map(str::to_owned),
        cards: cards.iter().map(|name| card_id(name)).collect(),
    };
    board.run(group(Some("Transport"), &["a", "b"]), 0).unwrap();
    board.run(group(None, &["c"]), 0).unwrap();
    assert_eq!(board.snapshot().groups[0].title, "Transport");
    board
        .run(
            Command::RenameGroup(group_id("g"), "Getting about".into()),
            0,
        )
        .unwrap();
    assert_eq!(board.snapshot().groups[0].title, "Getting about");
    drain(&mut board);
    board
        .run(Command::Ungroup(vec![card_id("a"), card_id("b")]), 0)
        .unwrap();
    board.run(Command::Delete(vec![card_id("c")]), 0).unwrap();
    assert_eq!(board.snapshot().groups, []);
    assert!(drain(&mut board).contains(&Change::GroupGone(group_id("g"))));
    let rename = Command::RenameGroup(group_id("g"), "x".into());
    assert_eq!(
        refused(&mut board, rename),
        Refusal::GroupGone(group_id("g"))
    );
    board.run(Command::Restore(vec![card_id("c")]), 0).unwrap();
    assert_eq!(board.snapshot().groups[0].title, "Getting about");
}

#[test]
fn a_link_is_there_while_both_its_cards_are() {
    let mut board = three_cards(1);
    let link = |from, to| Command::Link {
        link: link_id("l"),
        from: card_id(from),
        to: card_id(to),
        kind: "meets".into(),
    };
    board.run(link("a", "b"), 0).unwrap();
    assert_eq!(board.snapshot().links[0].kind, "meets");
    assert_eq!(
        refused_after_drain(&mut board, link("b", "c")),
        Refusal::IdTaken
    );
    board.run(Command::Delete(vec![card_id("b")]), 0).unwrap();
    assert_eq!(board.snapshot().links, []);
    assert!(drain(&mut board).contains(&Change::LinkGone(link_id("l"))));
    let unlink = Command::Unlink(link_id("l"));
    assert_eq!(
        refused(&mut board, unlink.clone()),
        Refusal::LinkGone(link_id("l"))
    );
    board.run(Command::Restore(vec![card_id("b")]), 0).unwrap();
    assert_eq!(board.snapshot().links.len(), 1);
    board.run(unlink, 0).unwrap();
    assert_eq!(board.snapshot().links, []);
}

#[test]
fn a_deleted_card_keeps_words_written_meanwhile() {
    let mut board = three_cards(1);
    let mut other = copy(&board, 2);
    board.run(Command::Delete(vec![card_id("a")]), 0).unwrap();
    assert_eq!(drain(&mut board), [Change::CardGone(card_id("a"))]);
    write(&mut other, "a", insert(3, " and more"), 0);
    meet(&mut board, &mut other);
    assert_eq!(board.card(&card_id("a")), None);
    assert_eq!(board.card_count(), 2);
    assert_eq!(names(&board.deleted()), ["a"]);
    board.run(Command::Restore(vec![card_id("a")]), 0).unwrap();
    assert_eq!(text(&board, "a"), "one and more");
    assert_eq!(board.deleted(), []);
}

#[test]
fn a_copy_is_a_card_of_its_own() {
    let mut board = three_cards(1);
    let copies = vec![
        (card_id("a"), card_id("x"), at(5.0, 5.0)),
        (card_id("b"), card_id("y"), at(6.0, 6.0)),
    ];
    board.run(Command::Duplicate(copies), 0).unwrap();
    write(&mut board, "x", insert(0, "not "), 0);
    assert_eq!(text(&board, "x"), "not one");
    assert_eq!(text(&board, "a"), "one");
    assert_eq!(card(&board, "x").from, Some(card_id("a")));
    assert_eq!(names(&board.snapshot().cards), ["a", "b", "c", "x", "y"]);
}

#[test]
fn the_method_is_said() {
    let mut board = board(1);
    board
        .run(Command::SetMethod("ideas-farm".into()), 0)
        .unwrap();
    assert_eq!(board.snapshot().method.as_deref(), Some("ideas-farm"));
    assert_eq!(drain(&mut board), [Change::Method("ideas-farm".into())]);
}

#[test]
fn what_is_so_already_is_not_written_again() {
    let mut board = three_cards(1);
    while board.poll_update().is_some() {}
    let (a, same) = (card_id("a"), card(&board, "a"));
    for command in [
        Command::Move(vec![(a.clone(), same.zone, same.at)]),
        Command::Recolour(vec![a.clone()], same.seat),
        Command::SetKind(a.clone(), same.kind),
        Command::SetField(a.clone(), "cost".into(), None),
        Command::Ungroup(vec![a.clone()]),
        Command::Restore(vec![a.clone()]),
        Command::Reorder {
            card: a.clone(),
            after: None,
        },
        Command::EditText {
            card: a,
            steps: vec![TextStep::Keep(2)],
        },
    ] {
        board.run(command.clone(), 0).unwrap();
        assert_eq!(board.poll_update(), None, "{command:?}");
        assert_eq!(board.poll_change(), None, "{command:?}");
    }
}

fn refused_after_drain(board: &mut crate::board::Board, command: Command) -> Refusal {
    drain(board);
    refused(board, command)
}

#[test]
fn refusals_say_why_and_change_nothing() {
    let mut board = three_cards(1);
    let long = "x".repeat(MAX_TEXT_UNITS as usize + 1);
    let gone = || card_id("gone");
    let is_gone = || Refusal::CardGone(gone());
    let too_long = || Refusal::TextTooLong(MAX_TEXT_UNITS + 1);
    let edit = |steps| Command::EditText {
        card: card_id("a"),
        steps,
    };
    let nowhere = at(f64::NAN, 0.0);
    let far = at(0.0, f64::INFINITY);
    let zone = String::new;
    let cases = [
        (Command::Create(new_card("a", "")), Refusal::IdTaken),
        (Command::Create(new_card("d", &long)), too_long()),
        (
            Command::Create(crate::board::NewCard {
                at: nowhere,
                ..new_card("d", "")
            }),
            Refusal::NotAPlace,
        ),
        (
            Command::EditText {
                card: gone(),
                steps: insert(0, "x"),
            },
            is_gone(),
        ),
        (edit(insert(4, "x")), Refusal::EditDoesNotFit),
        (edit(delete(2, 2)), Refusal::EditDoesNotFit),
        (
            edit(insert(0, &long)),
            Refusal::TextTooLong(MAX_TEXT_UNITS + 4),
        ),
        (Command::Move(vec![]), Refusal::Nothing),
        (
            Command::Move(vec![(card_id("a"), zone(), far)]),
            Refusal::NotAPlace,
        ),
        (
            Command::Move(vec![
                (card_id("a"), zone(), at(0.0, 0.0)),
                (gone(), zone(), at(0.0, 0.0)),
            ]),
            is_gone(),
        ),
        (
            Command::Reorder {
                card: card_id("a"),
                after: Some(gone()),
            },
            is_gone(),
        ),
        (
            Command::Reorder {
                card: card_id("a"),
                after: Some(card_id("a")),
            },
            Refusal::Nothing,
        ),
        (Command::Recolour(vec![gone()], Seat::Blue), is_gone()),
        (Command::SetKind(gone(), zone()), is_gone()),
        (Command::SetKind(card_id("a"), long.clone()), too_long()),
        (
            Command::SetField(card_id("a"), zone(), Some(FieldValue::Number(f64::NAN))),
            Refusal::NotAPlace,
        ),
        (
            Command::Group {
                group: group_id("g"),
                title: None,
                cards: vec![],
            },
            Refusal::Nothing,
        ),
        (
            Command::Group {
                group: group_id("g"),
                title: Some(long),
                cards: vec![card_id("a")],
            },
            too_long(),
        ),
        (Command::Ungroup(vec![gone()]), is_gone()),
        (
            Command::Link {
                link: link_id("l"),
                from: gone(),
                to: card_id("a"),
                kind: zone(),
            },
            is_gone(),
        ),
        (
            Command::Link {
                link: link_id("l"),
                from: card_id("a"),
                to: card_id("a"),
                kind: zone(),
            },
            Refusal::Nothing,
        ),
        (
            Command::Unlink(link_id("l")),
            Refusal::LinkGone(link_id("l")),
        ),
        (Command::Delete(vec![card_id("a"), gone()]), is_gone()),
        (Command::Restore(vec![gone()]), is_gone()),
        (
            Command::Duplicate(vec![(gone(), card_id("x"), at(0.0, 0.0))]),
            is_gone(),
        ),
        (
            Command::Duplicate(vec![(card_id("a"), card_id("b"), at(0.0, 0.0))]),
            Refusal::IdTaken,
        ),
        (
            Command::Duplicate(vec![
                (card_id("a"), card_id("x"), at(0.0, 0.0)),
                (card_id("b"), card_id("x"), at(0.0, 0.0)),
            ]),
            Refusal::IdTaken,
        ),
    ];
    for (command, expected) in cases {
        assert_eq!(
            refused(&mut board, command.clone()),
            expected,
            "{command:?}"
        );
    }
}
