// The office's copy of the draft: what keeps it when a phone is lost, and what two phones become one record by.

import { same } from './draft.js';

const keep = globalThis.RondaKeep;
const sending = globalThis.RondaSend;

const FIELDS_A_PUSH = 300;

// Tells the office what is new here, and hears what is new there. Returns `more` where something is left to tell.
export async function mirrorDraft(form) {
  await form.draft.flush();
  const since = (await keep.get('settings', `since/${form.visit}`))?.value ?? 0;
  const rows = form.draft.unsent().slice(0, FIELDS_A_PUSH);
  const fields = rows.map(({ path, value, base }) => ({ path, value, base }));
  const pushed = structuredClone(rows);
  const began = Date.now();
  const answer = await sending.request(
    `${form.base}/draft`,
    {
      method: 'POST', headers: { 'X-Ronda-Form': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ device: form.device, since, fields }),
    },
    60000,
  );
  if (answer.status === 401) form.link = 'no-link';
  if (answer.status === 410) form.link = answer.body?.status === 'revoked' ? 'revoked' : 'expired';
  if (answer.status !== 200 || !answer.body) throw new sending.TryLater(`draft: ${answer.status}`, 0, answer.status);
  form.measure(answer.body.now, began);
  form.link = 'ok';
  if (form.isFrozen || form.freezing || form.result) return 'done';
  form.draft.merge(answer.body, pushed, form.device);
  await form.draft.flush();
  // Only once the fields are kept: else what came between would never be asked for again.
  if (form.draft.unkept.size === 0) await keep.put('settings', { name: `since/${form.visit}`, value: answer.body.rev });
  form.mirror.at = Date.now();
  form.mirror.trouble = null;
  if (answer.body.status) await form.onStatus(answer.body.status);
  const left = form.draft.unsent();
  return left.length && (rows.length === FIELDS_A_PUSH || !same(left, pushed)) ? 'more' : 'done';
}
