// Photos, the visit's times, the visit that did not take place, and the two signatures.

import { SignaturePad } from './signature.js';
import { AddPhotos, Choices, Conflict, html, MissingLanguage, MomentField, Note, TextField, Thumb, useForm } from './ui.js';
import { momentWords, t, LANGUAGES, words } from './words.js';

export function Photos() {
  const form = useForm();
  const photos = form.draft.photosOf();
  const ownerWords = (sha) => {
    const owner = form.draft.text(`photos/${sha}/of`);
    const [head, equipment] = owner.split('/');
    if (head === 'findings') return t('photo-of-finding');
    if (head === 'answers') return t('photo-of-item', { equipment: form.bundle.equipment.find((one) => encodeURIComponent(one.equipment) === equipment)?.name ?? equipment });
    return '';
  };
  return html`<section class="card-list" data-path="photos" tabindex="-1">
    <p class="lead" aria-live="polite" data-t="photo-count" data-count=${photos.length}>${t('photos-count', { count: photos.length })}</p>
    <${AddPhotos} />
    ${form.intake > 0 && html`<p class="note" role="status" data-t="photos-in-work">${t('photos-in-work', { count: form.intake })}</p>`}
    ${form.failedIntake.map((row) => html`<${Note} tone="fault" icon="warning" name="photo-unreadable" role="alert"><p>${t('photo-unreadable', { name: row.blob?.name ?? row.name ?? '' })}</p>
      <button type="button" class="plain" onClick=${() => form.dropFailed(row)}>${t('photo-drop')}</button></${Note}>`)}
    ${photos.map((sha, index) => html`<article class="card photo" key=${sha} data-t="photo-card" data-sha=${sha}>
      <${Thumb} sha=${sha} label=${t('photo-number', { number: index + 1 })} />
      <div>
        <p class="quiet">${[t('photo-number', { number: index + 1 }), ownerWords(sha)].filter(Boolean).join(' · ')}</p>
        <${TextField} path="photos/${sha}/caption" label=${t('photo-caption')} max=${500} name="caption-${index + 1}" />
        <button type="button" class="link danger" data-t="remove-photo-${index + 1}" onClick=${() => form.removeEntry(`photos/${sha}`)}>${t('remove')}</button>
      </div>
    </article>`)}
  </section>`;
}

export function Times() {
  const form = useForm();
  return html`<section class="card-list">
    ${form.hasWrongClock && html`<${ClockNote} />`}
    <div class="card">
      <${MomentField} path="started_at" label=${t('times-started')} />
      <${MomentField} path="completed_at" label=${t('times-completed')} hint=${t('times-completed-hint')} />
      <p class="quiet">${t('times-zone', { zone: form.zone })}</p>
    </div>
  </section>`;
}

// The phone's clock and the office's differ.
export function ClockNote() {
  const form = useForm();
  return html`<${Note} tone="attention" icon="warning" name="wrong-clock" role="status"><p>${form.clockWords()}</p>
    ${!form.isFrozen && html`<button type="button" onClick=${() => form.shiftTimes()} data-t="shift-times">${t('clock-shift')}</button>`}</${Note}>`;
}

export function NotDone() {
  const form = useForm();
  const isNotDone = form.draft.value('outcome') === 'not-done';
  return html`<section class="card-list">
    <p class="lead">${t('not-done-lead')}</p>
    <div class="card">
      <${Choices} path="outcome" legend=${t('not-done-legend')} columns=${2} value=${isNotDone ? 'not-done' : 'done'}
        onPick=${(picked) => form.set('outcome', picked === 'not-done' ? picked : null)}
        options=${[{ value: 'done', label: t('not-done-no'), tone: 'ok', icon: 'ok' }, { value: 'not-done', label: t('not-done-yes'), tone: 'fault', icon: 'fault' }]} />
      ${isNotDone && html`<${TextField} path="not_done/reason" label=${t('not-done-reason')} hint=${t('not-done-reason-hint')} lines=${3} max=${5000} />
        <${TextField} path="not_done/by" label=${t('not-done-by')} max=${200} />
        ${form.draft.photosOf().length > 0 && html`<p class="note">${t('not-done-photos')}</p>`}`}
    </div>
  </section>`;
}

export function EngineerSignature() {
  const form = useForm();
  const path = (what) => `sign/engineer/${what}`;
  return html`<section class="card-list"><div class="card">
    <${Pad} who="engineer" label=${t('sign-engineer')} />
    <div class="pair">
      <${TextField} path=${path('name')} label=${t('name')} max=${200} auto="name" />
      <${TextField} path=${path('role')} label=${t('role')} max=${200} auto="organization-title" />
    </div>
  </div></section>`;
}

function Pad({ who, label }) {
  const form = useForm();
  const path = `sign/${who}/strokes`;
  const strokes = form.draft.value(path) ?? [];
  const at = form.draft.value(`sign/${who}/signed_at`);
  return html`<div data-path=${path} tabindex="-1">
    <${SignaturePad} strokes=${strokes} label=${label} isOff=${form.isFrozen} name="pad-${who}" onChange=${(drawn) => form.sign(who, drawn)} />
    ${strokes.length > 0 && at && html`<p class="quiet" data-t="signed-at-${who}">${t('signed-at', { at: momentWords(at) })}</p>`}
    <${Conflict} path=${path} show=${() => t('conflict-signature')} />
  </div>`;
}

const STATUSES = ['signed', 'absent', 'refused', 'asked'];

export function CustomerSignature() {
  const form = useForm();
  const path = (what) => `sign/customer/${what}`;
  const status = form.draft.value(path('status'));
  const theirs = form.bundle.customer_language;
  const language = theirs !== words.language && LANGUAGES.find((one) => one.language === theirs);
  const icons = { signed: 'pen', absent: 'not-applicable', refused: 'fault', asked: 'sending' };
  return html`<section class="card-list">
    <div class="actions">${language && html`<button type="button" class="plain small" lang=${theirs} onClick=${() => form.speak(theirs)} data-t="customer-language">${language.name}</button>`}
    <a class="link" href="#/review" data-t="to-review">${t('sign-read')}</a></div>
    <${MissingLanguage} />
    <div class="card">
      <${Choices} path=${path('status')} legend=${t('customer-legend')} columns=${2} name="customer-status"
        options=${STATUSES.map((one) => ({ value: one, label: t(`customer-${one}`), icon: icons[one], tone: one === 'signed' ? 'ok' : 'attention' }))} />
      ${status === 'signed' && html`<${Pad} who="customer" label=${t('sign-customer')} />`}
      ${status && status !== 'absent' && html`<div class="pair">
        <${TextField} path=${path('name')} label=${t('name')} max=${200} list="people" />
        ${status !== 'refused' && html`<${TextField} path=${path('role')} label=${t('role')} max=${200} />`}
      </div>`}
      ${(status === 'absent' || status === 'refused') && html`<${TextField} path=${path('reason')} label=${t(`customer-${status}-reason`)} lines=${2} max=${500} />`}
      ${status === 'asked' && html`<${TextField} path=${path('email')} label=${t('email')} hint=${t('customer-asked-hint')} type="email" mode="email" max=${200} />`}
    </div>
  </section>`;
}

