// The form's words, and dates and numbers as the language writes them.

import './vendor-fluent.js';

const { FluentBundle, FluentResource } = globalThis.FluentBundle;
export const LANGUAGES = [
  { language: 'en', name: 'English' },
  { language: 'es', name: 'Español' },
  { language: 'zh', name: '中文' },
];
const TAGS = { en: 'en-GB', es: 'es', zh: 'zh-Hans' };
const bundles = new Map();

export const words = { language: 'en', zone: undefined };

export const isLanguage = (language) => LANGUAGES.some((one) => one.language === language);

async function load(language) {
  if (bundles.has(language)) return;
  const response = await fetch(`/form/app/form.${language}.ftl`);
  if (!response.ok) throw new Error(`form.${language}.ftl: ${response.status}`);
  const bundle = new FluentBundle(TAGS[language], { useIsolating: false });
  bundle.addResource(new FluentResource(await response.text()));
  bundles.set(language, bundle);
}

// Has the other languages at hand, for the moment when there is no signal.
export function preload() {
  for (const { language } of LANGUAGES) load(language).catch(() => {});
}

// From here on the form speaks this language.
export async function speak(language) {
  const wanted = isLanguage(language) ? language : 'en';
  await load(wanted);
  words.language = wanted;
  document.documentElement.lang = TAGS[wanted];
}

export function t(key, args) {
  const bundle = bundles.get(words.language);
  const message = bundle?.getMessage(`form-${key}`);
  if (!message?.value) return key;
  return bundle.formatPattern(message.value, args, []);
}

// A text that comes in several languages, as checklists do.
export const inWords = (texts) => texts?.[words.language] || texts?.en || '';

const formats = new Map();

function dates(options) {
  const key = JSON.stringify([words.language, words.zone, options]);
  if (!formats.has(key)) {
    let format;
    try {
      format = new Intl.DateTimeFormat(TAGS[words.language], { timeZone: words.zone, ...options });
    } catch {
      format = new Intl.DateTimeFormat(TAGS[words.language], options);
    }
    formats.set(key, format);
  }
  return formats.get(key);
}

const instant = (at) => (typeof at === 'number' ? at : Date.parse(at));
const orEmpty = (options) => (at) => (Number.isNaN(instant(at)) ? '' : dates(options).format(instant(at)));

export const timeWords = orEmpty({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
export const momentWords = orEmpty({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

// A calendar day, `2026-03-02`, which is the same in every zone.
const dayOf = (options) => (day) => (day ? dates({ ...options, timeZone: 'UTC' }).format(Date.parse(`${day}T12:00:00Z`)) : '');
export const dayWords = dayOf({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
export const shortDayWords = dayOf({ day: 'numeric', month: 'short' });
export const dateWords = dayOf({ day: 'numeric', month: 'short', year: 'numeric' });

export const numberWords = (number) => new Intl.NumberFormat(TAGS[words.language], { maximumFractionDigits: 6, useGrouping: false }).format(number);

export function spanWords(ms) {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [];
  if (days) parts.push(t('span-days', { count: days }));
  if (hours) parts.push(t('span-hours', { count: hours }));
  if (minutes % 60 && !days) parts.push(t('span-minutes', { count: minutes % 60 }));
  return parts.join(' ');
}
