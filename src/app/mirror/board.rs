//! A board as signals.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use leptos::prelude::*;
use reactive_stores::Store;
use workshop::board::{
    Board, Card, Change, Command, FieldValue, Group, Link, Point, Refusal, Seat,
};
use workshop::id::{CardId, GroupId};
use workshop::photo::Photo;
use workshop::text::TextStep;

use super::presence::{Person, people};
use crate::provider::{Heard, Provider};

/// A card's state; each field wakes only those who read it.
#[derive(Debug, Clone, Store)]
pub struct CardState {
    /// Its kind, as the method names it.
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// The method's fields that are filled in.
    pub fields: BTreeMap<String, FieldValue>,
    /// The zone it lies in.
    pub zone: String,
    /// Where in the zone.
    pub at: Point,
    /// Its colour seat.
    pub seat: Seat,
    /// The group it belongs to.
    pub group: Option<GroupId>,
    /// The card it was made from.
    pub from: Option<CardId>,
    /// The photo on it.
    pub photo: Option<Photo>,
}

/// A board as signals, and the way to act on it. Lives as long as its [`super::Workshop`] or until
/// the last view of it is gone.
#[derive(Clone, Copy)]
pub struct BoardMirror {
    /// The cards in reading order: by the method's zones, then by order.
    pub cards: RwSignal<Vec<CardId>>,
    /// The groups.
    pub groups: RwSignal<Vec<Group>>,
    /// The links.
    pub links: RwSignal<Vec<Link>>,
    /// Who else is at this board.
    pub people: RwSignal<Vec<Person>>,
    /// The facilitator has locked it.
    pub locked: Signal<bool>,
    /// What this device keeps has been read.
    pub ready: RwSignal<bool>,
    /// The cards of each group, in reading order.
    pub members: RwSignal<BTreeMap<GroupId, Vec<CardId>>>,
    /// Counts up whenever a card came, went, moved or grew.
    pub shaped: RwSignal<u64>,
    /// There is something to undo.
    pub can_undo: RwSignal<bool>,
    /// There is something to redo.
    pub can_redo: RwSignal<bool>,
    shelf: StoredValue<Shelf, LocalStorage>,
}

/// Where a card stands in reading order.
type Rank = (usize, String, String);

struct Shelf {
    provider: Provider,
    document: String,
    /// The method's zones in order; a card in none of them comes last.
    zones: Vec<String>,
    cards: HashMap<CardId, (Store<CardState>, Rank)>,
    listener: Option<(CardId, TextListener)>,
}

type TextListener = Rc<dyn Fn(&[TextStep])>;

impl BoardMirror {
    /// Opens a board. `zones` are its method's, in reading order.
    pub(super) fn open(
        provider: Provider,
        document: String,
        zones: Vec<String>,
        locked: Signal<bool>,
    ) -> Self {
        let mirror = Self {
            cards: RwSignal::default(),
            groups: RwSignal::default(),
            links: RwSignal::default(),
            people: RwSignal::default(),
            locked,
            ready: RwSignal::new(false),
            members: RwSignal::default(),
            shaped: RwSignal::new(0),
            can_undo: RwSignal::new(false),
            can_redo: RwSignal::new(false),
            shelf: StoredValue::new_local(Shelf {
                provider: provider.clone(),
                document: document.clone(),
                zones,
                cards: HashMap::new(),
                listener: None,
            }),
        };
        let owner = Owner::current().expect("a mirror is opened inside a reactive owner");
        provider.open(
            &document,
            Rc::new(move |heard| owner.with(|| mirror.hear(heard))),
        );
        mirror.take_in_all();
        mirror
    }

    pub(super) fn close(&self) {
        self.shelf
            .with_value(|shelf| shelf.provider.close(&shelf.document));
    }

    /// A card's state, while it is there.
    pub fn card(&self, card: &CardId) -> Option<Store<CardState>> {
        self.shelf
            .try_with_value(|shelf| shelf.cards.get(card).map(|(state, _)| *state))
            .flatten()
    }

