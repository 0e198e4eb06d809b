// Two phones, links that end, and what the office has already.

import assert from 'node:assert/strict';
import { Phone, picture, until } from '../phone.mjs';

export default {
  async 'two phones on one visit become one record, and a person chooses where they differ'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const one = await Phone.of(scenario, visit, { worker: false });
    const two = await Phone.of(scenario, visit, { worker: false });
    await one.open(link);
    await two.open(link);
    await one.checks();
    await two.go('office');
    await two.type('office_note', 'del segundo teléfono');
    await until('the second has the answers of the first', async () => {
      await two.page.evaluate(() => dispatchEvent(new Event('online')));
      return (await two.field(`answers/${visit.equipment}/temperature/reading`)) === '21,5';
    });
    await one.offline();
    await two.offline();
    await one.go('remarks');
    await one.type('remarks', 'lo dice el primero');
    await two.go('remarks');
    await two.type('remarks', 'lo dice el segundo');
    await one.offline(false);
    await until('the office has the first one’s', async () => {
      const rows = await one.kept('fields');
      return rows.find((row) => row.path === 'remarks')?.dirty === false;
    });
    await two.offline(false);
    const conflict = two.at('conflict');
    await conflict.waitFor();
    const text = await conflict.innerText();
    assert.match(text, /lo dice el primero/);
    assert.match(text, /lo dice el segundo/);
    assert.equal(await two.at('remarks').inputValue(), 'lo dice el segundo');
    // It stands where handing in begins, too: nothing can be sent before it is settled.
    await two.go('send');
    assert.match(await two.at('conflict').innerText(), /lo dice el primero/);
    await two.go('remarks');
    await two.at('conflict-theirs').click();
    assert.equal(await two.at('remarks').inputValue(), 'lo dice el primero');
    await two.signEngineer();
    await two.signCustomer();
    await two.handIn();
    await two.reaches('received');
    const [{ envelope }] = await scenario.office.submissions(visit);
    assert.equal(envelope.office_note, 'del segundo teléfono');
    assert.equal(envelope.record.remarks, 'lo dice el primero');
    one.fine();
    two.fine();
  },

  async 'a phone that is lost after its photo has gone is taken over by another, which shows it and hands it in'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const one = await Phone.of(scenario, visit, { worker: false });
    await one.open(link);
    await one.fillIn();
    await one.addPhotos([await picture(scenario.browser, { number: 12 })]);
    await until('the office has the draft and the photo', async () => {
      const [photos, fields] = [await one.kept('photos'), await one.kept('fields')];
      return photos.every((row) => row.stored) && fields.every((row) => !row.dirty);
    });
    await one.page.close();
    const two = await Phone.of(scenario, visit, { worker: false });
    await two.open(link);
    await two.go('photos');
    const shown = two.at('office-thumb');
    await shown.waitFor();
    await until('the office’s picture is shown', () => shown.evaluate((image) => image.complete && image.naturalWidth === 480));
    await two.handIn();
    await two.reaches('received');
    const [{ envelope }] = await scenario.office.submissions(visit);
    assert.equal(envelope.photos.length, 1);
    assert.equal((await scenario.office.record(visit)).photos.length, 1);
    two.fine();
  },

  async 'a second phone that sends another record has it looked at'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const one = await Phone.of(scenario, visit);
    const two = await Phone.of(scenario, visit);
    await one.open(link);
    await two.open(link);
    await two.worksOffline();
    await two.offline();
    await two.fillIn({ temperature: '25' });
    await one.fillIn();
    await one.handIn();
    await one.reaches('received');
    await two.handIn();
    await two.offline(false);
    await two.reaches('review');
    assert.match(await two.at('review-why').innerText(), /otro registro/);
    assert.deepEqual(await two.kept('fields'), []);
    const submissions = await scenario.office.submissions(visit);
    assert.equal(submissions.length, 2);
    assert.equal((await scenario.office.record(visit)).equipment[0].answers[0].reading, 21.5);
    // The first phone opens the letter's link again: it is told the truth still.
    await one.open(link);
    assert.equal(await one.state(), 'received');
    one.fine();
    two.fine();
  },

  async 'a phone that comes late is told that the record is in'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const one = await Phone.of(scenario, visit, { worker: false });
    await one.open(link);
    await one.fillIn();
    await one.handIn();
    await one.reaches('received');
    const receipt = await one.at('state-detail').innerText();
    const two = await Phone.of(scenario, visit, { worker: false });
    await two.open(link);
    await two.reaches('received');
    assert.equal(await two.at('state-detail').innerText(), receipt);
    // One that has something of its own keeps that, and says so.
    const three = await Phone.of(scenario, visit, { worker: false });
    three.proxy.offline(false);
    three.proxy.when(({ path }) => path.endsWith('/draft'), { drop: true }, 1000);
    three.proxy.when(({ path }) => path.endsWith('/visit.json'), { rewrite: (text) => JSON.stringify({ ...JSON.parse(text), status: { state: 'open' } }) });
    await three.context.setExtraHTTPHeaders({ 'Accept-Encoding': 'identity' });
    await three.open(link);
    await three.go('remarks');
    await three.type('remarks', 'Lo mío');
    await three.keeps('remarks', 'Lo mío');
    await three.reopen();
    const said = await three.at('other-record').innerText();
    assert.ok(said.includes(receipt.split(' ').at(-1)), `${said} names ${receipt}`);
    assert.equal(await three.field('remarks'), 'Lo mío');
    two.fine();
    three.fine();
  },

  async 'a link that expired meanwhile brings the record for review'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.fillIn();
    await scenario.office.expire(visit);
    await phone.handIn();
    await phone.offline(false);
    await phone.reaches('review');
    assert.match(await phone.at('review-why').innerText(), /caducado/);
    const [submission] = await scenario.office.submissions(visit);
    assert.deepEqual([submission.outcome, submission.why], ['review', 'expired']);
    assert.deepEqual(await phone.kept('fields'), []);
    phone.fine();
  },

  async 'a link that was revoked when the visit was given to another brings the record for review'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit);
    await phone.open(await scenario.office.link(visit.visit));
    await phone.worksOffline();
    await phone.offline();
    await phone.fillIn();
    await scenario.office.ronda('visit', 'move', visit.visit, '--engineer', 'E-2', '--overrule');
    await phone.handIn();
    await phone.offline(false);
    await phone.reaches('review');
    const [submission] = await scenario.office.submissions(visit);
    assert.deepEqual([submission.outcome, submission.why], ['review', 'revoked']);
    phone.fine();
  },

  async 'a phone that lost its cookie keeps the record until the link is opened again'(scenario) {
    const visit = await scenario.office.visit();
    const link = await scenario.office.link(visit.visit);
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(link);
    await phone.fillIn();
    await phone.context.clearCookies();
    await phone.handIn();
    await until('it says what to do', async () => (await phone.state()) === 'no-link');
    assert.match(await phone.at('no-link').innerText(), /enlace de la carta/);
    assert.ok((await phone.kept('fields')).length > 5);
    await phone.open(link);
    await phone.reaches('received');
    phone.fine();
  },
};
