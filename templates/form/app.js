// The page: which visit, which screen, and what frames it.

import './memory.js';
import './keep.js';
import './send.js';
import { Advice, Findings } from './findings.js';
import { Checks } from './checks.js';
import { CustomerSignature, EngineerSignature, NotDone, Photos, Times } from './closing.js';
import { applyColour } from './colour.js';
import { Form } from './form.js';
import { HandIn, SaveButton, SmallState, stateOf } from './handin.js';
import { Home, sectionsOf } from './home.js';
import { Office, Operators, PeopleList, Remarks, Training } from './people.js';
import { RecordView } from './review.js';
import { FormContext, Guard, html, Icon, Note, useForm, watchRoom } from './ui.js';
import { render } from './vendor-preact.js';
import { useLayoutEffect, useRef, useState } from './vendor-preact-hooks.js';
import { forgetVisits, keptVisits, Visits } from './visits.js';
import { preload, speak, t } from './words.js';

const keep = globalThis.RondaKeep;

const partOf = (hash) => hash.replace(/^#\/?/, '');

function screenFor(form, route) {
  const [head, second] = route.split('/');
  const part = second === undefined ? '' : decodeURIComponent(second);
  const screens = {
    '': () => ({ title: t(`purpose-${form.bundle.visit.purpose}`), body: html`<${Home} />` }),
    checks: () => ({ title: form.bundle.equipment.find((one) => one.equipment === part)?.name ?? part, body: html`<${Checks} key=${part} equipment=${part} />` }),
    findings: () => ({ title: t('findings'), body: html`<${Findings} />` }),
    advice: () => ({ title: t('advice'), body: html`<${Advice} />` }),
    training: () => ({ title: t('training'), body: html`<${Training} />` }),
    operators: () => ({ title: t('operators'), body: html`<${Operators} />` }),
    photos: () => ({ title: t('photos'), body: html`<${Photos} />` }),
    remarks: () => ({ title: t('remarks'), body: html`<${Remarks} />` }),
    office: () => ({ title: t('office'), body: html`<${Office} />` }),
    times: () => ({ title: t('times'), body: html`<${Times} />` }),
    'not-done': () => ({ title: t('not-done'), body: html`<${NotDone} />` }),
    sign: () => (part === 'customer' ? { title: t('sign-customer'), body: html`<${CustomerSignature} />` } : { title: t('sign-engineer'), body: html`<${EngineerSignature} />` }),
    review: () => ({ title: t('review'), body: html`<${RecordView} record=${form.build().record} equipment=${form.bundle.equipment} checklists=${form.bundle.checklists} findings=${form.bundle.findings} />` }),
    send: () => ({ title: t('send'), body: html`<${HandIn} />` }),
  };
  return (screens[head] ?? screens[''])();
}

// The last seen position of the overview: back from a section, one is where one left.
let homeScroll = 0;

function Page({ form }) {
  const [route, setRoute] = useState(partOf(location.hash));
  const title = useRef(null);
  const isFirst = useRef(true);

  useLayoutEffect(() => {
    const follow = () => setRoute(partOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useLayoutEffect(() => {
    const note = () => {
      if (partOf(location.hash) === '') homeScroll = scrollY;
    };
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, []);
  useLayoutEffect(() => {
    form.draft.flush();
    document.title = `${title.current?.textContent ?? ''} · ${form.bundle.customer}`;
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (form.focus && showField(form)) return;
    form.focus = null;
    scrollTo(0, route === '' ? homeScroll : 0);
    title.current?.focus({ preventScroll: true });
  }, [route]);
  useLayoutEffect(() => {
    // While another screen is on its way, the field is to be looked for there.
    if (!form.focus || partOf(location.hash) !== route || showField(form)) return;
    form.focus = null;
    title.current?.focus({ preventScroll: true });
  });

  const { title: heading, body } = screenFor(form, route);
  const isLocked = form.isFrozen && !['', 'send', 'review'].includes(route);
  return html`<${FormContext.Provider} value=${form}>
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); title.current?.focus(); }}>${t('skip')}</a>
    <header class="top">
      ${route === '' ? html`<span class="company"><bdi>${form.bundle.company.name}</bdi></span>` : html`<a class="back" href="#/" aria-label=${t('overview')} data-t="back"><${Icon} name="back" /></a>`}
      ${route !== '' && route !== 'send' && html`<${SmallState} />`}
      ${route === '' && html`<span class="quiet">${form.bundle.visit.visit}</span>`}
    </header>
    <${Alarms} form=${form} route=${route} />
    <main id="main">
      <h1 ref=${title} tabindex="-1" data-t="title">${heading}</h1>
      <${Guard} key=${`guard-${route}`} route=${route} onError=${(error) => form.report(error)} instead=${html`<${Broken} />`}>
        ${isLocked ? html`<${Note} tone="attention" icon="warning"><p>${t('frozen')} <a href="#/send">${t('frozen-show')}</a></p></${Note}><fieldset class="locked" disabled>${body}</fieldset>` : body}
      </${Guard}>
    </main>
    <div class="dock"><${Removed} form=${form} /><${BottomBar} form=${form} route=${route} /></div>
    <${PeopleList} people=${form.bundle.people} />
    <div class="unseen" role="status" aria-live="polite" data-t="live">${stateOf(form).title}</div>
  </${FormContext.Provider}>`;
}

// Puts the focus on the field that something pointed at; false where this screen has none.
function showField(form) {
  const path = form.focus;
  const found = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
  if (!found) return false;
  form.focus = null;
  const place = found.matches('fieldset') ? found.querySelector('input:not(:disabled)') ?? found : found;
  found.closest('.card, .item')?.classList.add('pointed');
  setTimeout(() => found.closest('.card, .item')?.classList.remove('pointed'), 2500);
  found.scrollIntoView({ block: 'center' });
  place.focus({ preventScroll: true });
  return true;
}

// What must be known at once, above everything.
function Alarms({ form, route }) {
  return html`<div class="alarms">
    ${form.storage && !(form.storage === 'none' && form.result) && html`<${Note} tone="fault" icon="warning" role="alert" name="storage"><p><strong>${t(`storage-${form.storage}`)}</strong> ${t(form.storage === 'none' ? 'storage-none-detail' : 'storage-detail')}</p><${SaveButton} /></${Note}>`}
    ${!form.storage && (form.loose.length > 0 || form.hasNoRoom) && html`<${Note} tone="fault" icon="warning" role="alert" name="storage"><p><strong>${t('storage-full')}</strong> ${form.loose.length ? t('storage-photos', { count: form.loose.length }) : t('storage-intake')}</p><${SaveButton} /></${Note}>`}
    ${form.crash && html`<${Note} tone="fault" icon="warning" role="alert" name="crash"><p><strong>${t('crash')}</strong> ${t(form.storage ? 'crash-not-kept' : 'crash-detail')}</p>
      <div class="actions"><button type="button" onClick=${() => reload(form)} data-t="reload-crash">${t('reload')}</button><${SaveButton} /></div><small><bdi>${form.crash}</bdi></small></${Note}>`}
    ${form.hasNewVersion && html`<${Note} name="new-version" role="status"><p>${t('new-version')}</p><button type="button" class="plain small" onClick=${() => form.takeNewVersion()} data-t="reload">${t('reload')}</button></${Note}>`}
    ${form.link === 'no-link' && route !== '' && route !== 'send' && !form.result && html`<${Note} tone="attention" icon="warning"><p>${t('link-none')}</p></${Note}>`}
  </div>`;
}

// What was taken out just now, where it is seen wherever one has scrolled to.
function Removed({ form }) {
  const paths = form.isFrozen || form.result ? [] : form.removed;
  return html`<div class="toasts" role="status">${paths.map((path) => html`<${RemovedOne} key=${path} form=${form} path=${path} />`)}</div>`;
}

const UNDO_FOR = 15000;
// As often again while the focus is there: nobody is hurried who goes by keyboard or by ear.
const UNDO_ROUNDS = 4;
const FIRST_FIELDS = { findings: 'text', advice: 'text', topics: 'text', attendance: 'name', present: 'name', photos: 'caption' };

function RemovedOne({ form, path }) {
  const box = useRef(null);
  const leave = () => {
    const hadFocus = box.current?.contains(document.activeElement);
    form.leaveRemoved(path);
    if (hadFocus) setTimeout(() => document.querySelector('.toast button, h1')?.focus({ preventScroll: true }));
  };
  // The button that was pressed is gone: one goes on from here.
  useLayoutEffect(() => {
    box.current.querySelector('button').focus({ preventScroll: true });
    let rounds = 0;
    const timer = setInterval(() => {
      rounds += 1;
      if (rounds >= UNDO_ROUNDS || !box.current?.contains(document.activeElement)) leave();
    }, UNDO_FOR);
    return () => clearInterval(timer);
  }, []);
  const what = removedWords(form, path);
  const bringBack = () => {
    form.bringBack(path);
    form.jump(null, `${path}/${FIRST_FIELDS[path.split('/')[0]]}`);
  };
  return html`<div class="toast" ref=${box} data-t="removed"><p>${t('removed', { what })}</p>
    <button type="button" onClick=${bringBack} aria-label="${t('bring-back')}: ${what}" data-t="undo-remove">${t('bring-back')}</button>
    <button type="button" onClick=${leave} aria-label=${t('close')}><${Icon} name="fault" /></button></div>`;
}

// An entry by its own first words, else by what it is.
function removedWords(form, path) {
  const said = ['text', 'name', 'caption'].map((what) => form.draft.text(`${path}/${what}`).trim()).find(Boolean) ?? '';
  const kind = t(`kind-${path.split('/')[0]}`);
  return said ? `${kind} “${said.length > 40 ? `${said.slice(0, 39)}…` : said}”` : kind;
}

const Broken = () => html`<${Note} tone="fault" icon="warning" role="alert" name="broken"><p>${t('crash')} ${t(useForm().storage ? 'crash-not-kept' : 'crash-detail')}</p><p><a href="#/">${t('overview')}</a></p></${Note}>`;

async function reload(form) {
  await form.draft.flush();
  location.reload();
}

// The thumb's reach: onwards at the left, the overview beside it.
function BottomBar({ form, route }) {
  if (form.result) {
    const onwards = form.result.countersign === 'asked' ? 'countersign-show' : 'after-more';
    return html`<nav class="bottom" aria-label=${t('onwards')}><a class="button" href=${route === '' ? '#/send' : '#/'} data-t="next">${route === '' ? t(onwards) : t('overview')}</a></nav>`;
  }
  const sections = sectionsOf(form);
  const at = sections.findIndex((section) => section.route === route);
  if (route === 'send') {
    return html`<nav class="bottom" aria-label=${t('onwards')}>
      ${form.outbox ? html`<a class="button" href="#/">${t('overview')}</a>` : html`<button type="button" onClick=${() => handIn(form)} data-t="hand-in-now"><${Icon} name="sending" />${t('hand-in')}</button>
      <a class="button plain" href="#/" aria-label=${t('overview')} data-t="overview"><${Icon} name="list" /></a>`}</nav>`;
  }
  const next = route === '' ? sections.find((section) => section.state !== 'done' && (section.isWanted ?? true) && !section.isLast && section.state !== '') ?? sections.find((section) => section.state !== 'done') ?? sections.at(-1)
    : route === 'times' || route === 'review' ? null : sections[at + 1] ?? sections.at(-1);
  return html`<nav class="bottom" aria-label=${t('onwards')}>
    ${form.isFrozen ? html`<a class="button" href="#/send" data-t="next">${t('frozen-show')}</a>`
    : next ? html`<a class="button" href="#/${next.route}" data-t="next"><span class="two">${!next.isLast && html`<small>${route === '' ? t('go-on') : t('next')}</small>`}<span>${next.isLast ? t('hand-in') : next.title}</span></span><${Icon} name="next" /></a>`
      : html`<button type="button" onClick=${() => history.back()} data-t="next">${t('back')}</button>`}
    ${route !== '' && html`<a class="button plain" href="#/" data-t="overview" aria-label=${t('overview')}><${Icon} name="list" /></a>`}
  </nav>`;
}

async function handIn(form) {
  const { problems } = form.build();
  if (problems.length) form.jump(problems[0].screen, problems[0].path);
  // A phone that cannot keep the record cannot send it by itself: the way out is shown.
  else if (!(await form.freeze())) document.querySelector('[data-t=storage] button')?.focus();
}

// ---- the beginning ----

const root = document.getElementById('app');

// Before the visit is known: what is the matter, and what to do.
function Gate({ kind, again }) {
  return html`<main class="gate" data-t="gate" data-kind=${kind}><h1>${t(`gate-${kind}`)}</h1><p>${t(`gate-${kind}-detail`)}</p>
    ${again && html`<button type="button" onClick=${again}>${t('try-now')}</button>`}</main>`;
}

async function showVisits() {
  await speak((await keep.get('settings', 'language').catch(() => null))?.value ?? (navigator.language || 'en').slice(0, 2));
  await forgetVisits().catch(() => {});
  const visits = await keptVisits().catch(() => []);
  render(visits.length ? html`<${Visits} visits=${visits} />` : html`<${Gate} kind="no-visit" />`, root);
}

async function start() {
  const visit = decodeURIComponent(location.pathname.split('/')[2] ?? '');
  if (!visit) {
    await showVisits();
    return;
  }
  let isShown = false;
  let isDue = false;
  const form = new Form(visit, () => {
    if (!isShown || isDue) return;
    // One drawing for all changes of a moment; without a frame when the page is hidden.
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      draw();
    });
  });
  const draw = () => render(html`<${Page} form=${form} />`, root);
  form.report = (error) => {
    form.crash = String(error?.message ?? error);
    form.draft?.flush();
    form.changed();
  };
  watchErrors(form);
  addEventListener('beforeunload', (event) => {
    // What is typed would be gone.
    if (form.storage === 'none' && !form.result && form.draft?.isTouched) event.preventDefault();
  });
  const show = async () => {
    await speak(form.wantedLanguage());
    applyColour(form.bundle.company.colour);
    isShown = true;
    draw();
    document.documentElement.dataset.ready = 'yes';
    performance.mark('ronda-ready');
    form.begin();
    preload();
  };
  const fetchFirst = async () => {
    const outcome = await form.refresh();
    if (form.bundle) {
      await show();
      return;
    }
    await speak(form.wantedLanguage());
    render(html`<${Gate} kind=${outcome} again=${outcome === 'offline' || outcome === 'trouble' ? fetchFirst : null} />`, root);
  };
  if (await form.open()) {
    await show();
    form.refresh().then(() => applyColour(form.bundle.company.colour));
  } else {
    await fetchFirst();
  }
  forgetVisits(visit).catch(() => {});
  await watchVersion(form);
}

function watchErrors(form) {
  addEventListener('error', (event) => {
    // Browsers tell of this harmless one as if it were an error.
    if (!/ResizeObserver/.test(event.message ?? '')) form.report(event.error ?? event.message);
  });
  addEventListener('unhandledrejection', (event) => form.report(event.reason));
}

// The worker that opens the form without signal. A newer one waits until it is asked for: nobody's screen changes
// under their hands.
async function watchVersion(form) {
  if (!('serviceWorker' in navigator)) return;
  const hadWorker = Boolean(navigator.serviceWorker.controller);
  let isAsked = false;
  form.takeNewVersion = async () => {
    isAsked = true;
    await form.draft.flush();
    const waiting = (await navigator.serviceWorker.getRegistration('/form/'))?.waiting;
    if (waiting) waiting.postMessage('take-over');
    else location.reload();
  };
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isAsked) location.reload();
    else if (hadWorker) {
      // Another tab took the new version; this one still shows the old.
      form.hasNewVersion = true;
      form.changed();
    }
  });
  try {
    const registration = await navigator.serviceWorker.register('/form/sw.js', { scope: '/form/', updateViaCache: 'none' });
    const look = () => {
      if (registration.waiting && navigator.serviceWorker.controller) {
        form.hasNewVersion = true;
        form.changed();
      }
    };
    look();
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
    addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') registration.update().catch(() => {});
    });
  } catch {
    // Without it the form needs signal to open; what is typed is kept all the same.
  }
}

watchRoom();
start().catch((error) => {
  // Nothing is on the screen yet that could say it in one language.
  root.textContent = `The form could not start. What was typed on this phone is kept. · El formulario no ha podido arrancar. Lo escrito en este teléfono se conserva. · 表单无法启动，本机已填写的内容仍然保留。 (${error?.message ?? error})`;
});
