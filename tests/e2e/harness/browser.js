// Which Chromium, and the devices of a workshop: sizes from the table, the far end and the wall.
import { existsSync } from 'node:fs';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const launchOptions = {
  // Undefined leaves the choice to Playwright, which then takes its own.
  executablePath: process.env.TRESTLE_CHROMIUM ?? installed.find((path) => existsSync(path)),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

const touch = { hasTouch: true, isMobile: true };

// Browser context options by the name of the device.
export const devices = {
  laptop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 1180, height: 820 }, ...touch },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, ...touch },
  wall: { viewport: { width: 1920, height: 1080 } },
};
