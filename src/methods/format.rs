//! What a method is, as plain data: the shape that every screen reads and that `catalog/*.toml` is
//! turned into. `FORMAT.md` describes the files.
//!
//! This module owns the types only. It must never know one method by name, and it names nothing of
//! `workshop`, because the build script reads it too and runs before that crate exists.

use serde::{Deserialize, Serialize};

/// A method: an activity that a workshop can run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Its identifier, which boards and plans carry.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// One sentence for the facilitator who chooses: what people do in it.
    pub about: String,
    /// What people are asked unless the facilitator writes something else.
    pub prompt: String,
    /// How long it takes unless the facilitator says otherwise, in minutes.
    pub minutes: u32,
    /// Whether tables have boards of their own unless the facilitator says otherwise.
    pub sharing: Sharing,
    /// Whether what people write stays on their own device first.
    pub drafts: Drafts,
    /// Whether results are shown as totals only, never as single cards.
    pub totals_only: bool,
    /// The story that it opens with, if it has one.
    pub story: Option<StoryGuide>,
    /// How its zones lie on the board.
    pub layout: Layout,
    /// Its zones in reading order; at least one. For a grid these are the cells, row by row.
    pub zones: Vec<Zone>,
    /// Its kinds of card; at least one. The first is what "Add card" makes.
    pub kinds: Vec<CardKind>,
    /// Its kinds of link.
    pub links: Vec<LinkKind>,
    /// Its ready-made questions to the board, such as "ideas that wait for a service".
    pub filters: Vec<Filter>,
    /// What the table does, one after the other.
    pub steps: Vec<Step>,
}

/// Whether each table has a board of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// One board a table.
    #[default]
    EachTable,
    /// One board for all.
    Shared,
}

/// Whether what people write stays on their own device until they share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drafts {
    /// Everyone sees everything at once.
    #[default]
    None,
    /// Their owner shares card by card, as with a diary.
    ByCard,
    /// Their owner shares zone by zone, as with an aspiration plan.
    ByZone,
}

/// What to tell the facilitator who writes the story that an activity opens with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryGuide {
    /// How to write it.
    pub prompt: String,
    /// What its author confirms before the tables see it.
    pub confirm: String,
}

/// How the zones lie on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The arrangement.
    pub shape: Shape,
    /// How many cards lie side by side in a zone. In rings: how many fit across a ring's band.
    pub cards_across: u32,
    /// How many rows of cards a zone has room for before it grows. No meaning in rings.
    pub cards_down: u32,
}

/// The arrangement of zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// One free canvas; the method has one zone.
    Canvas,
    /// Zones side by side, with a new row after every `across` of them.
    Columns {
        /// Zones in a row.
        across: u32,
    },
    /// Rows crossed by columns, with headings along the top and the left. Every cell is a zone.
    Grid {
        /// The rows, from the top.
        rows: Vec<Heading>,
        /// The columns, from the left.
        columns: Vec<Heading>,
        /// What the rows stand for together, such as "Impact"; may be empty.
        rows_title: String,
        /// What the columns stand for together, such as "Effort"; may be empty.
        columns_title: String,
    },
    /// Circles around one another; the first zone is the centre.
    Rings,
}

/// The heading of a row or a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its identifier; a cell's zone is `<row>.<column>`.
    pub id: String,
    /// Its words.
    pub title: String,
    /// What people are asked there; may be empty.
    pub prompt: String,
}

/// A part of the board with a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its identifier, which cards carry.
    pub id: String,
    /// Its title. A cell's is its column's and its row's.
    pub title: String,
    /// What people are asked there; may be empty.
    pub prompt: String,
    /// The kinds of card offered here, the usual one first; empty for all of the method's.
    pub kinds: Vec<String>,
    /// This zone opens when each of these has a card; the facilitator can open it sooner.
    pub closed_until: Vec<String>,
    /// The numbers drawn as a curve along the row that this zone belongs to, if any.
    pub curve: Option<Curve>,
}

/// A number field drawn as a curve along a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// The kind of card that has the number.
    pub kind: String,
    /// The field that holds it.
    pub field: String,
}

/// A kind of card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardKind {
    /// Its identifier, which cards carry.
    pub id: String,
    /// Its name: a word or two.
    pub name: String,
    /// Its icon, one of [`ICONS`].
    pub icon: String,
    /// One line for the person who chooses.
    pub about: String,
    /// What can be filled in besides the text.
    pub fields: Vec<Field>,
    /// Buttons that add another card to this one, linked to it: the deeper reason, the idea that
    /// answers a gripe, the person who was suggested.
    pub follow: Vec<Follow>,
    /// Whether a card of this kind can become a table that people move to.
    pub becomes_table: bool,
}

/// The icons a kind can have. The app draws each of them.
pub const ICONS: [&str; 24] = [
    "card", "idea", "gripe", "topic", "person", "people", "place", "thing", "story", "skill",
    "want", "value", "need", "wish", "outcome", "service", "decision", "step", "feeling", "help",
    "hurdle", "measure", "date", "question",
];

