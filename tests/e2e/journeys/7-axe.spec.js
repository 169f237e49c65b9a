// axe on every screen: light, dark and forced colours.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { expect, test } from '../harness/fixtures.js';
import { atList, atTable, facilitator, wall } from '../harness/people.js';
import { photograph } from '../harness/photos.js';
import { Home } from '../pages/home.js';
import { Invite } from '../pages/invite.js';
import { Join } from '../pages/join.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'forced colours': { colorScheme: 'light', forcedColors: 'active' },
};

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test('axe finds nothing before the workshop', async ({ device }) => {
  const laptop = await device('laptop');
  const home = new Home(laptop);
  await home.open();
  await expect(home.heading).toBeVisible();
  await expectClean(laptop, 'home');
  await home.startWorkshop();
  await expect(laptop.page.getByRole('button', { name: 'Make the workshop' })).toBeVisible();
  await expectClean(laptop, 'new workshop');
  await home.press(laptop.page.getByRole('button', { name: 'Make the workshop' }));
  const title = laptop.page.getByRole('textbox', { name: 'Title' });
  await expect(title).toBeFocused();
  await expect(title).toHaveAccessibleDescription(/Give the workshop a title first\.$/);
  await expectClean(laptop, 'new workshop without a title');
});

test('axe finds nothing on the screens of a workshop', async ({ relay, device }) => {
  const workshop = await relay.createWorkshop({ start: 'sample' });
  // An activity of the sample is on already.
  const host = await facilitator(device, workshop);
  await expect(host.tables.getByRole('article').first()).toBeVisible();
  await expectClean(host.device, 'facilitator');

  await host.openInvite();
  const invite = new Invite(host.device);
  await expect(invite.codes('Wall')).toBeVisible();
  await expectClean(host.device, 'invite');
  await invite.close();

  await host.press(host.action('Change the plan'));
  await expect(host.page.getByRole('dialog', { name: 'Change the plan' })).toBeVisible();
  await expectClean(host.device, 'change the plan');
  await host.page.keyboard.press('Escape');
  await host.press(host.action('Help'));
  await expect(host.page.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await expectClean(host.device, 'help');
  await host.page.keyboard.press('Escape');

  const [place] = await host.tableNames();
  const phone = await device('phone');
  await phone.goto(workshop.links.participant);
  await expect(new Join(phone).button).toBeVisible();
  await expectClean(phone, 'join');

  const table = await atTable(device, workshop, place);
  await table.addCard('A bench half way');
  await expect(table.card('A bench half way')).toBeVisible();
  await expectClean(table.device, 'table');
  await table.openSheet(table.card('A bench half way'));
  await expectClean(table.device, 'card sheet');

  await table.closeSheet();
  await table.addPhoto(await photograph(table.page));
  await table.doneWriting();
  const photo = table.card('Photo without a description');
  await expect(photo.getByRole('img')).toBeVisible();
  await expectClean(table.device, 'table with a photo');
  await table.press(photo.getByRole('img'));
  await expect(table.largePhoto.getByRole('img')).toBeVisible();
  await expectClean(table.device, 'large photo');
  await table.page.keyboard.press('Escape');
  await table.openSheetOfPhoto(photo);
  await expectClean(table.device, 'sheet of a card with a photo');
  await table.describePhoto('A bus stop beside a mill');

  const list = await atList(device, workshop, place);
  await expect(list.item('A bench half way')).toBeVisible();
  await expectClean(list.device, 'list');

  await host.lockAll();
  await expect(table.locked).toBeVisible();
  await expectClean(table.device, 'locked table');
  await expectClean(list.device, 'locked list');
  await expectClean(host.device, 'facilitator, every board locked');
  await host.unlockAll();

  const projector = await wall(device, workshop);
  await host.wallShows('Title and QR');
  await expect(projector.code).toBeVisible();
  await expectClean(projector.device, 'wall: title and QR');
  await host.showOnWall(place);
  await expect(projector.card('A bench half way')).toBeVisible();
  await expectClean(projector.device, 'wall: one table');
  await host.wallShows('Activity');
  await expect(projector.code).toHaveCount(0);
  await expectClean(projector.device, 'wall: activity');
});

test('axe finds nothing before the first activity', async ({ relay, device }) => {
  const workshop = await relay.createWorkshop();
  const phone = await device('phone');
  await new Join(phone).joinAt(workshop.links.participant, 'Oak table');
  await expect(phone.page.getByText('Waiting for the next activity')).toBeVisible();
  await expectClean(phone, 'waiting');
  const host = await facilitator(device, workshop);
  await expect(host.tables.getByRole('article').first()).toBeVisible();
  await expectClean(host.device, 'facilitator, nothing on');
});

test('axe finds nothing when a link does not open', async ({ device }) => {
  const phone = await device('phone');
  await phone.goto(`/w/zzzzzzzzzz#${'a'.repeat(26)}`);
  await expect(phone.page.getByText('There is no workshop here.')).toBeVisible();
  await expectClean(phone, 'no workshop');
});

async function expectClean(device, screen) {
  for (const [look, media] of Object.entries(looks)) {
    await device.page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    // Not by a script element: the page's own Content-Security-Policy stays in force.
    await device.page.evaluate(`window.axe ?? (() => { ${axe} })()`);
    const found = await device.page.evaluate(
      (tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags } }),
      WCAG,
    );
    const problems = found.violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${violation.help})`),
    );
    expect.soft(problems, `${screen}, ${look}`).toEqual([]);
  }
  await device.page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null });
}
