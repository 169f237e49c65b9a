import { expect } from '@playwright/test';

import { Screen, literally } from './screen.js';

/** The board of a table: cards on paper, a toolbar below. */
export class Table extends Screen {
  get tools() {
    return this.page.getByRole('toolbar', { name: 'Board tools' });
  }

  tool(name) {
    return this.tools.getByRole('button', { name, exact: true });
  }

  /** Every card that the board shows. */
  get cards() {
    return this.page.getByRole('group', { name: /, \d+ of \d+/ });
  }

  /** The card whose words are these, wherever it is. */
  card(text) {
    return this.page.getByRole('group', { name: new RegExp(`^${literally(text)}, `) });
  }

  text(card) {
    return card.getByRole('textbox', { name: 'Card text' });
  }

  /** The text that has the caret now. */
  get writing() {
    return this.page.getByRole('textbox', { name: 'Card text' }).and(this.page.locator(':focus'));
  }

  /** Waits until cards can be added here. */
  async expectReady() {
    await expect(this.tool('Add card')).toBeEnabled();
  }

  /** Adds a card and writes on it, as fast as a person who does not look up. */
  async addCard(text) {
    await this.press(this.tool('Add card'));
    await expect(this.writing).toHaveValue('');
    await this.page.keyboard.insertText(text);
    await this.doneWriting();
  }

  /** Opens a card for writing, the caret at the end. */
  async write(card) {
    await this.press(this.text(card));
    await expect(this.text(card)).toBeFocused();
    await this.page.keyboard.press('ControlOrMeta+End');
  }

  async doneWriting() {
    await this.page.keyboard.press('Escape');
  }

  async fit() {
    await this.press(this.page.getByRole('button', { name: 'Fit', exact: true }));
  }

  /** Opens the sheet of a card, by the pointer's long way round: keyboard's context key. */
  async openSheet(card) {
    await card.focus();
    await this.page.keyboard.press('Shift+F10');
    await expect(this.sheet).toBeVisible();
    return this.sheet;
  }

  get sheet() {
    return this.page.getByRole('dialog', { name: 'Card' });
  }
}
