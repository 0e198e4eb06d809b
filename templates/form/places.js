// A field of the draft by the words that stand beside it on the screen.

import { inWords, t } from './words.js';

export function placeWords(form, path) {
  const [head, second, third] = (path ?? '').split('/').map((part) => decodeURIComponent(part));
  const number = () => form.draft.ids(head).indexOf(second) + 1;
  switch (head) {
    case 'answers': return itemWords(form, second, third);
    case 'findings': return t('finding-number', { number: number() });
    case 'open': return `${t('open-legend', { number: second })} (#${second})`;
    case 'advice': return t('advice-number', { number: number() });
    case 'attendance': case 'present': return `${t(head)}, ${t('attendee-number', { number: number() })}`;
    case 'topics': return t('topic-number', { number: number() });
    case 'operators': case 'photos': case 'remarks': return t(head);
    case 'office_note': return t('office');
    case 'started_at': return t('times-started');
    case 'completed_at': return t('times-completed');
    case 'sign': return t(second === 'customer' ? 'sign-customer' : 'sign-engineer');
    case 'not_done': case 'outcome': return t('not-done-link');
    default: return t('refused-somewhere');
  }
}

function itemWords({ bundle }, equipment, item) {
  const one = bundle.equipment.find((other) => other.equipment === equipment);
  const items = bundle.checklists[one?.checklist]?.sections.flatMap((section) => section.items) ?? [];
  const text = inWords(items.find((other) => other.item === item)?.text);
  return [one?.name ?? equipment, text && `“${text}”`].filter(Boolean).join(': ');
}
