// What was typed is never lost: not by a kill, a full phone, another tab, a newer form, or a fault in the code.

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Phone, picture, until } from '../phone.mjs';

export default {
  async 'a browser that is killed two seconds after typing loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    let phone = await Phone.alone(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.go(`checks/${visit.equipment}`);
    await phone.answer('temperature', 'reading').pressSequentially('23,4', { delay: 60 });
    await phone.go('remarks');
    await phone.at('remarks').pressSequentially('Acceso por el muelle', { delay: 20 });
    await phone.page.waitForTimeout(2000);
    await phone.kill();
    phone = await Phone.alone(scenario, visit, { profile: phone.profile, proxy: phone.proxy });
    await phone.reopen();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'Acceso por el muelle');
    await phone.go(`checks/${visit.equipment}`);
    assert.equal(await phone.answer('temperature', 'reading').inputValue(), '23,4');
    phone.fine();
  },

  async 'a tab that crashes loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('office');
    await phone.at('office_note').pressSequentially('Llave en recepción', { delay: 10 });
    await phone.page.waitForTimeout(2000);
    const devtools = await phone.context.newCDPSession(phone.page);
    const crashed = phone.page.waitForEvent('crash');
    devtools.send('Page.crash').catch(() => {});
    await crashed;
    phone.use(await phone.context.newPage());
    await phone.reopen();
    await phone.go('office');
    assert.equal(await phone.at('office_note').inputValue(), 'Llave en recepción');
    phone.fine();
  },

  async 'a browser that is killed while photos are being prepared loses none'(scenario) {
    const visit = await scenario.office.visit();
    let phone = await Phone.alone(scenario, visit);
    const photos = [];
    for (let number = 0; number < 4; number += 1) photos.push(await picture(scenario.browser, { width: 4000, height: 3000, number, noise: number < 2 }));
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.go('photos');
    // A phone that reads one picture and then takes for ever, so that the kill comes in the middle.
    await phone.page.evaluate(() => {
      const read = globalThis.createImageBitmap;
      let count = 0;
      globalThis.createImageBitmap = async (...given) => {
        count += 1;
        if (count > 1) await new Promise(() => {});
        return read(...given);
      };
    });
    await phone.at('add-photo').setInputFiles(photos);
    await until('all four are in the phone, and not all are prepared', async () => {
      const [intake, done] = [await phone.kept('intake'), await phone.kept('photos')];
      return intake.length > 0 && intake.length + done.length === 4;
    });
    await phone.kill();
    phone = await Phone.alone(scenario, visit, { profile: phone.profile, proxy: phone.proxy });
    await phone.reopen();
    await phone.go('photos');
    await until('all four are there', async () => Number(await phone.at('photo-count').getAttribute('data-count')) === 4);
    assert.equal((await phone.kept('photos')).length, 4);
    phone.fine();
  },

  async 'a full phone says so at once, goes on, and keeps all once there is room'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    const photo = await picture(scenario.browser, { width: 2000, height: 1500, number: 12, noise: 'grain' });
    const devtools = await phone.context.newCDPSession(phone.page);
    const room = (quotaSize) => devtools.send('Storage.overrideQuotaForOrigin', { origin: phone.proxy.origin, quotaSize });
    await room(3000000);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('photos');
    await phone.at('add-photo').setInputFiles([photo]);
    await phone.at('storage').waitFor();
    assert.match(await phone.at('storage').innerText(), /llena/);
    // What is typed finds room still: some is set aside for it.
    await phone.go('remarks');
    await phone.type('remarks', 'Con la memoria llena');
    await phone.keeps('remarks', 'Con la memoria llena');
    const [file] = await Promise.all([phone.page.waitForEvent('download'), phone.at('storage').locator('[data-t=save-file]').click()]);
    const said = JSON.parse(await fs.readFile(await file.path(), 'utf8'));
    assert.equal(said.record.remarks, 'Con la memoria llena');
    assert.ok(said.photos[0].data.length > 100000);
    await room(500000000);
    await until('the alarm is off', async () => (await phone.at('storage').count()) === 0);
    assert.equal((await phone.kept('photos')).length, 1);
    phone.fine();
  },

  async 'a phone that can keep nothing says so, and keeps what was typed once it can'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.page.evaluate(() => {
      const put = IDBObjectStore.prototype.put;
      globalThis.isFull = true;
      IDBObjectStore.prototype.put = function refuse(...given) {
        if (globalThis.isFull) throw new DOMException('no room', 'QuotaExceededError');
        return put.apply(this, given);
      };
    });
    await phone.go('remarks');
    await phone.type('remarks', 'Nada cabe');
    await phone.at('storage').waitFor();
    assert.match(await phone.at('storage').innerText(), /llena/);
    await phone.type('remarks', 'Nada cabe, y sigue');
    await phone.page.evaluate(() => { globalThis.isFull = false; });
    await until('the alarm is off', async () => (await phone.at('storage').count()) === 0);
    await phone.keeps('remarks', 'Nada cabe, y sigue');
    phone.fine();
  },

  async 'two tabs on one visit agree and overwrite nothing'(scenario) {
    const visit = await scenario.office.visit();
    const one = await Phone.of(scenario, visit);
    await one.open(await scenario.office.link(visit.visit));
    const two = new Phone(await one.context.newPage(), one.proxy, visit);
    two.context = one.context;
    await two.reopen();
    await two.go('remarks');
    await one.page.bringToFront();
    await one.go('remarks');
    await one.type('remarks', 'de la primera');
    await until('the second shows it', async () => (await two.at('remarks').inputValue()) === 'de la primera');
    await two.page.bringToFront();
    await two.go('office');
    await two.type('office_note', 'de la segunda');
    await one.page.bringToFront();
    await one.type('remarks', 'de la primera, más');
    await one.keeps('office_note', 'de la segunda');
    await one.keeps('remarks', 'de la primera, más');
    // A tab at the back draws nothing, and the hands wait for what is drawn.
    await one.page.bringToFront();
    await one.fillIn();
    for (const tab of [one, two]) {
      await tab.page.bringToFront();
      await tab.go('send');
      await until('nothing is missing', async () => (await tab.at('problem').count()) === 0);
    }
    await Promise.all([one, two].map((tab) => tab.page.evaluate(() => document.querySelector('[data-t=hand-in-now]')?.click())));
    await two.reaches('received');
    await one.page.bringToFront();
    await one.reaches('received');
    assert.equal((await scenario.office.submissions(visit)).length, 1);
    one.fine();
    two.fine();
  },

  async 'the back button goes from section to section and loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.at('section-remarks').click();
    await phone.at('remarks').pressSequentially('antes de volver');
    await phone.page.goBack();
    await phone.at('section-office').waitFor();
    await phone.at('section-office').click();
    await phone.at('office_note').pressSequentially('nota');
    await phone.page.goBack();
    await phone.page.goForward();
    assert.equal(await phone.at('office_note').inputValue(), 'nota');
    await phone.page.goBack();
    await phone.at('section-remarks').click();
    assert.equal(await phone.at('remarks').inputValue(), 'antes de volver');
    // Out of the form altogether, and in again.
    await phone.page.goto('about:blank');
    await phone.page.goBack();
    await phone.ready();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'antes de volver');
    phone.fine();
  },

  async 'a newer form is offered quietly and the draft outlives it'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.go('remarks');
    await phone.type('remarks', 'con el formulario viejo');
    const newer = (text) => `${text}\n// a newer form\n`.replace(/const VERSION = '[^']*'/, "const VERSION = 'newer'");
    phone.proxy.when(({ path: address }) => address === '/form/sw.js', { rewrite: newer }, 1000);
    await phone.page.evaluate(() => navigator.serviceWorker.getRegistration('/form/').then((one) => one.update()));
    await phone.at('new-version').waitFor();
    assert.equal(await phone.at('remarks').inputValue(), 'con el formulario viejo');
    await phone.at('reload').click();
    await until('the new form has come', async () => (await phone.page.evaluate(() => caches.keys())).includes('ronda-form-newer'));
    await until('the old one has gone', async () => (await phone.page.evaluate(() => caches.keys())).filter((name) => name.startsWith('ronda-form-')).length === 1);
    await phone.ready();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'con el formulario viejo');
    phone.fine();
  },

  async 'without its service worker the form works, and takes it again'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.go('remarks');
    await phone.type('remarks', 'sigue aquí');
    await phone.keeps('remarks', 'sigue aquí');
    await phone.page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration('/form/')).unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await phone.reopen();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'sigue aquí');
    await phone.worksOffline();
    await phone.offline();
    await phone.reopen();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'sigue aquí');
    phone.fine();
  },

  async 'a fault in the code is told of and loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('remarks');
    await phone.type('remarks', 'antes del fallo');
    await phone.page.evaluate(() => { setTimeout(() => { throw new Error('made on purpose'); }, 0); });
    await phone.at('crash').waitFor();
    await phone.at('reload-crash').click();
    await phone.ready();
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'antes del fallo');
  },

  async 'a record that was saved to a file is taken by ronda record'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    const photo = await picture(scenario.browser, { number: 5 });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.addPhotos([photo]);
    await phone.fillIn();
    await phone.go('send');
    const [saved] = await Promise.all([phone.page.waitForEvent('download'), phone.at('save-file').click()]);
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ronda-saved-'));
    scenario.later(() => fs.rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, saved.suggestedFilename());
    await saved.saveAs(file);
    const said = JSON.parse(await fs.readFile(file, 'utf8'));
    assert.equal(said.photos.length, 1);
    assert.ok(said.photos[0].data.length > 1000);
    await scenario.office.ronda('record', visit.visit, file);
    assert.ok(await scenario.office.record(visit));
    phone.fine();
  },
};
