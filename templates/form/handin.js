// Handing in: the state that is always in sight, and what to do about it.

import { ClockNote } from './closing.js';
import { removalWords } from './findings.js';
import { draftPathOf, screenOf } from './record.js';
import { Rest, Strays, TimesApart } from './leftover.js';
import { straysOf } from './strays.js';
import { saveToFile } from './savefile.js';
import { placeWords } from './places.js';
import { Conflict, html, Icon, Note, useForm } from './ui.js';
import { useEffect, useState } from './vendor-preact-hooks.js';
import { dateWords, momentWords, t, timeWords } from './words.js';

const sending = globalThis.RondaSend;

// Whether the browser wakes the form's worker once there is signal; Safari and Firefox do not.
const SENDS_WHEN_CLOSED = 'SyncManager' in globalThis;

const REVIEWS = ['expired', 'revoked', 'cancelled', 'other-record', 'in-the-future', 'for-review'];

// Where the record is, in words that are true: never "received" before the office has said so.
export function stateOf(form) {
  if (form.result) return resultState(form.result, form.status);
  if (form.outbox) return outboxState(form);
  if (form.storage) return { tone: 'fault', icon: 'warning', title: t(`storage-${form.storage}`), detail: t(form.storage === 'none' ? 'storage-none-detail' : 'storage-detail') };
  if (form.loose.length || form.hasNoRoom) return { tone: 'fault', icon: 'warning', title: t('storage-full'), detail: form.loose.length ? t('storage-photos', { count: form.loose.length }) : t('storage-intake') };
  const mirrored = form.mirror.at && form.draft.rows.size > 0 && [...form.draft.rows.values()].every((row) => !row.dirty) && form.photosLeft === 0 && form.intake === 0;
  if (mirrored) return { tone: 'phone', icon: 'phone', title: t('state-mirrored'), detail: t('state-mirrored-detail', { time: timeWords(form.mirror.at) }) };
  const detail = form.draft.keptAt ? t('state-kept', { time: timeWords(form.draft.keptAt) }) : t('state-phone-detail');
  return { tone: 'phone', icon: 'phone', title: t('state-phone'), detail };
}

function atWords(at) {
  const isToday = Date.now() - Date.parse(at) < 12 * 3600000;
  return isToday ? timeWords(at) : momentWords(at);
}

function resultState(result, status) {
  const detail = t('state-receipt', { receipt: result.receipt ?? '' });
  // A manager has taken it, or written another by hand: it waits no longer.
  if (result.state === 'review' && status?.state === 'done') return { tone: 'received', icon: 'received', title: t('state-done'), detail };
  if (result.state === 'received') return { tone: 'received', icon: 'received', title: t('state-received', { time: atWords(result.received_at) }), detail };
  return { tone: 'review', icon: 'review', title: t('state-review', { time: atWords(result.received_at) }), detail };
}

function outboxState(form) {
  const row = form.outbox;
  const { progress } = form;
  const only = t('state-phone');
  switch (row.state) {
    case 'sending':
      if (progress && progress.sent < progress.all) {
        return { tone: 'sending', icon: 'sending', title: t('state-sending-photos', { sent: progress.sent, all: progress.all }), detail: t('state-sending-detail'), part: (progress.sent + progress.part) / progress.all };
      }
      return { tone: 'sending', icon: 'sending', title: t('state-sending'), detail: t('state-sending-detail') };
    case 'waiting': {
      const offline = navigator.onLine === false;
      const wait = row.told_to_wait ? t('state-told-to-wait', { time: timeWords(row.next_at) }) : offline ? t('state-waits-signal') : t('state-waits', { time: timeWords(row.next_at ?? Date.now()) });
      return { tone: 'phone', icon: 'phone', title: only, detail: wait };
    }
    case 'no-link': return { tone: 'fault', icon: 'warning', title: only, detail: t('state-no-link') };
    case 'asked': return { tone: 'attention', icon: 'warning', title: only, detail: t('state-asked') };
    case 'refused': return { tone: 'fault', icon: 'warning', title: only, detail: t('state-refused') };
    case 'bad-photo': return { tone: 'fault', icon: 'warning', title: only, detail: t('state-bad-photo') };
    case 'too-large': return { tone: 'fault', icon: 'warning', title: only, detail: t('state-too-large') };
    case 'conflict': return { tone: 'review', icon: 'review', title: t('state-review', { time: atWords(row.answer.received_at) }), detail: t('state-receipt', { receipt: row.answer.receipt ?? '' }) };
    case 'unproven': return { tone: 'attention', icon: 'warning', title: t('state-unproven'), detail: t('state-receipt', { receipt: row.answer.receipt ?? '' }) };
    default: return { tone: 'phone', icon: 'phone', title: only, detail: '' };
  }
}

