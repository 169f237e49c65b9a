//! Short codes that can be spoken: nine digits that stand for a workshop's participant link.
//!
//! A code follows from the participant key, so it outlives a restart and changes with the key, and
//! nothing more is stored. Which codes lead somewhere is known in memory only, for a day after
//! somebody was let in who may see that key. Digits are words in every language, and the keys of
//! every tablet.
//!
//! A code is a poor secret, so guessing is limited here, for the whole relay at once: a hall shares
//! one network address, and whoever guesses has many. This file must never tell a right code from a
//! wrong one while too many wrong ones have been tried.

use std::collections::HashMap;
use std::fmt;

use workshop::id::WorkshopId;

use crate::keys::Key;

/// How many digits a code has, and how many when that code is another workshop's.
const DIGITS: [usize; 2] = [9, 12];
/// How long a code leads somewhere after somebody was let in, in milliseconds: a day, so that it
/// outlasts a workshop with its evening before and not much more.
const EXPIRY_MS: u64 = 24 * 60 * 60 * 1000;
/// How many codes lead somewhere at once. More workshops than this in a day would need another way.
const MOST_CODES: usize = 10_000;
/// How many wrong codes may be tried in a row: a full hall whose every second table mistypes once.
const GUESSES: u64 = 50;
/// How long one guess takes to come back, in milliseconds. Guessing on and on for a day finds one of
/// a hundred workshops with a chance of 1 in 700.
const GUESS_MS: u64 = 6_000;

/// A code: 9 or 12 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Code(String);

impl Code {
    /// The codes that a participant key can have, the one to be preferred first.
    fn of(workshop: &WorkshopId, key: &Key) -> [Self; 2] {
        let number = key.code_number(workshop);
        DIGITS.map(|digits| Self(format!("{:0digits$}", number % 10_u128.pow(digits as u32))))
    }

    /// Reads a code as people write it, with spaces and hyphens where they like.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_between = |c: char| c == '-' || c.is_whitespace();
        let digits: String = text.chars().filter(|c| !is_between(*c)).collect();
        let is_code = DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_code.then_some(Self(digits))
    }
}

/// As it is shown and spoken: `482 913 076`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, digit) in self.0.chars().enumerate() {
            if index > 0 && index % 3 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// Why a code leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// No workshop has this code just now.
    NoSuchCode,
    /// Too many wrong codes have been tried; this one was not looked at.
    TooManyGuesses,
}

/// Where a code leads.
struct Entry {
    workshop: WorkshopId,
    key: Key,
    expires_ms: u64,
}

/// The codes that lead somewhere.
#[derive(Default)]
pub(crate) struct Codes {
    entries: HashMap<Code, Entry>,
    /// When all guesses will have come back. Each wrong code moves it, so that this one number is a
    /// bucket of guesses that refills.
    guesses_back_ms: u64,
}

impl Codes {
    /// Makes a participant key's code lead to it from now on for a day, and gives that code. There
    /// is none in the rarest case, that both its codes are other workshops'.
    pub(crate) fn remember(
        &mut self,
        now_ms: u64,
        workshop: &WorkshopId,
        key: &Key,
    ) -> Option<Code> {
        let codes = Code::of(workshop, key);
        let live = |code: &&Code| self.live(now_ms, code);
        let is_own = |code: &&Code| {
            self.live(now_ms, code)
                .is_some_and(|entry| entry.workshop == *workshop && entry.key == *key)
        };
        // The code that people have been told stays, even if a shorter one has become free.
        let own = codes.iter().find(is_own);
        let code = own.or_else(|| codes.iter().find(|code| live(code).is_none()))?;
        if !self.entries.contains_key(code) && self.entries.len() >= MOST_CODES {
            self.make_room(now_ms);
        }
        let entry = Entry {
            workshop: workshop.clone(),
            key: key.clone(),
            expires_ms: now_ms + EXPIRY_MS,
        };
        self.entries.insert(code.clone(), entry);
        Some(code.clone())
    }

    /// The workshop's participant key was replaced: its codes lead nowhere from now on.
    pub(crate) fn forget(&mut self, workshop: &WorkshopId) {
        self.entries.retain(|_, entry| entry.workshop != *workshop);
    }

    /// The workshop and participant key that a code leads to.
    ///
    /// # Errors
    /// [`Unknown`]; a wrong code costs a guess, a right one nothing.
    pub(crate) fn find(&mut self, now_ms: u64, code: &Code) -> Result<(WorkshopId, Key), Unknown> {
        if self.guesses_back_ms > now_ms + (GUESSES - 1) * GUESS_MS {
            return Err(Unknown::TooManyGuesses);
        }
        if let Some(entry) = self.live(now_ms, code) {
            return Ok((entry.workshop.clone(), entry.key.clone()));
        }
        self.guesses_back_ms = self.guesses_back_ms.max(now_ms) + GUESS_MS;
        Err(Unknown::NoSuchCode)
    }

    fn live(&self, now_ms: u64, code: &Code) -> Option<&Entry> {
        self.entries
            .get(code)
            .filter(|entry| entry.expires_ms > now_ms)
    }

