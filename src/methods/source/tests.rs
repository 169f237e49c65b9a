//! What the reader takes and what it says of a file that is not as it should be.

use std::fs;
use std::path::Path;

use super::{BadFile, read, read_start};
use crate::catalog::catalog;
use crate::format::{Company, Drafts, FieldKind, Heading, Layout, LinkEnd, Round, Shape, Sharing};

pub(crate) const GRID: &str = include_str!("../fixtures/grid.toml");
pub(crate) const RINGS: &str = include_str!("../fixtures/rings.toml");
const SCENARIO: &str = include_str!("../catalog/scenario.toml");
const IDEAS_FARM: &str = include_str!("../catalog/ideas-farm.toml");
const COMMUNITY: &str = include_str!("../starts/community.toml");
const SAMPLE: &str = include_str!("../starts/sample.toml");

#[test]
fn a_grid_becomes_cells_with_the_names_of_their_row_and_column() {
    let method = read("grid.toml", GRID).unwrap();
    let ids: Vec<&str> = method.zones.iter().map(|zone| zone.id.as_str()).collect();
    let expected = [
        "did.first",
        "did.then",
        "did.last",
        "felt.first",
        "felt.then",
        "felt.last",
        "better.first",
        "better.then",
        "better.last",
    ];
    assert_eq!(ids, expected);
    assert_eq!(method.zones[1].title, "Then: What I did");
    assert_eq!(method.zones[7].closed_until, ["felt.then"]);
    assert!(method.zones[3..6].iter().all(|zone| zone.curve.is_some()));
    let Layout {
        shape:
            Shape::Grid {
                rows,
                columns,
                rows_title,
                ..
            },
        ..
    } = &method.layout
    else {
        panic!("a grid stays a grid");
    };
    let first = Heading {
        id: "first".to_owned(),
        title: "First".to_owned(),
        prompt: "How did it begin?".to_owned(),
    };
    assert_eq!(
        (rows.len(), &columns[0], rows_title.as_str()),
        (3, &first, "What it was like")
    );
    assert_eq!(
        (method.sharing, method.drafts),
        (Sharing::EachTable, Drafts::ByCard)
    );
    let mood = method.kind("feeling").unwrap().field("mood").unwrap();
    let FieldKind::Number {
        min,
        max,
        step,
        high,
        ..
    } = &mood.kind
    else {
        panic!("a number stays a number");
    };
    assert_eq!(
        (*min, *max, *step, high.as_str()),
        (Some(-2.0), Some(2.0), 1.0, "Very good")
    );
    assert_eq!(method.steps[0].company, Company::Pairs);
    assert_eq!(method.steps[0].round, Some(Round::Private));
}

#[test]
fn rings_votes_scores_and_tallies_are_read() {
    let method = read("rings.toml", RINGS).unwrap();
    assert_eq!(method.layout.shape, Shape::Rings);
    assert!(method.totals_only);
    assert_eq!(method.steps[0].round, Some(Round::Vote { dots: 3 }));
    assert_eq!(
        method.steps[1].round,
        Some(Round::Score {
            passes: 5,
            min: 1,
            max: 5
        })
    );
    let tally = method.links[0].tally.as_ref().unwrap();
    assert_eq!(tally.at, LinkEnd::From);
    let words = [0, 1, 3].map(|count| tally.words(count));
    let expected = [None, Some("suggested 1 person"), Some("suggested 3 people")];
    assert_eq!(words, expected.map(|words| words.map(str::to_owned)));
}

#[test]
fn what_ships_is_what_the_files_say() {
    check_folder("catalog", |file, text| {
        let method = read(file, text).unwrap();
        assert_eq!(catalog().method(&method.id), Some(&method));
        method.id
    });
    check_folder("starts", |file, text| {
        let start = read_start(file, text, catalog().methods()).unwrap();
        let shipped = crate::catalog::starts_in_full();
        assert!(shipped.contains(&start), "{file} is not what ships");
        start.id
    });
}

fn check_folder(folder: &str, id_of: impl Fn(&str, &str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = 0;
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let id = id_of(
            &format!("{folder}/{file}"),
            &fs::read_to_string(&path).unwrap(),
        );
        assert_eq!(file, format!("{id}.toml"));
        files += 1;
    }
    assert!(files >= 3, "{folder} has {files} files");
}