export function BigState() {
  const form = useForm();
  const state = stateOf(form);
  return html`<div class="state ${state.tone}" data-t="state" data-state=${form.result?.state ?? form.outbox?.state ?? 'draft'}>
    <${Icon} name=${state.icon} /><div><strong data-t="state-title">${state.title}</strong><span data-t="state-detail">${state.detail}</span>
      ${state.part !== undefined && html`<progress max="1" value=${state.part} aria-label=${state.title}></progress>`}</div></div>`;
}

export function SmallState() {
  const form = useForm();
  const state = stateOf(form);
  return html`<a class="strip-state ${state.tone}" href="#/send" data-t="strip"><${Icon} name=${state.icon} /><span>${state.title}</span></a>`;
}

export function SaveButton({ isLink }) {
  const form = useForm();
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      await form.draft.flush();
      await saveToFile(form);
    } finally {
      setSaving(false);
    }
  };
  return html`<button type="button" class=${isLink ? 'link' : 'plain'} onClick=${save} disabled=${isSaving} data-t="save-file">
    <${Icon} name="save" />${isSaving ? t('saving') : t('save')}</button>`;
}

// Every thing that speaks against handing in, each a way to where it is mended.
function Problems({ problems }) {
  const form = useForm();
  return html`<section aria-labelledby="problems-title" class="card-list">
    <h2 id="problems-title" tabindex="-1">${t('problems', { count: problems.length })}</h2>
    <ul class="list" data-t="problems">${problems.slice(0, 40).map((problem) => html`<li><button type="button" class="line" data-t="problem" data-path=${`problem ${problem.path}`}
      onClick=${() => form.jump(problem.screen, problem.path)}><${Icon} name="warning" /><span>${problem.text}</span><${Icon} name="next" /></button></li>`)}</ul>
  </section>`;
}

export function HandIn() {
  const form = useForm();
  return html`<div data-t="hand-in">
    <${BigState} />
    ${form.result ? html`<${After} />` : form.outbox ? html`<${OnItsWay} />` : html`<${Before} />`}
  </div>`;
}

function Before() {
  const form = useForm();
  const built = form.build();
  const status = form.status?.state;
  return html`<div>
    <${OtherRecord} status=${status} />
    ${form.hasWrongClock && html`<${ClockNote} />`}
    ${form.draft.conflicts().map((row) => html`<${Between} key=${row.path} path=${row.path} />`)}
    ${built.problems.some(({ path }) => path === 'times_checked') && html`<${TimesApart} record=${built.record} />`}
    ${form.draft.value('outcome') === 'not-done' ? html`<${Rest} />` : html`<${Strays} />`}
    ${built.problems.length > 0 ? html`<${Problems} problems=${built.problems} />` : html`<${Note} tone="ok" icon="ok" name="ready"><p>${t('ready')}</p></${Note}>`}
    <p class="quiet">${t('send-what-happens')} ${!SENDS_WHEN_CLOSED && t('keep-open')}</p>
    <div class="actions"><${SaveButton} /></div>
    <p class="quiet">${t('save-hint')}</p>
  </div>`;
}

// Where two phones differ; of an entry that one has removed, what it says.
function Between({ path }) {
  const form = useForm();
  if (!path.endsWith('/removed')) return html`<${Conflict} path=${path} />`;
  const said = form.draft.text(path.replace(/removed$/, 'text')) || form.draft.text(path.replace(/removed$/, 'name'));
  return html`<p><bdi>${said}</bdi></p><${Conflict} path=${path} show=${removalWords} />`;
}

// The office has a record of this visit already, or does not expect one any more.
export function OtherRecord({ status }) {
  const form = useForm();
  if (form.result || form.outbox) return null;
  if (status === 'received' || status === 'done') {
    const { received_at: at, receipt } = form.status;
    return html`<${Note} tone="attention" icon="review" name="other-record"><p>${at ? t('other-record', { time: atWords(at), receipt }) : t('other-record-plain')}</p></${Note}>`;
  }
  if (status === 'review') return html`<${Note} tone="attention" icon="review" name="other-record"><p>${t('other-review', { time: atWords(form.status.received_at), receipt: form.status.receipt })}</p></${Note}>`;
  if (status === 'cancelled') return html`<${Note} tone="attention" icon="warning" name="cancelled"><p>${t('cancelled')}</p></${Note}>`;
  if (form.link === 'expired' || form.link === 'revoked') return html`<${Note} tone="attention" icon="warning" name="link-${form.link}"><p>${t(`link-${form.link}`)}</p></${Note}>`;
  if (form.link === 'no-link' || form.link === 'unknown-visit') return html`<${Note} tone="attention" icon="warning" name="no-link"><p>${t('link-none')}</p></${Note}>`;
  return null;
}

