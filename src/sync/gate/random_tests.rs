//! Tests of the gate against documents that edit themselves at random, and against their updates
//! mutilated at random. Seeds are fixed and printed by what fails.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use yrs::types::Attrs;
use yrs::undo::UndoManager;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    Any, Array, ArrayPrelim, ArrayRef, ClientID, Doc, In, Map, MapPrelim, MapRef, OffsetKind,
    Options, Out, ReadTxn, StateVector, Text, TextPrelim, TextRef, Transact, Update,
};

use super::{Admitted, check, check_snapshot, read_state_vector};
use crate::testing::Dice;

fn nothing_known() -> StateVector {
    StateVector::default()
}

/// A document that edits itself at random, as boards do and more wildly than they do.
struct Editor {
    doc: Doc,
    undo: UndoManager<()>,
    cards: MapRef,
    list: ArrayRef,
    note: TextRef,
}

impl Editor {
    fn new(client: u64) -> Self {
        let mut options = Options::with_client_id(ClientID::new(client));
        options.offset_kind = OffsetKind::Utf16;
        let doc = Doc::with_options(options);
        let cards = doc.get_or_insert_map("cards");
        let list = doc.get_or_insert_array("list");
        let note = doc.get_or_insert_text("note");
        let mut undo = UndoManager::new();
        undo.expand_scope(&doc, &cards);
        undo.expand_scope(&doc, &list);
        undo.expand_scope(&doc, &note);
        Self {
            doc,
            undo,
            cards,
            list,
            note,
        }
    }

    fn any(dice: &mut Dice, depth: usize) -> Any {
        match dice.below(if depth == 0 { 9 } else { 12 }) {
            0 => Any::Null,
            1 => Any::Undefined,
            2 => Any::Bool(dice.below(2) == 0),
            3 => Any::from(dice.next().cast_signed()),
            4 => Any::from(i64::from(dice.next() as i32)),
            5 => Any::from(dice.next() as i32 as f64 / 7.0),
            6 => Any::from(f64::NAN),
            7 => Any::from(Self::words(dice)),
            8 => Any::Buffer((0..dice.below(9) as u8).collect()),
            9 | 10 => {
                let values: Vec<Any> = (0..dice.below(4))
                    .map(|_| Self::any(dice, depth - 1))
                    .collect();
                Any::from(values)
            }
            _ => {
                let entries: HashMap<String, Any> = (0..dice.below(4))
                    .map(|_| (Self::words(dice), Self::any(dice, depth - 1)))
                    .collect();
                Any::from(entries)
            }
        }
    }

    fn words(dice: &mut Dice) -> String {
        let words = [
            "bus",
            "Zażółć",
            "😀😀",
            "女",
            "",
            "a longer piece of text",
            "e\u{301}",
        ];
        (0..=dice.below(3))
            .map(|_| words[dice.below(words.len())])
            .collect()
    }

