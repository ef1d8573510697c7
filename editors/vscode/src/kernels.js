'use strict';
const vscode = require('vscode');
const os = require('node:os'), path = require('node:path');
const { Kernel } = require('./kernel.js');
const { findTool } = require('./tool.js');

/** The processes behind open notebooks, and what they are started with. */
class Kernels {
  constructor(settings, log) {
    this.settings = settings;
    this.log = log;
    this.byNotebook = new Map();
    this.starting = new Map();
    this.changed = new vscode.EventEmitter();
    this.onDidChange = this.changed.event;
  }

  /** The process of a notebook, if one lives. */
  living(notebook) {
    const kernel = this.byNotebook.get(notebook?.uri.toString());
    return kernel && !kernel.ended ? kernel : undefined;
  }

  /** The process of a notebook, started where there is none. */
  get(notebook) {
    const key = notebook.uri.toString(), living = this.living(notebook);
    if (living) return Promise.resolve(living);
    // whoever asks while it starts gets the same one
    if (!this.starting.has(key)) this.starting.set(key, this.start(notebook).finally(() => this.starting.delete(key)));
    return this.starting.get(key);
  }

  async start(notebook) {
    if (!vscode.workspace.isTrusted)
      throw new Error('Notebooks run in trusted workspaces only. Trust this one with the command "Workspaces: Manage Workspace Trust".');
    const file =
      notebook.uri.scheme === 'file'
        ? notebook.uri.fsPath
        : path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir(), path.basename(notebook.uri.path));
    const tool = await findTool(file);
    if (notebook.isClosed) throw new Error('The notebook was closed before its process was started.'); // nobody would end it
    const kernel = new Kernel(tool, file, this.settings.options(notebook), text => this.log.append(text));
    this.byNotebook.set(notebook.uri.toString(), kernel);
    kernel.exit.then(() => this.changed.fire(notebook));
    kernel.ready.then(
      () => this.changed.fire(notebook),
      () => {
        kernel.end("The notebook's process did not start.");
        kernel.child.kill('SIGKILL'); // one that is only late would serve nobody
      },
    );
    return kernel;
  }

  async end(notebook) {
    const key = notebook.uri.toString(), kernel = this.byNotebook.get(key);
    this.byNotebook.delete(key);
    if (kernel && !kernel.ended) await kernel.kill();
    this.changed.fire(notebook);
  }

  async endAll() {
    await Promise.all([...this.byNotebook.values()].filter(kernel => !kernel.ended).map(kernel => kernel.kill()));
  }
}

module.exports = { Kernels };
