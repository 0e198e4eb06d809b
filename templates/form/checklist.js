// What a checklist asks, given what was answered: conditions, limits, and the result that follows.

const RANK = { ok: 0, attention: 1, fault: 2 };

// Results that go without what the item asks for: it does not apply, or could not be looked at.
const WITHOUT_ANSWER = ['not-applicable', 'not-inspected'];
export const hasAnswer = (result) => !WITHOUT_ANSWER.includes(result);

// A number as people type it: comma or point, full-width digits of a Chinese keyboard, a space before the unit.
// Null for nothing typed, NaN for what is no number.
function numberOf(typed) {
  const text = String(typed ?? '').normalize('NFKC').replace(/[\s\u00a0]/g, '').replace(/[。、,]/g, '.').replace(/^[−–]/, '-');
  if (text === '') return null;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
}

// Whether what was typed may have been meant a thousand times larger: three digits after one comma or point.
export const mayBeThousands = (typed) => /^[+-−–]?[1-9]\d{0,2}[.,]\d{3}$/.test(String(typed ?? '').normalize('NFKC').replace(/\s/g, ''));

function withinLimits(value, spec) {
  return (spec.min == null || value >= spec.min) && (spec.max == null || value <= spec.max);
}

export const answerPath = (equipment, item, what) =>
  `answers/${encodeURIComponent(equipment)}/${encodeURIComponent(item)}/${what}`;

// Whose a photo of this item is, as the draft writes it down.
export const ownerOf = (equipment, item) => `answers/${encodeURIComponent(equipment)}/${encodeURIComponent(item)}`;

// Everything that the draft says of one item's answer.
function answerOf(equipment, item, draft) {
  const at = (what) => draft.value(answerPath(equipment, item.item, what));
  const picked = at('result') || null;
  const typed = at('reading') ?? '';
  const answer = {
    picked, typed, reading: null, choice: null, text: '', photos: [], remark: String(at('remark') ?? '').trim(),
    outside: null, bad: false, given: false, result: picked, atBest: 'ok',
  };
  answer.photos = draft.photosOf(ownerOf(equipment, item.item));
  if (item.kind === 'number') readNumber(answer, item);
  if (item.kind === 'choice') {
    const choice = item.choices?.find((one) => one.choice === at('choice'));
    answer.choice = choice?.choice ?? null;
    answer.given = Boolean(choice);
    answer.atBest = choice?.result ?? 'ok';
  }
  if (item.kind === 'text') {
    answer.text = String(at('text') ?? '').trim();
    answer.given = answer.text !== '';
  }
  if (item.kind === 'photo') answer.given = answer.photos.length > 0;
  if (item.kind === 'check') answer.given = picked !== null;
  if (item.kind !== 'check') answer.result = resultOf(answer);
  // What was typed before the door was found locked is left where it is, and said of no item.
  if (!hasAnswer(answer.result)) Object.assign(answer, { bad: false, outside: null });
  return answer;
}

function readNumber(answer, item) {
  const number = numberOf(answer.typed);
  answer.bad = Number.isNaN(number);
  if (number === null || answer.bad) return;
  answer.given = true;
  answer.reading = number;
  const spec = item.reading ?? {};
  if (!withinLimits(number, spec)) {
    answer.outside = spec.min != null && number < spec.min ? 'low' : 'high';
    answer.atBest = 'attention';
  }
}

// The result follows from what was answered, and is never better than that; a worse one can be picked.
function resultOf(answer) {
  if (answer.picked && !hasAnswer(answer.picked)) return answer.picked;
  if (!answer.given) return answer.picked;
  if (!answer.picked) return answer.atBest;
  return RANK[answer.picked] < RANK[answer.atBest] ? answer.atBest : answer.picked;
}

// The items that are asked, in the checklist's order, each with its answer: a condition on an item that is not
// asked itself does not hold.
export function askedOf(equipment, checklist, draft) {
  const answers = new Map();
  const sections = [];
  for (const section of checklist.sections) {
    const items = [];
    for (const item of section.items) {
      if (item.when && !holds(item.when, answers.get(item.when.item))) continue;
      const answer = answerOf(equipment, item, draft);
      answers.set(item.item, answer);
      items.push({ item, answer });
    }
    sections.push({ title: section.title, items });
  }
  return sections;
}

function holds(when, answer) {
  if (!answer) return false;
  const counts = hasAnswer(answer.result);
  if (when.result && !when.result.includes(answer.result)) return false;
  if (when.choice && !(counts && when.choice.includes(answer.choice))) return false;
  if (when.above != null && !(counts && answer.reading !== null && answer.reading > when.above)) return false;
  if (when.below != null && !(counts && answer.reading !== null && answer.reading < when.below)) return false;
  return true;
}

// Whether an answer says all that its item asks: with a result, and for the other kinds with what was to be given; of what
// was not inspected, why.
export const isAnswered = (item, answer) =>
  !answer.bad && answer.result !== null && !lacksReason(answer) && (answer.given || !hasAnswer(answer.result) || item.kind === 'check' || !item.required);

export const lacksReason = (answer) => answer.result === 'not-inspected' && answer.remark === '';
