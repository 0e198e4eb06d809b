// Makes the form open without signal: the shell and its parts come from the phone, what is the office's never.

importScripts('/form/app/keep.js', '/form/app/send.js');

const VERSION = '__VERSION__';
const ASSETS = __ASSETS__;
const CACHE = `ronda-form-${VERSION}`;
const SHELL = '/form/app/index.html';

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Past the browser's own cache: all parts must be of this version.
    await cache.addAll([...new Set([...ASSETS, SHELL])].map((address) => new Request(address, { cache: 'reload' })));
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('ronda-form-') && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && /^\/form\/[^/]*$/.test(address.pathname)) {
    event.respondWith(fromPhone(SHELL, request));
  } else if (address.pathname.startsWith('/form/app/')) {
    event.respondWith(fromPhone(address.pathname, request));
  }
});

async function fromPhone(path, request) {
  try {
    // Not `open`, which would bring a cache back that a newer worker has thrown away.
    const kept = await caches.match(path, { cacheName: CACHE });
    if (kept) return kept;
  } catch {
    // The phone has thrown its cache away, or cannot read it: the network may help.
  }
  return fetch(request);
}

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') self.skipWaiting();
});

// The phone found signal while the page was closed.
self.addEventListener('sync', (event) => {
  if (event.tag !== 'ronda-send') return;
  event.waitUntil((async () => {
    if (!(await self.RondaSend.sendAll())) throw new Error('something waits still');
  })());
});
