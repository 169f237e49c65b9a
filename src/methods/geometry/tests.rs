//! Zones never overlap, cards never land on one another, and places survive the way there and back.

// Places are sums of whole numbers, which are exact.
#![allow(clippy::float_cmp)]

use workshop::board::Point;

use super::{
    Area, CARD, GAP, Ground, Growth, PADDING, PlacedZone, Reach, SLOT, TITLE_STRIP, ZONE_GAP,
    ZoneShape,
};
use crate::catalog::catalog;
use crate::format::Method;
use crate::source::read;
use crate::source::tests::{GRID, RINGS};

fn grid() -> Method {
    read("grid.toml", GRID).unwrap()
}

fn rings() -> Method {
    read("rings.toml", RINGS).unwrap()
}

fn every_method() -> Vec<Method> {
    catalog()
        .methods()
        .iter()
        .cloned()
        .chain([grid(), rings()])
        .collect()
}

fn apart(areas: &[Area]) -> bool {
    areas
        .iter()
        .enumerate()
        .all(|(i, a)| areas[..i].iter().all(|b| !a.touches(*b)))
}

#[test]
fn zones_and_headings_lie_apart_from_the_corner_on() {
    for method in every_method() {
        for bottom in [0.0, 5_000.0] {
            let first = &method.zones[0].id;
            let ground = method.ground_holding(|zone| Reach {
                right: 0.0,
                bottom: if zone == first { bottom } else { 0.0 },
            });
            assert_eq!(ground.zones.len(), method.zones.len(), "{}", method.id);
            let bounds = ground.bounds();
            assert_eq!((bounds.x, bounds.y), (0.0, 0.0), "{}", method.id);
            let zones = ground
                .zones
                .iter()
                .filter(|zone| zone.shape == ZoneShape::Rect);
            let headings = ground.headings.iter().map(|heading| heading.area);
            let areas: Vec<Area> = zones.map(PlacedZone::area).chain(headings).collect();
            assert!(apart(&areas), "{}: {areas:?}", method.id);
            for zone in &ground.zones {
                assert!(
                    zone.area().contains(zone.cards),
                    "{}.{}",
                    method.id,
                    zone.id
                );
                let label = zone.label.filter(|_| zone.shape == ZoneShape::Rect);
                assert!(label.is_none_or(|label| !label.touches(zone.cards)));
            }
        }
    }
}

#[test]
fn columns_wrap_and_a_zone_that_grows_pushes_the_next_row_down() {
    let method = catalog().method("asset-map").unwrap();
    let empty = method.ground();
    let (width, height) = (2.0 * SLOT - GAP, 2.0 * SLOT - GAP);
    let second = empty.zone("people");
    assert_eq!(second.x, width + 2.0 * PADDING + ZONE_GAP);
    assert_eq!((second.cards.width, second.cards.height), (width, height));
    let below = TITLE_STRIP + height + PADDING + ZONE_GAP;
    assert_eq!(
        (empty.zone("things").x, empty.zone("things").y),
        (0.0, below)
    );

    let grow = |zone: &str| Reach {
        right: 0.0,
        bottom: if zone == "people" {
            height + 100.0
        } else {
            0.0
        },
    };
    let grown = method.ground_holding(grow);
    assert_eq!(
        grown.zone("skills").height,
        empty.zone("skills").height + 100.0
    );
    assert_eq!(grown.zone("things").y, below + 100.0);
    assert_eq!(grown.zone("things").height, empty.zone("things").height);
}

#[test]
fn a_canvas_grows_both_ways() {
    let method = catalog().method("ideas-farm").unwrap();
    let grown = method.ground_holding(|_| Reach {
        right: 9_000.0,
        bottom: 8_000.0,
    });
    assert_eq!(
        (grown.zones[0].cards.width, grown.zones[0].cards.height),
        (9_000.0, 8_000.0)
    );
    assert_eq!(grown.zones[0].growth, Growth::DownAndRight);
    let senseless = method.ground_holding(|_| Reach {
        right: f64::NAN,
        bottom: f64::INFINITY,
    });
    assert_eq!(senseless, method.ground());
}

#[test]
fn a_grid_has_headings_and_its_cells_line_up() {
    let ground = grid().ground();
    let titles: Vec<&str> = ground.headings.iter().map(|h| h.title.as_str()).collect();
    let expected = [
        "What happened",
        "What it was like",
        "First",
        "Then",
        "In the end",
        "What I did",
        "How it felt",
        "What would be better",
    ];
    assert_eq!(titles, expected);
    let (then, felt) = (&ground.headings[3].area, &ground.headings[6].area);
    let cell = ground.zone("felt.then");
    assert_eq!(
        (cell.x, cell.y, cell.width, cell.height),
        (then.x, felt.y, then.width, felt.height)
    );
    assert_eq!(cell.label, None);
}

#[test]
fn a_place_on_the_board_and_in_its_zone_are_the_same_place() {
    for method in every_method() {
        let ground = method.ground();
        for zone in &method.zones {
            let at = ground.free_spot(&zone.id, &[]);
            let on_board = ground.to_board(&zone.id, at);
            assert_eq!(
                ground.drop_at(on_board, CARD, CARD),
                (zone.id.as_str(), at),
                "{}",
                method.id
            );
        }
    }
}

