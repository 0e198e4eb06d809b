// Hands a frozen record in: its photos in pieces, then its bytes. Run by the page, and by the service worker when
// the phone finds signal with the page closed; see keep.js for why it is a plain script.
(() => {
  'use strict';

  const keep = globalThis.RondaKeep;
  const LARGEST_PIECE = 262144;
  const SMALLEST_PIECE = 32768;
  const PIECE_TIMEOUT = 120000;
  const ANSWER_TIMEOUT = 90000;
  const LONGEST_WAIT = 60000;
  const HEADERS = { 'X-Ronda-Form': '1' };
  const voice = 'BroadcastChannel' in globalThis ? new BroadcastChannel('ronda-send') : { postMessage() {} };

  // No answer came, or one that says nothing about the record: it is tried again.
  class TryLater extends Error {
    constructor(message, afterMs = 0, status = 0) {
      super(message);
      this.afterMs = afterMs;
      this.status = status;
    }
  }

  // The link is not known here any more; opening it again mends that.
  class NoLink extends Error {}

  // The server will not have this photo.
  class BadPhoto extends Error {
    constructor(sha, why) {
      super(`photo ${sha}: ${why}`);
      this.sha = sha;
      this.why = why;
    }
  }

  const say = (message) => {
    voice.postMessage(message);
    if (globalThis.dispatchEvent && globalThis.document) {
      globalThis.dispatchEvent(new CustomEvent('ronda-send', { detail: message }));
    }
  };

  async function request(address, options, timeout) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout);
    try {
      const response = await fetch(address, { ...options, credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: stop.signal });
      const text = await response.text();
      let body = null;
      try {
        body = JSON.parse(text);
      } catch {
        // A page of a proxy in between; the status says enough.
      }
      return { status: response.status, body, retryAfter: response.headers.get('Retry-After'), date: response.headers.get('Date') };
    } catch (error) {
      throw new TryLater(error?.message ?? 'no answer');
    } finally {
      clearTimeout(timer);
    }
  }

  function waitOf(retryAfter) {
    const seconds = Number(retryAfter);
    if (Number.isFinite(seconds) && seconds > 0) return Math.min(seconds, 3600) * 1000;
    const at = Date.parse(retryAfter ?? '');
    return Number.isFinite(at) ? Math.max(0, Math.min(at - Date.now(), 3600000)) : 0;
  }

  // What says neither yes nor no.
  function passing(answer) {
    if (answer.status === 401) return new NoLink('no link');
    return new TryLater(`answer ${answer.status}`, waitOf(answer.retryAfter), answer.status);
  }

  async function sha256(bytes) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  const held = new Map();

  // Runs `work` unless another tab or the service worker is at it; then undefined.
  async function alone(name, work) {
    if (globalThis.navigator?.locks) {
      return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
    }
    if (held.has(name)) return undefined;
    held.set(name, true);
    try {
      return await work();
    } finally {
      held.delete(name);
    }
  }

  const turns = new Map();

  // Runs `work` once nobody else is at it, in this tab, another or the service worker.
  async function inTurn(name, work) {
    if (globalThis.navigator?.locks) return navigator.locks.request(name, work);
    const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
    turns.set(name, turn);
    return turn;
  }

  // Sends what the server does not have of a photo; at its end the server has stored it. A record that is handed in
  // while its photo is sent ahead waits for that: nobody pays for the same bytes twice.
  function sendPhoto(visit, sha) {
    return inTurn(`ronda-photo-${visit}-${sha}`, () => sendPhotoAlone(visit, sha));
  }

  async function sendPhotoAlone(visit, sha) {
    const address = `/form/${encodeURIComponent(visit)}/photos/${sha}`;
    const row = await keep.get('photos', [visit, sha]);
    if (row?.stored) return;
    const asked = await request(address, { headers: HEADERS }, ANSWER_TIMEOUT);
    if (asked.status !== 200 && asked.status !== 404) throw passing(asked);
    let { have = 0, stored = false } = asked.status === 200 ? asked.body ?? {} : {};
    if (!stored && !row?.blob) throw new BadPhoto(sha, 'elsewhere');
    let piece = LARGEST_PIECE;
    let wrongHashes = 0;
    let stuck = 0;
    while (!stored) {
      const size = row.blob.size;
      say({ visit, kind: 'piece', part: Math.min(have / size, 1) });
      if (have > size) have = 0;
      let answer;
      try {
        const bytes = row.blob.slice(have, Math.min(have + piece, size));
        answer = await request(
          `${address}?at=${have}&of=${size}`,
          { method: 'PUT', headers: { ...HEADERS, 'Content-Type': 'application/octet-stream' }, body: bytes },
          PIECE_TIMEOUT,
        );
      } catch (error) {
        // Little gets through: the next try asks for less at a time.
        if (!(error instanceof TryLater) || piece === SMALLEST_PIECE) throw error;
        piece = Math.max(SMALLEST_PIECE, piece / 2);
        const again = await request(address, { headers: HEADERS }, ANSWER_TIMEOUT);
        if (again.status !== 200) throw passing(again);
        ({ have, stored } = again.body);
        continue;
      }
      if (answer.status === 200 && answer.body) {
        if (!answer.body.stored && answer.body.have <= have && (stuck += 1) > 3) throw new TryLater('the photo does not move on');
        ({ have, stored } = answer.body);
        piece = Math.min(LARGEST_PIECE, piece * 2);
      } else if (answer.status === 409 && answer.body && (stuck += 1) <= 5) {
        have = answer.body.have;
        stored = Boolean(answer.body.stored);
      } else if (answer.status === 422) {
        const why = answer.body?.why ?? 'not-a-photo';
        if (why !== 'hash' || (wrongHashes += 1) > 2) throw new BadPhoto(sha, why);
        have = 0;
      } else {
        throw passing(answer);
      }
    }
    if (row) await markStored(visit, sha, true);
  }

  async function markStored(visit, sha, stored) {
    await keep.transaction(['photos'], 'readwrite', (photos) => {
      const asked = photos.get([visit, sha]);
      asked.onsuccess = () => {
        if (asked.result) photos.put({ ...asked.result, stored });
      };
    });
    say({ visit, kind: 'photo', sha, stored });
  }

  // Sends the photos ahead of the record while there is signal; errors are for the next time.
  async function sendPhotosAhead(visit) {
    return alone(`ronda-photos-${visit}`, async () => {
      // Keys and marks alone: forty photos are not held in memory to find the one that is left.
      const rows = await keep.ofVisit('photos', visit);
      for (const { sha, stored } of rows) {
        if (!stored) await sendPhoto(visit, sha);
      }
      return true;
    });
  }

  async function change(visit, id, changes) {
    let row = null;
    await keep.transaction(['outbox'], 'readwrite', (outbox) => {
      const asked = outbox.get(visit);
      asked.onsuccess = () => {
        if (asked.result?.id !== id) return;
        row = { ...asked.result, ...changes };
        outbox.put(row);
      };
    });
    say({ visit, kind: 'outbox' });
    return row;
  }

  // Whether an answer, or the visit's status, names this submission and all its photos: only then may the phone
  // forget (R11).
  function names(answer, row) {
    const id = answer.id ?? answer.record_id;
    const photos = new Set(answer.photos ?? []);
    return id === row.id && answer.body_sha256 === row.sha256 && row.photos.every((sha) => photos.has(sha));
  }

  // The office has it: the draft and the photos it names go, the receipt stays.
  async function settle(row, answer) {
    const { visit } = row;
    const state = answer.status ?? answer.state;
    await keep.transaction(['fields', 'photos', 'outbox', 'results'], 'readwrite', (fields, photos, outbox, results) => {
      // What another tab typed after the record was fixed was not part of it, and stays. That the office's copy said
      // the same meanwhile is nothing new.
      for (const [path, number, value] of row.fields) {
        const asked = fields.get([visit, path]);
        asked.onsuccess = () => {
          const kept = asked.result;
          if (kept && (kept.number === number || JSON.stringify(kept.value) === JSON.stringify(value))) fields.delete([visit, path]);
        };
      }
      for (const sha of [...row.photos, ...(row.dropped ?? [])]) photos.delete([visit, sha]);
      outbox.delete(visit);
      results.put({
        visit, state, id: row.id, receipt: answer.receipt, received_at: answer.received_at, why: answer.why ?? null, outcome: row.outcome ?? 'done',
        countersign: answer.countersign ?? 'none', completed_at: row.completed_at ?? null, own: true,
      });
    });
    say({ visit, kind: 'settled' });
  }

  const after = (ms) => new Date(Date.now() + ms).toISOString();

  function backoff(tries) {
    const base = Math.min(1000 * 2 ** Math.min(tries, 6), LONGEST_WAIT);
    return base * (0.75 + Math.random() / 2);
  }

  // Tries once to hand in what lies in a visit's outbox. Returns the row as it stands then, null when nothing is
  // left to send, undefined when another tab is at it.
  function send(visit) {
    return alone(`ronda-send-${visit}`, () => sendAlone(visit));
  }

  async function sendAlone(visit) {
    let row = await keep.get('outbox', visit);
    if (!row || !['waiting', 'sending', 'no-link'].includes(row.state)) return row ?? null;
    try {
      row = await change(visit, row.id, { state: 'sending', sent: 0 });
      if (!row) return null;
      await sendPhotos(visit, row);
      await handIn(visit, row);
    } catch (error) {
      const tries = (row.tries ?? 0) + 1;
      if (error instanceof BadPhoto) {
        await change(visit, row.id, { state: 'bad-photo', photo: error.sha, why: error.why, tries });
      } else if (error instanceof NoLink) {
        await change(visit, row.id, { state: 'no-link', tries, next_at: after(LONGEST_WAIT) });
      } else {
        const wait = error.afterMs || backoff(tries);
        await change(visit, row.id, { state: 'waiting', tries, next_at: after(wait), status: error.status ?? 0, told_to_wait: Boolean(error.afterMs) });
        if (!(error instanceof TryLater)) throw error;
      }
    }
    return (await keep.get('outbox', visit)) ?? null;
  }

  async function sendPhotos(visit, row) {
    let sent = 0;
    const all = row.photos.length;
    for (const sha of row.photos) {
      say({ visit, kind: 'progress', sent, all, part: 0 });
      await sendPhoto(visit, sha);
      sent += 1;
    }
    say({ visit, kind: 'progress', sent, all, part: 0 });
  }

  async function handIn(visit, row) {
    for (let round = 0; round < 3; round += 1) {
      // From here on the office may have it although no answer comes.
      await change(visit, row.id, { maybe: true });
      const began = Date.now();
      const answer = await request(
        `/form/${encodeURIComponent(visit)}/record`,
        { method: 'POST', headers: { ...HEADERS, 'Content-Type': 'application/json' }, body: row.text },
        ANSWER_TIMEOUT,
      );
      const body = answer.body ?? {};
      if ((answer.status === 200 && body.status === 'received') || (answer.status === 202 && body.status === 'review')) {
        if (names(body, row)) await settle(row, body);
        else await change(visit, row.id, { state: 'unproven', answer: body });
        return;
      }
      if (answer.status === 409 && body.status === 'missing-photos') {
        await change(visit, row.id, { maybe: false });
        for (const sha of body.missing ?? []) await markStored(visit, sha, false);
        await sendPhotos(visit, row);
        continue;
      }
      if (answer.status === 409 && body.status === 'asked') {
        const now = body.questions?.find((one) => one.now)?.now ?? answer.date;
        const skew = now ? Date.parse(now) - (began + Date.now()) / 2 : null;
        await change(visit, row.id, { state: 'asked', answer: body, skew, maybe: false });
        return;
      }
      if (answer.status === 409 && body.status === 'conflict') {
        await change(visit, row.id, { state: 'conflict', answer: body, maybe: true });
        return;
      }
      if (answer.status === 422) {
        await change(visit, row.id, { state: 'refused', answer: body, maybe: false });
        return;
      }
      if (answer.status === 400 && body.status === 'bad-form') {
        await change(visit, row.id, { state: 'refused', answer: { bad: [{ path: '', rule: body.why ?? '', remedy: '' }] }, maybe: false });
        return;
      }
      if (answer.status === 413) {
        await change(visit, row.id, { state: 'too-large', maybe: false });
        return;
      }
      if ([401, 404, 410, 429].includes(answer.status)) await change(visit, row.id, { maybe: Boolean(row.maybe) });
      throw passing(answer);
    }
    throw new TryLater('the office still misses photos');
  }

  // Tries every visit's outbox; false when one of them still waits.
  async function sendAll() {
    let left = false;
    for (const { visit } of await keep.all('outbox')) {
      const row = await send(visit);
      if (row === undefined || ['waiting', 'sending'].includes(row?.state)) left = true;
    }
    return !left;
  }

  globalThis.RondaSend = { say, send, sendAll, sendPhotosAhead, sha256, names, settle, alone, request, TryLater, NoLink };
})();
