//! Any bytes as a frame, in both framings: what is read is written and read back the same (W-5, W-6).

#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::wire::{Framing, decode, encode};

fuzz_target!(|bytes: &[u8]| {
    for framing in [Framing::YWebsocket, Framing::Hocuspocus] {
        let Ok(frame) = decode(framing, bytes) else {
            continue;
        };
        let again = encode(framing, frame.document.unwrap_or_default(), &frame.message);
        assert_eq!(decode(framing, &again), Ok(frame));
    }
});
