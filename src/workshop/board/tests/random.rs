//! Whatever people do, in whatever order it arrives: every replica comes to the same board, undo
//! finds its way back, and what a board says of itself is true.
//!
//! Every run tries the same seeds and a few new ones; a failure prints its seed. To try one again:
//! `WANDER_SEED=… cargo test -p workshop random`.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use yrs::updates::decoder::Decode;
use yrs::{StateVector, Update};

use super::kit::*;
use super::wander::{self, Random};
use crate::board::{Board, BoardSnapshot, Card, Change, Group, Link};
use crate::id::{CardId, GroupId, LinkId};
use crate::text;

/// Runs a check with each seed, and names the seed if it fails.
fn for_seeds(check: impl Fn(&mut Random)) {
    struct Seed(u64);
    impl Drop for Seed {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("failed with WANDER_SEED={}", self.0);
            }
        }
    }
    let seeds = match std::env::var("WANDER_SEED").map(|seed| seed.parse()) {
        Ok(Ok(seed)) => vec![seed],
        _ => (0..25)
            .chain((0..5_u64).map(|i| RandomState::new().hash_one(i)))
            .collect(),
    };
    for seed in seeds {
        let seed = Seed(seed);
        check(&mut Random::new(seed.0));
    }
}

/// What a reader knows of a board who only hears its changes.
#[derive(Default)]
struct Listener {
    cards: BTreeMap<CardId, Card>,
    groups: BTreeMap<GroupId, Group>,
    links: BTreeMap<LinkId, Link>,
    method: Option<String>,
    told: Option<(CardId, String)>,
}

impl Listener {
    fn listen(&mut self, board: &mut Board) {
        while let Some(change) = board.poll_change() {
            match change {
                Change::Text { card, steps, .. } => {
                    let edited = text::apply(&self.cards[&card].text, &steps).unwrap();
                    self.told = Some((card, edited));
                }
                Change::Card(card) => {
                    if let Some((id, edited)) = self.told.take() {
                        assert_eq!((&id, &edited), (&card.id, &card.text));
                    }
                    self.cards.insert(card.id.clone(), card);
                }
                Change::CardGone(id) => assert!(self.cards.remove(&id).is_some()),
                Change::Group(group) => _ = self.groups.insert(group.id.clone(), group),
                Change::GroupGone(id) => assert!(self.groups.remove(&id).is_some()),
                Change::Link(link) => _ = self.links.insert(link.id.clone(), link),
                Change::LinkGone(id) => assert!(self.links.remove(&id).is_some()),
                Change::Method(method) => self.method = Some(method).filter(|m| !m.is_empty()),
            }
        }
    }

    fn check(&self, board: &Board) {
        let snapshot = board.snapshot();
        let cards: BTreeMap<_, _> = snapshot
            .cards
            .into_iter()
            .map(|card| (card.id.clone(), card))
            .collect();
        assert_eq!(self.cards, cards);
        assert!(self.groups.values().eq(&snapshot.groups));
        assert!(self.links.values().eq(&snapshot.links));
        assert_eq!(
            self.method,
            snapshot.method.filter(|method| !method.is_empty())
        );
    }
}

/// A fresh reading of a board's bytes is the same board.
fn check_reread(board: &Board) {
    let fresh = copy(board, 99);
    assert_eq!(fresh.snapshot(), board.snapshot());
    assert_eq!(fresh.deleted(), board.deleted());
    assert_eq!(fresh.card_count(), board.card_count());
    assert_eq!(copy(&fresh, 98).snapshot(), board.snapshot());
}

/// Whether an update follows on what a board knows, as the gate asks before anything is applied.
fn follows_on(update: &[u8], board: &Board) -> bool {
    let known = StateVector::decode_v1(&board.state_vector()).unwrap();
    let lower = Update::decode_v1(update).unwrap().state_vector_lower();
    lower
        .iter()
        .all(|(client, clock)| *clock <= known.get(client))
}