    /// One random transaction, and the update it made.
    fn edit(&mut self, dice: &mut Dice) -> Vec<u8> {
        let before = self.doc.transact().state_vector();
        if dice.below(8) == 0 {
            if dice.below(3) == 0 {
                self.undo.redo_blocking()
            } else {
                self.undo.undo_blocking()
            };
            return self.doc.transact().encode_diff_v1(&before);
        }
        let mut txn = self.doc.transact_mut();
        for _ in 0..=dice.below(3) {
            match dice.below(10) {
                0 | 1 => {
                    let card = self.cards.insert(
                        &mut txn,
                        format!("card{}", dice.below(20)),
                        MapPrelim::from_iter([("kind", In::from("idea"))]),
                    );
                    card.insert(&mut txn, "text", TextPrelim::new(Self::words(dice)));
                    card.insert(&mut txn, "tags", ArrayPrelim::from(["a", "b"]));
                    card.insert(&mut txn, "at", Any::from(vec![1.5, -2.0]));
                }
                2 => {
                    let key = format!("card{}", dice.below(20));
                    if let Some(Out::YMap(card)) = self.cards.get(&txn, &key) {
                        card.insert(&mut txn, "fields", Self::any(dice, 3));
                        if let Some(Out::YText(text)) = card.get(&txn, "text") {
                            text.insert(&mut txn, 0, &Self::words(dice));
                        }
                    }
                }
                3 => {
                    self.cards
                        .remove(&mut txn, &format!("card{}", dice.below(20)));
                }
                4 | 5 => {
                    let index = dice.below(self.list.len(&txn) as usize + 1) as u32;
                    self.list.insert(&mut txn, index, Self::any(dice, 4));
                }
                6 => {
                    let length = self.list.len(&txn);
                    if length > 0 {
                        let index = dice.below(length as usize) as u32;
                        let count = dice.below((length - index) as usize) as u32 + 1;
                        self.list.remove_range(&mut txn, index, count);
                    }
                }
                7 | 8 => {
                    let index = dice.below(self.note.len(&txn) as usize + 1) as u32;
                    if dice.below(4) == 0 {
                        let attrs = Attrs::from([("bold".into(), Self::json_like(dice))]);
                        let words = Self::words(dice);
                        self.note
                            .insert_with_attributes(&mut txn, index, &words, attrs);
                    } else {
                        self.note.insert(&mut txn, index, &Self::words(dice));
                    }
                }
                _ => {
                    let length = self.note.len(&txn) as usize;
                    let index = dice.below(length + 1);
                    let count = dice.below(length - index + 1);
                    self.note.remove_range(&mut txn, index as u32, count as u32);
                }
            }
        }
        let update = txn.encode_update_v1();
        drop(txn);
        self.undo.reset();
        update
    }

    /// What JSON can say: a format's value goes through JSON.
    fn json_like(dice: &mut Dice) -> Any {
        match dice.below(3) {
            0 => Any::Bool(true),
            1 => Any::from("red"),
            _ => Any::Null,
        }
    }

    fn state_vector(&self) -> StateVector {
        self.doc.transact().state_vector()
    }

    fn apply(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("yrs decodes what the gate admits");
        self.doc
            .transact_mut()
            .apply_update(update)
            .expect("yrs applies what yrs made");
    }
}

/// What three editors and a relay's replica came to.
struct History {
    /// Every update that was made, in an order in which each could be applied, and some diffs.
    updates: Vec<Vec<u8>>,
    relay: Editor,
}

/// Three editors work at random, each catching up with the others only now and then.
fn history(seed: u64, rounds: usize) -> History {
    let mut dice = Dice::new(seed);
    let mut editors = [1 + seed % 50, 1 << 31, 1 << 52].map(|client| (Editor::new(client), 0));
    let relay = Editor::new(3_000);
    let mut updates: Vec<Vec<u8>> = Vec::new();
    for _ in 0..rounds {
        let (editor, read) = &mut editors[dice.below(3)];
        if dice.below(3) == 0 {
            for update in &updates[*read..] {
                check(update, &editor.state_vector()).expect("what one may read all may read");
                editor.apply(update);
            }
            *read = updates.len();
        }
        let update = editor.edit(&mut dice);
        let admitted = check(&update, &relay.state_vector())
            .unwrap_or_else(|refused| panic!("seed {seed}: {refused}: {update:?}"));
        let mut expected = relay.state_vector();
        admitted.advance(&mut expected);
        relay.apply(&update);
        assert_eq!(relay.state_vector(), expected, "seed {seed}");
        assert!(!relay.doc.transact().has_missing_updates(), "seed {seed}");
        updates.push(update);
    }
    for vector in [
        nothing_known(),
        editors[0].0.state_vector(),
        relay.state_vector(),
    ] {
        let diff = relay.doc.transact().encode_diff_v1(&vector);
        let admitted = check(&diff, &vector).expect("a diff passes");
        assert_eq!(admitted.adds, vector != relay.state_vector(), "seed {seed}");
        updates.push(diff);
    }
    History { updates, relay }
}

#[test]
fn g10_everything_documents_make_passes() {
    for seed in 0..60 {
        history(seed, 60);
    }
}

