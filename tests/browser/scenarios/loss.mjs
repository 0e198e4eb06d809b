// Nothing that was filled in is lost, shown under another's name, or kept from being filled in (P03, R11).

import assert from 'node:assert/strict';
import { Phone, picture, until } from '../phone.mjs';
import { localDay } from '../local.mjs';


// A phone whose clock shows the day before, until somebody puts it right.
const YESTERDAY = `if (!sessionStorage.getItem('right')) {
  const RealDate = Date;
  const now = () => RealDate.now() - 86400000;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length) super(...given);
      else super(now());
    }

    static now() {
      return now();
    }
  };
}`;

async function opened(scenario, how = {}) {
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false, ...how });
  phone.link = await scenario.office.link(visit.visit);
  await phone.open(phone.link);
  return { visit, phone };
}

const give = (scenario, visit, engineer, days = 0) => scenario.office.ronda('visit', 'move', visit.visit, '--on', localDay(days), '--engineer', engineer, '--overrule');

async function notDone(phone, reason = 'Sin acceso') {
  await phone.go('not-done');
  await phone.at('outcome=not-done').click();
  await phone.type('not_done/reason', reason);
}

// The newest of a visit's submissions is put aside by a manager.
async function dismiss(scenario, visit) {
  const rows = await scenario.office.sql('select id from submission where visit_id = ? order by id desc', visit.number);
  await scenario.office.ronda('form', 'dismiss', String(rows[0].id), '--why', 'of another site');
}

// From here on the phone is told of a visit that the office has changed.
async function changeVisit(phone, change) {
  await phone.context.setExtraHTTPHeaders({ 'Accept-Encoding': 'identity' });
  phone.proxy.when(({ path }) => path.endsWith('/visit.json'), {
    rewrite: (text) => {
      const bundle = JSON.parse(text);
      change(bundle);
      return JSON.stringify(bundle);
    },
  }, 1000);
}

const second = (bundle, visit) => ({ ...bundle.equipment[0], equipment: `${visit.site}-B`, name: 'UPS 2' });

