// A tablet reloads while there is no relay.
import { expect, test } from '../harness/fixtures.js';
import { atTable, started } from '../harness/people.js';

test('a reload without the relay opens the board, and edits arrive later', async ({
  relay,
  device,
}) => {
  const { workshop } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  const other = await atTable(device, workshop, 'Oak table');
  await tablet.addCard('Before the power cut');
  await tablet.expectSaved();
  await expect(other.card('Before the power cut')).toBeVisible();
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

  await relay.kill();
  await tablet.page.reload();
  await tablet.expectReady();
  await expect(tablet.status).toHaveText('Offline, kept on this device');
  await expect(tablet.card('Before the power cut')).toBeVisible();
  // Also what this tablet never opened before: the copy holds every piece of the program.
  await tablet.openSheet(tablet.card('Before the power cut'));
  await tablet.closeSheet();
  await tablet.addCard('Written in the dark');
  await tablet.page.reload();
  await expect(tablet.card('Written in the dark')).toBeVisible();

  await relay.start();
  await tablet.expectSaved({ timeout: 45_000 });
  await expect(other.card('Written in the dark')).toBeVisible({ timeout: 45_000 });
});
