'use strict';
// Runs inside the extension host, beside the extension it tests: cells, outputs, completion, hover, diagnostics, saving.
// Writes what came of it to
// SNN_PROBE/results.json, and while notebooks run what they hold to SNN_PROBE/notebooks.json.
const vscode = require('vscode');
const assert = require('node:assert'), fs = require('node:fs'), path = require('node:path');

const VIEW = 'application/vnd.snn.view+json';
const folder = process.env.SNN_PROBE;
const tests = [];
const test = (name, body) => tests.push({ name, body });
const workspace = () => vscode.workspace.workspaceFolders[0].uri.fsPath;
const pause = ms => new Promise(done => setTimeout(done, ms));

async function until(what, condition, seconds = 240) {
  for (const end = Date.now() + 1000 * seconds; ;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(100);
  }
}

async function open(name, text) {
  const file = path.join(workspace(), name);
  if (text !== undefined) fs.writeFileSync(file, text);
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

async function run(notebook, index, waits = true) {
  const cell = notebook.cellAt(index),
    before = cell.executionSummary?.timing?.endTime;
  const executed = vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: index, end: index + 1 }],
    document: notebook.uri,
  });
  if (waits) await executed;
  if (waits) await until(`cell ${index}`, () => cell.executionSummary?.timing?.endTime && cell.executionSummary.timing.endTime !== before);
  return cell;
}

async function edit(cell, text) {
  const change = new vscode.WorkspaceEdit();
  change.replace(cell.document.uri, new vscode.Range(0, 0, cell.document.lineCount, 0), text);
  await vscode.workspace.applyEdit(change);
}

const texts = cell => cell.outputs.map(output => output.items.map(item => [item.mime, new TextDecoder().decode(item.data)]));
const text = (cell, mime) => texts(cell).flat().filter(([kind]) => kind === mime).map(([, value]) => value).join('');
const ODD = '\uFEFF#!md\r\n# Title\r\n\r\n\r\n#!c#\r\nvar spikes = 3;\r\nspikes\r\n#!js\r\nalert(1)\n\n#!mermaid\n\ngraph LR; a-->b';

test('opens cells in their languages', async () => {
  const notebook = await open('odd.dib', ODD);
  assert.deepStrictEqual(
    notebook.getCells().map(cell => [cell.kind, cell.document.languageId]),
    [
      [1, 'markdown'],
      [2, 'csharp'],
      [2, 'javascript'],
      [2, 'mermaid'],
    ],
  );
  assert.strictEqual(notebook.cellAt(1).document.getText().replace(/\r\n/g, '\n'), 'var spikes = 3;\nspikes');
});

test('saves what was changed and leaves every other byte', async () => {
  const notebook = await open('odd.dib');
  await edit(notebook.cellAt(1), 'var spikes = 4;\nspikes');
  assert.ok(await notebook.save());
  assert.strictEqual(fs.readFileSync(path.join(workspace(), 'odd.dib'), 'utf8'), ODD.replace('= 3', '= 4'));
  await edit(notebook.cellAt(1), 'var spikes = 3;\nspikes');
  assert.ok(await notebook.save());
  assert.strictEqual(fs.readFileSync(path.join(workspace(), 'odd.dib'), 'utf8'), ODD);
});

test('refuses bytes that are no text, as saving would destroy them', async () => {
  fs.writeFileSync(path.join(workspace(), 'bytes.dib'), Buffer.from([0x23, 0x21, 0xff, 0xfe, 0x0a]));
  await assert.rejects(
    async () => vscode.workspace.openNotebookDocument(vscode.Uri.file(path.join(workspace(), 'bytes.dib'))),
    /UTF-8|valid/,
  );
});

const CELLS = `#!csharp

#!import notebooks/_setup.dib

#!csharp

var x = 20;
Console.Write("out"); Console.Error.Write("err");
x * 2 + 2

#!csharp

var shown = "one".Display();
shown.Update("two");

#!csharp

using SnnNotebooks.Interactive;
using SnnNotebooks.Neurons;
using TorchSharp;

var weights = torch.zeros(2, 3);
new LIFNode(tau: 2.0).Trace(torch.ones(20)).Show("A neuron")

#!csharp

var line = 1;
throw new InvalidOperationException("on purpose");

#!csharp

while (true) { }

#!html

<b>bold</b>
`;

test('runs cells and shows text, values, updates, figures and html', async () => {
  const notebook = await open('cells.dib', CELLS);
  assert.ok((await run(notebook, 0)).executionSummary.success);
  const value = await run(notebook, 1);
  assert.strictEqual(text(value, 'text/plain'), '42');
  assert.strictEqual(text(value, 'application/vnd.code.notebook.stdout'), 'out');
  assert.strictEqual(text(value, 'application/vnd.code.notebook.stderr'), 'err');
  const updated = await run(notebook, 2);
  await until('the update', () => text(updated, 'text/plain') === 'two');
  const figure = await run(notebook, 3);
  const view = JSON.parse(text(figure, VIEW));
  assert.strictEqual(Object.keys(view.figures).length, 1);
  assert.ok(!view.html.includes('<script'));
  assert.match(text(await run(notebook, 6), 'text/html'), /<b>bold<\/b>/);
});

