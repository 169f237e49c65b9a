//! Tests of the gate against documents that edit themselves at random, and against bytes without
//! sense. Seeds are fixed and printed by what fails.

use yrs::{ReadTxn, StateVector, Transact};

use super::{check, read_state_vector};
use crate::testing::Dice;
use crate::testing::editor::Editor;

fn nothing_known() -> StateVector {
    StateVector::default()
}

/// Three editors work at random, each catching up with the others only now and then. Gives every
/// update that was made, in an order in which each could be applied, and at the end some diffs.
pub(super) fn history(seed: u64, rounds: usize) -> Vec<Vec<u8>> {
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
    updates
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
