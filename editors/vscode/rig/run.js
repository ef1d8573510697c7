'use strict';
// Tests the packaged extension in a real VS Code: node rig/run.js TOOLS SNN OUT [--keep]
//   TOOLS  the folder rig/install.sh filled      SNN  the tool      OUT  receives results, screenshots and logs
const cp = require('node:child_process'),
  fs = require('node:fs'),
  path = require('node:path');
const { startServer } = require('./server.js'),
  { openPage } = require('./browser.js'),
  { SETTINGS } = require('./settings.js'),
  { pass } = require('./pass.js');

const [tools, snn, out] = process.argv.slice(2).map(word => path.resolve(word));
const root = path.join(__dirname, '../../..');
const extension = path.join(__dirname, '..', 'snn-notebooks.vsix');

async function main() {
  fs.rmSync(out, { recursive: true, force: true });
  const workspace = path.join(out, 'workspace'), probe = path.join(out, 'probe'), pictures = path.join(out, 'pictures');
  for (const folder of [workspace, probe, pictures]) fs.mkdirSync(folder, { recursive: true });
  fs.cpSync(path.join(root, 'notebooks'), path.join(workspace, 'notebooks'), { recursive: true });
  cp.execFileSync(snn, ['run', path.join(workspace, 'notebooks/lessons/what-is-a-spike.dib'), '--out', out], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  fs.renameSync(path.join(out, 'what-is-a-spike.ipynb'), path.join(workspace, 'executed.ipynb'));
  const installed = path.join(out, 'server/extensions/snnnotebooks.snn-probe-0.0.1');
  fs.cpSync(path.join(__dirname, 'probe'), installed, { recursive: true });
  const server = await startServer(tools, path.join(out, 'server'), [extension], SETTINGS(snn), { SNN_PROBE: probe });
  const results = [];
  let editor;
  try {
    editor = await openPage(tools, server.url, workspace);
    const inside = path.join(probe, 'results.json');
    await editor.until('the tests inside the extension host', () => fs.existsSync(inside), 300);
    results.push(...JSON.parse(fs.readFileSync(inside, 'utf8')));
    results.push(...await pass({ editor, workspace, probe, pictures }));
  } catch (error) {
    await editor?.page.screenshot({ path: path.join(pictures, 'error.png') }).catch(() => {});
    const progress = path.join(probe, 'progress.json');
    if (results.length === 0 && fs.existsSync(progress)) results.push(...JSON.parse(fs.readFileSync(progress, 'utf8')));
    results.push({ name: 'the rig', passed: false, error: String(error.stack ?? error) });
  }
  await editor?.close();
  await server.stop();
  for (const { name, passed, milliseconds, error } of results) {
    const time = milliseconds === undefined ? '' : ` (${(milliseconds / 1000).toFixed(1)} s)`;
    const why = error ? `\n    ${error.split('\n').slice(0, 12).join('\n    ')}` : '';
    console.log(`${passed ? 'passed' : 'FAILED'} ${name}${time}${why}`);
  }
  const failed = results.filter(result => !result.passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

// what was started ends with this process
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
main();
