// What every screen has in common. Page objects find things as a person does: by role and by name.
import { expect } from '@playwright/test';

export class Screen {
  constructor(device) {
    this.device = device;
    this.page = device.page;
  }

  /** A finger on a touch screen, the mouse elsewhere. */
  async press(target) {
    await (this.device.touch ? target.tap() : target.click());
  }

  /** Presses a button that asks whether one is sure, as often as it takes: a press that comes at once is
   * taken for the second of a double tap. */
  async confirm(target) {
    await expect(async () => {
      await this.press(target);
      await expect(target).toHaveCount(0, { timeout: 500 });
    }).toPass({ intervals: [1000] });
  }

  /** A link or a button: people do not care which. */
  action(name, within = this.page) {
    return within
      .getByRole('button', { name, exact: true })
      .or(within.getByRole('link', { name, exact: true }));
  }

  get heading() {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** Whether what was written here is safe. */
  get status() {
    return this.page
      .getByRole('status')
      .filter({ hasText: /^(Saved|Saving…|Connecting…|Offline.*|Locked, .*|Watching)$/ });
  }

  async expectSaved(options) {
    await expect(this.status).toHaveText('Saved', options);
  }
}

/** Text made safe for a regular expression. */
export function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