    /// Forgets what has expired, or else the code of the workshop that has been still for longest.
    fn make_room(&mut self, now_ms: u64) {
        self.entries.retain(|_, entry| entry.expires_ms > now_ms);
        if self.entries.len() >= MOST_CODES {
            let stillest = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.expires_ms);
            if let Some(code) = stillest.map(|(code, _)| code.clone()) {
                self.entries.remove(&code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop(number: u128) -> WorkshopId {
        WorkshopId::from_random(number)
    }

    fn key(byte: u8) -> Key {
        Key::parse(&(char::from(byte).to_string() + &"A".repeat(21))).unwrap()
    }

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    /// Two workshops whose keys are the same have the same short code.
    fn colliding() -> (WorkshopId, WorkshopId) {
        let mut seen = HashMap::new();
        (0..)
            .map(workshop)
            .find_map(|id| {
                let [short, _] = Code::of(&id, &key(b'A'));
                let earlier = seen.insert(short, id.clone());
                earlier.map(|earlier| (earlier, id))
            })
            .unwrap()
    }

    #[test]
    fn a_code_is_read_as_people_write_it_and_shown_in_threes() {
        for text in [
            "482913076",
            "482 913 076",
            "482-913-076",
            " 48 29-13\u{a0}076 ",
        ] {
            assert_eq!(code(text).to_string(), "482 913 076", "{text:?}");
        }
        assert_eq!(code("000000000001").to_string(), "000 000 000 001");
        for text in [
            "",
            "48291307",
            "4829130761",
            "48291307a",
            "+82913076",
            "1234567890123",
        ] {
            assert_eq!(Code::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_code_follows_from_workshop_and_key_alone() {
        let remember = |id, key| Codes::default().remember(0, &workshop(id), &key).unwrap();
        let here = remember(1, key(b'A'));
        assert_eq!(here.0.len(), 9);
        assert_eq!(here, remember(1, key(b'A')));
        assert_ne!(here, remember(2, key(b'A')));
        assert_ne!(here, remember(1, key(b'B')));
    }

    #[test]
    fn a_code_leads_to_its_workshop_for_a_day_after_the_last_who_was_let_in() {
        let mut codes = Codes::default();
        let there = (workshop(1), key(b'A'));
        let code = codes.remember(0, &there.0, &there.1).unwrap();
        assert_eq!(codes.find(EXPIRY_MS - 1, &code), Ok(there.clone()));
        codes.remember(EXPIRY_MS - 1, &there.0, &there.1);
        assert_eq!(codes.find(2 * EXPIRY_MS - 2, &code), Ok(there));
        let expired = codes.find(2 * EXPIRY_MS - 1, &code);
        assert_eq!(expired, Err(Unknown::NoSuchCode));
    }

    #[test]
    fn of_two_workshops_with_one_code_the_later_gets_a_longer_one_and_keeps_it() {
        let (first, second) = colliding();
        let key = key(b'A');
        let mut codes = Codes::default();
        let short = codes.remember(0, &first, &key).unwrap();
        let long = codes.remember(1, &second, &key).unwrap();
        assert_eq!((short.0.len(), long.0.len()), (9, 12));
        assert_eq!(codes.find(2, &short), Ok((first, key.clone())));
        // The first has expired by then.
        let again = codes.remember(EXPIRY_MS, &second, &key).unwrap();
        assert_eq!(again, long);
        assert_eq!(
            codes.find(EXPIRY_MS, &long),
            Ok((second.clone(), key.clone()))
        );
        let anew = codes.remember(3 * EXPIRY_MS, &second, &key).unwrap();
        assert_eq!(anew, short);
    }

    #[test]
    fn a_forgotten_workshop_has_no_code_and_others_keep_theirs() {
        let mut codes = Codes::default();
        let code = codes.remember(0, &workshop(1), &key(b'A')).unwrap();
        let other = codes.remember(0, &workshop(2), &key(b'A')).unwrap();
        codes.forget(&workshop(1));
        assert_eq!(codes.find(0, &code), Err(Unknown::NoSuchCode));
        assert!(codes.find(0, &other).is_ok());
    }

    #[test]
    fn wrong_codes_are_limited_and_right_ones_cost_nothing() {
        let mut codes = Codes::default();
        let there = (workshop(1), key(b'A'));
        let right = codes.remember(0, &there.0, &there.1).unwrap();
        let wrong = code("000 000 000");
        for _ in 0..GUESSES {
            assert_eq!(codes.find(0, &right), Ok(there.clone()));
            assert_eq!(codes.find(0, &wrong), Err(Unknown::NoSuchCode));
        }
        for code in [&wrong, &right] {
            assert_eq!(codes.find(GUESS_MS - 1, code), Err(Unknown::TooManyGuesses));
        }
        assert_eq!(codes.find(GUESS_MS, &right), Ok(there));
        assert_eq!(codes.find(GUESS_MS, &wrong), Err(Unknown::NoSuchCode));
        assert_eq!(codes.find(GUESS_MS, &wrong), Err(Unknown::TooManyGuesses));
    }

    #[test]
    fn guesses_come_back_to_as_many_as_there_were_and_no_more() {
        let mut codes = Codes::default();
        let wrong = code("000 000 000");
        for now_ms in [0, EXPIRY_MS] {
            let tried = (0..2 * GUESSES).map(|_| codes.find(now_ms, &wrong));
            let looked_at = tried.filter(|it| *it == Err(Unknown::NoSuchCode)).count();
            assert_eq!(looked_at as u64, GUESSES);
        }
    }

    #[test]
    fn the_stillest_workshop_makes_room_when_there_are_too_many() {
        let mut codes = Codes::default();
        let key = key(b'A');
        let first = codes.remember(0, &workshop(0), &key).unwrap();
        let second = codes.remember(1, &workshop(1), &key).unwrap();
        codes.remember(2, &workshop(0), &key);
        for number in 2..=MOST_CODES {
            codes.remember(3, &workshop(number as u128), &key);
        }
        assert_eq!(codes.entries.len(), MOST_CODES);
        assert!(codes.find(4, &first).is_ok());
        assert_eq!(codes.find(4, &second), Err(Unknown::NoSuchCode));
    }
}