/// A file that was good until one piece of it was replaced: the replaced piece, what stands there
/// instead, words of the line that must be named (the new piece's first line when empty), and part
/// of what must be said. Single quotes stand for double ones.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn check_broken(
    file: &str,
    good: &str,
    cases: &[Case],
    read: impl Fn(&str, &str) -> Option<BadFile>,
) {
    assert_eq!(
        read(file, good),
        None,
        "{file} must be good before it is broken"
    );
    for &(old, new, line_with, what) in cases {
        let [old, new, line_with, what] =
            [old, new, line_with, what].map(|s| s.replace('\'', "\""));
        assert!(good.contains(&old), "{file} has no {old}");
        let broken = good.replacen(&old, &new, 1);
        let bad = read(file, &broken).unwrap_or_else(|| panic!("{file} passed with {new}"));
        let first = new.lines().next().unwrap_or_default();
        let line_with = if line_with.is_empty() {
            first
        } else {
            &line_with
        };
        let line = broken
            .lines()
            .position(|line| line.contains(line_with))
            .unwrap()
            + 1;
        let said = bad.to_string();
        assert!(
            said.starts_with(&format!("{file}:{line}: ")),
            "{new}, line {line}: {said}"
        );
        assert!(said.contains(&what), "{new} should say {what}: {said}");
        assert!(!said.contains('\n'), "one line: {said}");
    }
}

#[test]
fn a_broken_method_file_names_file_line_and_what_is_wrong() {
    let bad_method = |file: &str, text: &str| read(file, text).err();
    check_broken(
        "catalog/scenario.toml",
        SCENARIO,
        BROKEN_COLUMNS,
        bad_method,
    );
    check_broken("ideas-farm.toml", IDEAS_FARM, BROKEN_CANVAS, bad_method);
    check_broken("grid.toml", GRID, BROKEN_GRID, bad_method);
    check_broken("rings.toml", RINGS, BROKEN_RINGS, bad_method);
}

#[test]
fn a_broken_starting_point_names_file_line_and_what_is_wrong() {
    let bad_start = |file: &str, text: &str| read_start(file, text, catalog().methods()).err();
    check_broken("starts/community.toml", COMMUNITY, BROKEN_PLAN, bad_start);
    check_broken("starts/sample.toml", SAMPLE, BROKEN_BOARDS, bad_start);
}

#[rustfmt::skip]
const BROKEN_COLUMNS: &[Case] = &[
    ("id = 'scenario'", "id = 'scenarios'", "", "the file is named scenario.toml"),
    ("id = 'scenario'", "id = 'scenario", "", ""),
    ("name = 'Scenario'\n", "", "id = 'scenario'", "missing field `name`"),
    ("name = 'Scenario'", "titel = 'Scenario'", "", "unknown field `titel`"),
    ("minutes = 30", "minutes = '30'", "", "invalid type"),
    ("minutes = 30", "minutes = 29", "", "the steps take 30 minutes"),
    ("minutes = 30", "minutes = 601", "", "at most 600 minutes"),
    ("what could help.'", "what could help'", "about =", "full stop"),
    ("sharing = 'each-table'", "sharing = 'some'", "", "each-table"),
    ("shape = 'columns'", "shape = 'spiral'", "", "no shape 'spiral'"),
    ("shape = 'columns'", "shape = 'canvas'", "[layout]", "exactly one zone"),
    ("shape = 'columns'", "shape = 'grid'", "[[zones]]", "a grid has rows and columns"),
    ("cards_across = 2", "cards_across = 0", "", "1 to 20"),
    ("id = 'neighbours'", "id = 'service' # again", "", "two zones with the id 'service'"),
    ("id = 'neighbours'", "id = 'Our neighbours'", "", "is not an id"),
    ("title = 'Who would be involved?'", "title = ' '", "", "no words"),
    ("kinds = ['person']", "kinds = ['persons']", "", "no kind of card 'persons'"),
    ("icon = 'outcome'", "icon = 'sparkle'", "", "no icon 'sparkle'"),
    ("kind = 'flag'", "kind = 'tick'", "", "no field of kind 'tick'"),
    ("kind = 'flag'", "kind = 'flag'\nmin = 1", "min = 1", "only a number has min"),
    ("kind = 'flag'", "kind = 'flag'\noptions = []", "options", "only a choice has options"),
    ("kind = 'flag'", "kind = 'choice'", "", "a choice needs options"),
    ("link = 'leads-to' }]", "link = 'leads' }]", "link = 'leads'", "no link 'leads'"),
    ("to = ['outcome']", "to = ['person']", "follow = [{", "cannot go from"),
    ("{n} ways", "many ways", "many ways", "need {n}"),
    ("without_link = 'done-by'", "without_link = 'by'", "", "no link 'by'"),
    ("company = 'alone'", "company = 'lonely'", "", "unknown variant `lonely`"),
];

