//! The names of a board's document, as `SCHEMA.md` lists them. They are public: a change to one is a
//! new [`VERSION`] and a migration.

/// The version of a board's shape that this program writes.
pub(super) const VERSION: u32 = 1;

pub(super) const CARDS: &str = "cards";
pub(super) const GROUPS: &str = "groups";
pub(super) const LINKS: &str = "links";
pub(super) const VOTES: &str = "votes";
pub(super) const COMMENTS: &str = "comments";
pub(super) const META: &str = "meta";

pub(super) mod card {
    pub(in super::super) const KIND: &str = "kind";
    pub(in super::super) const TEXT: &str = "text";
    pub(in super::super) const FIELDS: &str = "fields";
    pub(in super::super) const ZONE: &str = "zone";
    pub(in super::super) const AT: &str = "at";
    pub(in super::super) const ORDER: &str = "order";
    pub(in super::super) const SEAT: &str = "seat";
    pub(in super::super) const GROUP: &str = "group";
    pub(in super::super) const FROM: &str = "from";
    pub(in super::super) const PHOTO: &str = "photo";
    pub(in super::super) const PHOTO_SIZE: &str = "photo_size";
    pub(in super::super) const PHOTO_ALT: &str = "photo_alt";
    pub(in super::super) const GONE: &str = "gone";
}

pub(super) mod group {
    pub(in super::super) const TITLE: &str = "title";
}

pub(super) mod link {
    pub(in super::super) const FROM: &str = "from";
    pub(in super::super) const TO: &str = "to";
    pub(in super::super) const KIND: &str = "kind";
    pub(in super::super) const GONE: &str = "gone";
}

pub(super) mod meta {
    pub(in super::super) const SCHEMA: &str = "schema";
    pub(in super::super) const METHOD: &str = "method";
}
