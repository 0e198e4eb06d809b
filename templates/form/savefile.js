// The record as a file, for when all else fails: `ronda record VISIT FILE.json` takes it.

import { prepare, waiting } from './photos.js';
import { photoName } from './record.js';

const keep = globalThis.RondaKeep;

// Large numbers of arguments overflow the stack; a multiple of three keeps base64 without padding inside.
const CHUNK = 0x8000 - (0x8000 % 3);

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts = [];
  for (let at = 0; at < bytes.length; at += CHUNK) parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))));
  return parts.join('');
}

// Photos that the page holds, or that wait for room to be prepared.
async function unkeptPhotos(form) {
  const found = new Map(form.loose.map(({ photo }) => [photo.sha, photo]));
  for (const row of await waiting(form.visit).catch(() => [])) {
    const photo = row.failed ? null : await prepare(row).catch(() => null);
    if (photo) found.set(photo.sha, photo);
  }
  return found;
}

// The file's parts. One photo after the other becomes text and leaves the memory again with its Blob.
async function parts(form) {
  let envelope;
  const unkept = await unkeptPhotos(form);
  if (form.outbox) {
    envelope = JSON.parse(form.outbox.text);
  } else {
    const id = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const built = form.build();
    envelope = form.envelope(built, { id, confirmed: [], forReview: built.problems.length > 0 });
    // Photos for which the phone has no room go into the file all the same.
    for (const { sha } of unkept.values()) {
      if (envelope.photos.some((one) => one.sha256 === sha)) continue;
      envelope.photos.push({ file: photoName(sha), sha256: sha });
      envelope.record.photos?.push({ file: photoName(sha) });
    }
  }
  const { photos, ...rest } = envelope;
  const pieces = [JSON.stringify(rest).slice(0, -1), ',"photos":['];
  for (const [index, photo] of photos.entries()) {
    const row = unkept.get(photo.sha256) ?? await keep.get('photos', [form.visit, photo.sha256]).catch(() => null);
    const data = row?.blob ? new Blob([`,"data":"${await base64(row.blob)}"`]) : '';
    pieces.push(`${index ? ',' : ''}${JSON.stringify(photo).slice(0, -1)}`, data, '}');
  }
  pieces.push(']}');
  return pieces;
}

export async function saveToFile(form) {
  const file = new Blob(await parts(form), { type: 'application/json' });
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${form.visit}-${form.bundle?.visit.day ?? 'record'}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
