// When the visit began and ended and who signed when, by the clock of a phone that may be wrong.

import { PhotoIntake } from './intake.js';
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

  // The visit began when the form was first opened on its day; opened earlier, at home, with the first entry.
  noteStart(isEntry) {
    if (!this.bundle || this.isFrozen || this.result || this.draft.value('started_at')) return;
    if (isEntry || dayAt(this.now(), this.zone) === this.bundle.visit.day) this.draft.set('started_at', this.nowHere(), true);
  }

  // A signature counts from the moment its last stroke was drawn; the visit's end is the engineer's.
  sign(who, strokes) {
    this.set(`sign/${who}/strokes`, strokes);
    this.draft.set(`sign/${who}/signed_at`, strokes.length ? this.nowHere() : null);
    const row = this.draft.rows.get('completed_at');
    if (who === 'engineer' && strokes.length && (!row?.value || row.auto)) this.draft.set('completed_at', this.nowHere(), true);
    this.draft.flush();
  }

  // Moves every time of this visit by what the phone's clock is off.
  shiftTimes() {
    const by = Math.round((this.skew - this.shift) / 1000) * 1000;
    for (const path of ['started_at', 'completed_at', 'sign/engineer/signed_at', 'sign/customer/signed_at']) {
      const at = Date.parse(this.draft.value(path) ?? '');
      if (!Number.isNaN(at)) this.draft.set(path, rfc3339(at + by, this.zone));
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
