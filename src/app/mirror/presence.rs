//! Who is here: what a device says of itself while it is connected, and never longer. Nothing of it
//! is stored in a document.

use serde::{Deserialize, Serialize};
use workshop::board::Seat;
use workshop::id::{CardId, TableId};

use super::workshop::Role;

/// What a device says of itself. Everything is optional: another program may say less.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Presence {
    /// A first name or nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The table it sits at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// What it may do.
    pub role: Role,
    /// The colour seat it writes from.
    pub seat: Seat,
    /// It asks for the facilitator.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hand: bool,
    /// The card it is writing in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writing: Option<CardId>,
    /// Where its pointer is on the board, in logical pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<[f64; 2]>,
}

/// Someone else who is here.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Which replica: tells two people of the same name apart.
    pub client: u64,
    /// What their device says.
    pub presence: Presence,
}

/// Reads what others' devices say; what is not ours to read counts as a person without a name.
pub(super) fn people(states: Vec<(u64, String)>) -> Vec<Person> {
    let person = |(client, state): (u64, String)| Person {
        client,
        presence: serde_json::from_str(&state).unwrap_or_default(),
    };
    let mut people: Vec<Person> = states.into_iter().map(person).collect();
    people.sort_by_key(|person| person.client);
    people
}
