'use strict';
// npm run package: snn-notebooks.vsix, with the plotly.js that draws the figures inside.
// Takes what rig/install.sh installed where SNN_RIG names
// its folder, else asks npm for it.
const cp = require('node:child_process'), fs = require('node:fs'), os = require('node:os'), path = require('node:path');

const PLOTLY = 'plotly.js-dist-min@2.28.0', VSCE = '@vscode/vsce@4.1.0';
const folder = path.join(__dirname, '..'), media = path.join(folder, 'media');

let tools = process.env.SNN_RIG;
let temporary;
if (!tools) {
  tools = temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'snn-package-'));
  fs.writeFileSync(path.join(tools, 'package.json'), '{"private":true}');
  cp.execSync(`npm install --no-audit --no-fund --ignore-scripts ${PLOTLY} ${VSCE}`, { cwd: tools, stdio: 'inherit' });
}
const plotly = path.join(tools, 'node_modules', 'plotly.js-dist-min');
fs.rmSync(media, { recursive: true, force: true });
fs.mkdirSync(media);
fs.copyFileSync(path.join(plotly, 'plotly.min.js'), path.join(media, 'plotly.min.js'));
fs.copyFileSync(path.join(plotly, 'LICENSE'), path.join(media, 'plotly.LICENSE'));
const vsix = path.join(folder, 'snn-notebooks.vsix');
cp.execFileSync(
  process.execPath,
  [path.join(tools, 'node_modules', '@vscode', 'vsce', 'vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '-o', vsix],
  { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
);
if (temporary) fs.rmSync(temporary, { recursive: true });
console.log(`${vsix}: ${(fs.statSync(vsix).size / 1e6).toFixed(2)} MB`);
