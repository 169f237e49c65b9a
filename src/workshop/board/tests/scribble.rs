//! A foreign client that puts anything anywhere: all of it is read, and none of it harms.

use super::kit::*;
use super::wander::{self, Random};
use yrs::types::Attrs;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, ArrayPrelim, Doc, Map, MapPrelim, MapRef, OffsetKind, Options, Out, ReadTxn, StateVector,
    Text, TextPrelim, Transact, TransactionMut, Update, XmlFragmentPrelim,
};

#[test]
fn whatever_a_foreign_client_writes_is_read_and_survived() {
    for seed in 0..150 {
        let random = &mut Random::new(seed);
        let mut board = three_cards(1);
        let doc = Doc::with_options(Options {
            offset_kind: OffsetKind::Utf16,
            ..Options::with_client_id(yrs::ClientID::new(random.next() >> 11))
        });
        let roots = ["cards", "groups", "links", "meta"].map(|name| doc.get_or_insert_map(name));
        for round in 0..20 {
            {
                let update = Update::decode_v1(&board.encode()).unwrap();
                let mut txn = doc.transact_mut();
                txn.apply_update(update).unwrap();
                for _ in 0..random.below(6) {
                    let root = &roots[random.below(4)];
                    scribble(random, &mut txn, root, 0);
                }
            }
            let txn = doc.transact();
            let known = StateVector::decode_v1(&board.state_vector()).unwrap();
            board.apply(&txn.encode_diff_v1(&known)).unwrap();
            drop(txn);
            for _ in 0..5 {
                wander::step(random, &mut board, round);
            }
            let fresh = copy(&board, 99);
            assert_eq!(fresh.snapshot(), board.snapshot(), "seed {seed}");
            assert_eq!(fresh.deleted(), board.deleted(), "seed {seed}");
        }
        while board.undo(0) {}
        while board.redo(0) {}
    }
}

const KEYS: [&str; 22] = [
    "a",
    "b",
    "c",
    "kind",
    "text",
    "fields",
    "zone",
    "at",
    "order",
    "seat",
    "group",
    "from",
    "photo",
    "photo_size",
    "photo_alt",
    "to",
    "gone",
    "title",
    "schema",
    "method",
    "Not an id",
    "",
];

/// Writes something somewhere in or below a map.
fn scribble(random: &mut Random, txn: &mut TransactionMut<'_>, map: &MapRef, depth: usize) {
    let key = KEYS[random.below(KEYS.len())];
    if depth < 3 && random.chance(60) {
        match map.get(txn, key) {
            Some(Out::YMap(inner)) => return scribble(random, txn, &inner, depth + 1),
            Some(Out::YText(text)) => return scrawl(random, txn, &text),
            _ => {}
        }
    }
    match random.below(14) {
        0 => _ = map.remove(txn, key),
        1 => _ = map.insert(txn, key, TextPrelim::new("words")),
        2 => _ = map.insert(txn, key, ArrayPrelim::from(["a", "b"])),
        3 => _ = map.insert(txn, key, XmlFragmentPrelim::default()),
        4 => _ = map.insert(txn, key, true),
        5 => _ = map.insert(txn, key, -1.5),
        6 => _ = map.insert(txn, key, Any::Null),
        7 => {
            _ = map.insert(
                txn,
                key,
                Any::Array([Any::from(1), Any::from(f64::NAN)].into()),
            );
        }
        8 => _ = map.insert(txn, key, Any::Buffer([1, 2, 3].into())),
        9 => _ = map.insert(txn, key, KEYS[random.below(KEYS.len())]),
        10 => {
            let plain = [
                ("a".to_owned(), Any::from("x")),
                ("b".to_owned(), Any::Undefined),
            ];
            map.insert(txn, key, Any::from(std::collections::HashMap::from(plain)));
        }
        _ => {
            let inner = map.insert(txn, key, MapPrelim::default());
            scribble(random, txn, &inner, depth + 1);
        }
    }
}

fn scrawl(random: &mut Random, txn: &mut TransactionMut<'_>, text: &yrs::TextRef) {
    let length = text.len(txn);
    let at = random.below(length as usize + 1) as u32;
    let rest = random.below((length - at) as usize + 1) as u32;
    let bold = Attrs::from([("bold".into(), Any::from(random.chance(50)))]);
    match random.below(6) {
        0 => text.insert(txn, at, "\u{1F68C}"),
        1 => text.insert_with_attributes(txn, at, "bold", bold),
        2 => text.remove_range(txn, at, rest),
        3 => text.format(txn, at, rest, bold),
        4 => _ = text.insert_embed(txn, at, MapPrelim::default()),
        _ => _ = text.insert_embed(txn, at, Any::from("smile")),
    }
}
