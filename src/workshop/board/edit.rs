//! What a command comes to: an [`Edit`], worked out and checked in full before anything is written.
//!
//! Every refusal is decided here, against the plain [`Index`]. It must never touch a document.

use std::collections::{BTreeMap, BTreeSet};

use yrs::Any;

use super::form::{from_field, from_point, from_size, seat_name};
use super::index::Index;
use super::schema::card;
use super::{Card, Command, FieldValue, Link, NewCard, Point, Refusal};
use super::{MAX_CARDS, MAX_CARDS_EVER, MAX_TEXT_UNITS};
use crate::id::{CardId, GroupId, LinkId};
use crate::photo::Photo;
use crate::text::{self, TextStep};
use crate::{order, value};

/// One last-writer-wins value of a board.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Register {
    /// A key of a card's map.
    Card(CardId, &'static str),
    /// A key of a card's fields.
    Field(CardId, String),
    /// A group's title.
    GroupTitle(GroupId),
    /// Whether a link is taken away.
    LinkGone(LinkId),
    /// The board's method.
    Method,
}

/// What a register is to hold; `None` takes the key away.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Write {
    pub(super) register: Register,
    pub(super) value: Option<Any>,
}

/// All that one command, undo or redo writes, in this order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Edit {
    pub(super) cards: Vec<Card>,
    pub(super) links: Vec<Link>,
    pub(super) writes: Vec<Write>,
    pub(super) text: Option<(CardId, Vec<TextStep>)>,
}

impl Edit {
    pub(super) fn is_empty(&self) -> bool {
        self.cards.is_empty()
            && self.links.is_empty()
            && self.writes.is_empty()
            && self.text.is_none()
    }

    /// Sets a register, each at most once in an edit.
    fn set(&mut self, register: Register, value: Option<Any>) {
        self.writes.push(Write { register, value });
    }

    fn set_card(&mut self, id: &CardId, key: &'static str, value: Option<Any>) {
        self.set(Register::Card(id.clone(), key), value);
    }
}

/// Works a command out.
///
/// # Errors
/// The reason why it cannot be carried out. A command that would leave everything as it is gives an
/// empty edit instead: what was asked for is so.
pub(super) fn edit_for(command: Command, index: &Index) -> Result<Edit, Refusal> {
    let mut edit = Edit::default();
    match command {
        Command::Create(new) => edit.cards.push(create(new, index)?),
        Command::EditText { card, steps } => edit.text = edit_text(card, steps, index)?,
        Command::Move(moves) => move_cards(&mut edit, &moves, index)?,
        Command::Reorder { card, after } => reorder(&mut edit, &card, after.as_ref(), index)?,
        Command::Recolour(cards, seat) => {
            for card in live(&cards, index)?
                .into_iter()
                .filter(|card| card.seat != seat)
            {
                edit.set_card(&card.id, card::SEAT, Some(value::from_str(seat_name(seat))));
            }
        }
        Command::SetKind(card, kind) => {
            check_words(&kind)?;
            if index.live(&card)?.kind != kind {
                edit.set_card(&card, card::KIND, Some(value::from_str(&kind)));
            }
        }
        Command::SetField(card, key, field) => {
            check_words(&key)?;
            field.as_ref().map(check_field).transpose()?;
            if index.live(&card)?.fields.get(&key) != field.as_ref() {
                edit.set(Register::Field(card, key), field.as_ref().map(from_field));
            }
        }
        Command::SetPhoto(card, photo) => set_photo(&mut edit, &card, photo.as_ref(), index)?,
        Command::DescribePhoto(card, alt) => {
            check_words(&alt)?;
            let photo = index.live(&card)?.photo.as_ref();
            if photo.ok_or(Refusal::NoPhoto)?.alt != alt {
                edit.set_card(&card, card::PHOTO_ALT, Some(value::from_str(&alt)));
            }
        }
        Command::Group {
            group,
            title,
            cards,
        } => {
            for card in live(&cards, index)? {
                if card.group.as_ref() != Some(&group) {
                    edit.set_card(&card.id, card::GROUP, Some(value::from_str(group.as_str())));
                }
            }
            if let Some(title) = title {
                rename(&mut edit, group, &title, index)?;
            }
        }
        Command::Ungroup(cards) => {
            for card in live(&cards, index)?
                .into_iter()
                .filter(|card| card.group.is_some())
            {
                edit.set_card(&card.id, card::GROUP, None);
            }
        }
        Command::RenameGroup(group, title) => {
            if !index.groups().contains_key(&group) {
                return Err(Refusal::GroupGone(group));
            }
            rename(&mut edit, group, &title, index)?;
        }
        Command::Link {
            link,
            from,
            to,
            kind,
        } => {
            check_words(&kind)?;
            index.live(&from)?;
            index.live(&to)?;
            if from == to {
                return Err(Refusal::Nothing);
            }
            edit.links.push(Link {
                id: link,
                from,
                to,
                kind,
            });
        }
        Command::Unlink(link) => {
            if !index.links().contains_key(&link) {
                return Err(Refusal::LinkGone(link));
            }
            edit.set(Register::LinkGone(link), Some(Any::Bool(true)));
        }
        Command::Delete(cards) => {
            for card in live(&cards, index)? {
                edit.set_card(&card.id, card::GONE, Some(Any::Bool(true)));
            }
        }
        Command::Restore(cards) => restore(&mut edit, &cards, index)?,
        Command::Duplicate(copies) => duplicate(&mut edit, copies, index)?,
        Command::SetMethod(method) => {
            check_words(&method)?;
            if index.method.as_ref() != Some(&method) {
                edit.set(Register::Method, Some(value::from_str(&method)));
            }
        }
    }
    Ok(edit)
}

