//! What passes and what does not. The fixtures named `canvas` are what the canvas of a browser gave, one
//! of each kind; those named `located` are the same with a position in Exif, as cameras write it.

use super::*;

const JPEG: &[u8] = include_bytes!("fixtures/canvas.jpg");
const PNG: &[u8] = include_bytes!("fixtures/canvas.png");
const WEBP: &[u8] = include_bytes!("fixtures/canvas.webp");
const CANVAS: [&[u8]; 3] = [JPEG, PNG, WEBP];

/// A JPEG with one more segment, before all others.
fn jpeg_with(code: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&JPEG[..2], &[0xff, code], &length, content, &JPEG[2..]].concat()
}

/// A PNG with one more chunk, after its header.
fn png_with(name: &str, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    [
        &PNG[..33],
        &length,
        name.as_bytes(),
        content,
        b"sum.",
        &PNG[33..],
    ]
    .concat()
}

/// A WebP with these chunks as they are.
fn webp_of(chunks: &[u8]) -> Vec<u8> {
    let length = (chunks.len() as u32 + 4).to_le_bytes();
    [b"RIFF", &length, b"WEBP", chunks].concat()
}

/// A chunk of a WebP.
fn webp_chunk(name: &str, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    [
        name.as_bytes(),
        &length[..],
        content,
        &[0][..content.len() % 2],
    ]
    .concat()
}

fn webp_with(name: &str, content: &[u8]) -> Vec<u8> {
    webp_of(&[&WEBP[12..], &webp_chunk(name, content)].concat())
}

/// The bytes with some of them replaced.
fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

/// Where a marker stands in the JPEG.
fn marker_at(code: u8) -> usize {
    let is_it = |pair: &[u8]| pair == [0xff, code];
    JPEG.windows(2).position(is_it).unwrap()
}

#[test]
fn a_name_is_the_sha_256_of_the_bytes() {
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash_of(b"abc").as_str(), name);
}

#[test]
fn what_a_canvas_gives_passes() {
    for (bytes, kind) in CANVAS.into_iter().zip([Kind::Jpeg, Kind::Png, Kind::WebP]) {
        assert_eq!(check(bytes), Ok(kind));
    }
    let shape = b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00";
    for (code, content) in [(0xe0, &shape[..]), (0xee, b"Adobe\0\x64\0\0\0\0\x01")] {
        assert_eq!(check(&jpeg_with(code, content)), Ok(Kind::Jpeg));
    }
    // Space before a marker may be filled, within a picture and outside.
    for code in [0xc4, 0xda, 0xd9] {
        let (before, after) = JPEG.split_at(marker_at(code));
        assert_eq!(
            check(&[before, b"\xff\xff", after].concat()),
            Ok(Kind::Jpeg)
        );
    }
    let (before, after) = JPEG.split_at(marker_at(0xd9));
    let restarted = [before, b"\xff\xd0\x12\xff\x00\xff\xd7", after].concat();
    assert_eq!(check(&restarted), Ok(Kind::Jpeg));
    for chunk in ["gAMA", "sRGB", "pHYs", "tRNS"] {
        assert_eq!(check(&png_with(chunk, b"")), Ok(Kind::Png));
    }
}

#[test]
fn a_photo_that_says_where_it_was_taken_is_refused() {
    for located in [
        &include_bytes!("fixtures/located.jpg")[..],
        include_bytes!("fixtures/located.png"),
        include_bytes!("fixtures/located.webp"),
    ] {
        assert_eq!(check(located), Err(Unfit::Extras));
    }
}