    /// Runs a command.
    ///
    /// # Errors
    /// The board's refusal; nothing was done.
    pub fn run(&self, command: Command) -> Result<(), Refusal> {
        let (provider, document) = self.way();
        provider.run(&document, command)
    }

    /// Undoes this device's last step.
    pub fn undo(&self) {
        let (provider, document) = self.way();
        provider.undo(&document);
    }

    /// Does it again.
    pub fn redo(&self) {
        let (provider, document) = self.way();
        provider.redo(&document);
    }

    /// Reads from the document itself what no signal holds, such as deleted cards.
    pub fn read<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        let (provider, document) = self.way();
        provider.read(&document, read)
    }

    /// The board's address.
    pub fn document(&self) -> String {
        self.way().1
    }

    /// Hears every edit of one card's text that was not typed into it here, before the signals
    /// change: what keeps a caret in place. One listener at a time.
    pub fn listen_to_text(&self, card: CardId, hear: TextListener) {
        self.shelf
            .update_value(|shelf| shelf.listener = Some((card, hear)));
    }

    /// Stops hearing of that card's text.
    pub fn stop_listening(&self, card: &CardId) {
        self.shelf.try_update_value(|shelf| {
            if shelf
                .listener
                .as_ref()
                .is_some_and(|(listening, _)| listening == card)
            {
                shelf.listener = None;
            }
        });
    }

    fn way(&self) -> (Provider, String) {
        self.shelf
            .with_value(|shelf| (shelf.provider.clone(), shelf.document.clone()))
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Board {
                changes,
                can_undo,
                can_redo,
            } => {
                self.take_in(changes);
                settle(self.can_undo, can_undo);
                settle(self.can_redo, can_redo);
            }
            Heard::Ready => self.ready.set(true),
            Heard::Presence(states) => {
                settle(self.people, people(states));
            }
            Heard::Plan | Heard::Told(_) => {}
        }
    }

    /// Reads a board that was open already.
    fn take_in_all(&self) {
        let Some(snapshot) = self.read(Board::snapshot) else {
            return;
        };
        let changes = snapshot.cards.into_iter().map(Change::Card);
        let groups = snapshot.groups.into_iter().map(Change::Group);
        let links = snapshot.links.into_iter().map(Change::Link);
        self.take_in(changes.chain(groups).chain(links).collect());
        let can = self.read(|board| (board.can_undo(), board.can_redo()));
        if let Some((can_undo, can_redo)) = can {
            settle(self.can_undo, can_undo);
            settle(self.can_redo, can_redo);
        }
    }

    fn take_in(&self, changes: Vec<Change>) {
        let mut touched = Touched::default();
        for change in changes {
            match change {
                Change::Card(card) => touched.add(self.put(card)),
                Change::CardGone(card) => {
                    let gone = self
                        .shelf
                        .try_update_value(|shelf| shelf.cards.remove(&card));
                    if gone.flatten().is_some() {
                        touched.add(Touched::ALL);
                    }
                }
                Change::Text {
                    card,
                    steps,
                    origin,
                } => {
                    if origin != workshop::Origin::Local {
                        self.tell_of_text(&card, &steps);
                    }
                }
                Change::Group(group) => self.groups.update(|groups| {
                    groups.retain(|other| other.id != group.id);
                    groups.push(group);
                }),
                Change::GroupGone(group) => {
                    self.groups
                        .update(|groups| groups.retain(|other| other.id != group));
                }
                Change::Link(link) => self.links.update(|links| {
                    links.retain(|other| other.id != link.id);
                    links.push(link);
                }),
                Change::LinkGone(link) => {
                    self.links
                        .update(|links| links.retain(|other| other.id != link));
                }
                Change::Method(_) => {}
            }
        }
        if touched.order {
            self.cards.set(self.shelf.with_value(Shelf::in_order));
        }
        if touched.order || touched.group {
            settle(self.members, self.shelf.with_value(Shelf::members));
        }
        if touched.shape {
            self.shaped.update(|count| *count += 1);
        }
    }

    /// Puts a card on the shelf; tells what is different by it.
    fn put(&self, card: Card) -> Touched {
        let rank = self.shelf.with_value(|shelf| shelf.rank(&card));
        let id = card.id.clone();
        let known = self.shelf.with_value(|shelf| shelf.cards.get(&id).cloned());
        let (state, mut touched) = if let Some((state, known_rank)) = known {
            let mut touched = patch(state, card);
            touched.order = known_rank != rank;
            (state, touched)
        } else {
            (Store::new(state_of(card)), Touched::ALL)
        };
        touched.shape |= touched.order;
        if touched.order {
            self.shelf.update_value(|shelf| {
                shelf.cards.insert(id, (state, rank));
            });
        }
        touched
    }

    fn tell_of_text(&self, card: &CardId, steps: &[TextStep]) {
        let listener = self.shelf.with_value(|shelf| shelf.listener.clone());
        if let Some((listening, hear)) = listener
            && listening == *card
        {
            hear(steps);
        }
    }
}

