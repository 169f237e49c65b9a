//! The form that a card's plain values have in a document.

use yrs::Any;

use super::{FieldValue, Point, Seat};
use crate::photo::Photo;
use crate::value;

/// No photo has a longer side.
const MOST_PIXELS: f64 = 65_535.0;

/// A field's value, if it is of a kind that fields have.
pub(super) fn as_field(value: &Any) -> Option<FieldValue> {
    match value {
        Any::Bool(flag) => Some(FieldValue::Flag(*flag)),
        Any::String(words) => Some(FieldValue::Text(words.as_ref().to_owned())),
        other => value::as_number(other).map(FieldValue::Number),
    }
}

/// A field's value as the document holds it.
pub(super) fn from_field(field: &FieldValue) -> Any {
    match field {
        FieldValue::Flag(flag) => Any::Bool(*flag),
        FieldValue::Number(number) => value::from_number(*number),
        FieldValue::Text(words) => value::from_str(words),
    }
}

/// A place, if it is two finite numbers.
pub(super) fn as_point(value: &Any) -> Option<Point> {
    match value {
        Any::Array(pair) => match pair.as_ref() {
            [x, y] => Some(Point {
                x: value::as_number(x)?,
                y: value::as_number(y)?,
            }),
            _ => None,
        },
        _ => None,
    }
}

/// A place as the document holds it: both numbers in one value, so that two people who move a card
/// at once never leave it where neither put it.
pub(super) fn from_point(at: Point) -> Any {
    Any::Array([value::from_number(at.x), value::from_number(at.y)].into())
}

/// A photo's width and height, if they are two whole numbers that can be shown.
pub(super) fn as_size(value: &Any) -> Option<(u32, u32)> {
    let Point { x, y } = as_point(value)?;
    let side = |side: f64| (1.0..=MOST_PIXELS).contains(&side).then_some(side as u32);
    Some((side(x)?, side(y)?))
}

/// A photo's width and height as the document holds them.
pub(super) fn from_size(photo: &Photo) -> Any {
    Any::Array(
        [photo.width, photo.height]
            .map(|side| value::from_number(side.into()))
            .into(),
    )
}

/// The seat of a name in the document.
pub(super) fn seat_named(name: &str) -> Option<Seat> {
    Seat::ALL.into_iter().find(|seat| seat_name(*seat) == name)
}

/// A seat's name in the document.
pub(super) fn seat_name(seat: Seat) -> &'static str {
    match seat {
        Seat::Yellow => "yellow",
        Seat::Green => "green",
        Seat::Blue => "blue",
        Seat::Pink => "pink",
        Seat::Orange => "orange",
        Seat::Violet => "violet",
    }
}
