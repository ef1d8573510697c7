'use strict';
// the moments at which a process starts and ends, each held open
const test = require('node:test'),
  assert = require('node:assert'),
  fs = require('node:fs'),
  net = require('node:net'),
  os = require('node:os'),
  path = require('node:path');
const { Kernel } = require('../src/kernel.js');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snn-kernel-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

// speaks as `snn serve` does; what it is started with says how it ends
const served = path.join(folder, 'serve.js');
fs.writeFileSync(
  served,
  `
const net = require('node:net'), how = process.argv[4], address = process.argv[5];
net.createServer(socket => {
  const send = (message, then) => socket.write(JSON.stringify(message) + '\\n', then);
  socket.on('error', () => {}).setEncoding('utf8').on('data', data => {
    for (const line of data.split('\\n').filter(Boolean)) {
      const { id, kind } = JSON.parse(line);
      if (kind === 'hello' && how === 'dies at hello') process.exit(5);
      if (kind === 'hello') send({ kind: 'answer', id, protocol: 1, version: '1' });
      if (kind === 'execute') {
        send({ kind: 'started', id });
        for (let i = 0; i < 100; i++) send({ kind: 'stream', id, name: 'stdout', text: i + '\\n' });
        send({ kind: 'stream', id, name: 'stdout', text: 'last words' }, () => process.exit(6));
      }
    }
  });
}).listen(address, () => console.log(JSON.stringify({ kind: 'listening', protocol: 1, address })));
`,
);

let addresses = 0;
const start = how =>
  new Kernel([process.execPath, served], path.join(folder, 'n.dib'), [how, path.join(folder, `s${++addresses}`)], () => {});

test('what a process sent before its end is received, though the news of its end comes first', async () => {
  const kernel = start('dies at execute');
  await kernel.ready;
  const shown = [];
  kernel.child.once('exit', () => setImmediate(() => kernel.socket.resume()));
  const answer = kernel.execute({ source: '' }, message => {
    if (message.kind === 'started') kernel.socket.pause();
    if (message.kind === 'stream') shown.push(message.text);
  });
  assert.match((await answer).failure.message, /ended \(exit code 6\)/);
  assert.strictEqual(shown.length, 101);
  assert.strictEqual(shown.at(-1), 'last words');
});

test('a process that is ended while it is being connected to is told of, and not waited for', async t => {
  const connect = net.connect, connecting = new net.Socket();
  t.after(() => (net.connect = connect));
  const reached = new Promise(done => (net.connect = () => (done(), connecting))); // never connects
  const kernel = start('lives');
  await reached;
  await kernel.kill();
  await assert.rejects(kernel.ready, /ended before it/);
});

test('a process that ends as it is greeted has not started', async () => {
  const kernel = start('dies at hello');
  await assert.rejects(kernel.ready, /ended \(exit code 5\)/);
  await kernel.kill();
});

test('a process that is ended before it says where it listens was not broken', async () => {
  const kernel = new Kernel([process.execPath, '-e', 'setInterval(() => {}, 1000)'], path.join(folder, 'n.dib'), [], () => {});
  await kernel.kill();
  await assert.rejects(kernel.ready, /was ended before it had started/);
});

test('a program that is not there is told of, and ended without waiting', async () => {
  const kernel = new Kernel([path.join(folder, 'none')], path.join(folder, 'n.dib'), [], () => {});
  await assert.rejects(kernel.ready, /cannot be started/);
  await kernel.kill();
  assert.ok(kernel.ended);
});

test('a process can be ended twice', async () => {
  const kernel = start('lives');
  await kernel.ready;
  await Promise.all([kernel.kill(), kernel.kill()]);
  assert.match((await kernel.ask('variables')).error, /SIGKILL/);
});