/// What of a board is different after some changes.
#[derive(Default, Clone, Copy)]
struct Touched {
    /// The reading order.
    order: bool,
    /// Where cards lie or how tall they are.
    shape: bool,
    /// Which cards belong to which group.
    group: bool,
}

impl Touched {
    const ALL: Self = Self {
        order: true,
        shape: true,
        group: true,
    };

    fn add(&mut self, other: Self) {
        self.order |= other.order;
        self.shape |= other.shape;
        self.group |= other.group;
    }
}

impl Shelf {
    fn members(&self) -> BTreeMap<GroupId, Vec<CardId>> {
        let mut members: BTreeMap<GroupId, Vec<CardId>> = BTreeMap::new();
        for card in self.in_order() {
            let group = self
                .cards
                .get(&card)
                .and_then(|(state, _)| state.group().get_untracked());
            if let Some(group) = group {
                members.entry(group).or_default().push(card);
            }
        }
        members
    }

    fn rank(&self, card: &Card) -> Rank {
        let zone = self.zones.iter().position(|zone| *zone == card.zone);
        (
            zone.unwrap_or(self.zones.len()),
            card.zone.clone(),
            card.order.clone(),
        )
    }

    fn in_order(&self) -> Vec<CardId> {
        let mut cards: Vec<_> = self.cards.iter().collect();
        cards.sort_by(|(a, (_, a_rank)), (b, (_, b_rank))| a_rank.cmp(b_rank).then(a.cmp(b)));
        cards.into_iter().map(|(card, _)| card.clone()).collect()
    }
}

fn state_of(card: Card) -> CardState {
    CardState {
        kind: card.kind,
        text: card.text,
        fields: card.fields,
        zone: card.zone,
        at: card.at,
        seat: card.seat,
        group: card.group,
        from: card.from,
        photo: card.photo,
    }
}

fn patch(state: Store<CardState>, card: Card) -> Touched {
    let words = settle(state.text(), card.text);
    let zone = settle(state.zone(), card.zone);
    let at = settle(state.at(), card.at);
    let group = settle(state.group(), card.group);
    settle(state.kind(), card.kind);
    settle(state.fields(), card.fields);
    settle(state.seat(), card.seat);
    settle(state.from(), card.from);
    let photo = settle(state.photo(), card.photo);
    Touched {
        order: false,
        shape: words || zone || at || photo,
        group,
    }
}

/// Sets a signal only where the value is another, so that nobody wakes for nothing; tells whether
/// it was.
pub(super) fn settle<T: PartialEq + 'static>(
    signal: impl Set<Value = T> + WithUntracked<Value = T>,
    value: T,
) -> bool {
    let differs = signal.try_with_untracked(|current| *current != value) == Some(true);
    if differs {
        signal.set(value);
    }
    differs
}
