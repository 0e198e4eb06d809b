// What the form asks, and what it makes of the answers (P02, P03, P07, P09, P11, P14).

import assert from 'node:assert/strict';
import { Phone, picture, until } from '../phone.mjs';
import { localDay } from '../local.mjs';

async function opened(scenario, { purpose, ...how } = {}) {
  const visit = await scenario.office.visit(purpose);
  const phone = await Phone.of(scenario, visit, { worker: false, ...how });
  phone.link = await scenario.office.link(visit.visit);
  await phone.open(phone.link);
  return { visit, phone };
}

async function sent(scenario, phone, visit) {
  await phone.handIn();
  await phone.reaches('received');
  phone.fine();
  return (await scenario.office.submissions(visit)).at(-1).envelope;
}

// A reading outside its limits is told of as it is typed, in colour and words, and cannot be ok.
function limits(language, { outside, low, inside, high, bad }) {
  return async (scenario) => {
    const { visit, phone } = await opened(scenario, { language });
    const tag = language.slice(0, 2);
    await phone.at(`language-${tag}`).click();
    await until('it speaks the language', async () => (await phone.page.getAttribute('html', 'lang')).slice(0, 2) === tag);
    await phone.go(`checks/${visit.equipment}`);
    const reading = phone.answer('temperature', 'reading');
    const said = phone.answer('temperature', 'reading-said');
    const ok = phone.result('temperature', 'ok');
    const attention = phone.result('temperature', 'attention');
    for (const [typed, words, isOk] of [['31,5', high, false], ['31.5', high, false], ['21,5', inside, true], ['21.5', inside, true], ['12', low, false]]) {
      await reading.fill(typed);
      await until(`${typed} is judged`, async () => (await said.innerText()).includes(words));
      assert.equal(await ok.isDisabled(), !isOk, typed);
      assert.equal(await (isOk ? ok : attention).isChecked(), true, typed);
    }
    assert.ok((await said.innerText()).replace('\u00a0', ' ').includes(outside));
    await reading.fill('12,3,4');
    await until('it is no number', async () => (await said.innerText()).includes(bad));
    await reading.fill('２３．５');
    await until('full-width digits are digits', async () => (await said.innerText()).includes(inside));
    phone.fine();
  };
}