fn create(new: NewCard, index: &Index) -> Result<Card, Refusal> {
    check_room(1, index)?;
    check_words(&new.kind)?;
    check_words(&new.text)?;
    check_words(&new.zone)?;
    for (key, field) in &new.fields {
        check_words(key)?;
        check_field(field)?;
    }
    if let Some(photo) = &new.photo {
        check_words(&photo.alt)?;
    }
    let at = check_place(new.at)?;
    let order = last_orders(&new.zone, 1, index).remove(0);
    Ok(Card {
        id: new.id,
        kind: new.kind,
        text: new.text,
        fields: new.fields,
        zone: new.zone,
        at,
        order,
        seat: new.seat,
        group: None,
        from: new.from,
        photo: new.photo,
    })
}

fn set_photo(
    edit: &mut Edit,
    id: &CardId,
    photo: Option<&Photo>,
    index: &Index,
) -> Result<(), Refusal> {
    let before = index.live(id)?.photo.as_ref();
    if let Some(photo) = photo {
        check_words(&photo.alt)?;
    }
    if before == photo {
        return Ok(());
    }
    edit.set_card(
        id,
        card::PHOTO,
        photo.map(|it| value::from_str(it.hash.as_str())),
    );
    edit.set_card(id, card::PHOTO_SIZE, photo.map(from_size));
    edit.set_card(
        id,
        card::PHOTO_ALT,
        photo.map(|it| value::from_str(&it.alt)),
    );
    Ok(())
}

fn edit_text(
    card: CardId,
    steps: Vec<TextStep>,
    index: &Index,
) -> Result<Option<(CardId, Vec<TextStep>)>, Refusal> {
    let text = &index.live(&card)?.text;
    let edited = text::apply(text, &steps).ok_or(Refusal::EditDoesNotFit)?;
    let length = text::length(&edited);
    // Two people who write at once, or a foreign client, may have gone past the limit; making the
    // text shorter must stay possible then.
    if length > MAX_TEXT_UNITS && length > text::length(text) {
        return Err(Refusal::TextTooLong(length));
    }
    Ok((edited != *text).then_some((card, steps)))
}

fn move_cards(
    edit: &mut Edit,
    moves: &[(CardId, String, Point)],
    index: &Index,
) -> Result<(), Refusal> {
    if moves.is_empty() {
        return Err(Refusal::Nothing);
    }
    let mut arriving: BTreeMap<&str, Vec<&CardId>> = BTreeMap::new();
    let mut moved = BTreeSet::new();
    // Backwards, so that the last place said for a card counts.
    for (id, zone, at) in moves.iter().rev() {
        check_words(zone)?;
        let at = check_place(*at)?;
        let card = index.live(id)?;
        if !moved.insert(id) {
            continue;
        }
        if card.at != at {
            edit.set_card(id, card::AT, Some(from_point(at)));
        }
        if card.zone != *zone {
            edit.set_card(id, card::ZONE, Some(value::from_str(zone)));
            arriving.entry(zone).or_default().push(id);
        }
    }
    for (zone, ids) in arriving {
        for (id, order) in ids.iter().rev().zip(last_orders(zone, ids.len(), index)) {
            edit.set_card(id, card::ORDER, Some(value::from_str(&order)));
        }
    }
    Ok(())
}

