//! Randomness by `crypto.getRandomValues`, which exists on plain HTTP too.

use super::window;
use crate::ports::Entropy;

pub(super) struct BrowserEntropy;

impl Entropy for BrowserEntropy {
    fn bits(&self) -> u128 {
        let mut bytes = [0; 16];
        window()
            .crypto()
            .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
            .expect("every browser that runs WebAssembly has crypto.getRandomValues");
        u128::from_le_bytes(bytes)
    }
}
