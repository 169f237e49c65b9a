// Reads boards with stock Yjs and compares them with what Trestle reads there. Standard input has
// one JSON object a line: `updates`, all that people made of a board one after another, `update`, the
// whole of it, each as an update v1 in base 16, and `snapshot`.
//
//   cargo run -q -p workshop --example states -- SEED COUNT | node foreign/read-states.mjs
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';

import * as Y from 'yjs';

let states = 0;
let cards = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { updates, update, snapshot } = JSON.parse(line);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(update, 'hex'));
  assert.equal(doc.store.pendingStructs, null, `state ${states}: Yjs lacks something`);
  assert.deepEqual(read(doc), expected(snapshot), `state ${states}`);

  // Update by update, as a client that is there from the beginning.
  const live = new Y.Doc();
  for (const update of updates) {
    Y.applyUpdate(live, Buffer.from(update, 'hex'));
    assert.equal(live.store.pendingStructs, null, `state ${states}: Yjs waits for something`);
  }
  assert.deepEqual(read(live), expected(snapshot), `state ${states}, update by update`);

  // And back: what Yjs writes again is the same board.
  const again = new Y.Doc();
  Y.applyUpdate(again, Y.encodeStateAsUpdate(doc));
  assert.deepEqual(read(again), expected(snapshot), `state ${states}, written again by Yjs`);

  states += 1;
  cards += snapshot.cards.length;
}
assert.ok(states > 0 && cards > 0, 'there were no boards with cards to read');
console.log(`stock Yjs read ${states} boards with ${cards} cards as Trestle does`);

/** A board by its public names, as any Yjs client would read it. */
function read(doc) {
  const there = (name) => [...doc.getMap(name)].filter(([, thing]) => thing.get('gone') !== true);
  const cards = there('cards').map(([id, card]) => ({
    id,
    kind: card.get('kind'),
    text: card.get('text').toString(),
    fields: card.get('fields').toJSON(),
    zone: card.get('zone'),
    at: { x: card.get('at')[0], y: card.get('at')[1] },
    order: card.get('order'),
    seat: card.get('seat'),
    group: card.get('group') ?? null,
    from: card.get('from') ?? null,
    photo: photo(card),
  }));
  const ids = new Set(cards.map((card) => card.id));
  const titles = doc.getMap('groups');
  return {
    schema: doc.getMap('meta').get('schema') ?? 0,
    method: doc.getMap('meta').get('method') ?? null,
    cards: cards.sort(byPlace),
    // A group is there while a card says so; its title may never have been written.
    groups: [...new Set(cards.flatMap((card) => card.group ?? []))]
      .map((id) => ({ id, title: titles.get(id)?.get('title') ?? '' }))
      .sort(byId),
    links: there('links')
      .map(([id, link]) => ({
        id,
        from: link.get('from'),
        to: link.get('to'),
        kind: link.get('kind'),
      }))
      .filter(({ from, to }) => ids.has(from) && ids.has(to))
      .sort(byId),
  };
}

/** The photo on a card, as its three keys say. */
function photo(card) {
  if (!card.has('photo')) return null;
  const [width, height] = card.get('photo_size');
  return { hash: card.get('photo'), width, height, alt: card.get('photo_alt') };
}

/** The snapshot in the same order, whatever order the reader of a list would like best. */
function expected(snapshot) {
  return {
    ...snapshot,
    cards: [...snapshot.cards].sort(byPlace),
    groups: [...snapshot.groups].sort(byId),
    links: [...snapshot.links].sort(byId),
  };
}

function byPlace(one, other) {
  return compare(one.zone, other.zone) || compare(one.order, other.order) || byId(one, other);
}

function byId(one, other) {
  return compare(one.id, other.id);
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}
