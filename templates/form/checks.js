// The checklist of one equipment.

import { answerPath, askedOf, isAnswered, mayBeThousands, ownerOf } from './checklist.js';
import { LeftLastTime, mustAnswer, NotInspected } from './not-inspected.js';
import { AddPhotos, Choices, Conflict, html, Icon, idOf, PhotoStrip, TextField, useForm } from './ui.js';
import { useState } from './vendor-preact-hooks.js';
import { inWords, numberWords, shortDayWords, t } from './words.js';

// An iPhone's keys for decimals have no minus. It alone knows this property.
const HAS_MINUS = !CSS.supports('-webkit-touch-callout', 'none');

const RESULTS = ['ok', 'attention', 'fault', 'not-applicable', 'not-inspected'];

function limitWords(spec) {
  // A unit stays on the line of its number.
  return limitSentence(spec).replace(/ (?=\S+$)/, '\u00a0');
}

function limitSentence(spec) {
  const { unit } = spec;
  const [min, max] = [spec.min, spec.max].map((limit) => (limit == null ? null : numberWords(limit)));
  if (min !== null && max !== null) return t('limits-between', { min, max, unit });
  if (min !== null) return t('limits-least', { min, unit });
  if (max !== null) return t('limits-most', { max, unit });
  return '';
}

// How far an equipment's checklist is: what counts are the items that are asked, and of those the required ones.
export function progressOf(form, one) {
  const checklist = form.bundle.checklists[one.checklist];
  if (!checklist) return { all: 0, done: 0, missing: 0, faults: 0, attention: 0, left: 0 };
  const items = askedOf(one.equipment, checklist, form.draft).flatMap((section) => section.items);
  const answered = items.filter(({ item, answer }) => isAnswered(item, answer) && answer.result !== null);
  return {
    all: items.length,
    done: answered.length,
    missing: items.filter(({ item, answer }) => (mustAnswer(form, one.equipment, item) ? !isAnswered(item, answer) : answer.bad)).length,
    faults: answered.filter(({ answer }) => answer.result === 'fault').length,
    attention: answered.filter(({ answer }) => answer.result === 'attention').length,
    left: answered.filter(({ answer }) => answer.result === 'not-inspected').length,
  };
}

export function Checks({ equipment }) {
  const form = useForm();
  const one = form.bundle.equipment.find((other) => other.equipment === equipment);
  const checklist = one && form.bundle.checklists[one.checklist];
  if (!one) return html`<p>${t('equipment-unknown')}</p>`;
  const facts = [one.make, one.model, one.serial && t('serial', { serial: one.serial })].filter(Boolean).join(' · ');
  const missed = form.bundle.findings.filter((finding) => finding.equipment === equipment).length;
  return html`<div>
    <p class="lead"><bdi>${facts}</bdi></p>
    ${missed > 0 && html`<a class="link" href="#/findings">${t('checks-open-findings', { count: missed })}</a>`}
    ${checklist && html`<${NotInspected} key=${equipment} equipment=${equipment} checklist=${checklist} />`}
    ${!checklist && html`<p class="note">${t('checks-none')}</p>`}
    ${checklist && askedOf(equipment, checklist, form.draft).map((section, index) => html`<${Section} key=${index} equipment=${equipment} section=${section} index=${index} />`)}
  </div>`;
}

function Section({ equipment, section, index }) {
  const form = useForm();
  const open = section.items.filter(({ item, answer }) => item.kind === 'check' && answer.result === null);
  const allOk = () => {
    for (const { item } of open) form.set(answerPath(equipment, item.item, 'result'), 'ok');
    form.draft.flush();
  };
  return html`<section class="card-list" aria-labelledby="section-${index}">
    <div class="section-head">
      <h2 id="section-${index}">${inWords(section.title)}</h2>
      ${open.length > 1 && html`<button type="button" class="plain small" onClick=${allOk} data-t="all-ok-${index}">
        <${Icon} name="ok" />${t('all-ok', { count: open.length })}</button>`}
    </div>
    ${section.items.map(({ item, answer }) => html`<${Item} key=${item.item} equipment=${equipment} item=${item} answer=${answer} />`)}
  </section>`;
}