function OnItsWay() {
  const form = useForm();
  const row = form.outbox;
  const canTakeBack = row.state !== 'sending' && !['conflict', 'unproven'].includes(row.state);
  const takeBack = (screen, path) => form.unfreeze().then(() => form.jump(screen, path));
  return html`<div>
    ${row.state === 'asked' && html`<${Asked} row=${row} />`}
    ${row.state === 'refused' && html`<${Refused} row=${row} takeBack=${takeBack} />`}
    ${row.state === 'bad-photo' && html`<${Note} tone="fault" icon="warning" name="bad-photo" role="alert"><p>${t(`bad-photo-${['elsewhere', 'too-large'].includes(row.why) ? row.why : 'unreadable'}`)}</p>
      <div class="actions"><button type="button" onClick=${() => takeBack('#/photos', `photos/${row.photo}/caption`)} data-t="to-photo">${t('bad-photo-show')}</button></div></${Note}>`}
    ${row.state === 'no-link' && html`<${Note} tone="fault" icon="warning" name="no-link" role="alert"><p>${t('link-none')}</p></${Note}>`}
    ${row.state === 'conflict' && html`<${Note} tone="attention" icon="review"><p>${t('conflict-record')}</p></${Note}>`}
    ${row.state === 'unproven' && html`<${Note} tone="attention" icon="warning"><p>${t('unproven')}</p></${Note}>`}
    ${row.state === 'too-large' && html`<${Note} tone="fault" icon="warning"><p>${t('too-large')}</p></${Note}>`}
    <p class="quiet">${t('frozen-lead')}</p>
    ${['waiting', 'sending'].includes(row.state) && !SENDS_WHEN_CLOSED && html`<${Note} name="keep-open"><p>${t('keep-open')}</p></${Note}>`}
    <div class="actions">
      ${['waiting', 'no-link', 'unproven'].includes(row.state) && html`<button type="button" class="plain" onClick=${() => tryAgain(form)} data-t="try-now">${t('try-now')}</button>`}
      ${canTakeBack && html`<button type="button" class="plain" onClick=${() => takeBack('#/', null)} data-t="take-back">${t('take-back')}</button>`}
      <${SaveButton} />
    </div>
    ${canTakeBack && row.maybe && html`<p class="quiet">${t('take-back-maybe')}</p>`}
  </div>`;
}

async function tryAgain(form) {
  await form.refresh();
  form.trySending();
}

// The office asks whether a time is right.
function Asked({ row }) {
  const form = useForm();
  const questions = row.answer.questions ?? [];
  const off = row.skew ?? form.skew;
  const isOff = off !== null && off !== undefined && Math.abs(off - form.shift) > 120000;
  const shift = async () => {
    form.skew = off;
    await form.unfreeze();
    form.shiftTimes();
    await form.freeze({ confirmed: row.confirmed });
  };
  const correct = () => form.unfreeze().then(() => form.jump('#/times', 'completed_at'));
  const confirm = () => form.refreeze({ confirmed: [...new Set([...row.confirmed, ...questions.map((one) => one.question)])], forReview: row.for_review });
  if (isOff) form.skew = off;
  return html`<div class="question" role="alert" data-t="asked">
    ${questions.map((one) => html`<p><strong>${one.question === 'completed-in-the-future'
      ? t('asked-future', { at: momentWords(one.completed_at), now: momentWords(one.now) })
      : t('asked-before-booking', { at: momentWords(one.completed_at), day: dateWords(String(one.booked_on ?? '').slice(0, 10)) })}</strong></p>`)}
    ${isOff && html`<p>${form.clockWords()}</p>`}
    <div class="actions">
      ${isOff && html`<button type="button" onClick=${shift} data-t="asked-shift">${t('clock-shift-send')}</button>`}
      <button type="button" class=${isOff ? 'plain' : ''} onClick=${correct} data-t="asked-correct">${t('asked-correct')}</button>
      <button type="button" class="plain" onClick=${confirm} data-t="asked-right">${t('asked-right')}</button>
    </div>
  </div>`;
}

