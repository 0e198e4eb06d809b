// What a person decides before the record is handed in: what becomes of that which has no place in it, and whether times
// that look wrong are right.

import { timesChecked } from './record.js';
import { fitsNote, leaveOut, makeFinding, putIntoNote, restOf, straysOf } from './strays.js';
import { Choices, html, Icon, Note, useForm } from './ui.js';
import { momentWords, t } from './words.js';

// What the office's changes left without a place.
export function Strays() {
  const form = useForm();
  return html`${straysOf(form).map((stray) => html`<section class="question" key=${stray.key} data-t="stray" data-path="stray/${stray.key}" tabindex="-1">
    <p><strong>${t('stray')}</strong></p>
    <p><bdi>${stray.words}</bdi></p>
    <div class="actions">
      ${stray.canBeFinding && html`<button type="button" onClick=${() => makeFinding(form, stray)} data-t="stray-finding">${t('item-to-finding')}</button>`}
      ${fitsNote(form, stray) && html`<button type="button" class="plain" onClick=${() => putIntoNote(form, stray)} data-t="stray-note">${t('stray-note')}</button>`}
      <button type="button" class="plain" onClick=${() => leaveOut(form, stray)} data-t="stray-out">${t('stray-out')}</button>
    </div>
  </section>`)}`;
}

// What was filled in for a visit that did not take place.
export function Rest() {
  const form = useForm();
  const rest = restOf(form);
  const said = ['findings', 'answers', 'photos', 'others'].filter((kind) => rest[kind] > 0).map((kind) => t(`rest-${kind}`, { count: rest[kind] }));
  if (said.length === 0) return null;
  return html`<section class="card" data-t="rest">
    <${Note} tone="attention" icon="warning"><p>${t('rest', { what: said.join(', ') })}</p></${Note}>
    ${rest.note && html`<${Choices} path="not_done/rest" legend=${t('rest-legend')} columns=${1} options=${[
      { value: 'note', label: t('rest-into-note'), tone: 'choice' }, { value: 'kept', label: t('rest-kept'), tone: 'choice' },
    ]} />
    ${form.draft.value('not_done/rest') === 'note' && html`<p class="pre quiet" data-t="rest-words"><bdi>${rest.note}</bdi></p>`}`}
  </section>`;
}

// Begin and end lie so far apart that the form was likely begun on another day.
export function TimesApart({ record }) {
  const form = useForm();
  return html`<section class="question" data-t="times-apart" data-path="times_checked" tabindex="-1">
    <p><strong>${t('times-apart', { began: momentWords(record.started_at), ended: momentWords(record.completed_at) })}</strong></p>
    <div class="actions">
      <button type="button" onClick=${() => form.jump('#/times', 'started_at')} data-t="times-correct">${t('asked-correct')}</button>
      <button type="button" class="plain" onClick=${() => form.set('times_checked', timesChecked(record))} data-t="times-right">${t('asked-right')}</button>
    </div>
  </section>`;
}
