// The page itself: accessible, fast, small, and changing nothing by being looked at (R12).

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { linkToSign, Phone, until } from '../phone.mjs';

const lighthouseIsContent = async (scenario) => {
  const { default: lighthouse } = await import('lighthouse');
  const visit = await scenario.office.visit();
  const phone = await Phone.alone(scenario, visit);
  await phone.open(await scenario.office.link(visit.visit));
  await phone.checks();
  await phone.keeps(`answers/${visit.equipment}/alarm/result`, 'ok');
  for (const screen of ['', `checks/${visit.equipment}`]) {
    const { lhr } = await lighthouse(`${phone.proxy.origin}/form/${visit.visit}#/${screen}`, {
      port: Number(phone.port), onlyCategories: ['accessibility'], disableStorageReset: true, logLevel: 'silent', maxWaitForLoad: 8000,
    });
    const faults = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 1).map((audit) => `${audit.id}: ${JSON.stringify(audit.details?.items?.map((item) => item.node?.snippet))}`);
    assert.equal(lhr.categories.accessibility.score, 1, `${screen}: ${faults.join('; ')}`);
  }
};

lighthouseIsContent.isLong = true;

// What Lighthouse judges by, on every screen, and in the dark.
const isAccessible = async (scenario) => {
  const axe = await fs.readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false });
  await phone.open(await scenario.office.link(visit.visit));
  await phone.fillIn();
  await phone.go('findings');
  await phone.at('add-finding').click();
  await phone.go('training');
  await phone.at('add-attendee').click();
  await phone.at('attendee-1-sign').click();
  await phone.page.evaluate(axe);
  const screens = ['', `checks/${visit.equipment}`, 'findings', 'advice', 'training', 'operators', 'photos', 'remarks', 'office', 'sign/engineer', 'sign/customer', 'review', 'times', 'not-done', 'send'];
  for (const scheme of ['light', 'dark']) {
    await phone.page.emulateMedia({ colorScheme: scheme });
    for (const screen of screens) {
      await phone.go(screen);
      const faults = await phone.page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }).then((found) => found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)));
      assert.deepEqual(faults, [], `${scheme} ${screen}`);
      // Seven to one, for sunlight.
      const pale = await phone.page.evaluate(() => axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] }, rules: { 'color-contrast-enhanced': { enabled: true } } }).then((found) => found.violations.flatMap((one) => one.nodes.map((node) => node.html))));
      assert.deepEqual(pale, [], `${scheme} ${screen}`);
      // What is pressed is at least 44 pixels high; a link within a sentence is not.
      const small = await phone.page.evaluate(() => [...document.querySelectorAll('button, a[href], select, summary, input:not([type=file], [type=radio], [type=checkbox]), textarea, .pick, .add-photos label')]
        .filter((one) => one.offsetParent !== null && !one.closest('.skip, p') && Math.round(one.getBoundingClientRect().height) < 44).map((one) => one.outerHTML.slice(0, 120)));
      assert.deepEqual(small, [], `${scheme} ${screen}`);
    }
  }
  phone.fine();
};
isAccessible.isLong = true;

const isFast = async (scenario) => {
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit);
  await phone.open(await scenario.office.link(visit.visit));
  await phone.worksOffline();
  const devtools = await phone.context.newCDPSession(phone.page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const times = [];
  // What else this machine does comes on top; the second best is what the form needs.
  while (times.length < 5 || (times[1] >= 1000 && times.length < 30)) {
    await phone.reopen();
    times.push(await phone.page.evaluate(() => performance.getEntriesByName('ronda-ready')[0].startTime));
    times.sort((a, b) => a - b);
  }
  console.log(`        interactive on a CPU four times slower: ${times.map((ms) => Math.round(ms)).join(', ')} ms`);
  assert.ok(times[1] < 1000, `interactive after ${times[1]} ms`);
  phone.fine();
};
isFast.isAlone = true;