function Refused({ row, takeBack }) {
  const form = useForm();
  const bad = row.answer.bad ?? [];
  const mend = (one) => {
    const path = draftPathOf(one.path ?? '', row.places);
    // The office has no place for it any more: a person decides.
    const stray = straysOf(form).find(({ key, paths }) => path === key || paths.includes(path));
    if (stray) return takeBack('#/send', `stray/${stray.key}`);
    return takeBack(path ? screenOf(path) : '#/', path);
  };
  return html`<section class="question" role="alert" data-t="refused">
    <h2>${t('refused', { count: bad.length })}</h2>
    <ul class="list">${bad.map((one) => html`<li><button type="button" class="line" onClick=${() => mend(one)} data-t="bad">
      <${Icon} name="warning" /><span>${t('refused-at', { place: placeWords(form, draftPathOf(one.path ?? '', row.places)) })}${one.value && html` <q>${one.value}</q>`}
        ${(one.rule || one.remedy) && html`<small>${t('refused-theirs')} <bdi lang="en">${[one.rule, one.remedy].filter(Boolean).join('; ')}</bdi></small>`}</span><${Icon} name="next" /></button></li>`)}</ul>
    <div class="actions">
      ${bad.length > 0 && html`<button type="button" onClick=${() => mend(bad[0])} data-t="mend">${t('refused-mend')}</button>`}
      <button type="button" class="plain" onClick=${() => form.refreeze({ confirmed: row.confirmed, forReview: true })} data-t="for-review">${t('refused-for-review')}</button>
    </div>
  </section>`;
}

function After() {
  const form = useForm();
  const { result } = form;
  // Of those that lie at the office too, the draft knows alone.
  const left = Math.max(form.photosLeft, form.draft.photosOf().length) + form.intake;
  return html`<div>
    ${result.state === 'review' && form.status?.state !== 'done' && html`<${Note} tone="attention" icon="review" name="review-why"><p>${t(`review-${REVIEWS.includes(result.why) ? result.why : 'for-review'}`)}</p></${Note}>`}
    <p class="quiet">${t(result.own && form.draft.has('') ? 'after-kept' : 'after-lead')}</p>
    ${result.state === 'received' && result.countersign === 'asked' && html`<${Countersign} />`}
    ${result.countersign === 'signed' && html`<${Note} tone="ok" icon="ok"><p>${t('countersigned')}</p></${Note}>`}
    ${left > 0 && html`<${Note} tone="attention" icon="warning" name="after-photos"><p>${t('after-photos', { count: left })}</p><a class="button plain" href="#/photos" data-t="show-photos">${t('after-photos-show')}</a></${Note}>`}
    <div class="actions"><button type="button" class="link" onClick=${() => form.startAgain().then(() => { location.hash = '#/'; })} data-t="start-again">${t('after-again')}</button></div>
  </div>`;
}

// A code that the customer's engineer reads with their own phone.
function Countersign() {
  const form = useForm();
  const [code, setCode] = useState(null);
  const [trouble, setTrouble] = useState('');
  const [picture, setPicture] = useState(null);
  useEffect(() => {
    if (!code?.qr) return undefined;
    // As a picture, never as markup of this page.
    const address = URL.createObjectURL(new Blob([code.qr], { type: 'image/svg+xml' }));
    setPicture(address);
    return () => URL.revokeObjectURL(address);
  }, [code]);
  const ask = async () => {
    setTrouble('');
    try {
      const answer = await sending.request(`${form.base}/countersign`, { method: 'POST', headers: { 'X-Ronda-Form': '1', 'Content-Type': 'application/json' }, body: '{}' }, 30000);
      if (answer.status === 200 && answer.body?.address) setCode(answer.body);
      else setTrouble(answer.status === 401 ? t('link-none') : t('countersign-not-now'));
    } catch {
      setTrouble(t('countersign-no-signal'));
    }
  };
  return html`<section class="card countersign" aria-labelledby="countersign-title">
    <h2 id="countersign-title">${t('countersign')}</h2>
    <p>${t('countersign-lead')}</p>
    ${!code && html`<button type="button" onClick=${ask} data-t="countersign-show">${t('countersign-show')}</button>`}
    ${trouble && html`<p class="note fault" role="alert">${trouble}</p>`}
    ${code && html`<div class="code" data-t="countersign-code">
      ${picture && html`<img src=${picture} alt=${t('countersign-code')} width="260" height="260" />`}
      <a href=${code.address} data-t="countersign-address" rel="noreferrer">${code.address}</a>
      ${code.until && html`<p class="quiet">${t('countersign-until', { at: momentWords(code.until) })}</p>`}</div>`}
  </section>`;
}
