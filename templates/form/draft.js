// The draft of one visit's record: fields by path, each kept by itself, so that two tabs and two phones never
// overwrite what the other has written elsewhere.

const keep = globalThis.RondaKeep;

// An edit is on the disk well before the two seconds after which nothing may be lost any more.
const FLUSH_AFTER = 300;
const TRY_AGAIN_AFTER = 4000;

export const same = (a, b) => a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

// Half a sign, as a cut or a keyboard leaves it, cannot be sent. Browsers of before 2024 do not know `toWellFormed`.
export const wellFormed = (text) => text.toWellFormed?.() ?? text.replace(/[\ud800-\udfff]/gu, '\ufffd');

// `findings/ID` of `findings/ID/text`.
const entryOf = (path) => path.split('/').slice(0, 2).join('/');

const cleaned = (value) => (typeof value === 'string' ? wellFormed(value) : value);

const isEmpty = (value) => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export class Draft {
  // Opens the draft as this phone has it.
  static async open(visit, onChange, onTrouble) {
    const draft = new Draft(visit, onChange, onTrouble);
    for (const row of await keep.ofVisit('fields', visit)) draft.rows.set(row.path, row);
    draft.takeLeft();
    for (const row of [...draft.rows.values()]) if (cleaned(row.value) !== row.value) draft.take({ ...row, value: cleaned(row.value), dirty: true });
    return draft;
  }

  constructor(visit, onChange, onTrouble) {
    this.visit = visit;
    this.rows = new Map();
    this.onChange = onChange;
    this.onTrouble = onTrouble;
    // Fields that are not on the disk yet, and writings that are on their way there.
    this.unkept = new Set();
    this.underWay = new Set();
    this.keptAt = null;
    this.locked = false;
    this.timer = null;
    this.tab = Math.random().toString(36).slice(2);
    this.left = `ronda-left/${visit}/`;
    this.channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`ronda-draft-${visit}`) : null;
    this.channel?.addEventListener('message', ({ data }) => this.hear(data));
  }

  value(path) {
    return this.rows.get(path)?.value ?? null;
  }

  text(path) {
    const value = this.value(path);
    return typeof value === 'string' ? value : '';
  }

  // Writes a field. `auto` says that the form did, not a person: another phone's word then wins unasked.
  set(path, typed, auto = false) {
    if (this.locked) return;
    const value = cleaned(typed);
    const row = this.rows.get(path);
    if (row ? same(row.value, value) : isEmpty(value)) return;
    this.take({ visit: this.visit, path, value, base: row?.base ?? 0, dirty: true, theirs: row?.theirs ?? null, at: Date.now(), auto });
    this.onChange();
  }

  // Each writing of a field has a higher number than the one before it: clocks go back, and what is read from the disk
  // may be older than what has been typed since.
  take(row) {
    this.rows.set(row.path, { ...row, number: (this.rows.get(row.path)?.number ?? 0) + 1 });
    this.unkept.add(row.path);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_AFTER);
  }

  // A page that is left may get no other turn, and what it asks of the database may never be done: what is not on the
  // disk yet goes where it can be written in this one.
  leave() {
    const paths = new Set([...this.underWay].flat().map((row) => row.path).concat([...this.unkept]));
    const rows = [...paths].map((path) => this.rows.get(path)).filter(Boolean);
    try {
      if (rows.length) localStorage.setItem(this.left + this.tab, JSON.stringify(rows));
    } catch {
      // No room there, or a browser that has none of it: the database may do it yet.
    }
    return this.flush();
  }

  // Takes what pages had to leave behind.
  takeLeft() {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(this.left));
      for (const row of names.flatMap((name) => JSON.parse(localStorage.getItem(name)))) {
        if (row.number > (this.rows.get(row.path)?.number ?? 0)) {
          this.rows.set(row.path, row);
          this.unkept.add(row.path);
        }
      }
      this.flush().then(() => {
        if (this.unkept.size === 0) for (const name of names) localStorage.removeItem(name);
      });
    } catch {
      // As in `leave`.
    }
  }

  forgetLeft() {
    try {
      localStorage.removeItem(this.left + this.tab);
    } catch {
      // As in `leave`.
    }
  }

  // Puts everything that is not on the disk yet there, at once. Settles when it was tried; the database keeps the
  // order.
  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    return this.write();
  }

  async write() {
    if (this.unkept.size === 0) return;
    const rows = [...this.unkept].map((path) => this.rows.get(path)).filter(Boolean);
    this.unkept.clear();
    this.underWay.add(rows);
    try {
      await keep.insist(() => keep.putAll('fields', rows));
      this.keptAt = Date.now();
      this.underWay.delete(rows);
      if (this.underWay.size + this.unkept.size === 0) this.forgetLeft();
      this.channel?.postMessage({ from: this.tab, rows });
      this.onTrouble(null);
    } catch (error) {
      this.underWay.delete(rows);
      for (const row of rows) this.unkept.add(row.path);
      this.timer ??= setTimeout(() => this.flush(), TRY_AGAIN_AFTER);
      this.onTrouble(error);
    }
    this.onChange();
  }

  // Another tab has written.
  hear({ from, rows, reread }) {
    if (from === this.tab) return;
    if (reread) {
      this.refresh();
      return;
    }
    for (const row of rows ?? []) this.takeRead(row);
    this.onChange();
  }

  // A row as the disk or another tab has it.
  takeRead(row) {
    const own = this.rows.get(row.path);
    if (!own || row.number > own.number || (row.number === own.number && !this.unkept.has(row.path))) {
      this.rows.set(row.path, row);
      this.unkept.delete(row.path);
    }
  }

  // Reads again what other tabs may have written while this one slept.
  async refresh() {
    for (const row of await keep.ofVisit('fields', this.visit)) this.takeRead(row);
    this.onChange();
  }

  // Rows were written past this object: this tab and the others read them.
  async reread() {
    await this.refresh();
    this.channel?.postMessage({ from: this.tab, reread: true });
  }

  // Begins anew against the office's copy, which may be gone, or have what is `spent`.
  renew(spent) {
    const row = (path, value, auto) => ({ visit: this.visit, path, value, base: 0, dirty: true, theirs: null, at: Date.now(), auto });
    for (const { path, value, auto } of [...this.rows.values()]) this.take(row(path, value, auto));
    for (const path of spent) this.take(row(path, null, false));
    this.flush();
  }

  forget() {
    this.rows.clear();
    this.unkept.clear();
    this.forgetLeft();
    this.onChange();
  }

  // Ids of a list, `findings/<id>/…`, in the order in which they were added.
  ids(list) {
    const found = new Set();
    for (const path of this.rows.keys()) {
      const [head, id, rest] = path.split('/');
      if (head === list && rest !== undefined) found.add(id);
    }
    return [...found].filter((id) => this.value(`${list}/${id}/removed`) !== true).sort();
  }

  // The photos of one thing, or all of them, oldest first.
  photosOf(owner) {
    const age = (sha) => this.value(`photos/${sha}/at`) ?? 0;
    const photos = this.ids('photos').filter((sha) => owner === undefined || this.value(`photos/${sha}/of`) === owner);
    return photos.sort((a, b) => age(a) - age(b) || (a < b ? -1 : 1));
  }

  // True where something stands below a prefix.
  has(prefix) {
    for (const [path, row] of this.rows) {
      if (path.startsWith(prefix) && !isEmpty(row.value) && row.value !== false) return true;
    }
    return false;
  }

  // A new entry's id; ids sort by the time at which they were made.
  static newId() {
    const random = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
    return `${Date.now().toString(36)}${random.slice(0, 4)}`;
  }

  // Whether a person has written here what the office's copy does not have.
  get isTouched() {
    return [...this.rows.values()].some((row) => row.dirty && !row.auto);
  }

  conflicts() {
    return [...this.rows.values()].filter((row) => row.theirs);
  }

  // What a person chose where two phones differ.
  choose(path, theirs) {
    const row = this.rows.get(path);
    if (!row?.theirs || this.locked) return;
    const changes = theirs ? { value: row.theirs.value, dirty: false } : { dirty: true };
    this.take({ ...row, ...changes, base: row.theirs.rev, theirs: null, at: Date.now(), auto: false });
    this.flush();
    this.onChange();
  }

  // What the office's copy lacks. What the form wrote by itself goes along with what a person wrote, never alone: a
  // page that is only looked at, as mail scanners do, changes nothing at the office (R12).
  unsent() {
    const rows = [...this.rows.values()].filter((row) => row.dirty && !row.theirs);
    return rows.some((row) => !row.auto) || [...this.rows.values()].some((row) => row.base > 0) ? rows : [];
  }

  // Takes in what the server's copy of the draft answers to a push of `pushed` rows from this `device`.
  merge(answer, pushed, device) {
    const said = new Map(pushed.map((row) => [row.path, row.value]));
    this.keepFromRemoval([...(answer.fields ?? []), ...(answer.conflicts ?? [])], device);
    for (const field of answer.fields ?? []) this.mergeField(field, said, device);
    for (const field of answer.conflicts ?? []) this.mergeField(field, said, device);
    this.onChange();
  }

  // An entry that one phone removed while the other wrote in it is neither removed nor brought back unasked.
  keepFromRemoval(fields, own) {
    const written = new Set([...this.rows.values()].filter((row) => row.dirty && !row.auto && !row.path.endsWith('/removed')).map((row) => entryOf(row.path)));
    for (const { path, value, rev, device } of fields) {
      const removed = `${entryOf(path)}/removed`;
      const row = this.rows.get(removed);
      if (device === own || row?.theirs) continue;
      if (path === removed && value === true && row?.value !== true && rev > (row?.base ?? 0) && written.has(entryOf(path))) {
        this.take({ visit: this.visit, path, value: false, base: row?.base ?? 0, dirty: true, theirs: { value, rev, device }, at: Date.now(), auto: false });
      } else if (path !== removed && row?.dirty && row.value === true && !same(value, this.value(path))) {
        this.take({ ...row, theirs: { value: false, rev: row.base, device } });
      }
    }
  }

  mergeField({ path, value, rev, device }, said, own) {
    const row = this.rows.get(path);
    const base = { visit: this.visit, path, base: rev, theirs: null, at: row?.at ?? Date.now(), auto: false };
    // That the office has it now, too, does not make it a person's word.
    const auto = row?.auto ?? false;
    if (!row || same(row.value, value)) {
      this.take({ ...base, value, dirty: false, auto });
    } else if (row.theirs ? row.theirs.rev < rev : rev > row.base) {
      const ours = device === own || (said.has(path) && same(said.get(path), value));
      // What was emptied at the office is nobody's word against what the form put in by itself.
      if (row.dirty && row.auto && isEmpty(value)) this.take({ ...base, value: row.value, dirty: true, auto });
      else if (!row.dirty || row.auto) this.take({ ...base, value, dirty: false });
      // Typed on while the push was under way, or by this phone's other tab: goes with the next push.
      else if (ours) this.take({ ...base, value: row.value, dirty: true, auto });
      else this.take({ ...row, theirs: { value, rev, device } });
    }
  }
}
