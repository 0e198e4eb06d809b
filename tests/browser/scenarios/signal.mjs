// Without signal, and with a network that fails in the middle of things (R10, R11).

import assert from 'node:assert/strict';
import { Phone, picture, until } from '../phone.mjs';

const isPiece = ({ method, path }) => method === 'PUT' && path.includes('/photos/');
const isRecord = ({ method, path }) => method === 'POST' && path.endsWith('/record');
const isDraft = ({ path }) => path.endsWith('/draft');

// Where a piece of a photo begins in it, and whether it is the last one.
function partOf({ path }) {
  const [at, of] = ['at', 'of'].map((name) => Number(new URL(path, 'http://x').searchParams.get(name)));
  return { at, isLast: at + 262144 >= of };
}

// What waits for `passed` goes on once `open` is called.
function gate() {
  const made = {};
  made.passed = new Promise((resolve) => { made.open = resolve; });
  return made;
}

// The phone has nothing left of the draft, and the office one record.
async function isSettled(scenario, phone, visit) {
  assert.match(await phone.title(), /\d\d:\d\d/);
  assert.deepEqual(await phone.kept('fields'), []);
  assert.deepEqual(await phone.kept('photos'), []);
  assert.deepEqual(await phone.kept('outbox'), []);
  assert.ok(await scenario.office.record(visit), 'the office has the record');
  const submissions = await scenario.office.submissions(visit);
  assert.equal(submissions.length, 1);
  return submissions[0];
}

const startedAnew = async (scenario) => {
  await scenario.ownOffice(2);
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false });
  const photo = await picture(scenario.browser, { width: 1600, height: 1200, number: 3, noise: 'grain' });
  await phone.open(await scenario.office.link(visit.visit));
  await phone.fillIn();
  phone.proxy.when(isPiece, { delay: 400 }, 3);
  await phone.addPhotos([photo]);
  await phone.handIn();
  await until('a piece is there', () => phone.proxy.log.some((one) => isPiece(one) && one.status === 200));
  await scenario.office.restart();
  await phone.reaches('received');
  await isSettled(scenario, phone, visit);
  phone.fine();
};
// The others have the same server.


