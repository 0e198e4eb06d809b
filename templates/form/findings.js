// Findings, those of today and those that are still open, and advice.

import { Draft } from './draft.js';
import { AddPhotos, Choices, Conflict, DateField, EquipmentField, html, Icon, PhotoStrip, TextField, useForm } from './ui.js';
import { dateWords, t } from './words.js';

const SEVERITIES = [
  { value: 'minor', tone: 'minor' },
  { value: 'major', tone: 'attention' },
  { value: 'critical', tone: 'fault' },
];

// A new entry of a list; the place to write in it has the focus.
function add(form, list, first, start = {}) {
  const id = Draft.newId();
  for (const [what, value] of Object.entries(start)) form.set(`${list}/${id}/${what}`, value);
  form.set(`${list}/${id}/shown`, true);
  form.jump(null, `${list}/${id}/${first}`);
}

function Remove({ path, label }) {
  const form = useForm();
  return html`<button type="button" class="link danger" data-t="remove-${path}" onClick=${() => form.removeEntry(path)}>${label}</button>`;
}

export function Findings() {
  const form = useForm();
  return html`<div>
    ${form.bundle.findings.length > 0 && html`<section class="card-list" aria-labelledby="open-title">
      <h2 id="open-title">${t('open-title', { count: form.bundle.findings.length })}</h2>
      ${form.bundle.findings.map((finding) => html`<${OpenFinding} key=${finding.finding} finding=${finding} />`)}
    </section>`}
    <section class="card-list" aria-labelledby="new-title">
      <h2 id="new-title">${t('findings-new')}</h2>
      ${form.draft.ids('findings').map((id, index) => html`<${NewFinding} key=${id} id=${id} number=${index + 1} />`)}
      <button type="button" class="plain wide" onClick=${() => add(form, 'findings', 'text')} data-t="add-finding"><${Icon} name="add" />${t('finding-add')}</button>
    </section>
  </div>`;
}

function OpenFinding({ finding }) {
  const form = useForm();
  const path = (what) => `open/${finding.finding}/${what}`;
  const state = form.draft.value(path('state'));
  const name = form.bundle.equipment.find((one) => one.equipment === finding.equipment)?.name;
  const facts = [t(`severity-${finding.severity}`), name, t('open-since', { day: dateWords(finding.since) }), finding.close_by && t('open-close-by', { day: dateWords(finding.close_by) })];
  return html`<article class="card" data-t="open-${finding.finding}">
    <h3><span class="number">#${finding.finding}</span> <bdi>${finding.text}</bdi></h3>
    <p class="quiet">${facts.filter(Boolean).join(' · ')}</p>
    <${Choices} path=${path('state')} legend=${t('open-legend', { number: finding.finding })} isLegendHidden columns=${2}
      options=${[{ value: 'closed', label: t('open-closed'), icon: 'ok', tone: 'ok' }, { value: 'carried', label: t('open-carried'), icon: 'next', tone: 'attention' }]} />
    ${state === 'closed' && html`<${TextField} path=${path('how')} label=${t('open-how')} lines=${2} max=${5000} />`}
    ${state === 'carried' && html`<${TextField} path=${path('note')} label=${t('open-note')} lines=${2} max=${500} />`}
  </article>`;
}

function NewFinding({ id, number }) {
  const form = useForm();
  const path = (what) => `findings/${id}/${what}`;
  const isClosed = form.draft.value(path('closed')) === true;
  return html`<article class="card" data-t="finding" aria-label=${t('finding-number', { number })}>
    <div class="section-head"><h3>${t('finding-number', { number })}</h3><${Remove} path="findings/${id}" label=${t('remove')} /></div>
    <${Conflict} path=${path('removed')} show=${removalWords} />
    <${Choices} path=${path('severity')} legend=${t('severity')} columns=${3} name="finding-${number}-severity"
      options=${SEVERITIES.map((severity) => ({ ...severity, label: t(`severity-${severity.value}`) }))} />
    <${TextField} path=${path('text')} label=${t('finding-text')} lines=${2} max=${5000} name="finding-${number}-text" />
    <${EquipmentField} path=${path('equipment')} />
    ${form.draft.text(path('item')) && html`<${PhotoStrip} owner=${form.draft.text(path('item'))} isFixed />`}
    <${PhotoStrip} owner="findings/${id}" />
    ${form.draft.photosOf(`findings/${id}`).length > 1 && html`<p class="quiet" data-t="one-photo">${t('finding-one-photo')}</p>`}
    <${AddPhotos} owner="findings/${id}" name="finding-${number}-photo" />
    <${TextField} path=${path('done')} label=${t('finding-done')} lines=${2} max=${5000} name="finding-${number}-done" />
    <${Choices} path=${path('closed')} legend=${t('finding-closed-legend')} columns=${2} name="finding-${number}-closed"
      value=${isClosed ? 'closed' : form.draft.value(path('closed')) === false ? 'open' : null}
      show=${(value) => t(value ? 'finding-closed' : 'finding-open')}
      onPick=${(picked) => form.set(path('closed'), picked === 'closed' ? true : picked === 'open' ? false : null)}
      options=${[{ value: 'closed', label: t('finding-closed'), icon: 'ok', tone: 'ok' }, { value: 'open', label: t('finding-open'), icon: 'next', tone: 'attention' }]} />
    ${!isClosed && html`<div class="pair">
      <${TextField} path=${path('responsible')} label=${t('finding-responsible')} max=${200} name="finding-${number}-responsible" list="people" />
      <${DateField} path=${path('close_by')} label=${t('finding-close-by')} name="finding-${number}-close-by" />
    </div>`}
  </article>`;
}

export function Advice() {
  const form = useForm();
  const costs = ['low', 'medium', 'high'];
  return html`<section class="card-list">
    <p class="lead">${t('advice-lead')}</p>
    ${form.draft.ids('advice').map((id, index) => html`<article class="card" key=${id} data-t="advice">
      <div class="section-head"><h2>${t('advice-number', { number: index + 1 })}</h2><${Remove} path="advice/${id}" label=${t('remove')} /></div>
      <${TextField} path="advice/${id}/text" label=${t('advice-text')} lines=${2} max=${5000} name="advice-${index + 1}-text" />
      <${EquipmentField} path="advice/${id}/equipment" />
      <${DateField} path="advice/${id}/by" label=${t('advice-by')} name="advice-${index + 1}-by" />
      <${Choices} path="advice/${id}/cost" legend=${t('advice-cost')} columns=${3} name="advice-${index + 1}-cost"
        options=${costs.map((cost) => ({ value: cost, label: t(`cost-${cost}`), tone: 'choice' }))} />
    </article>`)}
    <button type="button" class="plain wide" onClick=${() => add(form, 'advice', 'text')} data-t="add-advice"><${Icon} name="add" />${t('advice-add')}</button>
  </section>`;
}

// What two phones say of an entry that one of them removed.
export const removalWords = (isRemoved) => t(isRemoved === true ? 'conflict-removed' : 'conflict-kept');

export { add, Remove };
