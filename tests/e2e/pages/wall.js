import { Screen, literally } from './screen.js';

/** The projector's screen: nothing to press, readable from the back of the hall. */
export class Wall extends Screen {
  get code() {
    return this.page.getByRole('img', { name: /QR code/ });
  }

  card(text) {
    return this.page.getByRole('group', { name: new RegExp(`^${literally(text)}, `) });
  }

  get cards() {
    return this.page.getByRole('group', { name: /, \d+ of \d+/ });
  }

  /** Anything that could be pressed or written into; there is to be nothing. */
  get controls() {
    return this.page.locator('button, input, select, textarea:not([readonly])');
  }
}
