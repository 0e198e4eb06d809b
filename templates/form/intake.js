// What becomes of photos between the camera and the draft, in words that a page can show.

import { keepLoose, takeIn, waiting, workOff } from './photos.js';

const keep = globalThis.RondaKeep;
const sending = globalThis.RondaSend;

export class PhotoIntake {
  constructor(visit, changed) {
    this.visit = visit;
    this.changed = changed;
    this.timers = {};
    // How many are not ready yet, and of those the ones for which there is no room at all.
    this.intake = 0;
    this.loose = [];
    this.hasNoRoom = false;
    this.failedIntake = [];
    // How many are on this phone only, and what those of the record weigh.
    this.photosLeft = 0;
    this.photoBytes = 0;
  }

  later(name, ms, work) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(work, ms);
  }

  async addPhotos(files, owner) {
    this.noteStart();
    for (const file of files) {
      this.intake += 1;
      this.changed();
      try {
        const loose = await takeIn(this.visit, file, owner);
        if (loose) this.holdLoose(loose);
        await this.countIntake();
      } catch {
        // No picture, and no room to keep it for another look.
        await this.countIntake();
        this.failedIntake.push({ name: file.name });
      }
    }
    await this.workPhotos();
    await this.readDraft();
  }

  // What was written past the draft; where the phone reads nothing, what the page has stands.
  async readDraft() {
    await this.draft.reread().catch((error) => this.onStorage(error));
  }

  // A photo for which the phone has no room: the page holds it, says so, and tries again.
  holdLoose(loose) {
    this.loose.push(loose);
    this.later('loose', 4000, () => this.keepLoosePhotos());
    this.changed();
  }

  async keepLoosePhotos() {
    const held = this.loose;
    this.loose = [];
    for (const one of held) {
      if (!(await keepLoose(one))) this.loose.push(one);
    }
    if (this.loose.length) this.later('loose', 4000, () => this.keepLoosePhotos());
    await this.countIntake();
    await this.readDraft();
  }

  async countIntake() {
    const rows = await waiting(this.visit).catch(() => []);
    this.intake = rows.filter((row) => !row.failed).length + this.loose.length;
    // What could not even be kept for another look has no key.
    this.failedIntake = [...rows.filter((row) => row.failed), ...this.failedIntake.filter((row) => row.key === undefined)];
    await this.countPhotos();
    this.changed();
  }

  // How many of the photos are on this phone only.
  async countPhotos() {
    const rows = await keep.ofVisit('photos', this.visit).catch(() => []);
    this.photosLeft = rows.filter((row) => !row.stored).length;
    const shown = new Set(this.draft.ids('photos'));
    this.photoBytes = rows.reduce((sum, row) => sum + (shown.has(row.sha) ? row.blob.size : 0), 0);
  }

  async workPhotos() {
    try {
      await sending.alone(`ronda-intake-${this.visit}`, () => workOff(this.visit, async () => {
        await this.countIntake();
        await this.draft.reread();
      }));
      this.hasNoRoom = false;
    } catch (error) {
      if (keep.isFull(error)) this.hasNoRoom = true;
      else this.onStorage(error);
    }
    await this.countIntake();
    // Another tab may be at it still.
    if (this.intake > this.loose.length) this.later('intake', 3000, () => this.workPhotos());
    this.mirrorSoon();
  }

  async dropFailed(failed) {
    this.failedIntake = this.failedIntake.filter((row) => row !== failed);
    if (failed.key !== undefined) await keep.remove('intake', failed.key);
    await this.countIntake();
  }
}
