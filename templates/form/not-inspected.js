// What could not be looked at: a whole equipment at once, and what was left last time.

import { answerPath, askedOf, isAnswered } from './checklist.js';
import { html, Icon, idOf, useForm } from './ui.js';
import { useState } from './vendor-preact-hooks.js';
import { shortDayWords, t } from './words.js';

// Marks everything of an equipment that has no answer yet as not inspected, for one reason.
export function NotInspected({ equipment, checklist }) {
  const form = useForm();
  const [why, setWhy] = useState(null);
  const asked = () => askedOf(equipment, checklist, form.draft).flatMap((section) => section.items);
  const open = asked().filter(({ item, answer }) => !isAnswered(item, answer));
  if (open.length < 2) return null;
  const leave = () => {
    for (const { item, answer } of open) {
      form.set(answerPath(equipment, item.item, 'result'), 'not-inspected');
      if (!answer.remark) form.set(answerPath(equipment, item.item, 'remark'), why.trim());
    }
    form.draft.flush();
    setWhy(null);
  };
  const id = idOf(`left/${equipment}`);
  if (why === null) {
    return html`<button type="button" class="link" onClick=${() => setWhy('')} data-t="leave-all">
      <${Icon} name="not-inspected" />${t('not-inspected-all', { count: open.length })}</button>`;
  }
  return html`<div class="card" data-t="leave-all-card">
    <div class="field"><label for=${id}>${t('item-why-not')}</label><small id="${id}-hint">${t('not-inspected-all-hint', { count: open.length })}</small>
      <input id=${id} value=${why} maxlength="500" autocomplete="off" aria-describedby="${id}-hint" data-t="leave-all-why" onInput=${(event) => setWhy(event.currentTarget.value)} /></div>
    <div class="actions">
      <button type="button" class="plain" disabled=${why.trim() === ''} onClick=${leave} data-t="leave-all-do"><${Icon} name="not-inspected" />${t('not-inspected-do')}</button>
      <button type="button" class="link" onClick=${() => setWhy(null)}>${t('not-inspected-back')}</button>
    </div></div>`;
}

// That an item was not inspected last time, and why.
export function LeftLastTime({ equipment, item }) {
  const form = useForm();
  const left = form.bundle.not_inspected?.[equipment]?.[item.item];
  if (!left) return null;
  return html`<p class="last left-over" data-t="left-over-${item.item}"><${Icon} name="warning" /><span>${t('left-last-time', { day: shortDayWords(left.on) })} <bdi>${left.why}</bdi></span></p>`;
}

// Whether an item has to be answered: by the checklist, or because the visit is for the rest of another that left it.
export const mustAnswer = (form, equipment, item) => item.required || Boolean(form.bundle.visit.rest_of && form.bundle.not_inspected?.[equipment]?.[item.item]);

// How many of an equipment's items were left last time.
export const leftOver = (form, equipment) => Object.keys(form.bundle.not_inspected?.[equipment] ?? {}).length;
