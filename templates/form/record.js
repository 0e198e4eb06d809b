// The record's JSON out of the draft, and what still speaks against handing it in.

import { answerPath, askedOf, hasAnswer, isAnswered, lacksReason } from './checklist.js';
import { wellFormed } from './draft.js';
import { mustAnswer } from './not-inspected.js';
import { contentMark } from './signed.js';
import { restOf, straysOf } from './strays.js';
import { rfc3339 } from './times.js';
import { inWords, t } from './words.js';

// Which purposes' visits look at every equipment of the site.
export const looksAtAll = (bundle) => bundle.must_answer_all ?? ['inspection', 'maintenance'].includes(bundle.visit.purpose);

// The address, within the page, of the screen on which a field stands.
export function screenOf(path) {
  const [head, second] = path.split('/');
  if (head === 'answers') return `#/checks/${second}`;
  if (head === 'sign') return `#/sign/${second}`;
  const screens = {
    findings: 'findings', open: 'findings', advice: 'advice', attendance: 'training', topics: 'training', operators: 'operators',
    photos: 'photos', remarks: 'remarks', present: 'remarks', office_note: 'office', started_at: 'times', completed_at: 'times',
    not_done: 'not-done', outcome: 'not-done',
  };
  return `#/${screens[head] ?? ''}`;
}

const minuteOf = (at) => Math.floor(Date.parse(at) / 60000);

// What a person has said to be right although it looks wrong.
export const timesChecked = (record) => `${record.started_at} ${record.completed_at}`;

