'use strict';
// code-server switches proposed interfaces on: that only stable ones are used must be seen here
const test = require('node:test'),
  assert = require('node:assert'),
  cp = require('node:child_process'),
  fs = require('node:fs'),
  os = require('node:os'),
  path = require('node:path');

const folder = path.join(__dirname, '..');
const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

test('the manifest contributes to stable points alone and needs no other package', () => {
  const stable = ['notebooks', 'languages', 'notebookRenderer', 'views', 'viewsWelcome', 'commands', 'menus', 'configuration'];
  assert.deepStrictEqual(Object.keys(manifest.contributes).filter(key => !stable.includes(key)), []);
  assert.strictEqual(manifest.enabledApiProposals, undefined);
  assert.strictEqual(manifest.dependencies, undefined);
  assert.strictEqual(manifest.devDependencies, undefined);
  assert.strictEqual(manifest.engines.vscode, '^1.90.0');
  const menus = ['notebook/toolbar', 'commandPalette', 'file/newFile'];
  assert.deepStrictEqual(Object.keys(manifest.contributes.menus).filter(key => !menus.includes(key)), []);
});

test('every command is declared and registered', () => {
  const source = fs.readFileSync(path.join(folder, 'src/extension.js'), 'utf8');
  for (const { command } of manifest.contributes.commands) assert.ok(source.includes(`'${command}'`), command);
  for (const menu of Object.values(manifest.contributes.menus).flat())
    assert.ok(
      manifest.contributes.commands.some(({ command }) => command === menu.command),
      menu.command,
    );
});

test('all files that the manifest names are there', () => {
  for (const file of [manifest.main, ...manifest.contributes.notebookRenderer.map(renderer => renderer.entrypoint)])
    assert.ok(fs.existsSync(path.join(folder, file)), file);
});

const tools = process.env.SNN_RIG;
const checker = tools && path.join(tools, 'node_modules/typescript/bin/tsc'),
  types = tools && path.join(tools, 'node_modules/@types');
test(
  'the sources pass the type checker against the stable interface of the engine',
  { skip: checker && fs.existsSync(checker) ? false : 'needs rig/install.sh: typescript and @types/vscode' },
  () => {
    const version = JSON.parse(fs.readFileSync(path.join(types, 'vscode/package.json'), 'utf8')).version;
    assert.ok(version.startsWith('1.90.'), `types of ${version}, expected those of the engine`);
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'snn-types-')),
      config = path.join(scratch, 'tsconfig.json');
    fs.writeFileSync(
      config,
      JSON.stringify({
        compilerOptions: {
          allowJs: true,
          checkJs: true,
          noEmit: true,
          strict: false,
          target: 'es2022',
          module: 'node16',
          moduleResolution: 'node16',
          lib: ['es2022', 'dom', 'dom.iterable'],
          types: ['vscode', 'node'],
          typeRoots: [types],
        },
        include: [path.join(folder, 'src/*.js')],
      }),
    );
    const checked = cp.spawnSync(process.execPath, [checker, '-p', config], { encoding: 'utf8' });
    fs.rmSync(scratch, { recursive: true });
    assert.strictEqual(checked.status, 0, checked.stdout);
  },
);