#[test]
fn a_card_dropped_between_zones_joins_the_nearest_and_lies_in_it() {
    let ground = catalog().method("asset-map").unwrap().ground();
    let skills = ground.zone("skills").area();
    let gutter = Point {
        x: skills.x + skills.width - 90.0,
        y: 300.0,
    };
    let (zone, at) = ground.drop_at(gutter, CARD, CARD);
    assert_eq!(zone, "skills");
    assert_eq!(at.x, ground.zone(zone).cards.width - CARD);
    let (zone, at) = ground.drop_at(
        Point {
            x: -5_000.0,
            y: -5_000.0,
        },
        CARD,
        CARD,
    );
    assert_eq!((zone, at), ("skills", Point { x: 0.0, y: 0.0 }));
    let (zone, _) = ground.zone_at(Point { x: 1e9, y: 1e9 });
    assert_eq!(zone, "ideas");
}

#[test]
fn rings_hold_what_is_in_their_band() {
    let ground = rings().ground();
    let centre = Point {
        x: ground.bounds().width / 2.0,
        y: ground.bounds().height / 2.0,
    };
    let out = |distance: f64| Point {
        x: centre.x + distance,
        y: centre.y,
    };
    let found = [0.0, 590.0, 610.0, 1_210.0, 9_000.0].map(|d| ground.zone_at(out(d)).0);
    assert_eq!(found, ["here", "here", "near", "far", "far"]);
}

#[test]
fn an_unknown_zone_is_the_first_one() {
    let ground = catalog().method("scenario").unwrap().ground();
    let at = Point { x: 10.0, y: 20.0 };
    assert_eq!(
        ground.to_board("from-another-method", at),
        ground.to_board("service", at)
    );
}

/// Fills a zone with cards one by one and checks that none touches another.
fn fill(ground: &Ground, zone: &str, count: usize, mut taken: Vec<Area>) -> Vec<Area> {
    for _ in 0..count {
        let at = ground.free_spot(zone, &taken);
        let card = Area::card(at);
        assert!(
            taken.iter().all(|other| !other.touches(card)),
            "{zone}: {at:?} is taken"
        );
        taken.push(card);
    }
    taken
}

#[test]
fn new_cards_come_in_reading_order_and_go_on_below_when_the_zone_is_full() {
    let ground = catalog().method("scenario").unwrap().ground();
    let cards = fill(&ground, "outcome", 20, Vec::new());
    let expected = (0..20).map(|i| (f64::from(i % 2) * SLOT, f64::from(i / 2) * SLOT));
    assert!(cards.iter().map(|card| (card.x, card.y)).eq(expected));
}

#[test]
fn new_cards_go_round_a_tall_card_and_one_that_lies_askew() {
    let ground = catalog().method("scenario").unwrap().ground();
    let tall = Area {
        height: 450.0,
        ..Area::card(Point { x: 0.0, y: 0.0 })
    };
    let askew = Area::card(Point { x: 330.0, y: 100.0 });
    let cards = fill(&ground, "service", 4, vec![tall, askew]);
    let places: Vec<(f64, f64)> = cards[2..].iter().map(|card| (card.x, card.y)).collect();
    let [two, three, four] = [2.0, 3.0, 4.0].map(|row| row * SLOT);
    assert_eq!(
        places,
        [(SLOT, two), (0.0, three), (SLOT, three), (0.0, four)]
    );
}

#[test]
fn new_cards_in_a_ring_stay_in_its_band_until_it_is_full() {
    let ground = rings().ground();
    for (zone, room) in [("here", 6), ("near", 24), ("far", 40)] {
        let placed = ground.zone(zone);
        let cards = fill(&ground, zone, room, Vec::new());
        let label = placed.label.unwrap();
        for card in cards {
            let middle = Point {
                x: card.x + CARD / 2.0,
                y: card.y + CARD / 2.0,
            };
            let on_board = ground.to_board(zone, middle);
            assert_eq!(ground.zone_at(on_board).0, zone);
            let corner = ground.to_board(
                zone,
                Point {
                    x: card.x,
                    y: card.y,
                },
            );
            assert!(!label.touches(Area::card(corner)));
        }
        fill(&ground, zone, 200, Vec::new());
    }
}

#[test]
fn new_cards_land_in_view_where_there_is_room_in_view() {
    let ground = catalog().method("ideas-farm").unwrap().ground();
    let view = Area {
        x: 900.0,
        y: 700.0,
        width: 900.0,
        height: 600.0,
    };
    let mut taken = Vec::new();
    for _ in 0..3 {
        let at = ground.free_spot_in_view("farm", &taken, view);
        let corner = ground.to_board("farm", at);
        assert!(view.contains(Area::card(corner)), "{corner:?}");
        assert!(
            taken
                .iter()
                .all(|other| !Area::touches(*other, Area::card(at)))
        );
        taken.push(Area::card(at));
    }
    let nowhere = Area {
        x: -900.0,
        y: 0.0,
        width: 500.0,
        height: f64::INFINITY,
    };
    assert_eq!(
        ground.free_spot_in_view("farm", &[], nowhere),
        Point { x: 0.0, y: 0.0 }
    );
}
