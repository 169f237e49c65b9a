//! Awareness updates one after another, each a byte that says from which connection, two of length
//! and then its own: the table neither panics nor miscounts (P-8), and what it says of everyone
//! another table takes in whole.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::presence::PresenceTable;

fuzz_target!(|bytes: &[u8]| {
    let mut table = PresenceTable::<u8>::new();
    let mut now_ms = 0;
    let mut rest = bytes;
    while let Some(([act, low, high], after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(after.len());
        let (update, after) = after.split_at(length);
        rest = after;
        now_ms += 500 * u64::from(act >> 4);
        match act & 15 {
            14 => drop(table.handle_timeout(now_ms)),
            15 => drop(table.handle_closed(act >> 4)),
            owner => drop(table.handle_update(now_ms, owner, update)),
        }
        assert_eq!(table.iter().count(), table.len());
        let everyone = table.encode_all().unwrap_or_default();
        let mut client = PresenceTable::of_one_source();
        if !table.is_empty() {
            client
                .handle_update(0, (), &everyone)
                .expect("a table is read by another");
        }
        assert!(client.iter().eq(table.iter()));
    }
});
