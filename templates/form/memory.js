// Stands in for the phone's database in a browser that gives the form none, as some do in a private window: as much of
// IndexedDB as keep.js asks for, for as long as the page is open. A plain script, as keep.js is.
(() => {
  'use strict';

  const KEYS = { bundles: ['visit'], fields: ['visit', 'path'], photos: ['visit', 'sha'], intake: ['key'], outbox: ['visit'], results: ['visit'], settings: ['name'] };
  const stores = new Map(Object.keys(KEYS).map((name) => [name, new Map()]));
  let lastKey = 0;

  const isIn = (range, key) => {
    const under = (Array.isArray(range.lower) ? range.lower[0] : range.lower);
    return (Array.isArray(key) ? key[0] : key) === under;
  };

  // One change at a time, and all of it at once: its requests are answered in their order, then it is complete.
  function transaction() {
    let left = 0;
    let isOver = false;
    const change = { oncomplete: null, onabort: null, onerror: null, error: null };
    const settle = () => queueMicrotask(() => {
      if (left > 0 || isOver) return;
      isOver = true;
      change.oncomplete?.();
    });
    const answer = (work) => {
      const request = { result: work(), onsuccess: null, onerror: null, error: null };
      left += 1;
      queueMicrotask(() => {
        request.onsuccess?.();
        left -= 1;
        settle();
      });
      return request;
    };
    change.objectStore = (name) => {
      const rows = stores.get(name);
      const keyOf = (row) => (KEYS[name].length === 1 ? row[KEYS[name][0]] : KEYS[name].map((part) => row[part]));
      const place = (key) => JSON.stringify(key);
      return {
        get: (key) => answer(() => (rows.has(place(key)) ? { ...rows.get(place(key)) } : undefined)),
        getAll: (range) => answer(() => [...rows.values()].filter((row) => !range || isIn(range, keyOf(row))).map((row) => ({ ...row }))),
        put: (row) => answer(() => {
          const kept = name === 'intake' && row.key === undefined ? { ...row, key: (lastKey += 1) } : { ...row };
          rows.set(place(keyOf(kept)), kept);
          return keyOf(kept);
        }),
        delete: (key) => answer(() => { rows.delete(place(key)); }),
      };
    };
    change.abort = () => {
      if (isOver) throw new Error('it is over');
      isOver = true;
      queueMicrotask(() => change.onabort?.());
    };
    settle();
    return change;
  }

  globalThis.RondaMemory = { transaction };
})();
