//! Places in an order that many people change at once: short texts that compare as the things they
//! belong to stand, with room for another one between any two.
//!
//! The form is that of the npm package `fractional-indexing` (base 62, ASCII order), so that other
//! clients have it ready made: a length letter (`a`–`z` from zero up, `Z`–`A` below zero), that many
//! digits, then a fraction that does not end in `0`. Adding at an end costs two or three characters
//! for the first few thousand, where a plain binary fraction would grow with each.
//!
//! Documents may hold anything; a text that is not of this form is compared all the same, and
//! [`between`] says when it finds no room.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The smallest whole part there is: nothing can come before it.
const SMALLEST: &str = "A00000000000000000000000000";
/// Longer than any order that use could bring about; what is longer is not read.
pub(crate) const MAX_LENGTH: usize = 256;

/// A text that lies between two others (`None`: no bound), or `None` when there is no room.
pub(crate) fn between(lower: Option<&str>, upper: Option<&str>) -> Option<String> {
    if let (Some(lower), Some(upper)) = (lower, upper)
        && lower >= upper
    {
        return None;
    }
    let found = if lower.is_none_or(is_order) && upper.is_none_or(is_order) {
        between_orders(lower, upper)
    } else {
        // A bound of another form: the best that can be done is to follow the lower one closely.
        lower.map(|lower| format!("{lower}V"))
    }?;
    let fits = lower.is_none_or(|lower| lower < found.as_str())
        && upper.is_none_or(|upper| found.as_str() < upper);
    (fits && found.len() <= MAX_LENGTH).then_some(found)
}

/// `count` texts between two others, in order, or `None` when there is no room.
pub(crate) fn spread(
    lower: Option<&str>,
    upper: Option<&str>,
    count: usize,
) -> Option<Vec<String>> {
    let mut orders = Vec::with_capacity(count);
    match (count, upper) {
        (0, _) => {}
        (_, None) => {
            let mut last = lower.map(str::to_owned);
            for _ in 0..count {
                let next = between(last.as_deref(), None)?;
                orders.push(next.clone());
                last = Some(next);
            }
        }
        // Halving keeps the texts short where there are two bounds.
        _ => {
            let middle = between(lower, upper)?;
            orders.extend(spread(lower, Some(&middle), count / 2)?);
            let after = spread(Some(&middle), upper, count - count / 2 - 1)?;
            orders.push(middle);
            orders.extend(after);
        }
    }
    Some(orders)
}

/// New orders that put one thing right behind `lower`, given what follows it now. The first is its
/// own; the others are for as many of `following` as must make room because they share a place.
pub(crate) fn make_room(lower: Option<&str>, following: &[&str]) -> Vec<String> {
    for moved in 0..=following.len() {
        if let Some(orders) = spread(lower, following.get(moved).copied(), moved + 1) {
            return orders;
        }
    }
    // Not even the end has room: only a text at the length limit brings this about. Sharing the
    // lower one's place is then the nearest there is.
    vec![lower.unwrap_or_default().to_owned()]
}

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|digit| *digit == byte)
}

/// How long the whole part is, its first letter included.
fn whole_length(order: &str) -> Option<usize> {
    match *order.as_bytes().first()? {
        letter @ b'a'..=b'z' => Some((letter - b'a') as usize + 2),
        letter @ b'A'..=b'Z' => Some((b'Z' - letter) as usize + 2),
        _ => None,
    }
}

fn is_order(text: &str) -> bool {
    text.len() <= MAX_LENGTH
        && text != SMALLEST
        && whole_length(text).is_some_and(|length| length <= text.len())
        && text.bytes().all(|byte| digit(byte).is_some())
        && whole_length(text).is_some_and(|length| !text[length..].ends_with('0'))
}

fn split_whole(order: &str) -> (&str, &str) {
    order.split_at(whole_length(order).expect("checked by is_order"))
}

