// What every journey gets: a relay, a workshop maker and devices, and what must hold in all of them:
// no request leaves for a third party, and nothing in the page panics.
import { expect, test as base } from '@playwright/test';

import { devices } from './browser.js';
import { Device } from './device.js';
import { Relay } from './relay.js';

export { expect };

export const test = base.extend({
  relay: async ({}, use, testInfo) => {
    const relay = await Relay.start();
    await use(relay);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('relay', { body: relay.output, contentType: 'text/plain' });
    }
    await relay.dispose();
  },

  // `await device('tablet')`: a device nobody has used before.
  device: async ({ browser, relay }, use) => {
    const opened = [];
    await use(async (kind, options = {}) => {
      const context = await browser.newContext({
        baseURL: relay.url,
        ...devices[kind],
        ...options,
      });
      const device = new Device(kind, context, await context.newPage(), relay.url);
      opened.push(device);
      return device;
    });
    for (const device of opened) {
      await device.context.close();
    }
    for (const device of opened) {
      expect(device.strangers, 'requests to third parties').toEqual([]);
      expect(device.troubles, 'panics and uncaught errors').toEqual([]);
    }
  },
});
