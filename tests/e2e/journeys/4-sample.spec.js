// The sample workshop is one press away and tells its story.
import { expect, test } from '../harness/fixtures.js';
import { Facilitator } from '../pages/facilitator.js';
import { Home } from '../pages/home.js';
import { Table } from '../pages/table.js';

test('the sample opens from Home and shows its story', async ({ device }) => {
  const laptop = await device('laptop');
  const home = new Home(laptop);
  await home.open();
  await home.openSample();

  const facilitator = new Facilitator(laptop);
  await expect(facilitator.heading).toHaveText('Getting about in our village');
  await expect(facilitator.agenda.getByRole('listitem')).not.toHaveCount(0);

  const [name] = await facilitator.tableNames();
  await facilitator.openTable(name);
  const table = new Table(laptop);
  await table.fit();
  await expect(table.cards).not.toHaveCount(0);
  await table.openStory();
  await expect(laptop.page.getByText(/Two years ago the bus stopped/)).toBeVisible();
});
