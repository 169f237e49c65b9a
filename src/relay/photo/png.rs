//! The container of PNG: a signature and chunks (W3C, Portable Network Graphics, third edition).

use super::{Unfit, check_sides};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(super) fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let rest = bytes.strip_prefix(SIGNATURE).ok_or(Unfit::Damaged)?;
    let (header, mut rest) = chunk(rest).ok_or(Unfit::Damaged)?;
    check_header(&header)?;
    let mut has_picture = false;
    loop {
        let (chunk, after) = chunk(rest).ok_or(Unfit::Damaged)?;
        rest = after;
        match &chunk.name {
            b"IDAT" => has_picture = true,
            // Palette and transparency; colours; the pixels' shape.
            b"PLTE" | b"tRNS" | b"bKGD" | b"sBIT" | b"cHRM" | b"gAMA" | b"sRGB" | b"iCCP"
            | b"cICP" | b"mDCV" | b"cLLI" | b"pHYs" => {}
            b"IEND" => {
                let is_whole = has_picture && chunk.content.is_empty() && rest.is_empty();
                return is_whole.then_some(()).ok_or(Unfit::Damaged);
            }
            b"IHDR" => return Err(Unfit::Damaged),
            _ => return Err(Unfit::Extras),
        }
    }
}

struct Chunk<'a> {
    name: [u8; 4],
    content: &'a [u8],
}

/// A chunk, and what follows it. Its checksum is not compared: a browser shows nothing of a picture
/// with a wrong one.
fn chunk(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (&name, rest) = rest.split_first_chunk()?;
    let (content, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let (_checksum, rest) = rest.split_first_chunk::<4>()?;
    Some((Chunk { name, content }, rest))
}

fn check_header(header: &Chunk<'_>) -> Result<(), Unfit> {
    let sides = header.content.split_first_chunk();
    let (width, height) = sides
        .and_then(|(width, rest)| Some((width, rest.first_chunk()?)))
        .filter(|_| header.name == *b"IHDR" && header.content.len() == 13)
        .ok_or(Unfit::Damaged)?;
    check_sides(u32::from_be_bytes(*width), u32::from_be_bytes(*height))
}