const changesNothing = async (scenario) => {
  await scenario.ownOffice(4);
  const visit = await scenario.office.visit();
  const link = await scenario.office.link(visit.visit);
  const { address } = visit;
  const cookie = (await fetch(`${address}${link}`, { redirect: 'manual' })).headers.get('set-cookie').split(';')[0];
  const assets = JSON.parse(/const ASSETS = (\[.*?\]);/.exec(await (await fetch(`${address}/form/sw.js`)).text())[1]);
  const pages = [link, `/form/${visit.visit}`, '/form/sw.js', `/form/${visit.visit}/visit.json`, `/form/${visit.visit}/photos/${'a'.repeat(64)}`, `/form/${visit.visit}/photos/${'a'.repeat(64)}/small.jpg`, '/form/', assets[0]];
  const signed = await scenario.office.visit();
  const toSign = { address: signed.address, link: await linkToSign(scenario, signed) };
  pages.push(toSign.link);
  // What the daemon does by itself has its own tests; here it rests.
  const before = await settled(scenario.office);
  for (const page of [...pages, ...assets]) {
    for (let times = 0; times < (pages.includes(page) ? 50 : 10); times += 10) {
      await Promise.all(Array.from({ length: 10 }, () => fetch(`${address}${page}`, { headers: { cookie }, redirect: 'manual' }).then((answer) => answer.arrayBuffer())));
    }
  }
  // A browser that runs the pages' scripts, as some mail scanners do: each time as if it had never been here.
  await Promise.all([{ address, link }, toSign].map(async ({ address: origin, link: letter }) => {
    for (let times = 0; times < 50; times += 1) {
      const context = await scenario.browser.newContext({ serviceWorkers: times % 10 === 0 ? 'allow' : 'block' });
      const page = await context.newPage();
      await page.goto(`${origin}${letter}`);
      await page.waitForSelector('html[data-ready=yes]');
      if (times % 10 === 0) await page.waitForTimeout(400);
      await context.close();
    }
  }));
  const after = await scenario.office.dump();
  assert.equal(after, before, 'the store is as it was');
};
changesNothing.isLong = true;

// The store once the daemon has done what it does by itself: a reload makes it look at once.
async function settled(office) {
  office.daemon.kill('SIGHUP');
  const left = `select (select count(*) from letter where state = 'waiting')
    + (select count(*) from record where not reported and visit_id not in (select visit_id from countersign where signed_at is null)) as n`;
  await until('no report and no letter waits', async () => (await office.sql(left))[0].n === 0);
  let last = '';
  return until('the store rests', async () => {
    const now = await office.dump();
    const isSame = now === last;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return isSame ? now : null;
  });
}

export default {
  'Lighthouse gives the form a hundred for accessibility': lighthouseIsContent,
  'every screen is accessible, in light and dark': isAccessible,
  'interactive in under a second on a slow phone': isFast,
  'looking at every page fifty times changes nothing': changesNothing,

  async 'nothing is asked of anybody else, and all of it is small'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    const asked = [];
    phone.context.on('request', (request) => asked.push(request.url()));
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    for (const screen of [`checks/${visit.equipment}`, 'findings', 'photos', 'sign/customer', 'send', '']) await phone.go(screen);
    for (const address of asked) assert.ok(address.startsWith(phone.proxy.origin) || address.startsWith('blob:') || address.startsWith('data:'), address);
    const assets = JSON.parse(/const ASSETS = (\[.*?\]);/.exec(await (await fetch(`${visit.address}/form/sw.js`)).text())[1]);
    const sizes = await Promise.all([...assets, '/form/sw.js'].map((path) => sizeOf(`${visit.address}${path}`)));
    const all = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`        the whole form: ${assets.length + 1} files, ${Math.round(all / 1024)} KB compressed`);
    assert.ok(all < 150 * 1024, `${all} bytes`);
    phone.fine();
  },
};

// Bytes on the wire, compressed.
async function sizeOf(address) {
  const http = await import('node:http');
  return new Promise((resolve, reject) => {
    http.get(address, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => { bytes += chunk.length; });
      answer.on('end', () => resolve(bytes));
    }).on('error', reject);
  });
}
