//! Reading and making the plain values of a document.
//!
//! A document may come from any Yjs client: what is missing or of another type reads as absent,
//! and nothing here ever fails.

use yrs::{Any, Map, MapRef, Number, Out, ReadTxn};

/// The plain value under a key.
pub(crate) fn any<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<Any> {
    match map.get(txn, key)? {
        Out::Any(value) => Some(value),
        _ => None,
    }
}

/// The string under a key.
pub(crate) fn string<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<String> {
    match any(map, txn, key)? {
        Any::String(text) => Some(text.as_ref().to_owned()),
        _ => None,
    }
}

/// The finite number under a key.
pub(crate) fn number<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<f64> {
    any(map, txn, key).as_ref().and_then(as_number)
}

/// The whole number from 0 up under a key.
pub(crate) fn whole<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<u64> {
    // 2^53: above it, neighbouring numbers cannot be told apart in a document.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    number(map, txn, key)
        .filter(|n| (0.0..=LARGEST).contains(n))
        .map(|n| n as u64)
}

/// The map under a key.
pub(crate) fn map<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<MapRef> {
    match map.get(txn, key)? {
        Out::YMap(map) => Some(map),
        _ => None,
    }
}

/// A finite number, of whichever kind it was written as.
pub(crate) fn as_number(value: &Any) -> Option<f64> {
    match value {
        Any::Number(Number::Int(number)) => Some(*number as f64),
        Any::Number(Number::Float(number)) => Some(*number).filter(|number| number.is_finite()),
        _ => None,
    }
}

/// A number as Yjs writes it: whole ones as integers. There is no negative zero in a document.
pub(crate) fn from_number(number: f64) -> Any {
    if number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX) {
        Any::Number(Number::Int(number as i64))
    } else {
        Any::Number(Number::Float(number))
    }
}

/// A string value.
pub(crate) fn from_str(text: &str) -> Any {
    Any::String(text.into())
}
