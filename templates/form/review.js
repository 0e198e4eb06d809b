// The record to read through: before signing on this phone, and on the customer's own.

import { SignatureDrawing } from './signature.js';
import { html, Icon } from './ui.js';
import { dateWords, inWords, momentWords, numberWords, t } from './words.js';

// `findings` are those that were open, as far as they are known here; `remarkOf(equipment, item)` draws what stands
// below an item, where something shall.
export function RecordView({ record, equipment, checklists, findings, remarkOf }) {
  if (record.outcome === 'not-done') return html`<section class="card" data-t="record"><h2>${t('not-done-yes')}</h2><p><bdi>${record.reason}</bdi></p></section>`;
  const nameOf = (code) => equipment.find((one) => one.equipment === code)?.name ?? code;
  const open = new Map((findings ?? []).map((finding) => [finding.finding, finding]));
  const remarks = record.customer_remarks ?? [];
  const left = (record.equipment ?? []).flatMap((one) => one.answers).filter((answer) => answer.result === 'not-inspected').length;
  return html`<div data-t="record">
    ${left > 0 && html`<p class="note attention" data-t="incomplete"><${Icon} name="not-inspected" /><strong>${t('review-incomplete', { count: left })}</strong></p>`}
    <dl class="facts">
      <div><dt>${t('times-started')}</dt><dd>${momentWords(record.started_at)}</dd></div>
      <div><dt>${t('times-completed')}</dt><dd>${momentWords(record.completed_at)}</dd></div>
    </dl>
    ${(record.equipment ?? []).filter((one) => one.answers.length > 0).map((one) => html`<${Equipment} key=${one.equipment} one=${one} name=${nameOf(one.equipment)}
      checklist=${checklists[equipment.find((other) => other.equipment === one.equipment)?.checklist]} remarkOf=${remarkOf}
      remarks=${remarks.filter((remark) => remark.equipment === one.equipment)} />`)}
    <${Part} title=${t('findings')} list=${record.findings} draw=${(finding) => html`<strong>${t(`severity-${finding.severity}`)}</strong> <bdi>${finding.text}</bdi>
      ${(finding.equipment || finding.photo) && html`<small><bdi>${[finding.equipment && nameOf(finding.equipment), finding.photo && t('review-photo')].filter(Boolean).join(' · ')}</bdi></small>`}
      ${finding.done && html`<small>${t('finding-done')}: <bdi>${finding.done}</bdi></small>`}
      <small>${finding.closed ? t('finding-closed') : [t('finding-open'), finding.responsible, finding.close_by && t('open-close-by', { day: dateWords(finding.close_by) })].filter(Boolean).join(' · ')}</small>`} />
    <${Part} title=${t('review-closed')} list=${record.closes} draw=${(closed) => html`<${Opened} number=${closed.finding} finding=${open.get(closed.finding)} /><small>${t('open-how')}: <bdi>${closed.how}</bdi></small>`} />
    <${Part} title=${t('review-carried')} list=${record.carried} draw=${(carried) => html`<${Opened} number=${carried.finding} finding=${open.get(carried.finding)} />
      ${carried.note && html`<small>${t('open-note')}: <bdi>${carried.note}</bdi></small>`}`} />
    <${Part} title=${t('advice')} list=${record.advice} draw=${(advice) => html`<bdi>${advice.text}</bdi>
      <small>${[advice.equipment && nameOf(advice.equipment), advice.by && t('open-close-by', { day: dateWords(advice.by) }), advice.cost && t(`cost-${advice.cost}`)].filter(Boolean).join(' · ')}</small>`} />
    <${Part} title=${t('attendance')} list=${record.attendance} draw=${(person) => html`<bdi>${[person.name, person.role].filter(Boolean).join(', ')}</bdi>
      ${person.strokes && html`<${SignatureDrawing} strokes=${person.strokes} label=${t('attendee-signature', { name: person.name })} />`}`} />
    <${Part} title=${t('topics')} list=${record.topics} draw=${(topic) => html`<bdi>${topic}</bdi>`} />
    ${record.operators && html`<${Part} title=${t('operators')} list=${[record.operators.skill, record.operators.changes].filter(Boolean)} draw=${(text) => html`<bdi>${text}</bdi>`} />`}
    ${record.remarks && html`<${Part} title=${t('remarks')} list=${[record.remarks]} draw=${(text) => html`<bdi class="pre">${text}</bdi>`} />`}
    <${Part} title=${t('present')} list=${record.present} draw=${(person) => html`<bdi>${[person.name, person.role].filter(Boolean).join(', ')}</bdi>`} />
    ${record.photos?.length > 0 && html`<${Part} title=${t('photos-count', { count: record.photos.length })} list=${byCaption(record.photos)} draw=${([caption, count]) => html`<bdi>${caption || t('review-no-caption')}</bdi>${count > 1 && ` × ${count}`}`} />`}
    ${record.engineer_signature?.strokes?.length > 0 && html`<${Signature} title=${t('sign-engineer')} signature=${record.engineer_signature} />`}
    ${record.customer_signature?.strokes?.length > 0 && html`<${Signature} title=${t('sign-customer')} signature=${record.customer_signature} />`}
  </div>`;
}

