// The one form that this page shows, and everything that goes on behind it: keeping, mirroring, photos, sending.

import { Draft, same } from './draft.js';
import { PhotoIntake } from './intake.js';
import { mirrorDraft } from './mirror.js';
import { buildRecord } from './record.js';
import { dayAt, instantOf, rfc3339 } from './times.js';
import { isLanguage, spanWords, speak, t, words } from './words.js';

const keep = globalThis.RondaKeep;
const sending = globalThis.RondaSend;

const MIRROR_AFTER = 2500;
const MIRROR_EVERY = 20000;
// A phone's clock may be this far off before anybody is bothered with it.
const SKEW_ALLOWED = 5 * 60000;

export class Form extends PhotoIntake {
  constructor(visit, changed) {
    super(visit, changed);
    this.bundle = null;
    this.draft = null;
    this.outbox = null;
    this.result = null;
    // How the office says the visit stands: the contract's <status>.
    this.status = null;
    this.link = 'unknown';
    this.storage = null;
    this.storageAt = null;
    this.skew = null;
    this.shift = 0;
    this.mirror = { at: null, since: 0, trouble: null, wait: MIRROR_AFTER };
    this.focus = null;
    // Paths of what was taken out a moment ago, and can be brought back.
    this.removed = [];
    this.crash = null;
    this.progress = null;
    this.hasNewVersion = false;
    this.device = '';
    this.missingLanguage = null;
  }

