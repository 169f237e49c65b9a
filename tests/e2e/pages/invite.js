import { Screen } from './screen.js';

export class Invite extends Screen {
  get dialog() {
    return this.page.getByRole('dialog', { name: 'Invite' });
  }

  section(name) {
    return this.dialog.getByRole('region', { name });
  }

  /** The link that a section offers, as it would be typed or scanned. */
  async link(section) {
    return this.section(section).getByRole('textbox').first().inputValue();
  }

  /** The code that is said aloud, as it is shown. */
  async spokenCode() {
    const code = this.dialog.getByText(/^\d{3}( \d{3})+$/);
    return code.textContent();
  }

  codes(section) {
    return this.section(section).getByRole('img', { name: /QR code/ });
  }

  async close() {
    await this.press(this.dialog.getByRole('button', { name: 'Close' }));
  }
}
