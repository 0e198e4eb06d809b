// The engines of other phones: WebKit, in which every browser on an iPhone runs, and Firefox. Each page has as much
// of playwright's as a `Phone` uses, so that the same hands fill in the form there.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { freePort } from './office.mjs';
import { PATIENCE, Phone, SIZE, until } from './phone.mjs';

const FIREFOX = process.env.RONDA_FIREFOX ?? '/usr/bin/firefox-esr';
const WEBKIT_DRIVER = process.env.RONDA_WEBKIT_DRIVER ?? '/usr/bin/WebKitWebDriver';

// A phone whose page is drawn by Firefox; it can be killed, and opened again with the same profile.
export async function firefoxPhone(scenario, visit, { profile, proxy } = {}) {
  needs(FIREFOX, 'firefox-esr');
  const folder = profile ?? await ownFolder(scenario);
  const browser = await puppeteer.launch({
    browser: 'firefox', executablePath: FIREFOX, headless: true, userDataDir: folder, timeout: PATIENCE, protocolTimeout: PATIENCE,
    // No processes for pages that never come.
    extraPrefsFirefox: { 'dom.ipc.processPrelaunch.enabled': false },
  });
  const child = browser.process();
  const kill = () => ended(child, () => child.kill('SIGKILL'));
  scenario.later(kill);
  const [tab] = await browser.pages();
  await tab.setViewport({ ...SIZE, deviceScaleFactor: 2 });
  const phone = new Phone(new Page(new FirefoxTab(tab), scenario), proxy ?? await scenario.proxy(visit), visit);
  return Object.assign(phone, { context: noContext, profile: folder, kill });
}