/// Something to fill in on a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its identifier, under which cards hold the value.
    pub id: String,
    /// The question or label.
    pub label: String,
    /// What can be filled in.
    pub kind: FieldKind,
}

/// What can be filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Yes or no.
    Flag,
    /// A few words.
    Text,
    /// A day, held as text: `2026-05-31`.
    Date,
    /// A number.
    Number {
        /// The lowest, or none.
        min: Option<f64>,
        /// The highest, or none.
        max: Option<f64>,
        /// The distance from one to the next, over 0.
        step: f64,
        /// What the low end means, such as "very bad"; may be empty.
        low: String,
        /// What the high end means; may be empty.
        high: String,
    },
    /// One of several, held as the option's identifier.
    Choice {
        /// The options; at least two.
        options: Vec<ChoiceOption>,
    },
}

/// One of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Its identifier, which cards hold.
    pub id: String,
    /// Its words.
    pub label: String,
}

/// A button on a card that adds another one, linked to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// The words on the button, such as "What made it so valued?".
    pub words: String,
    /// The kind of the new card.
    pub kind: String,
    /// The kind of the link from this card to the new one.
    pub link: String,
}

/// A kind of link between two cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkKind {
    /// Its identifier, which links carry.
    pub id: String,
    /// How it reads from its start: "[this card] leads to [that card]".
    pub name: String,
    /// How it reads from its end: "[that card] comes from [this card]".
    pub back: String,
    /// The kinds of card it can start at; empty for any.
    pub from: Vec<String>,
    /// The kinds of card it can point to; empty for any.
    pub to: Vec<String>,
    /// What a card says about how many such links it has.
    pub tally: Option<Tally>,
}

/// What a card says about how many links of a kind it has, such as "3 offers fit this idea".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Which cards say it.
    pub at: LinkEnd,
    /// The words for one link.
    pub one: String,
    /// The words for more, with `{n}` where the number goes.
    pub many: String,
}

/// One of a link's two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkEnd {
    /// The card it starts at.
    From,
    /// The card it points to.
    To,
}

/// A ready-made question to the board: the cards of these kinds for which all conditions hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Its identifier.
    pub id: String,
    /// Its words on screen, beside the number of cards.
    pub title: String,
    /// The kinds of card it looks at; empty for all.
    pub kinds: Vec<String>,
    /// Only cards whose field holds this.
    pub field: Option<FieldIs>,
    /// Only cards without a link of this kind at either end.
    pub without_link: Option<String>,
}

/// A choice field that holds one of its options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldIs {
    /// The field.
    pub id: String,
    /// The option.
    pub is: String,
}

/// One thing that a table does, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it is, in a few words.
    pub title: String,
    /// What to do, as read out.
    pub words: String,
    /// Minutes; 0 for as long as it takes.
    pub minutes: u32,
    /// Who does it together.
    pub company: Company,
    /// How what people do is held, if not as usual.
    pub round: Option<Round>,
}

/// Who does something together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Company {
    Alone,
    Pairs,
    Fours,
    #[default]
    Table,
    Everyone,
}

/// A step in which what people do is held until the end of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Round {
    /// What is written stays on its device until the facilitator reveals it.
    Private,
    /// Dots are given to cards; totals are hidden until the vote is closed.
    Vote {
        /// How many each person has.
        dots: u32,
    },
    /// Cards are shuffled and scored in passes.
    Score {
        /// How many times each card changes hands.
        passes: u32,
        /// The lowest score.
        min: u32,
        /// The highest score.
        max: u32,
    },
}

impl Method {
    /// The kind of card with this identifier.
    pub fn kind(&self, id: &str) -> Option<&CardKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The kind of link with this identifier.
    pub fn link(&self, id: &str) -> Option<&LinkKind> {
        self.links.iter().find(|link| link.id == id)
    }

    /// The zone with this identifier.
    pub fn zone(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The kinds of card offered in a zone, the usual one first. An unknown zone offers them all.
    pub fn kinds_in(&self, zone: &str) -> Vec<&CardKind> {
        match self.zone(zone) {
            Some(zone) if !zone.kinds.is_empty() => {
                zone.kinds.iter().filter_map(|id| self.kind(id)).collect()
            }
            _ => self.kinds.iter().collect(),
        }
    }

    /// The kinds of link that can go from a card of one kind to a card of another.
    pub fn links_between(&self, from: &str, to: &str) -> Vec<&LinkKind> {
        self.links
            .iter()
            .filter(|link| link.joins(from, to))
            .collect()
    }
}

impl CardKind {
    /// The field with this identifier.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

impl LinkKind {
    /// Whether it can go from a card of one kind to a card of another.
    pub fn joins(&self, from: &str, to: &str) -> bool {
        let allows =
            |kinds: &[String], kind: &str| kinds.is_empty() || kinds.iter().any(|k| k == kind);
        allows(&self.from, from) && allows(&self.to, to)
    }
}

impl Tally {
    /// The words for this many links; none for 0.
    pub fn words(&self, count: usize) -> Option<String> {
        match count {
            0 => None,
            1 => Some(self.one.clone()),
            n => Some(self.many.replace("{n}", &n.to_string())),
        }
    }
}