#[rustfmt::skip]
const BROKEN_CANVAS: &[Case] = &[
    ("id = 'help', label", "id = 'we', label", "'We can, with some help'", "two options"),
    ("is = 'help'", "is = 'maybe'", "is = 'maybe'", "this choice with this option"),
    ("from = ['need']", "from = ['needs']", "", "no kind of card 'needs'"),
    ("kind = 'value', link", "kind = 'vale', link", "'vale'", "no kind of card 'vale'"),
];

#[rustfmt::skip]
const BROKEN_GRID: &[Case] = &[
    ("field = 'mood'", "field = 'day'", "field = 'day'", "its number field"),
    ("closed_until = ['felt']", "closed_until = ['fell']", "", "no zone 'fell'"),
    ("closed_until = ['felt']", "closed_until = ['better']", "", "wait for itself"),
    ("max = 2", "max = -2", "", "over the lowest"),
    ("min = -2", "min = nan", "", "a number that ends"),
    ("id = 'then'", "id = 'first' # again", "", "two columns"),
    ("shape = 'grid'", "shape = 'rings'", "rows_title", "only a grid has titles"),
    ("cards_down = 1", "cards_down = 1\nacross = 3", "across = 3", "only columns"),
];

#[rustfmt::skip]
const BROKEN_RINGS: &[Case] = &[
    ("step = 0.5", "step = 0", "", "over 0"),
    ("{ dots = 3 }", "{ dots = 0 }", "{ dots = 0 }", "1 to 20 dots"),
    ("min = 1, max = 5", "min = 5, max = 1", "min = 5, max = 1", "a min under its max"),
];

#[rustfmt::skip]
const BROKEN_PLAN: &[Case] = &[
    ("method = 'asset-map'", "method = 'asset-maps'", "", "no method 'asset-maps'"),
    ("session = 'co-production'", "session = 'chat'", "", "unknown variant `chat`"),
    ("id = 'willow'", "id = 'oak' # again", "", "two tables"),
    ("minutes = 40", "minutes = 4000", "", "at most 600 minutes"),
    ("title = 'So what can we do?'", "title = ''", "", "no words"),
];

#[rustfmt::skip]
const BROKEN_BOARDS: &[Case] = &[
    ("now = 'story'", "now = 'tale'", "", "no activity 'tale'"),
    ("table = 'oak'", "table = 'elm'", "", "no table 'elm'"),
    ("activity = 'story'\ntable = 'willow'", "activity = 'story' # again\ntable = 'oak'", "",
        "two of this board"),
    ("activity = 'map'", "activity = 'map'\ntable = 'oak' # again", "# again",
        "all tables share"),
    ("id = 'surgery', kind = 'service'", "id = 'surgery', kind = 'outcome'", "'surgery'",
        "takes no 'outcome'"),
    ("kind = 'want', zone", "kind = 'wand', zone", "'wand'", "no kind of card 'wand'"),
    ("zone = 'skills'", "zone = 'skill'", "zone = 'skill',", "no zone 'skill'"),
    ("seat = 'blue'", "seat = 'mauve'", "mauve", "no seat 'mauve'"),
    ("at = [0, 260]", "at = [0, -1]", "at = [0, -1]", "two numbers from 0"),
    ("asked = true", "asked = 'yes'", "asked = 'yes'", "cannot hold this"),
    ("drives = 'help'", "drives = 'them'", "drives = 'them'", "cannot hold this"),
    ("asked = true", "ask = true", "ask = true", "no field 'ask'"),
    ("group = 'shopping'", "group = 'shops'", "group = 'shops'", "no group 'shops'"),
    ("from = 'bus' }", "from = 'tram' }", "from = 'tram' }", "no card 'tram'"),
    ("to = 'missed'", "to = 'hat'", "to = 'hat'", "no card 'hat'"),
    ("to = 'missed'", "to = 'nora'", "to = 'nora'", "cannot go from"),
    ("kind = 'done-by'", "kind = 'done'", "kind = 'done'", "no link 'done'"),
];

#[test]
fn no_text_makes_the_reader_panic() {
    for good in [SCENARIO, IDEAS_FARM, GRID, RINGS] {
        for cut in (0..good.len())
            .step_by(97)
            .filter(|&cut| good.is_char_boundary(cut))
        {
            let _ = read("cut.toml", &good[..cut]);
            let missing = format!(
                "{}{}",
                &good[..cut],
                good.get(cut + 40..).unwrap_or_default()
            );
            let _ = read("missing.toml", &missing);
        }
    }
}
