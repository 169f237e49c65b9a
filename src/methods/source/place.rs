//! Where in a file something stands, and what is wrong there.
//!
//! Shared by the readers of methods and of starting points. It must never panic, whatever the file
//! holds.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

/// The longest name or title, in characters: what fits on a button or a zone's strip.
pub(crate) const NAME: usize = 60;
/// The longest prompt or sentence.
pub(crate) const SENTENCE: usize = 240;
/// The longest activity, in minutes.
pub(crate) const MINUTES: u32 = 600;

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct BadFile {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, in one sentence.
    pub what: String,
}

/// The text of a file, with its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// Reads the file as TOML into a shape.
    pub(crate) fn parse<T: DeserializeOwned>(self) -> Result<T, BadFile> {
        toml::from_str(self.text).map_err(|error| {
            let what = error.message().trim().replace('\n', "; ");
            self.bad(error.span().unwrap_or(0..0), what)
        })
    }

    /// Says what is wrong at a place in the file.
    pub(crate) fn bad(self, place: Range<usize>, what: impl Into<String>) -> BadFile {
        let before = self.text.as_bytes().iter().take(place.start);
        let line = 1 + before.filter(|&&byte| byte == b'\n').count();
        BadFile {
            file: self.file.to_owned(),
            line,
            what: what.into(),
        }
    }

    /// Wraps what is wrong at a value, as an error to return.
    pub(crate) fn fail<T, V>(self, at: &Spanned<V>, what: impl Into<String>) -> Result<T, BadFile> {
        Err(self.bad(at.span(), what))
    }

    /// Checks an identifier: 1 to 30 characters of a-z, 0-9 and '-', so that two with a dot between
    /// them still make a short zone name.
    pub(crate) fn id(self, id: &Spanned<String>) -> Result<String, BadFile> {
        let text = id.as_ref();
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > 30 || !text.bytes().all(good) {
            let what = format!("{text:?} is not an id: 1 to 30 characters of a-z, 0-9 and '-'");
            return self.fail(id, what);
        }
        Ok(text.clone())
    }

    /// Checks that no identifier of a list comes twice.
    pub(crate) fn unique<'b>(
        self,
        what: &str,
        ids: impl IntoIterator<Item = &'b Spanned<String>>,
    ) -> Result<(), BadFile> {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.as_ref()) {
                return self.fail(
                    id,
                    format!("there are two {what} with the id {:?}", id.as_ref()),
                );
            }
        }
        Ok(())
    }

    /// Checks words that must be there and not be long.
    pub(crate) fn words(self, words: &Spanned<String>, at_most: usize) -> Result<String, BadFile> {
        if words.as_ref().trim().is_empty() {
            return self.fail(words, "there are no words here");
        }
        self.words_or_none(words, at_most)
    }

    /// Checks words that may be empty but must not be long.
    pub(crate) fn words_or_none(
        self,
        words: &Spanned<String>,
        at_most: usize,
    ) -> Result<String, BadFile> {
        let text = words.as_ref().trim();
        let count = text.chars().count();
        if count > at_most {
            return self.fail(
                words,
                format!("{count} characters; at most {at_most} fit here"),
            );
        }
        Ok(text.to_owned())
    }

    /// Checks words that make one sentence.
    pub(crate) fn sentence(self, words: &Spanned<String>) -> Result<String, BadFile> {
        let text = self.words(words, SENTENCE)?;
        if text.ends_with('.') {
            Ok(text)
        } else {
            self.fail(words, "a sentence ends with a full stop")
        }
    }

    /// Checks how long something takes.
    pub(crate) fn minutes(self, minutes: &Spanned<u32>) -> Result<u32, BadFile> {
        if *minutes.as_ref() > MINUTES {
            return self.fail(minutes, format!("at most {MINUTES} minutes"));
        }
        Ok(*minutes.as_ref())
    }

    /// Reads each of a list.
    pub(crate) fn each<F, T>(
        self,
        files: &[F],
        read: impl Fn(Self, &F) -> Result<T, BadFile>,
    ) -> Result<Vec<T>, BadFile> {
        files.iter().map(|file| read(self, file)).collect()
    }

    /// Checks that something of this name exists.
    pub(crate) fn known<'b>(
        self,
        what: &str,
        name: &Spanned<String>,
        mut among: impl Iterator<Item = &'b str>,
    ) -> Result<String, BadFile> {
        if !among.any(|known| known == name.as_ref()) {
            return self.fail(name, format!("there is no {what} {:?}", name.as_ref()));
        }
        Ok(name.as_ref().clone())
    }
}

/// An empty value that stands nowhere, for what a file leaves out.
pub(crate) fn absent<T: Default>() -> Spanned<T> {
    Spanned::new(0..0, T::default())
}
