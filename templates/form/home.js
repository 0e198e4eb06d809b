// The visit at a glance: where its record is, what is filled in, and the way to each section.

import { progressOf } from './checks.js';
import { ClockNote } from './closing.js';
import { BigState, OtherRecord, SaveButton } from './handin.js';
import { leftOver } from './not-inspected.js';
import { looksAtAll } from './record.js';
import { html, Icon, MissingLanguage, Note, useForm } from './ui.js';
import { dayWords, LANGUAGES, momentWords, t, words } from './words.js';

const has = (form, prefix) => form.draft.has(prefix);

// The form's screens in their order, each with how far it is: `done`, `begun`, `missing`, or nothing yet.
export function sectionsOf(form) {
  const { bundle, draft } = form;
  const tail = [officeSection(form), handInSection()];
  if (draft.value('outcome') === 'not-done') return [{ route: 'not-done', title: t('not-done-yes'), state: draft.text('not_done/reason') ? 'done' : 'missing', detail: '' }, ...tail];
  const checks = bundle.equipment.map((one) => checkSection(form, one));
  const isTraining = bundle.visit.purpose === 'training';
  const training = trainingSection(form);
  const middle = [findingsSection(form), listSection(form, 'advice'), ...(isTraining ? [] : [training]), {
    route: 'operators', title: t('operators'), state: has(form, 'operators/') ? 'done' : '', detail: '',
  }, {
    route: 'photos', title: t('photos'), state: draft.photosOf().length ? 'done' : '', detail: draft.photosOf().length ? t('photos-count', { count: draft.photosOf().length }) : '',
  }, {
    route: 'remarks', title: t('remarks'), state: draft.text('remarks') || draft.ids('present').length ? 'done' : '', detail: '',
  }];
  const first = isTraining ? [training] : [];
  const optional = looksAtAll(bundle) ? [] : checks;
  return [...first, ...(looksAtAll(bundle) ? checks : []), ...middle, ...optional, tail[0], ...signatureSections(form), tail[1]];
}

function checkSection(form, one) {
  const { all, done, missing, faults, attention, left } = progressOf(form, one);
  const before = leftOver(form, one.equipment);
  const begun = form.draft.has(`answers/${encodeURIComponent(one.equipment)}/`);
  const isWanted = looksAtAll(form.bundle) || begun;
  const detail = [all ? t('progress', { done, all }) : t('checks-none-short'), faults > 0 && t('progress-faults', { count: faults }), attention > 0 && t('progress-attention', { count: attention }), left > 0 && t('progress-left', { count: left }), before > 0 && t('progress-left-over', { count: before })];
  const state = isWanted && missing > 0 ? (begun ? 'begun' : '') : all === 0 || done === all || (begun && missing === 0) ? 'done' : '';
  return { route: `checks/${encodeURIComponent(one.equipment)}`, title: one.name, state: all === 0 && !looksAtAll(form.bundle) ? '' : state, detail: detail.filter(Boolean).join(' · '), missing: isWanted ? missing : 0 };
}

function findingsSection(form) {
  const count = form.draft.ids('findings').length;
  const open = form.bundle.findings.length;
  const looked = form.bundle.findings.filter(({ finding }) => form.draft.value(`open/${finding}/state`)).length;
  const detail = [count > 0 && t('findings-count', { count }), open > 0 && t('open-count', { looked, open })].filter(Boolean).join(' · ');
  return { route: 'findings', title: t('findings'), state: open > looked ? (looked || count ? 'begun' : '') : count || open ? 'done' : '', detail };
}

function listSection(form, list) {
  const count = form.draft.ids(list).length;
  return { route: list, title: t(list), state: count ? 'done' : '', detail: count ? t('entries', { count }) : '' };
}

function trainingSection(form) {
  const people = form.draft.ids('attendance').length;
  const isMissing = form.bundle.visit.purpose === 'training' && people === 0;
  return { route: 'training', title: t('training'), state: people ? 'done' : isMissing ? 'missing' : has(form, 'topics/') ? 'begun' : '', detail: people ? t('people-count', { count: people }) : '' };
}

const officeSection = (form) => ({ route: 'office', title: t('office'), state: form.draft.text('office_note') ? 'done' : '', detail: t('office-short') });

const handInSection = () => ({ route: 'send', title: t('send'), state: '', detail: '', isLast: true });

