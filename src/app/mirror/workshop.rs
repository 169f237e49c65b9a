//! An open workshop as signals: what the relay lets this device do, the plan, who is here.

use std::collections::HashMap;
use std::rc::Rc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use workshop::address::{DocumentAddress, DocumentKind};
use workshop::board::Seat;
use workshop::id::{BoardId, CardId, TableId, WorkshopId};
use workshop::plan::{PlanCommand, PlanSnapshot};

use super::album::Album;
use super::board::{BoardMirror, settle};
use super::locks::Locks;
use super::presence::{Person, Presence, people};
use crate::device::Device;
use crate::provider::{Heard, Provider, SaveState, Stopped, Watchers};

/// What a link lets its holder do. The relay decides it; the app only shows what makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Prepares and runs the workshop.
    Facilitator,
    /// Takes part.
    #[default]
    Participant,
    /// Shows the wall.
    Wall,
    /// Reads the report.
    Report,
}

/// The links that this device may hand on, whole, with an address that others can reach.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// For another facilitator.
    pub facilitator: Option<String>,
    /// For tables and for people elsewhere.
    pub participant: Option<String>,
    /// For the wall.
    pub wall: Option<String>,
    /// For the report.
    pub report: Option<String>,
}

/// How long the relay keeps a workshop; told to facilitators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// Until when, if nobody writes in it, in milliseconds since 1970.
    pub kept_until_ms: u64,
    /// How many days after it was last written to.
    pub keep_days: u32,
    /// The most days that can be chosen.
    pub most_keep_days: u32,
}

/// What the relay said of this device's key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Access {
    /// The workshop's title when it was made.
    pub title: String,
    /// What the key lets its holder do.
    pub role: Role,
    /// What may be handed on.
    pub links: Links,
    /// A short code to say aloud, which leads to the participants' link.
    #[serde(default)]
    pub code: Option<String>,
    /// How long the workshop is kept.
    #[serde(default)]
    pub keeping: Option<Keeping>,
}

/// Where a participant sits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// The table, `elsewhere` for those who joined from elsewhere.
    pub table: TableId,
    /// A first name or nickname: shown to others while connected, never stored in a card.
    pub name: Option<String>,
}

/// An open workshop.
#[derive(Clone, Copy)]
pub struct Workshop {
    /// Which one.
    pub id: StoredValue<WorkshopId>,
    /// What the relay said of this device's key.
    pub access: RwSignal<Access>,
    /// The plan; its schema is 0 until it arrived.
    pub plan: RwSignal<PlanSnapshot>,
    /// Whether what was written here is safe.
    pub status: RwSignal<SaveState>,
    /// Everyone else who is in the workshop.
    pub people: RwSignal<Vec<Person>>,
    /// The relay said "do not come back".
    pub stopped: RwSignal<Option<Stopped>>,
    /// Where this device sits, once it joined.
    pub sitting: RwSignal<Option<Sitting>>,
    /// What the facilitator has locked, as far as the relay was last heard.
    pub locks: RwSignal<Locks>,
    /// One sentence for the person at this device.
    pub notice: RwSignal<Option<String>>,
    /// The colour seat that cards are written from here.
    pub seat: RwSignal<Seat>,
    /// This device asks for the facilitator.
    pub hand: RwSignal<bool>,
    /// Its photos.
    pub album: Album,
    desk: StoredValue<Desk, LocalStorage>,
}

struct Desk {
    device: Device,
    key: String,
    provider: Provider,
    plan: String,
    owner: Owner,
    boards: HashMap<BoardId, Shown>,
    /// The relay has said what the key allows.
    admitted: bool,
    /// Relay time less the device's own clock, in milliseconds.
    relay_ahead_ms: i64,
}

struct Shown {
    mirror: BoardMirror,
    owner: Owner,
    views: usize,
}

