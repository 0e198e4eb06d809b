// Photos: from the camera into the phone's keeping, upright, smaller, and without the place where they were taken.

const keep = globalThis.RondaKeep;
const { sha256 } = globalThis.RondaSend;

const LONG_SIDE = 2000;
const THUMB_SIDE = 320;
const QUALITY = 0.85;

// Keeps the picture as the camera gave it, before anything is done with it: a phone that dies while it is being
// scaled loses nothing. Where the phone has no room for that, it is scaled at once and only the small one kept; where
// there is none for that either, the photo comes back, for the page to hold until there is.
export async function takeIn(visit, file, owner) {
  const row = { visit, blob: file, owner, at: Date.now() };
  try {
    await keep.put('intake', row);
    return null;
  } catch {
    // No room, or a phone that keeps nothing now.
  }
  // That this phone cannot read the picture is another matter, and is thrown.
  const photo = await prepare(row);
  try {
    await store(photo, row.owner, undefined);
    return null;
  } catch {
    return { photo, owner: row.owner };
  }
}

// Tries again to keep a photo for which there was no room; true once it is kept.
export async function keepLoose({ photo, owner }) {
  try {
    await store(photo, owner, undefined);
    return true;
  } catch {
    return false;
  }
}

export const waiting = async (visit) => (await keep.all('intake')).filter((row) => row.visit === visit);

// Works off what was taken in, one picture at a time so that forty large ones fit. `onPhoto` hears of each.
export async function workOff(visit, onPhoto) {
  for (;;) {
    const row = (await waiting(visit)).find((one) => !one.failed);
    if (!row) return;
    try {
      const photo = await prepare(row);
      // The original's room comes free with this: what was set aside may bridge the gap.
      await keep.insist(() => store(photo, row.owner, row.key));
      keep.setBallast().catch(() => {});
      onPhoto({ sha: photo.sha });
    } catch (error) {
      if (keep.isFull(error)) throw error;
      await keep.put('intake', { ...row, failed: true });
      onPhoto({ failed: true });
    }
  }
}

// The photo as it is kept and sent, of a picture that was taken in.
export async function prepare({ visit, blob: original, at }) {
  const { blob, thumb, width, height } = await scale(original);
  const bytes = await blob.arrayBuffer();
  return {
    visit, sha: await sha256(bytes), blob: new Blob([bytes], { type: 'image/jpeg' }), thumb: await thumb.arrayBuffer(),
    width, height, at, stored: false,
  };
}

// Photo and entry in the draft stand or fall together with the original's going.
async function store(photo, owner, key) {
  const row = await keep.storable(photo);
  return keep.transaction(['photos', 'fields', 'intake'], 'readwrite', (photos, fields, intake) => {
    photos.put(row);
    const path = (what) => `photos/${photo.sha}/${what}`;
    const write = (what, value, before) => fields.put({
      visit: photo.visit, path: path(what), value, base: before?.base ?? 0, dirty: true, theirs: null, at: Date.now(),
      auto: false, number: (before?.number ?? 0) + 1,
    });
    const asked = fields.get([photo.visit, path('at')]);
    asked.onsuccess = () => {
      const isNew = !asked.result;
      if (isNew) write('at', photo.at);
      const removed = fields.get([photo.visit, path('removed')]);
      removed.onsuccess = () => {
        const isBack = removed.result?.value === true;
        if (isBack) write('removed', false, removed.result);
        const of = fields.get([photo.visit, path('of')]);
        // The same picture taken in twice stays whose it was, unless it was taken out there, or was nobody's.
        of.onsuccess = () => {
          if (isNew || isBack || !of.result?.value) write('of', owner ?? '', of.result);
        };
      };
    };
    if (key !== undefined) intake.delete(key);
  });
}

async function scale(file) {
  const picture = await read(file);
  let large;
  try {
    large = draw(picture, LONG_SIDE);
  } finally {
    picture.close?.();
  }
  const small = draw(large, THUMB_SIDE);
  const { width, height } = large;
  return { blob: await encoded(large, QUALITY), thumb: await encoded(small, 0.7), width, height };
}

// Upright, as the camera's note on how it was held says.
async function read(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return readByElement(file);
  }
}

// Some browsers read more kinds of picture this way (HEIC on an iPhone).
function readByElement(file) {
  return new Promise((resolve, reject) => {
    const address = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => {
      image.close = () => URL.revokeObjectURL(address);
      resolve(image);
    };
    image.onerror = () => {
      URL.revokeObjectURL(address);
      reject(new Error('this file is no picture that the phone can read'));
    };
    image.src = address;
  });
}

function draw(picture, longSide) {
  const [width, height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  if (!width || !height) throw new Error('an empty picture');
  const factor = Math.min(1, longSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * factor));
  canvas.height = Math.max(1, Math.round(height * factor));
  const pen = canvas.getContext('2d', { alpha: false });
  // JPEG has no see-through.
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The canvas as JPEG, which is new and has nothing of the camera's notes; the canvas's memory is given back.
async function encoded(canvas, quality) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  canvas.width = 0;
  canvas.height = 0;
  if (!blob) throw new Error('the phone could not draw the picture');
  return blob;
}

// An address under which the page shows a photo's small picture; to be revoked. Null where this phone has none.
export async function thumbAddress(visit, sha) {
  const row = await keep.get('photos', [visit, sha]);
  if (!row) return null;
  const small = row.thumb ? new Blob([row.thumb], { type: 'image/jpeg' }) : row.blob;
  return URL.createObjectURL(small);
}
