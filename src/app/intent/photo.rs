//! What becomes of a photo before it is sent: how small it is made, what is cut out of it, its name.
//!
//! A canvas turns a picture the right way up and leaves behind where it was taken; but encoders may add
//! to what a canvas gives (Apple's write Exif of their own), and the relay refuses what holds more than
//! a picture. So whatever is not needed to show it is cut out here, by the same list as the relay's
//! (`relay/photo/jpeg.rs`). Must never decode a picture.

use sha2::{Digest as _, Sha256};
use workshop::photo::PhotoHash;

/// The most bytes of a photo that a relay takes unless it is told otherwise.
const MOST_BYTES: usize = 2_000_000;
/// The longest side of a photo, in pixels: enough for a projector, and some 400 KB, which takes a tablet
/// on a slow network two seconds.
const LONGEST_SIDE: u32 = 1_600;
/// The qualities of JPEG that are tried at each size, best first.
const QUALITIES: [f64; 3] = [0.82, 0.68, 0.5];

/// A size and a quality in which to encode a photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Try {
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The quality of JPEG, from 0 to 1.
    pub quality: f64,
}

/// What to try for a picture of this size, best first, until it is small enough. A picture is never
/// made larger.
pub fn tries(width: u32, height: u32) -> impl Iterator<Item = Try> {
    [LONGEST_SIDE, LONGEST_SIDE / 2]
        .into_iter()
        .flat_map(move |longest| {
            let (width, height) = fitted(width, height, longest);
            QUALITIES.map(|quality| Try {
                width,
                height,
                quality,
            })
        })
}

fn fitted(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let scale = (f64::from(longest) / f64::from(width.max(height).max(1))).min(1.0);
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (side(width), side(height))
}

/// A photo as it is sent, if what an encoder gave is a JPEG and small enough.
pub fn finished(encoded: &[u8]) -> Option<Vec<u8>> {
    stripped(encoded).filter(|bytes| bytes.len() <= MOST_BYTES)
}

/// The name of a photo.
pub fn hash_of(bytes: &[u8]) -> PhotoHash {
    PhotoHash::from_digest(Sha256::digest(bytes).into())
}

/// A JPEG with nothing but its picture and what is needed to show it: segments are copied one by one up
/// to the first scan, and whatever comes after the end of the picture is left out.
fn stripped(jpeg: &[u8]) -> Option<Vec<u8>> {
    let mut rest = jpeg.strip_prefix(b"\xff\xd8")?;
    let mut kept = b"\xff\xd8".to_vec();
    loop {
        let [0xff, code, high, low, ..] = *rest else {
            return None;
        };
        if code == 0xff {
            // Space before a marker may be filled.
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (segment, after) = rest.split_at_checked(2 + length)?;
        let is_extra = matches!(code, 0xe0..=0xef | 0xfe) && !is_needed(code, segment.get(4..)?);
        if !is_extra {
            kept.extend_from_slice(segment);
        }
        rest = after;
        // Between scans there may only be tables, which the copy of the rest takes along.
        if code == 0xda {
            let end = rest.windows(2).rposition(|pair| pair == b"\xff\xd9")?;
            kept.extend_from_slice(&rest[..end + 2]);
            return Some(kept);
        }
    }
}

/// Whether the segment of an application tells how to show the picture: the pixels' shape, the colour
/// profile, the colour transform.
fn is_needed(code: u8, content: &[u8]) -> bool {
    match code {
        0xe0 => content.starts_with(b"JFIF\0") && content.len() == 14 && content.ends_with(&[0, 0]),
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe") && content.len() == 12,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: &[u8] = include_bytes!("../../relay/photo/fixtures/canvas.jpg");
    const LOCATED: &[u8] = include_bytes!("../../relay/photo/fixtures/located.jpg");

    fn with_segment(code: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&CANVAS[..2], &[0xff, code], &length, content, &CANVAS[2..]].concat()
    }

    #[test]
    fn a_place_is_cut_out_and_nothing_of_the_picture() {
        assert_eq!(finished(CANVAS).as_deref(), Some(CANVAS));
        assert_eq!(finished(LOCATED).as_deref(), Some(CANVAS));
    }

    #[test]
    fn whatever_says_more_than_the_picture_shows_is_cut_out() {
        let extras: [(u8, &[u8]); 5] = [
            (0xe1, b"Exif\0\0MM\0*\0\0\0\x08"),
            (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
            (0xe0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x01\x01rgb"),
            (0xed, b"Photoshop 3.0\08BIM"),
            (0xfe, b"Mrs Miller's house"),
        ];
        for (code, content) in extras {
            let stripped = finished(&with_segment(code, content));
            assert_eq!(stripped.as_deref(), Some(CANVAS), "{code:x}");
        }
        let needed: [(u8, &[u8]); 3] = [
            (0xe0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            (0xe2, b"ICC_PROFILE\0\x01\x01and so on"),
            (0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        ];
        for (code, content) in needed {
            let photo = with_segment(code, content);
            assert_eq!(finished(&photo), Some(photo), "{code:x}");
        }
        let followed = [CANVAS, b"and what a phone filmed meanwhile"].concat();
        assert_eq!(finished(&followed).as_deref(), Some(CANVAS));
    }

    #[test]
    fn what_is_no_whole_jpeg_or_too_large_is_none() {
        let png = include_bytes!("../../relay/photo/fixtures/canvas.png");
        let large = with_segment(0xe2, &[b"ICC_PROFILE\0", &[7; 6_000][..]].concat());
        let table: [&[u8]; 5] = [
            b"",
            b"\xff\xd8\xff\xe1\xff",
            png,
            &CANVAS[..CANVAS.len() / 2],
            &[&large[..], &vec![0; MOST_BYTES], b"\xff\xd9"].concat(),
        ];
        for bytes in table {
            assert_eq!(finished(bytes), None, "{} bytes", bytes.len());
        }
    }

    #[test]
    fn a_photo_is_made_smaller_until_it_fits_and_never_larger() {
        for ((width, height), first, last) in [
            ((6_000, 4_000), (1_600, 1_067), (800, 533)),
            ((3_000, 4_000), (1_200, 1_600), (600, 800)),
            ((640, 480), (640, 480), (640, 480)),
            ((30_000, 2), (1_600, 1), (800, 1)),
        ] {
            let tries: Vec<Try> = tries(width, height).collect();
            let size = |it: &Try| (it.width, it.height);
            assert_eq!(tries.first().map(size), Some(first));
            assert_eq!(tries.last().map(size), Some(last));
            let falls = |pair: &[Try]| {
                let (before, after) = (pair[0], pair[1]);
                after.quality < before.quality || after.width <= before.width
            };
            assert!(tries.windows(2).all(falls));
        }
    }

    #[test]
    fn a_photo_has_the_name_that_the_relay_gives_it() {
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash_of(b"abc").as_str(), name);
    }
}
