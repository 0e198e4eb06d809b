// Draws tests/pictures/form-{en,es,zh}.png, the pictures of the form in the README:
// RONDA_BIN=target/debug/ronda node tests/browser/pictures.mjs
//
// Three phones side by side: the overview in light, a checklist in dark, and the record as it is received.

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { openOffice } from './office.mjs';
import { CHROMIUM, FLAGS, Phone, picture, until } from './phone.mjs';
import { startProxy } from './proxy.mjs';
import { localDay } from './local.mjs';

const TAGS = { en: 'en-GB', es: 'es-ES', zh: 'zh-CN' };
const ROOM = { en: ['Filter of the cabinet clogged', 'Spare filter fitted'], es: ['Filtro del armario obstruido', 'Filtro de repuesto montado'], zh: ['机柜滤网堵塞', '已更换备用滤网'] };
const PICTURES = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', 'pictures');

// Letters as most phones have them, where they are installed.
async function phoneLetters() {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ronda-letters-'));
  const file = path.join(folder, 'fonts.conf');
  const prefer = ['system-ui', 'sans-serif'].map((family) => `<alias binding="strong"><family>${family}</family><prefer><family>Roboto</family><family>Noto Sans CJK SC</family></prefer></alias>`).join('');
  await fs.writeFile(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include>${prefer}</fontconfig>`);
  return file;
}

// A name as it is signed: loops that grow smaller, and a line below. `turns` makes each another hand.
async function write(phone, name, turns) {
  const box = await phone.at(`${name}-canvas`).boundingBox();
  const { mouse } = phone.page;
  const line = async (points, at) => {
    for (let step = 0; step <= points; step += 1) {
      const [x, y] = at(step / points);
      await mouse.move(box.x + box.width * x, box.y + box.height * y);
      if (step === 0) await mouse.down();
    }
    await mouse.up();
  };
  await line(140, (t) => {
    const turn = t * Math.PI * 2 * turns;
    const size = 0.21 * (1 - t) ** 1.3 + 0.045;
    return [0.15 + 0.62 * t + 0.05 * (1.2 - t) * Math.sin(turn), 0.52 - size * Math.cos(turn) * (0.75 + 0.25 * Math.sin(turn / 2.7))];
  });
  await line(24, (t) => [0.2 + 0.62 * t, 0.8 - 0.05 * Math.sin(t * 2.4)]);
}

async function fillIn(phone, language) {
  const [found, done] = ROOM[language];
  await phone.go(`checks/${phone.visit.equipment}`);
  await phone.answer('temperature', 'reading').fill(language === 'en' ? '29.4' : '29,4');
  await phone.at('all-ok-0').click();
  await phone.answer('mode', 'choice=auto').click();
  await phone.result('alarm', 'ok').click();
  await phone.answer('load', 'reading').fill('61');
  await phone.go('findings');
  await phone.at('add-finding').click();
  await phone.at('finding-1-severity=major').click();
  await phone.type('finding-1-text', found);
  await phone.type('finding-1-done', done);
  await phone.at('finding-1-closed=closed').click();
}

const office = await openOffice({ sites: 8 });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, env: { ...process.env, FONTCONFIG_FILE: await phoneLetters() } });
const ends = [];
const scenario = { office, browser, later: (end) => ends.push(end), proxy: (visit) => startProxy(visit.address) };

async function phoneOf(visit, language, scheme) {
  const phone = await Phone.of(scenario, visit, { language: TAGS[language], scheme, context: { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5 } });
  await phone.open(await office.link(visit.visit));
  await phone.at(`language-${language}`).click();
  await until('it speaks the language', async () => (await phone.page.getAttribute('html', 'lang')).startsWith(language));
  return phone;
}

async function shot(phone) {
  await phone.page.waitForTimeout(300);
  return (await phone.page.screenshot()).toString('base64');
}

// A site with a visit behind it, so that the next one sees last time's readings.
async function withPast(language) {
  const visit = await office.visit();
  const phone = await phoneOf(visit, language, 'light');
  await phone.fillIn({ temperature: '26', load: '54' });
  await phone.handIn();
  await phone.reaches('received');
  const next = await office.next(visit);
  await office.book(next.visit, localDay());
  return next;
}

for (const language of ['en', 'es', 'zh']) {
  const visit = await withPast(language);
  const light = await phoneOf(visit, language, 'light');
  await fillIn(light, language);
  await light.addPhotos([await picture(browser, { number: 4 })]);
  await light.go('');
  await light.page.evaluate(() => scrollTo(0, 0));
  const shots = [await shot(light)];
  const dark = await light.page.emulateMedia({ colorScheme: 'dark' }).then(() => light);
  await dark.go(`checks/${visit.equipment}`);
  await dark.page.evaluate(() => scrollTo(0, 0));
  shots.push(await shot(dark));
  await light.page.emulateMedia({ colorScheme: 'light' });
  await light.go('sign/engineer');
  await write(light, 'pad-engineer', 6);
  await light.go('sign/customer');
  await light.at('customer-status=signed').click();
  await light.type('sign/customer/name', 'Rosa Peñalver');
  await light.at('pad-customer').scrollIntoViewIfNeeded();
  await write(light, 'pad-customer', 7);
  await light.page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  shots.push(await shot(light));
  await light.handIn();
  await light.reaches('received', 40000);
  const page = await browser.newPage({ viewport: { width: 1290, height: 840 }, deviceScaleFactor: 1 });
  await page.setContent(`<style>body{margin:0;display:flex;gap:30px;padding:30px;background:#dfe5e2}img{width:390px;height:780px;border-radius:26px;box-shadow:0 6px 24px rgb(0 0 0/.22)}</style>${shots.map((one) => `<img src="data:image/png;base64,${one}">`).join('')}`);
  await page.screenshot({ path: path.join(PICTURES, `form-${language}.png`) });
  await page.close();
  console.log(`form-${language}.png`);
}
for (const end of ends) await end();
await browser.close();
await office.close();
process.exit(0);
