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
        }, 3000);
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
};
