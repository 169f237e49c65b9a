//! Tests of the presence rules, by number.

use super::*;
use crate::lib0::{write_var_string, write_var_uint};
use crate::testing::Dice;

type Table = PresenceTable<u32>;

fn says(client: u64, clock: u32, state: &str) -> Vec<u8> {
    encode_one(client, clock, Some(state))
}

fn gone(client: u64, clock: u32) -> Vec<u8> {
    encode_one(client, clock, None)
}

fn several(entries: &[(u64, u32, Option<&str>)]) -> Vec<u8> {
    encode(entries.iter().copied()).expect("there are entries")
}

#[track_caller]
fn there(table: &Table, expected: &[(u64, &str)]) {
    let found: Vec<_> = table.iter().collect();
    assert_eq!(found, expected);
    assert_eq!(table.len(), expected.len());
}

/// Takes in an update and gives what is passed on.
#[track_caller]
fn hear(table: &mut Table, now_ms: u64, owner: u32, update: &[u8]) -> Option<Vec<u8>> {
    let heard = table
        .handle_update(now_ms, owner, update)
        .expect("an acceptable update");
    assert_eq!(heard.reply, None);
    heard.changed
}

#[test]
fn p1_a_newer_clock_wins_and_an_equal_one_only_with_null() {
    let mut table = Table::new();
    let first = says(7, 0, "{\"name\":\"Ada\"}");
    assert_eq!(hear(&mut table, 0, 1, &first), Some(first));
    assert_eq!(hear(&mut table, 0, 1, &says(7, 0, "{}")), None);
    there(&table, &[(7, "{\"name\":\"Ada\"}")]);
    let newer = says(7, 3, "{}");
    assert_eq!(hear(&mut table, 0, 1, &newer), Some(newer));
    assert_eq!(hear(&mut table, 0, 1, &says(7, 2, "1")), None);
    there(&table, &[(7, "{}")]);
    assert_eq!(hear(&mut table, 0, 1, &gone(7, 3)), Some(gone(7, 3)));
    there(&table, &[]);
    assert_eq!(hear(&mut table, 0, 1, &gone(7, 3)), None);
    assert_eq!(hear(&mut table, 0, 1, &says(7, 2, "{}")), None);
    assert_eq!(
        hear(&mut table, 0, 1, &says(7, 4, "{}")),
        Some(says(7, 4, "{}"))
    );
}

#[test]
fn p1_only_what_was_news_is_passed_on() {
    let mut table = Table::new();
    hear(
        &mut table,
        0,
        1,
        &several(&[(1, 5, Some("1")), (2, 5, Some("2"))]),
    );
    let update = several(&[
        (1, 5, Some("9")),
        (2, 6, Some("2")),
        (3, 1, None),
        (4, 1, Some("4")),
    ]);
    let news = several(&[(2, 6, Some("2")), (4, 1, Some("4"))]);
    assert_eq!(hear(&mut table, 0, 1, &update), Some(news));
    there(&table, &[(1, "1"), (2, "2"), (4, "4")]);
}

#[test]
fn p2_thirty_seconds_of_silence_remove_a_client() {
    let mut table = Table::new();
    assert_eq!(table.poll_timeout(), None);
    hear(&mut table, 1_000, 1, &says(7, 4, "{}"));
    hear(&mut table, 20_000, 2, &says(8, 1, "{}"));
    assert_eq!(table.poll_timeout(), Some(4_000));
    let mut removed = Vec::new();
    for now_ms in (20_000..70_000).step_by(500) {
        if let Some(update) = table.handle_timeout(now_ms) {
            removed.push((now_ms, update));
        }
    }
    assert_eq!(removed, [(32_000, gone(7, 4)), (50_000, gone(8, 1))]);
    assert_eq!(table.poll_timeout(), None);
}

#[test]
fn p2_a_renewal_is_passed_on_and_keeps_a_client() {
    let mut table = Table::new();
    for clock in 1..20 {
        let now_ms = u64::from(clock) * 15_000;
        let renewal = says(7, clock, "{}");
        assert_eq!(hear(&mut table, now_ms, 1, &renewal), Some(renewal));
        assert_eq!(table.handle_timeout(now_ms + 14_000), None);
    }
}

#[test]
fn p2_a_clock_that_jumps_back_removes_nobody_and_stops_no_check() {
    let mut table = Table::new();
    hear(&mut table, 1_000_000, 1, &says(7, 1, "{}"));
    assert_eq!(table.handle_timeout(5_000), None);
    there(&table, &[(7, "{}")]);
    hear(&mut table, 6_000, 1, &says(7, 2, "{}"));
    assert_eq!(table.handle_timeout(40_000), Some(gone(7, 2)));
}