fn between_orders(lower: Option<&str>, upper: Option<&str>) -> Option<String> {
    match (lower, upper) {
        (None, None) => Some("a0".to_owned()),
        (None, Some(upper)) => {
            let (whole, fraction) = split_whole(upper);
            if whole == SMALLEST {
                Some(whole.to_owned() + &midpoint("", Some(fraction)))
            } else if fraction.is_empty() {
                step_down(whole)
            } else {
                Some(whole.to_owned())
            }
        }
        (Some(lower), None) => {
            let (whole, fraction) = split_whole(lower);
            Some(step_up(whole).unwrap_or_else(|| whole.to_owned() + &midpoint(fraction, None)))
        }
        (Some(lower), Some(upper)) => {
            let (whole, fraction) = split_whole(lower);
            let (upper_whole, upper_fraction) = split_whole(upper);
            if whole == upper_whole {
                return Some(whole.to_owned() + &midpoint(fraction, Some(upper_fraction)));
            }
            match step_up(whole) {
                Some(next) if next.as_str() < upper => Some(next),
                _ => Some(whole.to_owned() + &midpoint(fraction, None)),
            }
        }
    }
}

/// A fraction between two; `None` above is one. Neither ends in `0`, and `lower < upper`.
fn midpoint(lower: &str, upper: Option<&str>) -> String {
    let at = |fraction: &str, i: usize| fraction.as_bytes().get(i).copied().unwrap_or(b'0');
    if let Some(upper) = upper {
        let common = (0..upper.len())
            .take_while(|&i| at(lower, i) == at(upper, i))
            .count();
        if common > 0 {
            let rest = lower.get(common..).unwrap_or("");
            return upper[..common].to_owned() + &midpoint(rest, Some(&upper[common..]));
        }
    }
    let low = lower.bytes().next().and_then(digit).unwrap_or(0);
    let high = upper
        .and_then(|upper| upper.bytes().next())
        .and_then(digit)
        .unwrap_or(62);
    if high - low > 1 {
        return char::from(DIGITS[usize::midpoint(low, high + 1)]).to_string();
    }
    match upper {
        Some(upper) if upper.len() > 1 => upper[..1].to_owned(),
        _ => char::from(DIGITS[low]).to_string() + &midpoint(lower.get(1..).unwrap_or(""), None),
    }
}

/// The next whole number; `None` after the last.
fn step_up(whole: &str) -> Option<String> {
    let mut bytes = whole.as_bytes().to_vec();
    for byte in bytes[1..].iter_mut().rev() {
        let next = digit(*byte).expect("checked by is_order") + 1;
        if next < DIGITS.len() {
            *byte = DIGITS[next];
            return String::from_utf8(bytes).ok();
        }
        *byte = b'0';
    }
    match bytes[0] {
        b'Z' => Some("a0".to_owned()),
        b'z' => None,
        letter => {
            bytes[0] = letter + 1;
            if letter >= b'a' {
                bytes.push(b'0');
            } else {
                bytes.pop();
            }
            String::from_utf8(bytes).ok()
        }
    }
}

