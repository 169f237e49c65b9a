//! How tall a card is, reckoned from its words rather than asked of the page, so that every device
//! agrees on where a zone ends and nothing waits for a layout.

use methods::CARD;
use workshop::photo::Photo;

/// The characters that fit on a line of a card: 172 px at 20 px type, about 10 px a character.
const LINE: usize = 17;
/// The height of a line in logical pixels.
const LINE_HEIGHT: f64 = 26.0;
/// What a card needs beside its words: padding, the line with its kind, the line with its marks.
const AROUND: f64 = 84.0;

/// The width of a photo: all of a card within its border.
const PHOTO_WIDTH: f64 = CARD - 4.0;
/// The least and the most height of a photo on a card.
const PHOTO_LEAST: f64 = 96.0;
const PHOTO_MOST: f64 = 296.0;
/// The space between a photo and the words.
const PHOTO_GAP: f64 = 6.0;

/// The most lines of a card that are shown on the board (`style/card.css` cuts there); all of them
/// are there while it is written in, in its sheet and in the list.
const MOST_LINES: usize = 20;

/// The height of a card with these words and this photo, in logical pixels.
pub fn card_height(text: &str, photo: Option<&Photo>) -> f64 {
    let lines: usize = text.split('\n').map(lines_of).sum();
    let photo = photo.map_or(0.0, |photo| photo_height(photo) + PHOTO_GAP);
    (AROUND + photo + lines.min(MOST_LINES) as f64 * LINE_HEIGHT).max(CARD)
}

/// Whether a card with these words may have more lines than are shown on the board.
pub fn may_be_cut(text: &str) -> bool {
    // Wide letters take twice the room that is reckoned for a letter.
    text.split('\n').map(lines_of).sum::<usize>() > MOST_LINES / 2
}

/// How tall a photo is shown on a card, in logical pixels. One that is very tall or very wide is cut
/// there; it is whole when it is opened.
pub fn photo_height(photo: &Photo) -> f64 {
    let proportion = f64::from(photo.height) / f64::from(photo.width);
    (PHOTO_WIDTH * proportion)
        .round()
        .clamp(PHOTO_LEAST, PHOTO_MOST)
}

/// The lines a paragraph takes when words that do not fit go on the next.
fn lines_of(paragraph: &str) -> usize {
    let mut lines = 1;
    let mut column = 0;
    for word in paragraph.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > LINE {
            lines += 1;
            column = 0;
        }
        column += length + usize::from(column > 0);
        while column > LINE {
            lines += 1;
            column -= LINE;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use workshop::photo::PhotoHash;

    use super::*;

    #[test]
    fn a_card_grows_with_its_words_and_never_shrinks_below_a_square() {
        for (text, height) in [
            ("", 200.0),
            ("Meet at the hall", 200.0),
            (
                "one\ntwo\nthree\nfour\nfive\nsix",
                AROUND + 6.0 * LINE_HEIGHT,
            ),
            (&"word ".repeat(30), AROUND + 10.0 * LINE_HEIGHT),
            (&"w".repeat(170), AROUND + 10.0 * LINE_HEIGHT),
            (&"word ".repeat(800), AROUND + 20.0 * LINE_HEIGHT),
        ] {
            assert!(
                (card_height(text, None) - height).abs() < 0.01,
                "{text:?}: {}",
                card_height(text, None)
            );
        }
    }

    #[test]
    fn a_photo_keeps_its_proportions_within_reason() {
        for ((width, height), shown) in [
            ((1_600, 1_200), 147.0),
            ((1_200, 1_600), 261.0),
            ((900, 1_600), 296.0),
            ((4_000, 200), 96.0),
        ] {
            let photo = Photo {
                hash: PhotoHash::from_digest([0; 32]),
                width,
                height,
                alt: String::new(),
            };
            assert!(
                (photo_height(&photo) - shown).abs() < 0.01,
                "{width} {height}"
            );
            let grown = card_height("Meet at the hall", Some(&photo));
            let around = AROUND + PHOTO_GAP + LINE_HEIGHT;
            assert!((grown - (around + shown).max(200.0)).abs() < 0.01);
        }
    }
}
