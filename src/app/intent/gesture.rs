//! Pointers made into acts. Invariants:
//! 1. an act that changes something happens on release; sliding off before takes it back;
//! 2. a drag begins after 10 px by touch or pen and 4 px by mouse, never sooner;
//! 3. a second finger ends whatever the first had begun, changes nothing by it, and from then on
//!    until all fingers are up the two only pan and zoom;
//! 4. one finger on the empty board pans; a long press is 500 ms without a drag.

use workshop::board::Point;
use workshop::id::CardId;

/// How far a finger or pen goes before it drags, in CSS pixels.
const TOUCH_SLOP: f64 = 10.0;
/// How far a mouse goes before it drags.
const MOUSE_SLOP: f64 = 4.0;
/// How long a press is a long one, in milliseconds.
pub const LONG_PRESS_MS: u64 = 500;
/// Two taps within this time and [`DOUBLE_TAP_REACH`] are a double tap.
const DOUBLE_TAP_MS: u64 = 350;
/// How far apart the two taps of a double tap may be, in CSS pixels.
const DOUBLE_TAP_REACH: f64 = 24.0;

/// What kind of pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// A finger or a pen.
    Touch,
    /// A mouse with its main button.
    Mouse,
    /// A mouse that pans whatever is under it: its middle button, or the space bar is held.
    Pan,
    /// A mouse that selects all it is drawn around: the select tool, or Shift is held.
    Select,
}

/// What a pointer went down on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The empty board.
    Board,
    /// A card.
    Card(CardId),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Move the board by so many CSS pixels.
    Pan(f64, f64),
    /// Enlarge the board by a factor around a screen place.
    Zoom(Point, f64),
    /// A card was tapped, at a screen place.
    TapCard(CardId, Point),
    /// The empty board was tapped at a screen place.
    TapBoard(Point),
    /// The empty board was tapped twice at a screen place.
    DoubleTapBoard(Point),
    /// A card was pressed long.
    Hold(CardId),
    /// A card is on the move, by so many CSS pixels since it was picked up.
    Drag(CardId, f64, f64),
    /// It was put down there.
    Drop(CardId, f64, f64),
    /// It goes back to where it was.
    DragCancelled(CardId),
    /// A frame is drawn from one screen place to another.
    Frame(Point, Point),
    /// Everything in the frame is selected.
    FrameDone(Point, Point),
    /// The frame goes away and nothing is selected.
    FrameCancelled,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    /// Down, not yet anything.
    Pressed {
        pointer: Pointer,
        target: Target,
        from: Point,
        since_ms: u64,
    },
    Panning {
        last: Point,
    },
    Dragging {
        card: CardId,
        from: Point,
        at: Point,
    },
    Framing {
        from: Point,
        at: Point,
    },
    /// Two fingers, or what is left of them.
    Pinching,
    /// Nothing more comes of this press.
    Spent,
}

/// All pointers that are down on a board.
#[derive(Debug)]
pub struct Gestures {
    state: State,
    down: Vec<(i32, Point)>,
    last_tap: Option<(u64, Point)>,
}

impl Default for Gestures {
    fn default() -> Self {
        Self {
            state: State::Idle,
            down: Vec::new(),
            last_tap: None,
        }
    }
}

impl Gestures {
    /// A pointer went down.
    pub fn handle_down(
        &mut self,
        now_ms: u64,
        id: i32,
        pointer: Pointer,
        target: Target,
        at: Point,
    ) -> Vec<Act> {
        self.down.retain(|(other, _)| *other != id);
        self.down.push((id, at));
        if self.down.len() == 1 {
            self.state = match pointer {
                Pointer::Pan => State::Panning { last: at },
                Pointer::Select if target == Target::Board => State::Framing { from: at, at },
                _ => State::Pressed {
                    pointer,
                    target,
                    from: at,
                    since_ms: now_ms,
                },
            };
            return Vec::new();
        }
        match std::mem::replace(&mut self.state, State::Pinching) {
            State::Dragging { card, .. } => vec![Act::DragCancelled(card)],
            State::Framing { .. } => vec![Act::FrameCancelled],
            _ => Vec::new(),
        }
    }

