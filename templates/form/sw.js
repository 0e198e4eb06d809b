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
  const secret = /^\/form\/l\/([^/]+)$/.exec(address.pathname)?.[1];
  if (request.mode === 'navigate' && secret) {
    event.respondWith(byLink(secret, event));
  } else if (request.mode === 'navigate' && /^\/form\/[^/]*$/.test(address.pathname)) {
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

// How long a link is tried where this phone has its visit: what looks like signal need be none.
const LINK_TIMEOUT = 8000;

// The letter's link. The office gives the cookie for it; where there is no signal, the visit that this phone has under
// it opens all the same, or else the list of its visits.
async function byLink(secret, event) {
  const asked = fetch(event.request);
  event.waitUntil(asked.catch(() => {}));
  const visit = await visitOf(secret).catch(() => null);
  const late = new Promise((resolve) => { setTimeout(resolve, LINK_TIMEOUT); });
  const answer = await (visit ? Promise.race([asked, late]) : asked).catch(() => null);
  if (answer && !(visit && answer.status >= 500)) return answer;
  return Response.redirect(`/form/${visit ? encodeURIComponent(visit) : ''}`, 302);
}

// The visit of a link's secret: of that the office has told the phone the beginning of its hash.
async function visitOf(secret) {
  const hash = await self.RondaSend.sha256(new TextEncoder().encode(decodeURIComponent(secret)));
  const kept = await self.RondaKeep.all('bundles');
  return kept.find(({ bundle }) => bundle.link === hash.slice(0, 16))?.visit;
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
