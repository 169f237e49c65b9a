//! What the tests of boards share.

use std::collections::BTreeMap;

use crate::ClientId;
use crate::board::{Board, Card, Change, Command, NewCard, Point, Refusal, Seat};
use crate::id::{CardId, GroupId, LinkId};
use crate::text::TextStep;

pub(super) fn board(client: u64) -> Board {
    Board::new(ClientId(client))
}

pub(super) fn card_id(name: &str) -> CardId {
    CardId::parse(name).unwrap()
}

pub(super) fn group_id(name: &str) -> GroupId {
    GroupId::parse(name).unwrap()
}

pub(super) fn link_id(name: &str) -> LinkId {
    LinkId::parse(name).unwrap()
}

pub(super) fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

pub(super) fn new_card(name: &str, text: &str) -> NewCard {
    NewCard {
        id: card_id(name),
        kind: "idea".into(),
        text: text.into(),
        fields: BTreeMap::new(),
        zone: "ideas".into(),
        at: at(10.0, 20.0),
        seat: Seat::Yellow,
        from: None,
        photo: None,
    }
}

/// A board with cards `a`, `b` and `c` that say `one`, `two` and `three`.
pub(super) fn three_cards(client: u64) -> Board {
    let mut board = board(client);
    for (name, text) in [("a", "one"), ("b", "two"), ("c", "three")] {
        board.run(Command::Create(new_card(name, text)), 0).unwrap();
    }
    drain(&mut board);
    board
}

/// The same document on another replica.
pub(super) fn copy(board: &Board, client: u64) -> Board {
    let mut copy = self::board(client);
    copy.apply(&board.encode()).unwrap();
    drain(&mut copy);
    copy
}

/// Gives each of two replicas what it lacks.
pub(super) fn meet(a: &mut Board, b: &mut Board) {
    let to_b = a.diff(&b.state_vector()).unwrap();
    let to_a = b.diff(&a.state_vector()).unwrap();
    b.apply(&to_b).unwrap();
    a.apply(&to_a).unwrap();
    assert_eq!(a.snapshot(), b.snapshot());
}

pub(super) fn drain(board: &mut Board) -> Vec<Change> {
    std::iter::from_fn(|| board.poll_change()).collect()
}

pub(super) fn text(board: &Board, name: &str) -> String {
    card(board, name).text
}

pub(super) fn card(board: &Board, name: &str) -> Card {
    board.card(&card_id(name)).unwrap()
}

pub(super) fn insert(at: u32, words: &str) -> Vec<TextStep> {
    vec![TextStep::Keep(at), TextStep::Insert(words.into())]
}

pub(super) fn delete(at: u32, units: u32) -> Vec<TextStep> {
    vec![TextStep::Keep(at), TextStep::Delete(units)]
}

pub(super) fn write(board: &mut Board, name: &str, steps: Vec<TextStep>, now_ms: u64) {
    board
        .run(
            Command::EditText {
                card: card_id(name),
                steps,
            },
            now_ms,
        )
        .unwrap();
}

pub(super) fn names(cards: &[Card]) -> Vec<&str> {
    cards.iter().map(|card| card.id.as_str()).collect()
}

pub(super) fn refused(board: &mut Board, command: Command) -> Refusal {
    let (before, updates) = (board.snapshot(), board.encode());
    let refusal = board.run(command, 0).unwrap_err();
    assert_eq!(board.snapshot(), before, "a refusal changes nothing");
    assert_eq!(board.encode(), updates, "a refusal writes nothing");
    assert_eq!(board.poll_change(), None);
    refusal
}
