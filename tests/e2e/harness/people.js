// How people come into a workshop: the short way, for journeys that are about something else.
import { Facilitator } from '../pages/facilitator.js';
import { Join } from '../pages/join.js';
import { List } from '../pages/list.js';
import { Table } from '../pages/table.js';
import { Wall } from '../pages/wall.js';

/** A facilitator's laptop on a workshop, with an activity started. */
export async function facilitator(device, workshop, { activity } = {}) {
  const laptop = await device('laptop');
  await laptop.goto(workshop.links.facilitator);
  const screen = new Facilitator(laptop);
  if (activity) {
    await screen.start(activity);
  }
  return screen;
}

/** A workshop with its facilitator, and the first activity started. */
export async function started(device, relay, start) {
  const workshop = await relay.createWorkshop(start);
  const host = await facilitator(device, workshop);
  await host.startFirst();
  return { workshop, host };
}

/** A tablet at a table, or a phone elsewhere, with the board open. */
export async function atTable(device, workshop, place, { kind = 'tablet' } = {}) {
  const tablet = await device(kind);
  await new Join(tablet).joinAt(workshop.links.participant, place);
  const table = new Table(tablet);
  await table.expectReady();
  await table.fit();
  return table;
}

/** A laptop with the list open. */
export async function atList(device, workshop, place) {
  const laptop = await device('laptop');
  await new Join(laptop).joinAt(workshop.links.participant, place, { list: true });
  return new List(laptop);
}

/** The projector. */
export async function wall(device, workshop) {
  const projector = await device('wall');
  await projector.goto(workshop.links.wall);
  return new Wall(projector);
}