impl Workshop {
    /// Opens a workshop with the key its link brought. What the key allows is not known yet, and
    /// until [`admit`](Self::admit) says so nobody hears that this device is here.
    pub fn open(device: Device, id: WorkshopId, key: &str) -> Self {
        let owner = Owner::current().expect("a workshop is opened inside a reactive owner");
        let status = RwSignal::new(SaveState::Connecting);
        let stopped = RwSignal::new(None);
        let watchers = Watchers {
            saving: Box::new(move |state| status.set(state)),
            stopped: Box::new(move |reason| stopped.set(Some(reason))),
        };
        let provider = Provider::new(device.ports(), id.as_str(), key, watchers);
        let address = DocumentAddress {
            workshop: id.clone(),
            kind: DocumentKind::Plan,
        };
        let document = address.to_string();
        let sitting = device.setting(&sitting_name(&id));
        let seat = device
            .setting("seat")
            .and_then(|seat| serde_json::from_str(&seat).ok());
        let album = Album::open(device, id.clone(), key.to_owned());
        let workshop = Self {
            id: StoredValue::new(id),
            access: RwSignal::default(),
            plan: RwSignal::default(),
            status,
            people: RwSignal::default(),
            stopped,
            locks: RwSignal::default(),
            sitting: RwSignal::new(sitting.and_then(|text| serde_json::from_str(&text).ok())),
            notice: RwSignal::new(None),
            seat: RwSignal::new(seat.unwrap_or_default()),
            hand: RwSignal::new(false),
            album,
            desk: StoredValue::new_local(Desk {
                device,
                key: key.to_owned(),
                provider: provider.clone(),
                plan: document.clone(),
                owner: owner.clone(),
                boards: HashMap::new(),
                admitted: false,
                relay_ahead_ms: 0,
            }),
        };
        provider.open(
            &document,
            Rc::new(move |heard| owner.with(|| workshop.hear(heard))),
        );
        workshop
    }

    /// Takes in what the relay says of the key; `relay_ahead_ms` is its clock less this device's.
    pub fn admit(&self, access: Access, relay_ahead_ms: i64) {
        let first = self.desk.try_update_value(|desk| {
            desk.relay_ahead_ms = relay_ahead_ms;
            !std::mem::replace(&mut desk.admitted, true)
        });
        if settle(self.access, access) || first == Some(true) {
            self.announce_in_plan();
        }
    }

    /// Whether this device's link is a facilitator's.
    pub fn facilitates(&self) -> bool {
        self.access.with(|access| access.role == Role::Facilitator)
    }

    /// Runs a plan's command; a refusal becomes a notice.
    pub fn run(&self, command: PlanCommand) {
        let (provider, plan) = self.way();
        if let Err(refusal) = provider.run_plan(&plan, command) {
            self.notice.set(Some(refusal.to_string()));
        }
    }

    /// A board as signals, opened on first use and closed when the last view that asked is gone.
    /// `method` is the activity's: its zones give the reading order.
    pub fn board(&self, board: &BoardId, method: &str) -> BoardMirror {
        let shown = self.desk.try_update_value(|desk| {
            desk.boards.get_mut(board).map(|shown| {
                shown.views += 1;
                shown.mirror
            })
        });
        let mirror = shown
            .flatten()
            .unwrap_or_else(|| self.open_board(board, method));
        let (workshop, id) = (*self, board.clone());
        on_cleanup(move || workshop.leave_board(&id));
        mirror
    }

    fn open_board(&self, board: &BoardId, method: &str) -> BoardMirror {
        let (provider, owner) = self
            .desk
            .with_value(|desk| (desk.provider.clone(), desk.owner.child()));
        let kind = DocumentKind::Board(board.clone());
        let address = DocumentAddress {
            workshop: self.id.get_value(),
            kind,
        };
        let method = methods::catalog().method(method);
        let zones = method.map(|method| method.zones.iter().map(|zone| zone.id.clone()).collect());
        let (locks, own) = (self.locks, board.clone());
        let mirror = owner.with(|| {
            let locked = Signal::derive(move || locks.with(|locks| locks.cover(&own)));
            let zones = zones.unwrap_or_default();
            BoardMirror::open(provider, address.to_string(), zones, locked)
        });
        self.desk.update_value(|desk| {
            desk.boards.insert(
                board.clone(),
                Shown {
                    mirror,
                    owner,
                    views: 1,
                },
            );
        });
        mirror
    }

    fn leave_board(&self, board: &BoardId) {
        let left = self.desk.try_update_value(|desk| {
            let shown = desk.boards.get_mut(board)?;
            shown.views -= 1;
            if shown.views == 0 {
                desk.boards.remove(board)
            } else {
                None
            }
        });
        if let Some(shown) = left.flatten() {
            shown.mirror.close();
            shown.owner.cleanup();
        }
    }

