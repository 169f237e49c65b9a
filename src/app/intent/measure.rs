//! How tall a card is, reckoned from its words rather than asked of the page, so that every device
//! agrees on where a zone ends and nothing waits for a layout.

use methods::CARD;

/// The characters that fit on a line of a card: 172 px at 20 px type, about 10 px a character.
const LINE: usize = 17;
/// The height of a line in logical pixels.
const LINE_HEIGHT: f64 = 26.0;
/// What a card needs beside its words: padding, the line with its kind, the line with its marks.
const AROUND: f64 = 84.0;

/// The most lines of a card that are shown on the board (`style/card.css` cuts there); all of them
/// are there while it is written in, in its sheet and in the list.
const MOST_LINES: usize = 20;

/// The height of a card with these words, in logical pixels.
pub fn card_height(text: &str) -> f64 {
    let lines: usize = text.split('\n').map(lines_of).sum();
    (AROUND + lines.min(MOST_LINES) as f64 * LINE_HEIGHT).max(CARD)
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
                (card_height(text) - height).abs() < 0.01,
                "{text:?}: {}",
                card_height(text)
            );
        }
    }
}
