import { Screen } from './screen.js';

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

  async showOnWall(name) {
    await this.press(this.action(`Show ${name} on the wall`));
  }

  async wallShows(what) {
    await this.press(this.wall.getByRole('button', { name: what }));
  }

  async openInvite() {
    await this.press(this.action('Invite'));
  }
}
