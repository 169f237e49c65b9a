// From the tap on a link to the join screen and to "a card can be added": cold and warm, as it is and as
// a tablet on hall Wi-Fi has it. The join screen is answered by a script at once, so that no person is
// timed: nobody is as quick, and what a table needs arrives while people read.
import { devices } from '../harness/browser.js';
import { facilitator } from '../harness/people.js';
import { Device } from '../harness/device.js';
import { measured } from './measure.mjs';

// 4× slower CPU, 1.6 Mbit/s down, 750 kbit/s up, 150 ms.
const HALL = {
  cpu: 4,
  network: {
    offline: false,
    latency: 150,
    downloadThroughput: (1_600 * 1_000) / 8,
    uploadThroughput: (750 * 1_000) / 8,
  },
};

await measured(async function* ({ relay, browser, run }) {
  const workshop = await relay.createWorkshop();
  const opened = [];
  const device = async (kind) => {
    const context = await browser.newContext(devices[kind]);
    opened.push(context);
    return new Device(kind, context, await context.newPage(), relay.url);
  };
  const host = await facilitator(device, workshop);
  await host.startFirst();
  await host.expectSaved();
  await opened[0].close();

  for (const [name, throttle] of [
    ['unthrottled', null],
    ['4× CPU, 1.6 Mbit/s, 150 ms', HALL],
  ]) {
    const context = await browser.newContext(devices.tablet);
    await context.addInitScript(joinAndWatch);
    const page = await context.newPage();
    if (throttle) {
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', throttle.network);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle.cpu });
    }
    const cold = await load(page, workshop.links.participant);
    const paths = await page.evaluate(fetchedBeforeReady);
    if (run === 1 && !throttle) {
      yield { paths };
    }
    // The link is tapped again on the same device; what it kept from before is its own affair.
    const warm = await load(page, workshop.links.participant);
    await context.close();
    yield {
      case: `link to the join screen, ${name}`,
      figures: { 'cold, ms': cold.joining },
    };
    yield {
      case: `link to "can add a card", ${name}`,
      figures: { 'cold, ms': cold.ready, 'warm, ms': warm.ready },
    };
  }
});

async function load(page, link) {
  await page.goto('about:blank');
  await page.goto(link, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.ready !== undefined, null, { polling: 100 });
  return page.evaluate(() => ({ joining: window.joining, ready: window.ready }));
}

/** In the page: what was fetched until a card could be added; the rest is for the screens after that. */
function fetchedBeforeReady() {
  const fetched = performance.getEntriesByType('resource').filter((one) => one.responseEnd <= window.ready);
  const paths = fetched.map((one) => new URL(one.name)).filter((url) => url.origin === location.origin);
  const files = paths.map((url) => url.pathname).filter((path) => !path.startsWith('/api/'));
  return [...new Set([location.pathname, ...files])];
}

/** In the page: joins at the first place offered, and notes when "Add card" can be pressed. */
function joinAndWatch() {
  const named = (name) =>
    [...document.querySelectorAll('button')].find(
      (button) =>
        !button.disabled && (button.getAttribute('aria-label') ?? button.textContent).trim() === name,
    );
  const look = () => {
    if (window.ready !== undefined) {
      return;
    }
    if (named('Add card')) {
      // Painted, not only there.
      requestAnimationFrame(() => {
        window.ready ??= performance.now();
      });
      return;
    }
    const join = named('Join in');
    if (join) {
      window.joining ??= performance.now();
      document.querySelector('input[type=radio]:not(:checked)')?.click();
      join.click();
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
}
