//! A document that edits itself at random, for tests of what every document must bear.
//!
//! Owns the edits: boards make such, and wilder ones. Must never draw chance from elsewhere than the
//! dice it is given.

use std::collections::HashMap;

use yrs::types::{Attrs, ToJson};
use yrs::undo::UndoManager;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, Array, ArrayPrelim, ArrayRef, ClientID, Doc, In, Map, MapPrelim, MapRef, OffsetKind,
    Options, Out, ReadTxn, Snapshot, StateVector, Text, TextPrelim, TextRef, Transact, Update,
};

use super::Dice;

/// A document that edits itself at random, as boards do and more wildly than they do.
pub(crate) struct Editor {
    pub(crate) doc: Doc,
    undo: UndoManager<()>,
    pub(crate) cards: MapRef,
    pub(crate) list: ArrayRef,
    pub(crate) note: TextRef,
}

impl Editor {
    pub(crate) fn new(client: u64) -> Self {
        Self::with(Options::with_client_id(ClientID::new(client)))
    }

    /// A replica as the relay keeps it. It deletes nothing of its own accord; others tidy formats up
    /// after each transaction, so that what they hold depends on how updates were put together.
    pub(crate) fn of_relay() -> Self {
        let mut options = Options::with_client_id(ClientID::new(3_000));
        options.cleanup_formatting = false;
        Self::with(options)
    }

    fn with(mut options: Options) -> Self {
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
    pub(crate) fn edit(&mut self, dice: &mut Dice) -> Vec<u8> {
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

    pub(crate) fn state_vector(&self) -> StateVector {
        self.doc.transact().state_vector()
    }

    pub(crate) fn apply(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("yrs decodes what the gate admits");
        self.doc
            .transact_mut()
            .apply_update(update)
            .expect("yrs applies what yrs made");
    }

    /// Everything the document holds, to be compared: clocks and deletions, and what can be read.
    pub(crate) fn content(&self) -> (Snapshot, serde_json::Value) {
        let txn = self.doc.transact();
        let json = serde_json::to_value(self.doc.to_json(&txn)).expect("values are JSON");
        (txn.snapshot(), json)
    }
}
