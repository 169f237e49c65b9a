import { expect } from '@playwright/test';

import { Screen, literally } from './screen.js';

/** The board as a list, and a walk through it with nothing but a keyboard. */
export class List extends Screen {
  get region() {
    return this.page.getByRole('region', { name: 'List' });
  }

  zone(title) {
    return this.region.getByRole('heading', { level: 2, name: title });
  }

  group(title) {
    return this.region.getByRole('heading', { level: 3, name: title });
  }

  item(text) {
    return this.region.getByRole('listitem').filter({ hasText: text });
  }

  /** A card's item below the heading of a zone. */
  itemIn(zone, text) {
    return this.region.getByRole('region', { name: zone }).getByRole('listitem').filter({ hasText: text });
  }

  async zoneTitles() {
    const headings = this.region.getByRole('heading', { level: 2 });
    await headings.first().waitFor();
    return headings.allTextContents();
  }

  addTo(zone) {
    return this.region.getByRole('button', { name: `Add card to ${zone}` });
  }

  /** The text that has the caret now. */
  get writing() {
    return this.page.getByRole('textbox', { name: 'Card text' });
  }

  /** Chooses one of a group of radio buttons: Tab enters the group, arrows go through it. */
  async choose(radio) {
    const group = radio.locator('xpath=ancestor::*[@role="radiogroup" or self::fieldset][1]');
    await this.tabTo(group.locator('input:focus, [role=radio]:focus'));
    for (let step = 0; step < 20 && !(await radio.isChecked()); step += 1) {
      await this.page.keyboard.press(step === 0 ? 'Space' : 'ArrowDown');
    }
    await expect(radio).toBeChecked();
  }

  /** Moves a card to another zone through its own control. */
  async moveTo(item, zone) {
    await this.enter(this.button(item, 'Move to'));
    const places = this.page.getByRole('dialog', { name: 'Move to a part of the board' });
    await this.enter(places.getByRole('button', { name: zone, exact: true }));
  }

  /** Puts two cards into a group with a title. */
  async groupWith(item, other, title) {
    await this.enter(this.button(item, 'More'));
    const sheet = this.page.getByRole('dialog', { name: 'Card' });
    await this.enter(sheet.getByRole('button', { name: 'Group', exact: true }));
    await this.tabTo(sheet.getByRole('checkbox', { name: other }));
    await this.page.keyboard.press('Space');
    await this.tabTo(sheet.getByRole('textbox', { name: 'Title of the group' }));
    await this.page.keyboard.type(title);
    await this.enter(sheet.getByRole('button', { name: 'Group them' }));
  }

  button(item, name) {
    return item.getByRole('button', { name: new RegExp(`^${literally(name)}`) });
  }

  /** Presses Tab until the target has the focus; fails after going round. */
  async tabTo(target, { backwards = false } = {}) {
    const key = backwards ? 'Shift+Tab' : 'Tab';
    for (let step = 0; step < 150; step += 1) {
      if (await hasFocus(target)) {
        return;
      }
      await this.page.keyboard.press(key);
    }
    await expect(target, 'reached by Tab').toBeFocused();
  }

  /** Tab to a button or link, then Enter. */
  async enter(target) {
    await this.tabTo(target);
    await this.page.keyboard.press('Enter');
  }
}

async function hasFocus(target) {
  return (await target.count()) > 0 && target.first().evaluate((node) => node === document.activeElement);
}
