// Photos: from a tablet's camera to everyone, and not a word of where they were taken.
import { expect, test } from '../harness/fixtures.js';
import { atList, atTable, facilitator, started, wall } from '../harness/people.js';
import { PLACE, photograph } from '../harness/photos.js';

/** What lies at the relay under the addresses that a device has put photos to. */
async function stored(relay, workshop, device) {
  const answers = device.puts.map(async (request) => {
    expect(new URL(request.url()).pathname).toContain(`/api/workshops/${workshop.id}/photos/`);
    const headers = { authorization: `Bearer ${workshop.keys.wall}` };
    const answer = await fetch(request.url(), { headers });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  });
  return Promise.all(answers);
}

/** The size of a picture as the browser has it. */
const sizeOf = (image) => image.evaluate((node) => [node.naturalWidth, node.naturalHeight]);

test('a photo from a tablet is seen by everyone, upright, and says nothing of its place', async ({
  relay,
  device,
}) => {
  const workshop = await relay.createWorkshop({ start: 'sample' });
  const host = await facilitator(device, workshop);
  const [place] = await host.tableNames();
  const projector = await wall(device, workshop);
  await host.showOnWall(place);
  const tablet = await atTable(device, workshop, place);
  const phone = await atTable(device, workshop, place, { kind: 'phone' });
  const list = await atList(device, workshop, place);

  const picture = await photograph(tablet.page);
  expect(picture.includes(PLACE)).toBe(true);
  await tablet.addPhoto(picture);
  await tablet.page.keyboard.insertText('The stop by the mill');
  await tablet.doneWriting();
  await tablet.expectSaved();
  const card = tablet.card('The stop by the mill');
  await expect(card.getByRole('img')).toBeVisible();

  await test.step('it is described for those who cannot see it', async () => {
    await tablet.openSheetOfPhoto(card);
    await tablet.describePhoto('A bus stop beside a mill');
  });

  await test.step('others, the list and the wall see it', async () => {
    const named = { name: 'A bus stop beside a mill' };
    await phone.fit();
    const item = list.item('The stop by the mill');
    await item.scrollIntoViewIfNeeded();
    await expect(projector.page.getByRole('img', named)).toBeVisible();
    await expect(item.getByRole('button', { name: /^Show the photo large/ })).toBeVisible();
    const others = phone.cardWith('The stop by the mill').getByRole('img', named);
    await expect(others).toBeVisible();
    expect(await sizeOf(others)).toEqual([1200, 900]);
    await expect(projector.controls).toHaveCount(0);
  });

  await test.step('a tap shows it large', async () => {
    const photo = phone.cardWith('The stop by the mill').getByRole('img');
    await phone.press(photo);
    const large = phone.largePhoto.getByRole('img', { name: 'A bus stop beside a mill' });
    await expect(large).toBeVisible();
    await phone.press(phone.largePhoto.getByRole('button', { name: 'Close' }));
    await expect(phone.largePhoto).toHaveCount(0);
    await expect(phone.writing).toHaveCount(0);
  });

  await test.step('the relay has the picture and nothing else', async () => {
    const [bytes] = await stored(relay, workshop, tablet.device);
    expect(bytes.includes(PLACE)).toBe(false);
    expect(bytes.includes('Exif')).toBe(false);
    expect(bytes.length).toBeLessThan(2_000_000);
  });

  await test.step('it is taken off, and undo puts it back', async () => {
    await tablet.openSheetOfPhoto(tablet.cardWith('The stop by the mill'));
    await tablet.press(tablet.sheet.getByRole('button', { name: 'Take the photo off' }));
    await tablet.closeSheet();
    await expect(card.getByRole('img')).toHaveCount(0);
    await tablet.press(tablet.tool('Undo'));
    await expect(tablet.cardWith('The stop by the mill').getByRole('img')).toBeVisible();
  });
});

test('a file that is no picture is told from one, and a huge picture is made small', async ({
  relay,
  device,
}) => {
  const { workshop } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');

  await tablet.choosePhoto(Buffer.from('Minutes of the meeting of the parish council'));
  await expect(tablet.page.getByText('This is not a picture that can be shown here.')).toBeVisible();
  await expect(tablet.cards).toHaveCount(0);

  await tablet.addPhoto(await photograph(tablet.page, { width: 6_000, height: 4_000 }));
  await tablet.doneWriting();
  const image = tablet.card('Photo without a description').getByRole('img');
  await expect(image).toBeVisible();
  expect(await sizeOf(image)).toEqual([1600, 1067]);
  await expect.poll(() => tablet.device.puts.length).toBe(1);
  await expect(tablet.page.getByText('Sending 1 photo…')).toHaveCount(0);
  const [bytes] = await stored(relay, workshop, tablet.device);
  expect(bytes.length).toBeLessThan(2_000_000);
});

test('a photo goes to the board it was chosen for, though the next activity starts meanwhile', async ({
  relay,
  device,
}) => {
  const { workshop, host } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  const picture = await photograph(tablet.page);
  const choosing = tablet.page.waitForEvent('filechooser');
  await tablet.press(tablet.tools.getByLabel('Photo', { exact: true }));
  const chooser = await choosing;
  await host.press(host.action(/^Next: /));
  await expect(tablet.page.getByText('The next activity has started.')).toBeVisible();
  await chooser.setFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: picture });
  await expect(tablet.writing).toHaveValue('');
  await expect(tablet.card('Photo without a description').getByRole('img')).toBeVisible();
  await tablet.doneWriting();
  await expect(tablet.page.getByRole('status').getByText(/^Now: /)).toBeVisible();
  await expect(tablet.cards).toHaveCount(0);
});

test('a photo is kept without the relay, over a reload, and arrives later', async ({
  relay,
  device,
}) => {
  const { workshop } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  const other = await atTable(device, workshop, 'Oak table');
  await tablet.addCard('Before the power cut');
  await tablet.expectSaved();
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

  await relay.kill();
  await tablet.addPhoto(await photograph(tablet.page));
  await tablet.page.keyboard.insertText('Taken in the dark');
  await tablet.doneWriting();
  const waits = tablet.page.getByText('1 photo waits on this device for a connection.');
  await expect(waits).toBeVisible();
  await tablet.page.reload();
  await expect(tablet.card('Taken in the dark').getByRole('img')).toBeVisible();
  await expect(waits).toBeVisible();

  await relay.start();
  await expect(waits).toHaveCount(0, { timeout: 45_000 });
  const card = other.card('Taken in the dark');
  await expect(card.getByRole('img')).toBeVisible({ timeout: 45_000 });
});

test('whoever cannot get a photo reads what it shows', async ({ relay, device }) => {
  const { workshop } = await started(device, relay);
  const tablet = await atTable(device, workshop, 'Oak table');
  const other = await atTable(device, workshop, 'Oak table');
  await other.page.route('**/photos/**', (route) => route.abort());
  await tablet.addPhoto(await photograph(tablet.page));
  await tablet.doneWriting();
  await tablet.openSheetOfPhoto(tablet.card('Photo without a description'));
  await tablet.describePhoto('A bus stop beside a mill');
  const card = other.card('A bus stop beside a mill');
  await expect(card.getByText('A bus stop beside a mill')).toBeVisible();
  await expect(card.getByText('The photo is on its way.')).toBeVisible();
  await other.page.unroute('**/photos/**');
  await expect(card.getByRole('img')).toBeVisible({ timeout: 45_000 });
});
