//! Any bytes at the gate: it answers, whatever is known (G-9), and a hole is the only thing that
//! what is known can mend (G-5).

#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::gate::{check, read_state_vector};
use yrs::updates::encoder::Encode;
use yrs::{ClientID, StateVector};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(state_vector) = read_state_vector(bytes) {
        assert_eq!(
            read_state_vector(&state_vector.encode_v1()),
            Ok(state_vector)
        );
    }
    let mut known = StateVector::default();
    // Each hole is filled, until the gate has another reason, or none.
    for _ in 0..bytes.len() {
        match check(bytes, &known) {
            Err(refused) if refused.is_hole() => {
                let sync::gate::Refused::Hole { client, found, .. } = refused else {
                    unreachable!("a hole");
                };
                known.set_max(ClientID::new(client), found + 1);
            }
            _ => return,
        }
    }
});
