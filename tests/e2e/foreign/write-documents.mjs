// Documents written by stock Yjs, one JSON object a line, for Trestle to read: a few clients edit one
// document at random, with every kind of content that a board may hold, and read each other now and
// then. `updates` are in an order in which each can be applied after those before it, `wholes` have
// the document at once, all in base 16; `json` is what stock Yjs reads there.
//
//   node foreign/write-documents.mjs SEED COUNT | cargo run -q -p sync --example read_documents
import * as Y from 'yjs';

import { hex, read } from './plain.mjs';

const [seed, count] = process.argv.slice(2).map(Number);
for (let index = 0; index < count; index++) {
  console.log(JSON.stringify(document(dice(seed + index))));
}

/** A small generator (mulberry32): good enough to wander, the same everywhere. */
function dice(seed) {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let number = Math.imul(state ^ (state >>> 15), state | 1);
    number ^= number + Math.imul(number ^ (number >>> 7), number | 61);
    return Math.floor((((number ^ (number >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

function document(below) {
  const clients = Array.from({ length: 1 + below(4) }, (_, index) => client(below, index));
  const updates = [];
  for (const { doc } of clients) {
    doc.on('update', (update, origin) => origin !== 'remote' && updates.push(update));
  }
  for (let round = below(40); round > 0; round--) {
    const client = clients[below(clients.length)];
    if (below(3) === 0) {
      for (const update of updates.slice(client.read)) {
        Y.applyUpdate(client.doc, update, 'remote');
      }
      client.read = updates.length;
    }
    client.doc.transact(() => {
      for (let edits = below(3); edits >= 0; edits--) edit(below, client);
    });
  }
  const whole = new Y.Doc();
  for (const update of updates) Y.applyUpdate(whole, update);
  const wholes = [Y.encodeStateAsUpdate(whole)];
  // Of no updates Yjs makes no update at all.
  if (updates.length > 0) wholes.push(Y.mergeUpdates(updates));
  return { updates: updates.map(hex), wholes: wholes.map(hex), json: read(wholes[0]) };
}

function client(below, index) {
  const doc = new Y.Doc({ gc: below(4) > 0 });
  // Ids of every width, as Yjs and as Trestle draw them.
  doc.clientID = index + 10 * (below(2) ? below(2 ** 32) : below(2 ** 49));
  const scope = [doc.getMap('cards'), doc.getArray('list'), doc.getText('note')];
  return { doc, undo: new Y.UndoManager(scope, { captureTimeout: 0 }), read: 0 };
}

function words(below) {
  return ['bus', 'Zażółć', '😀😀', '女', '', 'a longer piece of text', '\ud83d', 'e\u0301'][below(8)];
}

function any(below, depth) {
  const plain = [null, undefined, true, false, below(100), -below(5e9), below(2 ** 53), below(1e9) / 7];
  switch (below(depth > 0 ? 14 : 11)) {
    case 8:
      return [NaN, Infinity, -0, 0.5, 2n ** 62n, -(2n ** 63n)][below(6)];
    case 9:
      return words(below);
    case 10:
      return Uint8Array.from({ length: below(5) }, () => below(256));
    case 11:
    case 12:
      return Array.from({ length: below(4) }, () => any(below, depth - 1));
    case 13:
      return { [words(below)]: any(below, depth - 1), b: any(below, depth - 1) };
    default:
      return plain[below(plain.length)];
  }
}

/** A shared type with something in it, perhaps others. */
function shared(below, depth) {
  switch (below(depth > 0 ? 3 : 1)) {
    case 0:
      return new Y.Text(words(below));
    case 1:
      return Y.Array.from([{ v: any(below, 1) }, shared(below, depth - 1)]);
    default:
      return new Y.Map([
        ['one', any(below, 2)],
        ['other', shared(below, depth - 1)],
      ]);
  }
}

function edit(below, { doc, undo }) {
  const cards = doc.getMap('cards');
  const list = doc.getArray('list');
  const note = doc.getText('note');
  const card = cards.get('card' + below(6));
  const inNote = below(note.length + 1);
  const some = (length) => below(Math.min(length, 6) + 1);
  const format = () => ({ [['bold', 'colour', 'size'][below(3)]]: [true, '#ff0', 1.5, null][below(4)] });
  switch (below(14)) {
    case 0:
    case 1: {
      const card = new Y.Map();
      card.set('kind', 'idea');
      card.set('text', new Y.Text(words(below)));
      card.set('at', [below(100) / 4, -below(100)]);
      card.set('tags', Y.Array.from(['a', 1]));
      cards.set('card' + below(6), card);
      break;
    }
    case 2:
      card?.get('text')?.insert(below(card.get('text').length + 1), words(below));
      break;
    case 3:
      card?.set('fields', any(below, 3));
      break;
    case 4:
      card?.set('more', shared(below, 3));
      break;
    case 5:
      cards.delete('card' + below(6));
      break;
    case 6:
      list.insert(below(list.length + 1), [{ v: any(below, 2) }, below(9), words(below)]);
      break;
    case 7:
      list.push([below(2) ? shared(below, 2) : Uint8Array.of(1, 2)]);
      break;
    case 8: {
      const from = below(list.length + 1);
      list.delete(from, some(list.length - from));
      break;
    }
    case 9:
      note.insert(inNote, words(below), below(2) ? format() : undefined);
      break;
    case 10:
      note.format(inNote, some(note.length - inNote), format());
      break;
    case 11:
      note.insertEmbed(inNote, below(3) ? { image: 'bus.png', sizes: [1, [2, null]] } : shared(below, 1));
      break;
    case 12:
      note.delete(inNote, some(note.length - inNote));
      break;
    default:
      if (below(2)) undo.undo();
      else undo.redo();
  }
}