#[test]
fn nothing_but_one_picture_and_what_shows_it_is_let_through() {
    let thumbnail = b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x01\x01rgb";
    let segments: [(u8, &[u8]); 9] = [
        (0xe0, thumbnail),
        (0xe0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x01\x01"),
        (0xe0, b"JFXX\0\x10"),
        (0xe1, b"Exif\0\0MM\0*\0\0\0\x08"),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (0xe2, b"MPF\0MM\0*"),
        (0xed, b"Photoshop 3.0\08BIM"),
        (0xee, b"Adobe\0\x64\0\0\0\0\x01 and more"),
        (0xfe, b"Mrs Miller's house"),
    ];
    for (code, content) in segments {
        let photo = jpeg_with(code, content);
        assert_eq!(check(&photo), Err(Unfit::Extras), "{code:x} {content:?}");
    }
    let chunks = [
        "eXIf", "tEXt", "iTXt", "zTXt", "tIME", "acTL", "fdAT", "caBX", "prVt",
    ];
    for name in chunks {
        let photo = png_with(name, b"content");
        assert_eq!(check(&photo), Err(Unfit::Extras), "{name}");
    }
    for name in ["EXIF", "XMP ", "ANIM", "ANMF", "C2PA", "note"] {
        let photo = webp_with(name, b"content");
        assert_eq!(check(&photo), Err(Unfit::Extras), "{name}");
    }
}

#[test]
fn what_only_poses_as_a_photo_is_refused() {
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let unknown: [&[u8]; 9] = [
        b"",
        html,
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"GIF89a",
        b"BM",
        b"%PDF-1.7",
        b"RIFF\x04\0\0\0WAVE",
        b"\0\0\0\x20ftypheic",
        b"PK\x03\x04",
    ];
    for bytes in unknown {
        assert_eq!(check(bytes), Err(Unfit::UnknownKind), "{bytes:?}");
    }
    for beginning in [b"\xff\xd8\xff", png::SIGNATURE, b"RIFF\x2c\0\0\0WEBP"] {
        let bytes = [beginning, html].concat();
        assert_eq!(check(&bytes), Err(Unfit::Damaged), "{beginning:?}");
    }
}

#[test]
fn what_is_not_whole_or_goes_on_after_its_end_is_refused() {
    for photo in CANVAS {
        for length in 0..photo.len() {
            let refused = check(&photo[..length]);
            let cut = matches!(refused, Err(Unfit::UnknownKind | Unfit::Damaged));
            assert!(cut, "{refused:?} of the first {length} bytes");
        }
        let attached = CANVAS
            .into_iter()
            .chain([&b"\0"[..], b"PK\x03\x04", b"<html>"]);
        for after in attached {
            let bytes = [photo, after].concat();
            assert_eq!(check(&bytes), Err(Unfit::Damaged), "{after:?}");
        }
    }
}

#[test]
fn a_file_that_breaks_the_rules_of_its_kind_is_refused() {
    let (frame, scan) = (marker_at(0xc0), marker_at(0xda));
    let end = PNG.len() - 12;
    let picture = webp_chunk("VP8L", &[0x2f, 0, 0, 0, 0]);
    let extended = webp_chunk("VP8X", &[0; 10]);
    let table = [
        ("a lossless frame", with(JPEG, frame + 1, &[0xc3])),
        ("a scan before a frame", with(JPEG, frame + 1, &[0xdb])),
        ("no scan", [&JPEG[..scan], b"\xff\xd9"].concat()),
        ("two frames", jpeg_with(0xc0, &[8, 0, 9, 0, 9, 0])),
        (
            "a length that does not count itself",
            with(JPEG, 4, &[0, 1]),
        ),
        ("a frame without sides", jpeg_with(0xc0, &[8, 0])),
        ("a frame of no width", with(JPEG, frame + 7, &[0, 0])),
        ("a second beginning", with(JPEG, scan, &[0xff, 0xd8])),
        ("bytes between segments", with(JPEG, scan, &[0x00])),
        ("no header", [png::SIGNATURE, &PNG[33..]].concat()),
        ("a second header", png_with("IHDR", &PNG[16..29])),
        ("a long header", with(PNG, 8, &[0, 0, 0, 14])),
        ("no height", with(PNG, 20, &[0; 4])),
        ("no picture", [&PNG[..33], &PNG[end..]].concat()),
        (
            "an end with content",
            [&PNG[..end], &[0, 0, 0, 1], b"IEND.sum."].concat(),
        ),
        ("a length without end", with(PNG, end, &[0xff; 4])),
        ("a wrong length of the whole", with(WEBP, 4, &[0; 4])),
        ("no picture", webp_of(&extended)),
        ("two pictures", webp_of(&picture.repeat(2))),
        (
            "two headers",
            webp_of(&[&extended[..], &extended, &picture].concat()),
        ),
        (
            "a header of other length",
            webp_of(&webp_chunk("VP8X", &[0; 9])),
        ),
        (
            "a chunk beyond the end",
            webp_of(b"VP8L\xff\xff\xff\xff\x2f"),
        ),
        ("no signature", webp_of(&webp_chunk("VP8L", &[0; 5]))),
        ("no start code", webp_of(&webp_chunk("VP8 ", &[0; 10]))),
        (
            "no width",
            webp_of(&webp_chunk("VP8 ", b"\0\0\0\x9d\x01\x2a\0\0\x01\0")),
        ),
    ];
    for (what, bytes) in table {
        assert_eq!(check(&bytes), Err(Unfit::Damaged), "{what}");
    }
}

#[test]
fn a_picture_with_more_pixels_than_a_tablet_can_show_is_refused() {
    let frame = marker_at(0xc0);
    let lossless = |sides: u32| {
        let content = [&[0x2f][..], &sides.to_le_bytes()].concat();
        webp_of(&webp_chunk("VP8L", &content))
    };
    // The first of each pair has 4,096 pixels a side, the second one more.
    let table = [
        [&[0x10, 0x00][..], &[0x10, 0x01]].map(|side| with(JPEG, frame + 5, side)),
        [&[0x10, 0x00][..], &[0x10, 0x01]].map(|side| with(JPEG, frame + 7, side)),
        [[0, 0, 0x10, 0x00], [0, 0, 0x10, 0x01]].map(|side| with(PNG, 16, &side)),
        [[0, 0, 0x10, 0x00], [0, 0, 0x10, 0x01]].map(|side| with(PNG, 20, &side)),
        [[0xff, 0x0f, 0x00], [0x00, 0x10, 0x00]].map(|side| with(WEBP, 24, &side)),
        [[0xff, 0x0f, 0x00], [0x00, 0x10, 0x00]].map(|side| with(WEBP, 27, &side)),
        [[0x00, 0x10], [0x01, 0x10]]
            .map(|side| [b"\0\0\0\x9d\x01\x2a", &side[..], b"\x01\0"].concat())
            .map(|content| webp_of(&webp_chunk("VP8 ", &content))),
        [0xfff, 0x1000].map(lossless),
        [0xfff << 14, 0x1000 << 14].map(lossless),
    ];
    for [most, more] in table {
        assert!(check(&most).is_ok(), "{most:?}");
        assert_eq!(check(&more), Err(Unfit::TooManyPixels));
    }
}

#[test]
fn whatever_the_bytes_are_the_reader_ends_without_a_panic() {
    for photo in CANVAS {
        for at in 0..photo.len() {
            for new in [0x00, 0x01, 0x7f, 0x80, 0xd9, 0xff] {
                let _ = check(&with(photo, at, &[new]));
            }
        }
    }
}
