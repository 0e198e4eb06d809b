// The page on which the customer's engineer reads the record, remarks on it, and signs. It needs signal; what is
// typed waits in the browser's tab until the office has it.

import './keep.js';
import './send.js';
import { applyColour } from './colour.js';
import { RecordView } from './review.js';
import { SignaturePad } from './signature.js';
import { html, Icon, Note, watchRoom } from './ui.js';
import { render } from './vendor-preact.js';
import { useState } from './vendor-preact-hooks.js';
import { isLanguage, LANGUAGES, speak, t, timeWords, words } from './words.js';

const sending = globalThis.RondaSend;
const root = document.getElementById('app');
const visit = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const base = `/sign/${encodeURIComponent(visit)}`;
const PLACE = `ronda-sign-${visit}`;

const hex = (count) => [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}

// What is typed, and the submission's id with the bytes that were tried.
function keepTyped(typed) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing: the page itself still has it.
  }
}

function Gate({ kind, again, at }) {
  return html`<main class="gate" data-t="gate" data-kind=${kind}><h1>${t(kind)}</h1><p>${t(`${kind}-detail`, at ? { time: timeWords(at) } : undefined)}</p>
    ${again && html`<button type="button" onClick=${again}>${t('try-now')}</button>`}</main>`;
}

// Nothing is left to do; what was signed is shown, for it need not be what this page has last had in its fields.
function Already({ asked, isAfterTry }) {
  return html`<main class="gate" data-t="gate" data-kind="sign-already"><h1>${t('sign-already')}</h1><p>${t(isAfterTry ? 'sign-already-after-try' : 'sign-already-detail')}</p>
    <${RecordView} record=${asked.record} equipment=${asked.equipment} checklists=${asked.checklists ?? {}} findings=${asked.findings} /></main>`;
}

// Equipment and checklists as the form has them: the office names them by the equipment's code.
function withEquipment(asked) {
  if (Array.isArray(asked.equipment)) return asked;
  const equipment = Object.entries(asked.equipment ?? {}).map(([code, name]) => ({ equipment: code, name, checklist: code }));
  return { ...asked, equipment };
}

const nameOf = (thing) => (typeof thing === 'string' ? thing : thing?.name ?? '');

function Page({ asked, redraw }) {
  const [typed, setTyped] = useState(() => ({ id: hex(32), name: asked.asked?.name ?? '', role: asked.asked?.role ?? '', strokes: [], remarks: {}, ...kept() }));
  const [state, setState] = useState({ kind: 'open' });
  const take = (next) => {
    setTyped(next);
    keepTyped(next);
  };
  const change = (changes) => {
    const { body, ...rest } = typed;
    // What is changed after a try is another submission.
    take({ ...rest, ...(body ? { id: hex(32) } : {}), ...changes });
    // What was missing is being put right.
    if (state.kind === 'wrong') setState({ kind: 'open' });
  };
  if (state.kind === 'signed') return html`<${Gate} kind="sign-done" at=${state.at} />`;
  if (state.kind === 'already') return html`<${Already} asked=${state.asked ?? asked} isAfterTry />`;
  if (state.kind === 'gone') return html`<${Gate} kind="sign-gone" />`;

  const sign = async () => {
    const wrong = typed.name.trim() === '' ? 'name' : typed.strokes.length === 0 ? 'strokes' : null;
    if (wrong) {
      setState({ kind: 'wrong', why: t(`sign-${wrong}-needed`) });
      (wrong === 'name' ? document.getElementById('sign-name') : document.getElementById('sign-pad'))?.focus();
      return;
    }
    // The same bytes on every try, so that a repeat makes nothing twice; when it was signed is when the office has it.
    const sent = typed.body ? typed : { ...typed, body: bodyOf(typed) };
    take(sent);
    setState({ kind: 'sending' });
    const outcome = await post(sent.body);
    if (outcome.isRefused) {
      // Nothing was kept there: what is sent next is another submission.
      setTyped(({ body, ...now }) => {
        const next = { ...now, id: hex(32) };
        keepTyped(next);
        return next;
      });
    }
    setState(outcome);
  };
  const remarkOf = (equipment, item, words) => html`<${Remark} key=${`${equipment} ${item}`} words=${words} name=${`remark-${item}`}
    value=${typed.remarks[`${equipment} ${item}`]?.text ?? ''}
    onInput=${(text) => change({ remarks: { ...typed.remarks, [`${equipment} ${item}`]: { equipment, item, text } } })} />`;
  return html`<header class="top"><span class="company"><bdi>${nameOf(asked.company)}</bdi></span><span class="quiet">${visit}</span></header>
    <main>
      <h1 tabindex="-1">${t('sign-title')}</h1>
      <p class="lead">${t('sign-lead', { engineer: asked.record.engineer_signature?.name ?? nameOf(asked.engineer), company: nameOf(asked.company), site: nameOf(asked.site) })}</p>
      <div class="languages" role="group" aria-label=${t('language')}>${LANGUAGES.map(({ language, name }) => html`<button type="button" key=${language} lang=${language}
        class=${language === words.language ? 'chip on' : 'chip'} aria-pressed=${language === words.language} onClick=${() => speak(language).then(redraw, () => setState({ kind: 'wrong', why: t('language-missing', { name }) }))}>${name}</button>`)}</div>
      <${RecordView} record=${asked.record} equipment=${asked.equipment ?? []} checklists=${asked.checklists ?? {}} findings=${asked.findings} remarkOf=${remarkOf} />
      <section class="card-list" aria-labelledby="yours"><h2 id="yours">${t('sign-yours')}</h2><div class="card">
        <div class="pair">
          <div class="field"><label for="sign-name">${t('name')}</label><input id="sign-name" value=${typed.name} maxlength="200" autocomplete="name" data-t="sign-name" onInput=${(event) => change({ name: event.currentTarget.value })} /></div>
          <div class="field"><label for="sign-role">${t('role')}</label><input id="sign-role" value=${typed.role} maxlength="200" autocomplete="organization-title" data-t="sign-role" onInput=${(event) => change({ role: event.currentTarget.value })} /></div>
        </div>
        <div id="sign-pad" tabindex="-1"><${SignaturePad} strokes=${typed.strokes} label=${t('sign-yours')} name="pad-sign" onChange=${(strokes) => change({ strokes })} /></div>
      </div></section>
      ${state.why && html`<${Note} tone="fault" icon="warning" role="alert" name="sign-trouble"><p>${state.why}</p>${state.theirs && html`<small><bdi>${state.theirs}</bdi></small>`}</${Note}>`}
    </main>
    <div class="dock"><nav class="bottom" aria-label=${t('onwards')}><button type="button" onClick=${sign} disabled=${state.kind === 'sending'} data-t="sign-send"><${Icon} name="pen" />${state.kind === 'sending' ? t('sign-sending') : t('sign-send')}</button></nav></div>`;
}