function Item({ equipment, item, answer }) {
  const form = useForm();
  const path = (what) => answerPath(equipment, item.item, what);
  const last = form.bundle.last?.[equipment]?.[item.item];
  const text = inWords(item.text);
  return html`<article class="card item ${answer.result ?? ''}" data-t="item-${item.item}">
    <h3 id=${idOf(path('title'))}>${text}${mustAnswer(form, equipment, item) && html` <span class="must">${t('required')}</span>`}</h3>
    ${item.guidance && html`<details class="guidance"><summary>${t('guidance')}</summary><p>${inWords(item.guidance)}</p></details>`}
    ${item.kind === 'number' && html`<${Reading} path=${path('reading')} item=${item} answer=${answer} last=${last} label=${text} />`}
    ${item.kind === 'choice' && html`<${Choices} path=${path('choice')} legend=${text} isLegendHidden columns=${2}
      options=${(item.choices ?? []).map((choice) => ({ value: choice.choice, label: inWords(choice.text), tone: 'choice' }))} />`}
    ${item.kind === 'text' && html`<${TextField} path=${path('text')} label=${t('answer')} lines=${2} max=${500} />`}
    ${item.kind === 'photo' && html`<${Photos} equipment=${equipment} item=${item} />`}
    ${item.kind !== 'number' && last && html`<${Last} last=${last} item=${item} />`}
    <${LeftLastTime} equipment=${equipment} item=${item} />
    <${Choices} path=${path('result')} legend=${t('result-of', { item: text })} isLegendHidden columns=${5} value=${answer.result}
      options=${RESULTS.map((result) => ({ value: result, label: t(`result-${result}`), icon: result, tone: result, off: worse(answer.atBest, result) }))} />
    <${More} equipment=${equipment} item=${item} answer=${answer} />
  </article>`;
}

const RANK = { ok: 0, attention: 1, fault: 2 };
const worse = (atBest, result) => result in RANK && RANK[result] < RANK[atBest];

function Last({ last, item }) {
  const choice = item.choices?.find((one) => one.choice === last.choice);
  const said = last.reading != null ? `${numberWords(last.reading)} ${item.reading?.unit ?? ''}` : choice ? inWords(choice.text) : last.text || t(`result-${last.result}`);
  return html`<p class="last">${t('last-time', { day: shortDayWords(last.on) })} <bdi>${said}</bdi></p>`;
}

function Reading({ path, item, answer, last, label }) {
  const form = useForm();
  const id = idOf(path);
  const spec = item.reading ?? { unit: '' };
  const limits = limitWords(spec);
  const state = answer.bad ? 'bad' : answer.outside ? 'outside' : answer.reading !== null && limits ? 'inside' : '';
  const said = answer.bad ? t('reading-no-number', { example: numberWords(spec.min ?? spec.max ?? 21.5) })
    : answer.outside === 'low' ? t('reading-low', { limits })
      : answer.outside === 'high' ? t('reading-high', { limits })
        : state === 'inside' ? t('reading-inside', { limits }) : limits;
  const read = answer.reading !== null && mayBeThousands(answer.typed) && t('reading-read', { value: numberWords(answer.reading), unit: spec.unit === 'n' ? '' : spec.unit });
  return html`<div class="reading ${state}">
    <div class="reading-row">
      <div class="reading-now">
        <label for=${id}>${t('reading-today')}<span class="unseen"> ${label}</span></label>
        <span class="with-unit">
          <input id=${id} inputmode=${HAS_MINUS || (spec.min ?? -1) >= 0 ? 'decimal' : 'text'} autocomplete="off" enterkeyhint="next" maxlength="24" value=${form.draft.text(path)} data-t=${path} data-path=${path}
            aria-invalid=${answer.bad || answer.outside ? 'true' : 'false'} aria-describedby="${id}-said"
            onInput=${(event) => form.set(path, event.currentTarget.value)} onBlur=${() => form.draft.flush()} onKeyDown=${toNextReading} />
          <span class="unit">${spec.unit === 'n' ? '' : spec.unit}</span>
        </span>
      </div>
      ${last?.reading != null && html`<${LastReading} last=${last} answer=${answer} />`}
    </div>
    <p class="said" id="${id}-said" aria-live="polite" data-t="${path}-said">${state && html`<${Icon} name=${state === 'inside' ? 'ok' : 'warning'} />`}<span>${read && html`<strong class="read">${read}</strong> `}${said}</span></p>
    <${Conflict} path=${path} />
  </div>`;
}

