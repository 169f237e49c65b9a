//! The container of WebP: a RIFF header and chunks (RFC 9649).

use super::{Unfit, check_sides};

pub(super) fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let mut rest = body(bytes).ok_or(Unfit::Damaged)?;
    let mut is_first = true;
    let mut has_picture = false;
    while !rest.is_empty() {
        let (chunk, after) = chunk(rest).ok_or(Unfit::Damaged)?;
        rest = after;
        match &chunk.name {
            b"VP8X" if is_first => check_extended(chunk.content)?,
            b"VP8 " if !has_picture => {
                check_lossy(chunk.content)?;
                has_picture = true;
            }
            b"VP8L" if !has_picture => {
                check_lossless(chunk.content)?;
                has_picture = true;
            }
            b"VP8X" | b"VP8 " | b"VP8L" => return Err(Unfit::Damaged),
            // Transparency, and the colour profile.
            b"ALPH" | b"ICCP" => {}
            _ => return Err(Unfit::Extras),
        }
        is_first = false;
    }
    has_picture.then_some(()).ok_or(Unfit::Damaged)
}

/// What follows the header, which says how long the whole is.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.strip_prefix(b"RIFF")?.split_first_chunk()?;
    let is_whole = u32::from_le_bytes(*length) as usize == rest.len();
    rest.strip_prefix(b"WEBP").filter(|_| is_whole)
}

struct Chunk<'a> {
    name: [u8; 4],
    content: &'a [u8],
}

/// A chunk, and what follows it. One of odd length is followed by a byte that fills it up.
fn chunk(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let (&name, rest) = bytes.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    let (content, rest) = rest.split_at_checked(length)?;
    let (_filling, rest) = rest.split_at_checked(length % 2)?;
    Some((Chunk { name, content }, rest))
}

/// Four bytes of flags and filling, then width and height, each less one, of three bytes.
fn check_extended(content: &[u8]) -> Result<(), Unfit> {
    let [_, _, _, _, w0, w1, w2, h0, h1, h2] = *content else {
        return Err(Unfit::Damaged);
    };
    let side = |a, b, c| u32::from_le_bytes([a, b, c, 0]) + 1;
    check_sides(side(w0, w1, w2), side(h0, h1, h2))
}

/// Three bytes of a frame's tag, a start code, then width and height, each of 14 bits below two bits
/// that say how to scale it (RFC 6386, section 9.1).
fn check_lossy(content: &[u8]) -> Result<(), Unfit> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = *content else {
        return Err(Unfit::Damaged);
    };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    check_sides(side(w0, w1), side(h0, h1))
}

/// A signature, then width and height, each less one, of 14 bits.
fn check_lossless(content: &[u8]) -> Result<(), Unfit> {
    let [0x2f, b0, b1, b2, b3, ..] = *content else {
        return Err(Unfit::Damaged);
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    check_sides((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
}
