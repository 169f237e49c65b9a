import { Screen } from './screen.js';

export class Home extends Screen {
  async open() {
    await this.device.goto('/');
  }

  async startWorkshop() {
    await this.press(this.action('Start a workshop'));
  }

  async openSample() {
    await this.press(this.action('Open the sample'));
  }

  async join(link) {
    await this.page.getByRole('textbox', { name: 'I have a link or code' }).fill(link);
    await this.press(this.page.getByRole('button', { name: 'Join', exact: true }));
  }
}