function Remark({ words, name, value, onInput }) {
  const [isOpen, setOpen] = useState(value !== '');
  if (!isOpen) return html`<button type="button" class="link" onClick=${() => setOpen(true)} data-t="${name}-add" aria-label="${t('sign-remark-add')}: ${words}"><${Icon} name="add" />${t('sign-remark-add')}</button>`;
  return html`<div class="field"><label for=${name}>${t('sign-remark', { item: words })}</label>
    <textarea id=${name} rows="2" maxlength="500" value=${value} data-t=${name} onInput=${(event) => onInput(event.currentTarget.value)}></textarea></div>`;
}

const bodyOf = (typed) => JSON.stringify({
  id: typed.id, name: typed.name.trim(), role: typed.role.trim(), strokes: typed.strokes,
  remarks: Object.values(typed.remarks).filter((one) => one.text.trim() !== ''),
});

async function post(body) {
  let answer;
  try {
    answer = await sending.request(base, { method: 'POST', headers: { 'X-Ronda-Form': '1', 'Content-Type': 'application/json' }, body }, 60000);
  } catch {
    return { kind: 'wrong', why: t('sign-no-answer') };
  }
  if (answer.status === 200 && answer.body?.status === 'signed') {
    sessionStorage.removeItem(PLACE);
    return { kind: 'signed', at: answer.body.received_at };
  }
  if (answer.status === 409) {
    sessionStorage.removeItem(PLACE);
    // An earlier try has arrived, or somebody else has signed: what counts is what the office has.
    return { kind: 'already', asked: (await ask().catch(() => null))?.asked };
  }
  if (answer.status === 410 || answer.status === 401) return { kind: 'gone' };
  if (answer.status === 422 || answer.status === 400) {
    if (answer.body?.status === 'id-taken') return { kind: 'wrong', isRefused: true, why: t('sign-id-taken') };
    const bad = answer.body?.bad ?? [];
    return { kind: 'wrong', isRefused: true, why: t('sign-refused'), theirs: answer.body?.why ?? bad.map((one) => `${one.rule}; ${one.remedy}`).join(' ') };
  }
  return { kind: 'wrong', why: t('sign-no-answer') };
}

// What there is to sign, as the office has it now.
async function ask() {
  const answer = await sending.request(`${base}/sign.json`, { headers: { 'X-Ronda-Form': '1' } }, 30000);
  if (answer.status === 200 && answer.body?.record) return { asked: withEquipment(answer.body) };
  return { isGone: [401, 403, 404, 410].includes(answer.status) };
}

async function start() {
  const own = (navigator.language || 'en').slice(0, 2);
  await speak(isLanguage(own) ? own : 'en');
  let found;
  try {
    found = await ask();
  } catch {
    render(html`<${Gate} kind="gate-trouble" again=${start} />`, root);
    return;
  }
  const { asked, isGone } = found;
  if (!asked) {
    render(html`<${Gate} kind=${isGone ? 'sign-gone' : 'gate-trouble'} again=${isGone ? null : start} />`, root);
    return;
  }
  words.zone = asked.time_zone ?? asked.site?.time_zone;
  applyColour(asked.company?.colour);
  if (isLanguage(asked.language)) await speak(asked.language);
  document.title = `${t('sign-title')} · ${nameOf(asked.company)}`;
  const draw = () => render(asked.state === 'signed' ? html`<${Already} asked=${asked} />` : html`<${Page} asked=${asked} redraw=${draw} />`, root);
  draw();
  document.documentElement.dataset.ready = 'yes';
}

watchRoom();
start().catch((error) => {
  root.textContent = `This page could not start. · No se ha podido abrir la página. · 页面无法启动。 (${error?.message ?? error})`;
});
