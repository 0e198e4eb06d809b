// A small office that a real `ronda` serves, for as long as the tests run.

import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import { localDay, localTime } from './local.mjs';

const run = promisify(execFile);

const CHECKLIST = `checklist = "plant"
title = { en = "Plant room", es = "Sala técnica", zh = "机房" }

[[sections]]
title = { en = "Room", es = "Sala", zh = "房间" }

[[sections.items]]
item = "temperature"
text = { en = "Temperature", es = "Temperatura", zh = "温度" }
guidance = { en = "Measure at the height of the batteries.", es = "Mida a la altura de las baterías.", zh = "在电池高度处测量。" }
reading = { unit = "°C", min = 18, max = 28 }
required = true

[[sections.items]]
item = "ventilation"
text = { en = "Ventilation free", es = "Ventilación libre", zh = "通风畅通" }
required = true

[[sections.items]]
item = "noise"
text = { en = "No unusual noise", es = "Sin ruidos anormales", zh = "无异响" }

[[sections]]
title = { en = "Cabinet", es = "Armario", zh = "机柜" }

[[sections.items]]
item = "mode"
text = { en = "Mode", es = "Modo", zh = "模式" }
kind = "choice"
choices = [
  { choice = "auto", text = { en = "Automatic", es = "Automático", zh = "自动" } },
  { choice = "manual", text = { en = "Manual", es = "Manual", zh = "手动" }, result = "attention" },
]
required = true

[[sections.items]]
item = "why-manual"
text = { en = "Why it is in manual", es = "Por qué está en manual", zh = "为何处于手动" }
kind = "text"
when = { item = "mode", choice = ["manual"] }
required = true

[[sections.items]]
item = "alarm"
text = { en = "No alarm pending", es = "Sin alarmas pendientes", zh = "无未处理告警" }
required = true

[[sections.items]]
item = "alarm-photo"
text = { en = "Photo of the alarm", es = "Foto de la alarma", zh = "告警照片" }
kind = "photo"
when = { item = "alarm", result = ["attention", "fault"] }

[[sections.items]]
item = "load"
text = { en = "Load", es = "Carga", zh = "负载" }
reading = { unit = "%", max = 80 }
`;