#[test]
fn p3_a_connection_that_closes_takes_away_what_it_owns() {
    let mut table = Table::new();
    hear(
        &mut table,
        0,
        1,
        &several(&[(7, 4, Some("{}")), (8, 2, Some("{}"))]),
    );
    hear(&mut table, 0, 2, &says(9, 1, "{}"));
    assert_eq!(
        table.handle_closed(1),
        Some(several(&[(7, 4, None), (8, 2, None)]))
    );
    there(&table, &[(9, "{}")]);
    assert_eq!(table.handle_closed(1), None);
}

#[test]
fn p3_the_old_sockets_close_does_not_remove_who_has_come_back() {
    let mut table = Table::new();
    hear(&mut table, 0, 1, &says(7, 4, "{}"));
    hear(&mut table, 9, 2, &says(7, 5, "{}"));
    assert_eq!(table.handle_closed(1), None);
    there(&table, &[(7, "{}")]);
    assert_eq!(table.handle_closed(2), Some(gone(7, 5)));
}

#[test]
fn p3_only_the_owner_removes_with_an_equal_clock() {
    let mut table = Table::new();
    hear(&mut table, 0, 1, &says(7, 4, "{}"));
    assert_eq!(hear(&mut table, 0, 2, &gone(7, 4)), None);
    there(&table, &[(7, "{}")]);
}

#[test]
fn p4_the_same_words_on_a_new_connection_move_ownership() {
    let mut table = Table::new();
    hear(&mut table, 0, 1, &says(7, 4, "{}"));
    assert_eq!(hear(&mut table, 9, 2, &says(7, 4, "{}")), None);
    assert_eq!(table.handle_closed(1), None);
    there(&table, &[(7, "{}")]);
    assert_eq!(table.handle_closed(2), Some(gone(7, 4)));
}

#[test]
fn p4_an_echo_of_someone_else_moves_nothing() {
    let mut table = Table::new();
    hear(&mut table, 0, 1, &says(7, 4, "{}"));
    hear(&mut table, 0, 2, &says(8, 1, "{}"));
    assert_eq!(hear(&mut table, 0, 2, &says(7, 4, "{}")), None);
    assert_eq!(table.handle_closed(1), Some(gone(7, 4)));
}

#[test]
fn p5_who_was_removed_and_comes_back_with_the_same_clock_is_told() {
    let mut table = Table::new();
    hear(&mut table, 0, 1, &says(7, 4, "{}"));
    table.handle_closed(1);
    let heard = table.handle_update(2, 2, &says(7, 4, "{}")).unwrap();
    assert_eq!(
        heard,
        Heard {
            reply: Some(gone(7, 4)),
            ..Heard::default()
        }
    );
    // Which makes y-protocols say its state again with the next clock.
    assert!(hear(&mut table, 3, 2, &says(7, 5, "{}")).is_some());
    there(&table, &[(7, "{}")]);
}

#[test]
fn p6_what_is_not_small_json_refuses_the_whole_message() {
    let long = format!("\"{}\"", "x".repeat(limits::PRESENCE_BYTES));
    let deep = "[".repeat(65) + &"]".repeat(65);
    for (state, reason) in [
        ("{name:1}", BadPresence::NotJson),
        ("", BadPresence::NotJson),
        ("{} {}", BadPresence::NotJson),
        (long.as_str(), BadPresence::TooLong),
        (deep.as_str(), BadPresence::NotJson),
    ] {
        let mut table = Table::new();
        let update = several(&[
            (1, 1, Some("{}")),
            (2, 1, Some(state)),
            (3, 1, Some("1234")),
        ]);
        assert_eq!(table.handle_update(0, 1, &update), Err(reason));
        there(&table, &[]);
    }
}

#[test]
fn p6_ids_and_clocks_out_of_range_are_refused() {
    for (id, clock) in [(1_u64 << 53, 1), (1, 1_u64 << 32)] {
        let mut update = vec![1];
        write_var_uint(&mut update, id);
        write_var_uint(&mut update, clock);
        write_var_string(&mut update, "{}");
        assert_eq!(
            Table::new().handle_update(0, 1, &update),
            Err(BadPresence::Unreadable)
        );
    }
    let mut trailing = says(1, 1, "{}");
    trailing.push(0);
    assert_eq!(
        Table::new().handle_update(0, 1, &trailing),
        Err(BadPresence::Unreadable)
    );
}

#[test]
fn p7_a_connection_speaks_for_sixteen_at_most() {
    let mut table = Table::new();
    for client in 0..16 {
        hear(&mut table, 0, 1, &says(client, 1, "{}"));
    }
    let one_more = table.handle_update(0, 1, &says(16, 1, "{}"));
    assert_eq!(one_more, Err(BadPresence::TooMany));
    hear(&mut table, 0, 1, &says(3, 2, "{}"));
    // An echo of everyone by a connection of its own is no claim to them.
    let echo: Vec<_> = (0..16).map(|client| (client, 1, Some("{}"))).collect();
    hear(&mut table, 0, 2, &says(99, 1, "{}"));
    hear(&mut table, 0, 2, &several(&echo));
    // What is given up can be used again.
    hear(&mut table, 0, 1, &gone(3, 3));
    hear(&mut table, 0, 1, &says(16, 1, "{}"));
}

