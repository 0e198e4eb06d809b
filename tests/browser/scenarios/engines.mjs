// One visit from the letter's link to the office's receipt in each engine that phones have: WebKit, Firefox, Chromium.

import assert from 'node:assert/strict';
import { firefoxPhone, webkitPhone } from '../engines.mjs';
import { linkToSign, Phone, picture, until, withExif } from '../phone.mjs';

const REMARKS = 'Sin señal en la sala\nmáquina 2: 机房';

// Filled in with signal, opened again and gone on with without any, handed in, sent once there is some. `again` is how
// the form is opened again, and may bring another phone with the same profile.
async function fromLinkToReceipt(scenario, visit, first, { language, isOnlyHere, again = async (phone) => phone }) {
  await first.open(await scenario.office.link(visit.visit));
  await first.at(`language-${language}`).click();
  await first.worksOffline();
  await first.checks();
  await first.addPhotos([withExif(await picture(scenario.browser, { number: 51 }), 6)]);
  await first.signEngineer();
  await first.signCustomer();
  await first.keeps('sign/customer/role', 'Jefa de mantenimiento');
  const [{ sha }] = await first.kept('photos');
  assert.equal(await first.at('crash').count(), 0);
  await first.offline();
  const phone = await again(first);
  await phone.reopen();
  assert.equal((await phone.field('sign/customer/strokes')).length, 2);
  await phone.go('photos');
  await until('the photo shows, upright', () => phone.page.evaluate(() => {
    const thumb = document.querySelector('img.thumb');
    return thumb.complete && thumb.naturalHeight > thumb.naturalWidth;
  }));
  await phone.go('remarks');
  await phone.type('remarks', REMARKS);
  await phone.keeps('remarks', REMARKS);
  await phone.handIn();
  // It tries now and then, and says so for a moment.
  await until('it waits', async () => (await phone.state()) === 'waiting' && (await phone.title()) === isOnlyHere);
  // Only where it is so does the form promise to send itself once it is closed.
  assert.equal((await phone.at('keep-open').count()) === 0, await phone.page.evaluate(() => 'SyncManager' in globalThis));
  await phone.offline(false);
  // Its own next try may come first.
  await phone.page.evaluate(() => document.querySelector('[data-t=try-now]')?.click());
  await phone.reaches('received');
  assert.match(await phone.title(), /\d\d:\d\d/);
  for (const store of ['fields', 'photos', 'outbox', 'intake']) assert.deepEqual(await phone.kept(store), [], store);
  const [{ envelope }, ...more] = await scenario.office.submissions(visit);
  assert.deepEqual(more, []);
  assert.equal(envelope.record.remarks, REMARKS);
  assert.deepEqual(envelope.photos.map((photo) => photo.sha256), [sha]);
  assert.equal((await scenario.office.documents(visit)).length, 1);
  assert.ok(await scenario.office.record(visit), 'the office has the record');
  assert.equal(await phone.at('crash').count(), 0);
  phone.fine();
}

// A record that the customer's engineer reads and signs on a phone with this engine.
async function signedByLink(scenario, visit, open) {
  const link = await linkToSign(scenario, visit);
  const customer = await open();
  await customer.page.goto(`${customer.proxy.origin}${link}`);
  await customer.page.waitForSelector('html[data-ready=yes]');
  assert.match(await customer.at('record').innerText(), /21,5 °C/);
  await customer.at('remark-temperature-add').click();
  await customer.type('remark-temperature', 'El termómetro es nuevo');
  await customer.draw('pad-sign');
  await customer.at('sign-send').click();
  await until('it is signed', async () => (await customer.at('gate').getAttribute('data-kind')) === 'sign-done');
  customer.fine();
  const record = await scenario.office.record(visit);
  assert.equal(record.customer_signature.status, 'signed');
  assert.equal(record.customer_signature.strokes.length, 2);
  assert.equal(record.customer_remarks[0].text, 'El termómetro es nuevo');
}

// A page that is left three times right after something was typed, while it reads what it keeps.
async function leftInTheMiddle(scenario, visit, phone) {
  await phone.open(await scenario.office.link(visit.visit));
  for (let times = 1; times <= 3; times += 1) {
    await phone.go('remarks');
    await phone.page.evaluate(() => {
      const remarks = document.querySelector('[data-t=remarks]');
      remarks.value += 'x';
      remarks.dispatchEvent(new Event('input', { bubbles: true }));
      for (let reads = 0; reads < 9; reads += 1) globalThis.RondaKeep.all('fields');
    });
    // Left before its time to keep what was typed has come.
    await phone.reopen();
    await phone.keeps('remarks', 'x'.repeat(times));
  }
  await phone.go('remarks');
  await phone.type('remarks', REMARKS);
  await phone.keeps('remarks', REMARKS);
  assert.deepEqual(await phone.page.evaluate(() => Object.keys(localStorage)), []);
  phone.fine();
}

export default {
  async 'from the link to the receipt in WebKit, in Spanish'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await webkitPhone(scenario, visit);
    await fromLinkToReceipt(scenario, visit, phone, { language: 'es', isOnlyHere: 'Solo en este teléfono' });
  },

  async 'from the link to the receipt in Firefox, which is killed on the way, in Chinese'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await firefoxPhone(scenario, visit);
    await fromLinkToReceipt(scenario, visit, phone, {
      language: 'zh',
      isOnlyHere: '仅保存在本机',
      again: async ({ profile, proxy, kill }) => {
        await kill();
        return firefoxPhone(scenario, visit, { profile, proxy });
      },
    });
  },

  async 'from the link to the receipt in Chromium, in English'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await fromLinkToReceipt(scenario, visit, phone, { language: 'en', isOnlyHere: 'On this phone only' });
  },

  async 'the customer’s engineer signs by link in WebKit'(scenario) {
    const visit = await scenario.office.visit();
    await signedByLink(scenario, visit, () => webkitPhone(scenario, visit));
  },

  async 'the customer’s engineer signs by link in Firefox'(scenario) {
    const visit = await scenario.office.visit();
    await signedByLink(scenario, visit, () => firefoxPhone(scenario, visit));
  },

  async 'a page of WebKit that is left in the middle of keeping loses nothing and does not hold up the next'(scenario) {
    const visit = await scenario.office.visit();
    await leftInTheMiddle(scenario, visit, await webkitPhone(scenario, visit));
  },

  async 'a page of Firefox that is left in the middle of keeping loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    await leftInTheMiddle(scenario, visit, await firefoxPhone(scenario, visit));
  },

  async 'a page of Chromium that is left in the middle of keeping loses nothing'(scenario) {
    const visit = await scenario.office.visit();
    await leftInTheMiddle(scenario, visit, await Phone.of(scenario, visit));
  },
};
