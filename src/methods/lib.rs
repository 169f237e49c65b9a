//! The methods of co-design as data: a catalogue with one file each, starting points with a first
//! plan each, and the sample workshop.
//!
//! The files in `catalog/` and `starts/` are read and checked when this crate is built; what ships
//! is the result. This crate must never hold code that knows one method by name.

mod catalog;
mod format;
mod geometry;
mod start;

#[cfg(any(test, feature = "source"))]
mod check;
#[cfg(any(test, feature = "source"))]
mod read;
#[cfg(test)]
mod read_start;
#[cfg(any(test, feature = "source"))]
mod source;

#[cfg(test)]
mod tests {}

pub use catalog::{Catalog, catalog, starts};
pub use format::{
    CardKind, ChoiceOption, Company, Curve, Drafts, Field, FieldIs, FieldKind, Filter, Follow,
    Heading, ICONS, Layout, LinkEnd, LinkKind, Method, Round, Shape, Sharing, Step, StoryGuide,
    Tally, Zone,
};
pub use geometry::{
    Area, CARD, GAP, Ground, PADDING, PlacedHeading, PlacedZone, SLOT, TITLE_STRIP, ZONE_GAP,
    ZoneShape,
};
#[cfg(any(test, feature = "source"))]
pub use read::read;
#[cfg(any(test, feature = "source"))]
pub use source::BadFile;
pub use start::{Outline, StartingPoint};
