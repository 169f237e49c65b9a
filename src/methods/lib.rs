//! The methods of co-design as data: a catalogue with one file each, starting points with a first
//! plan each, and the sample workshop.
//!
//! The files in `catalog/` and `starts/` are read and checked when this crate is built; what ships
//! is the result. This crate must never hold code that knows one method by name.

// Each `expect` states what the reader has checked before anything shipped; no caller can break it.
#![allow(clippy::missing_panics_doc)]

mod catalog;
mod format;
mod geometry;
mod seed;
mod start;

#[cfg(any(test, feature = "source"))]
mod source;

pub use catalog::{Catalog, catalog, starts};
pub use format::{
    CardKind, ChoiceOption, Company, Curve, Drafts, Field, FieldIs, FieldKind, Filter, Follow,
    Heading, ICONS, Layout, LinkEnd, LinkKind, Method, Round, Shape, Sharing, Step, StoryGuide,
    Tally, Zone,
};
pub use geometry::{
    Area, CARD, GAP, Ground, Growth, PADDING, PlacedHeading, PlacedZone, Reach, SLOT, TITLE_STRIP,
    ZONE_GAP, ZoneShape,
};
pub use seed::{CannotSeed, Seeded, seed};
#[cfg(any(test, feature = "source"))]
pub use source::{BadFile, read};
pub use start::{Outline, StartingPoint};
