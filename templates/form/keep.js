// What the phone keeps, in IndexedDB. The page and the service worker both run this file, and a service worker
// cannot import modules everywhere: so it is a plain script that hangs one name on globalThis.
(() => {
  'use strict';

  const NAME = 'ronda-form';
  let opening = null;
  let wasOpen = false;
  let isInMemory = false;

  // In a browser that gives the form no database the page's memory stands in for it (memory.js), and says so. One that
  // gave it once has something in it.
  const open = () => openDisk().catch((error) => {
    if (wasOpen || !globalThis.RondaMemory || !['SecurityError', 'InvalidStateError', 'NotSupportedError', 'ReferenceError', 'TypeError'].includes(error?.name)) throw error;
    isInMemory = true;
    return globalThis.RondaMemory;
  });

  function openDisk() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore('bundles', { keyPath: 'visit' });
        db.createObjectStore('fields', { keyPath: ['visit', 'path'] });
        db.createObjectStore('photos', { keyPath: ['visit', 'sha'] });
        db.createObjectStore('intake', { keyPath: 'key', autoIncrement: true });
        db.createObjectStore('outbox', { keyPath: 'visit' });
        db.createObjectStore('results', { keyPath: 'visit' });
        db.createObjectStore('settings', { keyPath: 'name' });
      };
      request.onsuccess = () => {
        const db = request.result;
        wasOpen = true;
        // Browsers close it when they are short of space, or when another tab brings a newer form.
        db.onclose = () => { opening = null; };
        db.onversionchange = () => { db.close(); opening = null; };
        resolve(db);
      };
      request.onerror = () => { opening = null; reject(request.error); };
      request.onblocked = () => { opening = null; reject(new Error('another tab holds an older form open')); };
    });
    return opening;
  }

  // A page that is left may be put aside as it stands, for the way back. In Safari its open transactions then hold up
  // every other page of the form: they are given up, and begun again once the page is shown again.
  const underWay = new Set();
  let back = null;
  addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) return;
    back ??= new Promise((resolve) => {
      addEventListener('pageshow', () => {
        back = null;
        resolve();
      }, { once: true });
    });
    for (const change of underWay) giveUp(change);
  });

  function giveUp(change) {
    try {
      change.abort();
      underWay.delete(change);
    } catch {
      // It is on its way to the disk, and ends by itself.
    }
  }

  // Runs `work(stores…)` in one transaction; what it returns comes out once the disk has it.
  async function transaction(names, mode, work) {
    await back;
    const db = await open();
    return new Promise((resolve, reject) => {
      let change;
      try {
        change = db.transaction(names, mode, mode === 'readwrite' ? { durability: 'strict' } : undefined);
      } catch (error) {
        opening = null;
        reject(error);
        return;
      }
      let result;
      underWay.add(change);
      change.oncomplete = () => {
        underWay.delete(change);
        resolve(result);
      };
      change.onabort = () => {
        if (underWay.delete(change)) reject(change.error ?? new Error('the phone did not keep it'));
        else resolve(transaction(names, mode, work));
      };
      change.onerror = () => {};
      try {
        result = work(...names.map((name) => change.objectStore(name)));
        // A request that fails aborts the transaction, and that is told of above.
        result?.catch?.(() => {});
      } catch (error) {
        change.abort();
        reject(error);
      }
    });
  }

  function ask(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  const write = (store, row) => transaction([store], 'readwrite', (s) => ask(s.put(row)));
  const get = async (store, key) => asFile(await transaction([store], 'readonly', (s) => ask(s.get(key))));
  const put = async (store, row) => write(store, await storable(row));
  const remove = (store, key) => transaction([store], 'readwrite', (s) => ask(s.delete(key)));
  const all = async (store) => (await transaction([store], 'readonly', (s) => ask(s.getAll()))).map(asFile);

  // All rows of a visit in a store whose key begins with the visit.
  async function ofVisit(store, visit) {
    return (await transaction([store], 'readonly', (s) => ask(s.getAll(IDBKeyRange.bound([visit], [visit, []]))))).map(asFile);
  }

  let keepsFiles = null;

  // The row as this browser can keep it: Safari keeps no file in a private window, and has its bytes kept instead.
  async function storable(row) {
    if (!(row.blob instanceof Blob)) return row;
    keepsFiles ??= write('settings', { name: 'file', value: new Blob(['?']) }).then(() => true, isFull);
    return (await keepsFiles) ? row : { ...row, name: row.blob.name, blob: await row.blob.arrayBuffer() };
  }

  const asFile = (row) => (row?.blob instanceof ArrayBuffer ? { ...row, blob: new Blob([row.blob]) } : row);

  function putAll(store, rows) {
    return transaction([store], 'readwrite', (s) => {
      for (const row of rows) s.put(row);
    });
  }

  const isFull = (error) =>
    error?.name === 'QuotaExceededError' || error?.inner?.name === 'QuotaExceededError' || /quota|full/i.test(error?.message ?? '');

  // Room that is set aside while there is some, and given up when the disk is full: photos fill a phone, and the few
  // bytes that are typed after that shall still be kept.
  const BALLAST = 'ballast';

  async function setBallast() {
    if (await get('settings', BALLAST)) return;
    const bytes = new Uint8Array(524288);
    // Chance bytes do not shrink; no more than 65,536 are given at once.
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    await put('settings', { name: BALLAST, value: bytes });
  }

  // Runs `work`, and once more without the ballast where the disk was full.
  async function insist(work) {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error)) throw error;
      await remove('settings', BALLAST);
      return work();
    }
  }

  globalThis.RondaKeep = { transaction, get, put, putAll, storable, remove, all, ofVisit, isFull, setBallast, insist, get isInMemory() { return isInMemory; } };
})();
