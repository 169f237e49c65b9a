//! What a new workshop holds, read back from the bytes that are stored.

use std::collections::BTreeMap;

use workshop::ClientId;
use workshop::address::DocumentKind;
use workshop::board::{Board, BoardSnapshot, MAX_TEXT_UNITS};
use workshop::id::{BoardId, CardId, TableId};
use workshop::plan::{Plan, PlanSnapshot, Sharing, WallView};

use super::{CannotSeed, seed};
use crate::catalog::{catalog, starts, starts_in_full};
use crate::geometry::Area;

/// A counter that looks random enough for identifiers that differ.
fn entropy() -> impl FnMut() -> u128 {
    let mut state = 7_u128;
    move || {
        state = state
            .wrapping_mul(0x2d99_787d_98b4_e0d1_2fc5_8f6a_c5af_1b65)
            .wrapping_add(0x9e37);
        state.rotate_left(64)
    }
}

fn seeded(
    start: &str,
    title: &str,
    question: &str,
) -> (PlanSnapshot, Vec<(BoardId, BoardSnapshot)>) {
    let mut documents = seed(start, title, question, entropy())
        .unwrap()
        .documents
        .into_iter();
    let (kind, bytes) = documents.next().unwrap();
    assert_eq!(kind, DocumentKind::Plan);
    let mut plan = Plan::new(ClientId(1));
    plan.apply(&bytes).unwrap();
    let boards = documents.map(|(kind, bytes)| {
        let DocumentKind::Board(id) = kind else {
            panic!("after the plan come boards")
        };
        let mut board = Board::new(ClientId(1));
        board.apply(&bytes).unwrap();
        (id, board.snapshot())
    });
    (plan.snapshot(), boards.collect())
}

#[test]
fn every_starting_point_makes_the_plan_that_its_file_says() {
    for start in starts_in_full() {
        let (plan, boards) = seeded(&start.id, "A title", "A question?");
        assert_eq!(
            (plan.title.as_str(), plan.question.as_str()),
            ("A title", "A question?")
        );
        let titles = |plan: &PlanSnapshot| -> Vec<(String, String, u32)> {
            let activities = plan.activities.iter();
            activities
                .map(|a| (a.title.clone(), a.method.clone(), a.minutes))
                .collect()
        };
        let written = start.activities.iter();
        let written: Vec<_> = written
            .map(|a| (a.title.clone(), a.method.clone(), a.minutes))
            .collect();
        assert_eq!(titles(&plan), written);
        assert!(
            plan.activities
                .iter()
                .all(|a| catalog().method(&a.method).is_some())
        );
        let tables: Vec<&str> = plan
            .tables
            .iter()
            .map(|table| table.name.as_str())
            .collect();
        let names = start.tables.iter().map(|table| table.name.as_str());
        assert!(tables.iter().copied().zip(names).all(|(a, b)| a == b));
        assert_eq!(tables.len(), start.tables.len() + 1);
        assert_eq!(plan.tables.last().unwrap().id, TableId::elsewhere());
        assert_eq!(plan.language, "en-GB");
        assert_eq!(boards.len(), start.boards.len());
        if start.sample.is_none() {
            assert_eq!(
                (&plan.now.activity, &plan.now.wall),
                (&None, &WallView::Welcome)
            );
        }
    }
}

#[test]
fn the_three_starting_points_come_first_and_the_sample_last() {
    let ids: Vec<(&str, bool)> = starts().iter().map(|s| (s.id.as_str(), s.sample)).collect();
    let expected = [
        ("service", false),
        ("outcome", false),
        ("community", false),
        ("sample", true),
    ];
    assert_eq!(ids, expected);
    let words: Vec<&str> = starts()[..3]
        .iter()
        .map(|start| start.title.as_str())
        .collect();
    let expected = [
        "We want to improve an existing service",
        "We want to make progress on a specific outcome",
        "We want to build capacity and resilience in a community",
    ];
    assert_eq!(words, expected);
}

#[test]
fn the_sample_is_under_way_with_its_own_title_and_brief() {
    let (plan, boards) = seeded("sample", "", "  ");
    assert_eq!(plan.title, "Getting about in our village");
    assert!(plan.question.ends_with('?'));
    let brief = &plan.brief;
    let parts = [
        &brief.fixed,
        &brief.open,
        &brief.decides,
        &brief.by_when,
        &brief.red_lines,
        &brief.levers,
    ];
    assert!(parts.iter().all(|part| !part.is_empty()));
    let first = &plan.activities[0];
    assert_eq!(
        (plan.now.activity.as_ref(), &plan.now.wall),
        (Some(&first.id), &WallView::Activity)
    );
    assert_eq!(plan.now.timer_ends_ms, None);
    assert!(first.story.contains("Nora"));
    let cards: usize = boards.iter().map(|(_, board)| board.cards.len()).sum();
    assert!(cards >= 35, "{cards} cards");
    let (seeded_title, _) = seeded("sample", "Ours", "");
    assert_eq!(seeded_title.title, "Ours");
}

/// The boards by where they belong in the plan: the activity's place and the table's name.
fn by_place(
    plan: &PlanSnapshot,
    boards: Vec<(BoardId, BoardSnapshot)>,
) -> Vec<(usize, String, BoardSnapshot)> {
    let mut places = BTreeMap::new();
    for (i, activity) in plan.activities.iter().enumerate() {
        match activity.sharing {
            Sharing::Shared => {
                places.insert(BoardId::shared(&activity.id), (i, String::new()));
            }
            Sharing::EachTable => {
                for table in &plan.tables {
                    let id = BoardId::at_table(&activity.id, &table.id);
                    places.insert(id, (i, table.name.clone()));
                }
            }
        }
    }
    let placed = boards.into_iter().map(|(id, board)| {
        let (i, table) = places
            .remove(&id)
            .expect("a seeded board belongs to the plan");
        (i, table, board)
    });
    placed.collect()
}

