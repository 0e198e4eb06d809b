// When the visit began and ended and who signed when, by the clock of a phone that may be wrong.

import { PhotoIntake } from './intake.js';
import { contentMark } from './signed.js';
import { dayAt, instantOf, rfc3339 } from './times.js';
import { spanWords, t } from './words.js';

const keep = globalThis.RondaKeep;

// A phone's clock may be this far off before anybody is bothered with it.
const SKEW_ALLOWED = 5 * 60000;

export class VisitTimes extends PhotoIntake {
  constructor(visit, changed) {
    super(visit, changed);
    this.skew = null;
    this.shift = 0;
  }

  get zone() {
    return this.bundle?.site.time_zone;
  }

  // Now, at the site, by the clock that this visit goes by.
  nowHere() {
    return rfc3339(this.now(), this.zone);
  }

  now() {
    return Date.now() + this.shift;
  }

  get hasWrongClock() {
    return this.skew !== null && Math.abs(this.skew - this.shift) > SKEW_ALLOWED;
  }

  measure(now, began) {
    const there = Date.parse(now ?? '');
    if (!Number.isNaN(there)) this.skew = there - (began + Date.now()) / 2;
  }

  // The visit begins with its first answer: a form is opened long before, too.
  noteStart() {
    if (!this.bundle || this.isFrozen || this.result) return;
    const begun = this.beginBy(this.now());
    // What the form noted by a clock that was put back since lies ahead.
    const liesAhead = this.draft.rows.get('started_at')?.auto && Date.parse(begun) > this.now();
    if (!begun || liesAhead) this.draft.set('started_at', this.nowHere(), true);
  }

  // When the visit that ended at `end` began. What the form noted on an earlier day than the visit's is of a first try,
  // or of a wrong clock.
  beginBy(end) {
    const row = this.draft.rows.get('started_at');
    const at = Date.parse(row?.value ?? '');
    if (Number.isNaN(at)) return null;
    const day = dayAt(at, this.zone);
    return row.auto && day !== dayAt(end, this.zone) && day < this.bundle.visit.day ? null : row.value;
  }

  // A signature counts from the moment its last stroke was drawn, and for what it was put under; the visit's end is the
  // engineer's.
  sign(who, strokes) {
    this.set(`sign/${who}/strokes`, strokes);
    this.draft.set(`sign/${who}/signed_at`, strokes.length ? this.nowHere() : null);
    this.draft.set(`sign/${who}/of`, strokes.length ? contentMark(this, this.build().record) : null, true);
    if (who === 'engineer') this.signAsEngineer(strokes);
    this.draft.flush();
  }

  signAsEngineer(strokes) {
    this.draft.set('sign/engineer/by', this.bundle.engineer.engineer, true);
    const row = this.draft.rows.get('completed_at');
    if (strokes.length && (!row?.value || row.auto)) this.draft.set('completed_at', this.nowHere(), true);
  }

  // Of another engineer's draft, to whom the visit was given before, all stays but the signature and the times: who fills
  // in the form is who signs it.
  disownSignature() {
    const by = this.draft.text('sign/engineer/by');
    if (!by || !this.bundle || by === this.bundle.engineer.engineer || this.isFrozen || this.result) return;
    // First, so that the draft's word of what follows finds nothing more to do.
    this.draft.set('sign/engineer/by', this.bundle.engineer.engineer, true);
    for (const what of ['strokes', 'signed_at', 'of', 'role']) this.draft.set(`sign/engineer/${what}`, null, true);
    for (const path of ['started_at', 'completed_at']) this.draft.set(path, null, true);
    this.draft.set('sign/engineer/name', this.bundle.engineer.name, true);
  }

  nameEngineer() {
    this.disownSignature();
    if (this.isFrozen || this.result || this.draft.value('sign/engineer/name')) return;
    this.draft.set('sign/engineer/by', this.bundle.engineer.engineer, true);
    this.draft.set('sign/engineer/name', this.bundle.engineer.name, true);
  }

  // Moves every time of this visit by what the phone's clock is off.
  shiftTimes() {
    const by = Math.round((this.skew - this.shift) / 1000) * 1000;
    for (const path of ['started_at', 'completed_at', 'sign/engineer/signed_at', 'sign/customer/signed_at']) {
      const at = Date.parse(this.draft.value(path) ?? '');
      if (!Number.isNaN(at)) this.draft.set(path, rfc3339(at + by, this.zone), this.draft.rows.get(path).auto);
    }
    this.shift += by;
    keep.put('settings', { name: `shift/${this.visit}`, value: this.shift }).catch((error) => this.onStorage(error));
    this.draft.flush();
  }

  clockWords() {
    const off = this.skew - this.shift;
    return t(off < 0 ? 'clock-ahead' : 'clock-behind', { span: spanWords(off) });
  }

  setTime(path, local) {
    const at = instantOf(local, this.zone);
    this.draft.set(path, Number.isNaN(at) ? null : rfc3339(at, this.zone));
  }
}
