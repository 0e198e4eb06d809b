// A proxy between a phone and the office that makes the faults of a plant room's network on purpose.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

// While the form is being written: its files are taken from here, so that no ronda need be built for each change.
const FILES = process.env.RONDA_FORM_FILES;

// Starts one in front of `target` (an origin).
export async function startProxy(target) {
  const proxy = new Proxy(new URL(target));
  await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
  proxy.origin = `http://127.0.0.1:${proxy.server.address().port}`;
  return proxy;
}

function fileOf(name) {
  const words = /^form\.(en|es|zh)\.ftl$/.exec(name);
  return words ? path.join(FILES, '..', 'locales', words[1], 'form.ftl') : path.join(FILES, name);
}

// What the disk has for an address, else what the office sent.
function onDisk(address, got) {
  const { pathname } = new URL(address, 'http://x');
  const asset = /^\/form\/app\/([\w.-]+)$/.exec(pathname)?.[1];
  const shell = /^\/form\/V?\d*$/.test(pathname) ? 'index.html' : /^\/sign\/V\d+$/.test(pathname) ? 'sign.html' : null;
  const name = asset ?? shell ?? (pathname === '/form/sw.js' ? 'sw.js' : null);
  if (!name || !fs.existsSync(fileOf(name))) return got.body;
  delete got.headers['content-encoding'];
  delete got.headers.etag;
  got.status = 200;
  const bytes = fs.readFileSync(fileOf(name));
  if (name !== 'sw.js') {
    got.headers['content-type'] = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', png: 'image/png' }[name.split('.').pop()] ?? 'text/plain; charset=utf-8';
    return bytes;
  }
  got.headers['content-security-policy'] = "default-src 'none'; script-src 'self'; connect-src 'self'";
  const names = fs.readdirSync(FILES).filter((one) => !/^sw\.js$|^sign\.|\.md$/.test(one)).concat('form.en.ftl', 'form.es.ftl', 'form.zh.ftl');
  const hash = createHash('sha256');
  for (const one of names) hash.update(fs.readFileSync(fileOf(one)));
  return Buffer.from(bytes.toString().replaceAll('__VERSION__', hash.digest('hex').slice(0, 16)).replaceAll('__ASSETS__', JSON.stringify(names.map((one) => `/form/app/${one}`))));
}

class Proxy {
  constructor(target) {
    this.target = target;
    this.rules = [];
    this.log = [];
    this.sockets = new Set();
    this.isOffline = false;
    this.server = http.createServer((request, answer) => this.pass(request, answer));
    this.server.on('connection', (socket) => {
      if (this.isOffline) {
        socket.destroy();
        return;
      }
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  offline(isOffline) {
    this.isOffline = isOffline;
    if (isOffline) for (const socket of this.sockets) socket.destroy();
  }

  // The next `times` requests that `test({ method, path })` picks get `fault`: see `pass`.
  when(test, fault, times = 1) {
    const rule = { test, fault, left: times, met: 0 };
    this.rules.push(rule);
    return rule;
  }

  count(test) {
    return this.log.filter(test).length;
  }

  async pass(request, answer) {
    const entry = { method: request.method, path: request.url, bytes: 0, status: 0, at: Date.now() };
    this.log.push(entry);
    if (this.isOffline) {
      request.socket.destroy();
      return;
    }
    const rule = this.rules.find((one) => one.left > 0 && one.test(entry));
    if (rule) {
      rule.left -= 1;
      rule.met += 1;
    }
    const fault = rule?.fault ?? {};
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      entry.bytes = body.length;
      if (fault.hold) await fault.hold;
      if (fault.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay));
      // The network is gone before anything arrives.
      if (fault.drop) return request.socket.destroy();
      // The office, or something before it, answers so.
      if (fault.answer) {
        const { status, body: said = {}, headers = {} } = fault.answer;
        entry.status = status;
        answer.writeHead(status, { 'Content-Type': 'application/json', connection: 'close', ...headers });
        return answer.end(JSON.stringify(said));
      }
      // The network goes in mid-body: the office sees a part of it.
      if (fault.cut) {
        await this.cut(request, body, Math.floor(body.length * fault.cut));
        return request.socket.destroy();
      }
      // What is rewritten is read as text first.
      if (fault.rewrite) request.headers['accept-encoding'] = 'identity';
      const got = await this.fetch(request, body);
      entry.status = got.status;
      // The office has committed, and its answer never comes.
      if (fault.dropAnswer) return request.socket.destroy();
      if (FILES && request.method === 'GET') got.body = onDisk(request.url, got);
      const said = fault.rewrite ? Buffer.from(fault.rewrite(got.body.toString())) : got.body;
      const headers = { ...got.headers };
      delete headers['transfer-encoding'];
      delete headers.connection;
      headers['content-length'] = said.length;
      // A browser repeats by itself what fails on a connection that it has used before; the faults are for the form.
      headers.connection = 'close';
      answer.writeHead(got.status, headers);
      answer.end(said);
    } catch {
      request.socket.destroy();
    }
  }

  headers(request) {
    return { ...request.headers, host: this.target.host, connection: 'close', 'accept-encoding': request.url === '/form/sw.js' ? 'identity' : request.headers['accept-encoding'] ?? 'identity' };
  }

  fetch(request, body) {
    return new Promise((resolve, reject) => {
      const options = { host: this.target.hostname, port: this.target.port, method: request.method, path: request.url, headers: { ...this.headers(request), 'content-length': body.length } };
      if (request.method === 'GET') delete options.headers['content-length'];
      const asked = http.request(options, (got) => {
        const chunks = [];
        got.on('data', (chunk) => chunks.push(chunk));
        got.on('end', () => resolve({ status: got.statusCode, headers: got.headers, body: Buffer.concat(chunks) }));
        got.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  cut(request, body, at) {
    return new Promise((resolve) => {
      const asked = http.request({ host: this.target.hostname, port: this.target.port, method: request.method, path: request.url, headers: { ...this.headers(request), 'content-length': body.length } });
      asked.on('error', resolve);
      asked.on('response', resolve);
      asked.write(body.subarray(0, at), () => setTimeout(() => {
        asked.destroy();
        resolve();
      }, 50));
    });
  }

  close() {
    this.offline(true);
    this.server.close();
  }
}
