import { expect } from '@playwright/test';

import { Screen } from './screen.js';
import { Table } from './table.js';

export class Facilitator extends Screen {
  get agenda() {
    return this.page.getByRole('navigation', { name: 'Agenda' });
  }

  get tables() {
    return this.page.getByRole('region', { name: 'Tables' });
  }

  table(name) {
    return this.tables.getByRole('article', { name });
  }

  get wall() {
    return this.page.getByRole('region', { name: 'On the wall' });
  }

  async start(activity) {
    await this.press(this.action(`Start ${activity}`, this.agenda));
  }

  /** Starts the first activity of the agenda, whatever it is. */
  async startFirst() {
    await this.press(this.agenda.getByRole('button', { name: /^Start / }).first());
  }

  /** The names of the tables, in order. */
  async tableNames() {
    const articles = this.tables.getByRole('article');
    await articles.first().waitFor();
    return articles.getByRole('heading').allTextContents();
  }

  async openTable(name) {
    await this.press(this.action(`Open ${name}`, this.table(name)));
  }

  raisedHand(name) {
    return this.table(name).getByRole('status').filter({ hasText: 'Hand raised' });
  }

  async lock(name) {
    await this.press(this.action(`Lock ${name}`));
  }

  async unlock(name) {
    await this.press(this.action(`Unlock ${name}`));
  }

  async lockAll() {
    await this.lock('every board');
  }

  async unlockAll() {
    await this.unlock('every board');
  }

  lockedTag(name) {
    return this.table(name).getByRole('status').filter({ hasText: 'Locked' });
  }

  get allLocked() {
    return this.page.getByText('Every board is locked.');
  }

  /** The table that was opened from here. */
  asTable() {
    return new Table(this.device);
  }

  async showOnWall(name) {
    await this.press(this.action(`Show ${name} on the wall`));
  }

  async wallShows(what) {
    await this.press(this.wall.getByRole('button', { name: what }));
  }

  get keeping() {
    return this.page.getByRole('dialog', { name: 'How long it is kept' });
  }

  async openKeeping() {
    await this.press(this.action('Change or delete'));
  }

  /** Chooses the days and waits until the relay has taken them. */
  async keepFor(days) {
    await this.keeping.getByRole('radio', { name: days }).check();
    await expect(this.keeping.getByRole('status')).toHaveText(/^Kept until /);
  }

  /** Presses "delete" twice where it stands, without a look at what comes in between. */
  async deleteByHabit() {
    const place = await this.action('Delete this workshop now', this.keeping).boundingBox();
    await this.page.mouse.dblclick(place.x + place.width / 2, place.y + place.height / 2);
    const no = this.action('No, keep it', this.keeping);
    if (await no.isVisible()) {
      await this.press(no);
    }
  }

  async deleteForGood() {
    await this.press(this.action('Delete this workshop now', this.keeping));
    await this.confirm(this.action('Yes, delete everything for good', this.keeping));
  }

  async openInvite() {
    await this.press(this.action('Invite'));
  }
}
