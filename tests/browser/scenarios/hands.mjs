// What hands, eyes and the phone's own settings do to the form: second taps, large type, links without signal, things
// taken out by mistake, and what is read before it is signed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { linkToSign, Phone, picture, until } from '../phone.mjs';

const isBundle = ({ path }) => path.endsWith('/visit.json');
const isSigning = ({ method, path }) => method === 'POST' && path.startsWith('/sign/');

async function opened(scenario, how = {}) {
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false, ...how });
  await phone.open(await scenario.office.link(visit.visit));
  return { visit, phone };
}

// Has the office's answer say more than it does.
const saying = (changes) => ({ rewrite: (text) => {
  const said = JSON.parse(text);
  return JSON.stringify({ ...said, ...changes(said) });
} });

// Two taps so many seconds apart by the clock of the phone, however long they take to arrive.
async function tapTwice(phone, place, apart) {
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await place.boundingBox();
  const devtools = await phone.context.newCDPSession(phone.page);
  const now = Date.now() / 1000;
  for (const [type, clickCount, at] of [['mousePressed', 1, 0], ['mouseReleased', 1, 0.02], ['mousePressed', 2, apart], ['mouseReleased', 2, apart + 0.02]]) {
    await devtools.send('Input.dispatchMouseEvent', { type, clickCount, button: 'left', x: x + width / 2, y: y + height / 2, timestamp: now + at });
  }
  await devtools.detach();
}

async function toSign(scenario) {
  const visit = await scenario.office.visit();
  const link = await linkToSign(scenario, visit);
  const customer = await Phone.of(scenario, visit, { worker: false });
  const open = async () => {
    await customer.page.goto(`${customer.proxy.origin}${link}`);
    await customer.page.waitForSelector('html[data-ready=yes]');
  };
  return { visit, customer, open };
}