export default {
  async 'opened once, then filled in without signal: it sends itself when there is some'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    const photo = await picture(scenario.browser, { number: 1 });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.reopen();
    await phone.fillIn();
    await phone.addPhotos([photo]);
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    assert.equal(await phone.title(), 'Solo en este teléfono');
    await phone.page.close();
    phone.use(await phone.context.newPage());
    await phone.reopen();
    assert.equal(await scenario.office.record(visit), null);
    await phone.offline(false);
    await phone.reaches('received');
    const { envelope } = await isSettled(scenario, phone, visit);
    assert.equal(envelope.record.equipment[0].answers[0].reading, 21.5);
    assert.equal(envelope.photos.length, 1);
    phone.fine();
  },

  async 'with the page closed, the service worker hands the record in'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    const photo = await picture(scenario.browser, { number: 13 });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.fillIn();
    await phone.addPhotos([photo]);
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    // What the browser does by itself when it finds signal.
    const other = await phone.context.newPage();
    const devtools = await phone.context.newCDPSession(other);
    const registration = new Promise((resolve) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId));
    });
    await other.route('**/*', (route) => route.fulfill({ body: 'another page' }));
    await other.goto(`${phone.proxy.origin}/elsewhere`);
    await devtools.send('ServiceWorker.enable');
    const registrationId = await registration;
    await phone.page.close();
    await phone.offline(false);
    const sync = { origin: phone.proxy.origin, registrationId, tag: 'ronda-send', lastChance: false };
    // As a browser does: once where that is enough, and again after a while.
    let tries = 0;
    const again = () => devtools.send('ServiceWorker.dispatchSyncEvent', sync);
    await until('the office has it', async () => {
      if (tries % 150 === 0) await again();
      tries += 1;
      return scenario.office.record(visit);
    });
    await other.close();
    phone.use(await phone.context.newPage());
    await phone.reopen();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  async 'a photo that was cut in the middle goes on from there'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const photo = await picture(scenario.browser, { width: 1600, height: 1200, number: 2, noise: 'grain' });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    let pieces = 0;
    const cut = phone.proxy.when((request) => isPiece(request) && (pieces += 1) === 3, { cut: 0.5 });
    await phone.addPhotos([photo]);
    await phone.handIn();
    await phone.reaches('received');
    assert.equal(cut.met, 1, 'the third piece was cut');
    const { envelope } = await isSettled(scenario, phone, visit);
    const sent = phone.proxy.log.filter(isPiece);
    const size = Number(new URL(sent[0].path, 'http://x').searchParams.get('of'));
    assert.ok(size > 3 * 262144, `the photo has several pieces: ${size}`);
    const bytes = sent.reduce((sum, one) => sum + one.bytes, 0);
    assert.ok(bytes < size + 2 * 262144, `${bytes} bytes were sent for a photo of ${size}`);
    assert.equal(envelope.photos.length, 1);
    phone.fine();
  },

  async 'a record that was cut in the middle is sent again'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    phone.proxy.when(isRecord, { cut: 0.6 }, 2);
    await phone.handIn();
    await phone.reaches('received');
    assert.equal(phone.proxy.count(isRecord), 3);
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  async 'a record that is handed in while its photo is sent ahead does not send it again'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const photo = await picture(scenario.browser, { width: 1600, height: 1200, number: 3, noise: 'grain' });
    await phone.open(await scenario.office.link(visit.visit));
    // Nothing is sent ahead before all is signed.
    phone.proxy.when(isDraft, { drop: true }, 1000);
    await phone.addPhotos([photo]);
    await phone.fillIn();
    phone.proxy.rules.length = 0;
    // Its second piece waits until the record has been handed in, its last until how far it has come was seen.
    const [handedIn, seen] = [gate(), gate()];
    phone.proxy.when((request) => isPiece(request) && partOf(request).at > 0, { hold: handedIn.passed });
    phone.proxy.when((request) => isPiece(request) && partOf(request).isLast, { hold: seen.passed }, 1000);
    await phone.page.evaluate(() => dispatchEvent(new Event('online')));
    await until('the photo is on its way', () => phone.proxy.count(isPiece) > 0);
    await phone.handIn();
    await until('the record is on its way', async () => (await phone.state()) === 'sending');
    handedIn.open();
    await until('how far it has come is shown', async () => Number(await phone.page.locator('progress').getAttribute('value')) > 0);
    seen.open();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    const sent = phone.proxy.log.filter(isPiece);
    const size = Number(new URL(sent[0].path, 'http://x').searchParams.get('of'));
    assert.equal(sent.reduce((sum, one) => sum + one.bytes, 0), size);
    phone.fine();
  },

  async 'what the office says of the draft while the record is fixed leaves nothing of it behind'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    const late = phone.proxy.when(isDraft, { delay: 1200 }, 1000);
    await phone.go('office');
    await phone.type('office_note', 'Llave en recepción');
    await phone.go('send');
    await until('the draft is on its way', () => late.met > 0);
    // Keeping the record takes this phone so long that the answer arrives in the middle of it.
    await phone.page.evaluate(() => {
      const { transaction } = globalThis.RondaKeep;
      globalThis.RondaKeep.transaction = async (names, ...rest) => {
        if (names[0] === 'outbox') await new Promise((resolve) => { setTimeout(resolve, 2500); });
        return transaction(names, ...rest);
      };
    });
    await phone.at('hand-in-now').click();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    assert.equal(await phone.at('other-record').count(), 0);
    phone.fine();
  },

  async 'what another tab has typed since the record was fixed stays, and what it only heard from the office goes'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    await phone.offline();
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    await phone.page.evaluate(async () => {
      const keep = globalThis.RondaKeep;
      for (const row of await keep.all('fields')) {
        const typed = row.path === 'sign/customer/role' ? { value: 'Directora' } : {};
        await keep.put('fields', { ...row, ...typed, number: row.number + 1 });
      }
    });
    await phone.offline(false);
    await phone.reaches('received');
    await until('the rest has gone', async () => (await phone.kept('fields')).length === 1);
    assert.equal(await phone.field('sign/customer/role'), 'Directora');
    phone.fine();
  },

  async 'an answer that was lost after the commit makes nothing twice'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    phone.proxy.when(isRecord, { dropAnswer: true });
    await phone.handIn();
    await until('the office has it', () => scenario.office.record(visit));
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  async 'an answer that was lost is made good by what the visit says of itself'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    phone.proxy.when(isRecord, { dropAnswer: true });
    phone.proxy.when(isRecord, { drop: true }, 1000);
    const silence = phone.proxy.when(({ path }) => path.endsWith('/visit.json'), { drop: true }, 1000);
    await phone.handIn();
    await until('the office has it', () => scenario.office.record(visit));
    assert.equal((await phone.kept('outbox')).length, 1, 'the phone keeps it until it is told');
    silence.left = 0;
    await phone.reopen();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  'a server that is started anew in the middle of a photo': startedAnew,

  async 'an office that is busy says when to come again, and is left alone until then'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    phone.proxy.when(isRecord, { answer: { status: 429, body: { status: 'too-often' }, headers: { 'Retry-After': '4' } } });
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    await phone.reaches('received');
    const [first, again, ...more] = phone.proxy.log.filter(isRecord);
    assert.ok(again.at - first.at >= 4000, `it came again after ${again.at - first.at} ms`);
    assert.deepEqual(more, []);
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  async 'an office that fails is tried again'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    phone.proxy.when(isRecord, { answer: { status: 503 } }, 2);
    phone.proxy.when(isDraft, { answer: { status: 500 } }, 2);
    await phone.handIn();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    phone.fine();
  },

  async 'photos that the office misses are sent again'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const photo = await picture(scenario.browser, { number: 4 });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    await phone.addPhotos([photo]);
    const [{ sha }] = await phone.kept('photos');
    phone.proxy.when(isRecord, { answer: { status: 409, body: { status: 'missing-photos', missing: [sha] } } });
    await phone.handIn();
    await phone.reaches('received');
    await isSettled(scenario, phone, visit);
    phone.fine();
  },
};