// Each scenario has a site to itself, so that none sees another's findings.
function company(sites) {
  // No digest falls due while the scenarios run.
  const digestAt = localTime(Date.now() + 12 * 3600000);
  const codes = Array.from({ length: sites }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
  return {
    'customers.csv': 'customer,name,language\nCUM,Cumbre Centros de Datos,es\n',
    'sites.csv': `site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n${codes.map((code) => `${code},CUM,Centro ${code},"Calle Mayor 1, Alcobendas",ES,MD,Europe/Madrid,40.5,-3.6,\n`).join('')}`,
    'contacts.csv': 'site,customer,name,email,role,language\n,CUM,Operaciones,ops@cum.example,operations,\n,CUM,Oficina técnica,reports@cum.example,reports,\n,CUM,Carmen Ibáñez,carmen@cum.example,escalation,\n',
    'engineers.csv': 'engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\nE-1,Lucía Romero,lucia@ronda.example,+34 600,electrical,Europe/Madrid,ES-MD,40.4,-3.7,es\nE-2,Jordi Puig,jordi@ronda.example,+34 601,electrical,Europe/Madrid,ES-MD,41.4,2.1,es\n',
    'managers.csv': `manager,name,email,scope,time_zone,calendar,digest_at,language\nM-1,Helena Ortiz,helena@ronda.example,all,Europe/Madrid,ES-MD,${digestAt},en\n`,
    'equipment.csv': `equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n${codes.map((code) => `${code}-UPS,${code},UPS 1,Voltera,M400,S-1,plant,electrical,2026-01-01,24\n`).join('')}`,
    'contracts.csv': 'contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,standard,2026-01-01,\n',
  };
}

// A port that nobody listens on, below those that the system gives to connections: one of these could be taken before
// the server that it is for has begun.
export async function freePort() {
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * 10000);
    const server = net.createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export async function openOffice({ sites }) {
  const binary = process.env.RONDA_BIN;
  if (!binary) throw new Error('RONDA_BIN names the ronda that is tested');
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ronda-browser-'));
  const office = new Office(binary, folder);
  await office.found(sites);
  return office;
}

// Answers one question a line, each with a connection of its own, so that it holds no lock while it waits. Node has no
// SQLite before 22.
const READER = `
import json, sqlite3, sys
for line in sys.stdin:
    asked = json.loads(line)
    try:
        store = sqlite3.connect(sys.argv[1], timeout=60)
        if 'query' in asked:
            found = store.execute(asked['query'], asked['values'])
            names = [column[0] for column in found.description or []]
            answer = [dict(zip(names, row)) for row in found.fetchall()]
        else:
            answer = chr(10).join(store.iterdump())
        store.commit()
        store.close()
        said = {'answer': answer}
    except Exception as error:
        said = {'error': repr(error)}
    print(json.dumps(said), flush=True)
`;

// The office's SQLite file.
class Store {
  constructor(file) {
    this.child = spawn('python3', ['-c', READER, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = [];
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => {
      const { resolve, reject } = this.waiting.shift();
      const { answer, error } = JSON.parse(line);
      if (error) reject(new Error(`the store: ${error}`));
      else resolve(answer);
    });
    const ended = (error) => {
      this.trouble = new Error(`python3, which reads the store, ended: ${error}`);
      for (const { reject } of this.waiting.splice(0)) reject(this.trouble);
    };
    this.child.once('error', ended);
    this.child.once('exit', ended);
  }

  ask(question) {
    if (this.trouble) return Promise.reject(this.trouble);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  close() {
    this.child.stdin.end();
  }
}

class Office {
  constructor(binary, folder) {
    this.binary = binary;
    this.folder = folder;
    this.dir = path.join(folder, 'office');
    this.free = [];
  }

  async found(sites) {
    const csv = path.join(this.folder, 'company');
    await fs.mkdir(csv);
    await fs.mkdir(path.join(this.dir, 'checklists'), { recursive: true });
    for (const [name, text] of Object.entries(company(sites))) await fs.writeFile(path.join(csv, name), text);
    await fs.writeFile(path.join(this.dir, 'checklists', 'plant.toml'), CHECKLIST);
    this.port = await freePort();
    this.address = `http://127.0.0.1:${this.port}`;
    const own = await freePort();
    await fs.writeFile(path.join(this.dir, 'ronda.toml'), `[company]\nname = "Ronda Service"\nemail = "office@ronda.example"\ntime_zone = "Europe/Madrid"\ncalendar = "ES-MD"\ntell_between = "always"\n\n[web]\nlisten = "127.0.0.1:${own}"\npublic_listen = "127.0.0.1:${this.port}"\npublic_url = "${this.address}"\n`);
    await this.ronda('import', csv);
    await this.ronda('plan');
    await this.serve();
    const visits = JSON.parse(await this.ronda('visit', 'list', '--json', '--limit', '2000'));
    const seen = new Set();
    for (const one of visits) {
      const { id, site, purpose } = one;
      if (purpose !== 'inspection' && purpose !== 'training') continue;
      const key = `${site} ${purpose}`;
      if (seen.has(key)) continue;
      seen.add(key);
      this.free.push({ visit: String(id).startsWith('V') ? String(id) : `V${id}`, site, purpose });
    }
  }

  async ronda(...args) {
    const { stdout } = await run(this.binary, ['--dir', this.dir, ...args], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  async serve() {
    this.daemon = spawn(this.binary, ['--dir', this.dir, 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.said = '';
    for (const stream of [this.daemon.stdout, this.daemon.stderr]) stream.on('data', (text) => { this.said += text; });
    for (let tries = 0; tries < 1200; tries += 1) {
      if (this.daemon.exitCode !== null) throw new Error(`ronda serve ended: ${this.said}`);
      try {
        await fetch(`${this.address}/form/sw.js`);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error(`ronda serve does not answer: ${this.said}`);
  }

  // A visit that no other scenario has, booked for today.
  async visit(purpose = 'inspection') {
    const at = this.free.findIndex((one) => one.purpose === purpose);
    if (at < 0) throw new Error(`no ${purpose} is left`);
    const [found] = this.free.splice(at, 1);
    const today = localDay();
    await this.book(found.visit, today);
    return { ...found, number: Number(found.visit.slice(1)), equipment: `${found.site}-UPS`, address: this.address };
  }

  // Books a visit for a day, whether the daemon has announced it meanwhile or not.
  async book(visit, day) {
    const to = [visit, '--on', day, '--engineer', 'E-1', '--overrule'];
    await this.ronda('visit', 'book', ...to).catch(() => this.ronda('visit', 'move', ...to));
  }

  // The next inspection of a visit's site that is still to come.
  async next(visit) {
    const listed = JSON.parse(await this.ronda('visit', 'list', '--site', visit.site, '--purpose', 'inspection', '--json'));
    const { id } = listed.find(({ id, state }) => ['planned', 'booked'].includes(state) && id !== visit.number);
    return { ...visit, visit: `V${id}`, number: id };
  }

  // The path of a fresh link to a visit's form.
  async link(visit) {
    const { address } = JSON.parse(await this.ronda('link', visit, '--json'));
    return new URL(address).pathname;
  }

  // What the store has, by a query of its own.
  sql(query, ...values) {
    return this.asked({ query, values });
  }

  // Everything in the store, one line a row, to see that nothing has changed.
  dump() {
    return this.asked({});
  }

  async asked(question) {
    if (!this.store) {
      const name = (await fs.readdir(this.dir)).find((one) => /\.(db|sqlite3?)$/.test(one));
      this.store ??= new Store(path.join(this.dir, name));
    }
    return this.store.ask(question);
  }

  // What was handed in for a visit, oldest first.
  async submissions(visit) {
    const rows = await this.sql('select outcome, why, body, body_sha256, office_note from submission where visit_id = ? order by id', visit.number);
    return rows.map((row) => ({ ...row, envelope: JSON.parse(row.body) }));
  }

  // Waits for a visit's record.
  async record(visit) {
    const [row] = await this.sql('select body from record where visit_id = ?', visit.number);
    return row ? JSON.parse(row.body) : null;
  }

  // The photos that are kept of a visit, as bytes.
  async documents(visit) {
    const rows = await this.sql('select sha256 from form_photo where visit_id = ?', visit.number);
    return Promise.all(rows.map(({ sha256 }) => fs.readFile(path.join(this.dir, 'documents', sha256.slice(0, 2), sha256))));
  }

  async expire(visit) {
    await this.sql("update link set expires_at = '2026-01-01T00:00:00.000Z' where errand = 'visit-form' and json_extract(body, '$.visit') = ?", visit.number);
  }

  stop(signal = 'SIGTERM') {
    return new Promise((resolve) => {
      this.daemon.once('exit', resolve);
      this.daemon.kill(signal);
    });
  }

  async restart() {
    await this.stop('SIGKILL');
    await this.serve();
  }

  async close() {
    this.store?.close();
    await this.stop('SIGKILL').catch(() => {});
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}
