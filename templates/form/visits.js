// The visits that this phone has, those first that wait for somebody; and the end of those that are long done.

import { html, Icon } from './ui.js';
import { dayWords, momentWords, t } from './words.js';

const keep = globalThis.RondaKeep;

const FORGET_AFTER = 30 * 86400000;
// What the engineer has to do something about before it can go.
const STOPPED = ['asked', 'refused', 'bad-photo', 'too-large', 'no-link'];
const ORDER = ['stopped', 'waiting', 'begun', 'new', 'done'];

// Where each visit stands, as far as this phone knows without signal.
export async function keptVisits() {
  const [bundles, outbox, results, fields] = await Promise.all(['bundles', 'outbox', 'results', 'fields'].map((store) => keep.all(store)));
  const of = (rows, visit) => rows.find((row) => row.visit === visit);
  const begun = new Set(fields.filter((row) => !row.auto).map((row) => row.visit));
  const visits = bundles.map(({ visit, bundle }) => {
    const sent = of(outbox, visit);
    const result = of(results, visit);
    const { state, received_at: receivedAt } = result ?? bundle.status ?? {};
    const isBegun = begun.has(visit);
    const kind = sent ? (STOPPED.includes(sent.state) ? 'stopped' : 'waiting') : isBegun && !result ? 'begun' : receivedAt ? 'done' : 'new';
    return { visit, bundle, kind, state, receivedAt, isBegun };
  });
  const when = ({ bundle }) => `${bundle.visit.day} ${bundle.visit.starts}`;
  return visits.sort((a, b) => {
    const byKind = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
    const byTime = when(a) < when(b) ? -1 : 1;
    return byKind || (a.kind === 'done' ? -byTime : byTime);
  });
}

// Lets go of what the office has had for long, unless something of it is on this phone only.
export async function forgetVisits(shown) {
  const photos = await keep.all('photos');
  for (const { visit, kind, receivedAt, isBegun } of await keptVisits()) {
    const isOld = kind === 'done' && Date.now() - Date.parse(receivedAt) > FORGET_AFTER;
    if (!isOld || isBegun || visit === shown || photos.some((row) => row.visit === visit)) continue;
    for (const row of await keep.ofVisit('fields', visit)) await keep.remove('fields', [visit, row.path]);
    for (const setting of ['since', 'shift']) await keep.remove('settings', `${setting}/${visit}`);
    await keep.remove('results', visit);
    await keep.remove('bundles', visit);
  }
}

export function Visits({ visits }) {
  return html`<main class="gate"><h1>${t('visits')}</h1><ul class="list">${visits.map((one) => html`<li key=${one.visit} data-t="visit" data-state=${one.kind}>
    <a class="line" href="/form/${encodeURIComponent(one.visit)}"><span><bdi>${one.bundle.customer}</bdi>
      <small>${dayWords(one.bundle.visit.day)}, ${one.bundle.visit.starts} · <bdi>${one.bundle.site.name}</bdi></small>
      <small class="visit-state ${one.kind}">${stateWords(one)}</small></span><${Icon} name="next" /></a></li>`)}</ul></main>`;
}

function stateWords({ kind, state, receivedAt }) {
  if (kind === 'done') return t(state === 'review' ? 'state-review' : 'state-received', { time: momentWords(receivedAt) });
  return t(kind === 'new' && state === 'cancelled' ? 'visits-cancelled' : `visits-${kind}`);
}
