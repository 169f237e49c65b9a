import { Screen } from './screen.js';

export class Join extends Screen {
  get brief() {
    return this.page.getByRole('region', { name: 'Honest brief' });
  }

  place(name) {
    return this.page
      .getByRole('radiogroup', { name: 'Where are you?' })
      .getByRole('radio', { name: new RegExp(`^${name}`) });
  }

  way(name) {
    return this.page
      .getByRole('radiogroup', { name: 'How would you like to work?' })
      .getByRole('radio', { name: new RegExp(`^${name}`) });
  }

  get name() {
    return this.page.getByRole('textbox', { name: 'First name or nickname (optional)' });
  }

  get button() {
    return this.page.getByRole('button', { name: 'Join in' });
  }

  /** Opens the link and joins at a table or from elsewhere. */
  async joinAt(link, place, { name, list = false } = {}) {
    await this.device.goto(link);
    await this.place(place).check();
    if (name) {
      await this.name.fill(name);
    }
    if (list) {
      await this.way('List').check();
    }
    await this.press(this.button);
  }
}