#[test]
fn seeded_boards_hold_what_their_file_says() {
    for start in starts_in_full() {
        let (plan, boards) = seeded(&start.id, "Ours", "");
        let boards = by_place(&plan, boards);
        for (written, (activity, table, board)) in start.boards.iter().zip(&boards) {
            assert_eq!(start.activities[*activity].id, written.activity);
            let name = start
                .tables
                .iter()
                .find(|table| Some(&table.id) == written.table.as_ref());
            assert_eq!(name.map_or("", |table| table.name.as_str()), table);
            assert_eq!(
                board.method.as_ref(),
                Some(&start.activities[*activity].method)
            );
            let mut texts: Vec<&str> = board.cards.iter().map(|card| card.text.as_str()).collect();
            let mut expected: Vec<&str> = written
                .cards
                .iter()
                .map(|card| card.text.as_str())
                .collect();
            texts.sort_unstable();
            expected.sort_unstable();
            assert_eq!(texts, expected);
            assert_eq!(board.links.len(), written.links.len());
            assert_eq!(board.groups.len(), written.groups.len());
            let in_groups = board
                .cards
                .iter()
                .filter(|card| card.group.is_some())
                .count();
            let expected = written
                .cards
                .iter()
                .filter(|card| card.group.is_some())
                .count();
            assert_eq!(in_groups, expected);
            let made_from = board
                .cards
                .iter()
                .filter(|card| card.from.is_some())
                .count();
            assert_eq!(
                made_from,
                written
                    .cards
                    .iter()
                    .filter(|card| card.from.is_some())
                    .count()
            );
        }
    }
}

#[test]
fn seeded_cards_lie_in_their_zones_and_never_on_one_another() {
    for start in starts_in_full() {
        let (_, boards) = seeded(&start.id, "Ours", "");
        for (id, board) in boards {
            let method = catalog().method(board.method.as_deref().unwrap()).unwrap();
            let ground = method.ground();
            let mut placed: Vec<(Area, &str)> = Vec::new();
            for card in &board.cards {
                let zone = method
                    .zone(&card.zone)
                    .expect("a card's zone is its method's");
                assert!(
                    method
                        .kinds_in(&zone.id)
                        .iter()
                        .any(|kind| kind.id == card.kind)
                );
                let kind = method.kind(&card.kind).unwrap();
                assert!(card.fields.keys().all(|field| kind.field(field).is_some()));
                let area = Area::card(ground.to_board(&card.zone, card.at));
                assert!(
                    ground.zone(&card.zone).cards.contains(area),
                    "{id}: {}",
                    card.text
                );
                for (other, text) in &placed {
                    assert!(!area.touches(*other), "{id}: {} lies on {text}", card.text);
                }
                placed.push((area, &card.text));
                // What a card shows without growing, so that none reaches into the one below.
                assert!(card.text.chars().count() <= 80, "{}", card.text);
                assert!(card.text.encode_utf16().count() as u32 <= MAX_TEXT_UNITS);
            }
            for link in &board.links {
                let kind_of = |id: &CardId| {
                    let card = board.cards.iter().find(|card| card.id == *id);
                    card.expect("a link joins cards of its board").kind.as_str()
                };
                let kind = method
                    .link(&link.kind)
                    .expect("a link's kind is its method's");
                assert!(kind.joins(kind_of(&link.from), kind_of(&link.to)));
            }
        }
    }
}

#[test]
fn the_sample_tells_the_whole_story() {
    let (plan, boards) = seeded("sample", "", "");
    let methods: Vec<&str> = plan.activities.iter().map(|a| a.method.as_str()).collect();
    assert_eq!(
        methods,
        ["scenario", "asset-map", "ideas-farm", "ideas-farm"]
    );
    let boards = by_place(&plan, boards);
    let kinds = |activity: usize| -> Vec<&str> {
        let boards = boards.iter().filter(|(i, ..)| *i == activity);
        boards
            .flat_map(|(.., board)| board.cards.iter().map(|card| card.kind.as_str()))
            .collect()
    };
    let ladder = kinds(2);
    assert!(
        ["want", "value", "need", "idea"]
            .iter()
            .all(|kind| ladder.contains(kind))
    );
    assert!(kinds(3).contains(&"decision"));
    let farm = &boards.iter().find(|(i, ..)| *i == 3).unwrap().2;
    for drives in ["we", "help", "service"] {
        let holds = workshop::board::FieldValue::Text(drives.to_owned());
        assert!(
            farm.cards
                .iter()
                .any(|card| card.fields.get("drives") == Some(&holds)),
            "{drives}"
        );
    }
}

#[test]
fn the_same_randomness_makes_the_same_bytes() {
    let twice = [(); 2].map(|()| seed("sample", "", "", entropy()).unwrap());
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn an_unknown_start_and_a_title_without_end_are_refused() {
    let refused = seed("party", "", "", entropy());
    assert_eq!(refused, Err(CannotSeed::UnknownStart("party".to_owned())));
    let long = "x".repeat(4_001);
    assert!(matches!(
        seed("service", &long, "", entropy()),
        Err(CannotSeed::TooLong(_))
    ));
    assert!(seed("service", &"x".repeat(4_000), "", entropy()).is_ok());
}

#[test]
fn a_workshop_needs_a_title_that_can_be_seen() {
    for title in ["", "  ", "\u{200B}\u{FEFF}"] {
        let seeded = seed("service", title, "", entropy());
        assert_eq!(seeded, Err(CannotSeed::NoTitle), "{title:?}");
    }
}