    /// Takes a seat at a table: others see it, and this device remembers it.
    pub fn sit(&self, sitting: Option<Sitting>) {
        let name = sitting_name(&self.id.get_value());
        let device = self.desk.with_value(|desk| desk.device);
        match sitting
            .as_ref()
            .and_then(|sitting| serde_json::to_string(sitting).ok())
        {
            Some(text) => {
                device.set_setting(&name, &text);
                device.set_setting(&last_sitting_name(&self.id.get_value()), &text);
            }
            None => device.forget_setting(&name),
        }
        self.sitting.set(sitting);
        self.announce_in_plan();
    }

    /// Asks for the facilitator, or no more. Others see it as long as this device is connected.
    pub fn raise_hand(&self, up: bool) {
        self.hand.set(up);
        self.announce_in_plan();
    }

    /// Where this device sat last, for whoever comes back to choose.
    pub fn last_sitting(&self) -> Option<Sitting> {
        let device = self.desk.with_value(|desk| desk.device);
        let text = device.setting(&last_sitting_name(&self.id.get_value()))?;
        serde_json::from_str(&text).ok()
    }

    /// Says at a board who is there and which card is being written in.
    pub fn announce_at(&self, mirror: BoardMirror, writing: Option<CardId>) {
        self.point_at(mirror, writing, None);
    }

    /// Like [`announce_at`](Self::announce_at), with where the pointer is on the board.
    pub fn point_at(
        &self,
        mirror: BoardMirror,
        writing: Option<CardId>,
        pointer: Option<[f64; 2]>,
    ) {
        let presence = Presence {
            writing,
            pointer,
            ..self.presence()
        };
        let state = serde_json::to_string(&presence).ok();
        self.way().0.announce(&mirror.document(), state);
    }

    /// Tells the person at this device one sentence, politely.
    pub fn notice(&self, words: String) {
        self.notice.set(Some(words));
    }

    /// The key of this device's link.
    pub fn key(&self) -> String {
        self.desk.with_value(|desk| desk.key.clone())
    }

    /// Fresh random bits for an identifier.
    pub fn fresh(&self) -> u128 {
        self.desk.with_value(|desk| desk.device.fresh())
    }

    /// Chooses the colour seat that cards are written from here; remembered on the device.
    pub fn choose_seat(&self, seat: Seat) {
        if let Ok(text) = serde_json::to_string(&seat) {
            self.desk
                .with_value(|desk| desk.device.set_setting("seat", &text));
        }
        self.seat.set(seat);
    }

    /// The relay's clock, in milliseconds since 1970.
    pub fn relay_now_ms(&self) -> u64 {
        let (device, ahead_ms) = self
            .desk
            .with_value(|desk| (desk.device, desk.relay_ahead_ms));
        device.wall_ms().saturating_add_signed(ahead_ms)
    }

    fn presence(&self) -> Presence {
        let sitting = self.sitting.get_untracked();
        Presence {
            name: sitting.as_ref().and_then(|sitting| sitting.name.clone()),
            table: sitting.map(|sitting| sitting.table),
            role: self.access.read_untracked().role,
            seat: self.seat.get_untracked(),
            hand: self.hand.get_untracked(),
            writing: None,
            pointer: None,
        }
    }

    fn announce_in_plan(&self) {
        let (provider, plan) = self.way();
        provider.announce(&plan, serde_json::to_string(&self.presence()).ok());
    }

    fn way(&self) -> (Provider, String) {
        self.desk
            .with_value(|desk| (desk.provider.clone(), desk.plan.clone()))
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Plan | Heard::Ready => {
                let (provider, plan) = self.way();
                if let Some(snapshot) = provider.plan(&plan) {
                    settle(self.plan, snapshot);
                }
            }
            Heard::Presence(states) => {
                settle(self.people, people(states));
            }
            Heard::Told(told) => {
                if let Some(locks) = Locks::read(&told) {
                    settle(self.locks, locks);
                }
            }
            Heard::Board { .. } => {}
        }
    }
}

fn last_sitting_name(workshop: &WorkshopId) -> String {
    format!("sat.{workshop}")
}

fn sitting_name(workshop: &WorkshopId) -> String {
    format!("sitting.{workshop}")
}
