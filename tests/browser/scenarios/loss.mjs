// Nothing that was filled in is lost, shown under another's name, or kept from being filled in (P03, R11).

import assert from 'node:assert/strict';
import { Phone, picture, until } from '../phone.mjs';

const today = (days = 0) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Madrid' }).format(new Date(Date.now() + days * 86400000));

async function opened(scenario, how = {}) {
  const visit = await scenario.office.visit();
  const phone = await Phone.of(scenario, visit, { worker: false, ...how });
  phone.link = await scenario.office.link(visit.visit);
  await phone.open(phone.link);
  return { visit, phone };
}

const give = (scenario, visit, engineer, days = 0) => scenario.office.ronda('visit', 'move', visit.visit, '--on', today(days), '--engineer', engineer, '--overrule');

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

export default {
  async 'a visit that is booked again after it did not take place can be filled in'(scenario) {
    const { visit, phone } = await opened(scenario);
    await notDone(phone);
    await phone.handIn();
    await phone.reaches('received');
    await scenario.office.book(visit.visit, today());
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
};