function signatureSections(form) {
  const { draft } = form;
  const status = draft.value('sign/customer/status');
  const isSigned = (who) => (draft.value(`sign/${who}/strokes`) ?? []).length > 0 && draft.text(`sign/${who}/name`).trim() !== '';
  return [
    { route: 'sign/engineer', title: t('sign-engineer'), state: isSigned('engineer') ? 'done' : '', detail: draft.text('sign/engineer/name') },
    { route: 'sign/customer', title: t('sign-customer'), state: status && (status !== 'signed' || isSigned('customer')) ? 'done' : '', detail: status ? t(`customer-${status}`) : '' },
  ];
}

function Languages() {
  const form = useForm();
  return html`<div class="languages" role="group" aria-label=${t('language')}>${LANGUAGES.map(({ language, name }) => html`<button type="button" key=${language}
    class=${language === words.language ? 'chip on' : 'chip'} aria-pressed=${language === words.language} lang=${language} data-t="language-${language}"
    onClick=${() => form.speak(language)}>${name}</button>`)}</div>
    <${MissingLanguage} />`;
}

export function Home() {
  const form = useForm();
  const { visit, site, customer, company } = form.bundle;
  return html`<div>
    <p class="kicker"><bdi>${customer}</bdi></p>
    <p class="lead">${dayWords(visit.day)}, ${visit.starts}<br /><bdi>${site.name} · ${site.address}</bdi></p>
    <${BigState} />
    <${OtherRecord} status=${form.status?.state} />
    ${form.hasWrongClock && !form.result && html`<${ClockNote} />`}
    ${visit.rest_of && html`<${Note} tone="attention" icon="not-inspected" name="rest-of"><p>${t('rest-of', { visit: visit.rest_of })}</p></${Note}>`}
    ${!form.result && html`<${Overview} />`}
    <dl class="facts">
      <div><dt>${t('visit')}</dt><dd>${visit.visit} · ${t(`purpose-${visit.purpose}`)}</dd></div>
      <div><dt>${t('engineer')}</dt><dd><bdi>${form.bundle.engineer.name}</bdi></dd></div>
      ${!form.result && html`<div><dt>${t('times-started')}</dt><dd><a href="#/times" data-t="to-times">${form.draft.value('started_at') ? momentWords(form.draft.value('started_at')) : t('times-not-yet')}</a></dd></div>
      ${form.draft.value('completed_at') && html`<div><dt>${t('times-completed')}</dt><dd><a href="#/times">${momentWords(form.draft.value('completed_at'))}</a></dd></div>`}`}
    </dl>
    <${Languages} />
    <div class="actions quiet-actions">
      <a class="link" href="/form/" data-t="to-visits">${t('visits')}</a>
      ${!form.result && form.draft.value('outcome') !== 'not-done' && html`<a class="link" href="#/not-done" data-t="to-not-done">${t('not-done-link')}</a>`}
      ${!form.result && html`<${SaveButton} isLink />`}
      ${(company.hotline || company.phone) && html`<a class="link" href="tel:${(company.hotline || company.phone).replace(/[^+\d]/g, '')}">${t('hotline', { number: company.hotline || company.phone })}</a>`}
    </div>
  </div>`;
}

function Overview() {
  const form = useForm();
  const conflicts = form.draft.conflicts();
  return html`<div>
    ${conflicts.length > 0 && html`<${Note} tone="attention" icon="warning" name="conflicts"><p>${t('conflicts', { count: conflicts.length })} <a href="#/send">${t('conflicts-show')}</a></p></${Note}>`}
    <nav aria-label=${t('sections')}><ol class="sections">${sectionsOf(form).map((section) => html`<li key=${section.route}>
      <a href="#/${section.route}" class=${section.state} data-t="section-${section.route}"><span class="dot ${section.state}" aria-hidden="true">${section.state === 'done' && html`<${Icon} name="ok" />`}</span>
        <span class="what">${section.title}${section.detail && html`<small>${section.detail}</small>`}</span>
        ${section.missing > 0 && section.state === 'begun' && html`<span class="tag">${t('missing', { count: section.missing })}</span>`}
        ${section.state === 'done' && html`<span class="unseen">${t('filled-in')}</span>`}
        <${Icon} name="next" /></a></li>`)}</ol></nav>
  </div>`;
}