// A phone whose page is drawn by WebKit.
export async function webkitPhone(scenario, visit, { proxy } = {}) {
  const browser = miniBrowser();
  needs(browser, 'webkit2gtk-driver');
  needs(WEBKIT_DRIVER, 'webkit2gtk-driver');
  const folder = await ownFolder(scenario);
  const display = await openScreen();
  const port = await freePort();
  const env = {
    ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', HOME: folder, TMPDIR: folder, LC_ALL: 'C.UTF-8', NO_AT_BRIDGE: '1',
    // Root may not build a sandbox, and the pages are our own.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  };
  const driver = spawn(WEBKIT_DRIVER, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore', detached: true });
  scenario.later(() => ended(driver, () => process.kill(-driver.pid, 'SIGKILL')));
  const tab = new WebKitTab(`http://127.0.0.1:${port}`);
  await until('WebKitWebDriver listens', async () => (await tab.call('GET', '/status')).ready);
  await tab.start({ binary: browser, args: ['--automation', '--full-screen'] });
  scenario.later(() => tab.close());
  const phone = new Phone(new Page(tab, scenario), proxy ?? await scenario.proxy(visit), visit);
  return Object.assign(phone, { context: noContext });
}

// These engines know nothing of signal but what the proxy lets through.
const noContext = { setOffline: async () => {} };

function needs(file, aptPackage) {
  if (!file || !existsSync(file)) throw new Error(`${file ?? 'WebKit’s MiniBrowser'} is missing: apt-get install ${aptPackage}`);
}

async function ownFolder(scenario) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ronda-engine-'));
  scenario.later(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function ended(child, kill) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  kill();
  await gone;
}

// WebKit's plain browser, which stands beside its library and not in the path.
function miniBrowser() {
  const below = (folder, pattern) => readdirSync(folder).filter((name) => pattern.test(name)).map((name) => path.join(folder, name));
  const libraries = below('/usr/lib', /-linux-/).flatMap((folder) => below(folder, /^webkit2?gtk-\d/));
  return libraries.map((folder) => path.join(folder, 'MiniBrowser')).find(existsSync);
}

let screen = null;

// A screen that nobody sees, for all that draw with WebKit; it chooses its number by itself.
function openScreen() {
  screen ??= startScreen();
  return screen.then(({ number }) => number);
}

export async function closeScreen() {
  const { child } = await Promise.resolve(screen).catch(() => null) ?? {};
  if (child) await ended(child, () => child.kill());
}

// Without GLX, which would load a compiler to draw with. It says its number once it is ready, or ends: how long it takes
// until then, with what it starts itself, is the machine's affair.
function startScreen() {
  needs('/usr/bin/Xvfb', 'xvfb');
  const child = spawn('/usr/bin/Xvfb', ['-displayfd', '1', '-screen', '0', '1024x1024x24', '-nolisten', 'tcp', '-extension', 'GLX'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [number, said] = ['', ''];
  child.stderr.on('data', (text) => { said += text; });
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      number += text;
      if (number.endsWith('\n')) resolve({ child, number: `:${number.trim()}` });
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Xvfb ended: ${said}`)));
  });
}

// A page of either engine.
class Page {
  constructor(tab, scenario) {
    this.tab = tab;
    this.scenario = scenario;
    this.mouse = tab.mouse;
  }

  on(event, hear) {
    this.tab.on?.(event, hear);
  }

  setDefaultTimeout() {}

  goto(address) {
    return this.tab.goto(address);
  }

  evaluate(work, argument) {
    return this.tab.run(`(${work})`, argument);
  }

  locator(selector) {
    return new Place(this, selector);
  }

  waitForSelector(selector) {
    return this.locator(selector).waitFor();
  }
}

// What a selector names on a page.
class Place {
  constructor(page, selector) {
    this.page = page;
    this.selector = selector;
  }

  locator(selector) {
    return new Place(this.page, `${this.selector} ${selector}`);
  }

  // Runs `work(element, argument)` on the first such element, once it is there.
  async evaluate(work, argument) {
    await this.waitFor();
    return this.page.tab.run(`(([selector, argument]) => (${work})(document.querySelector(selector), argument))`, [this.selector, argument]);
  }

  count() {
    return this.page.tab.run('((selector) => document.querySelectorAll(selector).length)', this.selector);
  }

  waitFor() {
    return until(`${this.selector} is there`, async () => (await this.count()) > 0);
  }

  getAttribute(name) {
    return this.evaluate((element, attribute) => element.getAttribute(attribute), name);
  }

  innerText() {
    return this.evaluate((element) => element.innerText);
  }

  scrollIntoViewIfNeeded() {
    return this.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  }

  boundingBox() {
    return this.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    });
  }

  // Presses where it is, once nothing lies over it; again where the page moved away under the finger, and something else
  // was pressed. A press that is late is waited for: a second one would take the first one back.
  async click() {
    await until(`${this.selector} is pressed`, async () => {
      await this.scrollIntoViewIfNeeded();
      const isFree = await this.evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        globalThis.pressed = null;
        const note = (event) => { globalThis.pressed ??= element.contains(event.target) ? 'it' : 'another'; };
        addEventListener('click', note, { once: true, capture: true });
        return !element.disabled && element.contains(top);
      });
      if (!isFree) return false;
      const { x, y, width, height } = await this.boundingBox();
      await this.page.mouse.move(x + width / 2, y + height / 2);
      await this.page.mouse.down();
      await this.page.mouse.up();
      // On a page that came meanwhile there is no such name at all.
      return (await until('the press arrives', () => this.page.tab.run("(() => ('pressed' in globalThis ? globalThis.pressed : 'it'))"))) === 'it';
    });
  }

  async fill(text) {
    await this.click();
    await until(`${this.selector} has the focus`, () => this.evaluate((element) => document.activeElement === element));
    await this.evaluate((element) => element.select());
    await this.page.tab.type(this.selector, text);
    await until(`${this.selector} says ${text}`, () => this.evaluate((element, wanted) => element.value === wanted, text));
  }

  async setInputFiles(files) {
    const folder = await ownFolder(this.page.scenario);
    const paths = await Promise.all(files.map(async ({ name, buffer }) => {
      await fs.writeFile(path.join(folder, name), buffer);
      return path.join(folder, name);
    }));
    await this.waitFor();
    await this.page.tab.files(this.selector, paths);
  }
}

// Firefox's page, by WebDriver BiDi.
class FirefoxTab {
  constructor(tab) {
    this.tab = tab;
    this.mouse = tab.mouse;
  }

  on(event, hear) {
    this.tab.on(event, hear);
  }

  goto(address) {
    return this.tab.goto(address);
  }

  run(source, argument) {
    return this.tab.evaluate(`(${source})(${JSON.stringify(argument)})`);
  }

  type(selector, text) {
    return this.tab.keyboard.type(text);
  }

  async files(selector, paths) {
    await (await this.tab.$(selector)).uploadFile(...paths);
  }
}

// WebKit's page, by WebDriver (W3C), which is JSON over HTTP.
class WebKitTab {
  constructor(driver) {
    this.driver = driver;
    this.at = { x: 0, y: 0 };
    this.mouse = {
      move: (x, y) => this.act({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0 }),
      down: () => this.act({ type: 'pointerDown', button: 0 }),
      up: () => this.act({ type: 'pointerUp', button: 0 }),
    };
  }

  async call(method, address, body) {
    const answer = await fetch(`${this.driver}${address}`, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebKit, ${address}: ${value.error}: ${value.message}`);
    return value;
  }

  async start(options) {
    const { sessionId } = await this.call('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } });
    this.session = `/session/${sessionId}`;
    await this.call('POST', `${this.session}/window/rect`, SIZE);
  }

  close() {
    return this.call('DELETE', this.session);
  }

  act(action) {
    return this.call('POST', `${this.session}/actions`, { actions: [{ type: 'pointer', id: 'finger', actions: [action] }] });
  }

  goto(url) {
    return this.call('POST', `${this.session}/url`, { url });
  }

  async run(source, argument) {
    const script = `const [argument, done] = arguments;
      (async () => (${source})(argument))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.call('POST', `${this.session}/execute/async`, { script, args: [argument ?? null] });
    if (error) throw new Error(error);
    return value;
  }

  async element(selector) {
    const [id] = Object.values(await this.call('POST', `${this.session}/element`, { using: 'css selector', value: selector }));
    return `${this.session}/element/${id}`;
  }

  async keys(selector, text) {
    await this.call('POST', `${await this.element(selector)}/value`, { text });
  }

  // WebDriver's sign for the key Enter.
  type(selector, text) {
    return this.keys(selector, text.replaceAll('\n', '\uE007'));
  }

  files(selector, paths) {
    return this.keys(selector, paths.join('\n'));
  }
}