// The keyboard's "next" leads from reading to reading.
function toNextReading(event) {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  const readings = [...document.querySelectorAll('.with-unit input')];
  const next = readings[readings.indexOf(event.currentTarget) + 1];
  if (next) next.focus();
  else event.currentTarget.blur();
}

// Last time's reading beside today's, and which way it has gone since.
function LastReading({ last, answer }) {
  const difference = answer.reading === null ? null : Number((answer.reading - last.reading).toPrecision(6));
  const way = difference === null ? null : difference > 0 ? 'up' : difference < 0 ? 'down' : 'same';
  return html`<div class="reading-last" data-t="last-reading">
    <span class="quiet">${t('last-time', { day: shortDayWords(last.on) })}</span>
    <span class="value">${numberWords(last.reading)}</span>
    ${way && html`<span class="trend ${way}" data-t="trend" data-way=${way}><${Icon} name=${way} /><span>${way === 'same' ? t('trend-same') : `${difference > 0 ? '+' : '−'}${numberWords(Math.abs(difference))}`}</span></span>`}
  </div>`;
}

function Photos({ equipment, item }) {
  const owner = ownerOf(equipment, item.item);
  return html`<div data-path=${answerPath(equipment, item.item, 'photos')} tabindex="-1">
    <${PhotoStrip} owner=${owner} /><${AddPhotos} owner=${owner} name="item-photo-${item.item}" /></div>`;
}

// A remark and photos, folded until they are wanted; open where there is something to say.
function More({ equipment, item, answer }) {
  const form = useForm();
  const path = answerPath(equipment, item.item, 'remark');
  const [isOpen, setOpen] = useState(false);
  const hasSomething = answer.remark !== '' || form.draft.value(path) || (answer.photos.length > 0 && item.kind !== 'photo') || form.draft.rows.get(path)?.theirs;
  const finding = findingOf(form, ownerOf(equipment, item.item));
  const isLeft = answer.result === 'not-inspected';
  const wantsWords = answer.result === 'attention' || answer.result === 'fault';
  if (!isOpen && !hasSomething && !wantsWords && !isLeft && !finding) {
    return html`<button type="button" class="link" onClick=${() => setOpen(true)} data-t="more-${item.item}">
      <${Icon} name="add" />${item.kind === 'photo' ? t('item-remark') : t('item-more')}</button>`;
  }
  return html`<div class="more">
    <${TextField} path=${path} label=${isLeft ? t('item-why-not') : t('item-remark')} hint=${isLeft ? t('item-why-not-hint') : undefined} lines=${1} max=${500} />
    ${item.kind !== 'photo' && html`<${Photos} equipment=${equipment} item=${item} />`}
    ${(wantsWords || finding) && html`<button type="button" class="link" data-t="to-finding-${item.item}" onClick=${() => toFinding(form, equipment, item, answer)}>
      <${Icon} name="warning" />${finding ? t('item-finding') : t('item-to-finding')}</button>`}
  </div>`;
}

// The finding that was made of an item.
const findingOf = (form, owner) => form.draft.ids('findings').find((id) => form.draft.value(`findings/${id}/item`) === owner);

// A fault that has to be followed: the finding begins with what the item says, and has its photos. There is one of each
// item: what was made before is shown again.
function toFinding(form, equipment, item, answer) {
  const owner = ownerOf(equipment, item.item);
  const made = findingOf(form, owner);
  if (made) {
    form.jump('#/findings', `findings/${made}/text`);
    return;
  }
  const id = form.draft.constructor.newId();
  const reading = answer.reading === null ? '' : ` ${numberWords(answer.reading)} ${item.reading?.unit ?? ''}`;
  form.set(`findings/${id}/item`, owner);
  form.set(`findings/${id}/equipment`, equipment);
  form.set(`findings/${id}/severity`, answer.result === 'fault' ? 'major' : 'minor');
  form.set(`findings/${id}/text`, `${inWords(item.text)}:${reading} ${answer.remark}`.trim());
  form.jump('#/findings', `findings/${id}/text`);
}