#[test]
fn three_replicas_come_to_the_same_board() {
    for_seeds(|random| {
        let mut boards: Vec<Board> = [1, 2, 3].map(board).into();
        let mut listeners: [Listener; 3] = Default::default();
        // What is on its way to each replica, in no order.
        let mut under_way: [Vec<Vec<u8>>; 3] = Default::default();
        let mut offline = [false; 3];
        let mut now_ms = 0;
        for _ in 0..250 {
            now_ms += random.below(700) as u64;
            let here = random.below(3);
            if random.chance(5) {
                offline[here] = !offline[here];
            }
            if random.chance(50) {
                wander::step(random, &mut boards[here], now_ms);
                while let Some(update) = boards[here].poll_update() {
                    for there in (0..3).filter(|there| *there != here) {
                        under_way[there].push(update.clone());
                    }
                }
            } else if !offline[here] && !under_way[here].is_empty() {
                let which = random.below(under_way[here].len());
                let update = under_way[here][which].clone();
                if follows_on(&update, &boards[here]) {
                    boards[here].apply(&update).unwrap();
                    if random.chance(80) {
                        under_way[here].swap_remove(which); // The others arrive once more.
                    }
                }
            }
            listeners[here].listen(&mut boards[here]);
        }
        // Everyone comes back online: what each lacks, by state vector.
        for _ in 0..2 {
            for (a, b) in [(0, 1), (1, 2), (2, 0)] {
                let lacking = boards[a].diff(&boards[b].state_vector()).unwrap();
                boards[b].apply(&lacking).unwrap();
                let lacking = boards[b].diff(&boards[a].state_vector()).unwrap();
                boards[a].apply(&lacking).unwrap();
            }
        }
        for (board, listener) in boards.iter_mut().zip(&mut listeners) {
            listener.listen(board);
            listener.check(board);
            check_reread(board);
        }
        assert_eq!(boards[0].snapshot(), boards[1].snapshot());
        assert_eq!(boards[0].snapshot(), boards[2].snapshot());
    });
}

/// The version of the shape stays once it is written; all else must come back.
fn without_schema(board: &Board) -> BoardSnapshot {
    BoardSnapshot {
        schema: 0,
        ..board.snapshot()
    }
}

#[test]
fn undo_of_everything_returns_to_the_start() {
    for_seeds(|random| {
        let mut theirs = board(1);
        let mut now_ms = 0;
        for _ in 0..random.below(60) {
            wander::step(random, &mut theirs, now_ms);
        }
        let mut mine = copy(&theirs, 2);
        let start = without_schema(&mine);
        for _ in 0..200 {
            now_ms += random.below(700) as u64;
            wander::command(random, &mut mine, now_ms);
            if random.chance(10) {
                mine.undo(now_ms);
            }
        }
        while mine.redo(now_ms) {}
        let end = without_schema(&mine);
        let mut steps = 0;
        while mine.can_undo() {
            assert!(mine.undo(now_ms));
            steps += 1;
        }
        assert!(!mine.undo(now_ms));
        assert_eq!(without_schema(&mine), start);
        for _ in 0..steps {
            assert!(mine.can_redo() && mine.redo(now_ms));
        }
        assert!(!mine.can_redo() && !mine.redo(now_ms));
        assert_eq!(without_schema(&mine), end);
        check_reread(&mine);
    });
}

/// Undo and redo among others at work never harm a text: what it says is always what the others
/// read too, and a run to either end of the history leaves the replicas the same.
#[test]
fn undo_among_others_at_work_keeps_the_replicas_alike() {
    for_seeds(|random| {
        let mut a = three_cards(1);
        let mut b = copy(&a, 2);
        for round in 0..40 {
            for _ in 0..random.below(5) {
                wander::step(random, &mut a, round * 100);
                wander::step(random, &mut b, round * 100);
            }
            meet(&mut a, &mut b);
        }
        while a.undo(0) {}
        while b.undo(0) {}
        meet(&mut a, &mut b);
        while b.redo(0) {}
        meet(&mut a, &mut b);
        check_reread(&a);
    });
}
