// What was signed: a mark of the record's content, kept with each signature, tells whether it has changed since.

// 53 bits are plenty to tell a change by, and come at once: the pad is left with the last stroke (cyrb53).
function hash(text) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

const UNSEEN = ['engineer_signature', 'customer_signature', 'started_at', 'completed_at', 'photos', 'photo'];

// Of what both signers see: without signatures and times. Photos count by their number, since one that is still being
// prepared has no name yet; their captions count as they are.
export function contentMark(form, record) {
  const captions = (record.photos ?? []).map((photo) => photo.caption).filter(Boolean);
  const text = JSON.stringify([record, captions], (key, value) => (UNSEEN.includes(key) ? undefined : value));
  return `${hash(text)}-${form.draft.photosOf().length + form.intake}`;
}