#[test]
fn g10_updates_that_arrive_late_are_holes_and_nothing_else() {
    let mut dice = Dice::new(77);
    let mut editor = Editor::new(5);
    let updates: Vec<_> = (0..100).map(|_| editor.edit(&mut dice)).collect();
    let mut seen = StateVector::default();
    for (index, update) in updates.iter().enumerate() {
        for late in &updates[index + 1..] {
            if let Err(refused) = check(late, &seen) {
                assert!(refused.is_hole(), "{refused}");
            }
        }
        check(update, &seen)
            .expect("in order everything passes")
            .advance(&mut seen);
    }
}

#[test]
fn g9_mutated_updates_never_panic_and_what_passes_is_sound() {
    let seed = 20_260_101;
    let mut dice = Dice::new(seed);
    let mut admitted = 0;
    for round in 0..20 {
        let history = history(seed + round, 30);
        let everything = history.relay.state_vector();
        for _ in 0..1_500 {
            let mut update = history.updates[dice.below(history.updates.len())].clone();
            mutate(&mut update, &history.updates, &mut dice);
            let known = [&nothing_known(), &everything][dice.below(2)].clone();
            let Ok(facts) = check(&update, &known) else {
                continue;
            };
            admitted += 1;
            let replica = Editor::new(99);
            if known == everything {
                let snapshot = history
                    .relay
                    .doc
                    .transact()
                    .encode_diff_v1(&nothing_known());
                replica.apply(&snapshot);
            }
            let sound = catch_unwind(AssertUnwindSafe(|| sound(&update, &replica, &facts)));
            assert!(sound.is_ok(), "seed {seed}, round {round}: {update:?}");
        }
    }
    assert!(
        admitted > 500,
        "the mutations are too wild to test anything: {admitted} passed"
    );
}

/// What the gate admits yrs decodes, encodes so that it can be read again, and applies, or refuses
/// with an error, without a panic and without harm to the document's next snapshot.
fn sound(update: &[u8], replica: &Editor, facts: &Admitted) {
    let decoded = Update::decode_v1(update).expect("yrs decodes what the gate admits");
    assert!(facts.clocks.len() >= decoded.state_vector_lower().len());
    let again = decoded.encode_v1();
    check_snapshot(&again, &replica.state_vector()).expect("what yrs encodes passes");
    Update::decode_v1(&again).expect("what yrs encodes it decodes");
    // A parent that is no type is an error here, which the relay's room answers.
    let _ = replica.doc.transact_mut().apply_update(decoded);
    let snapshot = replica.doc.transact().encode_diff_v1(&nothing_known());
    check_snapshot(&snapshot, &nothing_known()).expect("the snapshot passes");
    Update::decode_v1(&snapshot).expect("the snapshot can be decoded");
}

fn mutate(update: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..=dice.below(2) {
        if update.is_empty() {
            return;
        }
        let at = dice.below(update.len());
        match dice.below(7) {
            0 => update[at] ^= 1 << dice.below(8),
            1 => update[at] = dice.next() as u8,
            2 => update.truncate(at),
            3 => update.insert(at, dice.next() as u8),
            4 => {
                update.remove(at);
            }
            5 => update[at] = [0, 1, 0x7f, 0x80, 0xff, 117, 118, 10][dice.below(8)],
            _ => {
                let other = &others[dice.below(others.len())];
                let from = dice.below(other.len());
                let length = dice.below((other.len() - from).min(24) + 1);
                update.splice(at..at, other[from..from + length].iter().copied());
            }
        }
    }
}

#[test]
fn g9_random_bytes_never_panic() {
    let mut dice = Dice::new(9);
    for _ in 0..50_000 {
        let length = dice.below(40);
        let bytes: Vec<u8> = (0..length)
            .map(|_| match dice.below(3) {
                0 => dice.below(12) as u8,
                1 => 0x80 | dice.next() as u8,
                _ => dice.next() as u8,
            })
            .collect();
        let _ = check(&bytes, &nothing_known());
        let _ = read_state_vector(&bytes);
    }
}
