// What the office can answer, and clocks that are wrong.

import assert from 'node:assert/strict';
import { Phone, until } from '../phone.mjs';
import { local } from '../local.mjs';

const isRecord = ({ method, path }) => method === 'POST' && path.endsWith('/record');

// A phone whose clock is off by so much.
const clock = (ms) => `(() => {
  const Real = Date;
  const off = ${ms};
  globalThis.Date = class Date extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + off); }
    static now() { return Real.now() + off; }
  };
})();`;

async function filledIn(scenario, how = {}) {
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false, ...how });
  await phone.open(await scenario.office.link(visit.visit));
  await phone.fillIn();
  return { visit, phone };
}

export default {
  async 'a phone whose clock is two hours ahead is asked, and its times are shifted'(scenario) {
    const { visit, phone } = await filledIn(scenario, { script: clock(2 * 3600000) });
    await phone.go('');
    await phone.at('wrong-clock').waitFor();
    await phone.handIn();
    await until('it is asked', async () => (await phone.state()) === 'asked');
    assert.match(await phone.at('asked').innerText(), /2 h adelantado/);
    await phone.at('asked-shift').click();
    await phone.reaches('received');
    const { record } = (await scenario.office.submissions(visit)).at(-1).envelope;
    const off = Math.abs(Date.parse(record.completed_at) - Date.now());
    assert.ok(off < 120000, `the record's end is ${off} ms off`);
    assert.ok(Date.parse(record.started_at) <= Date.parse(record.completed_at));
    phone.fine();
  },

  async 'a time that lies ahead and is said to be right goes to a manager'(scenario) {
    const { visit, phone } = await filledIn(scenario);
    await phone.go('times');
    const ahead = local(Date.now() + 5 * 3600000);
    await phone.type('completed_at', ahead);
    await phone.handIn();
    await until('it is asked', async () => (await phone.state()) === 'asked');
    await phone.at('asked-right').click();
    await until('it has arrived', async () => ['review', 'received'].includes(await phone.state()));
    const submission = (await scenario.office.submissions(visit)).at(-1);
    assert.deepEqual(submission.envelope.confirmed, ['completed-in-the-future']);
    assert.equal(submission.outcome, 'review');
    phone.fine();
  },

  async 'a time before the booking is asked about and corrected'(scenario) {
    const { visit, phone } = await filledIn(scenario);
    await phone.go('times');
    await phone.type('started_at', '2026-03-02T09:00');
    await phone.type('completed_at', '2026-03-02T11:00');
    await phone.handIn();
    await until('it is asked', async () => (await phone.state()) === 'asked');
    await phone.at('asked-correct').click();
    await phone.at('completed_at').waitFor();
    const now = local(Date.now() + 60000);
    await phone.type('completed_at', now);
    await phone.type('started_at', `${now.slice(0, 10)}T00:00`);
    await phone.handIn();
    await phone.reaches('received');
    assert.equal((await scenario.office.submissions(visit)).length, 1);
    phone.fine();
  },

  async 'what the office refuses is shown with its remedy, and leads to the field'(scenario) {
    const { visit, phone } = await filledIn(scenario);
    phone.proxy.when(isRecord, {
      answer: { status: 422, body: { status: 'refused', bad: [{ path: 'equipment[0].answers[0].reading', value: '21.5', rule: 'the sensor is out of order', remedy: 'measure by hand' }] } },
    });
    await phone.handIn();
    await until('it is refused', async () => (await phone.state()) === 'refused');
    assert.match(await phone.at('bad').innerText(), /measure by hand/);
    await phone.at('mend').click();
    await until('the field has the focus', () => phone.page.evaluate((t) => document.activeElement?.dataset.t === t, `answers/${visit.equipment}/temperature/reading`));
    await phone.answer('temperature', 'reading').fill('22,5');
    await phone.handIn();
    await phone.reaches('received');
    const { record } = (await scenario.office.submissions(visit)).at(-1).envelope;
    assert.equal(record.equipment[0].answers[0].reading, 22.5);
    phone.fine();
  },

  async 'what is refused can be sent as it is, for review'(scenario) {
    const { visit, phone } = await filledIn(scenario);
    phone.proxy.when(isRecord, { answer: { status: 422, body: { status: 'refused', bad: [{ path: 'remarks', value: '', rule: 'r', remedy: 'm' }] } } });
    await phone.handIn();
    await until('it is refused', async () => (await phone.state()) === 'refused');
    await phone.at('for-review').click();
    await until('it has arrived', async () => ['review', 'received'].includes(await phone.state()));
    assert.equal((await scenario.office.submissions(visit)).at(-1).envelope.for_review, true);
    phone.fine();
  },

  async 'an answer that does not name everything makes the phone forget nothing'(scenario) {
    const { phone } = await filledIn(scenario);
    phone.proxy.when(isRecord, { answer: { status: 200, body: { status: 'received', id: '0'.repeat(64), body_sha256: '0'.repeat(64), receipt: 'aaaaaaaaaaaa', received_at: new Date().toISOString(), photos: [] } } });
    await phone.handIn();
    await until('it is not proven', async () => (await phone.state()) === 'unproven');
    assert.ok((await phone.kept('fields')).length > 5);
    assert.equal((await phone.kept('outbox')).length, 1);
    phone.fine();
  },

  async 'a conflict is kept on the phone too'(scenario) {
    const { phone } = await filledIn(scenario);
    phone.proxy.when(isRecord, { answer: { status: 409, body: { status: 'conflict', receipt: 'bbbbbbbbbbbb', received_at: new Date().toISOString() } } });
    await phone.handIn();
    await until('it is a conflict', async () => (await phone.state()) === 'conflict');
    assert.match(await phone.title(), /revisión/);
    assert.ok((await phone.kept('fields')).length > 5);
    phone.fine();
  },

  async 'a record that is taken back before it was sent can be changed'(scenario) {
    const { visit, phone } = await filledIn(scenario);
    await phone.offline();
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    await phone.go('remarks');
    assert.equal(await phone.at('remarks').isDisabled(), true);
    await phone.go('send');
    await phone.at('take-back').click();
    await until('it is a draft again', async () => (await phone.page.evaluate(() => location.hash)) === '#/' && (await phone.state()) === 'draft');
    await phone.go('remarks');
    await phone.type('remarks', 'Añadido después');
    await phone.handIn();
    await until('it waits', async () => (await phone.state()) === 'waiting');
    await phone.offline(false);
    await phone.reaches('received');
    const submissions = await scenario.office.submissions(visit);
    assert.equal(submissions.length, 1);
    assert.equal(submissions[0].envelope.record.remarks, 'Añadido después');
    phone.fine();
  },
};
