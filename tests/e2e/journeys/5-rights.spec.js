// Wall and participant try what they must not, with clients that ignore the rules.
import { expect, test } from '../harness/fixtures.js';
import { overHocuspocus, overYWebsocket, texts, writeCard } from '../harness/foreign.js';
import { atTable, facilitator, started, wall } from '../harness/people.js';

test('nothing a wall or a participant must not do reaches anyone', async ({ relay, device }) => {
  const { workshop, host } = await started(device, relay, { title: 'A path to the school' });
  const tablet = await atTable(device, workshop, 'Oak table');
  await tablet.addCard('A lamp at the corner');
  await tablet.expectSaved();
  const board = tablet.device.board;
  const projector = await wall(device, workshop);
  await host.showOnWall('Oak table');
  await expect(projector.card('A lamp at the corner')).toBeVisible();

  await test.step('a wall key writes a card in either framing', async () => {
    const provider = overHocuspocus(relay, board, workshop.keys.wall);
    await provider.synced;
    const like = provider.doc.getMap('cards').values().next().value;
    writeCard(provider.doc, 'The wall was here', like);
    const websocket = overYWebsocket(relay, board, workshop.keys.wall);
    await websocket.synced;
    writeCard(websocket.doc, 'The wall was here too', like);
    expect(await websocket.closed).toBe(4403);

    // The next honest card is seen by all; by then a dishonest one would have been.
    await tablet.addCard('A zebra crossing');
    await expect(projector.card('A zebra crossing')).toBeVisible();
    await expect.poll(() => texts(provider.doc)).toContain('A zebra crossing');
    expect(provider.provider.hasUnsyncedChanges).toBe(true);
    await expect(tablet.card('The wall was here')).toHaveCount(0);
    await expect(projector.card('The wall was here')).toHaveCount(0);
    await expect(tablet.cards).toHaveCount(2);
    provider.dispose();
    websocket.dispose();
  });

  await test.step('a participant writes the plan', async () => {
    const client = overYWebsocket(relay, `${workshop.id}/plan`, workshop.keys.participant);
    await client.synced;
    const roots = [...client.doc.share.keys()];
    client.doc.transact(() => {
      for (const root of roots) {
        client.doc.getMap(root).set('title', 'Mine now');
      }
      client.doc.getMap('details').set('title', 'Mine now');
    });
    expect(await client.closed).toBe(4403);
    client.dispose();
    await tablet.addCard('Slower cars');
    await expect(projector.card('Slower cars')).toBeVisible();
    await expect(host.heading).toHaveText('A path to the school');

    const late = await facilitator(device, workshop);
    await expect(late.heading).toHaveText('A path to the school');
  });

  await test.step('a wrong key is told so in one sentence', async () => {
    const stranger = await device('phone');
    const wrong = workshop.links.participant.replace(/#.*/, `#${'a'.repeat(26)}`);
    await stranger.goto(wrong);
    await expect(stranger.page.getByText('This link no longer opens the workshop.')).toBeVisible();
    const socket = overYWebsocket(relay, board, 'a'.repeat(26));
    expect(await socket.closed).toBe(4401);
    socket.dispose();
    const provider = overHocuspocus(relay, board, 'a'.repeat(26));
    expect(await provider.denied).toBeTruthy();
    provider.dispose();
  });

  await test.step('an unknown workshop is told so in one sentence', async () => {
    const stranger = await device('phone');
    await stranger.goto(`/w/zzzzzzzzzz#${'a'.repeat(26)}`);
    await expect(stranger.page.getByText('There is no workshop here.')).toBeVisible();
    const socket = overYWebsocket(relay, 'zzzzzzzzzz/plan', 'a'.repeat(26));
    expect(await socket.closed).toBe(4404);
    socket.dispose();
  });

  await tablet.expectSaved();
});