const clean = (value) =>
  // Keys on a phone can produce control characters and half signs, which the office refuses.
  wellFormed(typeof value === 'string' ? value : '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '').trim();

// As many characters as the office reads.
const LONGEST_NOTE = 5000;

export const photoName = (sha) => `${sha.slice(0, 16)}.jpg`;

// Builds the record: `places` says for each path in its JSON which field of the draft it came from, `problems`
// what has to be mended first, in the form's order.
export function buildRecord(form) {
  return form.draft.value('outcome') === 'not-done' ? new Build(form).notDone() : new Build(form).done();
}

class Build {
  constructor(form) {
    this.form = form;
    this.draft = form.draft;
    this.bundle = form.bundle;
    this.places = [];
    this.problems = [];
    this.strays = straysOf(form);
  }

  text(path) {
    return clean(this.draft.value(path));
  }

  place(recordPath, draftPath) {
    this.places.push([recordPath, draftPath]);
  }

  wrong(path, problem, args = {}, screen = screenOf(path)) {
    this.problems.push({ path, screen, text: t(`problem-${problem}`, args) });
  }

  needed(path, problem, args) {
    const text = this.text(path);
    if (text === '') this.wrong(path, problem, args);
    return text;
  }

  notDone() {
    this.place('reason', 'not_done/reason');
    this.place('by', 'not_done/by');
    const record = {
      schema: 1, outcome: 'not-done',
      reason: this.needed('not_done/reason', 'not-done-reason'),
      noted_at: this.form.nowHere(),
      by: this.text('not_done/by') || this.bundle.engineer.name,
    };
    const { note } = restOf(this.form);
    const choice = this.draft.value('not_done/rest');
    if (note && !choice) this.wrong('not_done/rest', 'rest', {}, '#/send');
    this.conflicts();
    return this.whole(record, [], choice === 'note' ? [this.text('office_note'), clean(note)].filter(Boolean).join('\n\n') : undefined);
  }

  done() {
    const record = { schema: 1, outcome: 'done' };
    record.completed_at = this.draft.value('completed_at') || this.form.nowHere();
    record.started_at = this.form.beginBy(Date.parse(record.completed_at)) || record.completed_at;
    this.place('started_at', 'started_at');
    this.place('completed_at', 'completed_at');
    this.times(record);
    record.equipment = this.equipment();
    record.findings = this.findings();
    this.openFindings(record);
    record.advice = this.advice();
    record.attendance = this.people('attendance');
    record.topics = this.topics();
    const operators = { skill: this.text('operators/skill'), changes: this.text('operators/changes') };
    const said = Object.fromEntries(Object.entries(operators).filter(([, text]) => text));
    if (Object.keys(said).length) record.operators = said;
    this.place('operators.skill', 'operators/skill');
    this.place('operators.changes', 'operators/changes');
    const photos = this.photos(record);
    const present = this.people('present');
    if (present.length) record.present = present;
    const remarks = this.text('remarks');
    if (remarks) record.remarks = remarks;
    this.place('remarks', 'remarks');
    for (const { key, words } of this.strays) this.wrong(`stray/${key}`, 'stray', { what: words }, '#/send');
    this.conflicts();
    record.engineer_signature = this.signature('engineer', record);
    record.customer_signature = this.customerSignature(record);
    return this.whole(record, photos);
  }

  // `leaves` says of a field whether it has done its duty with this record, so that the phone may forget it.
  whole(record, photos, note = this.text('office_note')) {
    if (note.length > LONGEST_NOTE) this.wrong('office_note', 'note-long', { most: LONGEST_NOTE });
    const strays = new Set(this.strays.flatMap((stray) => stray.paths));
    const leaves = record.outcome === 'done' ? (path) => !strays.has(path) : (path) => /^(outcome$|not_done\/|office_note$)/.test(path);
    return { record, photos, office_note: note, places: this.places, problems: this.problems, leaves };
  }

  conflicts() {
    for (const row of this.draft.conflicts()) this.wrong(row.path, 'conflict');
    if (this.form.intake > 0) this.wrong('photos', 'photos-in-work', { count: this.form.intake });
  }

  // Nobody sees the seconds of a time: they contradict nothing.
  times(record) {
    const [began, ended] = [minuteOf(record.started_at), minuteOf(record.completed_at)];
    if (began > ended) this.wrong('completed_at', 'times-order');
    else if (Date.parse(record.started_at) > Date.parse(record.completed_at)) record.started_at = rfc3339(began * 60000, this.form.zone);
    if (this.draft.value('started_at') && !this.form.beginBy(Date.parse(record.completed_at))) this.wrong('started_at', 'times-start');
    if (ended - began > 24 * 60 && this.draft.value('times_checked') !== timesChecked(record)) this.wrong('times_checked', 'times-apart', {}, '#/send');
  }

  equipment() {
    const all = looksAtAll(this.bundle);
    const list = [];
    for (const one of this.bundle.equipment) {
      const begun = this.draft.has(`answers/${encodeURIComponent(one.equipment)}/`);
      if (!all && !begun) continue;
      const checklist = this.bundle.checklists[one.checklist];
      this.place(`equipment[${list.length}]`, `answers/${encodeURIComponent(one.equipment)}`);
      list.push({ equipment: one.equipment, answers: checklist ? this.answers(one, checklist, list.length) : [] });
    }
    return list;
  }

  answers(one, checklist, index) {
    const answers = [];
    for (const { item, answer } of askedOf(one.equipment, checklist, this.draft).flatMap((section) => section.items)) {
      const path = (what) => answerPath(one.equipment, item.item, what);
      const what = item.kind === 'check' ? 'result' : { number: 'reading', choice: 'choice', text: 'text', photo: 'photos' }[item.kind];
      const args = { item: inWords(item.text), equipment: one.name };
      if (answer.bad) {
        this.wrong(path('reading'), 'number', args);
        continue;
      }
      if (lacksReason(answer)) {
        this.wrong(path('remark'), 'not-inspected', args);
        continue;
      }
      if (!isAnswered(item, answer)) {
        // Worth a word where the item is required, or where something was begun and no result follows from it.
        if (mustAnswer(this.form, one.equipment, item)) this.wrong(path(what), 'answer', args);
        else if (answer.result !== null || answer.remark || answer.photos.length) this.wrong(path(what), 'answer-begun', args);
        continue;
      }
      if (answer.result === null) continue;
      const at = `equipment[${index}].answers[${answers.length}]`;
      for (const key of ['result', 'reading', 'choice', 'text', 'remark', 'photos']) this.place(`${at}.${key}`, path(key));
      this.place(at, path(what));
      answers.push(this.answer(item, answer));
    }
    return answers;
  }

  answer(item, answer) {
    const said = { item: item.item, result: answer.result };
    const applies = hasAnswer(answer.result);
    if (applies && answer.reading !== null) said.reading = answer.reading;
    if (applies && answer.choice !== null) said.choice = answer.choice;
    if (applies && answer.text) said.text = clean(answer.text);
    if (answer.photos.length) said.photos = answer.photos.map(photoName);
    if (answer.remark) said.remark = clean(answer.remark);
    return said;
  }

  findings() {
    const findings = [];
    for (const [index, id] of this.draft.ids('findings').entries()) {
      const number = index + 1;
      const path = (what) => `findings/${id}/${what}`;
      const own = this.draft.photosOf(`findings/${id}`);
      // A finding that was made of an item has the item's photos, which stay the item's.
      const item = this.text(path('item'));
      const photos = own.length || !item ? own : this.draft.photosOf(item);
      const at = `findings[${findings.length}]`;
      const said = { text: this.text(path('text')), done: this.text(path('done')) };
      // A card that was opened and left alone says nothing.
      if (!said.text && !said.done && own.length === 0 && !this.text(path('severity'))) continue;
      for (const key of ['severity', 'text', 'equipment', 'done', 'closed', 'close_by', 'responsible', 'photo']) this.place(`${at}.${key}`, path(key));
      const finding = { severity: this.needed(path('severity'), 'finding-severity', { number }) || 'minor', text: this.needed(path('text'), 'finding-text', { number }) };
      const equipment = this.text(path('equipment'));
      if (this.isHere(equipment)) finding.equipment = equipment;
      const closed = this.draft.value(path('closed')) === true;
      if (said.done) finding.done = said.done;
      if (closed) {
        finding.closed = true;
        if (!said.done) this.wrong(path('done'), 'finding-done', { number });
      } else {
        if (this.text(path('close_by'))) finding.close_by = this.text(path('close_by'));
        if (this.text(path('responsible'))) finding.responsible = this.text(path('responsible'));
      }
      if (photos.length) finding.photo = photoName(photos[0]);
      findings.push(finding);
    }
    return findings;
  }

  // Whether equipment is the visit's still; of what is not, a person is asked.
  isHere(equipment) {
    return this.bundle.equipment.some((one) => one.equipment === equipment);
  }

  openFindings(record) {
    record.closes = [];
    record.carried = [];
    for (const { finding } of this.bundle.findings) {
      const state = this.draft.value(`open/${finding}/state`);
      if (state === 'closed') {
        this.place(`closes[${record.closes.length}]`, `open/${finding}/how`);
        record.closes.push({ finding, how: this.needed(`open/${finding}/how`, 'open-how', { number: finding }) });
      }
      if (state === 'carried') {
        const note = this.text(`open/${finding}/note`);
        this.place(`carried[${record.carried.length}]`, `open/${finding}/note`);
        record.carried.push(note ? { finding, note } : { finding });
      }
    }
    if (!record.carried.length) delete record.carried;
  }

  advice() {
    const advice = [];
    for (const [index, id] of this.draft.ids('advice').entries()) {
      const path = (what) => `advice/${id}/${what}`;
      if (!['text', 'by', 'cost', 'equipment'].some((what) => this.text(path(what)))) continue;
      for (const key of ['text', 'equipment', 'by', 'cost']) this.place(`advice[${advice.length}].${key}`, path(key));
      const said = { text: this.needed(path('text'), 'advice-text', { number: index + 1 }) };
      for (const key of ['equipment', 'by', 'cost']) if (this.text(path(key))) said[key] = this.text(path(key));
      if (!this.isHere(said.equipment)) delete said.equipment;
      advice.push(said);
    }
    return advice;
  }

  people(list) {
    const people = [];
    for (const [index, id] of this.draft.ids(list).entries()) {
      const strokes = this.draft.value(`${list}/${id}/strokes`);
      const role = this.text(`${list}/${id}/role`);
      if (!this.text(`${list}/${id}/name`) && !role && !strokes?.length) continue;
      this.place(`${list}[${people.length}]`, `${list}/${id}/name`);
      const person = { name: this.needed(`${list}/${id}/name`, 'person-name', { number: index + 1 }) };
      if (role) person.role = role;
      if (strokes?.length) person.strokes = strokes;
      people.push(person);
    }
    if (list === 'attendance' && this.bundle.visit.purpose === 'training' && people.length === 0) this.wrong('attendance', 'attendance');
    return people;
  }

  topics() {
    const topics = [];
    for (const id of this.draft.ids('topics')) {
      const text = this.text(`topics/${id}/text`);
      if (!text) continue;
      this.place(`topics[${topics.length}]`, `topics/${id}/text`);
      topics.push(text);
    }
    return topics;
  }

  // The record's list of photos, and the files with their hashes for the envelope.
  photos(record) {
    const shas = this.draft.photosOf();
    record.photos = shas.map((sha, index) => {
      this.place(`photos[${index}]`, `photos/${sha}/caption`);
      const caption = this.text(`photos/${sha}/caption`);
      return caption ? { file: photoName(sha), caption } : { file: photoName(sha) };
    });
    const most = this.bundle.limits?.photos ?? 60;
    if (shas.length > most) this.wrong('photos', 'photos-many', { most });
    // What the record itself takes comes on top.
    if (this.form.photoBytes > (this.bundle.limits?.form_bytes ?? Infinity) * 0.95) this.wrong('photos', 'photos-heavy');
    return shas.map((sha) => ({ file: photoName(sha), sha256: sha }));
  }

  signature(who, record) {
    const path = (what) => `sign/${who}/${what}`;
    for (const key of ['name', 'role', 'signed_at', 'strokes']) this.place(`${who}_signature.${key}`, path(key));
    const strokes = this.draft.value(path('strokes')) ?? [];
    const signature = { name: this.needed(path('name'), `${who}-name`) };
    if (this.text(path('role'))) signature.role = this.text(path('role'));
    signature.signed_at = this.draft.value(path('signed_at')) || this.form.nowHere();
    signature.strokes = strokes;
    if (strokes.length === 0) this.wrong(path('strokes'), `${who}-strokes`);
    else if (minuteOf(signature.signed_at) < minuteOf(record.started_at)) this.wrong('started_at', 'signed-before');
    // A signature of before marks were kept says nothing of that.
    const mark = this.draft.text(path('of'));
    if (strokes.length > 0 && mark && mark !== contentMark(this.form, record)) this.wrong(path('strokes'), `${who}-changed`);
    return signature;
  }

  customerSignature(record) {
    const path = (what) => `sign/customer/${what}`;
    const status = this.draft.value(path('status'));
    this.place('customer_signature', path('status'));
    for (const key of ['reason', 'email']) this.place(`customer_signature.${key}`, path(key));
    if (status === 'signed') return { status, ...this.signature('customer', record) };
    if (status === 'absent') return { status, reason: this.needed(path('reason'), 'absent-reason') };
    if (status === 'refused') {
      return { status, name: this.needed(path('name'), 'refused-name'), reason: this.needed(path('reason'), 'refused-reason') };
    }
    if (status === 'asked') {
      const asked = { status, name: this.needed(path('name'), 'asked-name') };
      for (const key of ['role', 'email']) if (this.text(path(key))) asked[key] = this.text(path(key));
      if (asked.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(asked.email)) this.wrong(path('email'), 'email');
      return asked;
    }
    this.wrong(path('status'), 'customer-status');
    return { status: 'absent', reason: '' };
  }
}

// The field of the draft that a path in a refusal speaks of.
export function draftPathOf(recordPath, places) {
  const plain = recordPath.replace(/^record\./, '');
  let best = null;
  for (const [from, to] of places ?? []) {
    if ((plain === from || plain.startsWith(`${from}.`) || plain.startsWith(`${from}[`)) && (!best || from.length > best[0].length)) best = [from, to];
  }
  return best?.[1] ?? null;
}
