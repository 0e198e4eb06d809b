// The pieces that all screens are made of.

import htm from './vendor-htm.js';
import { Component, createContext, h } from './vendor-preact.js';
import { useContext, useEffect, useRef, useState } from './vendor-preact-hooks.js';
import { thumbAddress } from './photos.js';
import { localInput } from './times.js';
import { LANGUAGES, momentWords, t } from './words.js';

export const html = htm.bind(h);
export const FormContext = createContext(null);
export const useForm = () => useContext(FormContext);

const ICONS = {
  ok: 'M5 13l4.5 4.5L19.5 7',
  attention: 'M12 4v10M12 18.5v.5',
  fault: 'M6 6l12 12M18 6L6 18',
  'not-applicable': 'M5 12h14',
  'not-inspected': 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  next: 'M9 5l7 7-7 7',
  back: 'M15 5l-7 7 7 7',
  list: 'M4 6h16M4 12h16M4 18h16',
  phone: 'M8 3h8a1 1 0 011 1v16a1 1 0 01-1 1H8a1 1 0 01-1-1V4a1 1 0 011-1zM11 18h2',
  sending: 'M12 20V5M6 11l6-6 6 6',
  received: 'M5 13l4.5 4.5L19.5 7',
  review: 'M12 7v6l4 2M12 3a9 9 0 100 18 9 9 0 000-18z',
  warning: 'M12 4L2.5 20h19zM12 10v4M12 17v.5',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 100 7 3.5 3.5 0 000-7z',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4',
  save: 'M12 4v11M7 10l5 5 5-5M5 20h14',
  add: 'M12 5v14M5 12h14',
  up: 'M6 18L18 6M9 6h9v9',
  down: 'M6 6l12 12M18 9v9H9',
  same: 'M4 12h16M14 6l6 6-6 6',
  pen: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
};

