//! A method's file as it is written: what `FORMAT.md` says, with the place of every value that
//! something can be wrong with.
//!
//! This module owns the shape of `catalog/*.toml`. It must never check anything but the shape.

use serde::Deserialize;
use toml::Spanned;

use super::place::absent;
use crate::format::{Company, Curve, Drafts, FieldIs, LinkEnd, Round, Sharing, StoryGuide};

pub(crate) type Words = Spanned<String>;

/// A method's file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MethodFile {
    pub(crate) id: Words,
    pub(crate) name: Words,
    pub(crate) about: Words,
    pub(crate) prompt: Words,
    pub(crate) minutes: Spanned<u32>,
    #[serde(default)]
    pub(crate) sharing: Sharing,
    #[serde(default)]
    pub(crate) drafts: Drafts,
    #[serde(default)]
    pub(crate) totals_only: bool,
    pub(crate) story: Option<StoryGuide>,
    pub(crate) layout: Spanned<LayoutFile>,
    #[serde(default)]
    pub(crate) zones: Vec<Spanned<ZoneFile>>,
    #[serde(default)]
    pub(crate) rows: Vec<Spanned<ZoneFile>>,
    #[serde(default)]
    pub(crate) columns: Vec<Spanned<HeadingFile>>,
    pub(crate) kinds: Spanned<Vec<KindFile>>,
    #[serde(default)]
    pub(crate) links: Vec<LinkFile>,
    #[serde(default)]
    pub(crate) filters: Vec<FilterFile>,
    pub(crate) steps: Spanned<Vec<StepFile>>,
}

/// How the zones lie.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutFile {
    pub(crate) shape: Words,
    pub(crate) across: Option<Spanned<u32>>,
    pub(crate) cards_across: Spanned<u32>,
    pub(crate) cards_down: Option<Spanned<u32>>,
    pub(crate) rows_title: Option<Words>,
    pub(crate) columns_title: Option<Words>,
}

/// A zone, or a row of a grid.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZoneFile {
    pub(crate) id: Words,
    pub(crate) title: Words,
    #[serde(default = "absent")]
    pub(crate) prompt: Words,
    #[serde(default)]
    pub(crate) kinds: Vec<Words>,
    #[serde(default)]
    pub(crate) closed_until: Vec<Words>,
    pub(crate) curve: Option<Spanned<Curve>>,
}

/// A column of a grid.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadingFile {
    pub(crate) id: Words,
    pub(crate) title: Words,
    #[serde(default = "absent")]
    pub(crate) prompt: Words,
}

/// A kind of card.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindFile {
    pub(crate) id: Words,
    pub(crate) name: Words,
    pub(crate) icon: Words,
    pub(crate) about: Words,
    #[serde(default)]
    pub(crate) fields: Vec<FieldFile>,
    #[serde(default)]
    pub(crate) follow: Vec<FollowFile>,
    #[serde(default)]
    pub(crate) becomes_table: bool,
}

/// Something to fill in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldFile {
    pub(crate) id: Words,
    pub(crate) label: Words,
    pub(crate) kind: Words,
    pub(crate) min: Option<Spanned<f64>>,
    pub(crate) max: Option<Spanned<f64>>,
    pub(crate) step: Option<Spanned<f64>>,
    pub(crate) low: Option<Words>,
    pub(crate) high: Option<Words>,
    pub(crate) options: Option<Spanned<Vec<OptionFile>>>,
}

/// An option of a choice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionFile {
    pub(crate) id: Words,
    pub(crate) label: Words,
}

/// A button that adds another card.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowFile {
    pub(crate) words: Words,
    pub(crate) kind: Words,
    pub(crate) link: Words,
}

/// A kind of link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkFile {
    pub(crate) id: Words,
    pub(crate) name: Words,
    pub(crate) back: Words,
    #[serde(default)]
    pub(crate) from: Vec<Words>,
    #[serde(default)]
    pub(crate) to: Vec<Words>,
    pub(crate) tally: Option<TallyFile>,
}

/// What a card says about its links.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TallyFile {
    pub(crate) at: LinkEnd,
    pub(crate) one: Words,
    pub(crate) many: Words,
}

/// A ready-made question to the board.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterFile {
    pub(crate) id: Words,
    pub(crate) title: Words,
    #[serde(default)]
    pub(crate) kinds: Vec<Words>,
    pub(crate) field: Option<Spanned<FieldIs>>,
    pub(crate) without_link: Option<Words>,
}

/// One thing that a table does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    pub(crate) title: Words,
    pub(crate) words: Words,
    pub(crate) minutes: Spanned<u32>,
    #[serde(default)]
    pub(crate) company: Company,
    pub(crate) round: Option<Spanned<Round>>,
}
