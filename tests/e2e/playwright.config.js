// How the journeys run: one real relay a test, a real Chromium, no retries, a trace of what failed.
import { defineConfig } from '@playwright/test';

import { launchOptions } from './harness/browser.js';

export default defineConfig({
  testDir: '.',
  testMatch: ['journeys/*.spec.js', 'foreign/*.spec.js'],
  outputDir: 'results/traces',
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
  // Several devices in one journey share two cores already.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    launchOptions,
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: 'retain-on-failure',
    locale: 'en-GB',
  },
});
