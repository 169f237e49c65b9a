//! Tests of the gate with updates that were valid until something in them was changed: what passes
//! all the same does a document no harm, then or later.
//!
//! Every run tries the same seeds; a failure prints its seed and the update. To try another one:
//! `MUTATION_SEED=… cargo test -p sync mutated`.

use super::{check, random_tests, yjs_tests};
use crate::lib0::{Reader, write_var_uint};
use crate::testing::Dice;
use crate::testing::sound::{Replica, Taken};

/// How many seeds a run tries.
const SEEDS: u64 = 12;
/// How many changed updates are tried at each point of a history.
const TRIES: usize = 12;

/// Says what was tried when a test fails.
struct Trying<'a> {
    seed: u64,
    update: &'a [u8],
}

impl Drop for Trying<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with MUTATION_SEED={}: {:?}", self.seed, self.update);
        }
    }
}

#[test]
fn g9_mutated_updates_never_panic_and_what_passes_is_sound() {
    let seeds = match std::env::var("MUTATION_SEED").map(|seed| seed.parse()) {
        Ok(Ok(seed)) => vec![seed],
        _ => (20_260_101..20_260_101 + SEEDS).collect(),
    };
    let mut passed = 0;
    for &seed in &seeds {
        passed += mutate_history(seed, &random_tests::history(seed, 30));
        for document in yjs_tests::documents() {
            passed += mutate_history(seed, &document.updates().collect::<Vec<_>>());
        }
    }
    println!("{passed} changed updates passed the gate");
    assert!(
        passed > 100 * seeds.len(),
        "the changes are too wild to test anything: {passed} passed"
    );
}

/// Follows a history, and at each point tries changed updates on a copy of the document. Says how
/// many passed the gate.
fn mutate_history(seed: u64, updates: &[Vec<u8>]) -> usize {
    let mut dice = Dice::new(seed);
    let mut replica = Replica::new();
    let mut passed = 0;
    for (index, next) in updates.iter().enumerate() {
        let around = &updates[index.saturating_sub(2)..updates.len().min(index + 2)];
        for _ in 0..TRIES {
            let mut update = around[dice.below(around.len())].clone();
            mutate(&mut update, updates, &mut dice);
            let trying = Trying {
                seed,
                update: &update,
            };
            if check(trying.update, replica.known()).is_err() {
                continue;
            }
            passed += 1;
            let mut copy = replica.read_back();
            copy.take(trying.update);
            // What an honest client sends next may be a hole by now, but no harm either.
            for after in around {
                copy.take(after);
            }
        }
        assert!(matches!(replica.take(next), Taken::Applied));
    }
    passed
}

/// Changes an update in one place or two.
fn mutate(update: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..=dice.below(2) {
        if update.is_empty() {
            return;
        }
        let at = dice.below(update.len());
        match dice.below(10) {
            0 => update[at] ^= 1 << dice.below(8),
            1 => update[at] = dice.next() as u8,
            2 => update.truncate(at),
            3 => update.insert(at, dice.next() as u8),
            4 => {
                update.remove(at);
            }
            5 => update[at] = [0, 1, 0x7f, 0x80, 0xff, 117, 118, 10][dice.below(8)],
            6 | 7 => change_number(update, at, dice),
            8 => {
                let other = &others[dice.below(others.len())];
                let piece = piece(other, dice);
                update.splice(at..at, piece.iter().copied());
            }
            _ => {
                let piece = piece(update, dice).to_vec();
                update.splice(at..at, piece);
            }
        }
    }
}

/// Some bytes of an update, often a struct or two.
fn piece<'a>(update: &'a [u8], dice: &mut Dice) -> &'a [u8] {
    let from = dice.below(update.len());
    let length = dice.below((update.len() - from).min(24) + 1);
    &update[from..from + length]
}

/// Puts another number in the place of the varUint that begins there, if one does: a length, a
/// count, a clock or a client.
fn change_number(update: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let mut reader = Reader::new(&update[at..]);
    let Ok(number) = reader.var_uint() else {
        return;
    };
    let end = update.len() - reader.remaining();
    let other = match dice.below(8) {
        0 => number.saturating_sub(1),
        1 => number + 1,
        2 => dice.below(20) as u64,
        3 => (1 << 31) - 1,
        4 => 1 << 31,
        5 => (1 << 53) - 1,
        6 => 1 << 53,
        _ => number * 2,
    };
    let mut bytes = Vec::new();
    write_var_uint(&mut bytes, other);
    update.splice(at..end, bytes);
}
