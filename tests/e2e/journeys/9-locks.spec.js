// The facilitator locks a board, or all of them, while people are writing.
import { expect, test } from '../harness/fixtures.js';
import { overHocuspocus, overYWebsocket, texts, writeCard } from '../harness/foreign.js';
import { atList, atTable, facilitator, started } from '../harness/people.js';

test('a board that is locked while someone writes keeps the words, and takes no more', async ({
  relay,
  device,
}) => {
  const { workshop, host } = await started(device, relay, { start: 'outcome' });
  const tablet = await atTable(device, workshop, 'Oak table');
  const other = await atTable(device, workshop, 'Oak table');
  const elsewhere = await atTable(device, workshop, 'Willow table');
  await tablet.addCard('Written before');
  await expect(other.card('Written before')).toBeVisible();

  await tablet.press(tablet.tool('Add card'));
  await expect(tablet.writing).toHaveValue('');
  await tablet.page.keyboard.insertText('Half a ');
  // A word that the keyboard is still putting together, as many languages are written.
  await tablet.compose('sent');
  await host.lock('Oak table');
  await expect(tablet.locked).toBeVisible();
  await expect(other.locked).toBeVisible();
  await expect(host.lockedTag('Oak table')).toBeVisible();

  // What is typed on does nothing, and nothing is left to press.
  await tablet.page.keyboard.type('ence n');
  await expect(tablet.card('Half a sent')).toBeVisible();
  await expect(tablet.tools).toHaveCount(0);
  await tablet.page.keyboard.press('Control+z');
  await expect(tablet.card('Half a sent')).toBeVisible();
  await expect(tablet.cards).toHaveCount(2);
  // A card opens to be read.
  await tablet.press(tablet.card('Written before'));
  await expect(tablet.sheet.getByText('Written before')).toBeVisible();
  await expect(tablet.sheet.getByRole('button')).toHaveText(['Close']);
  await tablet.closeSheet();

  // The lock is the relay's: what does not care about screens is refused, and nobody sees it.
  const provider = overHocuspocus(relay, tablet.device.board, workshop.keys.participant);
  await provider.synced;
  const like = provider.doc.getMap('cards').values().next().value;
  writeCard(provider.doc, 'Around the lock', like);
  const websocket = overYWebsocket(relay, tablet.device.board, workshop.keys.participant);
  await websocket.synced;
  writeCard(websocket.doc, 'Around it again', like);
  // Another board is none of its business, and by then a refused card would have been seen.
  await elsewhere.addCard('Still open here');
  await elsewhere.expectSaved();
  await expect(elsewhere.locked).toHaveCount(0);
  await host.openTable('Oak table');
  const table = host.asTable();
  await table.expectReady();
  await table.addCard('The facilitator writes on');
  await expect(tablet.card('The facilitator writes on')).toBeVisible();
  await expect.poll(() => texts(provider.doc)).toContain('The facilitator writes on');
  expect(provider.provider.hasUnsyncedChanges).toBe(true);
  for (const screen of [tablet, other, table]) {
    await expect(screen.card('Around the lock')).toHaveCount(0);
    await expect(screen.card('Around it again')).toHaveCount(0);
  }
  provider.dispose();
  websocket.dispose();
  await host.press(host.action('All tables'));

  await host.unlock('Oak table');
  await tablet.expectReady();
  await expect(tablet.locked).toHaveCount(0);
  await tablet.expectSaved();
  await expect(other.card('Half a sent')).toBeVisible();
  await tablet.addCard('Written after');
  await expect(other.card('Written after')).toBeVisible();
});

test('words written offline wait for a locked board and arrive when it is unlocked', async ({
  relay,
  device,
}) => {
  const { workshop, host } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  const other = await atTable(device, workshop, 'Oak table');
  await tablet.addCard('Before the power cut');
  await tablet.expectSaved();
  await expect(other.card('Before the power cut')).toBeVisible();

  await relay.kill();
  await expect(tablet.status).toHaveText('Offline, kept on this device');
  await tablet.addCard('Written in the dark');
  await relay.start();
  // Before this tablet knows of it.
  await tablet.device.context.setOffline(true);
  await host.expectSaved({ timeout: 45_000 });
  await host.lockAll();
  await expect(host.allLocked).toBeVisible();
  await tablet.device.context.setOffline(false);

  await expect(tablet.locked).toBeVisible({ timeout: 45_000 });
  await expect(tablet.status).toHaveText('Locked, kept on this device');
  await expect(tablet.locked).toContainText('kept on this device');
  await expect(tablet.card('Written in the dark')).toBeVisible();
  await expect(other.locked).toBeVisible({ timeout: 45_000 });
  await expect(other.card('Written in the dark')).toHaveCount(0);

  await host.unlockAll();
  await expect(tablet.page.getByText('What you wrote is being shared now.')).toBeVisible();
  await expect(other.card('Written in the dark')).toBeVisible();
  await tablet.expectSaved();
});

test('two facilitators see the same locks, and so does whoever comes later', async ({ relay, device }) => {
  const { workshop, host } = await started(device, relay, { start: 'outcome' });
  const second = await facilitator(device, workshop);
  await host.lock('Oak table');
  await expect(second.lockedTag('Oak table')).toBeVisible();
  await second.lockAll();
  await expect(host.allLocked).toBeVisible();
  for (const name of await host.tableNames()) {
    await expect(host.lockedTag(name)).toBeVisible();
  }
  const list = await atList(device, workshop, 'Willow table');
  await expect(list.page.getByText('The facilitator has locked this board.')).toBeVisible();
  await expect(list.region.getByRole('button', { name: /^Add card/ })).toHaveCount(0);

  // The board that was locked by itself stays so.
  await host.unlockAll();
  await expect(second.lockedTag('Oak table')).toBeVisible();
  await expect(second.lockedTag('Willow table')).toHaveCount(0);
  await expect(list.region.getByRole('button', { name: /^Add card/ }).first()).toBeVisible();
  await second.unlock('Oak table');
  await expect(host.lockedTag('Oak table')).toHaveCount(0);
});