  get base() {
    return `/form/${encodeURIComponent(this.visit)}`;
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

  // Whether the record is on its way: then nothing is changed in it any more.
  get isFrozen() {
    return this.outbox !== null;
  }

  // Opens what the phone has. True where that is enough to show the form.
  async open() {
    const onChange = () => this.onDraft();
    const onTrouble = (error) => this.onStorage(error);
    let [kept, settings, draft, outbox, result] = [null, [], null, null, null];
    try {
      [kept, settings, draft, outbox, result] = await Promise.all([
        keep.get('bundles', this.visit),
        keep.all('settings'),
        Draft.open(this.visit, onChange, onTrouble),
        keep.get('outbox', this.visit),
        keep.get('results', this.visit),
      ]);
    } catch (error) {
      // A browser that keeps nothing, as some do in a private window: the form works and says so.
      draft = new Draft(this.visit, onChange, onTrouble);
      this.onStorage(error);
    }
    const setting = new Map(settings.map((row) => [row.name, row.value]));
    if (keep.isInMemory) this.storage = 'none';
    this.draft = draft;
    this.outbox = outbox ?? null;
    this.result = result ?? null;
    this.draft.locked = this.isFrozen;
    this.device = setting.get('device') ?? '';
    this.mirror.since = setting.get(`since/${this.visit}`) ?? 0;
    this.shift = setting.get(`shift/${this.visit}`) ?? 0;
    this.language = setting.get('language');
    if (!this.device) {
      this.device = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      keep.put('settings', { name: 'device', value: this.device }).catch((error) => this.onStorage(error));
    }
    if (kept) this.takeBundle(kept.bundle);
    await this.countIntake();
    this.listen();
    return Boolean(kept);
  }

  takeBundle(bundle) {
    this.bundle = bundle;
    this.status = bundle.status;
    words.zone = bundle.site.time_zone;
  }

  wantedLanguage() {
    if (isLanguage(this.language)) return this.language;
    if (isLanguage(this.bundle?.language)) return this.bundle.language;
    const own = (navigator.language || 'en').slice(0, 2);
    return isLanguage(own) ? own : 'en';
  }

  async speak(language) {
    try {
      await speak(language);
    } catch {
      // Its words are not on this phone and cannot be had now.
      this.missingLanguage = language;
      this.changed();
      return;
    }
    this.missingLanguage = null;
    this.language = language;
    this.changed();
    await keep.put('settings', { name: 'language', value: language }).catch((error) => this.onStorage(error));
  }

  // Fetches the visit as the office has it now. What the phone has stays as it is where that fails.
  async refresh() {
    const began = Date.now();
    let answer;
    try {
      answer = await sending.request(`${this.base}/visit.json`, { headers: { 'X-Ronda-Form': '1' } }, 30000);
    } catch (error) {
      this.changed();
      return 'offline';
    }
    if (answer.status === 200 && answer.body?.visit) {
      this.link = 'ok';
      this.measure(answer.body.now, began);
      this.takeBundle(answer.body);
      await keep.put('bundles', { visit: this.visit, bundle: answer.body, at: Date.now() }).catch((error) => this.onStorage(error));
      await this.onStatus(answer.body.status);
      if (this.outbox?.state === 'no-link') this.trySending();
      this.changed();
      return 'ok';
    }
    if (answer.status === 401) this.link = 'no-link';
    if (answer.status === 404) this.link = 'unknown-visit';
    if (answer.status === 410) this.link = answer.body?.status === 'revoked' ? 'revoked' : 'expired';
    if (answer.body?.visit_status) await this.onStatus(answer.body.visit_status);
    this.changed();
    return ['no-link', 'unknown-visit', 'expired', 'revoked'].includes(this.link) ? this.link : 'trouble';
  }

  measure(now, began) {
    const there = Date.parse(now ?? '');
    if (!Number.isNaN(there)) this.skew = there - (began + Date.now()) / 2;
  }

  // The form is open: its time is noted, and everything behind it starts.
  begin() {
    this.noteStart(false);
    if (!this.isFrozen && !this.result && !this.draft.value('sign/engineer/name')) this.draft.set('sign/engineer/name', this.bundle.engineer.name, true);
    this.workPhotos();
    this.mirrorSoon();
    this.trySending();
    navigator.storage?.persist?.().catch(() => {});
    keep.setBallast().catch(() => {});
  }

  // The visit began when the form was first opened on its day; opened earlier, at home, with the first entry.
  noteStart(isEntry) {
    if (!this.bundle || this.isFrozen || this.result || this.draft.value('started_at')) return;
    if (isEntry || dayAt(this.now(), this.zone) === this.bundle.visit.day) this.draft.set('started_at', this.nowHere(), true);
  }

  // ---- what people type ----

  set(path, value) {
    if (this.isFrozen) return;
    if (!path.endsWith('_at')) this.noteStart(true);
    this.draft.set(path, value);
  }

  onDraft() {
    this.changed();
    if (this.draft.unsent().length) this.mirrorSoon();
  }

  onStorage(error) {
    if (error === null) {
      const storage = keep.isInMemory ? 'none' : null;
      if (this.storage !== storage) this.changed();
      this.storage = storage;
      return;
    }
    this.storage = keep.isFull(error) ? 'full' : 'broken';
    this.storageAt ??= Date.now();
    this.changed();
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

  // Shows a screen, and puts the focus where a field of the draft stands on it.
  jump(screen, path) {
    this.focus = path;
    if (screen && screen !== location.hash) location.hash = screen;
    else this.changed();
  }

  removeEntry(path) {
    this.set(`${path}/removed`, true);
    this.draft.flush();
    // The last three: more would hide what one is at.
    this.removed = [...this.removed.filter((other) => other !== path), path].slice(-3);
    this.changed();
  }

  bringBack(path) {
    this.set(`${path}/removed`, false);
    this.leaveRemoved(path);
  }

  leaveRemoved(path) {
    this.removed = this.removed.filter((other) => other !== path);
    this.changed();
  }

  setTime(path, local) {
    const at = instantOf(local, this.zone);
    this.draft.set(path, Number.isNaN(at) ? null : rfc3339(at, this.zone));
  }

  // ---- the office's copy of the draft ----

  mirrorSoon(ms = MIRROR_AFTER) {
    if (!this.timers.mirrorDue || ms < this.timers.mirrorDue - Date.now()) {
      this.timers.mirrorDue = Date.now() + ms;
      this.later('mirror', ms, () => {
        this.timers.mirrorDue = 0;
        this.mirrorNow();
      });
    }
  }

  get canMirror() {
    return this.link !== 'expired' && this.link !== 'revoked' && this.link !== 'no-link' && !this.isFrozen && !this.result && navigator.onLine !== false;
  }

  async mirrorNow() {
    if (!this.canMirror || !this.bundle) return;
    let next = document.visibilityState === 'visible' ? MIRROR_EVERY : 0;
    try {
      const done = await sending.alone(`ronda-mirror-${this.visit}`, () => mirrorDraft(this));
      if (done === 'more') next = 50;
      this.mirror.wait = MIRROR_AFTER;
      sending.sendPhotosAhead(this.visit).catch(() => {});
    } catch (error) {
      this.mirror.trouble = error?.status === 413 ? 'too-large' : 'offline';
      this.mirror.wait = Math.min(this.mirror.wait * 2, 120000);
      next = Math.max(error?.afterMs ?? 0, this.mirror.wait);
      if (error instanceof sending.NoLink) next = 0;
    }
    if (next) this.mirrorSoon(next);
    this.changed();
  }

  // ---- handing in ----

  build() {
    return buildRecord(this);
  }

  // Fixes the record's bytes. From here on they are tried again as they are, until the office answers.
  async freeze({ confirmed = [], forReview = false } = {}) {
    if (this.isFrozen || this.freezing) return false;
    this.freezing = true;
    try {
      await this.draft.flush();
      const built = this.build();
      if (built.problems.length && !forReview) return false;
      // At once, so that a field that is typed from now on is none of the record's.
      const fields = [...this.draft.rows.values()].map((field) => [field.path, field.number, field.value]);
      const id = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const text = JSON.stringify(this.envelope(built, { id, confirmed, forReview }));
      const row = {
        visit: this.visit, id, text, sha256: await sending.sha256(new TextEncoder().encode(text)),
        photos: built.photos.map((photo) => photo.sha256), dropped: this.droppedPhotos(), places: built.places,
        fields,
        completed_at: built.record.completed_at ?? null, confirmed, for_review: forReview, frozen_at: new Date().toISOString(),
        state: 'waiting', tries: 0, maybe: false,
      };
      let isFirst = true;
      await keep.insist(() => keep.transaction(['outbox'], 'readwrite', (outbox) => {
        const asked = outbox.get(this.visit);
        asked.onsuccess = () => {
          isFirst = !asked.result;
          if (isFirst) outbox.put(row);
        };
      }));
      await this.readOutbox();
      sending.say({ visit: this.visit, kind: 'outbox' });
      if (isFirst) this.askForBackgroundSync();
    } catch (error) {
      this.onStorage(error);
      return false;
    } finally {
      this.freezing = false;
    }
    this.changed();
    this.trySending();
    return true;
  }

  envelope(built, { id, confirmed, forReview }) {
    return {
      form: 1, id, device: this.device, record: built.record, office_note: built.office_note, photos: built.photos,
      confirmed, for_review: forReview,
    };
  }

  // Photos that a person took out of the record: they go with the draft.
  droppedPhotos() {
    const dropped = [];
    for (const [path, row] of this.draft.rows) {
      const [head, sha, what] = path.split('/');
      if (head === 'photos' && what === 'removed' && row.value === true) dropped.push(sha);
    }
    return dropped;
  }

  // Takes the record back to change it.
  async unfreeze() {
    await sending.alone(`ronda-send-${this.visit}`, () => keep.remove('outbox', this.visit));
    await this.readOutbox();
    sending.say({ visit: this.visit, kind: 'outbox' });
    this.changed();
  }

  async refreeze(options) {
    await this.unfreeze();
    return this.freeze(options);
  }

  async readOutbox() {
    this.outbox = (await keep.get('outbox', this.visit)) ?? null;
    this.draft.locked = this.isFrozen;
    if (!this.outbox) this.progress = null;
  }

  async trySending() {
    if (!this.isFrozen || this.trying) return;
    if (navigator.onLine === false) {
      // The phone knows that it has no signal: nothing is tried, so that nobody need wonder whether it arrived.
      this.later('send', 15000, () => this.trySending());
      return;
    }
    this.trying = true;
    try {
      await sending.send(this.visit);
    } finally {
      this.trying = false;
      await this.readOutbox();
      this.changed();
    }
    const waits = ['waiting', 'no-link', 'sending'].includes(this.outbox?.state);
    if (waits) this.later('send', Math.max(500, Date.parse(this.outbox.next_at ?? 0) - Date.now() || 2000), () => this.trySending());
    // Its answer may be what was lost: what the office says of the visit makes that good.
    if (waits && this.outbox.maybe) await this.refresh();
  }

  // Now rather than when its turn comes: signal may be back.
  trySendingNow() {
    if (this.outbox?.state === 'waiting' && this.outbox.told_to_wait && Date.parse(this.outbox.next_at) > Date.now()) return;
    this.trySending();
  }

  async askForBackgroundSync() {
    try {
      const worker = await navigator.serviceWorker?.ready;
      await worker?.sync?.register('ronda-send');
    } catch {
      // Browsers without it, or a person who has switched it off: the open page tries by itself.
    }
  }

  async onStatus(status) {
    this.status = status;
    const named = status && ['received', 'review'].includes(status.state);
    if (this.outbox && named && sending.names(status, this.outbox)) {
      await sending.settle(this.outbox, status);
      await this.onSettled();
    } else if (named && !this.outbox && !this.result && !this.draft.isTouched && this.photosLeft + this.intake === 0) {
      // Nothing of this phone's own is missing there: it shows what the office has.
      const { state, receipt, received_at, why = null, countersign = 'none', completed_at = null } = status;
      this.result = { visit: this.visit, state, id: status.record_id ?? null, receipt, received_at, why, countersign, completed_at, own: false };
      await keep.put('results', this.result).catch((error) => this.onStorage(error));
    } else if (this.result && named && status.receipt === this.result.receipt && !same(status.countersign, this.result.countersign)) {
      this.result = { ...this.result, countersign: status.countersign ?? this.result.countersign };
      await keep.put('results', this.result).catch((error) => this.onStorage(error));
    }
    this.changed();
  }

  async onSettled() {
    this.outbox = null;
    this.progress = null;
    this.result = (await keep.get('results', this.visit)) ?? null;
    this.draft.locked = false;
    this.draft.forget();
    await this.draft.refresh();
    this.changed();
  }

  // After a record was handed in: a further one, which a manager will look at.
  async startAgain() {
    await keep.remove('results', this.visit);
    await keep.put('settings', { name: `since/${this.visit}`, value: 0 });
    this.result = null;
    this.changed();
  }

  // ---- what happens around the form ----

  listen() {
    const hear = ({ data, detail }) => this.hear(data ?? detail);
    if ('BroadcastChannel' in globalThis) new BroadcastChannel('ronda-send').addEventListener('message', hear);
    else addEventListener('ronda-send', hear);
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => this.changed());
    addEventListener('pagehide', () => this.draft.leave());
    addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.draft.leave();
      else {
        this.draft.refresh().catch((error) => this.onStorage(error));
        this.wake();
      }
    });
  }

  wake() {
    this.mirror.wait = MIRROR_AFTER;
    this.changed();
    this.trySendingNow();
    if (this.link !== 'ok') this.refresh();
    this.mirrorSoon(300);
  }

  async hear(message) {
    if (message?.visit !== this.visit) return;
    if (message.kind === 'progress') this.progress = message;
    if (message.kind === 'piece' && this.progress) this.progress = { ...this.progress, part: message.part };
    if (message.kind === 'photo') await this.countPhotos();
    if (message.kind === 'outbox') await this.readOutbox();
    if (message.kind === 'settled') await this.onSettled();
    this.changed();
  }
}
