// A facilitator on a laptop, two tablets at tables, a phone from elsewhere and the wall.
import { expect, test } from '../harness/fixtures.js';
import { Facilitator } from '../pages/facilitator.js';
import { Home } from '../pages/home.js';
import { Invite } from '../pages/invite.js';
import { Join } from '../pages/join.js';
import { NewWorkshop } from '../pages/new-workshop.js';
import { Table } from '../pages/table.js';
import { Wall } from '../pages/wall.js';

const SOON = { timeout: 1_000 };

test('from the first screen to cards that everyone sees', async ({ device }) => {
  const laptop = await device('laptop');
  const home = new Home(laptop);
  const facilitator = new Facilitator(laptop);
  const invite = new Invite(laptop);

  await test.step('the facilitator starts from "build capacity"', async () => {
    await home.open();
    await expect(home.heading).toHaveText('Trestle');
    await home.startWorkshop();
    const plan = new NewWorkshop(laptop);
    await plan.fill({
      title: 'A warmer winter',
      question: 'What can our street do?',
      start: /build capacity/i,
      session: /^Co-production/,
    });
    await plan.make();
    await expect(facilitator.heading).toHaveText('A warmer winter');
    await facilitator.startFirst();
  });

  const links = await test.step('Invite shows a link and a code for each', async () => {
    await facilitator.openInvite();
    await expect(invite.codes('Tables').first()).toBeVisible();
    await expect(invite.codes('From elsewhere')).toBeVisible();
    await expect(invite.codes('Wall')).toBeVisible();
    const links = {
      tables: await invite.link('Tables'),
      elsewhere: await invite.link('From elsewhere'),
      wall: await invite.link('Wall'),
    };
    await invite.close();
    return links;
  });

  const first = new Table(await device('tablet'));
  const second = new Table(await device('tablet'));
  const phone = new Table(await device('phone'));
  const wall = new Wall(await device('wall'));

  await test.step('everyone joins', async () => {
    await new Join(first.device).joinAt(here(links.tables, laptop), 'Oak table');
    await new Join(second.device).joinAt(here(links.tables, laptop), 'Willow table');
    await new Join(phone.device).joinAt(here(links.elsewhere, laptop), 'Joining from elsewhere', {
      name: 'Ada',
    });
    for (const table of [first, second, phone]) {
      await table.expectReady();
      await table.fit();
    }
    await wall.device.goto(here(links.wall, laptop));
    // It went along when the first activity started.
    await expect(wall.heading).toHaveText('What is on your mind?');
  });

  await test.step('cards appear on the others within a second', async () => {
    await first.addCard('Share a boiler');
    await expect(second.card('Share a boiler')).toBeVisible(SOON);
    await second.addCard('Knit draught stoppers');
    await expect(first.card('Knit draught stoppers')).toBeVisible(SOON);
    await phone.addCard('Soup on Fridays');
    await expect(first.card('Soup on Fridays')).toBeVisible(SOON);
    await expect(second.card('Soup on Fridays')).toBeVisible(SOON);
  });

  await test.step('two write in one card at once and both keep their words', async () => {
    await first.addCard('Plan');
    await expect(second.card('Plan')).toBeVisible();
    await first.write(first.card('Plan'));
    await second.write(second.card('Plan'));
    await Promise.all([
      first.page.keyboard.type(' warm-rooms', { delay: 15 }),
      second.page.keyboard.type(' hot-drinks', { delay: 15 }),
    ]);
    await first.doneWriting();
    await second.doneWriting();
    for (const table of [first, second, phone]) {
      await expect(table.cardWith('warm-rooms')).toHaveCount(1);
      await expect(table.cardWith('hot-drinks')).toHaveCount(1);
    }
    const name = await first.cardWith('warm-rooms').getAttribute('aria-label');
    await expect(second.cardWith('warm-rooms')).toHaveAttribute('aria-label', name);
    await expect(phone.cardWith('warm-rooms')).toHaveAttribute('aria-label', name);
  });

  await test.step('the wall follows what the facilitator shows', async () => {
    await expect(facilitator.table('Oak table')).toContainText('4 cards');
    await expect(facilitator.table('Oak table')).toContainText('1 person here');
    await facilitator.showOnWall('Oak table');
    await expect(wall.card('Share a boiler')).toBeVisible(SOON);
    await expect(wall.controls).toHaveCount(0);
    await facilitator.wallShows('Title and QR');
    await expect(wall.code).toBeVisible(SOON);
    await expect(wall.heading).toHaveText('A warmer winter');
    await expect(wall.card('Share a boiler')).toHaveCount(0);
  });

  for (const screen of [first, second, phone]) {
    await screen.expectSaved();
  }
});

/** A link as it is offered to the hall, on the address that this machine's browsers use. */
function here(link, laptop) {
  const url = new URL(link);
  return new URL(`${url.pathname}${url.search}${url.hash}`, laptop.page.url()).href;
}
