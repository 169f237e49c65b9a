// The relay dies while everyone writes, and comes back on the same data.
import { expect, test } from '../harness/fixtures.js';
import { atTable, started } from '../harness/people.js';

test('nothing is lost when the relay is killed while all write', async ({ relay, device }) => {
  const { workshop } = await started(device, relay);
  const writers = [
    await atTable(device, workshop, 'Oak table'),
    await atTable(device, workshop, 'Oak table'),
    await atTable(device, workshop, 'Oak table', { kind: 'phone' }),
  ];
  const written = [];
  const write = async (round) => {
    await Promise.all(
      writers.map(async (table, index) => {
        const text = `Thought ${round} of ${index}`;
        await table.addCard(text);
        written.push(text);
      }),
    );
  };

  await write('before');
  // The kill falls among the keystrokes, not between them.
  const during = write('during');
  await relay.kill();
  await during;
  for (const table of writers) {
    await expect(table.status).toHaveText('Offline, kept on this device');
  }
  // What nobody has opened yet is there all the same.
  await writers[2].openSheet(writers[2].card('Thought before of 2'));
  await writers[2].closeSheet();
  await write('after');
  await relay.start();

  for (const table of writers) {
    // A browser may wait out its longest pause before it tries again.
    await table.expectSaved({ timeout: 45_000 });
  }
  for (const table of writers) {
    await table.fit();
    for (const text of written) {
      await expect(table.card(text)).toHaveCount(1);
    }
  }

  // And what the relay holds is what a device sees that was never here.
  const late = await atTable(device, workshop, 'Oak table');
  for (const text of written) {
    await expect(late.card(text)).toHaveCount(1);
  }
});
