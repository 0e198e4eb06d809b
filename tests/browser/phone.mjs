// A phone with the form open in real Chromium, and the hands that fill it in.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { startProxy } from './proxy.mjs';

// Chromium without its own windows, where it is installed: the same engine, and a new profile costs a quarter.
export const CHROMIUM = process.env.RONDA_CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);
export const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--mute-audio',
];
export const SIZE = { width: 390, height: 844 };

export function launch() {
  if (!CHROMIUM) throw new Error('Chromium is missing: apt-get install chromium-headless-shell');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

// How long anything is waited for. Far more than it takes: what is late on a machine that does much else is no defect,
// and a scenario that passes never waits for the end of it.
export const PATIENCE = Number(process.env.RONDA_PATIENCE ?? 120000);

// Waits until `test` gives something true.
export async function until(what, test, ms = PATIENCE) {
  const end = Date.now() + ms;
  let last;
  for (let pause = 10; ; pause = Math.min(100, pause * 1.5)) {
    try {
      last = await test();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited in vain until ${what} (${last instanceof Error ? last.message : JSON.stringify(last)})`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// Whether a process of this group runs still.
function hasProcesses(group) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

export class Phone {
  // A phone in a browser that scenarios share, with a profile of its own. Without its service worker it costs half.
  static async of(scenario, visit, { language = 'es-ES', script, proxy, scheme = 'light', worker = true, context: more = {} } = {}) {
    const own = proxy ?? await scenario.proxy(visit);
    const context = await scenario.browser.newContext({ viewport: SIZE, locale: language, hasTouch: true, colorScheme: scheme, acceptDownloads: true, serviceWorkers: worker ? 'allow' : 'block', ...more });
    scenario.later(() => context.close());
    if (script) await context.addInitScript(script);
    const phone = new Phone(await context.newPage(), own, visit);
    phone.context = context;
    return phone;
  }

  // A phone in a browser process of its own, which can be killed; its profile outlives it.
  static async alone(scenario, visit, { profile, proxy } = {}) {
    const folder = profile ?? await fs.mkdtemp(path.join(os.tmpdir(), 'ronda-phone-'));
    if (!profile) scenario.later(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const own = proxy ?? await scenario.proxy(visit);
    await fs.rm(path.join(folder, 'DevToolsActivePort'), { force: true });
    for (const lock of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) await fs.rm(path.join(folder, lock), { force: true });
    const child = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${folder}`, '--remote-debugging-port=0', '--window-size=390,844', 'about:blank'], { stdio: 'ignore', detached: true });
    const kill = () => {
      if (child.exitCode === null && child.signalCode === null) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has gone by itself.
        }
      }
    };
    scenario.later(kill);
    const port = await until('Chromium listens', async () => (await fs.readFile(path.join(folder, 'DevToolsActivePort'), 'utf8')).split('\n')[0]);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: PATIENCE });
    const context = browser.contexts()[0];
    const page = context.pages()[0] ?? await context.newPage();
    await page.setViewportSize(SIZE);
    const phone = new Phone(page, own, visit);
    return Object.assign(phone, {
      context, browser, profile: folder, pid: child.pid, port,
      kill: async () => {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        kill();
        await gone;
        // One of its processes holds the profile's stores open, and may go last.
        await until('all of the browser has ended', () => !hasProcesses(child.pid));
        await browser.close().catch(() => {});
      },
    });
  }

  constructor(page, proxy, visit) {
    this.proxy = proxy;
    this.visit = visit;
    this.use(page);
  }

  use(page) {
    this.page = page;
    this.errors = [];
    page.on('pageerror', (error) => this.errors.push(error.stack ?? String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text())) this.errors.push(message.text());
    });
    page.setDefaultTimeout(PATIENCE);
  }

  at(name) {
    return this.page.locator(`[data-t=${JSON.stringify(name)}]`);
  }

  answer(item, what) {
    return this.at(`answers/${encodeURIComponent(this.visit.equipment)}/${item}/${what}`);
  }

  result(item, result) {
    return this.at(`answers/${encodeURIComponent(this.visit.equipment)}/${item}/result=${result}`);
  }

  // Opens the link of the letter.
  async open(link) {
    await this.page.goto(`${this.proxy.origin}${link}`);
    await this.ready();
  }

  async reopen() {
    await this.page.goto(`${this.proxy.origin}/form/${this.visit.visit}`);
    await this.ready();
  }

  async ready() {
    await this.page.waitForSelector('html[data-ready=yes]');
    await this.at('title').waitFor();
  }

  // Waits until the worker holds everything that the form needs without signal.
  async worksOffline() {
    await until('the service worker is in charge', () => this.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/form/');
      return Boolean(registration?.active && navigator.serviceWorker.controller);
    }));
  }

  async offline(isOffline = true) {
    this.proxy.offline(isOffline);
    await this.context.setOffline(isOffline);
  }

  async go(route) {
    await this.page.evaluate((hash) => new Promise((resolve) => {
      const drawn = () => requestAnimationFrame(() => setTimeout(resolve, 0));
      if (location.hash === hash) return drawn();
      addEventListener('hashchange', drawn, { once: true });
      location.hash = hash;
    }), `#/${route}`);
  }

  async type(name, text) {
    await this.at(name).fill(text);
  }

  state() {
    return this.at('state').getAttribute('data-state');
  }

  title() {
    return this.at('state-title').innerText();
  }

  async reaches(state, ms = PATIENCE) {
    await this.go('send');
    await until(`the state is ${state}`, async () => (await this.state()) === state, ms);
  }

  // A scribble with the finger.
  async draw(name, strokes = 2) {
    const canvas = this.at(`${name}-canvas`);
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    for (let stroke = 0; stroke < strokes; stroke += 1) {
      const y = box.y + box.height * (0.35 + 0.2 * stroke);
      await this.page.mouse.move(box.x + box.width * 0.2, y);
      await this.page.mouse.down();
      for (let step = 1; step <= 8; step += 1) await this.page.mouse.move(box.x + box.width * (0.2 + 0.07 * step), y + (step % 2 ? 22 : -18));
      await this.page.mouse.up();
    }
  }

  async checks(answers = {}) {
    const { temperature = '21,5', load = '40' } = answers;
    await this.go(`checks/${encodeURIComponent(this.visit.equipment)}`);
    await this.answer('temperature', 'reading').fill(temperature);
    await this.at('all-ok-0').click();
    await this.answer('mode', 'choice=auto').click();
    await this.result('alarm', 'ok').click();
    await this.answer('load', 'reading').fill(load);
  }

  async signEngineer() {
    await this.go('sign/engineer');
    await this.draw('pad-engineer');
  }

  async signCustomer() {
    await this.go('sign/customer');
    await this.at('customer-status=signed').click();
    await this.type('sign/customer/name', 'Rosa Peñalver');
    await this.type('sign/customer/role', 'Jefa de mantenimiento');
    await this.draw('pad-customer');
  }

  async signAgain(...whose) {
    for (const who of whose) {
      await this.go(`sign/${who}`);
      await this.at(`pad-${who}-clear`).click();
      await this.draw(`pad-${who}`);
    }
  }

  async fillIn(answers) {
    await this.checks(answers);
    await this.signEngineer();
    await this.signCustomer();
  }

  // Both sign anew where something was changed since.
  async handIn() {
    for (const who of ['engineer', 'customer']) {
      await this.go('send');
      const isWrong = await this.page.locator(`[data-path="problem sign/${who}/strokes"]`).count();
      if (isWrong && (await this.field(`sign/${who}/strokes`))?.length) await this.signAgain(who);
    }
    await this.go('send');
    await this.at('hand-in-now').click();
  }

  // Everything that the phone keeps in a store of its database.
  kept(store) {
    return this.page.evaluate((name) => globalThis.RondaKeep.all(name).then((rows) => rows.map(({ blob, thumb, ...row }) => ({ ...row, size: blob?.size }))), store);
  }

  async field(name) {
    const rows = await this.kept('fields');
    return rows.find((row) => row.path === name)?.value ?? null;
  }

  async keeps(name, value) {
    await until(`the phone keeps ${name}`, async () => JSON.stringify(await this.field(name)) === JSON.stringify(value));
  }

  async addPhotos(files, expected = files.length, input = 'add-photo') {
    if (input === 'add-photo') await this.go('photos');
    await this.at(input).setInputFiles(files);
    if (input === 'add-photo') await until(`${expected} photos are kept`, async () => Number(await this.at('photo-count').getAttribute('data-count')) === expected);
  }

  fine() {
    assert.deepEqual(this.errors, []);
  }
}

