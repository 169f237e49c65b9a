// Ways in, back and across: a code said aloud, the browser's Back, a raised hand, the next activity.
import { expect, test } from '../harness/fixtures.js';
import { atTable, started } from '../harness/people.js';
import { Home } from '../pages/home.js';
import { Invite } from '../pages/invite.js';
import { Join } from '../pages/join.js';
import { Table } from '../pages/table.js';

test('a code said aloud leads to the table', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  await host.openInvite();
  const code = await new Invite(host.device).spokenCode();

  const phone = await device('phone');
  const home = new Home(phone);
  await home.open();
  await home.join('000 000 000');
  await expect(phone.page.getByRole('alert').filter({ hasText: 'No workshop has this code' })).toBeVisible();
  await home.join(code.replaceAll(' ', '-'));
  const join = new Join(phone);
  await expect(join.button).toBeInViewport({ ratio: 1 });
  // What has the focus is never behind it.
  for (const field of [join.place('Oak table'), join.name, join.way('List')]) {
    await field.focus();
    const [held, bar] = [await field.boundingBox(), await join.button.boundingBox()];
    expect(held.y + held.height).toBeLessThan(bar.y);
  }
  await join.press(join.button);
  const where = phone.page.getByRole('radiogroup', { name: 'Where are you?' });
  await expect(where).toHaveAccessibleDescription('Please choose where you are first.');
  await expect(where.getByRole('radio').first(), 'said by the program, and taken there').toBeFocused();
  await join.place('Oak table').check();
  await join.press(join.button);
  const table = new Table(phone);
  await table.expectReady();
  await expect(table.heading, 'a screen reader starts at the new title').toBeFocused();
});

test('a link that has lost its last part says so', async ({ device, relay }) => {
  const workshop = await relay.createWorkshop();
  const phone = await device('phone');
  await phone.goto(`/w/${workshop.id}`);
  await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText('This link is not complete.');
});

test('a link to another address says so and leads there', async ({ device }) => {
  const tablet = await device('tablet');
  const home = new Home(tablet);
  await home.open();
  await home.join('http://192.0.2.7:4010/w/abc123#key');
  await expect(tablet.page.getByText('This link belongs to another address.')).toBeVisible();
  await expect(tablet.page.getByRole('link', { name: 'Go to http://192.0.2.7:4010' })).toHaveAttribute(
    'href',
    'http://192.0.2.7:4010/w/abc123#key',
  );
});

test('Back closes an opened table and leaves nothing open', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  const [name] = await host.tableNames();
  const table = new Table(host.device);

  await host.openTable(name);
  await table.expectReady();
  await host.page.goBack();
  await expect(host.table(name)).toBeVisible();

  await host.openTable(name);
  await table.expectReady();
  await host.page.reload();
  await table.expectReady();
  await host.press(host.action('All tables'));
  await expect(host.table(name)).toBeVisible();
  await host.openTable(name);
  await table.expectReady();
  await host.page.goBack();
  await expect(host.table(name)).toBeVisible();
  await host.page.goForward();
  await table.expectReady();
  await host.page.goBack();
  await expect(host.table(name)).toBeVisible();
});

test('a raised hand reaches the facilitator, and comes down', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  await table.raiseHand();
  await expect(host.raisedHand('Oak table')).toBeVisible();
  await expect(host.raisedHand('Willow table')).toHaveCount(0);
  await table.raiseHand();
  await expect(host.raisedHand('Oak table')).toHaveCount(0);
});

test('the next activity waits for the sentence and says its name', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  await table.press(table.tool('Add card'));
  await expect(table.writing).toHaveValue('');
  await table.page.keyboard.insertText('One more');

  await host.press(host.action(/^Next: /));
  await expect(table.page.getByText('The next activity has started.')).toBeVisible();
  await expect(table.writing).toHaveValue('One more');

  // On a phone there is no room for both, unless the board makes some.
  await table.page.setViewportSize({ width: 390, height: 844 });
  await expect(async () => {
    const offer = await table.page.getByRole('status').filter({ hasText: 'Go there' }).boundingBox();
    const words = await table.writing.boundingBox();
    const areApart = words.y >= offer.y + offer.height || words.y + words.height <= offer.y;
    expect(areApart, 'the offer lies over no words').toBe(true);
  }).toPass({ timeout: 10_000 });
  await table.doneWriting();
  await expect(table.page.getByRole('status').getByText(/^Now: /)).toBeVisible();
  await table.expectReady();
});

