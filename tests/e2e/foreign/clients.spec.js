// Unmodified clients from npm join a board, see its cards and write one; a Trestle tablet shows it.
import { expect, test } from '../harness/fixtures.js';
import { overHocuspocus, overYWebsocket, texts, writeCard } from '../harness/foreign.js';
import { atTable, started } from '../harness/people.js';

async function boardWithCard(relay, device) {
  const { workshop } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  await tablet.addCard('From a tablet');
  await tablet.expectSaved();
  return { tablet, board: tablet.device.board, key: workshop.keys.participant };
}

test('a stock y-websocket client works on a board with a tablet', async ({ relay, device }) => {
  const { tablet, board, key } = await boardWithCard(relay, device);
  const client = overYWebsocket(relay, board, key);
  await client.synced;
  expect(texts(client.doc)).toEqual(['From a tablet']);

  writeCard(client.doc, 'From y-websocket', only(client.doc));
  await expect(tablet.card('From y-websocket')).toBeVisible();

  await tablet.addCard('Back again');
  await expect.poll(() => texts(client.doc)).toContain('Back again');
  client.dispose();
});

test('a stock Hocuspocus client works on a board with a tablet', async ({ relay, device }) => {
  const { tablet, board, key } = await boardWithCard(relay, device);
  const client = overHocuspocus(relay, board, key);
  await client.synced;
  expect(texts(client.doc)).toEqual(['From a tablet']);

  writeCard(client.doc, 'From Hocuspocus', only(client.doc));
  await client.durable();
  await expect(tablet.card('From Hocuspocus')).toBeVisible();

  await tablet.addCard('Back again');
  await expect.poll(() => texts(client.doc)).toContain('Back again');
  client.dispose();
});

test('what a stock client was told is durable survives SIGKILL', async ({ relay, device }) => {
  const { board, key } = await boardWithCard(relay, device);
  const writer = overHocuspocus(relay, board, key);
  await writer.synced;
  writeCard(writer.doc, 'Safe and sound', only(writer.doc));
  await writer.durable();
  await relay.kill();
  writer.dispose();
  await relay.start();

  const reader = overYWebsocket(relay, board, key);
  await reader.synced;
  expect(texts(reader.doc)).toContain('Safe and sound');
  reader.dispose();
});

function only(doc) {
  return doc.getMap('cards').values().next().value;
}
