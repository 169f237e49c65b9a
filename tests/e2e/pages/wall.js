import { Screen } from './screen.js';

/** The projector's screen: nothing to press, readable from the back of the hall. */
export class Wall extends Screen {
  get code() {
    return this.page.getByRole('img', { name: /QR code/ });
  }

  /** A card in the picture of a board. A picture is for eyes only, so it is found by its words. */
  card(text) {
    return this.page.getByRole('main').getByText(text, { exact: true });
  }

  /** Anything that could be pressed or written into; there is to be nothing. */
  get controls() {
    return this.page.locator('a, button, input, select, textarea, [contenteditable], [tabindex]');
  }
}