#[test]
fn p7_a_table_holds_2048_at_most_and_the_gone_make_room() {
    let mut table = Table::new();
    for client in 0..2_048 {
        hear(&mut table, 0, client as u32, &says(client, 1, "{}"));
    }
    let one_more = table.handle_update(0, 9_999, &says(5_000, 1, "{}"));
    assert_eq!(one_more, Err(BadPresence::TooMany));
    table.handle_closed(77);
    hear(&mut table, 0, 9_999, &says(5_000, 1, "{}"));
    assert_eq!(table.len(), 2_048);
}

#[test]
fn p8_random_bytes_never_panic_and_counts_stay_true() {
    let seed = 88;
    let mut dice = Dice::new(seed);
    let mut table = Table::new();
    for _ in 0..50_000 {
        let mut update: Vec<u8> = several(&[
            (
                dice.below(9) as u64,
                dice.below(6) as u32,
                [None, Some("{}"), Some("1")][dice.below(3)],
            ),
            (
                dice.below(9) as u64,
                dice.below(6) as u32,
                [None, Some("{}"), Some("1")][dice.below(3)],
            ),
        ]);
        if dice.below(3) == 0 {
            let at = dice.below(update.len());
            update[at] = dice.next() as u8;
        }
        let _ = table.handle_update(0, dice.below(5) as u32, &update);
        if dice.below(20) == 0 {
            table.handle_closed(dice.below(5) as u32);
        }
        if dice.below(50) == 0 {
            table.handle_timeout(dice.below(90_000) as u64);
        }
        assert_eq!(table.iter().count(), table.len(), "seed {seed}");
        let owned: usize = table
            .connections
            .values()
            .map(|connection| connection.owns)
            .sum();
        assert_eq!(owned, table.len(), "seed {seed}");
    }
}

#[test]
fn everyone_there_is_told_to_who_joins() {
    let mut table = Table::new();
    assert_eq!(table.encode_all(), None);
    hear(
        &mut table,
        0,
        1,
        &several(&[(7, 4, Some("{}")), (8, 2, Some("2"))]),
    );
    hear(&mut table, 0, 1, &gone(7, 5));
    assert_eq!(table.encode_all(), Some(says(8, 2, "2")));
    assert_eq!(
        Table::new().handle_update(0, 1, NOTHING),
        Ok(Heard::default())
    );
}

#[test]
fn p7_a_client_hears_of_everyone_from_one_source() {
    let mut table = PresenceTable::of_one_source();
    let everyone: Vec<_> = (0..500).map(|client| (client, 1, Some("{}"))).collect();
    table
        .handle_update(0, (), &several(&everyone))
        .expect("a hall of 500 fits");
    assert_eq!(table.len(), 500);
    assert!(table.clear());
    table
        .handle_update(0, (), &several(&everyone))
        .expect("and fits again");
}

#[test]
fn a_renewal_is_news_but_alters_nothing_that_is_shown() {
    let mut table = Table::new();
    let altered = |table: &mut Table, update: &[u8]| {
        table
            .handle_update(0, 1, update)
            .expect("an acceptable update")
            .altered
    };
    assert_eq!(altered(&mut table, &says(7, 1, "{}")), [7]);
    assert_eq!(altered(&mut table, &says(7, 2, "{}")), [0_u64; 0]);
    assert_eq!(altered(&mut table, &says(7, 3, "1")), [7]);
    assert_eq!(altered(&mut table, &gone(7, 4)), [7]);
    assert_eq!(altered(&mut table, &gone(7, 5)), [0_u64; 0]);
}

#[test]
fn updates_merged_say_the_last_of_each_client() {
    let updates = [
        several(&[(2, 1, Some("1")), (1, 5, Some("{}"))]),
        gone(1, 5),
        says(2, 4, "{\"at\":1}"),
        says(3, 1, "{}"),
    ];
    let merged = several(&[(1, 5, None), (2, 4, Some("{\"at\":1}")), (3, 1, Some("{}"))]);
    assert_eq!(merge(&updates), merged);
    assert_eq!(merge(&[]), NOTHING);
}

#[test]
fn a_table_that_hears_them_merged_shows_the_same() {
    let mut dice = Dice::new(3);
    for _ in 0..200 {
        let updates: Vec<Vec<u8>> = (0..30)
            .map(|clock| {
                let client = dice.below(5) as u64;
                match dice.below(4) {
                    0 => gone(client, clock),
                    _ => says(client, clock, &format!("{}", dice.below(9))),
                }
            })
            .collect();
        let (mut one_by_one, mut at_once) = (Table::new(), Table::new());
        for update in &updates {
            hear(&mut one_by_one, 0, 1, update);
        }
        hear(&mut at_once, 0, 1, &merge(&updates));
        let found: Vec<_> = one_by_one.iter().collect();
        there(&at_once, &found);
    }
}
