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

  /** What stands in the place of the tools while the board is locked. */
  get locked() {
    return this.page.getByRole('status').filter({ hasText: 'The facilitator has locked this board.' }).filter({ hasText: 'kept' });
  }

  /** Every card on the board. */
  get cards() {
    return this.page.getByRole('group', { name: /, \d+ of \d+ in / });
  }

  /** The card whose words are these, wherever it is. */
  card(text) {
    return this.page.getByRole('group', { name: new RegExp(`^${literally(text)}, `) });
  }

  /** The card that has these words among others. */
  cardWith(words) {
    return this.page.getByRole('group', { name: new RegExp(`${literally(words)}.*, \\d+ of `) });
  }

  /** The field that has the caret now. */
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

  /** Opens a card for writing; one press puts the caret at the end of its words. */
  async write(card) {
    await this.press(card);
    await expect(this.writing).toBeVisible();
  }

  /** Types a word that an input method has not finished. */
  async compose(text) {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  }

  /** Chooses a file as a photo. */
  async choosePhoto(buffer) {
    const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer };
    await this.tools.getByLabel('Photo', { exact: true }).setInputFiles(file);
  }

  /** Adds a card with a photo; the caret is in it then. */
  async addPhoto(buffer) {
    await this.choosePhoto(buffer);
    await expect(this.writing).toHaveValue('');
  }

  /** The photo that is shown large. */
  get largePhoto() {
    return this.page.getByRole('dialog', { name: 'Photo' });
  }

  /** Opens the sheet of a card by way of its photo. */
  async openSheetOfPhoto(card) {
    await this.press(card.getByRole('img'));
    await this.press(this.largePhoto.getByRole('button', { name: 'Describe it or take it off' }));
    await expect(this.largePhoto).toHaveCount(0);
    await expect(this.sheet).toBeVisible();
  }

  /** Says in words what the photo of the open sheet shows, and closes the sheet. */
  async describePhoto(words) {
    const field = this.sheet.getByRole('textbox', { name: 'What does the photo show?' });
    await field.fill(words);
    await field.press('Enter');
    await this.closeSheet();
  }

  async doneWriting() {
    await this.page.keyboard.press('Escape');
    await expect(this.writing).toHaveCount(0);
  }

  async fit() {
    await this.press(this.page.getByRole('button', { name: 'Fit', exact: true }));
  }

  get sheet() {
    return this.page.getByRole('dialog', { name: 'Card' });
  }

  /** Opens the sheet of a card. */
  async openSheet(card) {
    await this.write(card);
    await this.press(card.getByRole('button', { name: 'More' }));
    await expect(this.sheet).toBeVisible();
  }

  /** Holds a finger on a card until its sheet is there, then lifts it. */
  async longPress(card) {
    const box = await card.boundingBox();
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await expect(this.sheet).toBeVisible();
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  async closeSheet() {
    await this.press(this.sheet.getByRole('button', { name: 'Close' }));
    await expect(this.sheet).toHaveCount(0);
  }

  /** Raises the hand, or takes it down, from the help. */
  async raiseHand() {
    await this.press(this.page.getByRole('button', { name: 'Help', exact: true }));
    const help = this.page.getByRole('dialog', { name: 'Help' });
    await this.press(help.getByRole('button', { name: 'Raise your hand' }));
    await this.press(help.getByRole('button', { name: 'Close' }));
    await expect(help).toHaveCount(0);
  }

  /** The story of the activity, unfolded. */
  async openStory() {
    await this.press(this.page.getByText('The story', { exact: true }));
  }
}
