// What was filled in and has no place in the record: the office changed the visit meanwhile, or it did not take place.

import { askedOf, ownerOf } from './checklist.js';
import { Draft } from './draft.js';
import { inWords, t } from './words.js';

const LONGEST_TEXT = 5000;

const isBlank = (value) => value === null || value === undefined || value === false || String(value).trim() === '';
const itemsOf = (bundle, one) => (bundle.checklists[one?.checklist]?.sections ?? []).flatMap((section) => section.items);
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The names of what a visit had and has no longer, beside those that were known before: what was answered about it is
// shown by them.
export function formerOf(before, after, known) {
  const former = { equipment: { ...known?.equipment }, items: { ...known?.items }, findings: { ...known?.findings } };
  if (!before) return former;
  for (const one of before.equipment) {
    const now = after.equipment.find((other) => other.equipment === one.equipment);
    if (!now) former.equipment[one.equipment] = one.name;
    const items = itemsOf(after, now);
    for (const item of itemsOf(before, one)) {
      if (!items.some((other) => isSame(other, item))) former.items[`${one.equipment}/${item.item}`] = item;
    }
  }
  for (const { finding, text } of before.findings) {
    if (!after.findings.some((other) => other.finding === finding)) former.findings[finding] = text;
  }
  return former;
}

// Everything that has no place any more, in groups about which a person decides at once: a `key`, the fields' `paths`,
// the `words` for it, and whether it can become a finding.
export function straysOf(form) {
  const groups = new Map();
  for (const [path, { value }] of form.draft.rows) {
    const key = isBlank(value) ? null : keyOfStray(form, path, value);
    if (key) groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups].filter(([, paths]) => saysSomething(form, paths)).map(([key, paths]) => ({
    key, paths, words: wordsOf(form, key, paths), canBeFinding: !key.endsWith('/equipment'),
  }));
}

function keyOfStray(form, path, value) {
  const { bundle, draft } = form;
  const [head, second, third, what] = path.split('/');
  if (head === 'answers') {
    const one = bundle.equipment.find((other) => other.equipment === decodeURIComponent(second));
    if (!one || !bundle.checklists[one.checklist]) return `answers/${second}`;
    const item = itemsOf(bundle, one).find((other) => other.item === decodeURIComponent(third));
    return item && fits(item, what, value) ? null : `answers/${second}/${third}`;
  }
  if (head === 'open') return bundle.findings.some(({ finding }) => String(finding) === second) ? null : `open/${second}`;
  const isGone = third === 'equipment' && ['findings', 'advice'].includes(head) && draft.value(`${head}/${second}/removed`) !== true;
  return isGone && !bundle.equipment.some((one) => one.equipment === value) ? path : null;
}

function fits(item, what, value) {
  if (what === 'reading') return item.kind === 'number';
  if (what === 'text') return item.kind === 'text';
  if (what === 'choice') return item.kind === 'choice' && item.choices.some((one) => one.choice === value);
  return true;
}

// Ok, not applicable and "still open" say nothing that somebody would miss.
function saysSomething(form, paths) {
  return paths.some((path) => !['ok', 'not-applicable', 'carried'].includes(form.draft.value(path)));
}

const equipmentWords = (form, code) => form.bundle.equipment.find((one) => one.equipment === code)?.name ?? form.former?.equipment[code] ?? code;

function wordsOf(form, key, paths) {
  const [head, second] = key.split('/');
  if (head === 'answers') return answersWords(form, second, paths);
  if (head === 'open') return openWords(form, second);
  return `${t(head === 'findings' ? 'findings' : 'advice')}: ${form.draft.text(`${head}/${second}/text`)} (${equipmentWords(form, form.draft.value(key))})`;
}

// “UPS 2: Noise: fault, grinding bearing; Temperature: 35 °C”
export function answersWords(form, equipment, paths) {
  const code = decodeURIComponent(equipment);
  const one = form.bundle.equipment.find((other) => other.equipment === code);
  const byItem = new Map();
  for (const path of paths) {
    const item = path.split('/')[2];
    byItem.set(item, [...(byItem.get(item) ?? []), path]);
  }
  const said = [...byItem].filter(([, own]) => saysSomething(form, own)).map(([key, own]) => {
    const name = decodeURIComponent(key);
    const item = itemsOf(form.bundle, one).find((other) => other.item === name) ?? form.former?.items[`${code}/${name}`];
    const value = (what) => (own.includes(`answers/${equipment}/${key}/${what}`) ? form.draft.value(`answers/${equipment}/${key}/${what}`) : null);
    const choice = form.former?.items[`${code}/${name}`]?.choices?.find((other) => other.choice === value('choice')) ?? item?.choices?.find((other) => other.choice === value('choice'));
    const unit = item?.reading?.unit && item.reading.unit !== 'n' ? ` ${item.reading.unit}` : '';
    const parts = [
      value('result') && t(`result-${value('result')}`), value('reading') && `${value('reading')}${unit}`,
      choice ? inWords(choice.text) : value('choice'), value('text'), value('remark'),
    ];
    return `${inWords(item?.text) || name}: ${parts.filter(Boolean).join(', ')}`;
  });
  return `${equipmentWords(form, code)}: ${said.join('; ')}`;
}

