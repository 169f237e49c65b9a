// Reads with stock Yjs what yrs has written of documents that stock Yjs wrote. Standard input has one
// JSON object a line: `update`, a whole document as an update v1 in base 16, and `json`, what Yjs read
// in its own.
//
//   node foreign/write-documents.mjs SEED COUNT | cargo run -q -p sync --example read_documents \
//     | node foreign/read-documents.mjs
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';

import { read } from './plain.mjs';

let documents = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { update, json } = JSON.parse(line);
  assert.deepEqual(read(Buffer.from(update, 'hex')), json, `document ${documents}`);
  documents += 1;
}
assert.ok(documents > 0, 'there were no documents to read');
console.log(`Trestle and stock Yjs read ${documents} documents of each other alike`);