export default {
  async 'what is corrected after a try without signal is what is signed'(scenario) {
    const { visit, customer, open } = await toSign(scenario);
    await open();
    await customer.type('sign-name', 'Rosa');
    await customer.draw('pad-sign');
    customer.proxy.when(isSigning, { drop: true });
    await customer.at('sign-send').click();
    await customer.at('sign-trouble').waitFor();
    await customer.type('sign-name', 'Rosa Peñalver');
    await customer.at('remark-load-add').click();
    await customer.type('remark-load', 'Medido sin carga');
    await customer.at('sign-send').click();
    await until('it is signed', async () => (await customer.at('gate').getAttribute('data-kind')) === 'sign-done');
    const record = await scenario.office.record(visit);
    assert.equal(record.customer_signature.name, 'Rosa Peñalver');
    assert.equal(record.customer_remarks[0].text, 'Medido sin carga');
    customer.fine();
  },

  async 'a correction that comes after the signature arrived is answered with what was signed'(scenario) {
    const { visit, customer, open } = await toSign(scenario);
    await open();
    await customer.type('sign-name', 'Rosa P.');
    await customer.draw('pad-sign');
    customer.proxy.when(isSigning, { dropAnswer: true });
    await customer.at('sign-send').click();
    await customer.at('sign-trouble').waitFor();
    await customer.type('sign-name', 'Rosa Peñalver');
    await customer.at('sign-send').click();
    await until('it is signed already', async () => (await customer.at('gate').getAttribute('data-kind')) === 'sign-already');
    assert.match(await customer.at('record').innerText(), /Rosa P\./);
    assert.equal((await scenario.office.record(visit)).customer_signature.name, 'Rosa P.');
    await open();
    assert.match(await customer.at('record').innerText(), /Rosa P\./);
    customer.fine();
  },

  async 'the letter’s link opens the form without signal'(scenario) {
    const visit = await scenario.office.visit();
    const letter = await scenario.office.link(visit.visit);
    const secret = letter.split('/').at(-1);
    const phone = await Phone.of(scenario, visit);
    const isLink = ({ path }) => path === `/form/l/${secret}`;
    const real = await fetch(`${visit.address}/form/l/${secret}`, { redirect: 'manual' });
    if (real.status < 300 || real.status >= 400) {
      // A ronda that has no such address yet.
      const { headers } = await fetch(`${visit.address}${letter}`, { redirect: 'manual' });
      phone.proxy.when(isLink, { answer: { status: 303, headers: { Location: headers.get('location'), 'Set-Cookie': headers.get('set-cookie') } } }, 99);
    }
    const link = createHash('sha256').update(secret).digest('hex').slice(0, 16);
    phone.proxy.when(isBundle, saying(() => ({ link })), 99);
    await phone.open(`/form/l/${secret}`);
    await phone.worksOffline();
    await phone.go('remarks');
    await phone.type('remarks', 'Sin cobertura en el sótano');
    await phone.keeps('remarks', 'Sin cobertura en el sótano');
    const before = phone.proxy.count(isLink);
    await phone.open(`/form/l/${secret}`);
    assert.equal(phone.proxy.count(isLink), before + 1, 'with signal the office is asked, for it gives the cookie');
    await phone.offline();
    await phone.page.goto('about:blank');
    await phone.open(`/form/l/${secret}`);
    assert.equal(new URL(phone.page.url()).pathname, `/form/${visit.visit}`);
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').inputValue(), 'Sin cobertura en el sótano');
    // A link that this phone does not know leads to what it has.
    await phone.page.goto(`${phone.proxy.origin}/form/l/${'x'.repeat(43)}`);
    await phone.page.locator(`a[href="/form/${visit.visit}"]`).waitFor();
    assert.equal(new URL(phone.page.url()).pathname, '/form/');
    phone.fine();
  },

  async 'all that is signed can be read before'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const open = [{ finding: 41, severity: 'critical', text: 'Cartel caído', equipment: visit.equipment, since: '2026-03-02', close_by: null }, { finding: 42, severity: 'minor', text: 'Filtro sucio', equipment: null, since: '2026-03-02', close_by: null }];
    phone.proxy.when(isBundle, saying(() => ({ findings: open })), 99);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('findings');
    await phone.at('open/41/state=closed').click();
    await phone.type('open/41/how', 'Colgado de nuevo');
    await phone.at('open/42/state=carried').click();
    await phone.at('add-finding').click();
    await phone.type('finding-1-text', 'Huele a quemado');
    await phone.page.locator('[data-path$="/equipment"]').first().selectOption(visit.equipment);
    await phone.addPhotos([await picture(scenario.browser, { number: 71 }), await picture(scenario.browser, { number: 72 })], 2);
    await phone.type('caption-1', 'Placa');
    await phone.go('remarks');
    await phone.at('add-present').click();
    await phone.type('present-1-name', 'Inés Vidal');
    await phone.go('review');
    const said = await phone.at('record').innerText();
    for (const words of [/#41 Crítico Cartel caído/, /Colgado de nuevo/, /#42 Leve Filtro sucio/, /Huele a quemado\s+UPS 1/, /2 fotos/, /Placa/, /sin pie de foto/, /Inés Vidal/]) assert.match(said, words);
    phone.fine();
  },

  async 'the page to sign shows the site’s time, and findings by their words'(scenario) {
    const { customer, open } = await toSign(scenario);
    customer.proxy.when(({ path }) => path.endsWith('/sign.json'), saying(({ record }) => ({
      time_zone: 'Asia/Tokyo', findings: [{ finding: 41, severity: 'critical', text: 'Cartel caído' }],
      record: { ...record, started_at: '2026-03-02T09:00:00+01:00', closes: [{ finding: 41, how: 'Colgado' }], present: [{ name: 'Inés Vidal' }], photos: [{ file: 'a.jpg', caption: 'Placa' }] },
    })), 9);
    await open();
    const said = await customer.at('record').innerText();
    for (const words of [/17:00/, /#41 Crítico Cartel caído/, /Inés Vidal/, /Placa/]) assert.match(said, words);
    customer.fine();
  },

  async 'on a small screen and in large type nothing leaves the screen, and the bar leaves room'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const open = [{ finding: 41, severity: 'critical', text: 'Cartel caído', equipment: visit.equipment, since: '2026-03-02', close_by: null }];
    phone.proxy.when(isBundle, saying(({ company }) => ({ company: { ...company, name: 'Mantenimientos Integrales Hispano-Suizos, S.A.' }, findings: open })), 99);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn({ temperature: '35' });
    await phone.go('findings');
    await phone.at('add-finding').click();
    await phone.addPhotos([await picture(scenario.browser, { number: 81 })], 1);
    const screens = ['', `checks/${visit.equipment}`, 'findings', 'advice', 'training', 'photos', 'remarks', 'sign/engineer', 'sign/customer', 'review', 'times', 'not-done', 'send'];
    for (const [width, height, type] of [[320, 568, 100], [195, 422, 100], [390, 844, 200], [844, 390, 200]]) {
      await phone.page.setViewportSize({ width, height });
      await phone.page.evaluate((percent) => { document.documentElement.style.fontSize = `${percent}%`; }, type);
      for (const screen of screens) {
        await phone.go(screen);
        await until(`${screen} fits ${width} × ${height} at ${type} %`, async () => {
          const { over, outside, bar } = await phone.page.evaluate(() => ({
            over: document.documentElement.scrollWidth - innerWidth,
            outside: [...document.querySelectorAll('main *, .top *, .bottom *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.unseen, .skip')).map((one) => one.outerHTML.slice(0, 90)),
            bar: document.querySelector('.bottom').getBoundingClientRect().height / innerHeight,
          }));
          if (over > 0 || outside.length || bar > 1 / 3) throw new Error(JSON.stringify({ over, outside, bar }));
          return true;
        });
      }
    }
    phone.fine();
  },

  async 'what was taken out is brought back from where the hands are'(scenario) {
    const { phone } = await opened(scenario);
    await phone.addPhotos([await picture(scenario.browser, { number: 91 }), await picture(scenario.browser, { number: 92 }), await picture(scenario.browser, { number: 93 })], 3);
    await phone.type('caption-3', 'Placa');
    const count = () => phone.at('photo-count').getAttribute('data-count');
    await phone.at('remove-photo-3').click();
    await until('the way back has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'undo-remove'));
    await phone.at('remove-photo-1').click();
    assert.equal(await phone.at('removed').count(), 2);
    const shown = await phone.at('removed').first().evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top >= 0 && bottom <= document.querySelector('.bottom').getBoundingClientRect().top + 1 && Boolean(one.closest('[role=status]'));
    });
    assert.ok(shown, 'on the screen, above the bar');
    assert.match(await phone.at('removed').first().innerText(), /Placa/);
    await phone.at('undo-remove').first().click();
    await until('two photos are there', async () => (await count()) === '2');
    assert.equal(await phone.at('caption-2').inputValue(), 'Placa');
    await until('it has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'caption-2'));
    await phone.at('undo-remove').click();
    await until('three photos are there', async () => (await count()) === '3');
    phone.fine();
  },

  async 'a second tap of the same moment keeps the answer, and a later one takes it back'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.go(`checks/${visit.equipment}`);
    const answer = () => phone.field(`answers/${visit.equipment}/alarm/result`);
    await tapTwice(phone, phone.result('alarm', 'ok'), 0.1);
    await phone.keeps(`answers/${visit.equipment}/alarm/result`, 'ok');
    await phone.page.waitForTimeout(700);
    assert.equal(await answer(), 'ok');
    await phone.result('alarm', 'ok').press('Space');
    await phone.page.waitForTimeout(700);
    assert.equal(await answer(), 'ok');
    await phone.result('alarm', 'ok').click();
    await phone.keeps(`answers/${visit.equipment}/alarm/result`, null);
    await phone.result('alarm', 'fault').click();
    await phone.at(`answers/${visit.equipment}/alarm/result-clear`).press('Enter');
    await phone.keeps(`answers/${visit.equipment}/alarm/result`, null);
    phone.fine();
  },

  async 'a language that is not on the phone is said to be missing, and the others are at hand'(scenario) {
    const { phone } = await opened(scenario);
    await until('the others are there', () => phone.page.evaluate(() => performance.getEntriesByType('resource').some((one) => one.name.endsWith('.zh.ftl') && one.responseEnd > 0)));
    await phone.offline();
    await phone.at('language-zh').click();
    await until('it speaks Chinese', async () => /巡检/.test(await phone.at('title').innerText()));
    await phone.offline(false);
    phone.proxy.when(({ path }) => path.endsWith('.zh.ftl'), { drop: true }, 99);
    await phone.at('language-es').click();
    await phone.reopen();
    await phone.at('language-zh').click();
    await phone.at('no-language').waitFor();
    assert.match(await phone.at('no-language').innerText(), /中文/);
    assert.equal(await phone.at('crash').count(), 0);
    assert.match(await phone.at('title').innerText(), /Inspección/);
    phone.fine();
  },

  async 'a fault becomes one finding, with the item’s photo'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks();
    await phone.result('alarm', 'fault').click();
    await phone.addPhotos([await picture(scenario.browser, { number: 101 })], 1, 'item-photo-alarm');
    await phone.at('item-alarm').locator('[data-t=photo]').waitFor();
    await phone.at('to-finding-alarm').click();
    await phone.at('finding-1-text').waitFor();
    await phone.go(`checks/${visit.equipment}`);
    assert.match(await phone.at('to-finding-alarm').innerText(), /Ver el hallazgo/);
    await phone.at('to-finding-alarm').click();
    await until('the finding has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'finding-1-text'));
    assert.equal(await phone.at('finding').count(), 1);
    await phone.at('finding').locator('[data-t=photo]').waitFor();
    await phone.signEngineer();
    await phone.signCustomer();
    await phone.handIn();
    await phone.reaches('received');
    const record = await scenario.office.record(visit);
    const alarm = record.equipment[0].answers.find(({ item }) => item === 'alarm');
    assert.equal(record.findings[0].photo, alarm.photos[0]);
    phone.fine();
  },

  async 'a reading that may be a thousand times larger is said as it was read'(scenario) {
    const { visit, phone } = await opened(scenario, { language: 'en-GB' });
    await phone.go('');
    await phone.at('language-en').click();
    await phone.go(`checks/${visit.equipment}`);
    const said = () => phone.at(`answers/${visit.equipment}/load/reading-said`).innerText();
    await phone.answer('load', 'reading').fill('1,234');
    await until('it is said', async () => /1\.234 %/.test(await said()) && /Within/.test(await said()));
    await phone.answer('load', 'reading').fill('12,5');
    await until('nothing more is said', async () => !/Read as/.test(await said()));
    phone.fine();
  },

  async 'the list of visits tells where each stands, and lets go of old ones'(scenario) {
    const { visit, phone } = await opened(scenario);
    const ago = (days) => new Date(Date.now() - days * 86400000).toISOString();
    await phone.page.evaluate(async ([old, recent]) => {
      const [{ bundle }] = await RondaKeep.all('bundles');
      for (const [name, at] of [['V9001', old], ['V9002', recent]]) {
        await RondaKeep.put('bundles', { visit: name, bundle: { ...bundle, visit: { ...bundle.visit, visit: name } }, at: 1 });
        await RondaKeep.put('results', { visit: name, state: 'received', id: null, receipt: 'a', received_at: at, countersign: 'none', own: true });
      }
      await RondaKeep.put('bundles', { visit: 'V9003', bundle: { ...bundle, visit: { ...bundle.visit, visit: 'V9003' } }, at: 1 });
    }, [ago(31), ago(5)]);
    await phone.go('remarks');
    await phone.type('remarks', 'Empezado');
    await phone.keeps('remarks', 'Empezado');
    await phone.go('');
    await phone.at('to-visits').click();
    await phone.at('visit').first().waitFor();
    const states = await phone.at('visit').evaluateAll((all) => all.map((one) => [one.querySelector('a').pathname, one.dataset.state]));
    assert.deepEqual(states, [[`/form/${visit.visit}`, 'begun'], ['/form/V9003', 'new'], ['/form/V9002', 'done']]);
    assert.match(await phone.at('visit').first().innerText(), /\d\d:\d\d[^]*Empezada, sin entregar/);
    assert.deepEqual((await phone.kept('bundles')).map((row) => row.visit).sort(), [visit.visit, 'V9002', 'V9003'].sort());
    phone.fine();
  },

  async 'what is missing is named, and small words are large enough to tap'(scenario) {
    const { phone } = await opened(scenario);
    await phone.go('findings');
    await phone.at('add-finding').click();
    await phone.type('finding-1-text', 'a');
    await phone.at('add-finding').click();
    await phone.type('finding-2-text', 'b');
    await phone.go('send');
    const problems = await phone.at('problem').allInnerTexts();
    assert.ok(problems.some((text) => /Hallazgo 1/.test(text)) && problems.some((text) => /Hallazgo 2/.test(text)), problems.join('; '));
    await phone.go('');
    await phone.at('language-zh').click();
    await phone.go('findings');
    await until('it is wide enough', async () => (await phone.page.locator('[data-t^="remove-findings/"]').first().boundingBox()).width >= 44);
    phone.fine();
  },

  async 'a pointer to a field that is nowhere does not hold later screens'(scenario) {
    const { visit, phone } = await opened(scenario);
    phone.proxy.when(({ method, path }) => method === 'POST' && path.endsWith('/record'), { answer: { status: 422, body: { status: 'refused', bad: [{ path: 'equipment[0].answers[0].nothing', value: '', rule: 'x', remedy: 'y' }] } } });
    await phone.fillIn();
    await phone.handIn();
    await until('it is refused', async () => (await phone.state()) === 'refused');
    await phone.page.evaluate(async () => {
      const [row] = await RondaKeep.all('outbox');
      await RondaKeep.put('outbox', { ...row, places: [['equipment', 'answers/gone/gone/reading']] });
    });
    await phone.reopen();
    await phone.go('send');
    await phone.at('mend').click();
    await until('it is a draft again', () => phone.page.evaluate(() => !location.hash.startsWith('#/send')));
    await phone.go(`checks/${visit.equipment}`);
    await phone.page.evaluate(() => scrollTo(0, 400));
    await phone.go('findings');
    await until('the title has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'title' && scrollY === 0));
    phone.fine();
  },

  async 'a browser that keeps nothing says that alone, and hands in from the open page'(scenario) {
    const { visit, phone } = await opened(scenario, { script: "indexedDB.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };" });
    await phone.at('storage').waitFor();
    assert.match(await phone.at('storage').innerText(), /no guarda nada/);
    await phone.fillIn();
    await phone.addPhotos([await picture(scenario.browser, { number: 121 })], 1);
    assert.equal(await phone.at('photo-unreadable').count(), 0);
    assert.equal(await phone.at('crash').count(), 0);
    await phone.go('send');
    const said = await phone.page.locator('body').innerText();
    assert.doesNotMatch(said, /se guarda aquí|Guardado en el teléfono|está guardado/);
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.documents(visit)).length, 1);
    assert.equal((await scenario.office.record(visit)).equipment[0].answers[0].reading, 21.5);
    phone.fine();
  },

  async 'a photo that cannot be kept just now is not called unreadable'(scenario) {
    const { phone } = await opened(scenario);
    await phone.fillIn();
    await phone.page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      globalThis.heal = () => { IDBObjectStore.prototype.put = put; };
      IDBObjectStore.prototype.put = function refuse(...row) {
        const request = put.apply(this, row);
        this.transaction.abort();
        return request;
      };
    });
    await phone.handIn();
    await until('the way out has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'save-file' && Boolean(document.activeElement.closest('[data-t=storage]'))));
    await phone.go('photos');
    await phone.at('add-photo').setInputFiles([await picture(scenario.browser, { number: 122 })]);
    await until('the page holds it', async () => (await phone.at('photos-in-work').count()) === 1);
    assert.equal(await phone.at('photo-unreadable').count(), 0);
    await phone.page.evaluate(() => heal());
    await until('it is kept', async () => (await phone.at('photo-count').getAttribute('data-count')) === '1');
    phone.fine();
  },

  async 'a refusal is told in the reader’s language first'(scenario) {
    const { phone } = await opened(scenario);
    await phone.fillIn();
    phone.proxy.when(({ method, path }) => method === 'POST' && path.endsWith('/record'), { answer: { status: 422, body: { status: 'refused', bad: [{ path: 'equipment[0].answers[0].reading', value: '21.5', rule: 'the sensor is out of order', remedy: 'measure by hand' }] } } });
    await phone.handIn();
    await until('it is refused', async () => (await phone.state()) === 'refused');
    assert.match(await phone.at('bad').innerText(), /UPS 1: “Temperatura”: la oficina no puede aceptarlo así[^]*La oficina dice: the sensor is out of order; measure by hand/);
    phone.fine();
  },
};