test('a card with thousands of characters stays a card and keeps every word', async ({ device, relay }) => {
  const { workshop } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  const words = 'We went to town each week. '.repeat(120).trim();
  await table.addCard(words);
  const card = table.cardWith('We went to town');
  expect((await card.boundingBox()).height).toBeLessThan(700);
  await table.openSheet(card);
  await expect(table.sheet.getByText(words)).toBeVisible();
});

test('deleting the workshop now tells its people and leaves the link dead', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  await table.addCard('Gone soon');
  await table.expectSaved();

  await host.openKeeping();
  await host.keepFor('30 days');
  await host.deleteByHabit();
  await expect(table.card('Gone soon'), 'a double tap deletes nothing').toBeVisible();
  await host.deleteForGood();
  await expect(new Home(host.device).heading).toHaveText('Trestle');
  await expect(host.page.getByRole('link', { name: /You run it/ })).toHaveCount(0);
  await expect(table.heading).toHaveText('This workshop was deleted.');
  await table.page.reload();
  await expect(table.heading).toHaveText('There is no workshop here.');
});

test('a stopped link throws its people out, and the new one lets them in', async ({ device, relay }) => {
  const { workshop, host } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  await host.openInvite();
  const invite = new Invite(host.device);
  const old = await invite.link('Tables');
  await invite.replace('Tables');
  await expect(table.heading).toHaveText('This link no longer opens the workshop.');

  const link = await invite.link('Tables');
  expect(link).not.toBe(old);
  const { pathname, hash } = new URL(link);
  await table.device.goto(`${pathname}${hash}`);
  // It still knows its table.
  await table.expectReady();
});

test('a long press opens the sheet, and it stays when the finger is lifted', async ({ device, relay }) => {
  const { workshop } = await started(device, relay);
  const table = await atTable(device, workshop, 'Oak table');
  await table.addCard('Hold me');
  await table.longPress(table.card('Hold me'));
  await expect(table.sheet).toBeVisible();
  await table.closeSheet();
});

test('cards that two tables add in the same moment make room for each other', async ({ device, relay }) => {
  const { workshop } = await started(device, relay);
  const tables = [];
  for (let count = 0; count < 2; count += 1) {
    tables.push(await atTable(device, workshop, 'Oak table'));
  }
  // Neither can see the other while both add a card in the first free place.
  await relay.kill();
  for (const [index, table] of tables.entries()) {
    await table.addCard(`Card ${index}`);
  }
  await relay.start();
  for (const table of tables) {
    await expect(table.cards).toHaveCount(2);
    await expect(async () => {
      const [one, other] = await Promise.all(
        [0, 1].map((index) => table.card(`Card ${index}`).boundingBox()),
      );
      expect(Math.abs(one.x - other.x) + Math.abs(one.y - other.y)).toBeGreaterThan(60);
    }).toPass();
  }
});

test('a card written before the board had arrived makes room for what was there', async ({ device, relay }) => {
  const { workshop } = await started(device, relay);
  const there = await atTable(device, workshop, 'Oak table');
  await there.addCard('There first');
  await there.expectSaved();

  const late = await device('tablet');
  const join = new Join(late);
  await late.goto(workshop.links.participant);
  await expect(join.place('Oak table')).toBeVisible();
  await relay.kill();
  await join.place('Oak table').check();
  await join.press(join.button);
  const table = new Table(late);
  await table.expectReady();
  await expect(late.page.getByText('What others wrote here has not arrived yet.')).toBeVisible();
  await table.addCard('Came later');
  await relay.start();
  await expect(table.card('There first')).toHaveCount(1, { timeout: 45_000 });
  await expect(async () => {
    const [one, other] = await Promise.all(
      ['There first', 'Came later'].map((text) => table.card(text).boundingBox()),
    );
    expect(Math.abs(one.x - other.x) + Math.abs(one.y - other.y)).toBeGreaterThan(60);
  }).toPass();
});
