// What stock Yjs reads in a document, as JSON that keeps apart what JSON does not. The Rust side of it is
// `src/sync/testing/foreign.rs`.
import * as Y from 'yjs';

/** What a new document holds that is given this update. */
export function read(update) {
  const doc = new Y.Doc();
  doc.getMap('cards');
  doc.getArray('list');
  doc.getText('note');
  Y.applyUpdate(doc, update);
  return Object.fromEntries([...doc.share].map(([name, root]) => [name, plain(root)]));
}

/** A value as JSON that keeps apart what JSON does not. */
function plain(value) {
  if (value instanceof Y.Text) {
    return {
      $text: value.toDelta().map(({ insert, attributes = {} }) => [
        plain(insert),
        plain(attributes),
      ]),
    };
  }
  if (value instanceof Y.Array) return value.toArray().map(plain);
  if (value instanceof Y.Map) return entries([...value.entries()]);
  if (value === undefined) return { $undefined: true };
  if (value instanceof Uint8Array) return { $bytes: hex(value) };
  if (typeof value === 'bigint') return { $number: String(value) };
  if (typeof value === 'number') return { $number: number(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') return entries(Object.entries(value));
  return value;
}

function entries(pairs) {
  return Object.fromEntries(pairs.map(([key, value]) => [key, plain(value)]));
}

/** A number as its bits, since no two languages write all of them alike; a whole one as itself. */
function number(value) {
  if (Number.isInteger(value)) return String(BigInt(value));
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return 'bits ' + bits.getBigUint64(0).toString(16).padStart(16, '0');
}

/** Bytes in base 16. */
export function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}
