//! Photos as bytes: their names, their kinds, and what they must be to be kept.
//!
//! A photo is named by its content, so it is kept as it came or not at all. This folder reads the
//! containers of three kinds without recursion and in time linear in the bytes. It must never decode
//! a picture, and never change one.
//!
//! What passes:
//! 1. is one whole file of its kind, from the first byte to the last, with nothing attached;
//! 2. holds nothing but the picture and what is needed to show it: no place, time, device, author,
//!    comment, thumbnail or animation. What is allowed is listed, so what nobody has thought of is
//!    refused. Colour profiles are allowed: without one colours are wrong, and browsers add them;
//! 3. is no larger than a tablet can show.

mod jpeg;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use sha2::{Digest as _, Sha256};
use workshop::photo::PhotoHash;

/// The most pixels of a side. A few hundred bytes can declare a picture that takes gigabytes to show;
/// with this many a side it takes 64 MiB.
const SIDE_PIXELS: u32 = 4096;

/// The name of these bytes.
pub fn hash_of(bytes: &[u8]) -> PhotoHash {
    PhotoHash::from_digest(Sha256::digest(bytes).into())
}

/// The kinds of photo that are kept: those that every browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JPEG, as most cameras and canvases give.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
}

impl Kind {
    /// The kind whose files begin like this, whatever anybody says it is.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else {
            None
        }
    }

    /// The media type for browsers.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// Why a photo is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is none of the kinds that are kept.
    UnknownKind,
    /// It is not a whole file of its kind, or more than one.
    Damaged,
    /// It holds more than one still picture and what is needed to show it.
    Extras,
    /// It has more pixels than a tablet can show.
    TooManyPixels,
}

/// Whether these bytes are a photo that may be kept, and of which kind.
///
/// # Errors
/// [`Unfit`] says why not.
pub fn check(bytes: &[u8]) -> Result<Kind, Unfit> {
    let kind = Kind::sniff(bytes).ok_or(Unfit::UnknownKind)?;
    match kind {
        Kind::Jpeg => jpeg::check(bytes)?,
        Kind::Png => png::check(bytes)?,
        Kind::WebP => webp::check(bytes)?,
    }
    Ok(kind)
}

fn check_sides(width: u32, height: u32) -> Result<(), Unfit> {
    if width == 0 || height == 0 {
        Err(Unfit::Damaged)
    } else if width.max(height) > SIDE_PIXELS {
        Err(Unfit::TooManyPixels)
    } else {
        Ok(())
    }
}
