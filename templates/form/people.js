// Training on site, the operators, and what else is to be said.

import { Draft } from './draft.js';
import { add, Remove } from './findings.js';
import { SignatureDrawing, SignaturePad } from './signature.js';
import { Conflict, html, Icon, Note, TextField, useForm } from './ui.js';
import { useState } from './vendor-preact-hooks.js';
import { t } from './words.js';

export function Training() {
  const form = useForm();
  const said = new Set(form.draft.ids('topics').map((id) => form.draft.text(`topics/${id}/text`)));
  const suggested = (form.bundle.topics ?? []).filter((topic) => !said.has(topic));
  const addTopic = (text) => {
    form.set(`topics/${Draft.newId()}/text`, text);
    form.draft.flush();
  };
  return html`<div>
    <section class="card-list" aria-labelledby="attendance-title" data-path="attendance" tabindex="-1">
      <h2 id="attendance-title">${t('attendance')}</h2>
      <p class="lead">${form.bundle.visit.purpose === 'training' ? t('attendance-needed') : t('attendance-lead')}</p>
      ${form.draft.ids('attendance').map((id, index) => html`<${Attendee} key=${id} id=${id} number=${index + 1} />`)}
      <button type="button" class="plain wide" onClick=${() => add(form, 'attendance', 'name')} data-t="add-attendee"><${Icon} name="add" />${t('attendee-add')}</button>
    </section>
    <section class="card-list" aria-labelledby="topics-title">
      <h2 id="topics-title">${t('topics')}</h2>
      ${suggested.length > 0 && html`<p class="lead">${t('topics-suggested')}</p>
        <ul class="chips">${suggested.map((topic) => html`<li key=${topic}><button type="button" class="chip" onClick=${() => addTopic(topic)} data-t="topic-suggested">
          <${Icon} name="add" /><bdi>${topic}</bdi></button></li>`)}</ul>`}
      ${form.draft.ids('topics').map((id, index) => html`<div class="card row-card" key=${id} data-t="topic">
        <${TextField} path="topics/${id}/text" label=${t('topic-number', { number: index + 1 })} max=${500} name="topic-${index + 1}" />
        <${Remove} path="topics/${id}" label=${t('remove')} /></div>`)}
      <button type="button" class="plain wide" onClick=${() => add(form, 'topics', 'text')} data-t="add-topic"><${Icon} name="add" />${t('topic-add')}</button>
    </section>
  </div>`;
}

function Attendee({ id, number }) {
  const form = useForm();
  const path = (what) => `attendance/${id}/${what}`;
  const strokes = form.draft.value(path('strokes')) ?? [];
  const [isSigning, setSigning] = useState(false);
  const label = t('attendee-signature', { name: form.draft.text(path('name')) || t('attendee-number', { number }) });
  return html`<article class="card" data-t="attendee" aria-label=${t('attendee-number', { number })}>
    <div class="section-head"><h3>${t('attendee-number', { number })}</h3><${Remove} path="attendance/${id}" label=${t('remove')} /></div>
    <div class="pair">
      <${TextField} path=${path('name')} label=${t('name')} max=${200} name="attendee-${number}-name" list="people" />
      <${TextField} path=${path('role')} label=${t('role')} max=${200} name="attendee-${number}-role" />
    </div>
    <${Conflict} path=${path('strokes')} show=${() => t('conflict-signature')} />
    ${isSigning ? html`<${SignaturePad} strokes=${strokes} label=${label} name="attendee-${number}-pad" isOff=${form.isFrozen}
        onChange=${(drawn) => { form.set(path('strokes'), drawn); form.draft.flush(); }} />
      <button type="button" class="plain" onClick=${() => setSigning(false)}>${t('close')}</button>`
    : html`${strokes.length > 0 && html`<${SignatureDrawing} strokes=${strokes} label=${label} />`}
      <button type="button" class="plain" onClick=${() => setSigning(true)} data-t="attendee-${number}-sign"><${Icon} name="pen" />${strokes.length ? t('attendee-sign-again') : t('attendee-sign')}</button>`}
  </article>`;
}

export function Operators() {
  return html`<section class="card-list">
    <p class="lead">${t('operators-lead')}</p>
    <div class="card">
      <${TextField} path="operators/skill" label=${t('operators-skill')} hint=${t('operators-skill-hint')} lines=${3} max=${5000} />
      <${TextField} path="operators/changes" label=${t('operators-changes')} hint=${t('operators-changes-hint')} lines=${3} max=${5000} />
    </div>
  </section>`;
}

export function Remarks() {
  const form = useForm();
  return html`<div>
    <section class="card-list"><div class="card"><${TextField} path="remarks" label=${t('remarks-label')} hint=${t('remarks-hint')} lines=${5} max=${5000} /></div></section>
    <section class="card-list" aria-labelledby="present-title">
      <h2 id="present-title">${t('present')}</h2>
      ${form.draft.ids('present').map((id, index) => html`<article class="card" key=${id}>
        <div class="section-head"><h3>${t('attendee-number', { number: index + 1 })}</h3><${Remove} path="present/${id}" label=${t('remove')} /></div>
        <div class="pair">
          <${TextField} path="present/${id}/name" label=${t('name')} max=${200} name="present-${index + 1}-name" list="people" />
          <${TextField} path="present/${id}/role" label=${t('role')} max=${200} name="present-${index + 1}-role" />
        </div></article>`)}
      <button type="button" class="plain wide" onClick=${() => add(form, 'present', 'name')} data-t="add-present"><${Icon} name="add" />${t('present-add')}</button>
    </section>
  </div>`;
}

export function Office() {
  return html`<section class="card-list">
    <${Note} tone="attention" icon="warning" name="office-unseen"><p>${t('office-unseen')}</p></${Note}>
    <div class="card"><${TextField} path="office_note" label=${t('office-label')} lines=${6} max=${5000} /></div>
  </section>`;
}

// The customer's people, offered where a name is typed.
export const PeopleList = ({ people }) => html`<datalist id="people">${(people ?? []).map((person) => html`<option key=${person.name} value=${person.name}></option>`)}</datalist>`;