/// The whole number before; `None` before the first.
fn step_down(whole: &str) -> Option<String> {
    let mut bytes = whole.as_bytes().to_vec();
    for byte in bytes[1..].iter_mut().rev() {
        let value = digit(*byte).expect("checked by is_order");
        if value > 0 {
            *byte = DIGITS[value - 1];
            return String::from_utf8(bytes).ok();
        }
        *byte = b'z';
    }
    match bytes[0] {
        b'a' => Some("Zz".to_owned()),
        b'A' => None,
        letter => {
            bytes[0] = letter - 1;
            if letter > b'a' {
                bytes.pop();
            } else {
                bytes.push(b'z');
            }
            String::from_utf8(bytes).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    //! Whatever is put anywhere lands between its neighbours, and the texts stay short.

    use super::*;

    #[track_caller]
    fn check(lower: Option<&str>, upper: Option<&str>, expected: Option<&str>) {
        assert_eq!(
            between(lower, upper).as_deref(),
            expected,
            "{lower:?} .. {upper:?}"
        );
    }

    /// The cases of the `fractional-indexing` package, so that the two stay alike.
    #[test]
    fn agrees_with_the_package_other_clients_use() {
        check(None, None, Some("a0"));
        check(None, Some("a0"), Some("Zz"));
        check(None, Some("Zz"), Some("Zy"));
        check(Some("a0"), None, Some("a1"));
        check(Some("a1"), None, Some("a2"));
        check(Some("a0"), Some("a1"), Some("a0V"));
        check(Some("a1"), Some("a2"), Some("a1V"));
        check(Some("a0V"), Some("a1"), Some("a0l"));
        check(Some("Zz"), Some("a0"), Some("ZzV"));
        check(Some("Zz"), Some("a1"), Some("a0"));
        check(None, Some("Y00"), Some("Xzzz"));
        check(Some("bzz"), None, Some("c000"));
        check(Some("a0"), Some("a0V"), Some("a0G"));
        check(Some("a0"), Some("a0G"), Some("a08"));
        check(Some("b125"), Some("b129"), Some("b127"));
        check(Some("a0"), Some("a1V"), Some("a1"));
        check(Some("Zz"), Some("a01"), Some("a0"));
        check(None, Some("a0V"), Some("a0"));
        check(None, Some("b999"), Some("b99"));
        check(
            None,
            Some("A000000000000000000000000001"),
            Some("A000000000000000000000000000V"),
        );
        check(
            Some("zzzzzzzzzzzzzzzzzzzzzzzzzzy"),
            None,
            Some("zzzzzzzzzzzzzzzzzzzzzzzzzzz"),
        );
        check(
            Some("zzzzzzzzzzzzzzzzzzzzzzzzzzz"),
            None,
            Some("zzzzzzzzzzzzzzzzzzzzzzzzzzzV"),
        );
    }

    #[test]
    fn says_when_there_is_no_room() {
        check(Some("a1"), Some("a0"), None);
        check(Some("a1"), Some("a1"), None);
        check(None, Some(""), None);
        check(None, Some("!"), None);
    }

    #[test]
    fn foreign_texts_are_followed_closely() {
        check(Some(""), None, Some("V"));
        check(Some("7"), None, Some("7V"));
        check(Some("~~"), None, Some("~~V"));
        check(Some("a0"), Some("~"), Some("a0V"));
    }

    #[test]
    fn five_thousand_at_the_end_stay_short() {
        let orders = spread(None, None, 5_000).unwrap();
        assert!(orders.is_sorted_by(|a, b| a < b));
        assert!(orders.iter().all(|order| order.len() <= 4));
    }

    #[test]
    fn things_that_share_a_place_make_room() {
        let orders = make_room(Some("a0"), &["a0", "a0", "a1", "a2"]);
        assert_eq!(orders.len(), 3);
        assert!(orders.is_sorted_by(|a, b| a < b));
        assert!(
            orders
                .iter()
                .all(|order| ("a0".."a1").contains(&order.as_str()))
        );
        assert_eq!(make_room(None, &["", "a5"]).len(), 2);
    }

    #[test]
    fn any_sequence_of_insertions_keeps_its_order() {
        let mut state = 7_u64;
        let mut orders: Vec<String> = Vec::new();
        for _ in 0..3_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let place = (state >> 33) as usize % (orders.len() + 1);
            let lower = place.checked_sub(1).map(|i| orders[i].as_str());
            let order = between(lower, orders.get(place).map(String::as_str)).unwrap();
            orders.insert(place, order);
        }
        assert!(orders.is_sorted_by(|a, b| a < b));
        assert!(
            orders
                .iter()
                .all(|order| is_order(order) && order.len() < 40)
        );
    }
}