export default {
  async 'a visit that is booked again after it did not take place can be filled in'(scenario) {
    const { visit, phone } = await opened(scenario);
    await notDone(phone);
    await phone.handIn();
    await phone.reaches('received');
    await scenario.office.book(visit.visit, localDay());
    await phone.open(await scenario.office.link(visit.visit));
    await until('the form is open again', async () => (await phone.state()) === 'draft');
    await phone.fillIn();
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.record(visit)).outcome, 'done');
    phone.fine();
  },

  async 'another’s record that waits for a manager leaves the new engineer’s form open'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.offline();
    await phone.handIn();
    await give(scenario, visit, 'E-2');
    await phone.offline(false);
    await phone.reaches('review');
    const other = await Phone.of(scenario, visit, { worker: false });
    await other.open(await scenario.office.link(visit.visit));
    await other.at('other-record').waitFor();
    assert.equal(await other.state(), 'draft');
    await other.at(`section-checks/${visit.equipment}`).waitFor();
    other.fine();
    phone.fine();
  },

  async 'a record that a manager put aside is no longer under review on its phone'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await scenario.office.expire(visit);
    await phone.handIn();
    await phone.reaches('review');
    // From the overview there is always a way to a further record.
    await phone.go('');
    await phone.at('next').click();
    await phone.at('start-again').waitFor();
    await dismiss(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await until('the form is open again', async () => (await phone.state()) === 'draft');
    await phone.at(`section-checks/${visit.equipment}`).waitFor();
    phone.fine();
  },

  async 'an answer whose item the office renamed is asked about, and becomes a finding'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go(`checks/${visit.equipment}`);
    await phone.result('noise', 'fault').click();
    await phone.answer('noise', 'remark').fill('Rodamiento que roza');
    await phone.keeps(`answers/${visit.equipment}/noise/remark`, 'Rodamiento que roza');
    await changeVisit(phone, (bundle) => {
      bundle.checklists.plant.sections[0].items.find((item) => item.item === 'noise').item = 'sound';
    });
    await phone.reopen();
    await phone.go('send');
    const stray = phone.at('stray');
    await stray.waitFor();
    assert.match(await stray.innerText(), /UPS 1: Sin ruidos anormales: Fallo, Rodamiento que roza/);
    await phone.at('hand-in-now').click();
    assert.equal(await phone.state(), 'draft');
    await phone.at('stray-finding').click();
    await until('nothing is left without a place', async () => (await stray.count()) === 0);
    await phone.handIn();
    await phone.reaches('received');
    const [finding] = (await scenario.office.record(visit)).findings;
    assert.match(finding.text, /Rodamiento que roza/);
    assert.deepEqual([finding.severity, finding.equipment], ['major', visit.equipment]);
    phone.fine();
  },

  async 'what was answered of equipment that went elsewhere goes into the note, and nothing of it is dropped'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await changeVisit(phone, (bundle) => { bundle.equipment.push(second(bundle, visit)); });
    await phone.open(await scenario.office.link(visit.visit));
    const path = (item, what) => `answers/${visit.site}-B/${item}/${what}`;
    await phone.go(`checks/${visit.site}-B`);
    await phone.at(path('temperature', 'reading')).fill('35');
    await phone.at(path('alarm', 'result=fault')).click();
    await phone.at(path('alarm', 'remark')).fill('Huele a quemado');
    await phone.go('findings');
    await phone.at('add-finding').click();
    await phone.at('finding-1-severity=minor').click();
    await phone.type('finding-1-text', 'Falta el rótulo');
    await phone.page.locator('select').first().selectOption(`${visit.site}-B`);
    await phone.keeps(path('alarm', 'remark'), 'Huele a quemado');
    phone.proxy.rules.length = 0;
    await phone.reopen();
    await until('the equipment is gone', async () => (await phone.at(`section-checks/${visit.site}-B`).count()) === 0);
    await phone.fillIn();
    await phone.go('send');
    await until('both are asked about', async () => (await phone.at('stray').count()) === 2);
    for (let left = 2; left > 0; left -= 1) {
      await phone.at('stray-note').first().click();
      await until('one fewer is left', async () => (await phone.at('stray').count()) === left - 1);
    }
    await phone.handIn();
    await phone.reaches('received');
    const [{ envelope }] = await scenario.office.submissions(visit);
    assert.match(envelope.office_note, /UPS 2: .*Fallo, Huele a quemado/);
    assert.match(envelope.office_note, /Temperatura: 35 °C/);
    assert.match(envelope.office_note, /Falta el rótulo \(UPS 2\)/);
    assert.equal(envelope.record.findings[0].text, 'Falta el rótulo');
    phone.fine();
  },

  async 'what was said of a finding that another visit closed meanwhile is asked about'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await changeVisit(phone, (bundle) => {
      bundle.findings = [{ finding: 4711, severity: 'major', equipment: visit.equipment, text: 'Contactor K3 suelto', since: '2026-01-10', close_by: null }];
    });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('findings');
    await phone.at('open/4711/state=closed').click();
    await phone.type('open/4711/how', 'Apretado con 12 Nm');
    await phone.keeps('open/4711/how', 'Apretado con 12 Nm');
    phone.proxy.rules.length = 0;
    await phone.reopen();
    await phone.fillIn();
    await phone.go('send');
    assert.match(await phone.at('stray').innerText(), /4711, Contactor K3 suelto: Cerrado, Apretado con 12 Nm/);
    await phone.at('stray-out').click();
    await phone.handIn();
    await phone.reaches('received');
    assert.deepEqual(await phone.kept('fields'), []);
    phone.fine();
  },

  async 'what was filled in before a visit was broken off is asked about, and is there when it is booked again'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks({ temperature: '35' });
    await phone.go('findings');
    await phone.at('add-finding').click();
    await phone.at('finding-1-severity=critical').click();
    await phone.type('finding-1-text', 'Olor a gas en la sala de baterías');
    await phone.addPhotos([await picture(scenario.browser, { number: 21 })]);
    await phone.signEngineer();
    await notDone(phone, 'Evacuados a media visita');
    await phone.handIn();
    await phone.at('rest').waitFor();
    assert.match(await phone.at('rest').innerText(), /1 hallazgo.*1 foto/);
    assert.equal(await phone.state(), 'draft');
    await phone.at('not_done/rest=note').click();
    await phone.handIn();
    await phone.reaches('received');
    const [{ envelope }] = await scenario.office.submissions(visit);
    assert.match(envelope.office_note, /Crítico, Olor a gas en la sala de baterías/);
    assert.match(envelope.office_note, /Temperatura: 35 °C/);
    await phone.at('show-photos').click();
    await phone.at('photo-card').waitFor();
    await scenario.office.book(visit.visit, localDay());
    await phone.open(await scenario.office.link(visit.visit));
    await until('the form is open again', async () => (await phone.state()) === 'draft');
    assert.equal(await phone.field('outcome'), null);
    assert.equal(await phone.field('sign/engineer/strokes'), null);
    assert.equal(await phone.field(`answers/${visit.equipment}/temperature/reading`), '35');
    await phone.signEngineer();
    await phone.signCustomer();
    await phone.handIn();
    await phone.reaches('received');
    const record = await scenario.office.record(visit);
    assert.match(record.findings[0].text, /Olor a gas/);
    assert.equal(record.photos.length, 1);
    assert.equal((await scenario.office.submissions(visit)).at(-1).envelope.office_note, '');
    phone.fine();
  },

  async 'a visit that is given to another engineer bears that one’s name and signature'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks();
    await phone.signEngineer();
    await until('the office has the draft', async () => (await phone.kept('fields')).every((row) => !row.dirty));
    await give(scenario, visit, 'E-2');
    const other = await Phone.of(scenario, visit, { worker: false });
    await other.open(await scenario.office.link(visit.visit));
    await until('the draft is there', async () => (await other.field(`answers/${visit.equipment}/temperature/reading`)) === '21,5');
    await other.go('sign/engineer');
    await until('it is the other’s', async () => (await other.at('sign/engineer/name').inputValue()) === 'Jordi Puig');
    assert.equal(await other.at('signed-at-engineer').count(), 0);
    assert.deepEqual((await other.field('sign/engineer/strokes')) ?? [], []);
    await other.signCustomer();
    await other.handIn();
    await other.at('pad-engineer-canvas').waitFor();
    await other.draw('pad-engineer');
    await other.handIn();
    await other.reaches('received');
    assert.equal((await scenario.office.record(visit)).engineer_signature.name, 'Jordi Puig');
    other.fine();
  },

  async 'the visit’s end follows a new signature although the office has the old one'(scenario) {
    const { phone } = await opened(scenario);
    await phone.checks();
    await phone.signEngineer();
    const before = await phone.field('completed_at');
    await until('the office has the draft', async () => (await phone.kept('fields')).every((row) => !row.dirty));
    await until('a second has gone by', async () => Date.now() - Date.parse(before) > 2000);
    await phone.signAgain('engineer');
    await until('the end is later', async () => Date.parse(await phone.field('completed_at')) > Date.parse(before));
    phone.fine();
  },

  async 'what is changed after it was signed is signed again, and the note for the office is not'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('office');
    await phone.type('office_note', 'Falta una llave');
    await phone.go('send');
    await phone.at('ready').waitFor();
    await phone.go('findings');
    await phone.at('add-finding').click();
    await phone.at('finding-1-severity=critical').click();
    await phone.type('finding-1-text', 'Fuga de ácido');
    await phone.go('send');
    assert.match((await phone.at('problem').allInnerTexts()).join(), /firma del técnico.*firma del cliente/s);
    await phone.at('hand-in-now').click();
    await phone.at('pad-engineer-canvas').waitFor();
    await phone.signAgain('engineer', 'customer');
    await phone.go('send');
    await phone.at('hand-in-now').click();
    await phone.reaches('received');
    assert.equal((await scenario.office.record(visit)).findings.length, 1);
    phone.fine();
  },

  async 'a visit begins with its first answer, and an earlier day’s first try is not its begin'(scenario) {
    const { visit, phone } = await opened(scenario, { script: YESTERDAY });
    await phone.go('office');
    await phone.type('office_note', 'La verja está cerrada');
    await phone.keeps('office_note', 'La verja está cerrada');
    assert.equal(await phone.field('started_at'), null);
    await phone.go('remarks');
    await phone.type('remarks', 'Mañana otra vez');
    await until('it has begun', async () => Boolean(await phone.field('started_at')));
    assert.ok((await phone.field('started_at')) < localDay());
    await phone.page.evaluate(() => sessionStorage.setItem('right', '1'));
    await phone.reopen();
    await phone.fillIn();
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.record(visit)).started_at.slice(0, 10), localDay());
    phone.fine();
  },

  async 'a begin more than a day before the end is asked about'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('times');
    await phone.type('started_at', `${localDay(-2)}T09:00`);
    await phone.go('send');
    await phone.at('times-apart').waitFor();
    await phone.at('hand-in-now').click();
    assert.equal(await phone.state(), 'draft');
    await phone.at('times-right').click();
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.record(visit)).started_at.slice(0, 10), localDay(-2));
    phone.fine();
  },

  async 'begin and end in the same minute contradict nothing'(scenario) {
    const { phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('times');
    const began = await phone.at('started_at').inputValue();
    await phone.at('completed_at').fill(`${localDay(-1)}T00:00`);
    await phone.at('completed_at').fill(began);
    await phone.go('send');
    await phone.at('ready').waitFor();
    phone.fine();
  },

  async 'a finding that one phone removes while the other writes in it is asked about'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const [one, two] = [await Phone.of(scenario, visit, { worker: false }), await Phone.of(scenario, visit, { worker: false })];
    await one.open(link);
    await two.open(link);
    await one.go('findings');
    await one.at('add-finding').click();
    await one.at('finding-1-severity=minor').click();
    await one.type('finding-1-text', 'Grieta');
    await two.go('findings');
    await until('the second phone has it', async () => {
      await two.page.evaluate(() => dispatchEvent(new Event('online')));
      return (await two.at('finding').count()) === 1 && (await two.at('finding-1-text').inputValue()) === 'Grieta';
    });
    await two.offline();
    await two.type('finding-1-text', 'Grieta de 20 cm en la carcasa, lado norte');
    await one.at('finding').locator('[data-t^=remove-findings]').click();
    await until('the office has the removal', async () => (await one.kept('fields')).every((row) => !row.dirty));
    await two.offline(false);
    await two.at('conflict').waitFor();
    assert.match(await two.at('conflict').innerText(), /quitado.*conservado/s);
    assert.equal(await two.at('finding-1-text').inputValue(), 'Grieta de 20 cm en la carcasa, lado norte');
    await two.go('send');
    assert.match(await two.page.locator('main').innerText(), /Grieta de 20 cm/);
    await two.at('conflict-ours').click();
    await until('the first phone has it again', async () => {
      await one.page.evaluate(() => dispatchEvent(new Event('online')));
      return (await one.at('finding').count()) === 1;
    });
    one.fine();
    two.fine();
  },

  async 'a photo that was taken out of one finding and chosen for another belongs to that'(scenario) {
    const { phone } = await opened(scenario);
    const photo = await picture(scenario.browser, { number: 31 });
    await phone.go('findings');
    for (const number of [1, 2]) {
      await phone.at('add-finding').click();
      await phone.type(`finding-${number}-text`, `Hallazgo ${number}`);
    }
    const photosOf = (number) => phone.at('finding').nth(number - 1).locator('[data-t=photo]');
    await phone.at('finding-1-photo').setInputFiles([photo]);
    await photosOf(1).waitFor();
    await photosOf(1).locator('button').click();
    await until('it is taken out', async () => (await photosOf(1).count()) === 0);
    await phone.at('finding-2-photo').setInputFiles([photo]);
    await photosOf(2).waitFor();
    assert.equal(await photosOf(1).count(), 0);
    await phone.at('finding-2-photo').setInputFiles([await picture(scenario.browser, { number: 32 })]);
    await phone.at('one-photo').waitFor();
    phone.fine();
  },

  async 'half a sign in a text neither stops the draft nor the record'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('remarks');
    await phone.page.evaluate(() => {
      const box = document.querySelector('[data-path=remarks]');
      box.value = 'Todo bien \ud83d, fin';
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await until('the office has the draft', async () => (await phone.kept('fields')).every((row) => !row.dirty));
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.record(visit)).remarks, 'Todo bien \ufffd, fin');
    phone.fine();
  },
};
