// Keeps a copy of the app, so that a reload opens it while the relay is out of reach. The app's files
// carry a hash in their names and never change: the copy serves them first. The page itself and the
// rest come from the relay first, and from the copy when it cannot be reached. Documents are not its
// business: they are in IndexedDB.

const COPY = 'trestle-1';
const HASHED = /-[0-9a-f]{16}(_bg)?\.(js|wasm|css)$/;
const RELAY = /^\/(api|sync|health|version)(\/|$)/;

self.addEventListener('install', (event) => {
  event.waitUntil(keepApp().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || RELAY.test(url.pathname)) {
    return;
  }
  const page = event.request.mode === 'navigate';
  event.respondWith(HASHED.test(url.pathname) ? copyFirst(event.request) : relayFirst(event.request, page));
});

/** The page and every file it names, the pieces that its script names, and the typeface. */
async function keepApp() {
  const copy = await caches.open(COPY);
  const page = await fetch('/', { cache: 'no-cache' });
  if (!page.ok) {
    throw new Error(`the page answered ${page.status}`);
  }
  const html = await page.clone().text();
  await copy.put('/', page);
  const named = [...html.matchAll(/(?:href|src|from|module_or_path:)\s*[=\s]?\s*["']([^"'#]+)["']/g)];
  const files = new Set(named.map(([, file]) => new URL(file, self.location.origin).pathname));
  files.delete('/');
  for (const script of [...files].filter((file) => file.endsWith('.js'))) {
    const text = await (await fetch(script)).text();
    [...text.matchAll(/new URL\("\.(\/[^"]+)"/g)].forEach(([, piece]) => files.add(piece));
  }
  files.add('/fonts/atkinson-hyperlegible-next-latin.woff2');
  await Promise.all([...files].map((file) => keep(copy, file)));
  const old = (await copy.keys()).filter((request) => {
    const { pathname } = new URL(request.url);
    return HASHED.test(pathname) && !files.has(pathname);
  });
  await Promise.all(old.map((request) => copy.delete(request)));
}

async function keep(copy, file) {
  const answer = await fetch(file);
  if (answer.ok) {
    await copy.put(file, answer);
  }
}

async function copyFirst(request) {
  return (await caches.match(request)) ?? relayFirst(request, false);
}

async function relayFirst(request, page) {
  const copy = await caches.open(COPY);
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await copy.put(page ? '/' : request, answer.clone());
    }
    return answer;
  } catch (gone) {
    const kept = await copy.match(page ? '/' : request);
    if (kept) {
      return kept;
    }
    throw gone;
  }
}