    /// A pointer moved.
    pub fn handle_move(&mut self, id: i32, at: Point) -> Vec<Act> {
        let Some(index) = self.down.iter().position(|(other, _)| *other == id) else {
            return Vec::new();
        };
        let before = self.down[index].1;
        if self.state == State::Pinching {
            return self.pinch(index, before, at);
        }
        self.down[index].1 = at;
        match &mut self.state {
            State::Pressed {
                pointer,
                target,
                from,
                ..
            } => {
                let slop = if *pointer == Pointer::Touch {
                    TOUCH_SLOP
                } else {
                    MOUSE_SLOP
                };
                let from = *from;
                if distance(from, at) < slop {
                    return Vec::new();
                }
                if let Target::Card(card) = target {
                    let card = card.clone();
                    self.state = State::Dragging {
                        card: card.clone(),
                        from,
                        at,
                    };
                    vec![Act::Drag(card, at.x - from.x, at.y - from.y)]
                } else {
                    self.state = State::Panning { last: at };
                    vec![Act::Pan(at.x - from.x, at.y - from.y)]
                }
            }
            State::Panning { last } => {
                let by = (at.x - last.x, at.y - last.y);
                *last = at;
                vec![Act::Pan(by.0, by.1)]
            }
            State::Dragging {
                card,
                from,
                at: last,
            } => {
                *last = at;
                vec![Act::Drag(card.clone(), at.x - from.x, at.y - from.y)]
            }
            State::Framing { from, at: last } => {
                *last = at;
                vec![Act::Frame(*from, at)]
            }
            State::Idle | State::Pinching | State::Spent => Vec::new(),
        }
    }