test('a failing cell says what and where, and the next one runs', async () => {
  const notebook = await open('cells.dib');
  await edit(notebook.cellAt(2), 'var shown = "one".Display();\n\n\nshown.Update("two");');
  const cell = await run(notebook, 4);
  assert.strictEqual(cell.executionSummary.success, false);
  const error = JSON.parse(text(cell, 'application/vnd.code.notebook.error'));
  assert.match(error.stack, /cells\.dib, cell 5, line 2 \(line 30 of the file\)[\s\S]*on purpose/);
  assert.ok((await run(notebook, 1)).executionSummary.success);
});

test('an endless cell is interrupted and variables stay', async () => {
  const notebook = await open('cells.dib');
  await run(notebook, 5, false);
  await pause(1500);
  await vscode.commands.executeCommand('snn.interrupt');
  await until('the end of the cell', () => notebook.cellAt(5).executionSummary?.success === false);
  assert.match(text(notebook.cellAt(5), 'application/vnd.code.notebook.error'), /Interrupted/);
  assert.ok((await run(notebook, 1)).executionSummary.success);
});

test('completion, signatures and hover know the session', async () => {
  const notebook = await open('cells.dib'), { document } = notebook.cellAt(5);
  await edit(notebook.cellAt(5), 'weights.res');
  const items = (
    await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', document.uri, new vscode.Position(0, 11))
  ).items.map(item => item.label);
  assert.ok(items.includes('reshape'), items.slice(0, 20).join());
  await edit(notebook.cellAt(5), 'Math.Max(1, ');
  const help = await vscode.commands.executeCommand('vscode.executeSignatureHelpProvider', document.uri, new vscode.Position(0, 12), '(');
  assert.match(help.signatures[help.activeSignature].label, /Math\.Max\(/);
  assert.strictEqual(help.activeParameter, 1);
  await edit(notebook.cellAt(5), 'weights');
  const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, new vscode.Position(0, 2));
  assert.match(hovers.flatMap(hover => hover.contents).map(content => content.value).join('\n'), /Tensor weights/);
});

test('errors are in the Problems panel before the cell runs', async () => {
  const notebook = await open('cells.dib'), { document } = notebook.cellAt(1);
  await edit(notebook.cellAt(1), 'int wrong = ;');
  const [first] = await until('a diagnostic', () => {
    const found = vscode.languages.getDiagnostics(document.uri);
    return found.length > 0 && found;
  });
  assert.deepStrictEqual([first.code, first.range.start.line], ['CS1525', 0]);
  await edit(notebook.cellAt(1), 'int right = 1;');
  await until('no diagnostic', () => vscode.languages.getDiagnostics(document.uri).length === 0);
});

test('a restart forgets variables', async () => {
  const notebook = await open('cells.dib');
  await vscode.commands.executeCommand('snn.restart');
  await edit(notebook.cellAt(5), 'x');
  assert.strictEqual((await run(notebook, 5)).executionSummary.success, false);
});

test('a tool that is not there is said in the cell', async () => {
  const settings = vscode.workspace.getConfiguration('snn'), command = settings.get('command');
  await vscode.commands.executeCommand('snn.restart');
  await settings.update('command', ['/nowhere/snn'], vscode.ConfigurationTarget.Global);
  const notebook = await open('cells.dib'), cell = await run(notebook, 1);
  assert.match(text(cell, 'application/vnd.code.notebook.error'), /\/nowhere\/snn.*cannot be started.*snn\.command/s);
  await settings.update('command', command, vscode.ConfigurationTarget.Global);
});

function watchNotebooks() {
  const write = () => {
    const state = Object.fromEntries(vscode.workspace.notebookDocuments.map(notebook => {
      const code = notebook.getCells().filter(cell => cell.kind === vscode.NotebookCellKind.Code);
      const figures = code.flatMap(cell => cell.outputs).flatMap(output => output.items).filter(item => item.mime === VIEW);
      return [path.basename(notebook.uri.fsPath), {
        cells: code.length,
        untitled: notebook.isUntitled,
        succeeded: code.filter(cell => cell.executionSummary?.success).length,
        failed: code.filter(cell => cell.executionSummary?.success === false).length,
        figures: figures.reduce((sum, item) => sum + Object.keys(JSON.parse(new TextDecoder().decode(item.data)).figures).length, 0),
      }];
    }));
    fs.writeFileSync(path.join(folder, 'notebooks.json.new'), JSON.stringify(state));
    fs.renameSync(path.join(folder, 'notebooks.json.new'), path.join(folder, 'notebooks.json'));
  };
  const timer = setInterval(write, 500);
  return { dispose: () => clearInterval(timer) };
}

async function activate(context) {
  if (!folder) return;
  context.subscriptions.push(watchNotebooks());
  if (fs.existsSync(path.join(folder, 'results.json'))) return;
  const results = [];
  for (const { name, body } of tests) {
    const begun = Date.now();
    try {
      await body();
      results.push({ name, passed: true, milliseconds: Date.now() - begun });
    } catch (error) {
      results.push({ name, passed: false, milliseconds: Date.now() - begun, error: String(error.stack ?? error) });
    }
    fs.writeFileSync(path.join(folder, 'progress.json'), JSON.stringify(results));
  }
  await vscode.commands.executeCommand('notifications.clearAll');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  fs.writeFileSync(path.join(folder, 'results.json'), JSON.stringify(results));
}

module.exports = { activate };
