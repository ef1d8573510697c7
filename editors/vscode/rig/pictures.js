'use strict';
// Takes the pictures of docs/pictures: node rig/pictures.js TOOLS SNN OUT.
// A paper's notebook at its smallest scale, in the light and in the dark.
const fs = require('node:fs'),
  path = require('node:path');
const { startServer } = require('./server.js'),
  { openPage } = require('./browser.js'),
  { SETTINGS } = require('./settings.js'),
  { scrollToFigure } = require('./pass.js');

const [tools, snn, out] = process.argv.slice(2).map(word => path.resolve(word));
const root = path.join(__dirname, '../../..');
const NOTEBOOK = 'spikingjelly.dib';

async function main() {
  const work = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'snn-pictures-')),
    workspace = path.join(work, 'snn'),
    probe = path.join(work, 'probe');
  for (const folder of [workspace, probe, out]) fs.mkdirSync(folder, { recursive: true });
  fs.cpSync(path.join(root, 'notebooks'), path.join(workspace, 'notebooks'), { recursive: true });
  fs.writeFileSync(path.join(probe, 'results.json'), '[]');
  fs.cpSync(path.join(__dirname, 'probe'), path.join(work, 'server/extensions/snnnotebooks.snn-probe-0.0.1'), { recursive: true });
  const server = await startServer(tools, path.join(work, 'server'), [path.join(__dirname, '..', 'snn-notebooks.vsix')], SETTINGS(snn), {
    SNN_PROBE: probe,
  });
  const editor = await openPage(tools, server.url, workspace, { height: 800 });
  const { page } = editor;
  const state = () => JSON.parse(fs.readFileSync(path.join(probe, 'notebooks.json'), 'utf8'))[NOTEBOOK];
  const picture = name => page.screenshot({ path: path.join(out, `${name}.png`) });
  try {
    await editor.quick(NOTEBOOK);
    await page.waitForSelector('.notebookOverlay .code-cell-row');
    await page.locator('.notebook-toolbar-container').getByRole('button', { name: 'Run All' }).first().click();
    await editor.until(
      'the notebook',
      () => {
        const now = state();
        return now && (now.figures >= 3 || now.succeeded + now.failed >= now.cells);
      },
      900,
    );
    console.log(JSON.stringify(state()));
    await editor.quick('>Explorer: Focus on SNN Variables View', 'SNN Variables');
    await scrollToFigure(editor);
    await picture('vscode-light');
    await editor.quick('>Preferences: Toggle between Light/Dark Themes', 'Toggle between Light/Dark');
    await page.waitForTimeout(2000);
    await scrollToFigure(editor);
    await picture('vscode-dark');
  } finally {
    await editor.close();
    await server.stop();
    fs.rmSync(work, { recursive: true, force: true });
  }
}

main();
