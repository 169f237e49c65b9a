//! Photos as documents know them: a name, a size and words. Their bytes are in no document.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a photo: the SHA-256 of its bytes, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhotoHash(Box<str>);

/// Text that is not the name of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a photo's name is 64 lower-case hexadecimal digits")]
pub struct NotAHash;

impl PhotoHash {
    /// The name that a digest gives.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let name: String = digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect();
        Self(name.into())
    }

    /// Reads a name.
    ///
    /// # Errors
    /// [`NotAHash`] when the text is none.
    pub fn parse(text: &str) -> Result<Self, NotAHash> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 64 && text.bytes().all(is_digit) {
            Ok(Self(text.into()))
        } else {
            Err(NotAHash)
        }
    }

    /// The name as it stands in a document and in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PhotoHash {
    type Error = NotAHash;
    fn try_from(text: String) -> Result<Self, NotAHash> {
        Self::parse(&text)
    }
}

impl From<PhotoHash> for String {
    fn from(hash: PhotoHash) -> String {
        hash.0.into()
    }
}

/// A photo on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Its name, by which the relay gives its bytes.
    pub hash: PhotoHash,
    /// Its width in pixels; with its height it says how much room to keep until it is there.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// What it shows, in words; may be empty.
    pub alt: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_64_lower_case_digits() {
        let name = format!("0123456789abcdef{}", "f".repeat(48));
        let mut digest = [0xff; 32];
        digest[..8].copy_from_slice(&[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
        assert_eq!(PhotoHash::from_digest(digest).as_str(), name);
        assert_eq!(PhotoHash::parse(&name), Ok(PhotoHash::from_digest(digest)));
        let upper = name.to_uppercase();
        for no_name in [
            "",
            &upper,
            &name[1..],
            &format!("{name}0"),
            &name.replace('b', "g"),
        ] {
            assert_eq!(PhotoHash::parse(no_name), Err(NotAHash), "{no_name}");
        }
    }
}
