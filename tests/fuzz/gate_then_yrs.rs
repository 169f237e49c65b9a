//! Updates one after another, each two bytes of length and then its own: what the gate lets pass
//! does a document no harm.

#![no_main]

#[allow(dead_code, reason = "the tests of the gate use the rest")]
#[path = "../../src/sync/testing/sound.rs"]
mod sound;

use libfuzzer_sys::fuzz_target;
use sound::Replica;

fuzz_target!(|bytes: &[u8]| {
    let mut replica = Replica::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(*length)).min(after.len());
        let (update, after) = after.split_at(length);
        replica.take(update);
        rest = after;
    }
});