export default {
  'limits as typed, in English': limits('en-GB', { outside: '18 to 28 °C', high: 'Too high', low: 'Too low', inside: 'Within limits', bad: 'Not a number' }),
  'limits as typed, in Spanish': limits('es-ES', { outside: 'de 18 a 28 °C', high: 'Demasiado alto', low: 'Demasiado bajo', inside: 'Dentro de los límites', bad: 'No es un número' }),
  'limits as typed, in Chinese': limits('zh-CN', { outside: '18 至 28 °C', high: '高于上限', low: '低于下限', inside: '在限值内', bad: '这不是数字' }),

  async 'what is missing is named, and handing in leads there; what could not be inspected says why'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.go('send');
    await phone.at('problem').first().waitFor();
    await phone.at('hand-in-now').click();
    await phone.answer('temperature', 'reading').waitFor();
    await until('the field has the focus', () => phone.page.evaluate((t) => document.activeElement?.dataset.t === t, `answers/${visit.equipment}/temperature/reading`));
    await phone.page.keyboard.type('22');
    await phone.at('all-ok-0').click();
    await phone.handIn();
    await until('the next one has it', () => phone.page.evaluate((t) => document.activeElement?.dataset.t?.startsWith(t), `answers/${visit.equipment}/mode/choice`));
    await phone.result('mode', 'not-inspected').click();
    await phone.handIn();
    await until('the reason is asked for', () => phone.page.evaluate((t) => document.activeElement?.dataset.t === t, `answers/${visit.equipment}/mode/remark`));
    await phone.page.keyboard.type('En uso');
    await phone.at('leave-all').click();
    await phone.type('leave-all-why', 'Sala cerrada');
    await phone.at('leave-all-do').click();
    assert.equal(await phone.result('load', 'not-inspected').isChecked(), true);
    assert.equal(await phone.at('leave-all').count(), 0);
    await phone.signEngineer();
    await phone.signCustomer();
    const { record } = await sent(scenario, phone, visit);
    const left = record.equipment[0].answers.filter((answer) => answer.result === 'not-inspected');
    assert.deepEqual(left.map((answer) => answer.remark), ['En uso', ...left.slice(1).map(() => 'Sala cerrada')]);
    assert.ok(left.length > 2 && left.every((answer) => answer.reading === undefined && answer.choice === undefined));
  },

  async 'conditions show and hide what is asked, and what is hidden is not sent'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go(`checks/${visit.equipment}`);
    const why = phone.at('item-why-manual');
    assert.equal(await why.count(), 0);
    await phone.answer('mode', 'choice=manual').click();
    await why.waitFor();
    assert.equal(await phone.result('mode', 'ok').isDisabled(), true);
    assert.equal(await phone.result('mode', 'attention').isChecked(), true);
    await phone.answer('why-manual', 'text').fill('Obras en el cuadro');
    await phone.answer('mode', 'choice=auto').click();
    await until('it is hidden again', async () => (await why.count()) === 0);
    await phone.result('alarm', 'fault').click();
    await phone.at('item-alarm-photo').waitFor();
    const { record } = await sent(scenario, phone, visit);
    const items = record.equipment[0].answers.map((answer) => answer.item);
    assert.deepEqual(items, ['temperature', 'ventilation', 'noise', 'mode', 'alarm', 'load']);
  },

  async 'a whole record: findings, advice, training, operators, photos, remarks and the note for the office'(scenario) {
    const { visit, phone } = await opened(scenario);
    const photo = await picture(scenario.browser, { number: 7 });
    const other = await picture(scenario.browser, { number: 8 });
    await phone.fillIn({ load: '91' });
    await phone.go(`checks/${visit.equipment}`);
    await phone.result('load', 'fault').click();
    await phone.answer('load', 'remark').fill('Sube desde marzo');
    await phone.at('to-finding-load').click();
    await phone.at('finding-1-severity=major').waitFor();
    await phone.at('finding-1-severity=critical').click();
    await phone.at('finding-1-photo').setInputFiles([photo]);
    await phone.type('finding-1-done', 'Carga repartida en dos fases');
    await phone.at('finding-1-closed=open').click();
    await phone.type('finding-1-responsible', 'Carmen Ibáñez');
    await phone.type('finding-1-close-by', '2027-03-31');
    await phone.go('advice');
    await phone.at('add-advice').click();
    await phone.type('advice-1-text', 'Ampliar a 60 kVA');
    await phone.type('advice-1-by', '2027-12-31');
    await phone.at('advice-1-cost=high').click();
    await phone.go('training');
    await phone.at('add-attendee').click();
    await phone.type('attendee-1-name', 'Miquel Serra');
    await phone.at('add-topic').click();
    await phone.type('topic-1', 'Transferencia a bypass');
    await phone.go('operators');
    await phone.type('operators/skill', 'Conocen la maniobra');
    await phone.type('operators/changes', 'Nuevo jefe de turno');
    await phone.addPhotos([other], 2);
    await phone.type('caption-2', 'Sala');
    await phone.go('remarks');
    await phone.type('remarks', 'Acceso por el muelle <b>norte</b> & "llave"');
    await phone.go('office');
    await phone.type('office_note', 'Ofrecer contrato de ampliación');
    const { record, office_note: note } = await sent(scenario, phone, visit);
    assert.equal(note, 'Ofrecer contrato de ampliación');
    assert.ok(!JSON.stringify(record).includes('contrato de ampliación'), 'the note is not in the record');
    const [finding] = record.findings;
    assert.equal(finding.severity, 'critical');
    assert.equal(finding.equipment, visit.equipment);
    assert.equal(finding.responsible, 'Carmen Ibáñez');
    assert.equal(finding.close_by, '2027-03-31');
    assert.match(finding.text, /91/);
    assert.ok(record.photos.some((one) => one.file === finding.photo));
    assert.deepEqual(record.photos.map((one) => one.caption), [undefined, 'Sala']);
    assert.deepEqual(record.advice, [{ text: 'Ampliar a 60 kVA', by: '2027-12-31', cost: 'high' }]);
    assert.equal(record.attendance[0].name, 'Miquel Serra');
    assert.deepEqual(record.topics, ['Transferencia a bypass']);
    assert.deepEqual(record.operators, { skill: 'Conocen la maniobra', changes: 'Nuevo jefe de turno' });
    assert.equal(record.remarks, 'Acceso por el muelle <b>norte</b> & "llave"');
    assert.match(record.started_at, /[+-]\d\d:\d\d$/);
    assert.match(record.customer_signature.signed_at, /[+-]\d\d:\d\d$/);
    assert.ok(record.engineer_signature.strokes.flat().length > 8);
  },

  async 'last time beside today, and the open findings closed or carried on'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('findings');
    for (const [number, text] of [[1, 'Filtro obstruido'], [2, 'Cartel caído']]) {
      await phone.at('add-finding').click();
      await phone.at(`finding-${number}-severity=minor`).click();
      await phone.type(`finding-${number}-text`, text);
    }
    await sent(scenario, phone, visit);
    // The same site's next visit.
    const next = await scenario.office.next(visit);
    const today = localDay();
    await scenario.office.book(next.visit, today);
    const second = await Phone.of(scenario, next, { worker: false });
    await second.open(await scenario.office.link(next.visit));
    await second.fillIn({ temperature: '23' });
    await second.go(`checks/${next.equipment}`);
    assert.match(await second.at('item-temperature').innerText(), /21,5/);
    assert.equal(await second.at('item-temperature').locator('[data-t=trend]').getAttribute('data-way'), 'up');
    await second.go('findings');
    const open = await second.page.locator('[data-t^="open-"]').evaluateAll((found) => found.filter((one) => one.tagName === 'ARTICLE').map((one) => [one.dataset.t.slice(5), one.innerText]));
    assert.equal(open.length, 2);
    const [filter] = open.find(([, text]) => /Filtro/.test(text));
    const [sign] = open.find(([, text]) => /Cartel/.test(text));
    await second.at(`open/${filter}/state=closed`).click();
    await second.type(`open/${filter}/how`, 'Filtro cambiado');
    await second.at(`open/${sign}/state=carried`).click();
    await second.type(`open/${sign}/note`, 'Pedido al cliente');
    await second.handIn();
    await second.reaches('received');
    const record = await scenario.office.record(next);
    assert.deepEqual(record.closes, [{ finding: Number(filter), how: 'Filtro cambiado' }]);
    assert.deepEqual(record.carried, [{ finding: Number(sign), note: 'Pedido al cliente' }]);
    second.fine();
  },

  async 'a visit that did not take place'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.at('to-not-done').click();
    await phone.at('outcome=not-done').click();
    await phone.handIn();
    await until('the reason is asked for', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'not_done/reason'));
    await phone.type('not_done/reason', 'Sin acceso a la sala');
    const { record } = await sent(scenario, phone, visit);
    assert.equal(record.outcome, 'not-done');
    assert.equal(record.reason, 'Sin acceso a la sala');
    assert.equal(record.by, 'Lucía Romero');
  },

  async 'a training asks for attendance, with signatures'(scenario) {
    const { visit, phone } = await opened(scenario, { purpose: 'training' });
    await phone.signEngineer();
    await phone.signCustomer();
    await phone.handIn();
    await phone.at('add-attendee').waitFor();
    await phone.at('add-attendee').click();
    await phone.type('attendee-1-name', 'Miquel Serra');
    await phone.type('attendee-1-role', 'Operador');
    await phone.at('attendee-1-sign').click();
    await phone.draw('attendee-1-pad');
    if (await phone.at('topic-suggested').count()) await phone.at('topic-suggested').first().click();
    const { record } = await sent(scenario, phone, visit);
    assert.equal(record.attendance[0].name, 'Miquel Serra');
    assert.ok(record.attendance[0].strokes.flat().length > 8);
    assert.deepEqual(record.equipment, []);
  },

  async 'an empty signature is refused with words'(scenario) {
    const { phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('sign/customer');
    await phone.at('pad-customer-undo').click();
    await phone.at('pad-customer-clear').click();
    await phone.go('send');
    assert.match(await phone.at('problem').innerText(), /firma del cliente está vacía/);
    await phone.at('hand-in-now').click();
    await phone.at('pad-customer').waitFor();
    await phone.draw('pad-customer');
    await phone.handIn();
    await phone.reaches('received');
    phone.fine();
  },

  async 'nobody of the customer’s was there'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks();
    await phone.signEngineer();
    await phone.go('sign/customer');
    await phone.at('customer-status=absent').click();
    await phone.handIn();
    await until('the reason is asked for', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'sign/customer/reason'));
    await phone.type('sign/customer/reason', 'Turno de noche sin técnico');
    const { record } = await sent(scenario, phone, visit);
    assert.deepEqual(record.customer_signature, { status: 'absent', reason: 'Turno de noche sin técnico' });
  },

  async 'the customer’s engineer does not want to sign'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks();
    await phone.signEngineer();
    await phone.go('sign/customer');
    await phone.at('customer-status=refused').click();
    await phone.type('sign/customer/name', 'Rosa Peñalver');
    await phone.type('sign/customer/reason', 'No está de acuerdo con un hallazgo');
    const { record } = await sent(scenario, phone, visit);
    assert.deepEqual(record.customer_signature, { status: 'refused', name: 'Rosa Peñalver', reason: 'No está de acuerdo con un hallazgo' });
  },

  async 'the customer’s engineer signs by link, and remarks on an item'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.checks();
    await phone.signEngineer();
    await phone.go('sign/customer');
    await phone.at('customer-status=asked').click();
    await phone.type('sign/customer/name', 'Rosa Peñalver');
    await phone.type('sign/customer/email', 'rosa(at)cum.example');
    await phone.go('send');
    await phone.at('problem').waitFor();
    await phone.go('sign/customer');
    await phone.type('sign/customer/email', 'rosa@cum.example');
    await phone.handIn();
    await phone.reaches('received');
    await phone.at('countersign-show').click();
    await phone.at('countersign-code').locator('img').waitFor();
    const drawn = await phone.at('countersign-code').locator('img').evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.ok(drawn > 0);
    const address = new URL(await phone.at('countersign-address').getAttribute('href'));
    const customer = await Phone.of(scenario, visit, { worker: false });
    await customer.page.goto(`${customer.proxy.origin}${address.pathname}`);
    await customer.page.waitForSelector('html[data-ready=yes]');
    assert.match(await customer.at('record').innerText(), /21,5 °C/);
    await customer.at('sign-send').click();
    await customer.at('sign-trouble').waitFor();
    await customer.at('remark-temperature-add').click();
    await customer.type('remark-temperature', 'El termómetro es nuevo');
    await customer.type('sign-role', 'Jefa de mantenimiento');
    await customer.draw('pad-sign');
    customer.proxy.when(({ method, path }) => method === 'POST' && path.startsWith('/sign/'), { dropAnswer: true });
    await customer.at('sign-send').click();
    await customer.at('sign-trouble').waitFor();
    await customer.at('sign-send').click();
    await until('it is signed', async () => (await customer.at('gate').getAttribute('data-kind')) === 'sign-done');
    customer.fine();
    const record = await until('the record has it', async () => {
      const found = await scenario.office.record(visit);
      return found.customer_signature.status === 'signed' ? found : null;
    });
    assert.equal(record.customer_remarks[0].text, 'El termómetro es nuevo');
    await phone.open(phone.link).catch(() => {});
    phone.fine();
  },

  async 'by keyboard alone'(scenario) {
    const { visit, phone } = await opened(scenario);
    const press = (key) => phone.page.keyboard.press(key);
    const reach = async (name) => {
      for (let steps = 0; steps < 80; steps += 1) {
        if (await phone.page.evaluate((t) => document.activeElement?.dataset.t === t, name)) return;
        await press('Tab');
      }
      throw new Error(`Tab never reaches ${name}`);
    };
    const [section] = [`section-checks/${visit.equipment}`];
    await reach(section);
    await press('Enter');
    await until('the title has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'title'));
    await reach(`answers/${visit.equipment}/temperature/reading`);
    await phone.page.keyboard.type('22,5');
    await reach('all-ok-0');
    await press('Enter');
    await reach(`answers/${visit.equipment}/mode/choice=auto`);
    await press('Space');
    await press('Tab');
    await press('Tab');
    await reach('next');
    await press('Enter');
    await until('the next section is open', () => phone.page.evaluate(() => location.hash === '#/findings'));
    await reach('add-finding');
    await press('Enter');
    await until('the new one has the focus', () => phone.page.evaluate(() => document.activeElement?.dataset.t === 'finding-1-text'));
    await phone.page.keyboard.type('Hallazgo por teclado');
    await phone.keeps(`answers/${visit.equipment}/ventilation/result`, 'ok');
    await phone.keeps(`answers/${visit.equipment}/mode/choice`, 'auto');
    await phone.keeps(`answers/${visit.equipment}/temperature/reading`, '22,5');
    phone.fine();
  },

  async 'a double tap on handing in makes one record'(scenario) {
    const { visit, phone } = await opened(scenario);
    await phone.fillIn();
    await phone.go('send');
    phone.proxy.when(({ path }) => path.endsWith('/record'), { delay: 500 });
    await phone.at('hand-in-now').dblclick();
    await phone.page.evaluate(() => { for (let tap = 0; tap < 3; tap += 1) document.querySelector('[data-t=hand-in-now]')?.click(); });
    await phone.reaches('received');
    assert.equal((await scenario.office.submissions(visit)).length, 1);
    phone.fine();
  },

  async 'what was removed can be brought back'(scenario) {
    const { phone } = await opened(scenario);
    await phone.go('advice');
    await phone.at('add-advice').click();
    await phone.type('advice-1-text', 'Cambiar el filtro');
    await phone.page.locator('[data-t^="remove-advice/"]').click();
    assert.equal(await phone.at('advice').count(), 0);
    await phone.at('undo-remove').click();
    assert.equal(await phone.at('advice-1-text').inputValue(), 'Cambiar el filtro');
    phone.fine();
  },

  async 'text from others is text, never markup'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    phone.proxy.when(({ path }) => path.endsWith('/visit.json'), {
      rewrite: (text) => {
        const bundle = JSON.parse(text);
        bundle.customer = '<img src=x onerror="document.title=1"><script>window.wicked=1</script>';
        bundle.company.name = '<b>bold</b>';
        bundle.findings = [{ finding: 7, severity: 'major', equipment: null, text: '<svg onload="window.wicked=1"></svg> \u202egnp.exe', since: '2026-02-03', close_by: null }];
        return JSON.stringify(bundle);
      },
    }, 100);
    // The proxy rewrites what is not compressed.
    await phone.context.setExtraHTTPHeaders({ 'Accept-Encoding': 'identity' });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('findings');
    await phone.at('open-7').waitFor();
    await phone.go('');
    assert.match(await phone.page.locator('.kicker').innerText(), /<img src=x/);
    assert.equal(await phone.page.evaluate(() => window.wicked), undefined);
    assert.equal(await phone.page.locator('main img, main script').count(), 0);
    phone.fine();
  },
};
