//! Random things that people do to a board: every kind of command, sensible or not, undo and redo.
//!
//! The same seed gives the same commands. It must only use what everyone outside the crate can.

use std::collections::BTreeMap;

use workshop::board::{Board, BoardSnapshot, Card, Command, FieldValue, NewCard, Point, Seat};
use workshop::id::{CardId, GroupId, LinkId};
use workshop::photo::{Photo, PhotoHash};
use workshop::text::{self, TextStep};

/// A small generator (splitmix64): good enough to wander, the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, but not including, `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let index = self.below(things.len());
        things.get(index)
    }
}

const WORDS: [&str; 8] = [
    "bus",
    " hall",
    "é",
    "\u{1F68C}",
    "shop ",
    "\n",
    "友だち",
    "a long walk to the next village",
];
const ZONES: [&str; 3] = ["", "ideas", "needs"];

/// Does one random thing to a board.
pub(crate) fn step(random: &mut Random, board: &mut Board, now_ms: u64) {
    match random.below(10) {
        0 => _ = board.undo(now_ms),
        1 => _ = board.redo(now_ms),
        _ => command(random, board, now_ms),
    }
}

/// Runs one random command. Many are refused, as many are in life.
pub(crate) fn command(random: &mut Random, board: &mut Board, now_ms: u64) {
    let command = any_command(random, board);
    // A refusal is as good an outcome as any here.
    drop(board.run(command, now_ms));
}

fn any_command(random: &mut Random, board: &Board) -> Command {
    let snapshot = board.snapshot();
    match random.below(26) {
        0..=3 => Command::Create(new_card(random)),
        4..=9 => edit_text(random, &snapshot),
        10..=11 => {
            let cards = cards(random, &snapshot);
            Command::Move(
                cards
                    .into_iter()
                    .map(|id| (id, zone(random), point(random)))
                    .collect(),
            )
        }
        12 => Command::Reorder {
            card: card(random, &snapshot),
            after: random.chance(70).then(|| card(random, &snapshot)),
        },
        13 => Command::Recolour(cards(random, &snapshot), seat(random)),
        14 => Command::SetKind(card(random, &snapshot), words(random)),
        15 => {
            let value = random.chance(70).then(|| field(random));
            Command::SetField(card(random, &snapshot), field_name(random), value)
        }
        16 => Command::Group {
            group: group(random),
            title: random.chance(60).then(|| words(random)),
            cards: cards(random, &snapshot),
        },
        17 => Command::Ungroup(cards(random, &snapshot)),
        18 => Command::RenameGroup(group(random), words(random)),
        19 => Command::Link {
            link: LinkId::from_random(u128::from(random.next())),
            from: card(random, &snapshot),
            to: card(random, &snapshot),
            kind: words(random),
        },
        20 => match random.pick(&snapshot.links) {
            Some(link) => Command::Unlink(link.id.clone()),
            None => Command::SetMethod(words(random)),
        },
        21 => Command::Delete(cards(random, &snapshot)),
        22 => Command::SetPhoto(
            card(random, &snapshot),
            random.chance(70).then(|| photo(random)),
        ),
        23 => Command::DescribePhoto(card(random, &snapshot), words(random)),
        24 => {
            let deleted: Vec<CardId> = board.deleted().into_iter().map(|card| card.id).collect();
            Command::Restore(random.pick(&deleted).cloned().into_iter().collect())
        }
        _ => {
            let originals = cards(random, &snapshot);
            let copies = originals
                .into_iter()
                .map(|id| (id, fresh(random), point(random)));
            Command::Duplicate(copies.collect())
        }
    }
}

fn new_card(random: &mut Random) -> NewCard {
    let fields = (0..random.below(3)).map(|_| (field_name(random), field(random)));
    let fields: BTreeMap<String, FieldValue> = fields.collect();
    NewCard {
        id: fresh(random),
        kind: words(random),
        text: words(random),
        fields,
        zone: zone(random),
        at: point(random),
        seat: seat(random),
        from: random.chance(20).then(|| fresh(random)),
        photo: random.chance(20).then(|| photo(random)),
    }
}

fn edit_text(random: &mut Random, snapshot: &BoardSnapshot) -> Command {
    let Some(card) = random.pick(&snapshot.cards) else {
        return Command::Create(new_card(random));
    };
    let characters: Vec<char> = card.text.chars().collect();
    let from = random.below(characters.len() + 1);
    let to = if random.chance(60) {
        from
    } else {
        from + random.below(characters.len() - from + 1)
    };
    let units = |range: &[char]| range.iter().map(|c| c.len_utf16() as u32).sum::<u32>();
    let mut steps = vec![TextStep::Keep(units(&characters[..from]))];
    steps.push(TextStep::Delete(units(&characters[from..to])));
    if to == from || random.chance(50) {
        steps.push(TextStep::Insert(words(random)));
    }
    if random.chance(3) {
        steps.insert(0, TextStep::Keep(text::length(&card.text)));
    }
    Command::EditText {
        card: card.id.clone(),
        steps,
    }
}

fn card(random: &mut Random, snapshot: &BoardSnapshot) -> CardId {
    let there = random
        .chance(97)
        .then(|| random.pick(&snapshot.cards))
        .flatten();
    there.map_or_else(|| fresh(random), |card: &Card| card.id.clone())
}

fn cards(random: &mut Random, snapshot: &BoardSnapshot) -> Vec<CardId> {
    (0..=random.below(3))
        .map(|_| card(random, snapshot))
        .collect()
}

fn fresh(random: &mut Random) -> CardId {
    CardId::from_random(u128::from(random.next()))
}

fn photo(random: &mut Random) -> Photo {
    Photo {
        hash: PhotoHash::from_digest([random.below(4) as u8; 32]),
        width: 1 + random.below(4_096) as u32,
        height: 1 + random.below(4_096) as u32,
        alt: words(random),
    }
}

fn group(random: &mut Random) -> GroupId {
    GroupId::from_random(random.below(4) as u128)
}

fn zone(random: &mut Random) -> String {
    ZONES[random.below(ZONES.len())].to_owned()
}

fn point(random: &mut Random) -> Point {
    let mut coordinate = || match random.below(10) {
        0 => -0.0,
        1 => 1e300,
        2 => f64::NAN,
        3 => 4_294_967_296.0,
        4 => 0.1,
        _ => random.below(4_000) as f64 / 4.0 - 200.0,
    };
    Point {
        x: coordinate(),
        y: coordinate(),
    }
}

fn seat(random: &mut Random) -> Seat {
    Seat::ALL[random.below(Seat::ALL.len())]
}

fn field_name(random: &mut Random) -> String {
    ["cost", "when", "who", "ゾーン"][random.below(4)].to_owned()
}

fn field(random: &mut Random) -> FieldValue {
    match random.below(3) {
        0 => FieldValue::Flag(random.chance(50)),
        1 => FieldValue::Number(point(random).x),
        _ => FieldValue::Text(words(random)),
    }
}

fn words(random: &mut Random) -> String {
    (0..random.below(3))
        .map(|_| WORDS[random.below(WORDS.len())])
        .collect()
}