function openWords(form, number) {
  const at = (what) => form.draft.text(`open/${number}/${what}`);
  const text = form.bundle.findings.find(({ finding }) => String(finding) === number)?.text ?? form.former?.findings[number];
  const state = at('state') && t(at('state') === 'closed' ? 'open-closed' : 'open-carried');
  return `${[t('open-legend', { number }), text].filter(Boolean).join(', ')}: ${[state, at('how'), at('note')].filter(Boolean).join(', ')}`;
}

// ---- what a person decides ----

export function leaveOut(form, stray) {
  for (const path of stray.paths) form.set(path, null);
  form.draft.flush();
}

export const fitsNote = (form, stray) => noteWith(form, stray).length <= LONGEST_TEXT;

const noteWith = (form, stray) => [form.draft.text('office_note').trim(), stray.words].filter(Boolean).join('\n');

export function putIntoNote(form, stray) {
  form.set('office_note', noteWith(form, stray));
  leaveOut(form, stray);
}

// A finding of it, with the photos that belonged there.
export function makeFinding(form, stray) {
  const id = Draft.newId();
  const [, equipment] = stray.key.split('/');
  const code = decodeURIComponent(equipment);
  const isFault = stray.paths.some((path) => form.draft.value(path) === 'fault');
  if (form.bundle.equipment.some((one) => one.equipment === code)) form.set(`findings/${id}/equipment`, code);
  form.set(`findings/${id}/severity`, isFault ? 'major' : 'minor');
  form.set(`findings/${id}/text`, stray.words.slice(0, LONGEST_TEXT));
  for (const item of new Set(stray.paths.filter((path) => path.startsWith('answers/')).map((path) => decodeURIComponent(path.split('/')[2])))) {
    for (const sha of form.draft.photosOf(ownerOf(code, item))) form.set(`photos/${sha}/of`, `findings/${id}`);
  }
  leaveOut(form, stray);
}

// ---- a visit that did not take place ----

// What was filled in all the same: how much there is of each kind, and the `note` by which the office could read it.
export function restOf(form) {
  const { draft } = form;
  const list = (head, isOne) => draft.ids(head).filter((id) => isOne.some((what) => draft.text(`${head}/${id}/${what}`).trim() !== ''));
  const findings = list('findings', ['text', 'done']);
  const advice = list('advice', ['text']);
  const answers = new Map();
  for (const [path, { value }] of draft.rows) {
    const [head, equipment] = path.split('/');
    if (head === 'answers' && !isBlank(value)) answers.set(equipment, [...(answers.get(equipment) ?? []), path]);
  }
  const telling = tellingItems(form);
  const items = new Set([...answers.values()].flat().map(itemOf));
  const open = [...new Set([...draft.rows.keys()].filter((path) => path.startsWith('open/') && !isBlank(draft.value(path))).map((path) => path.split('/')[1]))];
  const others = advice.length + open.length + list('attendance', ['name']).length + list('topics', ['text']).length + list('present', ['name']).length
    + ['operators/skill', 'operators/changes', 'remarks'].filter((path) => draft.text(path).trim() !== '').length;
  const lines = [
    ...findings.map((id) => findingWords(form, id)),
    ...[...answers].map(([equipment, paths]) => [equipment, paths.filter((path) => telling.has(itemOf(path)))])
      .filter(([, paths]) => paths.length > 0).map(([equipment, paths]) => answersWords(form, equipment, paths)),
    ...open.filter((number) => saysSomething(form, ['state', 'how', 'note'].map((what) => `open/${number}/${what}`).filter((path) => !isBlank(draft.value(path))))).map((number) => openWords(form, number)),
    ...advice.map((id) => `${t('advice')}: ${draft.text(`advice/${id}/text`)}`),
    draft.text('remarks').trim() && `${t('remarks')}: ${draft.text('remarks').trim()}`,
  ].filter(Boolean);
  return {
    findings: findings.length, answers: items.size, photos: draft.photosOf().length, others,
    note: lines.length ? [t('rest-note'), ...lines].join('\n') : '',
  };
}

function findingWords(form, id) {
  const at = (what) => form.draft.text(`findings/${id}/${what}`).trim();
  const severity = at('severity') && t(`severity-${at('severity')}`);
  const done = at('done') && `${t('finding-done')}: ${at('done')}`;
  return [[severity, at('equipment') && equipmentWords(form, at('equipment')), at('text')].filter(Boolean).join(', '), done].filter(Boolean).join('; ');
}

const itemOf = (path) => path.split('/').slice(0, 3).join('/');

// The items whose result is a fault or attention, or that have a remark.
function tellingItems(form) {
  const telling = new Set();
  for (const one of form.bundle.equipment) {
    const checklist = form.bundle.checklists[one.checklist];
    const items = checklist ? askedOf(one.equipment, checklist, form.draft).flatMap((section) => section.items) : [];
    for (const { item, answer } of items) {
      if (['fault', 'attention'].includes(answer.result) || answer.remark) telling.add(ownerOf(one.equipment, item.item));
    }
  }
  // What has no place any more is told of whatever it is: nobody sees it elsewhere.
  for (const path of straysOf(form).flatMap((stray) => stray.paths)) telling.add(itemOf(path));
  return telling;
}
