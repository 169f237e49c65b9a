// A card is dragged for two seconds on a board of 100, of 1,000 and of 2,000: how long the main thread works
// for each frame, as the browser itself counts it.
import { devices } from '../harness/browser.js';
import { Device } from '../harness/device.js';
import { overHocuspocus, writeCard } from '../harness/foreign.js';
import { atTable, facilitator } from '../harness/people.js';
import { measured } from './measure.mjs';

const FRAMES = 120;
const RADIUS = 80;

await measured(async function* ({ relay, browser }) {
  for (const cards of [100, 1_000, 2_000]) {
    const workshop = await relay.createWorkshop();
    const opened = [];
    const device = async (kind) => {
      // A tablet's screen, with the mouse of a laptop.
      const context = await browser.newContext({ viewport: devices[kind].viewport });
      opened.push(context);
      return new Device('laptop', context, await context.newPage(), relay.url);
    };
    const host = await facilitator(device, workshop);
    await host.startFirst();
    const table = await atTable(device, workshop, 'Oak table');
    await opened[0].close();
    await table.addCard('Drag me');
    await table.expectSaved();
    await fill(relay, table.device.board, workshop.keys.participant, cards - 1);
    await table.card(`Card ${cards - 2}`).waitFor({ state: 'attached' });

    yield {
      case: `dragging one of ${cards.toLocaleString('en')} cards`,
      figures: await drag(table),
    };
    for (const context of opened.slice(1)) {
      await context.close();
    }
  }
});

async function fill(relay, board, key, count) {
  const client = overHocuspocus(relay, board, key);
  await client.synced;
  const [x, y] = first(client.doc).get('at');
  const like = first(client.doc);
  const columns = Math.ceil(Math.sqrt(count));
  for (let number = 0; number < count; number += 1) {
    const id = writeCard(client.doc, `Card ${number}`, like);
    const at = [x + (1 + (number % columns)) * 216, y + Math.floor(number / columns) * 216];
    client.doc.getMap('cards').get(id).set('at', at);
  }
  await client.durable();
  client.dispose();
}

function first(doc) {
  return doc.getMap('cards').values().next().value;
}

async function drag(table) {
  const { page } = table;
  const card = table.card('Drag me');
  await card.scrollIntoViewIfNeeded();
  const box = await card.boundingBox();
  const from = { x: box.x + box.width / 2, y: box.y + 6 };
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.evaluate(() => {
    window.frames_ = [];
    const beat = (now) => {
      window.frames_.push(now);
      window.beat = requestAnimationFrame(beat);
    };
    window.beat = requestAnimationFrame(beat);
  });

  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const before = await busy(devtools);
  const framesBefore = await page.evaluate(() => window.frames_.length);
  for (let frame = 1; frame <= FRAMES; frame += 1) {
    // One and a half turns of a circle, so that the card stays in view and ends somewhere else.
    const angle = (frame / FRAMES) * 3 * Math.PI;
    await page.mouse.move(
      from.x + RADIUS * Math.sin(angle),
      from.y + RADIUS * (1 - Math.cos(angle)),
    );
  }
  const after = await busy(devtools);
  const frames = await page.evaluate((from) => {
    cancelAnimationFrame(window.beat);
    return window.frames_.slice(from);
  }, framesBefore);
  await page.mouse.up();
  const moved = (await card.boundingBox()).y - box.y;
  if (Math.abs(moved - 2 * RADIUS) > RADIUS / 4) {
    throw new Error(`the card moved by ${moved} px, not ${2 * RADIUS}: nothing was measured`);
  }

  const gaps = frames.slice(1).map((now, index) => now - frames[index]);
  return {
    'main thread a frame, ms': ((after - before) * 1_000) / frames.length,
    'main thread a move, ms': ((after - before) * 1_000) / FRAMES,
    'longest frame, ms': Math.max(...gaps),
  };
}

async function busy(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}