// A finding that was open before, by its words where they are known.
function Opened({ number, finding }) {
  return html`<span class="number">#${number}</span> ${finding && html`${finding.severity && html`<strong>${t(`severity-${finding.severity}`)}</strong>`} <bdi>${finding.text}</bdi>`}`;
}

// Which photos there are, told by their captions: forty of one cabinet are one line.
function byCaption(photos) {
  const counts = new Map();
  for (const { caption = '' } of photos) counts.set(caption, (counts.get(caption) ?? 0) + 1);
  return [...counts];
}

function Signature({ title, signature }) {
  return html`<${Part} title=${title} list=${[signature]} draw=${({ name, role, signed_at: at, strokes }) => html`<bdi>${[name, role].filter(Boolean).join(', ')}</bdi>
    ${at && html`<small>${t('signed-at', { at: momentWords(at) })}</small>`}<${SignatureDrawing} strokes=${strokes} label=${title} />`} />`;
}

function Part({ title, list, draw }) {
  if (!list?.length) return null;
  return html`<section class="card-list"><h2>${title}</h2><ul class="list">${list.map((one) => html`<li>${draw(one)}</li>`)}</ul></section>`;
}

function Equipment({ one, name, checklist, remarkOf, remarks }) {
  const items = new Map((checklist?.sections ?? []).flatMap((section) => section.items).map((item) => [item.item, item]));
  return html`<section class="card-list"><h2><bdi>${name}</bdi></h2>
    <ul class="list results">${one.answers.map((answer) => {
      const item = items.get(answer.item);
      const choice = item?.choices?.find((other) => other.choice === answer.choice);
      const said = [
        answer.reading != null && `${numberWords(answer.reading)} ${item?.reading?.unit === 'n' ? '' : item?.reading?.unit ?? ''}`.trim(),
        answer.choice && (choice ? inWords(choice.text) : answer.choice), answer.text,
      ].filter(Boolean).join(' · ');
      return html`<li key=${answer.item}><div class="result-line"><span>${item ? inWords(item.text) : answer.item}${said && html`<strong class="value"> <bdi>${said}</bdi></strong>`}</span>
        <span class="mark ${answer.result}"><${Icon} name=${answer.result} />${t(`result-${answer.result}`)}</span></div>
        ${answer.remark && html`<small><bdi>${answer.remark}</bdi></small>`}
        ${answer.photos?.length > 0 && html`<small>${t('photos-count', { count: answer.photos.length })}</small>`}
        ${remarks.filter((remark) => remark.item === answer.item).map((remark) => html`<small>${t('review-customer-remark')}: <bdi>${remark.text}</bdi></small>`)}
        ${remarkOf?.(one.equipment, answer.item, item ? inWords(item.text) : answer.item)}</li>`;
    })}</ul></section>`;
}