// Hands a record in that the customer's engineer is to sign later; the link for that, without its host.
export async function linkToSign(scenario, visit) {
  const phone = await Phone.of(scenario, visit, { worker: false });
  await phone.open(await scenario.office.link(visit.visit));
  await phone.checks();
  await phone.signEngineer();
  await phone.go('sign/customer');
  await phone.at('customer-status=asked').click();
  await phone.type('sign/customer/name', 'Rosa Peñalver');
  await phone.handIn();
  await phone.reaches('received');
  await phone.at('countersign-show').click();
  const shown = phone.at('countersign-address');
  await shown.waitFor();
  const { pathname } = new URL(await shown.getAttribute('href'));
  await phone.page.close();
  return pathname;
}

const cameras = new WeakMap();

// A picture that a camera could have taken: `number` makes each another one. One page of a browser draws them all, each
// once.
export async function picture(browser, { width = 1200, height = 900, number = 0, noise = true } = {}) {
  if (!cameras.has(browser)) cameras.set(browser, { page: browser.newContext().then((context) => context.newPage()), taken: new Map() });
  const { page, taken } = cameras.get(browser);
  const key = JSON.stringify([width, height, number, noise]);
  if (!taken.has(key)) taken.set(key, page.then((one) => pictureOn(one, { width, height, number, noise })));
  return taken.get(key);
}

