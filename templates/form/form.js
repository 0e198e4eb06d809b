// The one form that this page shows, and everything that goes on behind it: keeping, mirroring, photos, sending.

import { Draft, same } from './draft.js';
import { mirrorDraft } from './mirror.js';
import { buildRecord } from './record.js';
import { formerOf } from './strays.js';
import { VisitTimes } from './visit-times.js';
import { isLanguage, speak, words } from './words.js';

const keep = globalThis.RondaKeep;
const sending = globalThis.RondaSend;

// What can be written before the visit, or without one.
const NO_ANSWERS = /^(office_note$|outcome$|not_done\/|times_checked$)/;

const MIRROR_AFTER = 2500;
const MIRROR_EVERY = 20000;

// Whether the office has taken back what it said of this phone's record: a manager put it aside, the visit was booked
// again, or another record took its place.
function isTakenBack(result, status) {
  switch (status?.state) {
    case 'open': return true;
    case 'received': case 'review': return status.receipt !== result.receipt;
    case 'cancelled': return result.state === 'review';
    default: return false;
  }
}

export class Form extends VisitTimes {
  constructor(visit, changed) {
    super(visit, changed);
    this.bundle = null;
    // The names of what earlier bundles had.
    this.former = null;
    this.draft = null;
    this.outbox = null;
    this.result = null;
    // How the office says the visit stands: the contract's <status>.
    this.status = null;
    this.link = 'unknown';
    this.storage = null;
    this.storageAt = null;
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
    this.former = kept?.former ?? null;
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
    const shown = this.result;
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
      this.former = formerOf(this.bundle, answer.body, this.former);
      this.takeBundle(answer.body);
      this.disownSignature();
      await keep.put('bundles', { visit: this.visit, bundle: answer.body, former: this.former, at: Date.now() }).catch((error) => this.onStorage(error));
      await this.onStatus(answer.body.status, shown);
      if (this.outbox?.state === 'no-link') this.trySending();
      this.changed();
      return 'ok';
    }
    if (answer.status === 401) this.link = 'no-link';
    if (answer.status === 404) this.link = 'unknown-visit';
    if (answer.status === 410) this.link = answer.body?.status === 'revoked' ? 'revoked' : 'expired';
    if (answer.body?.visit_status) await this.onStatus(answer.body.visit_status, shown);
    this.changed();
    return ['no-link', 'unknown-visit', 'expired', 'revoked'].includes(this.link) ? this.link : 'trouble';
  }

  // The form is open: everything behind it starts.
  begin() {
    this.nameEngineer();
    this.workPhotos();
    this.mirrorSoon();
    this.trySending();
    navigator.storage?.persist?.().catch(() => {});
    keep.setBallast().catch(() => {});
  }

  // ---- what people type ----

  set(path, value) {
    if (this.isFrozen) return;
    if (!path.endsWith('_at') && !NO_ANSWERS.test(path)) this.noteStart();
    this.draft.set(path, value);
  }

  onDraft() {
    this.disownSignature();
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
      const fields = [...this.draft.rows.values()].filter((field) => built.leaves(field.path)).map((field) => [field.path, field.number, field.value]);
      const id = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const text = JSON.stringify(this.envelope(built, { id, confirmed, forReview }));
      const row = {
        visit: this.visit, id, text, sha256: await sending.sha256(new TextEncoder().encode(text)),
        photos: built.photos.map((photo) => photo.sha256), dropped: this.droppedPhotos(), places: built.places,
        fields, outcome: built.record.outcome,
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
    // Its answer may be what was lost: what the office says of the visit makes that good. And what it refuses may be
    // what it changed meanwhile.
    if ((waits && this.outbox.maybe) || this.outbox?.state === 'refused') await this.refresh();
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

  // What the office says of the visit. `shown` is the result that this page showed when it asked: one that has come
  // meanwhile is newer than the answer.
  async onStatus(status, shown = null) {
    this.status = status;
    if (this.result && shown?.receipt === this.result.receipt && isTakenBack(this.result, status)) await this.startAgain();
    const named = status && ['received', 'review'].includes(status.state);
    if (this.outbox && named && sending.names(status, this.outbox)) {
      await sending.settle(this.outbox, status);
      await this.onSettled();
    } else if (status?.state === 'received' && !this.outbox && !this.result && !this.draft.isTouched && this.photosLeft + this.intake === 0) {
      // Nothing of this phone's own is missing there: it shows what the office has. A record that only waits for a
      // manager is another's: this engineer's is wanted still.
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

  // After a record was handed in: a further one, because somebody wants to, or because the office is without one
  // again.
  async startAgain() {
    await keep.remove('results', this.visit).catch((error) => this.onStorage(error));
    await keep.put('settings', { name: `since/${this.visit}`, value: 0 }).catch((error) => this.onStorage(error));
    if (this.result?.outcome === 'not-done') this.renewDraft();
    this.result = null;
    sending.say({ visit: this.visit, kind: 'again' });
    this.begin();
    this.changed();
  }

  // What was kept when the visit did not take place is for the next time. Who signed, when it was and why it did not
  // take place is not; the office's copy may have it still.
  renewDraft() {
    const spent = ['outcome', 'office_note', 'started_at', 'completed_at', 'times_checked', ...['reason', 'by', 'rest'].map((what) => `not_done/${what}`)];
    for (const who of ['engineer', 'customer']) spent.push(...['strokes', 'signed_at', 'of'].map((what) => `sign/${who}/${what}`));
    this.draft.renew(spent);
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
    // What the office has may be taken back, or looked at, while the phone lies there.
    if (this.link !== 'ok' || this.result) this.refresh();
    this.mirrorSoon(300);
  }

  async hear(message) {
    if (message?.visit !== this.visit) return;
    if (message.kind === 'progress') this.progress = message;
    if (message.kind === 'piece' && this.progress) this.progress = { ...this.progress, part: message.part };
    if (message.kind === 'photo') await this.countPhotos();
    if (message.kind === 'outbox') await this.readOutbox();
    if (message.kind === 'settled') await this.onSettled();
    if (message.kind === 'again') this.result = (await keep.get('results', this.visit)) ?? null;
    this.changed();
  }
}
