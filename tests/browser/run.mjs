// Drives the form in real browsers against a real ronda: RONDA_BIN=target/debug/ronda node tests/browser/run.mjs [NAME]
//
// Every scenario has a visit, a proxy and a phone to itself; a few run side by side. Ends with 0 and the line
// "N passed, 0 failed" where all is well. With a NAME only scenarios whose name has it are run.
//
// Browsers do stall on a busy machine, so a scenario that failed is tried once more with nothing beside it, and then
// named: one that is named often has a defect. More than a few at once are no chance, and nothing is tried again.

import { openOffice } from './office.mjs';
import { launch } from './phone.mjs';
import { startProxy } from './proxy.mjs';

const SIDE_BY_SIDE = Number(process.env.RONDA_SIDE_BY_SIDE ?? 4);
const LONGEST = 240000;
// A debug build takes seconds to encode a photo anew or to draw a report; one scenario has forty photos, and one waits
// for everybody's reports.
const LONGEST_OF_LONG = 600000;
const SITES = 150;
const MOST_SECOND_TRIES = 3;

const groups = ['engines', 'signal', 'keeping', 'phones', 'form', 'photos', 'answers', 'loss', 'hands', 'page'];
const wanted = process.argv[2] ?? '';
const scenarios = [];
for (const group of groups) {
  const { default: list } = await import(`./scenarios/${group}.mjs`);
  scenarios.push(...Object.entries(list).filter(([name]) => name.includes(wanted)));
}

// What a scenario is given: the office, a browser, and a place for what must be put away at its end.
class Scenario {
  constructor(office, browser) {
    this.office = office;
    this.browser = browser;
    this.ends = [];
  }

  later(end) {
    this.ends.push(end);
  }

  async proxy(visit) {
    const proxy = await startProxy(visit.address);
    this.later(() => proxy.close());
    return proxy;
  }

  async end() {
    for (const end of this.ends.reverse()) await Promise.resolve(end()).catch(() => {});
  }
}

const began = Date.now();
const office = await openOffice({ sites: SITES });
const browser = await launch();
let failed = [];
let passed = 0;

async function runOne(name, work) {
  const scenario = new Scenario(office, browser);
  const start = Date.now();
  let timer;
  try {
    const longest = work.isLong ? LONGEST_OF_LONG : LONGEST;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`took longer than ${longest / 1000} s`)), longest); });
    await Promise.race([work(scenario), late]);
    passed += 1;
    console.log(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed.push([name, work]);
    console.log(`FAILED  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)\n${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    await scenario.end();
  }
}

// Those that measure or look at the whole store come by themselves at the end.
const alone = scenarios.filter(([, work]) => work.isAlone);
// The long ones first, so that they are not waited for at the end.
const queue = scenarios.filter(([, work]) => !work.isAlone).sort(([, a], [, b]) => Number(b.isLong ?? false) - Number(a.isLong ?? false));
try {
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await runOne(...next);
  }));
  for (const one of alone) await runOne(...one);
  if (failed.length <= MOST_SECOND_TRIES) {
    const again = failed;
    failed = [];
    for (const one of again) await runOne(...one);
    for (const [name] of again) console.log(`tried twice: ${name}`);
  }
} finally {
  await browser.close().catch(() => {});
  await office.close();
}
for (const [name] of failed) console.log(`failed: ${name}`);
console.log(`in ${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || passed === 0 ? 1 : 0);