    /// A pointer was lifted.
    pub fn handle_up(&mut self, now_ms: u64, id: i32) -> Vec<Act> {
        let Some(index) = self.down.iter().position(|(other, _)| *other == id) else {
            return Vec::new();
        };
        let (_, at) = self.down.remove(index);
        if !self.down.is_empty() {
            return Vec::new();
        }
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Pressed {
                target: Target::Card(card),
                ..
            } => vec![Act::TapCard(card, at)],
            State::Pressed {
                target: Target::Board,
                ..
            } => vec![self.tap(now_ms, at)],
            State::Dragging { card, from, at } => {
                vec![Act::Drop(card, at.x - from.x, at.y - from.y)]
            }
            State::Framing { from, at } => vec![Act::FrameDone(from, at)],
            State::Idle | State::Panning { .. } | State::Pinching | State::Spent => Vec::new(),
        }
    }

    /// A pointer was taken away by the system, or Esc was pressed: whatever it had begun is off.
    pub fn handle_cancel(&mut self) -> Vec<Act> {
        self.down.clear();
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Dragging { card, .. } => vec![Act::DragCancelled(card)],
            State::Framing { .. } => vec![Act::FrameCancelled],
            _ => Vec::new(),
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called.
    pub fn poll_timeout(&self) -> Option<u64> {
        match &self.state {
            State::Pressed {
                since_ms,
                target: Target::Card(_),
                ..
            } => Some(since_ms + LONG_PRESS_MS),
            _ => None,
        }
    }

    /// Time went by.
    pub fn handle_timeout(&mut self, now_ms: u64) -> Vec<Act> {
        match &self.state {
            State::Pressed {
                since_ms,
                target: Target::Card(card),
                ..
            } if now_ms >= since_ms + LONG_PRESS_MS => {
                let card = card.clone();
                self.state = State::Spent;
                vec![Act::Hold(card)]
            }
            _ => Vec::new(),
        }
    }

    fn tap(&mut self, now_ms: u64, at: Point) -> Act {
        let double = self.last_tap.is_some_and(|(then_ms, there)| {
            now_ms.saturating_sub(then_ms) <= DOUBLE_TAP_MS
                && distance(there, at) <= DOUBLE_TAP_REACH
        });
        if double {
            self.last_tap = None;
            Act::DoubleTapBoard(at)
        } else {
            self.last_tap = Some((now_ms, at));
            Act::TapBoard(at)
        }
    }

    fn pinch(&mut self, index: usize, before: Point, at: Point) -> Vec<Act> {
        self.down[index].1 = at;
        let Some((_, other)) = self
            .down
            .iter()
            .enumerate()
            .find(|(i, _)| *i != index)
            .map(|(_, down)| *down)
        else {
            return Vec::new();
        };
        let middle = |a: Point| Point {
            x: f64::midpoint(a.x, other.x),
            y: f64::midpoint(a.y, other.y),
        };
        let (was, is) = (middle(before), middle(at));
        let mut acts = vec![Act::Pan(is.x - was.x, is.y - was.y)];
        let (apart_before, apart) = (distance(before, other), distance(at, other));
        // Two fingers on one spot say nothing about size.
        if apart_before > 1.0 && apart > 1.0 {
            acts.push(Act::Zoom(is, apart / apart_before));
        }
        acts
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    fn card() -> CardId {
        CardId::parse("card").unwrap()
    }

    /// A gesture on a card or on the board, step by step.
    enum Do {
        Down(i32, Pointer, Target, Point),
        Move(i32, Point),
        Up(i32),
        Cancel,
        Wait(u64),
    }
    use Do::{Cancel, Down, Move, Up, Wait};

    fn acts(steps: Vec<Do>) -> Vec<Act> {
        let mut gestures = Gestures::default();
        let mut now_ms = 1_000;
        let mut acts = Vec::new();
        for step in steps {
            acts.extend(match step {
                Down(id, pointer, target, at) => {
                    gestures.handle_down(now_ms, id, pointer, target, at)
                }
                Move(id, at) => gestures.handle_move(id, at),
                Up(id) => gestures.handle_up(now_ms, id),
                Cancel => gestures.handle_cancel(),
                Wait(ms) => {
                    now_ms += ms;
                    gestures.handle_timeout(now_ms)
                }
            });
        }
        acts
    }

    #[test]
    fn a_drag_begins_after_ten_pixels_by_touch_and_four_by_mouse() {
        for (pointer, slop) in [(Pointer::Touch, 10.0), (Pointer::Mouse, 4.0)] {
            let down = || Down(1, pointer, Target::Card(card()), at(0.0, 0.0));
            let short = acts(vec![down(), Move(1, at(slop - 0.5, 0.0)), Up(1)]);
            assert_eq!(
                short,
                [Act::TapCard(card(), at(slop - 0.5, 0.0))],
                "{pointer:?}"
            );
            let long = acts(vec![down(), Move(1, at(slop, 0.0)), Up(1)]);
            let (drag, dropped) = (Act::Drag(card(), slop, 0.0), Act::Drop(card(), slop, 0.0));
            assert_eq!(long, [drag, dropped], "{pointer:?}");
        }
    }

    #[test]
    fn one_finger_on_the_empty_board_pans() {
        let down = Down(1, Pointer::Touch, Target::Board, at(0.0, 0.0));
        let panned = acts(vec![
            down,
            Move(1, at(0.0, 20.0)),
            Move(1, at(5.0, 25.0)),
            Up(1),
        ]);
        assert_eq!(panned, [Act::Pan(0.0, 20.0), Act::Pan(5.0, 5.0)]);
    }

    #[test]
    fn a_second_finger_takes_a_drag_back_and_only_zooms() {
        let steps = vec![
            Down(1, Pointer::Touch, Target::Card(card()), at(0.0, 0.0)),
            Move(1, at(20.0, 0.0)),
            Down(2, Pointer::Touch, Target::Card(card()), at(120.0, 0.0)),
            Move(2, at(220.0, 0.0)),
            Up(2),
            Move(1, at(90.0, 90.0)),
            Up(1),
        ];
        let expected = [
            Act::Drag(card(), 20.0, 0.0),
            Act::DragCancelled(card()),
            Act::Pan(50.0, 0.0),
            Act::Zoom(at(120.0, 0.0), 2.0),
        ];
        assert_eq!(acts(steps), expected);
    }

    #[test]
    fn a_long_press_opens_the_sheet_and_is_no_tap() {
        let down = Down(1, Pointer::Touch, Target::Card(card()), at(0.0, 0.0));
        assert_eq!(acts(vec![down, Wait(500), Up(1)]), [Act::Hold(card())]);
        let down = Down(1, Pointer::Touch, Target::Card(card()), at(0.0, 0.0));
        assert_eq!(
            acts(vec![down, Wait(499), Up(1)]),
            [Act::TapCard(card(), at(0.0, 0.0))]
        );
    }

    #[test]
    fn two_taps_on_the_board_are_a_double_tap_only_when_quick_and_close() {
        let tap = |x: f64| [Down(1, Pointer::Touch, Target::Board, at(x, 0.0)), Up(1)];
        for (wait_ms, x, double) in [(100, 5.0, true), (400, 5.0, false), (100, 60.0, false)] {
            let steps = tap(0.0)
                .into_iter()
                .chain([Wait(wait_ms)])
                .chain(tap(x))
                .collect();
            let expected = if double {
                Act::DoubleTapBoard(at(x, 0.0))
            } else {
                Act::TapBoard(at(x, 0.0))
            };
            assert_eq!(acts(steps).last(), Some(&expected), "{wait_ms} ms, {x} px");
        }
    }

    #[test]
    fn what_the_system_takes_away_changes_nothing() {
        let down = Down(1, Pointer::Touch, Target::Card(card()), at(0.0, 0.0));
        let cancelled = acts(vec![down, Move(1, at(40.0, 0.0)), Cancel, Up(1)]);
        assert_eq!(
            cancelled,
            [Act::Drag(card(), 40.0, 0.0), Act::DragCancelled(card())]
        );
    }

    #[test]
    fn the_select_tool_draws_a_frame_on_the_board_and_still_drags_cards() {
        let down = Down(1, Pointer::Select, Target::Board, at(0.0, 0.0));
        let framed = acts(vec![down, Move(1, at(40.0, 30.0)), Up(1)]);
        let expected = [
            Act::Frame(at(0.0, 0.0), at(40.0, 30.0)),
            Act::FrameDone(at(0.0, 0.0), at(40.0, 30.0)),
        ];
        assert_eq!(framed, expected);
        let down = Down(1, Pointer::Select, Target::Card(card()), at(0.0, 0.0));
        let dragged = acts(vec![down, Move(1, at(40.0, 0.0)), Up(1)]);
        assert_eq!(dragged.last(), Some(&Act::Drop(card(), 40.0, 0.0)));
    }
}
