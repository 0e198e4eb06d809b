// Drives the form in real browsers against a real ronda: RONDA_BIN=target/debug/ronda node tests/browser/run.mjs [NAME]
//
// Every scenario has a visit, a proxy and a phone to itself; a few run side by side. Ends with 0 and the line
// "N passed, 0 failed" where all is well. With a NAME only scenarios whose name has it are run.
//
// A scenario that fails is not tried again: what fails now and then has a defect, in the form or in the scenario.

import { availableParallelism } from 'node:os';
import { closeScreen } from './engines.mjs';
import { openOffice } from './office.mjs';
import { launch } from './phone.mjs';
import { startProxy } from './proxy.mjs';
import { localTime } from './local.mjs';

// Much of a scenario is waiting: for a drawing, for the next try, for two seconds to go by.
const SIDE_BY_SIDE = Number(process.env.RONDA_SIDE_BY_SIDE ?? Math.min(9, 3 * availableParallelism()));
// What hangs is ended and named.
const LONGEST = 600000;
const SITES = 150;
// In minutes: longer than all scenarios take on a busy machine.
const MIDNIGHT_IS_NEAR = 10;

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

  // An office that no other scenario has, in place of the one that they share.
  async ownOffice(sites) {
    this.office = await openOffice({ sites });
    this.later(() => this.office.close());
  }

  async proxy(visit) {
    const proxy = await startProxy(visit.address);
    this.later(() => proxy.close());
    return proxy;
  }

  async end() {
    for (const end of this.ends.reverse()) await Promise.resolve().then(end).catch(() => {});
  }
}

// What is booked for today is yesterday's after midnight, so no run goes over it.
async function keepClearOfMidnight() {
  const [hour, minute] = localTime().split(':').map(Number);
  const left = 24 * 60 - (hour * 60 + minute);
  if (left > MIDNIGHT_IS_NEAR) return;
  console.log(`it is nearly midnight at the sites: the scenarios begin in ${left} minutes`);
  await new Promise((done) => setTimeout(done, left * 60000));
}

const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

await keepClearOfMidnight();
const began = Date.now();
const [office, browser] = await Promise.all([openOffice({ sites: SITES }), launch()]);
console.log(`the office is open and a browser runs after ${seconds(began)} s; ${SIDE_BY_SIDE} scenarios side by side`);
const failed = [];
let passed = 0;

async function runOne(name, work) {
  const scenario = new Scenario(office, browser);
  const start = Date.now();
  let timer;
  try {
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`took longer than ${LONGEST / 1000} s`)), LONGEST); });
    await Promise.race([work(scenario), late]);
    passed += 1;
    console.log(`ok      ${name} (${seconds(start)} s)`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED  ${name} (${seconds(start)} s)\n${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    await scenario.end();
  }
}

// One that measures comes by itself at the end.
const alone = scenarios.filter(([, work]) => work.isAlone);
// The long ones first, so that they are not waited for at the end.
const queue = scenarios.filter(([, work]) => !work.isAlone).sort(([, a], [, b]) => Number(b.isLong ?? false) - Number(a.isLong ?? false));
try {
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await runOne(...next);
  }));
  for (const one of alone) await runOne(...one);
} finally {
  await browser.close().catch(() => {});
  await closeScreen();
  await office.close();
}
for (const name of failed) console.log(`failed: ${name}`);
console.log(`in ${seconds(began)} s`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || passed === 0 ? 1 : 0);
