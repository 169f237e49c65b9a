// A real `trestle` process with a data folder of its own, that can be killed and started again.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program =
  process.env.TRESTLE ?? fileURLToPath(new URL('../../../target/debug/trestle', import.meta.url));

/** What the program says when it listens. */
const RUNNING = 'Trestle is running.';

export class Relay {
  #process;
  #output = '';

  static async start() {
    const relay = new Relay();
    relay.port = await freePort();
    relay.url = `http://127.0.0.1:${relay.port}`;
    relay.data = await mkdtemp(join(tmpdir(), 'trestle-'));
    await relay.start();
    return relay;
  }

  /** Starts the process on its port and its data; returns when it listens. */
  async start() {
    const started = spawn(
      program,
      ['--host', '127.0.0.1', '--port', String(this.port), '--data', this.data, '--metrics-address', 'off'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = started;
    const from = this.#output.length;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output += text;
      });
    }
    started.on('error', (error) => {
      this.#output += error;
    });
    const running = new Promise((resolve) => {
      started.stdout.on('data', () => this.#output.slice(from).includes(RUNNING) && resolve());
    });
    const ended = once(started, 'exit').then(() => {
      throw new Error(`${program} did not start:\n${this.#output}`);
    });
    await Promise.race([running, ended]);
  }

  get pid() {
    return this.#process.pid;
  }

  /** Everything the process has printed. */
  get output() {
    return this.#output;
  }

  /** SIGKILL: what a power cut looks like from outside the process. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** Ends the process and removes its data. */
  async dispose() {
    await this.#end('SIGKILL');
    await rm(this.data, { recursive: true, force: true });
  }

  /** A new workshop: its id, and a full link and a key for each role. */
  async createWorkshop({ title = 'Getting to the shops', question, start = 'community' } = {}) {
    const response = await fetch(`${this.url}/api/workshops`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title, question: question ?? 'How do we get there?', start }),
    });
    if (response.status !== 201) {
      throw new Error(`POST /api/workshops answered ${response.status}: ${await response.text()}`);
    }
    const { id, keys, links } = await response.json();
    const absolute = Object.fromEntries(
      Object.entries(links).map(([role, link]) => [role, new URL(link, this.url).href]),
    );
    return { id, title, keys, links: absolute };
  }

  /** The WebSocket address for clients that bring their own framing. */
  get socket() {
    return `ws://127.0.0.1:${this.port}/sync`;
  }

  async #end(signal) {
    const ending = this.#process;
    if (ending.exitCode === null && ending.signalCode === null) {
      const exited = once(ending, 'exit');
      ending.kill(signal);
      await exited;
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
