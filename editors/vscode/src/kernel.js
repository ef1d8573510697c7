'use strict';
// the client of `snn serve`, as docs/serve.md specifies it: one process for one notebook
const cp = require('node:child_process'), net = require('node:net'), path = require('node:path');

const PROTOCOL = 1;
const LONGEST_START = 60_000;
const LAST_WORDS = 2_000;

class Kernel {
  /**
   * @param {string[]} command program and first arguments of the tool
   * @param {string} notebook path of the notebook
   * @param {string[]} options such as --scale and --set
   * @param {(text: string) => void} log receives what native libraries print while no cell runs
   */
  constructor(command, notebook, options, log) {
    this.waiting = new Map();
    this.executions = new Map();
    this.ended = false;
    this.log = log;
    this.requests = 0;
    // what cells have run, as they were then: diagnostics must know what is declared
    this.ran = new Map();
    this.displays = new Map();
    this.child = cp.spawn(command[0], [...command.slice(1), 'serve', notebook, ...options], {
      cwd: path.dirname(notebook),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.words = '';
    this.child.stderr.on('data', data => {
      this.words = (this.words + data).slice(-4000);
      this.print('stderr', String(data));
    });
    this.exit = new Promise(done => {
      this.child.once('exit', async (code, signal) => {
        await this.drained();
        this.end(`The notebook's process ended (${signal ?? `exit code ${code}`}).`);
        done();
      });
      // what never ran does not exit
      this.child.once('error', error => {
        if (this.child.pid !== undefined) return;
        this.end(error.message);
        done();
      });
    });
    this.ready = this.connect(command);
    this.ready.catch(() => {});
  }

  async connect(command) {
    const address = await new Promise((done, failed) => {
      const limit = setTimeout(
        () => failed(new Error(`snn serve did not say where it listens within ${LONGEST_START / 1000} s.`)),
        LONGEST_START,
      );
      let head = '';
      const listen = data => {
        head += data;
        const at = head.indexOf('\n');
        if (at < 0) return;
        this.child.stdout.off('data', listen).on('data', rest => this.print('stdout', String(rest)));
        clearTimeout(limit);
        try { done(JSON.parse(head.slice(0, at)).address); } catch { failed(new Error(`snn serve said: ${head.slice(0, 500)}`)); }
      };
      this.child.stdout.on('data', listen);
      this.child.once('error', error =>
        failed(
          new Error(
            `${command[0]} cannot be started (${error.message}). ` +
              'Correct the setting snn.command, or leave it empty to have the tool looked for.',
          ),
        ),
      );
      // 2: what it was started with is wrong, and it says so in a sentence
      this.child.once('close', code =>
        failed(
          new Error(
            this.killed
              ? "The notebook's process was ended before it had started."
              : code === 2 && this.words.trim()
                ? this.words.trim()
                : `snn serve ended with ${code}. ${this.words}`.trim(),
          ),
        ),
      );
    });
    this.socket = net.connect(address);
    this.socket.setEncoding('utf8');
    let rest = [];
    this.socket.on('data', data => {
      const lines = String(data).split('\n');
      rest.push(lines[0]);
      for (let i = 1; i < lines.length; i++) {
        const line = rest.join('');
        rest = [lines[i]];
        try { this.receive(JSON.parse(line)); } catch (error) { this.log(`${error}: ${line.slice(0, 200)}\n`); }
      }
    });
    this.socket.on('error', error => this.log(`${error}\n`));
    await new Promise((done, failed) =>
      this.socket
        .once('connect', done)
        .once('error', failed)
        .once('close', () => failed(new Error("The notebook's process ended before it could be reached."))),
    );
    const hello = await this.request('hello', { protocol: PROTOCOL });
    if (hello.refused ?? hello.error) throw new Error(hello.refused ?? hello.error);
    this.version = hello.version;
  }

  receive(message) {
    if (message.kind === 'refused') {
      for (const done of this.waiting.values()) done({ refused: message.message });
      this.waiting.clear();
      return;
    }
    if (message.kind === 'started') {
      for (const id of this.executions.keys()) if (id !== message.id && !this.waiting.has(id)) this.executions.delete(id);
      this.running = message.id;
    }
    const waiting = this.waiting.get(message.id);
    if (message.kind === 'answer') {
      this.waiting.delete(message.id);
      if (this.running === message.id) this.running = undefined;
      waiting?.(message);
    } else {
      this.executions.get(message.id)?.(message);
    }
  }

  // native libraries print past the host; it belongs to the cell that runs
  print(name, text) {
    const listener = this.executions.get(this.running);
    if (listener) listener({ kind: 'stream', name, text });
    else this.log(text);
  }

  request(kind, fields = {}, listener) {
    if (this.ended) return Promise.resolve({ error: this.reason });
    const id = `${kind}-${++this.requests}`;
    if (listener) this.executions.set(id, listener);
    return new Promise(done => {
      this.waiting.set(id, done);
      this.socket.write(JSON.stringify({ ...fields, id, kind }) + '\n');
    });
  }

  /** A question; the answer, or one with `error` where the process has ended. */
  async ask(kind, fields) {
    await this.ready;
    return this.request(kind, fields);
  }

  /** Runs a cell; `listener` gets what it shows, also what tasks it leaves behind show before the next cell begins. */
  async execute(fields, listener) {
    await this.ready;
    return this.request('execute', fields, listener);
  }

  // the news of an end may come before what was sent until then
  drained() {
    const { socket } = this;
    if (!socket || socket.destroyed || socket.pending) return Promise.resolve();
    return new Promise(done => {
      const limit = setTimeout(done, LAST_WORDS);
      socket.once('close', () => {
        clearTimeout(limit);
        done();
      });
    });
  }

  end(reason) {
    this.ended = true;
    this.reason = reason;
    for (const done of this.waiting.values())
      done({ error: reason, failure: { name: 'KernelEnded', message: reason, text: reason, trace: [] } });
    this.waiting.clear();
    this.socket?.destroy();
  }

  /** Ends the process, whatever its cells are doing. */
  async kill() {
    this.killed = true;
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

module.exports = { Kernel };
