//! Keys made into acts, for a board. Single letters can be turned off, since they get in the way of
//! speech input and of anyone whose keyboard is pressed by accident.

use crate::ports::{Focus, KeyPress};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    /// A new card.
    NewCard,
    /// The tool that selects.
    SelectTool,
    /// The tool that pans.
    HandTool,
    /// Pan for as long as the key is held.
    HoldPan(bool),
    /// Fit everything into view.
    Fit,
    /// Fit what is selected into view.
    FitSelection,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Copy what is selected.
    Duplicate,
    /// Group what is selected.
    Group,
    /// Delete what is selected.
    Delete,
    /// Move what is selected, in logical pixels.
    Nudge(f64, f64),
    /// Write in the selected card.
    Edit,
    /// Pick the focused card beside those picked, or put it back.
    Pick,
    /// Done: leave the card, the sheet, the selection, in that order.
    Done,
    /// Done with this card; on to the next.
    NextCard,
    /// Show the keys.
    Help,
}

/// One press of an arrow moves a card so far, in logical pixels; with Shift, [`STRIDE`] times it.
const NUDGE: f64 = 8.0;
const STRIDE: f64 = 10.0;

/// What a key asks for, if anything. `letters` tells whether single letters count.
pub fn ask(press: &KeyPress, letters: bool) -> Option<Ask> {
    if press.key == " " && press.focus == Focus::Page {
        return Some(Ask::HoldPan(!press.up));
    }
    if press.up {
        return None;
    }
    let key = press.key.as_str();
    if press.focus == Focus::Field {
        return match key {
            "Escape" => Some(Ask::Done),
            "Enter" if press.command => Some(Ask::NextCard),
            "z" | "Z" if press.command && press.shift => Some(Ask::Redo),
            "z" if press.command => Some(Ask::Undo),
            "y" if press.command => Some(Ask::Redo),
            _ => None,
        };
    }
    let on_page = press.focus == Focus::Page;
    let step = if press.shift { NUDGE * STRIDE } else { NUDGE };
    match (press.command, key) {
        (true, "z" | "Z") if press.shift => Some(Ask::Redo),
        (true, "z") => Some(Ask::Undo),
        (true, "y") => Some(Ask::Redo),
        (true, "d") => Some(Ask::Duplicate),
        (true, "g") => Some(Ask::Group),
        // Shift and a digit come as the digit or as the sign above it, which differs by keyboard.
        (true, "0") | (false, "!") => Some(Ask::Fit),
        (false, "1") if press.shift => Some(Ask::Fit),
        (false, "@" | "\"") => Some(Ask::FitSelection),
        (false, "2") if press.shift => Some(Ask::FitSelection),
        (false, "Delete" | "Backspace") if on_page => Some(Ask::Delete),
        (false, "ArrowLeft") if on_page => Some(Ask::Nudge(-step, 0.0)),
        (false, "ArrowRight") if on_page => Some(Ask::Nudge(step, 0.0)),
        (false, "ArrowUp") if on_page => Some(Ask::Nudge(0.0, -step)),
        (false, "ArrowDown") if on_page => Some(Ask::Nudge(0.0, step)),
        (false, "Enter") if on_page && press.shift => Some(Ask::Pick),
        (false, "Enter") if on_page => Some(Ask::Edit),
        (false, "Escape") => Some(Ask::Done),
        (false, "?") => Some(Ask::Help),
        (false, "n" | "N") if letters => Some(Ask::NewCard),
        (false, "v" | "V") if letters => Some(Ask::SelectTool),
        (false, "h" | "H") if letters => Some(Ask::HandTool),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, command: bool, shift: bool, in_field: bool) -> KeyPress {
        let focus = if in_field { Focus::Field } else { Focus::Page };
        KeyPress {
            key: key.into(),
            command,
            shift,
            focus,
            up: false,
        }
    }

    #[test]
    fn keys_ask_for_what_the_help_says() {
        for (pressed, asked) in [
            (press("n", false, false, false), Some(Ask::NewCard)),
            (press("n", false, false, true), None),
            (press("z", true, false, true), Some(Ask::Undo)),
            (press("Z", true, true, false), Some(Ask::Redo)),
            (press("y", true, false, false), Some(Ask::Redo)),
            (press("0", true, false, false), Some(Ask::Fit)),
            (press("!", false, true, false), Some(Ask::Fit)),
            (press("@", false, true, false), Some(Ask::FitSelection)),
            (
                press("ArrowUp", false, true, false),
                Some(Ask::Nudge(0.0, -80.0)),
            ),
            (press("ArrowUp", false, false, true), None),
            (press("Delete", false, false, true), None),
            (press("Enter", false, true, false), Some(Ask::Pick)),
            (press("Enter", true, false, true), Some(Ask::NextCard)),
            (press("Escape", false, false, true), Some(Ask::Done)),
        ] {
            assert_eq!(ask(&pressed, true), asked, "{pressed:?}");
        }
    }

    #[test]
    fn a_button_keeps_the_keys_it_is_worked_with() {
        for key in ["Enter", " ", "ArrowLeft", "Delete"] {
            let on_button = KeyPress {
                focus: Focus::Control,
                ..press(key, false, false, false)
            };
            assert_eq!(ask(&on_button, true), None, "{key:?}");
        }
    }

    #[test]
    fn single_letters_can_be_turned_off_and_nothing_else_is() {
        for key in ["n", "v", "h"] {
            assert_eq!(ask(&press(key, false, false, false), false), None, "{key}");
        }
        assert_eq!(
            ask(&press("d", true, false, false), false),
            Some(Ask::Duplicate)
        );
        assert_eq!(
            ask(&press("Delete", false, false, false), false),
            Some(Ask::Delete)
        );
    }
}