export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${ICONS[name]} /></svg>`;

// In letters, not in pixels: large type leaves a phone as little room as a small screen does.
const LEAST_WIDTH = 17;
const LEAST_HEIGHT = 15;

// Marks the page where there is no room for what stays in sight while the rest moves; type may grow at any time.
export function watchRoom() {
  const look = () => {
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
    document.documentElement.classList.toggle('tight', innerWidth < LEAST_WIDTH * letter || innerHeight < LEAST_HEIGHT * letter);
  };
  look();
  addEventListener('resize', look);
  new ResizeObserver(look).observe(document.body);
}

// An id that may stand in HTML, made of a field's path.
export const idOf = (path) => `f-${path.replace(/[^A-Za-z0-9_-]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`)}`;

// A field's value where nothing better is known of it.
function plainWords(value) {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return Array.isArray(value) ? t('conflict-signature') : String(value);
}

// Where two phones differ about a field: both are shown, and a person chooses.
export function Conflict({ path, show = plainWords }) {
  const form = useForm();
  const row = form.draft.rows.get(path);
  if (!row?.theirs) return null;
  const words = (value) => (value === null || value === '' || value === undefined ? t('conflict-nothing') : show(value));
  return html`<div class="conflict" role="group" aria-label=${t('conflict-title')} data-t="conflict" data-path=${path}>
    <p><strong>${t('conflict-title')}</strong></p>
    <div class="either">
      <button type="button" class="plain" data-t="conflict-theirs" onClick=${() => form.draft.choose(path, true)}>
        <small>${t('conflict-theirs')}</small><bdi>${words(row.theirs.value)}</bdi></button>
      <button type="button" class="plain" data-t="conflict-ours" onClick=${() => form.draft.choose(path, false)}>
        <small>${t('conflict-ours')}</small><bdi>${words(row.value)}</bdi></button>
    </div>
  </div>`;
}

// A text field, one line or many.
export function TextField({ path, label, hint, lines = 1, max = 500, mode, type = 'text', auto = 'off', name, isQuiet, list }) {
  const form = useForm();
  const id = idOf(path);
  const value = form.draft.text(path);
  const box = useRef(null);
  // Grows with what is written, where the browser cannot do that by itself.
  useEffect(() => {
    if (lines > 1 && box.current && !CSS.supports('field-sizing', 'content')) {
      box.current.style.height = 'auto';
      const { scrollHeight, offsetHeight, clientHeight } = box.current;
      box.current.style.height = `${scrollHeight + offsetHeight - clientHeight}px`;
    }
  }, [value]);
  const shared = {
    id, value, maxLength: max, ref: box, autocomplete: auto, 'data-t': name ?? path, 'data-path': path,
    'aria-describedby': hint ? `${id}-hint` : undefined,
    onInput: (event) => form.set(path, event.currentTarget.value),
    onBlur: () => form.draft.flush(),
  };
  return html`<div class="field ${isQuiet ? 'quiet-field' : ''}">
    <label for=${id}>${label}</label>
    ${hint && html`<small id="${id}-hint">${hint}</small>`}
    ${lines > 1 ? html`<textarea ...${shared} rows=${lines}></textarea>` : html`<input ...${shared} type=${type} inputmode=${mode} list=${list} />`}
    <${Conflict} path=${path} />
  </div>`;
}

export function DateField({ path, label, name, min }) {
  const form = useForm();
  const id = idOf(path);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} type="date" min=${min} value=${form.draft.text(path)} data-t=${name ?? path} data-path=${path}
      onInput=${(event) => form.set(path, event.currentTarget.value || null)} />
    <${Conflict} path=${path} />
  </div>`;
}

export function MomentField({ path, label, hint, name }) {
  const form = useForm();
  const id = idOf(path);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<small id="${id}-hint">${hint}</small>`}
    <input id=${id} type="datetime-local" value=${localInput(form.draft.value(path), form.zone)} data-t=${name ?? path} data-path=${path}
      aria-describedby=${hint ? `${id}-hint` : undefined}
      onInput=${(event) => form.setTime(path, event.currentTarget.value)} />
    <${Conflict} path=${path} show=${momentWords} />
  </div>`;
}

// A finger that trembles, or a screen that answers late, taps twice: so soon after a tap, another means nothing.
const SAME_TAP = 600;

// One of several: big buttons which are radio buttons underneath. A tap on the answer, later on, takes it back; keys have
// a button for that, since Space on a chosen radio button changes nothing anywhere else.
export function Choices({ path, legend, options, value, columns = 2, name, onPick, show, isLegendHidden, describedBy }) {
  const form = useForm();
  const id = idOf(path);
  const chosen = value === undefined ? form.draft.value(path) : value;
  const pick = onPick ?? ((picked) => form.set(path, picked));
  const tapped = useRef(0);
  const isOwn = chosen !== null && chosen === form.draft.value(path);
  const onTap = (event, option) => {
    const isSame = event.timeStamp - tapped.current < SAME_TAP;
    tapped.current = event.timeStamp;
    // A key's click has no detail.
    if (event.detail > 0 && !isSame && isOwn && chosen === option.value) pick(null);
  };
  const clear = (event) => {
    const group = event.currentTarget.closest('fieldset');
    pick(null);
    group.querySelector('input:not(:disabled)').focus();
  };
  const labelOf = (picked) => options.find((option) => option.value === picked)?.label ?? String(picked);
  return html`<fieldset class="choices of-${columns}" data-path=${path} data-t=${name ?? path} id=${id} aria-describedby=${describedBy}>
    <legend class=${isLegendHidden ? 'unseen' : ''}>${legend}</legend>
    <div class="buttons">
      ${options.map((option) => html`<label key=${option.value} class="pick ${option.tone ?? ''} ${chosen === option.value ? 'on' : ''} ${option.off ? 'off' : ''}">
        <input type="radio" name=${id} value=${option.value} checked=${chosen === option.value} disabled=${option.off}
          data-t="${name ?? path}=${option.value}"
          onClick=${(event) => onTap(event, option)}
          onChange=${() => pick(option.value)} />
        ${option.icon && html`<${Icon} name=${option.icon} />`}<span>${option.label}</span></label>`)}
    </div>
    ${isOwn && html`<button type="button" class="plain clear" onClick=${clear} aria-label="${t('clear')}: ${legend}" data-t="${name ?? path}-clear">${t('clear')}</button>`}
    <${Conflict} path=${path} show=${show ?? labelOf} />
  </fieldset>`;
}

export function EquipmentField({ path }) {
  const form = useForm();
  const id = idOf(path);
  if (form.bundle.equipment.length === 0) return null;
  const nameOf = (code) => form.bundle.equipment.find((one) => one.equipment === code)?.name ?? code;
  return html`<div class="field"><label for=${id}>${t('equipment')}</label>
    <select id=${id} data-t=${path} data-path=${path} value=${form.draft.text(path)} onChange=${(event) => form.set(path, event.currentTarget.value || null)}>
      <option value="">${t('equipment-whole-site')}</option>
      ${form.bundle.equipment.map((one) => html`<option key=${one.equipment} value=${one.equipment}>${one.name} (${one.equipment})</option>`)}
    </select><${Conflict} path=${path} show=${nameOf} /></div>`;
}

// Takes photos with the camera, or those that lie on the phone already.
export function AddPhotos({ owner = '', name = 'add-photo', isSmall }) {
  const form = useForm();
  const take = (event) => {
    // The list is live: it empties with the input, which must be emptied for the same photo to be taken again.
    const files = [...event.currentTarget.files];
    event.currentTarget.value = '';
    form.addPhotos(files, owner);
  };
  return html`<div class="add-photos ${isSmall ? 'small' : ''}">
    <label class="button plain"><${Icon} name="camera" /><span>${t('photo-take')}</span>
      <input class="unseen" type="file" accept="image/*" capture="environment" onChange=${take} data-t="${name}-camera" /></label>
    <label class="button plain"><${Icon} name="picture" /><span>${t('photo-choose')}</span>
      <input class="unseen" type="file" accept="image/*" multiple onChange=${take} data-t="${name}" /></label>
  </div>`;
}

export function Thumb({ sha, label }) {
  const form = useForm();
  const [address, setAddress] = useState(undefined);
  useEffect(() => {
    let shown = null;
    let isGone = false;
    thumbAddress(form.visit, sha).then((found) => {
      shown = found;
      if (isGone && found) URL.revokeObjectURL(found);
      else setAddress(found);
    }).catch(() => setAddress(null));
    return () => {
      isGone = true;
      if (shown) URL.revokeObjectURL(shown);
    };
  }, [sha]);
  if (address === null) return html`<${OfficeThumb} key=${sha} sha=${sha} label=${label} />`;
  return address ? html`<img class="thumb" src=${address} alt=${label} />` : html`<span class="thumb"></span>`;
}

// A photo that another phone took, as the office has it; until it has, the phone asks now and then.
function OfficeThumb({ sha, label }) {
  const form = useForm();
  const [tries, setTries] = useState(0);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    if (!isMissing) return undefined;
    const timer = setTimeout(() => {
      setTries(tries + 1);
      setMissing(false);
    }, 60000);
    return () => clearTimeout(timer);
  }, [isMissing]);
  if (isMissing) return html`<span class="thumb elsewhere">${t('photo-elsewhere')}</span>`;
  return html`<img key=${tries} class="thumb" src=${`${form.base}/photos/${sha}/small.jpg`} alt=${label} loading="lazy" onError=${() => setMissing(true)} data-t="office-thumb" />`;
}

// The photos of one thing, with a way to take each out again, unless that is another screen's.
export function PhotoStrip({ owner, isFixed }) {
  const form = useForm();
  const photos = form.draft.photosOf(owner);
  if (photos.length === 0) return null;
  return html`<ul class="strip">${photos.map((sha, index) => html`<li key=${sha} data-t="photo">
    <${Thumb} sha=${sha} label=${t('photo-number', { number: index + 1 })} />
    ${!isFixed && html`<button type="button" class="link" onClick=${() => form.removeEntry(`photos/${sha}`)}
      aria-label=${t('photo-remove-number', { number: index + 1 })}>${t('remove')}</button>`}</li>`)}</ul>`;
}

export function Note({ tone = '', children, name, role, icon }) {
  return html`<div class="note ${tone}" data-t=${name} role=${role}>${icon && html`<${Icon} name=${icon} />`}<div>${children}</div></div>`;
}

// A language whose words this phone does not have.
export function MissingLanguage() {
  const { missingLanguage } = useForm();
  const name = LANGUAGES.find((one) => one.language === missingLanguage)?.name;
  return html`<div role="status">${name && html`<${Note} tone="attention" icon="warning" name="no-language"><p>${t('language-missing', { name })}</p></${Note}>`}</div>`;
}

// Shows another screen in place of one whose code failed; what was typed is kept either way.
export class Guard extends Component {
  constructor(props) {
    super(props);
    this.state = { error: null };
  }

  componentDidCatch(error) {
    this.setState({ error });
    this.props.onError(error);
  }

  componentDidUpdate(before) {
    if (this.state.error && before.route !== this.props.route) this.setState({ error: null });
  }

  render() {
    return this.state.error ? this.props.instead : this.props.children;
  }
}