async function pictureOn(page, { width, height, number, noise }) {
  const base64 = await page.evaluate(async ([w, h, n, isNoisy]) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: w, height: h });
    const pen = canvas.getContext('2d');
    const shade = pen.createLinearGradient(0, 0, w, h);
    shade.addColorStop(0, `hsl(${(n * 47) % 360} 60% 40%)`);
    shade.addColorStop(1, '#203040');
    pen.fillStyle = shade;
    pen.fillRect(0, 0, w, h);
    // The upper left corner is red, so that one sees which side is up.
    pen.fillStyle = '#ff0000';
    pen.fillRect(0, 0, w / 4, h / 4);
    if (isNoisy === 'grain') {
      // Does not shrink: a photo of several pieces.
      const grain = pen.createImageData(w, Math.floor((h * 3) / 4));
      let seed = 1 + n;
      for (let at = 0; at < grain.data.length; at += 1) {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        grain.data[at] = at % 4 === 3 ? 255 : (seed >> 16) & 255;
      }
      pen.putImageData(grain, 0, Math.floor(h / 4));
    } else if (isNoisy) {
      for (let spot = 0; spot < 4000; spot += 1) {
        pen.fillStyle = `hsl(${(spot * 37 + n) % 360} 70% ${30 + (spot % 40)}%)`;
        pen.fillRect((spot * 7919 + n * 13) % w, h / 4 + ((spot * 104729) % ((h * 3) / 4)), 6 + (spot % 9), 6 + (spot % 7));
      }
    }
    pen.fillStyle = '#ffffff';
    pen.font = `${h / 4}px sans-serif`;
    pen.fillText(String(n), w / 2, h / 2);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    canvas.width = 0;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }, [width, height, number, noise]);
  return { name: `photo-${number}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}

// The same picture as a camera writes it that was held on its side, in Alcobendas: EXIF 2.3 with the orientation and
// where it was.
export function withExif(file, orientation) {
  const tiff = Buffer.alloc(26 + 12 + 54 + 24 + 4 + 24, 0);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  entry(10, 0x0112, 3, 1, orientation);
  entry(22, 0x8825, 4, 1, 38);
  tiff.writeUInt16LE(4, 38);
  entry(40, 1, 2, 2, 'N'.charCodeAt(0));
  entry(52, 2, 5, 3, 92);
  entry(64, 3, 2, 2, 'W'.charCodeAt(0));
  entry(76, 4, 5, 3, 116);
  const degrees = (at, parts) => parts.forEach((part, index) => {
    tiff.writeUInt32LE(part, at + index * 8);
    tiff.writeUInt32LE(1, at + index * 8 + 4);
  });
  degrees(92, [40, 32, 51]);
  degrees(116, [3, 38, 27]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return { ...file, buffer: Buffer.concat([file.buffer.subarray(0, 2), head, body, file.buffer.subarray(2)]) };
}
