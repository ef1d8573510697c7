'use strict';
// what the editor asks for while a notebook's process starts
const test = require('node:test'), assert = require('node:assert'), Module = require('node:module');

class EventEmitter {
  constructor() { this.event = () => {}; }
  fire() {}
  dispose() {}
}
class Output { constructor(items) { this.items = items; } }
const cells = [];
const vscode = {
  EventEmitter,
  NotebookCellOutput: Output,
  NotebookCellOutputItem: { error: error => error },
  notebooks: { createNotebookController: () => ({ createNotebookCellExecution: () => cells.at(-1) }) },
  window: { showErrorMessage: () => assert.fail('nothing is wrong with the tool') },
  workspace: { isTrusted: true, getConfiguration: () => ({ get: () => [process.execPath] }) },
};
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const { Controller } = require('../src/controller.js'), { Kernels } = require('../src/kernels.js');

// a cell as the editor hands it out, and what became of it
function cell() {
  const made = {
    outputs: [],
    start() {},
    async clearOutput() {},
    async appendOutput(output) { made.outputs.push(output.items[0].message); },
    end(success) { made.success = success; },
  };
  cells.push(made);
  return { made, cell: { index: 0, document: { languageId: 'csharp', getText: () => '1', uri: 'cell' } } };
}

test('an interruption while the process starts is not lost: the cell does not run', async () => {
  const notebook = { getCells: () => [] }, asked = [];
  let started;
  const kernel = {
    ready: new Promise(done => (started = done)),
    exit: new Promise(() => {}),
    ask: async kind => { await kernel.ready; asked.push(kind); return { ended: true }; },
    execute: async () => asked.push('execute'),
  };
  const controller = new Controller({ living: () => kernel, get: async () => kernel }, {}, {});
  const { made, cell: one } = cell();
  const running = controller.run(one, notebook);
  const interrupting = controller.interrupt(notebook);
  started();
  await interrupting;

  assert.strictEqual(await running, false);
  assert.deepStrictEqual(asked, ['interrupt']);
  assert.strictEqual(made.success, false);
  assert.match(made.outputs[0], /did not run/);
});

test('a notebook that was closed meanwhile gets no process', async () => {
  const kernels = new Kernels({ options: () => [] }, { append() {} });
  const notebook = { isClosed: true, uri: { scheme: 'file', fsPath: __filename, toString: () => 'n' } };
  const controller = new Controller(kernels, {}, {});
  const { made, cell: one } = cell();

  assert.strictEqual(await controller.run(one, notebook), false);
  assert.strictEqual(kernels.byNotebook.size, 0);
  assert.match(made.outputs[0], /was closed/);
});
