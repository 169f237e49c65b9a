import { Screen } from './screen.js';

export class NewWorkshop extends Screen {
  async fill({ title, question, start, session }) {
    await this.page.getByRole('textbox', { name: 'Title' }).fill(title);
    await this.page.getByRole('textbox', { name: 'Question' }).fill(question);
    await this.choose('Where do you start?', start);
    if (session) {
      await this.choose('What kind of session is it?', session);
    }
  }

  async make() {
    await this.press(this.page.getByRole('button', { name: 'Make the workshop' }));
  }

  async choose(group, option) {
    const radio = this.page
      .getByRole('radiogroup', { name: group })
      .getByRole('radio', { name: option });
    await radio.check();
  }
}
