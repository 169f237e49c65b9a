//! What a tablet of the simulation writes, and the chance that decides it.

use std::collections::{BTreeMap, BTreeSet};

use sync::session::Replicas;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Any, Array, Doc, GetString, Map, Out, ReadTxn, StateVector, Text, Transact, Update};

/// Chance with a seed, so that a failure can be had again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// An even number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // SplitMix64, of Steele, Lea and Flood.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// The documents of one tablet: one board.
pub(super) struct Replica(pub(super) Doc);

impl Replica {
    pub(super) fn new(client: u64) -> Self {
        let doc = Doc::with_client_id(client);
        doc.get_or_insert_map("cards");
        doc.get_or_insert_text("text");
        doc.get_or_insert_array("list");
        Self(doc)
    }

    pub(super) fn keys(&self) -> BTreeSet<String> {
        let cards = self.0.get_or_insert_map("cards");
        let transaction = self.0.transact();
        cards.keys(&transaction).map(ToString::to_string).collect()
    }

    /// Changes something: half of the time it writes a card under `key`, and says so.
    pub(super) fn write(&mut self, dice: &mut Dice, key: &str) -> (Vec<u8>, bool) {
        let choice = dice.below(10);
        let place = dice.below(1_000) as u32;
        let cards = self.0.get_or_insert_map("cards");
        let text = self.0.get_or_insert_text("text");
        let list = self.0.get_or_insert_array("list");
        let mut transaction = self.0.transact_mut();
        match choice {
            0..5 => {
                cards.insert(&mut transaction, key, i64::from(place));
            }
            5 => {
                cards.insert(&mut transaction, "everyone's", i64::from(place));
            }
            6 | 7 => {
                let length = text.len(&transaction);
                text.insert(&mut transaction, place % (length + 1), "ab");
            }
            8 => {
                let length = text.len(&transaction);
                if length > 1 {
                    text.remove_range(&mut transaction, place % (length - 1), 2.min(length));
                }
            }
            _ => {
                let length = list.len(&transaction);
                list.insert(&mut transaction, place % (length + 1), i64::from(place));
                if length > 3 {
                    list.remove(&mut transaction, place % length);
                }
            }
        }
        (transaction.encode_update_v1(), choice < 5)
    }

    /// Everything that can be read in it.
    pub(super) fn content(&self) -> (BTreeMap<String, Option<Any>>, String, Vec<Option<Any>>) {
        let any = |out: Out| match out {
            Out::Any(any) => Some(any),
            _ => None,
        };
        let cards = self.0.get_or_insert_map("cards");
        let text = self.0.get_or_insert_text("text");
        let list = self.0.get_or_insert_array("list");
        let transaction = self.0.transact();
        (
            cards
                .iter(&transaction)
                .map(|(key, value)| (key.to_string(), any(value)))
                .collect(),
            text.get_string(&transaction),
            list.iter(&transaction).map(any).collect(),
        )
    }
}

impl Replicas for Replica {
    fn state_vector(&self, _: &str) -> Option<Vec<u8>> {
        Some(self.0.transact().state_vector().encode_v1())
    }

    fn diff(&self, _: &str, state_vector: &[u8]) -> Option<Vec<u8>> {
        let state_vector = StateVector::decode_v1(state_vector).ok()?;
        Some(self.0.transact().encode_diff_v1(&state_vector))
    }

    fn apply(&mut self, _: &str, update: &[u8]) -> Result<(), String> {
        let update = Update::decode_v1(update).map_err(|error| error.to_string())?;
        let mut transaction = self.0.transact_mut();
        transaction
            .apply_update(update)
            .map_err(|error| error.to_string())?;
        assert!(
            !transaction.has_missing_updates(),
            "the gate lets no holes in"
        );
        Ok(())
    }
}