fn reorder(
    edit: &mut Edit,
    id: &CardId,
    after: Option<&CardId>,
    index: &Index,
) -> Result<(), Refusal> {
    let card = index.live(id)?;
    if let Some(after) = after
        && (after == id || index.live(after)?.zone != card.zone)
    {
        return Err(Refusal::Nothing);
    }
    let zone: Vec<&(String, CardId)> = index.zone(&card.zone).collect();
    let others = || zone.iter().filter(|(_, other)| other != id);
    let lower = after
        .map(|after| index.live(after))
        .transpose()?
        .map(|card| card.order.as_str());
    let before = after.map_or(0, |after| {
        1 + others()
            .position(|(_, other)| other == after)
            .expect("a live card is in its zone")
    });
    if zone.get(before).is_some_and(|(_, other)| other == id) {
        return Ok(()); // It is there already.
    }
    let following: Vec<_> = others().skip(before).collect();
    let orders: Vec<&str> = following.iter().map(|(order, _)| order.as_str()).collect();
    let ids = std::iter::once(id).chain(following.iter().map(|(_, id)| id));
    for (id, order) in ids.zip(order::make_room(lower, &orders)) {
        edit.set_card(id, card::ORDER, Some(value::from_str(&order)));
    }
    Ok(())
}

fn rename(edit: &mut Edit, group: GroupId, title: &str, index: &Index) -> Result<(), Refusal> {
    check_words(title)?;
    if index.group_title(&group) != Some(title) {
        edit.set(Register::GroupTitle(group), Some(value::from_str(title)));
    }
    Ok(())
}

fn restore(edit: &mut Edit, cards: &[CardId], index: &Index) -> Result<(), Refusal> {
    if cards.is_empty() {
        return Err(Refusal::Nothing);
    }
    for id in cards.iter().collect::<BTreeSet<_>>() {
        let stored = index
            .stored(id)
            .ok_or_else(|| Refusal::CardGone(id.clone()))?;
        if stored.gone {
            edit.set_card(id, card::GONE, None);
        }
    }
    if edit.writes.is_empty() {
        Ok(())
    } else {
        check_room_for_live(edit.writes.len(), index)
    }
}

fn duplicate(
    edit: &mut Edit,
    copies: Vec<(CardId, CardId, Point)>,
    index: &Index,
) -> Result<(), Refusal> {
    if copies.is_empty() {
        return Err(Refusal::Nothing);
    }
    check_room(copies.len(), index)?;
    let mut fresh = BTreeSet::new();
    let mut arriving: BTreeMap<String, usize> = BTreeMap::new();
    for (original, copy, at) in copies {
        let at = check_place(at)?;
        let original = index.live(&original)?;
        if !fresh.insert(copy.clone()) {
            return Err(Refusal::IdTaken);
        }
        *arriving.entry(original.zone.clone()).or_default() += 1;
        edit.cards.push(Card {
            id: copy,
            at,
            from: Some(original.id.clone()),
            ..original.clone()
        });
    }
    for (zone, count) in arriving {
        let copies = edit.cards.iter_mut().filter(|card| card.zone == zone);
        for (copy, order) in copies.zip(last_orders(&zone, count, index)) {
            copy.order = order;
        }
    }
    Ok(())
}

/// Orders for `count` cards that come last in a zone.
fn last_orders(zone: &str, count: usize, index: &Index) -> Vec<String> {
    let last = index
        .zone(zone)
        .next_back()
        .map(|(order, _)| order.as_str());
    order::spread(last, None, count)
        .unwrap_or_else(|| vec![last.unwrap_or_default().to_owned(); count])
}

/// The cards, each once, if all of them are there.
fn live<'a>(ids: &[CardId], index: &'a Index) -> Result<Vec<&'a Card>, Refusal> {
    if ids.is_empty() {
        return Err(Refusal::Nothing);
    }
    ids.iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|id| index.live(id))
        .collect()
}

fn check_words(words: &str) -> Result<(), Refusal> {
    let length = text::length(words);
    if length > MAX_TEXT_UNITS {
        Err(Refusal::TextTooLong(length))
    } else {
        Ok(())
    }
}

fn check_field(field: &FieldValue) -> Result<(), Refusal> {
    match field {
        FieldValue::Flag(_) => Ok(()),
        FieldValue::Number(number) if number.is_finite() => Ok(()),
        FieldValue::Number(_) => Err(Refusal::NotAPlace),
        FieldValue::Text(words) => check_words(words),
    }
}

fn check_place(at: Point) -> Result<Point, Refusal> {
    if at.x.is_finite() && at.y.is_finite() {
        Ok(at)
    } else {
        Err(Refusal::NotAPlace)
    }
}

fn check_room(cards: usize, index: &Index) -> Result<(), Refusal> {
    if index.stored_count() + cards > MAX_CARDS_EVER {
        return Err(Refusal::BoardFull);
    }
    check_room_for_live(cards, index)
}

fn check_room_for_live(cards: usize, index: &Index) -> Result<(), Refusal> {
    if index.live_count() + cards > MAX_CARDS {
        Err(Refusal::BoardFull)
    } else {
        Ok(())
    }
}
