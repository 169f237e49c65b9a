// A whole activity in the list, with nothing but a keyboard.
import { expect, test } from '../harness/fixtures.js';
import { started } from '../harness/people.js';
import { Join } from '../pages/join.js';
import { List } from '../pages/list.js';

test('join, add, edit, move, group and undo in the list by keyboard', async ({ relay, device }) => {
  const { workshop } = await started(device, relay, { start: 'service' });

  const laptop = await device('laptop');
  const list = new List(laptop);
  const join = new Join(laptop);
  const keyboard = laptop.page.keyboard;

  await test.step('join', async () => {
    await laptop.goto(workshop.links.participant);
    await list.choose(join.place('Oak table'));
    await list.choose(join.way('List'));
    await list.enter(join.button);
    await expect(list.region).toBeVisible();
  });

  const zones = await list.zoneTitles();
  const [from, to] = zones;

  await test.step('add two cards', async () => {
    for (const words of ['Lifts for neighbours', 'A shared van']) {
      await list.enter(list.addTo(from));
      await expect(list.writing).toBeFocused();
      await keyboard.type(words);
      await keyboard.press('Escape');
      await expect(list.itemIn(from, words)).toHaveCount(1);
    }
  });

  await test.step('edit', async () => {
    await list.enter(list.button(list.item('A shared van'), 'Edit'));
    await expect(list.writing).toBeFocused();
    await keyboard.press('ControlOrMeta+End');
    await keyboard.type(', electric');
    await keyboard.press('Escape');
    await expect(list.itemIn(from, 'A shared van, electric')).toHaveCount(1);
  });

  await test.step('move to another zone', async () => {
    for (const words of ['A shared van, electric', 'Lifts for neighbours']) {
      await list.moveTo(list.item(words), to);
      await expect(list.itemIn(to, words)).toHaveCount(1);
      await expect(list.itemIn(from, words)).toHaveCount(0);
    }
  });

  await test.step('group', async () => {
    await list.groupWith(list.item('Lifts for neighbours'), 'A shared van, electric', 'Wheels');
    await expect(list.group('Wheels')).toBeVisible();
  });

  await test.step('undo, twice', async () => {
    await keyboard.press('ControlOrMeta+z');
    await expect(list.group('Wheels')).toHaveCount(0);
    await keyboard.press('ControlOrMeta+z');
    await expect(list.itemIn(from, 'Lifts for neighbours')).toHaveCount(1);
  });

  await expect(list.status).toHaveText('Saved');
});
