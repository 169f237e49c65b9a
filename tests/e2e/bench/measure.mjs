// What the measuring scripts share: a browser, a relay, a line of JSON for each measurement.
import { chromium } from '@playwright/test';

import { launchOptions } from '../harness/browser.js';
import { Relay } from '../harness/relay.js';

/** Runs `measure` with a fresh relay and a fresh browser, once a run, and prints what it gives. */
export async function measured(measure) {
  const runs = Number(process.argv[2] ?? 5);
  for (let run = 1; run <= runs; run += 1) {
    const relay = await Relay.start();
    const browser = await chromium.launch(launchOptions);
    try {
      for await (const line of measure({ relay, browser, run })) {
        process.stdout.write(`${JSON.stringify({ run, ...line })}\n`);
      }
    } finally {
      await browser.close();
      await relay.dispose();
    }
  }
}
