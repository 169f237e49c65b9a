import { expect } from '@playwright/test';

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

  /** Makes a new link in a section and waits until the old one is stopped. */
  async replace(section) {
    const part = this.section(section);
    await this.press(part.getByText('Stop this link'));
    await this.press(part.getByRole('button', { name: 'Make a new link' }));
    await this.confirm(part.getByRole('button', { name: 'Yes, stop the old link now' }));
    await expect(part.getByText('The old link is stopped.')).toBeVisible();
  }

  async close() {
    await this.press(this.dialog.getByRole('button', { name: 'Close' }));
  }
}
