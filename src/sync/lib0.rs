//! lib0's primitives: reading them without copying, writing them.
//!
//! Owns the byte-level encoding that both framings, updates and presence share. Must never panic,
//! allocate while reading, or believe a length before it has been held against what remains.

/// The largest integer JavaScript holds exactly, and so the largest that lib0 reads.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why bytes could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The bytes end before the value does, or a length is larger than what remains.
    Truncated,
    /// An integer that does not fit where it stands.
    Overflow,
    /// A string that is not UTF-8.
    NotText,
}

/// Reads lib0 values off the front of a slice.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Broken> {
        let (&first, rest) = self.rest.split_first().ok_or(Broken::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    /// Exactly `length` bytes.
    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Broken::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A varUint below 2^53.
    #[inline]
    pub(crate) fn var_uint(&mut self) -> Result<u64, Broken> {
        let first = self.u8()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut number = u64::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let byte = self.u8()?;
            // Eight bytes hold 56 bits; a ninth cannot belong to a safe integer.
            if shift > 49 {
                return Err(Broken::Overflow);
            }
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return if number > MAX_SAFE_INTEGER {
                    Err(Broken::Overflow)
                } else {
                    Ok(number)
                };
            }
        }
    }

    /// A signed varInt whose magnitude is below 2^53. The value itself is of no use to the gate.
    #[inline]
    pub(crate) fn skip_var_int(&mut self) -> Result<(), Broken> {
        let mut byte = self.u8()?;
        let mut number = u64::from(byte & 0x3f);
        let mut shift = 6;
        while byte >= 0x80 {
            byte = self.u8()?;
            if shift > 48 {
                return Err(Broken::Overflow);
            }
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
        }
        if number > MAX_SAFE_INTEGER {
            Err(Broken::Overflow)
        } else {
            Ok(())
        }
    }

    /// A count of things that take at least `least` bytes each, so that a count larger than what
    /// remains is found before anyone makes room for it.
    #[inline]
    pub(crate) fn count(&mut self, least: usize) -> Result<usize, Broken> {
        let count = self.var_uint()?;
        let most = (self.remaining() / least) as u64;
        if count > most {
            Err(Broken::Truncated)
        } else {
            Ok(count as usize)
        }
    }

    /// varBytes: a varUint length, then that many bytes.
    #[inline]
    pub(crate) fn var_bytes(&mut self) -> Result<&'a [u8], Broken> {
        let length = self.count(1)?;
        self.take(length)
    }

    /// varString: varBytes that are UTF-8.
    #[inline]
    pub(crate) fn var_string(&mut self) -> Result<&'a str, Broken> {
        std::str::from_utf8(self.var_bytes()?).map_err(|_| Broken::NotText)
    }
}

/// Appends a varUint.
pub(crate) fn write_var_uint(buffer: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

/// Appends varBytes.
pub(crate) fn write_var_bytes(buffer: &mut Vec<u8>, bytes: &[u8]) {
    write_var_uint(buffer, bytes.len() as u64);
    buffer.extend_from_slice(bytes);
}

/// Appends a varString.
pub(crate) fn write_var_string(buffer: &mut Vec<u8>, text: &str) {
    write_var_bytes(buffer, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_come_back_as_they_were_written() {
        for number in [0, 1, 127, 128, 16_383, 16_384, 1 << 31, (1 << 53) - 1] {
            let mut bytes = Vec::new();
            write_var_uint(&mut bytes, number);
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.var_uint(), Ok(number));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn integers_beyond_what_javascript_holds_are_refused() {
        let mut bytes = Vec::new();
        write_var_uint(&mut bytes, 1 << 53);
        assert_eq!(Reader::new(&bytes).var_uint(), Err(Broken::Overflow));
        assert_eq!(Reader::new(&[0xff; 40]).var_uint(), Err(Broken::Overflow));
        assert_eq!(
            Reader::new(&[0xff; 40]).skip_var_int(),
            Err(Broken::Overflow)
        );
        assert_eq!(Reader::new(&[0xff; 3]).var_uint(), Err(Broken::Truncated));
    }

    #[test]
    fn a_length_is_held_against_what_remains() {
        assert_eq!(
            Reader::new(&[4, 1, 2, 3]).var_bytes(),
            Err(Broken::Truncated)
        );
        assert_eq!(Reader::new(&[3, 1, 2, 3]).var_bytes(), Ok(&[1, 2, 3][..]));
        assert_eq!(Reader::new(&[3, 1, 2, 3]).count(2), Err(Broken::Truncated));
        assert_eq!(Reader::new(&[1, 0xff]).var_string(), Err(Broken::NotText));
    }
}
