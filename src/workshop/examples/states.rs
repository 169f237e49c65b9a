//! Prints random states of boards, one JSON object a line: `updates`, all that people made of it one
//! after another, `update`, the whole document, each as an update v1 in base 16, and `snapshot`, what
//! Trestle reads there. `tests/e2e/foreign/read-states.mjs` reads them with the stock `yjs` and
//! compares.
//!
//! `cargo run -q -p workshop --example states -- SEED COUNT`

mod wander;

use std::fmt::Write as _;

use wander::Random;
use workshop::ClientId;
use workshop::board::Board;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<u64>());
    let (Some(Ok(seed)), Some(Ok(count))) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: states SEED COUNT, two whole numbers");
        std::process::exit(2);
    };
    for state in 0..count {
        let (board, updates) = random_board(&mut Random::new(seed.wrapping_add(state << 32)));
        let updates: Vec<String> = updates.iter().map(|update| to_hex(update)).collect();
        let line = serde_json::json!({
            "updates": updates,
            "update": to_hex(&board.encode()),
            "snapshot": board.snapshot(),
        });
        println!("{line}");
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written to it");
        text
    })
}

/// A board that three people worked on, at once and in turn, and what each made, in an order in which
/// it can be applied.
fn random_board(random: &mut Random) -> (Board, Vec<Vec<u8>>) {
    let mut boards: Vec<Board> = (0..3)
        .map(|_| Board::new(ClientId(random.next() >> 11)))
        .collect();
    let mut updates = Vec::new();
    let mut now_ms = 0;
    for _ in 0..random.below(120) {
        let busy = random.below(boards.len());
        now_ms += random.below(900) as u64;
        wander::step(random, &mut boards[busy], now_ms);
        updates.extend(std::iter::from_fn(|| boards[busy].poll_update()));
        if random.chance(20) {
            let other = random.below(boards.len());
            let lacking = boards[busy].diff(&boards[other].state_vector());
            let lacking = lacking.expect("our own state vector can be read");
            boards[other]
                .apply(&lacking)
                .expect("our own update can be read");
        }
    }
    let mut board = boards.remove(0);
    for other in boards {
        board
            .apply(&other.encode())
            .expect("our own update can be read");
    }
    (board, updates)
}
