'use strict';
const vscode = require('vscode');
const { TYPE, lineOf } = require('./serializer.js');
const { kernelOf, RUNNABLE } = require('./languages.js');
const { outputItems, errorOutput } = require('./outputs.js');
const { offerRemedy } = require('./tool.js');

/** Runs cells in the process of their notebook and shows what comes of it. */
class Controller {
  constructor(kernels, progress, log) {
    this.kernels = kernels;
    this.progress = progress;
    this.log = log;
    this.order = new WeakMap();
    this.interruptions = new WeakMap();
    this.questions = new WeakMap();
    this.controller = vscode.notebooks.createNotebookController('snn', TYPE, 'C# (snn)');
    this.controller.supportedLanguages = RUNNABLE;
    this.controller.supportsExecutionOrder = true;
    this.controller.description = 'SnnNotebooks';
    this.controller.executeHandler = async (cells, notebook) => {
      for (const cell of cells) if (!await this.run(cell, notebook)) break;
    };
    this.controller.interruptHandler = notebook => this.interrupt(notebook);
    this.ran = new vscode.EventEmitter();
    this.onDidRun = this.ran.event;
  }

  dispose() {
    this.controller.dispose();
    this.ran.dispose();
  }

  async interrupt(notebook) {
    // for cells that have been begun here and are not in their process yet
    this.interruptions.set(notebook, this.interrupted(notebook) + 1);
    const kernel = this.kernels.living(notebook);
    if (!kernel) return;
    this.questions.get(kernel)?.cancel();
    const { ended } = await kernel.ask('interrupt').catch(() => ({}));
    if (
      ended === false &&
      (await vscode.window.showWarningMessage(
        "The cell is inside native code, which does not return. Restart the notebook's process? Its variables are lost.",
        'Restart',
      )) === 'Restart'
    ) {
      await this.kernels.end(notebook);
    }
  }

  interrupted(notebook) {
    return this.interruptions.get(notebook) ?? 0;
  }

  async run(cell, notebook) {
    let kernel;
    const before = this.interrupted(notebook);
    const execution = this.controller.createNotebookCellExecution(cell);
    const number = (this.order.get(notebook) ?? 0) + 1;
    this.order.set(notebook, number);
    execution.executionOrder = number;
    execution.start(Date.now());
    await execution.clearOutput();
    try {
      kernel = await this.kernels.get(notebook);
      await kernel.ready;
    } catch (error) {
      await execution.appendOutput(errorOutput({ name: 'NotStarted', message: error.message }));
      execution.end(false, Date.now());
      if (!kernel?.killed && !notebook.isClosed) void offerRemedy(error);
      return false;
    }
    if (before !== this.interrupted(notebook)) {
      await execution.appendOutput(
        errorOutput({ name: 'Interrupted', message: "the cell did not run: it was interrupted while the notebook's process started" }),
      );
      execution.end(false, Date.now());
      return false;
    }
    const source = cell.document.getText().replace(/\r\n/g, '\n');
    const shown = new Outputs(execution, kernel.displays, {
      ask: message => this.ask(kernel, message),
      progress: data => this.progress.set(cell, data),
      log: error => this.log.appendLine(String(error)),
    });
    const answer = await kernel.execute(
      { kernel: kernelOf(cell.document.languageId), source, cell: cell.index + 1, line: lineOf(notebook, cell) },
      message => shown.take(message),
    );
    await shown.settled();
    this.progress.set(cell, undefined);
    const failure = answer.error ? { name: 'KernelEnded', message: answer.error } : answer.failure;
    if (failure) await execution.appendOutput(errorOutput(failure));
    else kernel.ran.set(cell.document.uri.toString(), source);
    execution.end(!failure, Date.now());
    this.ran.fire(notebook);
    return !failure;
  }

  async ask(kernel, { prompt, password }) {
    const question = new vscode.CancellationTokenSource();
    this.questions.set(kernel, question);
    void kernel.exit.then(() => question.cancel());
    const value = await vscode.window.showInputBox({ title: 'The cell asks', prompt, password, ignoreFocusOut: true }, question.token);
    await kernel.ask('input', { value: value ?? null });
  }
}

/** The outputs of one execution, in the order they came. */
class Outputs {
  constructor(execution, displays, { ask, progress, log }) {
    this.execution = execution;
    this.displays = displays;
    this.ask = ask;
    this.progress = progress;
    this.log = log;
    this.chain = Promise.resolve();
    this.pending = new Map();
  }

  take(message) {
    if (message.kind === 'ask') { void this.ask(message); return; }
    if (message.kind === 'progress') { this.progress(message); return; }
    // of updates that wait for the editor only the newest counts
    if (message.kind === 'update') {
      const waits = this.pending.has(message.display);
      this.pending.set(message.display, message);
      if (waits) return;
    }
    this.chain = this.chain.then(() => this.show(message)).catch(this.log);
  }

  settled() {
    return this.chain;
  }

  async show(message) {
    const { execution, displays } = this;
    switch (message.kind) {
      case 'stream': {
        const item =
          message.name === 'stderr'
            ? vscode.NotebookCellOutputItem.stderr(message.text)
            : vscode.NotebookCellOutputItem.stdout(message.text);
        await this.room();
        if (this.stream?.name === message.name) await execution.appendOutputItems(item, this.stream.output);
        else await execution.appendOutput((this.stream = { name: message.name, output: new vscode.NotebookCellOutput([item]) }).output);
        break;
      }
      case 'display': {
        await this.room();
        this.stream = undefined;
        const output = new vscode.NotebookCellOutput(outputItems(message.data));
        displays.set(message.display, output);
        await execution.appendOutput(output);
        break;
      }
      case 'update': {
        const { data } = this.pending.get(message.display);
        this.pending.delete(message.display);
        const output = displays.get(message.display);
        if (output) await execution.replaceOutputItems(outputItems(data), output);
        break;
      }
      case 'clear':
        this.stream = undefined;
        if (message.wait) this.clearing = true;
        else await execution.clearOutput();
        break;
    }
  }

  // a clear that waits is done when the next output comes
  async room() {
    if (!this.clearing) return;
    this.clearing = false;
    this.stream = undefined;
    await this.execution.clearOutput();
  }
}

module.exports = { Controller };
