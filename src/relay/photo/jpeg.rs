//! The container of JPEG: segments, and the coded bytes of scans between them (ITU-T T.81, annex B).

use super::{Unfit, check_sides};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const QUANTIZATION_TABLES: u8 = 0xdb;
const HUFFMAN_TABLES: u8 = 0xc4;
const RESTART_INTERVAL: u8 = 0xdd;
const COMMENT: u8 = 0xfe;

pub(super) fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let mut rest = bytes.strip_prefix(&[0xff, START]).ok_or(Unfit::Damaged)?;
    let (mut has_frame, mut has_scan) = (false, false);
    loop {
        let (code, after) = marker(rest).ok_or(Unfit::Damaged)?;
        if code == END {
            let is_whole = has_scan && after.is_empty();
            return is_whole.then_some(()).ok_or(Unfit::Damaged);
        }
        let (content, after) = segment(after).ok_or(Unfit::Damaged)?;
        rest = after;
        match code {
            // The three codings that browsers read: baseline, extended and progressive.
            0xc0..=0xc2 if !has_frame => {
                check_frame(content)?;
                has_frame = true;
            }
            START_OF_SCAN if has_frame => {
                rest = after_scan(rest).ok_or(Unfit::Damaged)?;
                has_scan = true;
            }
            QUANTIZATION_TABLES | HUFFMAN_TABLES | RESTART_INTERVAL => {}
            0xe0..=0xef if is_needed(code, content) => {}
            0xe0..=0xef | COMMENT => return Err(Unfit::Extras),
            _ => return Err(Unfit::Damaged),
        }
    }
}

/// The next marker's code, past the bytes that may fill the space before it, and what follows.
fn marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let after = bytes.strip_prefix(&[0xff])?;
    let fill = after.iter().take_while(|byte| **byte == 0xff).count();
    let (code, after) = after.get(fill..)?.split_first()?;
    Some((*code, after))
}

/// What a segment holds after its length, which counts itself, and what follows the segment.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, after) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    after.split_at_checked(length.checked_sub(2)?)
}

fn check_frame(content: &[u8]) -> Result<(), Unfit> {
    let [_, height_high, height_low, width_high, width_low, ..] = *content else {
        return Err(Unfit::Damaged);
    };
    let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
    check_sides(side(width_high, width_low), side(height_high, height_low))
}

/// Whether the segment of an application tells how to show the picture: the pixels' shape, the colour
/// profile, the colour transform. The first may hold a thumbnail as well, perhaps of the picture before
/// it was cropped; then its last two bytes, the thumbnail's sides, are not zero.
fn is_needed(code: u8, content: &[u8]) -> bool {
    match code {
        0xe0 => content.starts_with(b"JFIF\0") && content.len() == 14 && content.ends_with(&[0, 0]),
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe") && content.len() == 12,
        _ => false,
    }
}

/// From the marker after a scan. Within a scan `ff 00` is a byte of the picture, and restart markers
/// divide it.
fn after_scan(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return bytes.get(at..),
        }
    }
}
