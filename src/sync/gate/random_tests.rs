//! Tests of the gate against documents that edit themselves at random, and against their updates
//! mutilated at random. Seeds are fixed and printed by what fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ReadTxn, StateVector, Transact, Update};

use super::{Admitted, check, check_snapshot, read_state_vector};
use crate::testing::Dice;
use crate::testing::editor::Editor;

fn nothing_known() -> StateVector {
    StateVector::default()
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
