// Photos: many, large, turned, and what is no photo (R15).

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { PATIENCE, Phone, picture, until, withExif } from '../phone.mjs';

// The most memory that one of a browser's pages holds, in bytes, while it is watched.
function watchMemory(browser) {
  let most = 0;
  const pages = renderers(browser);
  const look = () => {
    for (const page of pages) {
      try {
        most = Math.max(most, Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${page}/status`, 'utf8'))[1]) * 1024);
      } catch {
        // It has ended.
      }
    }
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

// The processes of a browser that draw pages.
function renderers(browser) {
  const isBelow = (process) => {
    for (let at = process; at > 1;) {
      if (at === browser) return true;
      at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))[1]);
    }
    return false;
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((process) => {
    try {
      return readFileSync(`/proc/${process}/cmdline`, 'utf8').includes('--type=renderer') && isBelow(process);
    } catch {
      return false;
    }
  });
}

const forty = async (scenario) => {
  const visit = await scenario.office.visit();
  const phone = await Phone.alone(scenario, visit);
  const photos = [];
  for (let number = 0; number < 5; number += 1) {
    const taken = await picture(scenario.browser, { width: 4000, height: 3000, number, noise: number < 2 });
    // Held in each of the eight ways that a camera knows: eight other pictures.
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      photos.push(path.join(phone.profile, `${orientation}-${taken.name}`));
      await fs.writeFile(photos.at(-1), withExif(taken, orientation).buffer);
    }
  }
  await phone.open(await scenario.office.link(visit.visit));
  await phone.fillIn();
  const memory = watchMemory(phone.pid);
  await phone.go('photos');
  await phone.at('add-photo').setInputFiles(photos, { timeout: 3 * PATIENCE });
  await until('all forty are kept', async () => Number(await phone.at('photo-count').getAttribute('data-count')) === 40, 3 * PATIENCE);
  const most = memory();
  assert.ok(most < 600 * 1024 * 1024, `the page took ${Math.round(most / 1048576)} MB`);
  console.log(`        forty photos: the page took at most ${Math.round(most / 1048576)} MB`);
  for (const { size } of await phone.kept('photos')) assert.ok(size < 3 * 1024 * 1024);
  await phone.handIn();
  await phone.reaches('received', 3 * PATIENCE);
  const [{ envelope }] = await scenario.office.submissions(visit);
  assert.equal(envelope.photos.length, 40);
  assert.deepEqual(await phone.kept('photos'), []);
  phone.fine();
};
forty.isLong = true;

export default {
  'forty photos of twelve megapixels, one after another': forty,

  async 'a photo that was taken sideways is stored upright, and without its place'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const sideways = withExif(await picture(scenario.browser, { width: 1600, height: 1200, number: 9 }), 6);
    assert.ok(sideways.buffer.includes('Exif'));
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    await phone.addPhotos([sideways]);
    const seen = await phone.page.evaluate(async () => {
      const [{ blob }] = await globalThis.RondaKeep.all('photos');
      const bytes = new Uint8Array(await blob.arrayBuffer());
      const image = await createImageBitmap(blob, { imageOrientation: 'none' });
      const canvas = new OffscreenCanvas(image.width, image.height);
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const at = (x, y) => [...pen.getImageData(Math.round(x * image.width), Math.round(y * image.height), 1, 1).data.slice(0, 3)];
      return { width: image.width, height: image.height, left: at(0.1, 0.1), right: at(0.9, 0.1), text: String.fromCharCode(...bytes.subarray(0, 400)) };
    });
    assert.deepEqual([seen.width, seen.height], [1200, 1600]);
    // Orientation 6: the picture is turned a quarter to the right, so its upper left corner is at the upper right.
    assert.ok(seen.right[0] > 200 && seen.right[1] < 60, `upper right is red: ${seen.right}`);
    assert.ok(seen.left[0] < 200, `upper left is not: ${seen.left}`);
    assert.ok(!/Exif|GPS/.test(seen.text));
    await phone.handIn();
    await phone.reaches('received');
    const files = await scenario.office.documents(visit);
    assert.ok(files.length >= 1, 'the office has the photo');
    for (const bytes of files) {
      assert.ok(!bytes.includes('Exif\0\0') && !bytes.includes('GPS'), 'nothing of where it was taken');
      assert.deepEqual(sizeOf(bytes), [1200, 1600]);
    }
    phone.fine();
  },

  async 'a photo goes with the item it belongs to, and one that was taken out is not sent'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    const photos = [await picture(scenario.browser, { number: 10 }), await picture(scenario.browser, { number: 11 })];
    await phone.open(await scenario.office.link(visit.visit));
    await phone.fillIn();
    await phone.go(`checks/${visit.equipment}`);
    await phone.result('alarm', 'attention').click();
    await phone.at('item-photo-alarm-photo').setInputFiles([photos[0]]);
    await phone.at('item-alarm-photo').locator('[data-t=photo]').waitFor();
    await phone.addPhotos([photos[1]], 2);
    await phone.at('remove-photo-2').click();
    await phone.handIn();
    await phone.reaches('received');
    const [{ envelope }] = await scenario.office.submissions(visit);
    assert.equal(envelope.photos.length, 1);
    const answer = envelope.record.equipment[0].answers.find((one) => one.item === 'alarm-photo');
    assert.deepEqual(answer.photos, [envelope.photos[0].file]);
    assert.deepEqual(await phone.kept('photos'), []);
    phone.fine();
  },

  async 'a file that is no picture is told of in words'(scenario) {
    const visit = await scenario.office.visit();
    const phone = await Phone.of(scenario, visit, { worker: false });
    await phone.open(await scenario.office.link(visit.visit));
    await phone.go('photos');
    await phone.at('add-photo').setInputFiles([{ name: 'nota.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture at all') }]);
    await phone.at('photo-unreadable').waitFor();
    assert.match(await phone.at('photo-unreadable').innerText(), /nota\.jpg/);
    await phone.at('photo-unreadable').locator('button').click();
    await until('it is gone', async () => (await phone.at('photo-unreadable').count()) === 0);
    phone.fine();
  },
};

// Width and height from a JPEG's frame header (ITU T.81, B.2.2).
function sizeOf(bytes) {
  for (let at = 2; at < bytes.length - 9;) {
    const kind = bytes[at + 1];
    if (kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind)) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
